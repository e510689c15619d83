//! What goes out: connections, transfers, and what follows when they fail.

use super::connection::Connection;
use super::lane::Gate;
use super::shelf::{Handle, Standing, Ticket};
use super::timers::Timer;
use super::{ConnectionId, Effect, Mode, NextTry, Outbox, Phase, Queue, Record, Rules};
use crate::base::{Instant, Priority, RouteId, Status};

impl<R: Rules> Queue<R> {
    /// Opens connections for a route as long as more messages wait than connections are on the way
    /// to them.
    pub(super) fn dial(&mut self, now: Instant, route: RouteId, out: &mut impl Outbox) {
        let limit = self.policy.connections_per_route.get();
        loop {
            let lane = &mut self.lanes[route.index()];
            let busy = lane.opening + lane.open;
            if lane.gate != Gate::Open || busy >= limit || lane.waiting <= lane.opening {
                return;
            }
            lane.opening += 1;
            let connection = self.connections.add(route);
            self.recount(route);
            self.listen(now, connection, Phase::Connect);
            self.bid(Effect::Connect { connection, route }, out);
        }
    }

    /// Notes where a session is, and until when its peer may be silent.
    fn listen(&mut self, now: Instant, id: ConnectionId, phase: Phase) {
        let Some(connection) = self.connections.get(id) else { return };
        connection.phase = phase;
        connection.silent_until = now + self.policy.phase_timeout[phase as usize];
        // A timer that is early comes up, finds that the peer has spoken, and is set again.
        if connection.silent_until < connection.armed_at {
            connection.armed_at = connection.silent_until;
            self.timers.set(connection.armed_at, Timer::Silence(id));
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
            self.listen(now, id, phase);
        }
    }

    /// The host has greeted.
    pub(super) fn connected(&mut self, now: Instant, id: ConnectionId, out: &mut impl Outbox) {
        let Some(connection) = self.connections.get(id) else { return };
        if connection.is_open() {
            return;
        }
        connection.phase = Phase::Command;
        let route = connection.route;
        let lane = &mut self.lanes[route.index()];
        lane.opening -= 1;
        lane.open += 1;
        if std::mem::take(&mut lane.failures) > 0 {
            self.record(Record::RouteAnswered { route }, out);
        }
        self.recount(route);
        self.serve(now, id, route, out);
    }

    /// Gives a connection its next message, or closes it.
    fn serve(&mut self, now: Instant, id: ConnectionId, route: RouteId, out: &mut impl Outbox) {
        let next = match self.lanes[route.index()].gate {
            Gate::Open => self.pick(route),
            Gate::AwaitsCall | Gate::AwaitsTry => None,
        };
        let Some(handle) = next else {
            return self.close(id, route, out);
        };
        self.count_tries(handle);
        self.stand(handle, Standing::InTransfer);
        let entry = self.shelf.entry_mut(handle);
        entry.attempts = entry.attempts.saturating_add(1);
        let (message, size_bytes) = (entry.message, entry.size_bytes);
        let attempt = u32::from(entry.attempts);
        if let Some(connection) = self.connections.get(id) {
            connection.carries = Some(handle);
        }
        self.listen(now, id, Phase::Command);
        self.bid(Effect::Transfer { connection: id, message, size_bytes, attempt }, out);
    }

    fn close(&mut self, id: ConnectionId, route: RouteId, out: &mut impl Outbox) {
        self.connections.remove(id);
        let lane = &mut self.lanes[route.index()];
        lane.open -= 1;
        // What a flush has offered and not got rid of waits for the next call.
        if lane.mode == Mode::Held && lane.open + lane.opening == 0 {
            lane.gate = Gate::AwaitsCall;
        }
        self.recount(route);
        self.bid(Effect::Close { connection: id }, out);
    }

    /// The next message of a route that is to go: by priority, then by age.
    fn pick(&mut self, route: RouteId) -> Option<Handle> {
        Priority::ALL.into_iter().find_map(|priority| {
            let lane = &mut self.lanes[route.index()];
            let fresh = lane.next(&self.shelf, priority);
            let again = self.next_again(route, priority);
            let age = |handle: &Handle| self.shelf.entry(*handle).serial;
            let handle = fresh.into_iter().chain(again).min_by_key(age)?;
            if fresh == Some(handle) {
                self.lanes[route.index()].chain(priority).1.step();
            }
            if !self.again.is_empty() {
                self.again.remove(&(route, priority, self.shelf.ticket(handle)));
            }
            Some(handle)
        })
    }

