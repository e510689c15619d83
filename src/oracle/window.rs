//! The open messages of one stream, by ordinal: a ring of slots from the oldest that is open.
//!
//! A stream is the mail of one source, or the failed reports about it. Its ordinals grow in the
//! order of acceptance and mostly all of it has one time-out, so the ring is in the order of deadlines
//! too, and needs no tickets beside it; what falls out of that order is listed. What was ended at the front is forgotten: an ordinal below
//! the ring is known to have ended (or to stand elsewhere, see [`Window::give_up`]).

use std::collections::VecDeque;

use super::slot::Slot;
use crate::base::Instant;

/// The window of one stream; one line of the cache, since a message mostly finds it cold.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
pub(super) struct Window {
    slots: VecDeque<Slot>,
    /// The deadline of what was accepted last; what is due before it does not keep the order.
    latest: Instant,
    /// The ordinal of the front slot.
    base: u32,
    /// Below this ordinal everything that was due has been looked at.
    watched: u32,
    /// How many slots are open.
    open: u32,
    /// Whether the watch holds this stream.
    is_armed: bool,
}

/// Where an accepted message was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the back, in the order of deadlines.
    InOrder,
    /// Into a gap or out of the order of deadlines: the slot is listed, the list is to say when it
    /// falls due.
    OutOfOrder,
    /// Nowhere: the ordinal is below the ring.
    Below,
    /// Nowhere: it was accepted before.
    Taken,
}

/// Slots that may stand in a ring however few of them are open.
const SPREAD: u32 = 64;

/// Slots whose memory a ring keeps when it is empty, 1 KiB: a site that calls daily fills and empties
/// its ring daily, and to grow it anew each time costs more than all else that is done here.
const KEPT: usize = 128;

impl Window {
    /// Takes up a message that was accepted.
    ///
    /// The caller has seen to it that [`Window::is_sparse`] is false for this ordinal.
    #[inline(always)]
    pub(super) fn accept(&mut self, ordinal: u32, mut slot: Slot) -> Place {
        if ordinal < self.base {
            return Place::Below;
        }
        if self.slots.is_empty() {
            self.base = ordinal;
        }
        let index = (ordinal - self.base) as usize;
        let deadline = slot.deadline();
        let is_at_back = index >= self.slots.len();
        let place = if is_at_back && deadline >= self.latest {
            self.latest = deadline;
            Place::InOrder
        } else {
            slot.list();
            Place::OutOfOrder
        };
        if is_at_back {
            if index > self.slots.len() {
                self.slots.resize(index, Slot::ABSENT);
            }
            self.slots.push_back(slot);
        } else if self.slots[index] == Slot::ABSENT {
            self.slots[index] = slot;
        } else {
            return Place::Taken;
        }
        self.open += 1;
        place
    }

    /// Reads the slot at the back.
    pub(super) fn touch(&self) -> u64 {
        self.slots.back().map_or(0, |slot| slot.deadline().micros())
    }

    /// Whether the ring that `ordinal` would make is far longer than what is open in it: one message
    /// that stays for ever must not keep the place of all after it.
    pub(super) fn is_sparse(&self, ordinal: u32) -> bool {
        let spread = ordinal.saturating_sub(self.base);
        spread >= SPREAD && spread / 4 > self.open && self.open > 0
    }

    /// Gives up the front slot, by ordinal; the caller keeps it.
    pub(super) fn give_up(&mut self) -> Option<(u32, Slot)> {
        let given_up = (self.base, self.slots.pop_front()?);
        self.base += 1;
        self.open -= 1;
        self.drop_front();
        Some(given_up)
    }

    /// The slot of an ordinal inside the ring, whether open or not.
    pub(super) fn get(&self, ordinal: u32) -> Option<Slot> {
        self.slots.get(ordinal.checked_sub(self.base)? as usize).copied()
    }

    /// The slot of an ordinal inside the ring, if it is open.
    #[inline(always)]
    pub(super) fn get_open(&mut self, ordinal: u32) -> Option<&mut Slot> {
        let index = ordinal.checked_sub(self.base)? as usize;
        self.slots.get_mut(index).filter(|slot| slot.is_open())
    }

    /// Whether the ordinal is below the ring.
    pub(super) const fn is_below(&self, ordinal: u32) -> bool {
        ordinal < self.base
    }

