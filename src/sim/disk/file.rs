//! One file: what it holds now, and what of that is at rest.
//!
//! A crash leaves what is at rest and, of what came after, whatever its [`Fate`] says. Lengths are kept
//! by a journal, which keeps their order: the first of them are there, the later ones not. A write that
//! is there although the length that made room for it is not, ends where the file does.

use std::sync::{Arc, Weak};

use super::fate::Fate;
use super::pages::Pages;
use super::trail::Trail;

/// What a disk writes whole or not at all.
const SECTOR_BYTES: u64 = 512;

/// A file as it stands in a disk that has power.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    now: Pages,
    stored: Stored,
    /// Held by whoever has it open.
    lease: Weak<()>,
}

/// A file as it is when the power goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    rest: Pages,
    unsynced: Trail<Change>,
}

#[derive(Debug)]
enum Change {
    Resized(u64),
    Written(u64, Arc<[u8]>),
}

impl File {
    /// A file all of which is at rest.
    pub(super) fn at_rest(rest: Pages) -> File {
        let stored = Stored { rest: rest.clone(), unsynced: Trail::default() };
        File { now: rest, stored, lease: Weak::new() }
    }

    pub(super) fn now(&self) -> &Pages {
        &self.now
    }

    pub(super) fn stored(&self) -> &Stored {
        &self.stored
    }

    /// Lends the file to one who has it open; to nobody else until that one drops it.
    pub(super) fn lend(&mut self) -> Option<Arc<()>> {
        if self.lease.strong_count() > 0 {
            return None;
        }
        let lease = Arc::new(());
        self.lease = Arc::downgrade(&lease);
        Some(lease)
    }

    /// Whoever has it open is gone.
    pub(super) fn take_back(&mut self) {
        self.lease = Weak::new();
    }

    pub(super) fn resize(&mut self, size_bytes: u64) {
        self.now.resize(size_bytes);
        self.stored.unsynced.push(Change::Resized(size_bytes));
    }

    /// Writes, and makes the file longer where it has to.
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) {
        let end = offset + bytes.len() as u64;
        if end > self.now.size_bytes() {
            self.resize(end);
        }
        self.now.write(offset, bytes);
        self.stored.unsynced.push(Change::Written(offset, bytes.into()));
    }

    pub(super) fn sync(&mut self) {
        self.stored.rest = self.now.clone();
        self.stored.unsynced.clear();
    }
}

impl Stored {
    /// What is found of it after a crash.
    pub(super) fn found(&self, fate: &mut Fate<'_>) -> Pages {
        let unsynced = self.unsynced.in_order();
        let resizes = unsynced.iter().filter(|change| matches!(change, Change::Resized(_)));
        let mut resizes_left = fate.first_of(resizes.count());
        let mut found = self.rest.clone();
        for change in unsynced {
            match change {
                Change::Resized(size_bytes) if resizes_left > 0 => {
                    found.resize(*size_bytes);
                    resizes_left -= 1;
                }
                Change::Resized(_) => {}
                Change::Written(offset, bytes) if fate.tears() => {
                    tear(&mut found, *offset, bytes, fate);
                }
                Change::Written(offset, bytes) => {
                    if fate.survives() {
                        found.write(*offset, bytes);
                    }
                }
            }
        }
        found
    }
}

/// Writes those sectors of `bytes` that survive.
fn tear(found: &mut Pages, mut offset: u64, mut bytes: &[u8], fate: &mut Fate<'_>) {
    while !bytes.is_empty() {
        let in_sector = (SECTOR_BYTES - offset % SECTOR_BYTES).min(bytes.len() as u64);
        let (sector, after) = bytes.split_at(in_sector as usize);
        if fate.survives() {
            found.write(offset, sector);
        }
        (offset, bytes) = (offset + in_sector, after);
    }
}
