//! The deadlines of one class of mail under one time-out: acceptance order is deadline order, so
//! eight-byte tickets in a line are index enough.
//!
//! Tickets of messages that ended are dropped when they come up, or all together once they are the
//! half; nobody has to take one out.

use std::collections::VecDeque;

use super::shelf::{Shelf, Ticket};
use crate::base::{Instant, Span};

/// Tickets with one time-out, in order of acceptance.
#[derive(Clone)]
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
    /// The oldest ticket, whose message may have ended.
    head: Option<Ticket>,
    /// Full segments, the head in the first of them. They are freed as they empty: nothing large is ever
    /// moved to grow.
    full: VecDeque<Vec<Ticket>>,
    /// The segment after those, which is being filled.
    filling: Vec<Ticket>,
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
            head: None,
            full: VecDeque::new(),
            filling: Vec::new(),
            taken: 0,
            len: 0,
            dead: 0,
        }
    }

    /// Whether a message that was accepted and is due then would stand last here, and be due in time.
    pub(super) fn fits(&self, accepted_at: Instant, deadline: Instant) -> bool {
        self.last <= accepted_at && accepted_at + self.timeout == deadline
    }

    /// Enters a message that is accepted now.
    #[inline(always)]
    pub(super) fn enter(&mut self, accepted_at: Instant, ticket: Ticket) {
        self.live += 1;
        self.last = accepted_at;
        if self.head.is_none() {
            self.head = Some(ticket);
            self.next = accepted_at + self.timeout;
        }
        self.push(ticket);
    }

    #[inline(always)]
    fn push(&mut self, ticket: Ticket) {
        if self.filling.len() == self.filling.capacity() {
            self.begin_segment();
        }
        self.filling.push(ticket);
        self.len += 1;
    }

    #[inline(never)]
    fn begin_segment(&mut self) {
        let full = std::mem::replace(&mut self.filling, Vec::with_capacity(SEGMENT));
        if !full.is_empty() {
            self.full.push_back(full);
        }
    }

    /// The oldest ticket, whose message may have ended.
    pub(super) fn head(&self) -> Option<Ticket> {
        self.head
    }

    #[inline(never)]
    fn drop_head(&mut self) {
        self.taken += 1;
        self.len -= 1;
        if self.full.front().is_some_and(|segment| segment.len() == self.taken) {
            self.full.pop_front();
            self.taken = 0;
        }
        let first = self.full.front().unwrap_or(&self.filling);
        self.head = first.get(self.taken).copied();
        if self.len == 0 {
            self.filling.clear();
            self.taken = 0;
        }
    }

    /// A message ended. Its ticket is dead from now on, unless it was taken when its deadline came.
    ///
    /// Tickets are taken in order of age, so the head tells; the time would not, since a queue that
    /// is woken late ends messages before it comes to their deadlines.
    #[inline(always)]
    pub(super) fn note_ended(&mut self, ticket: Ticket, shelf: &Shelf) {
        self.live -= 1;
        match self.head {
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
        let head = self.head;
        if head.is_some() {
            self.drop_head();
        }
        self.note_head(shelf);
        head
    }

    fn note_head(&mut self, shelf: &Shelf) {
        self.next = Instant::NEVER;
        while let Some(head) = self.head {
            if let Some(entry) = shelf.live(head) {
                self.next = entry.accepted_at + self.timeout;
                return;
            }
            self.dead = self.dead.saturating_sub(1);
            self.drop_head();
        }
    }

    /// Drops the tickets of all that ended: O(tickets), paid for by those dropped.
    #[inline(never)]
    fn compact(&mut self, shelf: &Shelf) {
        let (full, filling) = (std::mem::take(&mut self.full), std::mem::take(&mut self.filling));
        let mut taken = std::mem::take(&mut self.taken);
        (self.len, self.dead) = (0, 0);
        for segment in full.into_iter().chain([filling]) {
            for &ticket in &segment[std::mem::take(&mut taken)..] {
                if shelf.is_live(ticket) {
                    self.push(ticket);
                }
            }
        }
        self.head = self.full.front().unwrap_or(&self.filling).first().copied();
        if self.head.is_none() {
            self.next = Instant::NEVER;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::Entry;
    use super::super::shelf::{Chain, Cursor};
    use super::*;
    use crate::base::{Priority, RouteId};

    /// Messages that were accepted a second apart and are due after an hour.
    struct Mail {
        shelf: Shelf,
        chain: Chain,
        fifo: Fifo,
        tickets: Vec<Ticket>,
    }

    impl Mail {
        fn new(messages: u32) -> Mail {
            let fifo = Fifo::new(0, Span::from_hours(1));
            let mut mail =
                Mail { shelf: Shelf::new(), chain: Chain::EMPTY, fifo, tickets: Vec::new() };
            for serial in 0..messages {
                let accepted_at = accepted_at(serial as usize);
                let entry = Entry { accepted_at, ..Entry::EMPTY };
                let (chain, route) = (&mut mail.chain, RouteId(0));
                let ticket = mail.shelf.append(chain, route, Priority::Normal, serial, entry);
                mail.tickets.push(ticket);
                mail.fifo.enter(accepted_at, ticket);
            }
            mail
        }

        fn end(&mut self, number: usize) {
            let ticket = self.tickets[number];
            self.shelf.remove(&mut self.chain, &mut Cursor::START.clone(), ticket.handle);
            self.fifo.note_ended(ticket, &self.shelf);
        }
    }

    fn accepted_at(number: usize) -> Instant {
        Instant::ZERO + Span::from_secs(number as u64)
    }

    #[test]
    fn the_dead_are_dropped_once_they_are_many_and_more_than_half() {
        for (messages, taken) in [(1_500, 0), (5_000, 0), (5_010, 10), (3_100, 1_100)] {
            let mut mail = Mail::new(messages);
            for number in 0..taken {
                assert_eq!(mail.fifo.take(&mail.shelf), Some(mail.tickets[number]));
                mail.end(number);
            }
            let (mut len, mut dead) = (messages as usize - taken, 0);
            let mut left: Vec<usize> = (taken..messages as usize).collect();
            // The head lives on, and so does every seventh.
            let is_to_end = |number: &usize| !(*number - taken).is_multiple_of(7);
            for number in left.iter().copied().filter(is_to_end) {
                mail.end(number);
                dead += 1;
                if dead > SEGMENT && dead * 2 > len {
                    (len, dead) = (len - dead, 0);
                }
                assert_eq!((mail.fifo.len, mail.fifo.dead), (len, dead), "{number} of {messages}");
            }
            left.retain(|number| !is_to_end(number));
            assert_eq!(mail.fifo.live as usize, left.len());
            for number in left {
                let due_at = accepted_at(number) + Span::from_hours(1);
                assert!(mail.fifo.is_settled(&mail.shelf) && mail.fifo.next == due_at);
                assert_eq!(mail.fifo.take(&mail.shelf), Some(mail.tickets[number]));
            }
            assert_eq!((mail.fifo.next, mail.fifo.len), (Instant::NEVER, 0));
        }
    }

    #[test]
    fn nothing_is_left_to_look_for_when_the_last_one_ends() {
        let mut mail = Mail::new(SEGMENT as u32 + 2);
        // The head after the others, so that dead ones stand before the last.
        for number in (1..=SEGMENT).chain([0, SEGMENT + 1]) {
            mail.end(number);
        }
        assert_eq!((mail.fifo.live, mail.fifo.len), (0, 0));
        assert_eq!((mail.fifo.head(), mail.fifo.next), (None, Instant::NEVER));
    }
}