    fn next_again(&self, route: RouteId, priority: Priority) -> Option<Handle> {
        if self.again.is_empty() {
            return None;
        }
        let from = (route, priority, Ticket::FIRST);
        let (found, place, ticket) = self.again.range(from..).next()?;
        (*found == route && *place == priority).then_some(ticket.handle)
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
        let route = connection.route;
        connection.phase = Phase::Command;
        if status.class() == 2 {
            self.deliver(handle, out);
        } else {
            self.try_failed(now, handle, status, out);
        }
        self.serve(now, id, route, out);
    }

    /// A try for one message failed: it ends if its time is up or nothing can help it; else it waits
    /// for its route's next call, or for its own next try.
    fn try_failed(&mut self, now: Instant, handle: Handle, status: Status, out: &mut impl Outbox) {
        let (route, _) = self.shelf.place(handle);
        let lane = &self.lanes[route.index()];
        let (mode, counted) = (lane.mode, lane.failed_connections);
        let entry = self.shelf.entry_mut(handle);
        entry.status = Some(status);
        // What befell other connections of the route meanwhile was no try for this message.
        entry.failures_counted = counted;
        let (message, attempts) = (entry.message, entry.attempts);
        if entry.standing == Standing::Overdue || status.is_permanent() {
            return self.fail(now, handle, out);
        }
        let next_try = match mode {
            Mode::Held => None,
            Mode::Direct => match self.rules.next_try(&self.policy, u32::from(attempts), now) {
                NextTry::At(at) => Some(at),
                NextTry::GiveUp => return self.fail(now, handle, out),
            },
        };
        self.record(Record::Deferred { message, attempts, status, next_try }, out);
        self.defer(handle, next_try);
    }

    /// Puts a message back: to its own next try, or to wait with its route.
    pub(super) fn defer(&mut self, handle: Handle, next_try: Option<Instant>) {
        let Some(at) = next_try else {
            return self.stand(handle, Standing::Waiting);
        };
        self.stand(handle, Standing::Scheduled);
        self.timers.set(at, Timer::MessageTry(self.shelf.ticket(handle)));
    }

    /// A connection is gone, whatever the reason.
    pub(super) fn lost(
        &mut self,
        now: Instant,
        id: ConnectionId,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let Some(connection) = self.connections.remove(id) else { return };
        let lane = &mut self.lanes[connection.route.index()];
        if connection.is_open() {
            lane.open -= 1;
        } else {
            lane.opening -= 1;
        }
        self.recount(connection.route);
        let overdue = connection.carries.and_then(|it| self.interrupted(it, status, out));
        self.route_failed(now, &connection, status, out);
        // After the gate was closed: its report may have to wait at the same one.
        if let Some(handle) = overdue {
            self.fail(now, handle, out);
        }
    }

    /// A message's connection ended under it: it waits with its route. If its time is up, it is given
    /// back, to fail.
    fn interrupted(
        &mut self,
        handle: Handle,
        status: Status,
        out: &mut impl Outbox,
    ) -> Option<Handle> {
        let counted = self.lanes[self.shelf.place(handle).0.index()].failed_connections;
        let entry = self.shelf.entry_mut(handle);
        entry.status = Some(status);
        entry.failures_counted = counted;
        let (message, attempts) = (entry.message, entry.attempts);
        if entry.standing == Standing::Overdue {
            return Some(handle);
        }
        self.record(Record::Deferred { message, attempts, status, next_try: None }, out);
        self.defer(handle, None);
        None
    }

