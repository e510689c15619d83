//! What stands behind the hub: whether it has failed, and what it may have forgotten.
//!
//! An alarm excuses what the scenario's disk can bring about, and nothing else. A disk that can be full
//! fails whenever it is written to, a bad write fails once, and a disk whose syncs lie fails only once
//! the hub has gone down on it: until then it has all that was written. From the alarm to the restart
//! the hub is latched. It knows no rule.

use std::collections::BTreeSet;

use super::charter::Faults;
use crate::base::{Instant, Kind, MessageId, RouteId};

/// The store, as far as alarms and crashes tell of it.
#[derive(Clone, Debug)]
pub(super) struct Store {
    /// How many alarms a declared failure to write is still good for.
    failures_left: u64,
    has_lying_syncs: bool,
    has_crashed: bool,
    latch: Option<Latch>,
    /// What a lying disk lost, or gave back although it had ended: nothing is asked of it any more.
    forgiven: BTreeSet<MessageId>,
    /// The routes of what it gave back.
    muddled: BTreeSet<RouteId>,
    lost: u64,
}

/// Nothing is written down.
#[derive(Clone, Debug)]
struct Latch {
    since: Instant,
    /// What was in transfer then.
    under_way: BTreeSet<MessageId>,
}

impl Store {
    pub(super) const fn new(faults: Faults) -> Store {
        Store {
            failures_left: faults.write_failures,
            has_lying_syncs: faults.lying_syncs,
            has_crashed: false,
            latch: None,
            forgiven: BTreeSet::new(),
            muddled: BTreeSet::new(),
            lost: 0,
        }
    }

    /// The alarm of a failed store: whether a fault is declared that brings it about.
    pub(super) fn is_failure_declared(&mut self) -> bool {
        if self.is_latched() || self.forgets() {
            return true;
        }
        let is_declared = self.failures_left > 0;
        self.failures_left = self.failures_left.saturating_sub(1);
        is_declared
    }

    /// Nothing is written down any more, and has not been since an instant.
    pub(super) fn latch(&mut self, since: Instant, under_way: BTreeSet<MessageId>) {
        self.latch.get_or_insert(Latch { since, under_way });
    }

    /// Since when nothing is written down; none where all is.
    pub(super) fn latched_since(&self) -> Option<Instant> {
        self.latch.as_ref().map(|latch| latch.since)
    }

    pub(super) const fn is_latched(&self) -> bool {
        self.latch.is_some()
    }

    /// Whether a message was in transfer when the store failed, and may be delivered although that
    /// cannot be written down.
    pub(super) fn was_under_way(&self, message: MessageId) -> bool {
        self.latch.as_ref().is_some_and(|latch| latch.under_way.contains(&message))
    }

    /// The hub went down.
    pub(super) const fn crash(&mut self) {
        self.has_crashed = true;
    }

    /// It is up again, and writes.
    pub(super) fn restart(&mut self) {
        self.latch = None;
    }

    /// Whether it may have forgotten what it had answered for: its syncs lie, and the hub went down.
    pub(super) const fn forgets(&self) -> bool {
        self.has_lying_syncs && self.has_crashed
    }

    /// Nothing is asked of a message any more that it lost.
    pub(super) fn lose(&mut self, message: MessageId) {
        self.lost += u64::from(message.kind() == Kind::Mail);
        self.forgiven.insert(message);
    }

    /// Nothing is asked of a message any more that had ended, and that it gave back for its route.
    pub(super) fn give_back(&mut self, message: MessageId, route: Option<RouteId>) {
        self.forgiven.insert(message);
        self.muddled.extend(route);
    }

    /// Whether nothing is asked of a message, or of what the report is about.
    pub(super) fn forgives(&self, message: MessageId) -> bool {
        let is_forgiven = |message| self.forgiven.contains(&message);
        !self.forgiven.is_empty()
            && (is_forgiven(message) || message.report_of().is_some_and(is_forgiven))
    }

    /// Whether there may be mail for a route that nobody knows of.
    pub(super) fn has_muddled(&self, route: RouteId) -> bool {
        !self.muddled.is_empty() && self.muddled.contains(&route)
    }

    /// Recipients that were acknowledged and that it lost, excused.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }

    /// Bytes on the heap, from above.
    pub(super) fn size_bytes(&self) -> usize {
        let under_way = self.latch.as_ref().map_or(0, |latch| latch.under_way.len());
        let messages = under_way + self.forgiven.len();
        (messages * size_of::<MessageId>() + self.muddled.len() * size_of::<RouteId>()) * 11 / 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    fn store(write_failures: u64, lying_syncs: bool) -> Store {
        let persist_delay = Span::ZERO;
        Store::new(Faults { persist_delay, crashes: true, write_failures, lying_syncs })
    }

    #[test]
    fn an_alarm_is_as_good_as_the_faults_that_are_declared() {
        let at = Instant::from_micros(5);
        for (failures, excused) in [(0, [false; 3]), (1, [true, false, false]), (9, [true; 3])] {
            let mut store = store(failures, false);
            for is_excused in excused {
                assert_eq!(store.is_failure_declared(), is_excused);
                store.latch(at, BTreeSet::new());
                assert!(store.is_failure_declared(), "it is the same failure");
                store.restart();
            }
        }
        let mut lying = store(0, true);
        assert!(!lying.is_failure_declared(), "it has all that was written");
        lying.crash();
        assert!(lying.is_failure_declared() && lying.is_failure_declared());
    }

    #[test]
    fn what_is_forgiven_is_forgiven_with_its_reports() {
        let mut store = store(0, true);
        let message = |ordinal| MessageId::mail(0, ordinal).expect("small");
        store.lose(message(1));
        store.lose(message(2).report(Kind::Failed));
        store.give_back(message(3), Some(RouteId(4)));
        assert_eq!(store.lost(), 1, "a report was acknowledged to nobody");
        for (ordinal, mail, report) in [(1, true, true), (2, false, true), (3, true, true)] {
            assert_eq!(store.forgives(message(ordinal)), mail, "{ordinal}");
            assert_eq!(store.forgives(message(ordinal).report(Kind::Failed)), report);
        }
        assert!(!store.forgives(message(4)));
        assert!(store.has_muddled(RouteId(4)) && !store.has_muddled(RouteId(5)));
    }
}
