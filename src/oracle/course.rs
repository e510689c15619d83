//! The course of a message: what follows from an event about one.

use super::charter::{Life, Way};
use super::doubts::Delivery;
use super::ends_once::{self, End};
use super::fates::Fate;
use super::judge::Oracle;
use super::ledger::{Ended, Standing};
use super::no_early_report::{self, GivenUp};
use super::nothing_after_the_end::{self, Deed};
use super::reports_bounded::{self, Born};
use super::slot::Slot;
use super::{
    acknowledged_survives, call_before_delivery, deadline_fixed, ends_by_deadline, no_duplicate,
    no_report_on_report, not_before_release, right_host,
};
use crate::base::{Instant, Kind, MessageId, Order, RouteId, SiteId, Status};
use crate::trace::{Accepted, Seen};

impl Oracle {
    #[inline(always)]
    pub(super) fn hear_of_message(&mut self, at: Instant, seen: &Seen) {
        match *seen {
            Seen::TransferBegan { message, site } => self.begin(at, message, site),
            Seen::Delivered { message, site, .. } => self.deliver(at, message, site),
            Seen::TransferFailed { message, status, .. } => self.fail(at, message, status),
            Seen::Reported { message, kind, status, .. } => self.report(at, message, kind, status),
            Seen::DeadLettered { message, status, .. } => {
                self.give_up(at, message, status, End::DeadLettered);
            }
            Seen::Suppressed { message, status, .. } => {
                self.give_up(at, message, status, End::Suppressed);
            }
            Seen::Cancelled { message } => self.cancel(at, message),
            Seen::Ambiguous { message, .. } => {
                if matches!(self.ledger.standing(message), Standing::Open(_)) {
                    self.doubts.unanswered(message);
                }
            }
            _ => {}
        }
    }

    pub(super) fn accept(&mut self, at: Instant, accepted: &Accepted) {
        let Accepted { message, route, priority, queue_deadline, .. } = *accepted;
        if message.kind() != Kind::Mail {
            if !self.births.accept(message) {
                self.docket.note(ends_once::unannounced(at, message));
            }
            self.set_alarm();
        }
        if let Some(since) = self.store.latched_since() {
            self.docket.note(acknowledged_survives::kept_nowhere(at, message, since));
        }
        let life = self.charter.life_of(accepted);
        let way = self.charter.way_of(message);
        if !self.enter(at, message, Slot::open(life.deadline, priority), life, way) {
            let standing = self.ledger.standing(message);
            self.docket.note(ends_once::accepted_again(at, message, standing));
            return;
        }
        let Life { accepted_at, deadline, .. } = life;
        self.note(deadline_fixed::check(at, message, accepted_at, deadline, queue_deadline));
        if let Some(way) = way {
            self.note(right_host::check_route(&self.charter, at, message, way, route));
        }
    }

    /// Enters an accepted message in every book; false if it is there.
    #[inline(always)]
    fn enter(
        &mut self,
        at: Instant,
        message: MessageId,
        slot: Slot,
        life: Life,
        way: Option<Way>,
    ) -> bool {
        let due_before = self.ledger.next_due();
        let timeout = self.charter.policies.plain_timeout(message.kind(), slot.priority());
        let is_plain = life.release_at.is_none() && life.accepted_at + timeout == life.deadline;
        let is_new = if is_plain {
            self.ledger.accept(message, slot)
        } else {
            self.ledger.accept_apart(message, slot, life)
        };
        if is_new && let Some(way) = way {
            self.await_way(at, message, slot, life, way);
        }
        if self.ledger.next_due() != due_before {
            self.set_alarm();
        }
        is_new
    }

    /// Notes that an open message waits for its route.
    #[inline(always)]
    pub(super) fn await_way(
        &mut self,
        at: Instant,
        message: MessageId,
        slot: Slot,
        life: Life,
        way: Way,
    ) {
        self.flushes.enter(way.route, slot, life.accepted_at, at);
        if life.accepted_at < at {
            self.orders.catch_up(way.route, message, life.accepted_at);
        }
        if let Some(release_at) = life.release_at.filter(|release_at| *release_at > at) {
            self.orders.retain(way.route, message, release_at);
        }
    }