    /// Ends an open message; its slot as it was.
    #[inline(always)]
    pub(super) fn end(&mut self, ordinal: u32) -> Option<Slot> {
        let slot = self.get_open(ordinal)?;
        let ended = std::mem::replace(slot, Slot::ENDED);
        self.open -= 1;
        if ordinal == self.base {
            self.drop_front();
        }
        Some(ended)
    }

    #[inline(always)]
    fn drop_front(&mut self) {
        while let Some(front) = self.slots.front()
            && !front.is_open()
        {
            self.slots.pop_front();
            self.base += 1;
        }
        if self.slots.capacity() > KEPT && self.slots.len() < self.slots.capacity() / 16 {
            self.shrink();
        }
    }

    #[cold]
    fn shrink(&mut self) {
        self.slots.shrink_to(KEPT);
    }

    /// The first message that has not been looked at, by ordinal, with its deadline; what is listed
    /// is left to the list.
    pub(super) fn first_due(&mut self) -> Option<(u32, Instant)> {
        self.watched = self.watched.max(self.base);
        loop {
            let slot = *self.slots.get((self.watched - self.base) as usize)?;
            if slot.is_open() && !slot.is_listed() {
                return Some((self.watched, slot.deadline()));
            }
            self.watched += 1;
        }
    }

    /// The message that [`Window::first_due`] named has been looked at.
    pub(super) fn pass(&mut self) {
        self.watched += 1;
    }

    /// Notes that the watch holds this stream; whether it did before.
    pub(super) fn arm(&mut self) -> bool {
        std::mem::replace(&mut self.is_armed, true)
    }

    /// Notes that the watch holds this stream no longer.
    pub(super) fn disarm(&mut self) {
        self.is_armed = false;
    }

    /// Every open slot of the ring, with its ordinal.
    pub(super) fn open_slots(&self) -> impl Iterator<Item = (u32, Slot)> {
        (self.base..).zip(self.slots.iter().copied()).filter(|(_, slot)| slot.is_open())
    }

    /// Bytes on the heap.
    pub(super) fn size_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Priority;

    fn at(micros: u64) -> Instant {
        Instant::from_micros(micros)
    }

    fn due(micros: u64) -> Slot {
        Slot::open(at(micros), Priority::Normal)
    }

    #[test]
    fn what_ended_at_the_front_is_forgotten_with_the_gaps_after_it() {
        let mut window = Window::default();
        for ordinal in [3, 4, 7] {
            assert_eq!(window.accept(ordinal, due(100 + u64::from(ordinal))), Place::InOrder);
        }
        assert_eq!(window.get(5), Some(Slot::ABSENT));
        assert!(window.end(4).is_some());
        assert_eq!(window.get(4), Some(Slot::ENDED));
        assert!(window.end(3).is_some());
        assert!(window.is_below(6) && !window.is_below(7));
        assert_eq!(window.accept(3, due(200)), Place::Below);
        assert_eq!(window.accept(7, due(200)), Place::Taken);
    }

    #[test]
    fn a_late_ordinal_and_an_early_deadline_are_out_of_order() {
        let mut window = Window::default();
        assert_eq!(window.accept(0, due(100)), Place::InOrder);
        assert_eq!(window.accept(2, due(120)), Place::InOrder);
        assert_eq!(window.accept(1, due(130)), Place::OutOfOrder);
        assert_eq!(window.accept(3, due(119)), Place::OutOfOrder);
        assert_eq!(window.first_due(), Some((0, at(100))));
        window.pass();
        assert_eq!(window.first_due(), Some((2, at(120))));
        window.pass();
        assert_eq!(window.first_due(), None);
    }

    #[test]
    fn one_message_that_stays_does_not_keep_the_place_of_all_after_it() {
        let mut window = Window::default();
        let mut given_up = Vec::new();
        for ordinal in 0..10_000 {
            while window.is_sparse(ordinal) {
                given_up.extend(window.give_up().map(|(ordinal, slot)| (ordinal, slot.is_open())));
            }
            assert_eq!(window.accept(ordinal, due(u64::from(ordinal))), Place::InOrder);
            if ordinal != 1 {
                assert!(window.end(ordinal).is_some());
            }
        }
        assert_eq!(given_up, [(1, true)]);
        assert!(window.size_bytes() <= 2 * SPREAD as usize * size_of::<Slot>());
    }
}
