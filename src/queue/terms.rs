//! What few messages have: a release, a by-time, a deadline that no time-out gives.
//!
//! In: what the envelope asks for. Out: the terms by the place of their message. A message without
//! any costs nothing here; its entry says so by the FIFO that it is in.

use std::collections::BTreeMap;

use super::deadlines::class_of;
use super::entry::Entry;
use super::shelf::{Handle, Ticket};
use super::{Extensions, Queue, Rules};
use crate::base::{ByMode, DeliverBy, Instant, Priority};

/// The terms of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    /// When it is returned at the latest.
    pub(super) deadline: Instant,
    /// Before when it must not leave (RFC 4865).
    pub(super) release_at: Option<Instant>,
    /// By when it is to be delivered (RFC 2852).
    pub(super) deliver_by: Option<DeliverBy>,
}

/// The terms of all messages that have their own.
pub(super) type AllTerms = BTreeMap<Handle, Terms>;

impl Terms {
    /// Whether its time is up because its by-time has come.
    pub(super) fn end_at_the_by_time(&self) -> bool {
        self.return_by() == Some(self.deadline)
    }

    fn return_by(&self) -> Option<Instant> {
        let returns = |by: &DeliverBy| by.mode == ByMode::Return;
        self.deliver_by.filter(returns).map(|by| by.at)
    }

    /// Its by-time, if its sender is to be told then.
    pub(super) fn notify_by(&self) -> Option<Instant> {
        let notifies = |by: &DeliverBy| by.mode == ByMode::Notify;
        self.deliver_by.filter(notifies).map(|by| by.at)
    }

    /// Whether a host must not get it: one that does not keep by-times, or not so short ones.
    pub(super) fn forbid(&self, now: Instant, offers: &Extensions) -> bool {
        let left = self.return_by().map(|at| at.since(now));
        left.is_some_and(|left| offers.deliver_by.is_none_or(|least| least > left))
    }
}

impl<R: Rules> Queue<R> {
    /// The terms of a message; none where it has only its class's time-out.
    pub(super) fn terms(&self, handle: Handle) -> Option<&Terms> {
        let has_terms = self.shelf.entry(handle).fifo == Entry::OWN_TERMS;
        has_terms.then(|| self.terms.get(&handle)).flatten()
    }

    /// When a message is returned at the latest.
    pub(super) fn deadline_of(&self, handle: Handle) -> Instant {
        match self.terms(handle) {
            Some(terms) => terms.deadline,
            None => self.deadlines.deadline(self.shelf.entry(handle)),
        }
    }

    /// From when the time of a message counts.
    pub(super) fn counts_from(&self, handle: Handle) -> Instant {
        let release_at = self.terms(handle).and_then(|terms| terms.release_at);
        self.rules.counts_from(self.shelf.entry(handle).accepted_at, release_at)
    }

    /// When a message that must not leave yet may.
    pub(super) fn release_after(&self, handle: Handle, now: Instant) -> Option<Instant> {
        self.terms(handle)?.release_at.filter(|release_at| *release_at > now)
    }

    /// Takes a message that was taken off the shelf out of the index of deadlines.
    #[inline(always)]
    pub(super) fn forget_deadline(&mut self, entry: &Entry, priority: Priority, ticket: Ticket) {
        match entry.fifo {
            Entry::OWN_TERMS => self.forget_terms(class_of(entry.message.kind(), priority), ticket),
            fifo => self.deadlines.note_ended(fifo, ticket, &self.shelf),
        }
    }

    #[inline(never)]
    fn forget_terms(&mut self, class: usize, ticket: Ticket) {
        if let Some(terms) = self.terms.remove(&ticket.handle) {
            self.deadlines.note_own_ended(terms.deadline, class, ticket);
        }
    }
}
