//! What a disk does wrong, and what a crash does to what it had not yet brought to rest.

/// What a disk does wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskFaults {
    /// The most that its files may be long together, in bytes; none: as much as is asked for.
    pub size_limit_bytes: Option<u64>,
    /// The write that fails, counted from 1 over the run; only that one, and nothing of it is written.
    pub fails_at_write: Option<u64>,
    /// Whether a sync means anything.
    pub syncs: Syncs,
}

/// Whether a sync means anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syncs {
    /// What was written is at rest when it is answered.
    #[default]
    Honest,
    /// It is answered, and nothing has come to rest.
    Lying,
}

/// What a crash does to what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtCrash {
    /// None of it is there.
    Dropped,
    /// All of it is there.
    Kept,
    /// Any of it may be there, whatever its order was: each operation for itself.
    Reordered,
    /// Any of it may be there, and of a write any of its sectors.
    Torn,
}
