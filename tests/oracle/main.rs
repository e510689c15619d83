//! The judge, heard from outside: little histories and what it finds in them.
#![cfg(feature = "lab")]

mod history;
mod lawful;
mod memory;
mod rules;
mod texts;
