//! A store-and-forward queue that holds mail for hosts until they call (ETRN, RFC 1985) and returns
//! it to its sender on time *in every state*; and a laboratory that proves it in virtual time.
//!
//! The rooms, each naming only those before it:
//!
//! | room | what a line in it says |
//! | --- | --- |
//! | [`base`] | the words: instants, ids, priorities, the names of the rules |
//! | [`queue`] | what is decided |
//! | [`spool`] | what is kept on a disk, and how it comes back |
//! | [`hub`] | how the two are joined: nothing is answered for before it is kept |
//! | [`trace`], [`scenario`] | what the outside saw; what was asked for |
//! | [`sim`] | what happens outside, in virtual time |
//! | [`oracle`] | whether that was right |
//! | [`museum`] | famous bugs, put back |
//! | [`trial`] | one run from scenario to record |
//! | [`explore`] | random scenarios, to find the rule that can be broken |
//! | [`sweep`] | grids of parameters, what came of them, what moved between two sets |
//! | [`report`] | how it is shown |
//! | [`cli`] | arguments, files, exit codes |
//!
//! `ARCHITECTURE.md` says what is absent from each. Without the features `store` and `lab` only
//! [`base`] and [`queue`] are built: no clock, no socket, no file, no randomness.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod base;
pub mod queue;

#[cfg(feature = "store")]
pub mod hub;
#[cfg(feature = "store")]
pub mod spool;

#[cfg(feature = "lab")]
pub mod cli;
#[cfg(feature = "lab")]
pub mod explore;
#[cfg(feature = "lab")]
pub mod museum;
#[cfg(feature = "lab")]
pub mod oracle;
#[cfg(feature = "lab")]
pub mod report;
#[cfg(feature = "lab")]
pub mod scenario;
#[cfg(feature = "lab")]
pub mod sim;
#[cfg(feature = "lab")]
pub mod sweep;
#[cfg(feature = "lab")]
pub mod trace;
#[cfg(feature = "lab")]
pub mod trial;
