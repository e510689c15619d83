//! Deliveries that nobody can be sure of, and what they excuse.
//!
//! A delivery is in doubt where the final dot was sent and its answer was not heard, and where the
//! hub went down, or its store failed, after the 250 and before that was written down (RFC 1047). Each such event excuses
//! one more delivery of that message, or its return although it was delivered. Kept are the messages
//! in doubt, and of what was delivered only what a crash can still undo, or what was done before it
//! may still be seen: nothing where neither is declared.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::charter::{Faults, Life};
use super::slot::Slot;
use crate::base::{Instant, MessageId, Priority, Span};

/// What is in doubt, and how often it was.
#[derive(Clone, Debug)]
pub(super) struct Doubts {
    faults: Faults,
    /// Delivered so lately that it may not be written down.
    recent: VecDeque<Delivery>,
    /// What a crash may have undone; the queue's next listing will tell.
    undone: BTreeMap<MessageId, Delivery>,
    /// Delivered, undone and in the queue again.
    revived: BTreeSet<MessageId>,
    /// Open, and so many final dots of it without an answer.
    unanswered: BTreeMap<MessageId, u64>,
    /// Offered and not acknowledged when the hub went down; the next listing will tell.
    pub(super) offered: Vec<Offered>,
    ambiguous: u64,
    duplicates: u64,
}

/// A delivery that a crash can undo.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery {
    pub(super) at: Instant,
    pub(super) message: MessageId,
    pub(super) slot: Slot,
    pub(super) life: Life,
}

/// A message that the hub may have or not: its sender got no 250.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    /// Its first recipient.
    pub(super) message: MessageId,
    pub(super) recipients: u16,
    pub(super) at: Instant,
    pub(super) priority: Priority,
}

impl Doubts {
    pub(super) const fn new(faults: Faults) -> Doubts {
        Doubts {
            faults,
            recent: VecDeque::new(),
            undone: BTreeMap::new(),
            revived: BTreeSet::new(),
            unanswered: BTreeMap::new(),
            offered: Vec::new(),
            ambiguous: 0,
            duplicates: 0,
        }
    }

    /// Whether a delivery is to be handed in by [`Doubts::keep`].
    pub(super) fn keeps_deliveries(&self) -> bool {
        let Faults { persist_delay, crashes, write_failures, .. } = self.faults;
        crashes || write_failures > 0 || persist_delay > Span::ZERO
    }

    /// The delivery of a message, if it was since an instant no earlier than what is kept.
    pub(super) fn delivered(&self, message: MessageId, since: Instant) -> Option<&Delivery> {
        let recent = self.recent.iter().rev().take_while(|delivery| delivery.at >= since);
        recent.into_iter().find(|delivery| delivery.message == message)
    }

    /// Keeps a delivery for as long as a crash can undo it, or as word may come of what was before it.
    pub(super) fn keep(&mut self, delivery: Delivery) {
        let persisted = delivery.at - self.faults.persist_delay;
        while self.recent.front().is_some_and(|first| first.at < persisted) {
            self.recent.pop_front();
        }
        self.recent.push_back(delivery);
    }

    /// The hub went down, or its store failed: what was just delivered may be in its queue again.
    pub(super) fn crash(&mut self, at: Instant) {
        let persisted = at - self.faults.persist_delay;
        let undone = self.recent.drain(..).filter(|delivery| delivery.at >= persisted);
        self.undone.extend(undone.map(|delivery| (delivery.message, delivery)));
    }

    /// A delivery that cannot be written down: the queue's next listing will tell.
    pub(super) fn undo(&mut self, delivery: Delivery) {
        self.undone.insert(delivery.message, delivery);
    }

    /// A message that was delivered is in the queue: how it stood, if a crash can have undone that.
    pub(super) fn revive(&mut self, message: MessageId) -> Option<Delivery> {
        let delivery = self.undone.remove(&message)?;
        self.revived.insert(message);
        self.ambiguous += 1;
        Some(delivery)
    }

    /// Whether a crash undid the delivery of a message that is open.
    pub(super) fn is_revived(&self, message: MessageId) -> bool {
        !self.revived.is_empty() && self.revived.contains(&message)
    }

    /// The queue was listed after the crash: what was not in it was not undone.
    pub(super) fn settle(&mut self) {
        self.undone.clear();
    }

    /// A final dot was sent, and its answer was not heard.
    pub(super) fn unanswered(&mut self, message: MessageId) {
        self.ambiguous += 1;
        *self.unanswered.entry(message).or_insert(0) += 1;
    }

    /// An open message ended: how many deliveries before this end are in doubt.
    #[inline(always)]
    pub(super) fn end(&mut self, message: MessageId) -> u64 {
        let undone = self.is_revived(message) && self.revived.remove(&message);
        let unanswered =
            if self.unanswered.is_empty() { None } else { self.unanswered.remove(&message) };
        u64::from(undone) + unanswered.unwrap_or(0)
    }

    /// So many deliveries were excused.
    pub(super) const fn excuse(&mut self, deliveries: u64) {
        self.duplicates += deliveries;
    }

    /// How often a delivery was in doubt.
    pub(super) const fn ambiguous(&self) -> u64 {
        self.ambiguous
    }

    /// Deliveries beyond the first that were excused.
    pub(super) const fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Bytes on the heap, those of maps from above.
    pub(super) fn size_bytes(&self) -> usize {
        let delivery = size_of::<Delivery>();
        let in_map = size_of::<(MessageId, u64)>() * 11 / 5;
        (self.recent.capacity() + self.undone.len() * 3) * delivery
            + (self.revived.len() + self.unanswered.len()) * in_map
            + self.offered.capacity() * size_of::<Offered>()
    }
}
