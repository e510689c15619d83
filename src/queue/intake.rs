//! What comes in: mail, and calls for it.

use super::deadlines::class_of;
use super::shelf::{Entry, Handle, Ticket};
use super::{ClientId, Effect, EtrnAnswer, ForwardPath, Outbox, Queue, Record, Rules, Submission};
use crate::base::{Instant, MessageId, Priority, RouteId};

/// A message about to be queued.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub(super) message: MessageId,
    pub(super) accepted_at: Instant,
    pub(super) priority: Priority,
    pub(super) size_bytes: u32,
    pub(super) route: RouteId,
    pub(super) sender: Option<RouteId>,
}

impl<R: Rules> Queue<R> {
    /// Accepts mail: each recipient is a message of its own from here on, on its own way.
    pub(super) fn submit(&mut self, now: Instant, mail: Submission<'_>, out: &mut impl Outbox) {
        let first = mail.message;
        for (number, &ForwardPath { route, notify }) in mail.recipients.iter().enumerate() {
            let message = first.to(number).expect("a submission has at most so many recipients");
            let Submission { priority, size_bytes, sender, .. } = mail;
            let arrival =
                Arrival { message, accepted_at: now, priority, size_bytes, route, sender };
            let handle = self.shelve(arrival);
            let deadline = self.deadlines.deadline(self.class(handle), now);
            self.record(
                Record::Accepted {
                    message,
                    accepted_at: now,
                    deadline,
                    priority,
                    size_bytes,
                    route,
                    sender,
                    notify,
                    release_at: mail.release_at,
                    deliver_by: mail.deliver_by,
                },
                out,
            );
            self.bid(Effect::Accepted { message, accepted_at: now, deadline }, out);
            self.dial(now, route, out);
        }
    }

    /// Puts a message on its shelf and into the index of deadlines.
    pub(super) fn shelve(&mut self, arrival: Arrival) -> Handle {
        let Arrival { message, accepted_at, priority, size_bytes, route, sender } = arrival;
        self.last_serial = self.last_serial.wrapping_add(1);
        let lane = &mut self.lanes[route.index()];
        let mut entry = Entry::new(message, accepted_at, size_bytes, sender, self.last_serial);
        entry.failures_counted = lane.failed_connections;
        let handle = self.shelf.append(lane.chain(priority).0, route, priority, entry);
        lane.live += 1;
        lane.waiting += 1;
        self.census.messages[lane.state as usize] += 1;
        self.census.size_bytes += u64::from(size_bytes);
        let ticket = Ticket { handle, serial: entry.serial };
        self.deadlines.enter(class_of(message.kind(), priority), accepted_at, ticket);
        handle
    }

    /// Answers an ETRN (RFC 1985 5.3) and starts what it releases.
    pub(super) fn etrn(
        &mut self,
        now: Instant,
        client: ClientId,
        node: &str,
        out: &mut impl Outbox,
    ) {
        let released = match argument_fault(node) {
            None => self.rules.released(&self.routes, client, node),
            Some(answer) => {
                return self.bid(Effect::EtrnAnswered { client, answer }, out);
            }
        };
        let waiting = released.iter().map(|route| self.lanes[route.index()].live).sum();
        let answer = match (released.is_empty(), waiting) {
            (true, _) => EtrnAnswer::NotAllowed,
            (false, 0) => EtrnAnswer::NothingWaiting,
            (false, waiting) => EtrnAnswer::Started(waiting),
        };
        self.bid(Effect::EtrnAnswered { client, answer }, out);
        for route in released {
            self.call(now, route, out);
        }
    }
}

/// What is wrong with an ETRN's argument as such. Rights and names are not looked at.
fn argument_fault(node: &str) -> Option<EtrnAnswer> {
    let name = node.strip_prefix(['@', '#']).unwrap_or(node);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if node.is_empty() {
        Some(EtrnAnswer::NoNode)
    } else if name.is_empty() || !name.chars().all(is_name) {
        Some(EtrnAnswer::BadNode)
    } else {
        None
    }
}
