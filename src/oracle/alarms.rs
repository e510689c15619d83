//! Alarms of the store, and what they excuse.
//!
//! From the alarm of a failed store to the restart the hub is away: what falls due is put off. What it
//! did in the moment of the failure may not be written down: that is settled when it goes down, as though
//! it had gone down then. A transfer under way may end in a delivery that cannot be written down either.
//! What is not whole after a restart, on a disk whose syncs lie, is lost and excused; on any other disk
//! that is a loss like another. An alarm for which no fault is declared excuses nothing.

use std::collections::BTreeSet;

use super::acknowledged_survives;
use super::judge::Oracle;
use crate::base::{Instant, MessageId};
use crate::trace::Alarm;

impl Oracle {
    pub(super) fn hear_of_alarm(&mut self, at: Instant, alarm: Alarm) {
        match alarm {
            Alarm::WallClockWentBack => {}
            Alarm::StoreFailed => self.store_failed(at),
            Alarm::StoreCorrupt => self.store_corrupt(at),
        }
    }

    fn store_failed(&mut self, at: Instant) {
        if !self.store.is_latched() && self.store.is_failure_declared() {
            self.stop(at);
        }
    }

    /// The hub starts nothing more, nor writes anything down.
    fn stop(&mut self, at: Instant) {
        let in_transfer = self.ledger.open_messages().filter(|(_, slot)| slot.is_in_transfer());
        let under_way: BTreeSet<MessageId> = in_transfer.map(|(message, _)| message).collect();
        self.outages.leave(at);
        self.store.latch(self.outages.left_at().unwrap_or(at), under_way);
        self.flushes.crash();
        self.set_alarm();
    }

    fn store_corrupt(&mut self, at: Instant) {
        let mut open: Vec<MessageId> = self.ledger.open_messages().map(|(it, _)| it).collect();
        open.sort_unstable();
        if self.store.forgets() {
            for message in open {
                self.lose(at, message);
            }
            self.stop(at);
            return;
        }
        for message in open {
            self.docket.note(acknowledged_survives::unreadable(&self.charter, at, message));
        }
        // It should be back by now: what is owed stays owed.
        self.outages.come_back(at);
        self.set_alarm();
    }

    /// A lying disk lost a message that had not ended.
    pub(super) fn lose(&mut self, at: Instant, message: MessageId) {
        self.forget(at, message);
        self.store.lose(message);
    }

    /// A lying disk gave a message back that had ended: neither it nor any report about it is judged.
    pub(super) fn give_back(&mut self, at: Instant, message: MessageId) {
        self.forget(at, message);
        let route = self.charter.way_of(message).map(|way| way.route);
        self.store.give_back(message, route);
    }

    fn forget(&mut self, at: Instant, message: MessageId) {
        self.take_out(at, message);
        self.doubts.end(message);
    }
}
