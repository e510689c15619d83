//! The one index of deadlines: every message that has not ended is in it, whatever its state.
//!
//! In: a ticket at its acceptance, a second one if it gets grace. Out: whose time is up. Expiry asks
//! here and never asks a state for its messages, so that no state can be forgotten: that is the bug
//! class of KB Q184051.
//!
//! Each class of mail has one constant time-out, so acceptance order is deadline order and a class is
//! a FIFO of eight-byte tickets. Tickets of messages that ended are dropped when they come up, or all
//! together once they are the half; nobody has to take one out.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::shelf::{Shelf, Ticket};
use crate::base::{Instant, Kind, Priority, Span};

/// The classes of mail that differ in their time-out: each priority, and reports.
pub(super) const CLASSES: usize = 4;

/// The class of a message.
pub(super) const fn class_of(kind: Kind, priority: Priority) -> usize {
    match kind {
        Kind::Mail => priority as usize,
        Kind::Failed | Kind::Delayed | Kind::Relayed => CLASSES - 1,
    }
}

/// Whose time is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The deadline of a message.
    Deadline(Ticket),
    /// The end of a message's grace.
    GraceEnd(Ticket),
}

/// Every deadline of a queue.
pub(super) struct Deadlines {
    /// When to look again: the earliest of all classes and of the grace.
    next: Instant,
    classes: [Class; CLASSES],
    grace: BinaryHeap<Reverse<(Instant, Ticket)>>,
}

struct Class {
    timeout: Span,
    /// The deadline at the head, at the latest: the head itself may have ended since.
    next: Instant,
    /// Tickets in order of acceptance. Segments are freed as they empty: nothing large is ever
    /// moved to grow.
    segments: VecDeque<Vec<Ticket>>,
    /// Tickets of the first segment that were taken already.
    taken: usize,
    len: usize,
    dead: usize,
}

const SEGMENT: usize = 1_024;

impl Deadlines {
    /// An empty index; each class has its time-out.
    pub(super) fn new(timeouts: [Span; CLASSES]) -> Deadlines {
        let classes = timeouts.map(Class::new);
        Deadlines { next: Instant::NEVER, classes, grace: BinaryHeap::new() }
    }

    /// The deadline of a message of `class` accepted at `accepted_at`.
    pub(super) fn deadline(&self, class: usize, accepted_at: Instant) -> Instant {
        accepted_at + self.classes[class].timeout
    }

    /// Enters a message. Within a class acceptances come in order of time.
    pub(super) fn enter(&mut self, class: usize, accepted_at: Instant, ticket: Ticket) {
        let deadline = self.deadline(class, accepted_at);
        self.classes[class].push(deadline, ticket);
        self.next = self.next.min(deadline);
    }

    /// Enters a message that is in transfer at its deadline, with the end of its grace.
    pub(super) fn enter_grace(&mut self, until: Instant, ticket: Ticket) {
        self.grace.push(Reverse((until, ticket)));
        self.next = self.next.min(until);
    }

    /// A message ended. Its ticket is dead from now on, unless it was taken when its deadline came.
    ///
    /// Tickets are taken in order of age, so the head tells; the time would not, since a queue that
    /// is woken late ends messages before it comes to their deadlines.
    pub(super) fn note_ended(&mut self, class: usize, ticket: Ticket, shelf: &Shelf) {
        let class = &mut self.classes[class];
        if class.head().is_none_or(|head| ticket < head) {
            return;
        }
        if class.head() == Some(ticket) {
            return class.drop_head();
        }
        class.dead += 1;
        if class.dead > SEGMENT && class.dead * 2 > class.len {
            class.compact(shelf);
        }
    }

    /// When to look again; no deadline lies before it.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// The next message whose deadline or whose grace ends at or before `now`: deadlines before
    /// graces of the same instant, classes in their order.
    pub(super) fn take_due(&mut self, now: Instant, shelf: &Shelf) -> Option<(Instant, Due)> {
        while self.next <= now {
            let grace = self.grace.peek().map_or(Instant::NEVER, |Reverse((until, _))| *until);
            let class = self.classes.iter_mut().min_by_key(|class| class.next)?;
            self.next = grace.min(class.next);
            if self.next > now {
                break;
            }
            if class.next <= grace {
                let at = class.next;
                if let Some(ticket) = class.take(shelf) {
                    return Some((at, Due::Deadline(ticket)));
                }
            } else if let Some(Reverse((until, ticket))) = self.grace.pop()
                && shelf.live(ticket).is_some()
            {
                return Some((until, Due::GraceEnd(ticket)));
            }
        }
        None
    }
}

impl Class {
    fn new(timeout: Span) -> Class {
        Class {
            timeout,
            next: Instant::NEVER,
            segments: VecDeque::new(),
            taken: 0,
            len: 0,
            dead: 0,
        }
    }

    fn push(&mut self, deadline: Instant, ticket: Ticket) {
        if self.len == 0 {
            self.next = deadline;
        }
        if self.segments.back().is_none_or(|segment| segment.len() == SEGMENT) {
            self.segments.push_back(Vec::with_capacity(SEGMENT));
        }
        if let Some(segment) = self.segments.back_mut() {
            segment.push(ticket);
        }
        self.len += 1;
    }

    fn head(&self) -> Option<Ticket> {
        self.segments.front().map(|segment| segment[self.taken])
    }

    fn drop_head(&mut self) {
        self.taken += 1;
        self.len -= 1;
        if self.segments.front().is_some_and(|segment| segment.len() == self.taken) {
            self.segments.pop_front();
            self.taken = 0;
        }
    }

    /// Looks at the head at the time that was noted for it. It is taken if it is due in truth; the
    /// dead before the next live one are dropped, and the time of that one is noted.
    fn take(&mut self, shelf: &Shelf) -> Option<Ticket> {
        let at = self.next;
        let mut due = None;
        self.next = Instant::NEVER;
        while let Some(ticket) = self.head() {
            match shelf.live(ticket) {
                None => self.dead = self.dead.saturating_sub(1),
                Some(entry) if due.is_none() && entry.accepted_at + self.timeout <= at => {
                    due = Some(ticket);
                }
                Some(entry) => {
                    self.next = entry.accepted_at + self.timeout;
                    break;
                }
            }
            self.drop_head();
        }
        due
    }

    /// Drops the tickets of all that ended: O(tickets), paid for by those dropped.
    fn compact(&mut self, shelf: &Shelf) {
        let (segments, taken) = (std::mem::take(&mut self.segments), self.taken);
        let head_due_at = self.next;
        (self.taken, self.len, self.dead) = (0, 0, 0);
        for (number, segment) in segments.into_iter().enumerate() {
            let skipped = if number == 0 { taken } else { 0 };
            for ticket in segment.into_iter().skip(skipped) {
                if shelf.live(ticket).is_some() {
                    self.push(head_due_at, ticket);
                }
            }
        }
        if self.len == 0 {
            self.next = Instant::NEVER;
        }
    }
}
