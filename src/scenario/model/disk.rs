//! What is wrong with the disk on which the hub keeps its spool.

/// How the simulated disk behaves; a plain one loses at a crash what was not synced, and no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskFaults {
    /// What becomes at a crash of what was written and not synced.
    pub at_crash: AtCrash,
    /// How much the disk holds, in bytes; none: it is never full.
    pub size_limit_bytes: Option<u64>,
    /// The write that fails, once (EIO), counted from 1 over the run; none: none does.
    pub fails_at_write: Option<u64>,
    /// What a sync is worth.
    pub syncs: Syncs,
}

impl DiskFaults {
    /// Whether the store on it can fail to keep what it was given: the disk can be full, a write can
    /// fail, or a sync lies. What becomes of unsynced writes at a crash is no failure of the store.
    #[must_use]
    pub fn can_fail(&self) -> bool {
        self.stops_writing() || self.syncs == Syncs::Lying
    }

    /// Whether a write can fail, so that the hub hears of it: the disk can be full, or one write fails.
    #[must_use]
    pub const fn stops_writing(&self) -> bool {
        self.size_limit_bytes.is_some() || self.fails_at_write.is_some()
    }
}

/// What becomes at a crash of what was written and not synced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtCrash {
    /// All of it is lost.
    #[default]
    Dropped,
    /// All of it is there.
    Kept,
    /// Some of the writes are there, as drawn, whichever order they came in.
    Reordered,
    /// Some of the sectors of some of the writes are there, as drawn.
    Torn,
}

impl AtCrash {
    /// Whether it is drawn what is left.
    #[must_use]
    pub const fn is_drawn(self) -> bool {
        matches!(self, AtCrash::Reordered | AtCrash::Torn)
    }

    /// The word in a scenario file: `dropped`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AtCrash::Dropped => "dropped",
            AtCrash::Kept => "kept",
            AtCrash::Reordered => "reordered",
            AtCrash::Torn => "torn",
        }
    }
}

/// What a sync is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syncs {
    /// It is answered when all that was written before is at rest.
    #[default]
    Honest,
    /// It is answered, and brings nothing to rest.
    Lying,
}

impl Syncs {
    /// The word in a scenario file: `honest`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Syncs::Honest => "honest",
            Syncs::Lying => "lying",
        }
    }
}
