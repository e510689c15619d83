//! The life of a connection: dialled, greeted, given one message after another, closed or lost.
//!
//! In: what is heard of it. Out: what it is to do next. Whether a route may dial is its gate's to
//! say, and what a failed try means for a message is the message's.

use super::capacity::Room;
use super::connection::Connection;
use super::entry::Entry;
use super::lane::Gate;
use super::shelf::Handle;
use super::timers::Timer;
use super::{ConnectionId, Effect, Extensions, Mode, Outbox, Phase, Queue, Record, Rules};
use crate::base::{Instant, RouteId, Status};

impl<R: Rules> Queue<R> {
    /// Opens connections for a route as long as more messages wait than connections are on the way
    /// to them.
    #[inline(always)]
    pub(super) fn dial(&mut self, now: Instant, route: RouteId, out: &mut impl Outbox) {
        if self.lanes[route.index()].may_go() {
            self.open_connections(now, route, out);
        }
    }

    fn open_connections(&mut self, now: Instant, route: RouteId, out: &mut impl Outbox) {
        let limit = self.policy.connections_per_route.get();
        loop {
            let lane = &mut self.lanes[route.index()];
            let busy = lane.opening + lane.open;
            if !lane.may_go() || busy >= limit || lane.waiting <= lane.opening {
                return;
            }
            if self.capacity.enter(&self.policy, route, self.routes.site(route)) == Room::Full {
                return;
            }
            lane.opening += 1;
            let silent_until = now + self.policy.phase_timeout[Phase::Connect as usize];
            let connection = self.connections.add(route, silent_until);
            self.timers.set(silent_until, Timer::Silence { route, connection });
            self.recount(route);
            self.bid(Effect::Connect { connection, route }, out);
        }
    }

    /// A sign of life. A word that comes out of turn (of a connection that carries nothing, of one
    /// not yet greeted) is not believed.
    pub(super) fn progress(&mut self, now: Instant, id: ConnectionId, phase: Phase) {
        let Some(connection) = self.connections.get(id) else { return };
        let fits = match phase {
            Phase::Connect | Phase::Greeting => !connection.is_open(),
            Phase::Command | Phase::Data | Phase::FinalDot => connection.carries.is_some(),
        };
        if fits && phase >= connection.phase {
            let silent_until = now + self.policy.phase_timeout[phase as usize];
            let route = connection.route;
            if let Some(at) = connection.listen(phase, silent_until) {
                self.timers.set(at, Timer::Silence { route, connection: id });
            }
        }
    }

    /// The host has greeted.
    pub(super) fn connected(
        &mut self,
        now: Instant,
        id: ConnectionId,
        offers: Extensions,
        out: &mut impl Outbox,
    ) {
        let Some(connection) = self.connections.get(id) else { return };
        if connection.is_open() {
            return;
        }
        connection.phase = Phase::Command;
        connection.offers = offers;
        let route = connection.route;
        let lane = &mut self.lanes[route.index()];
        lane.opening -= 1;
        lane.open += 1;
        self.recount(route);
        self.serve(now, id, route, &offers, out);
    }

    /// Gives a connection of a route its next message, or closes it.
    fn serve(
        &mut self,
        now: Instant,
        id: ConnectionId,
        route: RouteId,
        offers: &Extensions,
        out: &mut impl Outbox,
    ) {
        let Some(handle) = self.next_for(now, route, offers, out) else {
            return self.close(now, id, route, out);
        };
        let Entry { message, size_bytes, attempts, .. } = self.begin_try(route, handle);
        if let Some(connection) = self.connections.get(id) {
            connection.carries = Some(handle);
            let silent_until = now + self.policy.phase_timeout[Phase::Command as usize];
            if let Some(at) = connection.listen(Phase::Command, silent_until) {
                self.timers.set(at, Timer::Silence { route, connection: id });
            }
        }
        let attempt = u32::from(attempts);
        self.bid(Effect::Transfer { connection: id, message, size_bytes, attempt }, out);
    }

    /// The next message that a host may be given. One that its host must not get, since it would
    /// not keep its by-time (RFC 2852 4), fails for good: 5.3.3, the host is not capable of what was
    /// asked for.
    #[inline(always)]
    fn next_for(
        &mut self,
        now: Instant,
        route: RouteId,
        offers: &Extensions,
        out: &mut impl Outbox,
    ) -> Option<Handle> {
        while self.lanes[route.index()].may_go() {
            let handle = self.pick(route)?;
            if self.terms(handle).is_none_or(|terms| !terms.forbid(now, offers)) {
                return Some(handle);
            }
            self.fails_with(handle, Status::NOT_CAPABLE);
            self.fail(now, handle, out);
        }
        None
    }

