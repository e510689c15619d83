//! How a message ends: delivered, returned to its sender, or kept with nobody to tell.

use super::deadlines::class_of;
use super::intake::Arrival;
use super::lane::Gate;
use super::shelf::{Handle, Standing, Ticket};
use super::{Effect, Mode, Notice, Outbox, Queue, Record, Rules};
use crate::base::{Instant, Kind, MessageId, Notify, Priority, RouteId, Status};

/// What a report weighs in the queue: its text, the delivery status and the headers of what it is
/// about (RFC 3464 asks for no more). Whoever composes the bytes is not bound by it.
const REPORT_SIZE_BYTES: u32 = 2_048;

impl<R: Rules> Queue<R> {
    /// The host took it.
    pub(super) fn deliver(&mut self, handle: Handle, out: &mut impl Outbox) {
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
        match self.shelf.entry(handle).standing {
            Standing::Waiting | Standing::Scheduled => self.fail(now, handle, out),
            Standing::InTransfer | Standing::Overdue => {
                let id = self.connections.carrying(handle).expect("what is in transfer is carried");
                let status = Status::BAD_CONNECTION;
                // So that the loss of its connection ends it, as it does in the grace.
                self.shelf.entry_mut(handle).standing = Standing::Overdue;
                self.bid(Effect::Abort { connection: id, status }, out);
                self.lost(now, at, id, status, out);
            }
        }
    }

    /// It fails for good, and its report goes on its way.
    pub(super) fn fail(&mut self, now: Instant, handle: Handle, out: &mut impl Outbox) {
        if let Some(route) = self.give_back(now, handle, out) {
            self.dial(now, route, out);
        }
    }

    /// It fails for good: its sender is told, by a message of its own, which waits for the route
    /// that is given back. The end of the one and the birth of the other are one record.
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
        match self.rules.notice(entry.sender_route(), Kind::Failed, Notify::ABSENT) {
            Notice::Report(route) => {
                let (born_at, size_bytes) = (now, REPORT_SIZE_BYTES);
                let kind = Kind::Failed;
                let class = class_of(kind, Priority::Normal);
                let deadline = self.deadlines.deadline(class, born_at);
                let at = born_at;
                let about = message;
                self.record(Record::Reported { about, kind, at, deadline, route, size_bytes }, out);
                self.remove(handle);
                self.shelve(report(kind, message, born_at, route, size_bytes));
                let report = Effect::Report {
                    about: message,
                    kind,
                    status,
                    attempts,
                    route,
                    size_bytes,
                    born_at,
                    deadline,
                };
                self.bid(report, out);
                Some(route)
            }
            Notice::DeadLetter | Notice::Suppress => {
                self.record(Record::DeadLettered { message, at: now, status }, out);
                self.remove(handle);
                self.bid(Effect::DeadLetter { message, status, attempts }, out);
                None
            }
        }
    }

    /// Takes a message off: it has ended.
    pub(super) fn remove(&mut self, handle: Handle) {
        let state = self.state_of(handle);
        let entry = *self.shelf.entry(handle);
        let (route, priority) = self.shelf.place(handle);
        let ticket = Ticket { serial: entry.serial, handle };
        let lane = &mut self.lanes[route.index()];
        lane.again.remove(&(priority, ticket));
        lane.live -= 1;
        if entry.standing == Standing::Waiting {
            let refused = lane.has_refused(&self.shelf, handle);
            lane.refused -= u32::from(refused);
            lane.waiting -= u32::from(!refused);
        }
        let (chain, cursor) = lane.chain(priority);
        self.shelf.remove(chain, cursor, handle);
        self.census.messages[state as usize] -= 1;
        self.census.size_bytes -= u64::from(entry.size_bytes);
        // A flush is over when nothing of its set is left; what comes then waits for a new call.
        if lane.live == 0 && lane.mode == Mode::Held {
            lane.gate = Gate::AwaitsCall;
            self.recount(route);
        }
        let class = class_of(entry.message.kind(), priority);
        self.deadlines.note_ended(class, ticket, &self.shelf);
    }
}

/// The report about a message, as a message: reverse-path `<>`, normal priority.
pub(super) fn report(
    kind: Kind,
    about: MessageId,
    born_at: Instant,
    route: RouteId,
    size_bytes: u32,
) -> Arrival {
    Arrival {
        message: about.report(kind),
        accepted_at: born_at,
        priority: Priority::Normal,
        size_bytes,
        route,
        sender: None,
    }
}
