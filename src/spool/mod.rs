//! What is kept on a disk, and how it comes back.
//!
//! In: a [`Batch`] of changes, all of which come to rest or none does; bodies, in chunks. Out: after
//! whatever became of the machine, the records of every message that has not ended, in the order in which
//! they were made, its envelope and its body. It knows messages by their ids alone: what the bytes of a
//! record mean is the hub's to know, and nothing is decided here. What stands in the file is said in
//! `docs/spool-format.md`.

mod backend;
mod batch;
mod body;
mod changes;
mod closing;
mod failure;
mod folder;
mod layout;
mod memory;
mod opening;
mod records;
mod store;
mod tables;
mod volume;

pub use batch::Batch;
pub use body::Body;
pub use failure::{OpenError, SpoolError};
pub use folder::{Folder, FolderFile};
pub use memory::{Memory, MemoryFile};
pub use records::{Contents, Records};
pub use store::Spool;
pub use volume::{Medium, Volume};

/// How a spool is worked with; nothing of it stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How much memory is used to remember what stands in the file, in bytes.
    pub cache_bytes: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { cache_bytes: 8 << 20 }
    }
}
