//! The hub itself: crash and restart, sleep, reloads, and what is in the queue when it is listed.

use super::acknowledged_survives::{self, Risen};
use super::charter::Life;
use super::deadline_fixed;
use super::doubts::Offered;
use super::judge::Oracle;
use super::ledger::Standing;
use super::no_early_report::GivenUp;
use super::slot::Slot;
use crate::base::{Instant, Kind, MessageId, Order, Priority, Span, Status};
use crate::trace::Seen;

/// A listing that is being heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Roll {
    listed: Vec<MessageId>,
    occasion: Occasion,
}

/// What a listing is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Occasion {
    /// An operator asked.
    #[default]
    Asked,
    /// The hub is up again after a crash at this instant.
    Restart(Instant),
}

impl Oracle {
    pub(super) fn hear_of_hub(&mut self, at: Instant, seen: &Seen) {
        match *seen {
            Seen::Reloaded { event } => self.charter.policies.reload(at, event),
            Seen::Crashed => self.crash(at),
            Seen::Suspended => {
                self.outages.leave(at);
                self.dials.clear();
                self.set_alarm();
            }
            Seen::Restarted => {
                self.store.restart();
                self.outages.come_back(at);
                self.set_alarm();
            }
            // One whose store has failed sleeps and wakes, and still can do nothing.
            Seen::Resumed if self.store.is_latched() => {}
            Seen::Resumed => {
                self.outages.come_back(at);
                self.set_alarm();
            }
            Seen::Unacknowledged { message, recipients, offered_at, priority } => {
                self.withdraw(at, Offered { message, recipients, at: offered_at, priority });
            }
            Seen::Listed { message, deadline } => self.listed(at, message, deadline),
            Seen::ListEnded => self.call_roll(at),
            _ => {}
        }
    }

    fn crash(&mut self, at: Instant) {
        // Since its store failed it has done nothing.
        let down = self.store.latched_since().unwrap_or(at);
        self.store.crash();
        self.outages.leave(at);
        self.flushes.crash();
        self.dials.clear();
        self.doubts.crash(down);
        self.orders.doubt(down - self.charter.faults.persist_delay);
        self.roll = Roll { listed: Vec::new(), occasion: Occasion::Restart(down) };
        self.set_alarm();
    }

    /// Whether an operator lists the queue of a hub whose store has failed: what it has in mind is not
    /// what is written down.
    fn is_idle_list(&self) -> bool {
        self.roll.occasion == Occasion::Asked && self.store.is_latched()
    }

    /// A message was not acknowledged: none of its recipients is owed anything.
    fn withdraw(&mut self, at: Instant, offered: Offered) {
        for message in recipients(&offered) {
            self.take_out(at, message);
        }
        self.doubts.offered.push(offered);
    }

    fn listed(&mut self, at: Instant, message: MessageId, published: Instant) {
        self.roll.listed.push(message);
        match self.ledger.standing(message) {
            Standing::Open(slot) => self.check_published(at, message, slot, published),
            _ if self.is_idle_list() => {}
            Standing::Ended | Standing::Unheard if self.is_offered(message, published, at) => {}
            Standing::Ended => self.rise(at, message, published),
            Standing::Unheard => self.doubt_unheard(at, message),
        }
    }

    fn check_published(&mut self, at: Instant, message: MessageId, slot: Slot, published: Instant) {
        let Life { accepted_at, deadline, .. } = self.life_of(message, slot);
        self.note(deadline_fixed::check(at, message, accepted_at, deadline, published));
    }

    /// Whether a message lives that nobody acknowledged: from now on it is the hub's like any other.
    fn is_offered(&mut self, message: MessageId, published: Instant, at: Instant) -> bool {
        let offered = self.doubts.offered.iter().find(|offered| {
            message.to(0) == Ok(offered.message) && message.recipient() < offered.recipients
        });
        let Some(&Offered { at: offered_at, priority, .. }) = offered else { return false };
        let life = self.charter.life_of_unacknowledged(message, offered_at, priority, published);
        self.revive(at, message, Slot::open(life.deadline, priority), life);
        let Life { accepted_at, deadline, .. } = life;
        self.note(deadline_fixed::check(at, message, accepted_at, deadline, published));
        true
    }

    fn revive(&mut self, at: Instant, message: MessageId, slot: Slot, life: Life) {
        if self.ledger.revive(message, slot, life)
            && let Some(way) = self.charter.way_of(message)
        {
            self.await_way(at, message, slot, life, way);
        }
    }

    /// What is not open is in the queue: its end was undone, or it is a report that was born and not
    /// told of; else it should not be there.
    fn rise(&mut self, at: Instant, message: MessageId, published: Instant) {
        if let Some(delivery) = self.doubts.revive(message) {
            self.revive(at, message, delivery.slot, delivery.life);
            self.check_published(at, message, delivery.slot, published);
            return;
        }
        let about = message.report_of();
        match (self.roll.occasion, about) {
            (Occasion::Restart(down), Some(about))
                if !self.fates.was_reported(about, message.kind()) =>
            {
                self.born_unseen(at, down, message, published);
            }
            (Occasion::Asked, _) if self.is_late() => {}
            (Occasion::Restart(_), _) if self.store.forgets() => self.give_back(at, message),
            _ => self.docket.note(acknowledged_survives::risen(at, message, Risen::Ended)),
        }
    }

    fn doubt_unheard(&mut self, at: Instant, message: MessageId) {
        if self.roll.occasion == Occasion::Asked && self.is_late() {
            return;
        }
        self.docket.note(acknowledged_survives::risen(at, message, Risen::Unheard));
    }

