//! The gate of a route: what opens it, and what a failed connection shuts it for.
//!
//! In: calls, tries that have come, failures. Out: a gate that is open or shut, and the time of the
//! next try. It knows its messages only as those that wait.

use super::lane::Gate;
use super::shelf::Handle;
use super::timers::Timer;
use super::{FailedTry, Mode, NextTry, Outbox, Queue, Record, Rules, Tried};
use crate::base::{Instant, RouteId, Status};

impl<R: Rules> Queue<R> {
    /// Opens a flush, or joins the one that is on: all that waits is offered (again); what is in
    /// transfer is being offered, so a refusal of it waits for the next call. For a direct route it
    /// is the next try before its time.
    pub(super) fn call(&mut self, now: Instant, route: RouteId, out: &mut impl Outbox) {
        let lane = &self.lanes[route.index()];
        match (lane.mode, lane.gate) {
            (Mode::Held, _) if lane.can_leave() == 0 => {}
            (Mode::Held, _) | (Mode::Direct, Gate::AwaitsTry) => self.open(now, route, out),
            (Mode::Direct, Gate::Open | Gate::AwaitsCall) => {}
        }
    }

    /// A route's next try has come, unless it has been tried since.
    pub(super) fn route_try(
        &mut self,
        now: Instant,
        route: RouteId,
        number: u32,
        out: &mut impl Outbox,
    ) {
        let lane = &self.lanes[route.index()];
        if lane.gate == Gate::AwaitsTry && lane.tries_set == number {
            self.open(now, route, out);
        }
    }

    /// Opens the gate: all that waits is offered.
    fn open(&mut self, now: Instant, route: RouteId, out: &mut impl Outbox) {
        self.offer_all(route);
        self.recount(route);
        self.dial(now, route, out);
    }

    fn offer_all(&mut self, route: RouteId) {
        let lane = &mut self.lanes[route.index()];
        let again = lane.offer_all();
        self.census.messages[lane.refused_state() as usize] -= again;
        self.census.messages[lane.state as usize] += again;
    }

    /// No connection could be made: a try of all that wait. A held route waits for the next call, a
    /// direct one for its next try (RFC 5321 4.5.4.1: retries to one destination are delayed).
    pub(super) fn unreached(
        &mut self,
        now: Instant,
        at: Instant,
        route: RouteId,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let outlook = self.outlook(now, route);
        self.note_failure(at, route, status, outlook, out);
        match outlook {
            Outlook::Nothing => self.give_up(now, route, status, out),
            outlook => self.shut_for(route, outlook),
        }
    }

    /// There is no such host: all that waits with the route fails, whatever its ladder, also what was
    /// refused in this offer. A flush is over; a direct route stays as open as it was, so that what
    /// comes finds out anew.
    pub(super) fn no_such_host(
        &mut self,
        now: Instant,
        at: Instant,
        route: RouteId,
        status: Status,
        out: &mut impl Outbox,
    ) {
        self.note_failure(at, route, status, Outlook::Nothing, out);
        let lane = &self.lanes[route.index()];
        let gate = if lane.mode == Mode::Held { Gate::AwaitsCall } else { lane.gate };
        self.offer_all(route);
        self.shut(route, gate);
        self.give_up(now, route, status, out);
    }

    fn note_failure(
        &mut self,
        at: Instant,
        route: RouteId,
        status: Status,
        outlook: Outlook,
        out: &mut impl Outbox,
    ) {
        let lane = &mut self.lanes[route.index()];
        lane.failed_connections += 1;
        lane.last_failure = status;
        let (tried, next_try) = (Tried::AllThatWait, outlook.next_try());
        self.record(Record::RouteFailed { route, at, status, tried, next_try }, out);
    }

    /// Shuts a route's gate for as long as its outlook says.
    pub(super) fn shut_for(&mut self, route: RouteId, outlook: Outlook) {
        match outlook {
            Outlook::Call => self.shut(route, Gate::AwaitsCall),
            Outlook::Try(at) => self.shut_until(route, at),
            Outlook::NoChange | Outlook::Nothing => {}
        }
    }

    /// What a route may hope for once a connection of it has failed: a step up the ladder, where it
    /// is direct and its gate is open.
    pub(super) fn outlook(&mut self, now: Instant, route: RouteId) -> Outlook {
        let lane = &mut self.lanes[route.index()];
        match (lane.mode, lane.gate) {
            (Mode::Held, _) => Outlook::Call,
            (Mode::Direct, Gate::AwaitsTry | Gate::AwaitsCall) => Outlook::NoChange,
            (Mode::Direct, Gate::Open) => {
                let failures = lane.failures + 1;
                match self
                    .rules
                    .next_try(&self.policy, &FailedTry { failures, now, deadline: None })
                {
                    NextTry::At(at) => {
                        lane.failures = failures;
                        Outlook::Try(at)
                    }
                    NextTry::GiveUp => Outlook::Nothing,
                }
            }
        }
    }

    pub(super) fn shut(&mut self, route: RouteId, gate: Gate) {
        self.lanes[route.index()].gate = gate;
        self.recount(route);
    }

    /// Shuts a direct route's gate until its next try.
    pub(super) fn shut_until(&mut self, route: RouteId, at: Instant) {
        let lane = &mut self.lanes[route.index()];
        lane.tries_set = lane.tries_set.wrapping_add(1);
        self.timers.set(at, Timer::RouteTry { route, number: lane.tries_set });
        self.shut(route, Gate::AwaitsTry);
    }

    /// No further try is to be made: all that waits with the route fails. The reports about it may
    /// go by the same route; they have not been tried yet, so they are, once the way is clear.
    fn give_up(&mut self, now: Instant, route: RouteId, status: Status, out: &mut impl Outbox) {
        let waiting: Vec<Handle> = std::iter::from_fn(|| self.pick(route)).collect();
        let mut reported = Vec::new();
        for handle in waiting {
            self.shelf.entry_mut(handle).status.get_or_insert(status);
            reported.extend(self.give_back(now, handle, out));
        }
        for route in reported {
            self.dial(now, route, out);
        }
        self.dial(now, route, out);
    }
}

/// What a route may hope for after a failure.
#[derive(Clone, Copy)]
pub(super) enum Outlook {
    /// What it hoped for before: its next try is set.
    NoChange,
    /// The next call.
    Call,
    /// Another try at this instant.
    Try(Instant),
    /// Nothing: no further try is made.
    Nothing,
}

impl Outlook {
    /// The route's next try, where one is to be set.
    pub(super) const fn next_try(self) -> Option<Instant> {
        match self {
            Outlook::Try(at) => Some(at),
            Outlook::NoChange | Outlook::Call | Outlook::Nothing => None,
        }
    }
}
