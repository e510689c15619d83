//! How one route is doing: its messages, its connections, and whether they may go.
//!
//! A message that waits has no state of its own but its lane's, so a call that releases ten thousand
//! of them, or a failure that stops them, touches the lane alone.

use std::collections::BTreeSet;

use super::Mode;
use super::shelf::{Chain, Cursor, Handle, Shelf, Ticket};
use crate::base::{Priority, State, Status};

/// Whether the messages of a lane may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// Held until a call.
    AwaitsCall,
    /// Its host did not answer: closed until the next try.
    AwaitsTry,
    /// They may go: a flush is on, or the route is direct and its host is not known to be away.
    Open,
}

/// One route at work. Its fields stand in this order so that mail that arrives for one of very many routes
/// finds all it needs of it in one line of the cache; the other line is for what the walk needs besides.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Lane {
    chains: [Chain; 3],
    /// Messages that have not ended.
    pub(super) live: u32,
    /// Those of them that no call can make leave: before their release, or on hold.
    pub(super) kept: u32,
    /// Those of them that wait with the lane for their turn.
    pub(super) waiting: u32,
    /// Those of them that were refused in this offer and wait for the next.
    pub(super) refused: u32,
    /// Connections that are being opened.
    pub(super) opening: u32,
    /// Connections that can carry mail.
    pub(super) open: u32,
    /// Tries of the route that failed in a row: its step on the retry ladder.
    pub(super) failures: u32,
    /// Connections that could not be made, ever: each was a try for every message that waited.
    pub(super) failed_connections: u32,
    /// What befell the last of them.
    pub(super) last_failure: Status,
    pub(super) mode: Mode,
    pub(super) gate: Gate,
    /// What its waiting messages are counted as.
    pub(super) state: State,
    /// Whether an administrator lets no connection be made.
    pub(super) paused: bool,
    /// How often the lane was offered to its host: since when a refusal counts.
    pub(super) offer: u64,
    cursors: [Cursor; 3],
    /// Messages whose own next try has come, by priority and age: the walk has passed them already.
    pub(super) again: BTreeSet<(Priority, Ticket)>,
    /// Tries of the route that were set, ever: the last one alone counts.
    pub(super) tries_set: u32,
}

impl Lane {
    pub(super) const fn new(mode: Mode) -> Lane {
        let (gate, state) = match mode {
            Mode::Held => (Gate::AwaitsCall, State::Held),
            Mode::Direct => (Gate::Open, State::Connecting),
        };
        Lane {
            mode,
            gate,
            state,
            paused: false,
            live: 0,
            kept: 0,
            waiting: 0,
            refused: 0,
            offer: 0,
            opening: 0,
            open: 0,
            failures: 0,
            tries_set: 0,
            failed_connections: 0,
            last_failure: Status::NO_ANSWER,
            again: BTreeSet::new(),
            chains: [Chain::EMPTY; 3],
            cursors: [Cursor::START; 3],
        }
    }

    /// Reads the lane, and where its next message will lie.
    pub(super) fn touch(&self, shelf: &Shelf) -> u64 {
        let ends = self.chains.iter().map(|chain| shelf.touch(*chain)).fold(0, |sum, it| sum ^ it);
        u64::from(self.live) ^ ends
    }

    /// Reads the lane, and where its oldest messages lie.
    pub(super) fn touch_for_call(&self, shelf: &Shelf) -> u64 {
        let heads = self.chains.iter().map(|chain| shelf.touch_head(*chain));
        u64::from(self.live) ^ self.offer ^ heads.fold(0, |sum, it| sum ^ it)
    }

    /// The state of a message that waits with this lane.
    pub(super) const fn waiting_state(&self) -> State {
        match self.gate {
            _ if self.paused => State::Paused,
            Gate::AwaitsCall => State::Held,
            Gate::AwaitsTry => State::Scheduled,
            Gate::Open if self.open > 0 => State::Ready,
            Gate::Open => State::Connecting,
        }
    }

    /// The state of a message that was refused in this offer, as it is counted.
    pub(super) const fn refused_state(&self) -> State {
        match self.state {
            State::Paused => State::Paused,
            _ => State::Held,
        }
    }

    /// Whether what waits may be given to connections.
    pub(super) fn may_go(&self) -> bool {
        self.gate == Gate::Open && !self.paused
    }