    #[inline(never)]
    fn close(&mut self, now: Instant, id: ConnectionId, route: RouteId, out: &mut impl Outbox) {
        self.connections.remove(id);
        let lane = &mut self.lanes[route.index()];
        lane.open -= 1;
        let goes_on_later = lane.paused && lane.waiting > 0;
        // What a flush has offered and not got rid of waits for the next call.
        if lane.mode == Mode::Held && lane.open + lane.opening == 0 && !goes_on_later {
            lane.gate = Gate::AwaitsCall;
        }
        self.recount(route);
        self.bid(Effect::Close { connection: id }, out);
        self.capacity.leave(self.routes.site(route));
        self.fill_room(now, out);
    }

    /// The policy has changed: routes that wait for room may find some.
    pub(super) fn limits_changed(&mut self, now: Instant, out: &mut impl Outbox) {
        self.capacity.advance_all();
        self.fill_room(now, out);
    }

    /// Dials for the routes that wait for room while there is some, the one that has waited longest
    /// first.
    pub(super) fn fill_room(&mut self, now: Instant, out: &mut impl Outbox) {
        while let Some(route) = self.capacity.next_waiting(&self.policy) {
            let before = self.connections.count();
            self.dial(now, route, out);
            if self.connections.count() == before && !self.capacity.is_waiting(route) {
                // It has nothing to send any more: the room is for the next one.
                self.capacity.advance(self.routes.site(route));
            }
        }
    }

    /// The host's last word on a message.
    pub(super) fn replied(
        &mut self,
        now: Instant,
        id: ConnectionId,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let Some(connection) = self.connections.get(id) else { return };
        let Some(handle) = connection.carries.take() else { return };
        let (route, offers) = (connection.route, connection.offers);
        connection.phase = Phase::Command;
        // Not the greeting: a host that greets and then drops must not be tried without delay.
        if std::mem::take(&mut self.lanes[route.index()].failures) > 0 {
            self.record(Record::RouteAnswered { route }, out);
        }
        if status.class() == 2 {
            self.deliver(now, handle, &offers, out);
        } else {
            self.try_failed(now, handle, status, out);
        }
        self.serve(now, id, route, &offers, out);
    }

    /// A connection's timer came up: its peer has been silent for too long, or the timer is early.
    pub(super) fn silence(
        &mut self,
        now: Instant,
        at: Instant,
        id: ConnectionId,
        out: &mut impl Outbox,
    ) {
        let Some(connection) = self.connections.get(id) else { return };
        if connection.armed_at != at {
            return;
        }
        // Not `> now`: what comes up between here and there has its turn first.
        if connection.silent_until > at {
            connection.armed_at = connection.silent_until;
            let silence = Timer::Silence { route: connection.route, connection: id };
            self.timers.set(connection.armed_at, silence);
            return;
        }
        let status = match connection.phase {
            Phase::Connect | Phase::Greeting => Status::NO_ANSWER,
            Phase::Command | Phase::Data | Phase::FinalDot => Status::BAD_CONNECTION,
        };
        self.abort(id, status, out);
        self.lost(now, at, id, status, out);
    }

    /// A connection is gone, whatever the reason, since an instant that may only be noticed now.
    pub(super) fn lost(
        &mut self,
        now: Instant,
        at: Instant,
        id: ConnectionId,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let Some(connection) = self.take_off(id) else { return };
        let route = connection.route;
        match connection.carries {
            Some(handle) => self.interrupted(now, at, handle, status, out),
            // Class 5 is final only while the name is looked up. From a host that is there (a banner of
            // 554) it is about the host and not about any message, and a later try may help.
            None if connection.phase == Phase::Connect && status.is_permanent() => {
                self.no_such_host(now, at, route, status, out);
            }
            None => self.unreached(now, at, route, status, out),
        }
        self.fill_room(now, out);
    }

    /// Takes a connection out, however it ended, and out of its route's count. The room it had is free:
    /// [`Queue::fill_room`] gives it to others.
    pub(super) fn take_off(&mut self, id: ConnectionId) -> Option<Connection> {
        let connection = self.connections.remove(id)?;
        let lane = &mut self.lanes[connection.route.index()];
        if connection.is_open() {
            lane.open -= 1;
        } else {
            lane.opening -= 1;
        }
        self.recount(connection.route);
        self.capacity.leave(self.routes.site(connection.route));
        Some(connection)
    }
}
