//! What comes in: mail, and calls for it.

use super::deadlines::class_of;
use super::entry::{Entry, Marks, Standing};
use super::shelf::{Handle, Ticket};
use super::terms::Terms;
use super::timers::Timer;
use super::{ClientId, Effect, EtrnAnswer, ForwardPath, Outbox, Queue, Record, Rules, Submission};
use crate::base::{ByMode, DeliverBy, Instant, Kind, MessageId, Notify, Priority, RouteId, Status};

/// A message about to be queued.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub(super) message: MessageId,
    pub(super) accepted_at: Instant,
    pub(super) deadline: Instant,
    pub(super) priority: Priority,
    pub(super) size_bytes: u32,
    pub(super) route: RouteId,
    pub(super) sender: Option<RouteId>,
    pub(super) notify: Notify,
    pub(super) release_at: Option<Instant>,
    pub(super) deliver_by: Option<DeliverBy>,
}

impl Arrival {
    /// Its terms, if a constant time-out does not say all.
    fn terms(&self) -> Option<Terms> {
        let Arrival { deadline, deliver_by, .. } = *self;
        let release_at = self.release_at.filter(|release_at| *release_at > self.accepted_at);
        let has_any = release_at.is_some() || deliver_by.is_some();
        has_any.then_some(Terms { deadline, release_at, deliver_by })
    }

    /// Its by-time, if its sender is to be told then.
    fn notify_by(&self) -> Option<Instant> {
        self.terms().and_then(|terms| terms.notify_by())
    }

    /// That it was accepted, for good.
    const fn record(&self) -> Record {
        let &Arrival { message, accepted_at, deadline, priority, size_bytes, .. } = self;
        let &Arrival { route, sender, notify, release_at, deliver_by, .. } = self;
        Record::Accepted {
            message,
            accepted_at,
            deadline,
            priority,
            size_bytes,
            route,
            sender,
            notify,
            release_at,
            deliver_by,
        }
    }
}

impl<R: Rules> Queue<R> {
    /// Accepts mail: each recipient is a message of its own from here on, on its own way. Without
    /// room for all of them it is refused whole.
    #[inline(always)]
    pub(super) fn submit(&mut self, now: Instant, mail: Submission<'_>, out: &mut impl Outbox) {
        let Submission { message: first, priority, size_bytes, sender, .. } = mail;
        let Submission { release_at, deliver_by, .. } = mail;
        if !self.has_room(&mail) {
            out.put(Effect::Refused { message: first, status: Status::SYSTEM_FULL });
            return;
        }
        let deadline = self.deadline(now, &mail);
        for (number, &ForwardPath { route, notify }) in mail.recipients.iter().enumerate() {
            let message = first.to(number).expect("a submission has at most so many recipients");
            let arrival = Arrival {
                message,
                accepted_at: now,
                deadline,
                priority,
                size_bytes,
                route,
                sender,
                notify,
                release_at,
                deliver_by,
            };
            let handle = self.shelve(&arrival);
            self.record(arrival.record(), out);
            self.bid(Effect::Accepted { message, accepted_at: now, deadline }, out);
            // What has no terms of its own is kept for nothing.
            if release_at.is_some() || deliver_by.is_some() {
                self.keep_until_release(now, handle);
            }
            let mode = self.lanes[route.index()].mode;
            self.arm_notice(handle, mode, None, arrival.notify_by());
            // What has a by-time that is past is not worth a call.
            if deadline > now {
                self.dial(now, route, out);
            }
        }
    }

    /// Whether there is room for mail beside what is kept free for reports.
    fn has_room(&self, mail: &Submission<'_>) -> bool {
        let limits = &self.policy.limits;
        let copies = mail.recipients.len();
        let messages = self.shelf.count() as usize + copies;
        let added_bytes = u64::from(mail.size_bytes) * copies as u64;
        messages <= (limits.messages - limits.reserve_messages) as usize
            && self.census.size_bytes + added_bytes <= limits.size_bytes - limits.reserve_bytes
    }

