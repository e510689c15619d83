//! The one index of deadlines: every message that has not ended is in it, whatever its state.
//!
//! In: a ticket at its acceptance, a second one if it gets grace. Out: whose time is up. Expiry asks
//! here and never asks a state for its messages, so that no state can be forgotten: that is the bug
//! class of KB Q184051.
//!
//! Each class of mail has one constant time-out, so acceptance order is deadline order and a class is
//! a [`Fifo`] of eight-byte tickets. A new policy begins a new one and leaves those before it as they
//! are, at a cost that does not know how many messages wait. A message with a deadline of its own
//! (RFC 2852, RFC 4865) stands in an ordered set beside them.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::entry::Entry;
use super::fifo::Fifo;
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

/// How many FIFOs there may be; a number more says that there is none.
const FIFOS: usize = Entry::OWN_TERMS as usize;

/// Every deadline of a queue.
#[derive(Clone)]
pub(super) struct Deadlines {
    /// When to look again: the earliest of all FIFOs, of the others and of the grace.
    next: Instant,
    /// The time-out of each class, for messages accepted from now on.
    timeouts: [Span; CLASSES],
    /// For each class the FIFO that was last entered.
    current: [u8; CLASSES],
    fifos: Vec<Fifo>,
    own: BTreeSet<(Instant, u8, Ticket)>,
    grace: BinaryHeap<Reverse<(Instant, Ticket)>>,
}

impl Deadlines {
    /// An empty index; each class has its time-out.
    pub(super) fn new(timeouts: [Span; CLASSES]) -> Deadlines {
        let fifo = |class: u8| Fifo::new(class, timeouts[usize::from(class)]);
        Deadlines {
            next: Instant::NEVER,
            timeouts,
            current: [0, 1, 2, 3],
            fifos: [0, 1, 2, 3].map(fifo).into(),
            own: BTreeSet::new(),
            grace: BinaryHeap::new(),
        }
    }

    /// The time-outs for messages accepted from now on.
    pub(super) fn set_timeouts(&mut self, timeouts: [Span; CLASSES]) {
        self.timeouts = timeouts;
    }

    /// The time-out of a message of `class` that is accepted now.
    pub(super) const fn timeout(&self, class: usize) -> Span {
        self.timeouts[class]
    }

    /// The deadline of a message without terms of its own.
    pub(super) fn deadline(&self, entry: &Entry) -> Instant {
        entry.accepted_at + self.fifos[usize::from(entry.fifo)].timeout
    }

    /// The FIFO for a message of this class that was accepted and is due then: one that gives it this
    /// deadline and that it would stand last in. None if there is no room for such a one.
    #[inline(always)]
    pub(super) fn fifo_for(
        &mut self,
        class: usize,
        accepted_at: Instant,
        deadline: Instant,
    ) -> Option<u8> {
        let current = self.current[class];
        if self.fifos[usize::from(current)].fits(accepted_at, deadline) {
            return Some(current);
        }
        self.change(class, accepted_at, deadline)
    }

    /// The same where the FIFO that was last entered does not do.
    #[inline(never)]
    fn change(&mut self, class: usize, accepted_at: Instant, deadline: Instant) -> Option<u8> {
        let fits =
            |fifo: &Fifo| usize::from(fifo.class) == class && fifo.fits(accepted_at, deadline);
        let found = self.fifos.iter().position(fits);
        self.current[class] = found.or_else(|| self.begin(class, accepted_at, deadline))? as u8;
        Some(self.current[class])
    }

    /// A new FIFO, in the place of one that nobody needs any more.
    fn begin(&mut self, class: usize, accepted_at: Instant, deadline: Instant) -> Option<usize> {
        let fifo = Fifo::new(class as u8, deadline.since(accepted_at));
        let is_current = |number: usize| self.current.iter().any(|it| usize::from(*it) == number);
        let idle = (0..self.fifos.len()).find(|it| self.fifos[*it].live == 0 && !is_current(*it));
        match idle {
            Some(number) => self.fifos[number] = fifo,
            None if self.fifos.len() < FIFOS => self.fifos.push(fifo),
            None => return None,
        }
        idle.or(self.fifos.len().checked_sub(1))
    }

    /// Enters a message into its FIFO.
    #[inline(always)]
    pub(super) fn enter(&mut self, fifo: u8, accepted_at: Instant, ticket: Ticket) {
        let fifo = &mut self.fifos[usize::from(fifo)];
        fifo.enter(accepted_at, ticket);
        self.next = self.next.min(fifo.next);
    }

    /// Enters a message with a deadline of its own.
    pub(super) fn enter_own(&mut self, deadline: Instant, class: usize, ticket: Ticket) {
        self.own.insert((deadline, class as u8, ticket));
        self.next = self.next.min(deadline);
    }

