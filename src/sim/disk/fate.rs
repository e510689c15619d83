//! What becomes of what was not synced when the power goes.
//!
//! In: the run's key, the number of the operation after which it goes, what the crash does. Out: for
//! each operation, or each sector of one, whether it is there. The draws for a file do not depend on
//! those for another one.

use xxhash_rust::xxh3::xxh3_64;

use crate::scenario::AtCrash;
use crate::sim::stream::{Key, Stream};

/// The fate of one thing that has unsynced parts: a file, or the names.
pub(super) struct Fate<'k> {
    at_crash: AtCrash,
    stream: Stream,
    key: &'k Key,
    /// What was decided, in order.
    decided: Vec<u8>,
}

impl Fate<'_> {
    /// The fate of a thing if the power goes after so many operations.
    pub(super) fn new<'k>(
        at_crash: AtCrash,
        thing: &str,
        operations: u64,
        key: &'k Key,
    ) -> Fate<'k> {
        let purpose = format!("{} after {operations}", at_crash.name());
        let stream = Stream::new(&format!("disk {thing}"), &purpose);
        Fate { at_crash, stream, key, decided: Vec::new() }
    }

    /// Whether a write is decided by its sectors.
    pub(super) fn tears(&self) -> bool {
        self.at_crash == AtCrash::Torn
    }

    /// Whether one of the parts is there.
    pub(super) fn survives(&mut self) -> bool {
        let survives = match self.at_crash {
            AtCrash::Dropped => false,
            AtCrash::Kept => true,
            AtCrash::Reordered | AtCrash::Torn => self.stream.draws(self.key).happens(500),
        };
        self.decided.push(u8::from(survives));
        survives
    }

    /// How many of so many changes are there that a journal keeps in order.
    pub(super) fn first_of(&mut self, changes: usize) -> usize {
        let kept = match self.at_crash {
            AtCrash::Dropped => 0,
            AtCrash::Kept => changes,
            AtCrash::Reordered | AtCrash::Torn => {
                self.stream.draws(self.key).whole(0, changes as u32) as usize
            }
        };
        self.decided.extend((kept as u64).to_le_bytes());
        kept
    }

    /// What was decided, as one number.
    pub(super) fn hash(&self) -> u64 {
        xxh3_64(&self.decided)
    }
}
