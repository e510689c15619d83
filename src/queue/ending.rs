//! How a message ends: delivered, returned to its sender, or kept with nobody to tell.

use super::entry::Standing;
use super::lane::Gate;
use super::notices::Told;
use super::shelf::Handle;
use super::terms::Terms;
use super::{Effect, Extensions, Mode, Notice, Outbox, Queue, Record, Rules};
use crate::base::{Instant, Kind, RouteId, Status};

impl<R: Rules> Queue<R> {
    /// The host took it. Where that host is the last to know and its sender wants to, it is told.
    #[inline(always)]
    pub(super) fn deliver(
        &mut self,
        now: Instant,
        handle: Handle,
        offers: &Extensions,
        out: &mut impl Outbox,
    ) {
        if let Some(route) = self.relay_reader(handle, offers) {
            let told = Told { kind: Kind::Relayed, status: Status::RELAYED, route };
            self.report(now, handle, told, out);
            return self.dial(now, route, out);
        }
        let message = self.shelf.entry(handle).message;
        self.record(Record::Delivered { message }, out);
        self.remove(handle);
    }

    /// Its time is up, its grace over, at an instant that may only be noticed now: what carries it is
    /// cut, and it fails.
    pub(super) fn expire(
        &mut self,
        now: Instant,
        at: Instant,
        handle: Handle,
        out: &mut impl Outbox,
    ) {
        if !self.shelf.entry(handle).standing.is_carried() {
            self.note_time_up(handle);
            return self.fail(now, handle, out);
        }
        let id = self.connections.carrying(handle).expect("what is in transfer is carried");
        let status = Status::BAD_CONNECTION;
        // So that the loss of its connection ends it, as it does in the grace.
        self.shelf.entry_mut(handle).standing = Standing::Overdue;
        self.abort(id, status, out);
        self.lost(now, at, id, status, out);
    }

    /// Notes that it ends because its time is up. Its status stays that of its last try, but where it
    /// ends by its by-time (RFC 2852: 5.4.7, tried or not).
    pub(super) fn note_time_up(&mut self, handle: Handle) {
        if self.terms(handle).is_some_and(Terms::end_at_the_by_time) {
            self.fails_with(handle, Status::BY_TIME_PASSED);
        }
    }

    /// Notes with which status it fails that no try gave it.
    pub(super) fn fails_with(&mut self, handle: Handle, status: Status) {
        self.count_tries(handle);
        self.shelf.entry_mut(handle).status = Some(status);
    }

    /// It fails for good, and its report goes on its way.
    pub(super) fn fail(&mut self, now: Instant, handle: Handle, out: &mut impl Outbox) {
        if let Some(route) = self.give_back(now, handle, out) {
            self.dial(now, route, out);
        }
    }

    /// It fails for good: its sender is told, by a message of its own, which waits for the route
    /// that is given back.
    pub(super) fn give_back(
        &mut self,
        now: Instant,
        handle: Handle,
        out: &mut impl Outbox,
    ) -> Option<RouteId> {
        self.count_tries(handle);
        let entry = *self.shelf.entry(handle);
        // RFC 3464: a message that was never tried has no other status than that its time is up.
        let status = entry.status.unwrap_or(Status::EXPIRED);
        let (message, attempts) = (entry.message, u32::from(entry.attempts));
        match self.rules.notice(entry.sender_route(), Kind::Failed, entry.marks.notify()) {
            Notice::Report(route) => {
                self.report(now, handle, Told { kind: Kind::Failed, status, route }, out);
                Some(route)
            }
            Notice::DeadLetter => {
                self.record(Record::DeadLettered { message, at: now, status }, out);
                self.remove(handle);
                self.bid(Effect::DeadLetter { message, status, attempts }, out);
                None
            }
            Notice::Suppress => {
                self.record(Record::Suppressed { message, at: now, status }, out);
                self.remove(handle);
                self.bid(Effect::Suppressed { message, status, attempts }, out);
                None
            }
        }
    }

    /// Takes a message off: it has ended.
    pub(super) fn remove(&mut self, handle: Handle) {
        let entry = *self.shelf.entry(handle);
        let (route, priority) = self.shelf.place(handle);
        let ticket = self.shelf.ticket(handle);
        let lane = &mut self.lanes[route.index()];
        lane.live -= 1;
        lane.kept -= u32::from(entry.standing.is_kept());
        let state = match entry.standing.own_state() {
            Some(state) => state,
            None => lane.end_wait(priority, ticket, &self.shelf),
        };
        let (chain, cursor) = lane.chain(priority);
        self.shelf.remove(chain, cursor, handle);
        self.census.messages[state as usize] -= 1;
        self.census.size_bytes -= u64::from(entry.size_bytes);
        self.forget_deadline(&entry, priority, ticket);
        self.end_flush_if_served(route);
    }

    /// A flush is over when nothing of its set is left that can leave, or nothing waits for its turn
    /// and no connection is on; what comes then waits for a new call.
    #[inline(always)]
    pub(super) fn end_flush_if_served(&mut self, route: RouteId) {
        let lane = &mut self.lanes[route.index()];
        let is_idle = lane.waiting == 0 && lane.open + lane.opening == 0;
        if lane.mode == Mode::Held && (lane.can_leave() == 0 || is_idle) {
            lane.gate = Gate::AwaitsCall;
            self.recount(route);
        }
    }
}
