//! Records as they are read back: all bytes in one piece and a small index, nothing for each record.

use crate::base::{Clocks, MessageId};

/// Records in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    bytes: Vec<u8>,
    index: Vec<Place>,
}

/// Where a record stands in [`Records::bytes`], and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    number: u64,
    message: u64,
    begin: u64,
    size: u32,
    apart: bool,
}

/// What is in a spool when it is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// What the clocks said when it was last written with them.
    pub clocks: Option<Clocks>,
    pub(super) records: Records,
}

impl Contents {
    /// The records of the messages that have not ended, and those that are about no single message.
    /// Each number is there once: where the rows of two messages have it, with the lesser id.
    #[must_use]
    pub const fn records(&self) -> &Records {
        &self.records
    }

    /// The highest number of a record that is there, 0 where there is none.
    #[must_use]
    pub fn last_number(&self) -> u64 {
        self.records.index.last().map_or(0, |place| place.number)
    }
}

impl Records {
    pub(super) fn with_capacity(records: usize) -> Records {
        Records { bytes: Vec::new(), index: Vec::with_capacity(records) }
    }

    pub(super) fn push(&mut self, number: u64, message: Option<MessageId>, record: &[u8]) {
        self.index.push(Place {
            number,
            message: message.map_or(u64::MAX, MessageId::to_bits),
            begin: self.bytes.len() as u64,
            size: u32::try_from(record.len()).expect("a record is shorter than 4 GiB"),
            apart: message.is_none(),
        });
        self.bytes.extend_from_slice(record);
    }

    pub(super) fn sort(&mut self) {
        self.index.sort_unstable_by_key(|place| (place.number, place.message));
    }

    /// Takes out all but the first of those that have one number. They are sorted.
    pub(super) fn leave_each_number_once(&mut self) {
        self.index.dedup_by_key(|place| place.number);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Each record: its number, the message in whose row it stands (none where it is about no single
    /// one), its bytes.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Option<MessageId>, &[u8])> {
        self.index.iter().map(|place| {
            let begin = place.begin as usize;
            let message = (!place.apart).then(|| MessageId::from_bits(place.message));
            (place.number, message, &self.bytes[begin..begin + place.size as usize])
        })
    }
}
