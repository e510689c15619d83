//! What is to be stored next: the records that the queue made, with the mail that came with them.
//!
//! It is data, in the queue's own words until [`store`](super::store()) puts it into the spool's: whoever
//! carries it there may look at it, and a simulated crash may cut it short.

use std::sync::Arc;

use super::envelope::Letter;
use super::names::RouteNames;
use crate::base::MessageId;
use crate::queue::Record;

/// Records that come to rest together, in order.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    pub(super) names: Arc<RouteNames>,
    /// Domains that the spool does not know by number yet.
    pub(super) domains: Option<(u64, Vec<String>)>,
    pub(super) entries: Vec<Entry>,
    /// Messages that ended without a record of their own: cancelled by an order about many, which has one, or
    /// refused when their bodies were in the spool.
    pub(super) ended: Vec<MessageId>,
    /// Numbers of records about no single message that are needed no more.
    pub(super) outdated: Vec<u64>,
}

/// One record on its way.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) record: Record,
    /// With the first recipient of a message: the message.
    pub(super) letter: Option<Letter>,
    /// How many of the records that follow belong to the same message as it was accepted: they are stored
    /// with this one or not at all.
    pub(super) further: usize,
}

impl Outgoing {
    /// How many records there are.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Whether there is nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.domains.is_none()
            && self.ended.is_empty()
            && self.outdated.is_empty()
    }

    /// Lets each record be changed, or left out where none is given back.
    pub fn alter(&mut self, mut change: impl FnMut(Record) -> Option<Record>) {
        self.entries.retain_mut(|entry| match change(entry.record) {
            Some(record) => {
                entry.record = record;
                true
            }
            None => false,
        });
    }

    /// Leaves the first so many records. The recipients of a message are stored together: those of one that
    /// would be cut go too.
    pub fn truncate(&mut self, records: u64) {
        let records = usize::try_from(records).unwrap_or(usize::MAX).min(self.entries.len());
        self.entries.truncate(records);
        let cut = (0..records).find(|place| place + self.entries[*place].further >= records);
        self.entries.truncate(cut.unwrap_or(records));
        self.ended.clear();
    }

    /// Adds what was to be stored after it.
    pub fn append(&mut self, mut later: Outgoing) {
        self.domains = self.domains.take().or(later.domains.take());
        self.entries.append(&mut later.entries);
        self.ended.append(&mut later.ended);
        self.outdated.append(&mut later.outdated);
    }
}