    /// The deadline of mail that is accepted now: its class's time-out, or its by-time if it is to be
    /// returned then and that is earlier (RFC 2852 never lengthens retention).
    fn deadline(&self, now: Instant, mail: &Submission<'_>) -> Instant {
        let timeout = self.deadlines.timeout(class_of(Kind::Mail, mail.priority));
        let deadline = self.rules.counts_from(now, mail.release_at) + timeout;
        match mail.deliver_by {
            Some(DeliverBy { at, mode: ByMode::Return }) => deadline.min(at),
            Some(DeliverBy { mode: ByMode::Notify, .. }) | None => deadline,
        }
    }

    /// Puts a message on its shelf and into the index of deadlines.
    #[inline(always)]
    pub(super) fn shelve(&mut self, arrival: &Arrival) -> Handle {
        let &Arrival { message, accepted_at, deadline, priority, size_bytes, route, .. } = arrival;
        let class = class_of(message.kind(), priority);
        let terms = arrival.terms();
        let fifo = match terms {
            None => self.deadlines.fifo_for(class, accepted_at, deadline),
            Some(_) => None,
        };
        self.last_serial = self.last_serial.wrapping_add(1);
        let lane = &mut self.lanes[route.index()];
        let entry = Entry {
            message,
            accepted_at,
            size_bytes,
            sender: Entry::pack_sender(arrival.sender),
            failures_counted: lane.failed_connections,
            attempts: 0,
            standing: Standing::Waiting,
            marks: Marks::new(arrival.notify),
            status: None,
            fifo: fifo.unwrap_or(Entry::OWN_TERMS),
        };
        let chain = lane.chain(priority).0;
        let ticket = self.shelf.append(chain, route, priority, self.last_serial, entry);
        lane.live += 1;
        lane.waiting += 1;
        self.census.messages[lane.state as usize] += 1;
        self.census.size_bytes += u64::from(size_bytes);
        if let Some(fifo) = fifo {
            self.deadlines.enter(fifo, accepted_at, ticket);
        } else {
            self.deadlines.enter_own(deadline, class, ticket);
            let plain = Terms { deadline, release_at: None, deliver_by: None };
            self.terms.insert(ticket.handle, terms.unwrap_or(plain));
        }
        ticket.handle
    }

    /// Keeps a message back that must not leave yet (RFC 4865).
    pub(super) fn keep_until_release(&mut self, now: Instant, handle: Handle) {
        if let Some(release_at) = self.release_after(handle, now) {
            self.timers.set(release_at, Timer::Release(self.shelf.ticket(handle)));
            if self.shelf.entry(handle).standing == Standing::Waiting {
                self.stand(handle, Standing::Future);
            }
        }
    }

    /// A message may leave from now on: it waits with its route, and joins a flush that is on.
    pub(super) fn released(&mut self, now: Instant, ticket: Ticket, out: &mut impl Outbox) {
        if self.shelf.live(ticket).is_some_and(|entry| entry.standing == Standing::Future) {
            self.wait_again(ticket.handle);
            self.dial(now, self.shelf.place(ticket.handle).0, out);
        }
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
        let waiting = released.iter().map(|route| self.lanes[route.index()].can_leave()).sum();
        let answer = match (released.is_empty(), waiting) {
            (true, _) => EtrnAnswer::NotAllowed,
            (false, 0) => EtrnAnswer::NothingWaiting,
            (false, waiting) => EtrnAnswer::Started(waiting),
        };
        self.bid(Effect::EtrnAnswered { client, answer }, out);
        for route in released.iter() {
            self.call(now, *route, out);
        }
    }
}

/// The bytes that stand in names: a table, since every call has one to be looked through.
const IN_NAMES: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        bytes[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        byte += 1;
    }
    bytes
};

/// What is wrong with an ETRN's argument as such. Rights and names are not looked at.
fn argument_fault(node: &str) -> Option<EtrnAnswer> {
    let name = node.strip_prefix(['@', '#']).unwrap_or(node);
    if node.is_empty() {
        Some(EtrnAnswer::NoNode)
    } else if name.is_empty() || !name.bytes().all(|byte| IN_NAMES[usize::from(byte)]) {
        Some(EtrnAnswer::BadNode)
    } else {
        None
    }
}
