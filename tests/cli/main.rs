//! The command line from outside: what it says, what it writes, what it ends with.

#![cfg(feature = "lab")]

mod compare;
mod crashes;
mod door;
mod errors;
mod museum;
mod process;
mod runs;
mod sweep;
