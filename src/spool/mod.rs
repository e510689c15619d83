//! What is kept on a disk, and how it comes back.
//!
//! In: a [`Batch`] of changes, all of which come to rest or none does; bodies, in chunks. Out: after
//! whatever became of the machine, the records of every message that has not ended, in the order in which
//! they were made, its envelope and its body. It knows messages by their ids alone: what the bytes of a
//! record mean is the hub's to know, and nothing is decided here.

mod batch;
mod volume;

pub use batch::Batch;
pub use volume::{Medium, Volume};