    /// How many messages a call finds: all but those that are kept back.
    pub(super) const fn can_leave(&self) -> u32 {
        self.live - self.kept
    }

    /// The chain of a priority, with the cursor that walks it.
    pub(super) fn chain(&mut self, priority: Priority) -> (&mut Chain, &mut Cursor) {
        (&mut self.chains[priority as usize], &mut self.cursors[priority as usize])
    }

    /// Begins the next offer, of all that waits, the oldest first. What was refused in the last one
    /// waits for its turn again; how many those are is given back.
    pub(super) fn offer_all(&mut self) -> u32 {
        self.gate = Gate::Open;
        self.cursors = [Cursor::START; 3];
        self.offer += 1;
        self.waiting += self.refused;
        std::mem::take(&mut self.refused)
    }

    /// Whether a message that waits with this lane was refused in this offer.
    pub(super) fn has_refused(&self, shelf: &Shelf, handle: Handle) -> bool {
        self.refused > 0 && shelf.is_refused(handle, self.offer)
    }

    /// A message that waited with this lane does not any more: what it was counted as.
    #[inline(always)]
    pub(super) fn end_wait(&mut self, priority: Priority, ticket: Ticket, shelf: &Shelf) -> State {
        if !self.again.is_empty() {
            self.forget_again(priority, ticket);
        }
        if self.has_refused(shelf, ticket.handle) {
            self.refused -= 1;
            self.refused_state()
        } else {
            self.waiting -= 1;
            self.state
        }
    }

    #[inline(never)]
    fn forget_again(&mut self, priority: Priority, ticket: Ticket) {
        self.again.remove(&(priority, ticket));
    }

    /// The next message that is to go in this offer: by priority, then by age.
    #[inline(always)]
    pub(super) fn pick(&mut self, shelf: &Shelf) -> Option<Handle> {
        if !self.again.is_empty() {
            return Priority::ALL.into_iter().find_map(|priority| self.pick_of(priority, shelf));
        }
        let Lane { chains, cursors, offer, .. } = self;
        for (chain, cursor) in chains.iter().zip(cursors) {
            if let Some(ahead) = shelf.next_waiting(*chain, cursor, *offer) {
                cursor.step();
                return Some(ahead);
            }
        }
        None
    }

    /// The oldest of one priority: of those that the walk comes to, and of those that it has passed.
    #[inline(never)]
    fn pick_of(&mut self, priority: Priority, shelf: &Shelf) -> Option<Handle> {
        let offer = self.offer;
        let (chain, cursor) = self.chain(priority);
        let ahead = shelf.next_waiting(*chain, cursor, offer);
        let again = self.again.first().filter(|(of, _)| *of == priority).map(|(_, ticket)| *ticket);
        let oldest = ahead.map(|it| shelf.ticket(it)).into_iter().chain(again).min()?;
        if ahead == Some(oldest.handle) {
            self.chain(priority).1.step();
        }
        self.again.remove(&(priority, oldest));
        Some(oldest.handle)
    }
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::super::entry::Entry;
    use super::*;
    use crate::base::RouteId;

    #[test]
    fn a_lane_is_two_lines_of_the_cache_and_arrivals_need_the_first() {
        assert_eq!((offset_of!(Lane, offer), size_of::<Lane>()), (64, 128));
    }

    #[test]
    fn the_oldest_goes_first_across_the_end_of_the_numbers() {
        let (mut shelf, mut lane) = (Shelf::new(), Lane::new(Mode::Direct));
        let priority = Priority::Normal;
        let serials = [u32::MAX - 2, u32::MAX - 1, u32::MAX, 0, 1, 2];
        let handles = serials.map(|serial| {
            let chain = lane.chain(priority).0;
            shelf.append(chain, RouteId(0), priority, serial, Entry::EMPTY).handle
        });
        // Passed by the walk, and come back to their turn.
        for n in [0, 1, 2, 3] {
            assert_eq!(lane.pick(&shelf), Some(handles[n]));
        }
        for n in [1, 3, 2] {
            lane.again.insert((priority, shelf.ticket(handles[n])));
        }
        for n in [1, 2, 3, 4, 5] {
            assert_eq!(lane.pick(&shelf), Some(handles[n]), "number {n}");
        }
        assert_eq!(lane.pick(&shelf), None);
    }
}
