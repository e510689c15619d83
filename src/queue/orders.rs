//! What an administrator may do: pause, hold, cancel, return, flush.
//!
//! In: an order and what it is about. Out: the effects of it. Expiry is not asked and goes on
//! whatever is ordered. An order costs O(messages of the routes that it is about), also where it is
//! about one message of them.

use std::ops::Range;

use super::entry::{Entry, Standing};
use super::lane::Gate;
use super::shelf::{Handle, Ticket};
use super::{Effect, Mode, Outbox, Queue, Record, Rules};
use crate::base::{Instant, Order, Priority, RouteId, Status, Target};

impl<R: Rules> Queue<R> {
    /// Carries out an order. Where there is nothing of what it is about, nothing happens.
    pub(super) fn order(
        &mut self,
        now: Instant,
        order: Order,
        target: Target,
        out: &mut impl Outbox,
    ) {
        let is_whole_route = !matches!(target, Target::Message { .. });
        let tickets = match order {
            Order::Pause | Order::Resume | Order::Flush => Vec::new(),
            Order::Hold | Order::Release | Order::Cancel | Order::Expire => self.tickets(target),
        };
        let routes = self.routes_in(target);
        if tickets.is_empty() && (!is_whole_route || routes.is_empty()) {
            return;
        }
        if !matches!(order, Order::Expire | Order::Flush) {
            self.record(Record::Ordered { order, target }, out);
        }
        let mut reported = Vec::new();
        for Ticket { handle, .. } in tickets {
            match order {
                Order::Hold => self.hold(handle),
                Order::Release => self.release(now, handle),
                Order::Cancel => self.cancel(handle, out),
                Order::Expire => reported.extend(self.expire_at_once(now, handle, out)),
                Order::Pause | Order::Resume | Order::Flush => {}
            }
        }
        for route in reported {
            self.dial(now, route, out);
        }
        for route in routes.map(RouteId) {
            match order {
                Order::Pause => self.pause(route),
                Order::Resume => self.resume(route),
                Order::Flush => self.call(now, route, out),
                Order::Hold | Order::Release | Order::Cancel | Order::Expire => {}
            }
            // What was let go, or stands in the place of what was taken out, goes at once.
            self.dial(now, route, out);
        }
    }

    /// The numbers of the routes that an order is about; none where there is no such route.
    pub(super) fn routes_in(&self, target: Target) -> Range<u32> {
        let count = self.lanes.len() as u32;
        match target {
            Target::All => 0..count,
            Target::Route(RouteId(route)) | Target::Message { route: RouteId(route), .. } => {
                route.min(count)..route.saturating_add(1).min(count)
            }
        }
    }

    /// The messages that an order is about and that are there now: by route, then by priority and
    /// age.
    pub(super) fn tickets(&mut self, target: Target) -> Vec<Ticket> {
        let mut tickets = Vec::new();
        for route in self.routes_in(target) {
            for priority in Priority::ALL {
                let chain = *self.lanes[route as usize].chain(priority).0;
                tickets.extend(self.shelf.of_chain(chain).map(|it| self.shelf.ticket(it)));
            }
        }
        if let Target::Message { message, .. } = target {
            tickets.retain(|ticket| {
                // Copied out: a field of what is packed cannot be lent.
                let Entry { message: its, .. } = *self.shelf.entry(ticket.handle);
                its == message
            });
        }
        tickets
    }

    /// Lets no further connection be made for a route, and no further message begin on those there
    /// are. A flush that is on stays on.
    pub(super) fn pause(&mut self, route: RouteId) {
        self.lanes[route.index()].paused = true;
        self.recount(route);
    }

    /// Undoes a pause.
    pub(super) fn resume(&mut self, route: RouteId) {
        self.lanes[route.index()].paused = false;
        self.recount(route);
    }

    /// Holds a message; one that is in transfer, when its try has failed.
    pub(super) fn hold(&mut self, handle: Handle) {
        match self.shelf.entry(handle).standing {
            Standing::InTransfer | Standing::Overdue => {
                self.shelf.entry_mut(handle).marks.hold();
            }
            Standing::OnHold => {}
            Standing::Waiting | Standing::Scheduled | Standing::Future => self.hold_back(handle),
        }
    }

    /// Puts a message that no connection carries on hold, whatever it waited for.
    pub(super) fn hold_back(&mut self, handle: Handle) {
        self.count_tries(handle);
        self.stand(handle, Standing::OnHold);
        self.end_flush_if_served(self.shelf.place(handle).0);
    }

    /// Lets a message go again: with its route at once, whatever it had waited for before, unless its
    /// release (RFC 4865) has not come. The timer of that one is still set.
    pub(super) fn release(&mut self, now: Instant, handle: Handle) {
        let release_at = self.release_after(handle, now);
        let entry = self.shelf.entry_mut(handle);
        match (entry.standing, release_at) {
            (Standing::InTransfer | Standing::Overdue, _) => entry.marks.release(),
            (Standing::OnHold, Some(_)) => self.stand(handle, Standing::Future),
            (Standing::OnHold, None) => self.wait_again(handle),
            (Standing::Waiting | Standing::Scheduled | Standing::Future, _) => {}
        }
    }

    /// Takes a message out.
    fn cancel(&mut self, handle: Handle, out: &mut impl Outbox) {
        let message = self.shelf.entry(handle).message;
        self.cut(handle, out);
        self.remove(handle);
        self.bid(Effect::Cancelled { message }, out);
    }

    /// Returns a message as though its time were up, without grace. Given back is the route that its
    /// report waits for: none of the others is to begin a try because this one was cut.
    fn expire_at_once(
        &mut self,
        now: Instant,
        handle: Handle,
        out: &mut impl Outbox,
    ) -> Option<RouteId> {
        self.cut(handle, out);
        self.note_time_up(handle);
        self.give_back(now, handle, out)
    }

    /// Cuts what carries a message, if anything does. That ends a flush, as any lost connection does;
    /// but its host has done nothing wrong, so a direct route does not climb its ladder.
    fn cut(&mut self, handle: Handle, out: &mut impl Outbox) {
        if !self.shelf.entry(handle).standing.is_carried() {
            return;
        }
        let id = self.connections.carrying(handle).expect("what is in transfer is carried");
        let status = Status::BAD_CONNECTION;
        self.abort(id, status, out);
        self.take_off(id);
        self.tried(handle, status);
        let (route, _) = self.shelf.place(handle);
        if self.lanes[route.index()].mode == Mode::Held {
            self.shut(route, Gate::AwaitsCall);
        }
    }
}