    #[inline(always)]
    fn begin(&mut self, at: Instant, message: MessageId, site: SiteId) {
        let Some(before) = self.ledger.begin(message, self.decided_since(at)) else {
            self.check_end(at, message, site, Deed::Began);
            return;
        };
        let Some(way) = self.charter.way_of(message) else { return };
        if !before.was_offered() {
            self.flushes.offer(way.route);
        }
        self.check_way(at, message, before, way, site);
        self.note(right_host::check_site(&self.charter, at, message, way, site));
    }

    fn fail(&mut self, at: Instant, message: MessageId, status: Status) {
        let Some(before) = self.ledger.fail(message, status) else { return };
        let due = ends_by_deadline::due_after_failure(before, at, self.charter.policies.grace());
        if let Some(due) = due {
            self.ledger.postpone(message, due);
            self.set_alarm();
        }
    }

    #[inline(always)]
    fn deliver(&mut self, at: Instant, message: MessageId, site: SiteId) {
        let apart = self.ledger.life(message).copied();
        let way = self.charter.way_of(message);
        let Some(slot) = self.end(at, message, way, apart, End::Delivered) else {
            self.check_end(at, message, site, Deed::Delivered);
            return;
        };
        let in_doubt = self.doubts.end(message);
        self.doubts.excuse(in_doubt);
        if self.doubts.keeps_deliveries() {
            let life = apart.unwrap_or_else(|| self.plain_life(message, slot));
            let delivery = Delivery { at, message, slot, life };
            if !self.store.is_latched() {
                self.doubts.keep(delivery);
            } else if self.store.was_under_way(message) {
                self.doubts.undo(delivery);
            }
        }
        let Some(way) = way else { return };
        if !slot.is_in_transfer() {
            self.check_call(at, message, slot, way);
            self.check_release(at, message, apart, site);
        }
        self.note(right_host::check_site(&self.charter, at, message, way, site));
    }

    fn give_up(&mut self, at: Instant, message: MessageId, status: Status, end: End) {
        let apart = self.ledger.life(message).copied();
        let way = self.charter.way_of(message);
        let Some(slot) = self.end(at, message, way, apart, end) else { return };
        self.doubts.end(message);
        if end != End::Returned {
            self.fates.dropped(message);
        }
        self.note(ends_once::untold(&self.charter, at, message, end));
        if at < slot.deadline() {
            let Life { accepted_at, .. } = apart.unwrap_or_else(|| self.plain_life(message, slot));
            let since = self.outages.reach(at);
            self.check_cause(&GivenUp { at, message, slot, accepted_at, status, since });
        }
    }

    #[cold]
    pub(super) fn check_cause(&mut self, given_up: &GivenUp) {
        if !given_up.is_lawful(&self.charter, &self.flushes, &self.orders) {
            self.docket.note(no_early_report::breach(&self.charter, given_up));
        }
    }

    fn report(&mut self, at: Instant, message: MessageId, kind: Kind, status: Status) {
        let standing = (kind != Kind::Failed).then(|| self.ledger.standing(message));
        let (standing, life) = match standing {
            Some(Standing::Open(slot)) => (standing, Some(self.life_of(message, slot))),
            // It was delivered after the report was born, and that was seen at once.
            Some(Standing::Ended) if kind == Kind::Delayed => {
                match self.doubts.delivered(message, self.decided_since(at)) {
                    Some(it) => (Some(Standing::Open(it.slot)), Some(it.life)),
                    None => (standing, None),
                }
            }
            Some(Standing::Ended | Standing::Unheard) | None => (standing, None),
        };
        if kind == Kind::Failed {
            self.give_up(at, message, status, End::Returned);
        }
        let unlawful = no_report_on_report::check(&self.charter, at, message, kind);
        if unlawful.is_some() {
            self.note(unlawful);
            return;
        }
        self.births.announce(at, message.report(kind));
        self.set_alarm();
        let told = self.fates.reported(message, kind);
        if kind == Kind::Delayed && told.is_first && self.was_just_delivered(at, message) {
            return;
        }
        let born = Born { message, kind, standing, life };
        self.note(reports_bounded::check(&self.charter, &self.fates, at, &born, told));
    }

    /// Whether a message was delivered so lately that a report of its delay, which is seen now, was
    /// born before.
    fn was_just_delivered(&self, at: Instant, message: MessageId) -> bool {
        self.is_late()
            && self.ledger.standing(message) == Standing::Ended
            && self.fates.of(message) == Fate::Delivered
            && self
                .charter
                .way_of(message)
                .is_some_and(|way| self.flushes.has_changed(way.route, self.outages.reach(at)))
    }

