//! The deadlines of one class of mail under one time-out: acceptance order is deadline order, so
//! eight-byte tickets in a line are index enough.
//!
//! Tickets of messages that ended are dropped when they come up, or all together once they are the
//! half; nobody has to take one out.

use std::collections::VecDeque;

use super::shelf::{Shelf, Ticket};
use crate::base::{Instant, Span};

/// Tickets with one time-out, in order of acceptance.
pub(super) struct Fifo {
    /// Which class of mail.
    pub(super) class: u8,
    /// How long after its acceptance the time of each is up.
    pub(super) timeout: Span,
    /// Messages that have not ended and whose deadline this tells, their ticket taken or not.
    pub(super) live: u32,
    /// The deadline at the head, at the latest: the head itself may have ended since.
    pub(super) next: Instant,
    /// When the last one was accepted.
    pub(super) last: Instant,
    /// Segments are freed as they empty: nothing large is ever moved to grow.
    segments: VecDeque<Vec<Ticket>>,
    /// Tickets of the first segment that were taken already.
    taken: usize,
    len: usize,
    dead: usize,
}

const SEGMENT: usize = 1_024;

impl Fifo {
    pub(super) const fn new(class: u8, timeout: Span) -> Fifo {
        Fifo {
            class,
            timeout,
            live: 0,
            next: Instant::NEVER,
            last: Instant::ZERO,
            segments: VecDeque::new(),
            taken: 0,
            len: 0,
            dead: 0,
        }
    }

    /// Enters a message that is accepted now.
    pub(super) fn enter(&mut self, accepted_at: Instant, ticket: Ticket) {
        self.live += 1;
        self.last = accepted_at;
        self.push(accepted_at + self.timeout, ticket);
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

    /// The oldest ticket, whose message may have ended.
    pub(super) fn head(&self) -> Option<Ticket> {
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

    /// A message ended. Its ticket is dead from now on, unless it was taken when its deadline came.
    ///
    /// Tickets are taken in order of age, so the head tells; the time would not, since a queue that
    /// is woken late ends messages before it comes to their deadlines.
    pub(super) fn note_ended(&mut self, ticket: Ticket, shelf: &Shelf) {
        self.live -= 1;
        match self.head() {
            Some(head) if ticket == head => self.drop_head(),
            Some(head) if ticket > head => {
                self.dead += 1;
                if self.dead > SEGMENT && self.dead * 2 > self.len {
                    self.compact(shelf);
                }
            }
            _ => {}
        }
    }

    /// Drops the dead before the oldest that lives, and notes the time of that one. Whether the head
    /// was what the time noted for it said.
    pub(super) fn is_settled(&mut self, shelf: &Shelf) -> bool {
        let noted = self.next;
        self.note_head(shelf);
        self.next == noted
    }

    /// Takes the head, which lives, and notes the time of the next one.
    pub(super) fn take(&mut self, shelf: &Shelf) -> Option<Ticket> {
        let head = self.head();
        if head.is_some() {
            self.drop_head();
        }
        self.note_head(shelf);
        head
    }

    fn note_head(&mut self, shelf: &Shelf) {
        self.next = Instant::NEVER;
        while let Some(head) = self.head() {
            if let Some(entry) = shelf.live(head) {
                self.next = entry.accepted_at + self.timeout;
                return;
            }
            self.dead = self.dead.saturating_sub(1);
            self.drop_head();
        }
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