    /// Whether what is done may be seen some time after.
    pub(super) fn is_late(&self) -> bool {
        self.charter.lag() > Span::ZERO
    }

    /// A report is in the queue that was written down just before the hub went down, and not told.
    fn born_unseen(&mut self, at: Instant, down: Instant, report: MessageId, published: Instant) {
        let Some(about) = report.report_of() else { return };
        if report.kind() == Kind::Failed
            && let Standing::Open(slot) = self.ledger.standing(about)
        {
            if down < slot.deadline() {
                let given_up = self.given_up(about, slot, down);
                self.check_cause(&given_up);
            }
            self.take_out(at, about);
            self.doubts.end(about);
        }
        self.fates.reported(about, report.kind());
        let (timeout, _) = self.charter.policies.timeouts_at(report.kind(), Priority::Normal, down);
        let earliest = down - self.charter.faults.persist_delay;
        let born_at = (published - timeout).max(earliest).min(down);
        let life = Life { accepted_at: born_at, release_at: None, deadline: born_at + timeout };
        let slot = Slot::open(life.deadline, Priority::Normal);
        self.revive(at, report, slot, life);
        self.note(deadline_fixed::check(at, report, born_at, life.deadline, published));
    }

    /// A message as though a host had just refused it for good.
    fn given_up(&self, message: MessageId, slot: Slot, at: Instant) -> GivenUp {
        let accepted_at = self.life_of(message, slot).accepted_at;
        let since = at - self.charter.lag();
        GivenUp { at, message, slot, accepted_at, status: Status::NO_DOMAIN, since }
    }

    /// The listing is complete: what is missing is lost, or has ended and nobody was told.
    fn call_roll(&mut self, at: Instant) {
        let is_idle = self.is_idle_list();
        let mut roll = std::mem::take(&mut self.roll);
        if is_idle {
            return;
        }
        roll.listed.sort_unstable();
        let is_listed = |message: &MessageId| roll.listed.binary_search(message).is_ok();
        let open = self.ledger.open_messages().filter(|(message, _)| !is_listed(message));
        let mut missing: Vec<_> = open.collect();
        missing.sort_unstable_by_key(|(message, _)| *message);
        for (message, slot) in missing {
            self.miss(at, roll.occasion, message, slot);
        }
        if let Occasion::Restart(down) = roll.occasion {
            self.doubts.settle();
            let offered = std::mem::take(&mut self.doubts.offered);
            // A disk whose syncs lie may have kept half of it.
            let offered = if self.store.forgets() { Vec::new() } else { offered };
            for offered in offered {
                let listed = recipients(&offered).filter(is_listed).count();
                let missing = recipients(&offered).filter(|message| !is_listed(message));
                let ended = missing.filter(|it| self.can_have_ended(&offered, *it, down)).count();
                self.note(acknowledged_survives::check_whole(
                    at,
                    offered.message,
                    usize::from(offered.recipients) - ended,
                    listed,
                ));
            }
        }
        self.set_alarm();
    }

    /// Whether a recipient of a message that nobody acknowledged may have ended before the hub went
    /// down, as one may that fails for good while the message is being written down.
    fn can_have_ended(&self, offered: &Offered, message: MessageId, down: Instant) -> bool {
        let Offered { at, priority, .. } = *offered;
        let life = self.charter.life_of_unacknowledged(message, at, priority, at);
        let slot = Slot::open(life.deadline, priority);
        self.fates.was_reported(message, Kind::Failed)
            || life.deadline <= down
            || self.has_cause(message, slot, down)
    }

    fn miss(&mut self, at: Instant, occasion: Occasion, message: MessageId, slot: Slot) {
        if occasion != Occasion::Asked && self.store.forgets() {
            return self.lose(at, message);
        }
        let down = match occasion {
            Occasion::Restart(down) => down,
            Occasion::Asked => at,
        };
        let can_have_ended = (occasion != Occasion::Asked || self.is_late())
            && (slot.deadline() <= down || self.has_cause(message, slot, down));
        if !can_have_ended {
            self.docket.note(acknowledged_survives::lost(&self.charter, at, message));
        } else if occasion != Occasion::Asked {
            let was_cancelled = self.was_ordered(Order::Cancel, message, down);
            if self.charter.owes_report(message) && !was_cancelled {
                self.docket.note(acknowledged_survives::unreported(at, message));
            }
            self.take_out(at, message);
            self.doubts.end(message);
            self.fates.dropped(message);
        }
    }

    /// Whether there was a cause to end a message before its deadline, just before an instant.
    fn has_cause(&self, message: MessageId, slot: Slot, at: Instant) -> bool {
        let given_up = self.given_up(message, slot, at);
        given_up.is_lawful(&self.charter, &self.flushes, &self.orders)
            || self.was_ordered(Order::Cancel, message, at)
    }

    fn was_ordered(&self, order: Order, message: MessageId, at: Instant) -> bool {
        let since = at - self.charter.lag();
        self.charter
            .way_of(message)
            .is_some_and(|way| self.orders.was_given(order, since, way.route, message))
    }
}

fn recipients(offered: &Offered) -> impl Iterator<Item = MessageId> {
    let first = offered.message;
    (0..usize::from(offered.recipients)).filter_map(move |number| first.to(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipient_of_what_was_offered_is_named() {
        let message = MessageId::mail(0, 7).expect("small");
        let offered =
            Offered { message, recipients: 3, at: Instant::ZERO, priority: Priority::Normal };
        let named: Vec<_> = recipients(&offered).map(|it| it.to_string()).collect();
        assert_eq!(named, ["0.7", "0.7+1", "0.7+2"]);
    }
}