    fn cancel(&mut self, at: Instant, message: MessageId) {
        let apart = self.ledger.life(message).copied();
        let way = self.charter.way_of(message);
        let Some(slot) = self.end(at, message, way, apart, End::Cancelled) else { return };
        self.doubts.end(message);
        self.fates.dropped(message);
        let life = apart.unwrap_or_else(|| self.plain_life(message, slot));
        let since = self.outages.reach(at).max(life.accepted_at);
        let is_ordered =
            way.is_some_and(|way| self.orders.was_given(Order::Cancel, since, way.route, message));
        if !is_ordered {
            self.docket.note(ends_once::not_ordered(at, message));
        }
    }

    /// Ends a message in every book, its life being known where it stands apart; where it was not open,
    /// that is a breach and no slot comes back.
    #[inline(always)]
    fn end(
        &mut self,
        at: Instant,
        message: MessageId,
        way: Option<Way>,
        apart: Option<Life>,
        end: End,
    ) -> Option<Slot> {
        let Some(ended) = self.take_off(at, message, way) else {
            self.ended = None;
            let standing = self.ledger.standing(message);
            self.docket.note(ends_once::ended_again(at, message, standing, end));
            return None;
        };
        let life = apart.unwrap_or_else(|| self.plain_life(message, ended.slot));
        self.ended = (!self.doubts.is_revived(message)).then_some(life.accepted_at);
        let grace = self.charter.policies.grace();
        let lateness = ends_by_deadline::lateness(&ended, at, grace, &self.outages);
        self.largest_lateness = self.largest_lateness.max(lateness);
        Some(ended.slot)
    }

    /// Takes a message out of the books that say what is open, in silence.
    pub(super) fn take_out(&mut self, at: Instant, message: MessageId) -> Option<Ended> {
        self.take_off(at, message, self.charter.way_of(message))
    }

    #[inline(always)]
    fn take_off(&mut self, at: Instant, message: MessageId, way: Option<Way>) -> Option<Ended> {
        let ended = self.ledger.end(message)?;
        if let Some(way) = way {
            self.flushes.leave(way.route, ended.slot, at);
            self.orders.end(way.route, message);
            self.doubt_flush(at, way.route);
        }
        Some(ended)
    }

    /// Leaves open whether the flush of a route goes on, if nothing that is left may go.
    #[inline(always)]
    pub(super) fn doubt_flush(&mut self, at: Instant, route: RouteId) {
        let open = self.flushes.open(route) as usize;
        // Of nothing that is left nothing need be counted.
        let may_none_go = open == 0
            || open <= self.orders.held_back_at_most()
                && open <= self.orders.held_back(route, at).len();
        if may_none_go {
            self.flushes.doubt(route);
        }
    }

    /// Judges that a message goes its way now.
    #[inline(always)]
    fn check_way(&mut self, at: Instant, message: MessageId, slot: Slot, way: Way, site: SiteId) {
        self.check_call(at, message, slot, way);
        if slot.is_apart() {
            let life = self.ledger.life(message).copied();
            self.check_release(at, message, life, site);
        }
    }

    #[inline(always)]
    fn check_call(&mut self, at: Instant, message: MessageId, slot: Slot, way: Way) {
        if self.store.has_muddled(way.route) {
            return;
        }
        if self.is_late() {
            let since = self.outages.reach(at).max(self.life_of(message, slot).accepted_at);
            if self.flushes.was_open(way.route, since) {
                return;
            }
        }
        let breach = call_before_delivery::check(&self.charter, &self.flushes, at, message, way);
        self.note(breach);
    }

    /// Since when the hub may have decided on what is seen of it now.
    fn decided_since(&self, at: Instant) -> Instant {
        if self.is_late() { self.outages.reach(at) } else { at }
    }

    #[inline(always)]
    fn check_release(&mut self, at: Instant, message: MessageId, life: Option<Life>, site: SiteId) {
        if let Some(life) = life {
            self.note(not_before_release::check(&self.charter, at, message, site, &life));
        }
    }

    fn check_end(&mut self, at: Instant, message: MessageId, site: SiteId, deed: Deed) {
        if self.ledger.standing(message) != Standing::Ended {
            return;
        }
        let breach = match self.fates.of(message) {
            Fate::Delivered => no_duplicate::breach(&self.charter, at, message, site, deed),
            Fate::Returned | Fate::Dropped => {
                nothing_after_the_end::breach(&self.charter, at, message, site, deed)
            }
        };
        self.docket.note(breach);
    }
}