    /// Enters a message that has grace after its deadline, with the end of it.
    pub(super) fn enter_grace(&mut self, until: Instant, ticket: Ticket) {
        self.grace.push(Reverse((until, ticket)));
        self.next = self.next.min(until);
    }

    /// A message ended whose deadline a FIFO told.
    pub(super) fn note_ended(&mut self, fifo: u8, ticket: Ticket, shelf: &Shelf) {
        self.fifos[usize::from(fifo)].note_ended(ticket, shelf);
    }

    /// A message ended that had a deadline of its own.
    pub(super) fn note_own_ended(&mut self, deadline: Instant, class: usize, ticket: Ticket) {
        self.own.remove(&(deadline, class as u8, ticket));
    }

    /// When to look again; no deadline lies before it.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// The next message whose deadline or whose grace ends at or before `now`: deadlines before
    /// graces of the same instant, classes in their order, then by age.
    pub(super) fn take_due(&mut self, now: Instant, shelf: &Shelf) -> Option<(Instant, Due)> {
        while self.next <= now {
            let grace = self.grace.peek().map_or(Instant::NEVER, |Reverse((until, _))| *until);
            let own = self.own.first().copied();
            let own_at = own.map_or(Instant::NEVER, |(deadline, ..)| deadline);
            let order = |fifo: &Fifo| (fifo.next, fifo.class);
            let by_age = |one: &&mut Fifo, other: &&mut Fifo| {
                order(one).cmp(&order(other)).then_with(|| one.head().cmp(&other.head()))
            };
            let fifo = self.fifos.iter_mut().min_by(by_age)?;
            self.next = grace.min(own_at).min(fifo.next);
            if self.next > now {
                break;
            }
            if fifo.next <= own_at.min(grace) && !fifo.is_settled(shelf) {
                continue;
            }
            if grace < own_at.min(fifo.next) {
                let Some(Reverse((until, ticket))) = self.grace.pop() else { continue };
                if shelf.live(ticket).is_some() {
                    return Some((until, Due::GraceEnd(ticket)));
                }
            } else if let Some((deadline, class, ticket)) = own
                && (deadline, class, Some(ticket)) < (fifo.next, fifo.class, fifo.head())
            {
                self.own.pop_first();
                return Some((deadline, Due::Deadline(ticket)));
            } else {
                let at = fifo.next;
                return fifo.take(shelf).map(|ticket| (at, Due::Deadline(ticket)));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::shelf::Chain;
    use super::*;
    use crate::base::RouteId;

    const URGENT: usize = Priority::Urgent as usize;

    fn minute(minutes: u64) -> Instant {
        Instant::ZERO + Span::from_minutes(minutes)
    }

    #[test]
    fn a_fifo_that_nobody_needs_is_used_again() {
        let mut shelf = Shelf::new();
        let mut deadlines = Deadlines::new([Span::from_hours(1); CLASSES]);
        let empty = Entry::EMPTY;
        let chain = &mut Chain::EMPTY.clone();
        let ticket = shelf.append(chain, RouteId(0), Priority::Urgent, 1, empty);
        for round in 1..1_000 {
            let (now, deadline) = (minute(round), minute(2 * round));
            let fifo = deadlines.fifo_for(URGENT, now, deadline).expect("there is room");
            deadlines.enter(fifo, now, ticket);
            let entry = Entry { accepted_at: now, fifo, ..empty };
            assert_eq!(deadlines.deadline(&entry), deadline, "round {round}");
            deadlines.note_ended(fifo, ticket, &shelf);
        }
        assert!(deadlines.fifos.len() <= CLASSES + 1, "{} are there", deadlines.fifos.len());
    }

    #[test]
    fn without_room_for_another_fifo_there_is_none() {
        let mut deadlines = Deadlines::new([Span::from_hours(1); CLASSES]);
        let mut shelf = Shelf::new();
        let chain = &mut Chain::EMPTY.clone();
        let ticket = shelf.append(chain, RouteId(0), Priority::Urgent, 1, Entry::EMPTY);
        let room = (0..FIFOS as u64 + 10)
            .take_while(|round| {
                let fifo = deadlines.fifo_for(URGENT, minute(1), minute(100 + round));
                fifo.is_some_and(|fifo| {
                    deadlines.enter(fifo, minute(1), ticket);
                    true
                })
            })
            .count();
        // All but the current ones of the other classes.
        assert_eq!(room, FIFOS - (CLASSES - 1));
        assert!(deadlines.fifo_for(URGENT, minute(1), minute(100)).is_some(), "one that is there");
        assert!(deadlines.fifo_for(URGENT, minute(0), minute(99)).is_none(), "out of order");
    }
}