    /// Closes the gate of a route whose connection failed: a held route waits for the next call, a
    /// direct one for its next try (RFC 5321 4.5.4.1: retries to one destination are delayed).
    fn route_failed(
        &mut self,
        now: Instant,
        connection: &Connection,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let route = connection.route;
        let lane = &mut self.lanes[route.index()];
        let first = lane.gate == Gate::Open;
        let next_try = match lane.mode {
            Mode::Direct if first => {
                lane.failures += 1;
                Some(self.rules.next_try(&self.policy, lane.failures, now))
            }
            Mode::Direct | Mode::Held => None,
        };
        let next_try_at = match next_try {
            Some(NextTry::At(at)) => Some(at),
            Some(NextTry::GiveUp) | None => None,
        };
        if !connection.is_open() {
            lane.failed_connections += 1;
            lane.last_failure = status;
            self.record(Record::RouteFailed { route, status, next_try: next_try_at }, out);
        }
        match next_try {
            Some(NextTry::GiveUp) => self.give_up(now, route, status, out),
            Some(NextTry::At(at)) => self.close_gate_until(route, at),
            None => self.close_gate(route),
        }
    }

    /// Closes a held route's gate; a direct route that failed before stays as it is.
    fn close_gate(&mut self, route: RouteId) {
        let lane = &mut self.lanes[route.index()];
        if lane.mode == Mode::Held {
            lane.gate = Gate::AwaitsCall;
        }
        self.recount(route);
    }

    /// Closes a direct route's gate until its next try.
    pub(super) fn close_gate_until(&mut self, route: RouteId, at: Instant) {
        let lane = &mut self.lanes[route.index()];
        lane.gate = Gate::AwaitsTry;
        lane.tries_set = lane.tries_set.wrapping_add(1);
        self.timers.set(at, Timer::RouteTry { route, number: lane.tries_set });
        self.recount(route);
    }

    /// No further try is to be made: all that waits with the route fails. The reports about it may
    /// go by the same route; they have not been tried yet, so they are.
    fn give_up(&mut self, now: Instant, route: RouteId, status: Status, out: &mut impl Outbox) {
        self.lanes[route.index()].open_gate();
        let waiting: Vec<Handle> = std::iter::from_fn(|| self.pick(route)).collect();
        // Shut, so that no report is given a connection before all that failed is out of the way.
        self.lanes[route.index()].gate = Gate::AwaitsTry;
        for handle in waiting {
            self.shelf.entry_mut(handle).status.get_or_insert(status);
            self.fail(now, handle, out);
        }
        self.lanes[route.index()].open_gate();
        self.recount(route);
        self.dial(now, route, out);
    }

    /// A route's next try has come, unless it has been tried since.
    pub(super) fn route_try(
        &mut self,
        now: Instant,
        route: RouteId,
        number: u32,
        out: &mut impl Outbox,
    ) {
        let lane = &mut self.lanes[route.index()];
        if lane.gate == Gate::AwaitsTry && lane.tries_set == number {
            lane.open_gate();
            self.recount(route);
            self.dial(now, route, out);
        }
    }

    /// A message's own next try has come.
    pub(super) fn message_try(&mut self, now: Instant, ticket: Ticket, out: &mut impl Outbox) {
        if self.shelf.live(ticket).is_none_or(|entry| entry.standing != Standing::Scheduled) {
            return;
        }
        let (route, priority) = self.shelf.place(ticket.handle);
        self.stand(ticket.handle, Standing::Waiting);
        self.again.insert((route, priority, ticket));
        self.dial(now, route, out);
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
            self.timers.set(connection.armed_at, Timer::Silence(id));
            return;
        }
        let status = match connection.phase {
            Phase::Connect | Phase::Greeting => Status::NO_ANSWER,
            Phase::Command | Phase::Data | Phase::FinalDot => Status::BAD_CONNECTION,
        };
        self.bid(Effect::Abort { connection: id, status }, out);
        self.lost(now, id, status, out);
    }

    /// Adds to a message's tries the connections of its route that failed while it waited.
    pub(super) fn count_tries(&mut self, handle: Handle) {
        let (route, _) = self.shelf.place(handle);
        let lane = &self.lanes[route.index()];
        let entry = self.shelf.entry_mut(handle);
        let missed = lane.failed_connections.wrapping_sub(entry.failures_counted);
        if missed > 0 {
            entry.attempts =
                entry.attempts.saturating_add(u16::try_from(missed).unwrap_or(u16::MAX));
            entry.failures_counted = lane.failed_connections;
            entry.status = Some(lane.last_failure);
        }
    }
}
