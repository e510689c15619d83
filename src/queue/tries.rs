//! The tries of a message: whose turn it is, what a failed one leaves it to wait for.
//!
//! In: what became of a try. Out: a message that has ended, or waits with its route or by itself.

use super::entry::{Entry, Standing};
use super::gate::Outlook;
use super::shelf::{Handle, Ticket};
use super::timers::Timer;
use super::{FailedTry, Mode, NextTry, Outbox, Queue, Record, Rules, Tried};
use crate::base::{Instant, RouteId, State, Status};

impl<R: Rules> Queue<R> {
    /// The next message of a route that is to go.
    #[inline(always)]
    pub(super) fn pick(&mut self, route: RouteId) -> Option<Handle> {
        self.lanes[route.index()].pick(&self.shelf)
    }

    /// A try for one message failed: it ends if its time is up or nothing can help it; else it waits
    /// for its route's next call, or for its own next try.
    pub(super) fn try_failed(
        &mut self,
        now: Instant,
        handle: Handle,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let Entry { message, attempts, standing, marks, .. } = self.tried(handle, status);
        if status.is_permanent() {
            return self.fail(now, handle, out);
        }
        if standing == Standing::Overdue {
            self.note_time_up(handle);
            return self.fail(now, handle, out);
        }
        let (route, _) = self.shelf.place(handle);
        let deadline = Some(self.deadline_of(handle));
        let failed = FailedTry { failures: u32::from(attempts), now, deadline };
        let next_try = match self.lanes[route.index()].mode {
            Mode::Held => None,
            Mode::Direct => match self.rules.next_try(&self.policy, &failed) {
                NextTry::At(_) if marks.is_to_be_held() => None,
                NextTry::At(at) => Some(at),
                NextTry::GiveUp => return self.fail(now, handle, out),
            },
        };
        self.record(Record::Deferred { message, attempts, status, next_try }, out);
        match next_try {
            Some(at) => self.schedule(handle, at),
            None if marks.is_to_be_held() => self.hold_tried(handle),
            None => self.refuse(handle),
        }
    }

    /// A message's connection was lost under it: a try of it alone, and for a direct route a step up
    /// its ladder. It waits with its route; where no further try is to be made, it fails, and the
    /// others, which were not tried, are tried at once.
    pub(super) fn interrupted(
        &mut self,
        now: Instant,
        at: Instant,
        handle: Handle,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let (route, _) = self.shelf.place(handle);
        let Entry { message, attempts, standing, marks, .. } = self.tried(handle, status);
        let outlook = self.outlook(now, route);
        let ends = standing == Standing::Overdue || matches!(outlook, Outlook::Nothing);
        if !ends {
            self.record(Record::Deferred { message, attempts, status, next_try: None }, out);
            if marks.is_to_be_held() {
                self.hold_tried(handle);
            } else {
                self.stand(handle, Standing::Waiting);
            }
        }
        let (tried, next_try) = (Tried::OneMessage, outlook.next_try());
        if next_try.is_some() {
            self.record(Record::RouteFailed { route, at, status, tried, next_try }, out);
        }
        self.shut_for(route, outlook);
        // After the gate was shut: its report may have to wait at the same one.
        if ends {
            if standing == Standing::Overdue {
                self.note_time_up(handle);
            }
            self.fail(now, handle, out);
        }
        self.dial(now, route, out);
    }

    /// Notes what became of a try. What befell other connections of the route meanwhile was no try of
    /// this message.
    pub(super) fn tried(&mut self, handle: Handle, status: Status) -> Entry {
        let (route, _) = self.shelf.place(handle);
        let entry = self.shelf.entry_mut(handle);
        entry.status = Some(status);
        entry.failures_counted = self.lanes[route.index()].failed_connections;
        *entry
    }

    /// Puts a message on hold that was to be held when its try was over.
    fn hold_tried(&mut self, handle: Handle) {
        self.shelf.entry_mut(handle).marks.release();
        self.hold_back(handle);
    }

    /// Puts a message back to wait for its own next try.
    pub(super) fn schedule(&mut self, handle: Handle, at: Instant) {
        self.stand(handle, Standing::Scheduled);
        self.timers.set(at, Timer::MessageTry(self.shelf.ticket(handle)));
    }

    /// Puts a message back to wait for its route's next offer: in this one it was refused.
    fn refuse(&mut self, handle: Handle) {
        self.stand(handle, Standing::Waiting);
        let lane = &mut self.lanes[self.shelf.place(handle).0.index()];
        self.shelf.refuse(handle, lane.offer);
        lane.waiting -= 1;
        lane.refused += 1;
        self.census.messages[lane.state as usize] -= 1;
        self.census.messages[lane.refused_state() as usize] += 1;
    }

    /// A message's own next try has come.
    pub(super) fn message_try(&mut self, now: Instant, ticket: Ticket, out: &mut impl Outbox) {
        if self.shelf.live(ticket).is_some_and(|entry| entry.standing == Standing::Scheduled) {
            self.wait_again(ticket.handle);
            self.dial(now, self.shelf.place(ticket.handle).0, out);
        }
    }

    /// Lets a message that waited by itself wait with its route: for its turn in the offer that is on,
    /// which may have passed it. What befell the route before was no try of it.
    pub(super) fn wait_again(&mut self, handle: Handle) {
        let (route, priority) = self.shelf.place(handle);
        self.stand(handle, Standing::Waiting);
        let lane = &mut self.lanes[route.index()];
        lane.again.insert((priority, self.shelf.ticket(handle)));
        self.shelf.entry_mut(handle).failures_counted = lane.failed_connections;
    }

    /// Adds to a message's tries the connections of its route that failed while it waited with it.
    pub(super) fn count_tries(&mut self, handle: Handle) {
        let lane = &self.lanes[self.shelf.place(handle).0.index()];
        let entry = self.shelf.entry_mut(handle);
        entry.count_failures(lane.failed_connections, lane.last_failure);
    }

    /// The next try of a message that waits for its turn begins.
    #[inline(always)]
    pub(super) fn begin_try(&mut self, route: RouteId, handle: Handle) -> Entry {
        let lane = &mut self.lanes[route.index()];
        let entry = self.shelf.entry_mut(handle);
        entry.count_failures(lane.failed_connections, lane.last_failure);
        entry.attempts = entry.attempts.saturating_add(1);
        entry.standing = Standing::InTransfer;
        lane.waiting -= 1;
        self.census.messages[lane.state as usize] -= 1;
        self.census.messages[State::InTransfer as usize] += 1;
        *entry
    }
}
