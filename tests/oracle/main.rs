//! The judge, heard from outside: little histories and what it finds in them.
#![cfg(feature = "lab")]

mod calls;
mod envelope;
mod faults;
mod history;
mod lawful;
mod memory;
mod rules;
mod store;
mod texts;
