//! Where messages lie while they wait: blocks of eight for each route and priority, in order of age.
//!
//! In: entries to keep. Out: handles that stay good until the entry is taken off. Taking off from
//! the middle is O(1); walking a route touches memory in runs of eight, which at a million messages
//! costs half of what a linked list does. The shelf knows no time and decides nothing.

use std::cmp::Ordering;

use super::entry::{Entry, Standing};
use crate::base::{Priority, RouteId};

/// The place of an entry on the shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Handle(u32);

/// An entry by place and number: two entries that follow each other in one place differ in it.
///
/// Tickets sort by age, the oldest first. Numbers wrap around: it is so while fewer than 2^31
/// messages are accepted in the life of one, which at 48 hours is 12,000 a second without a pause.
/// Past that, order alone suffers: a deadline is told by time, and an entry by place and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    /// The number of its acceptance.
    pub(super) serial: u32,
    /// Its place.
    pub(super) handle: Handle,
}

impl Ord for Ticket {
    fn cmp(&self, other: &Ticket) -> Ordering {
        let ahead = self.serial.wrapping_sub(other.serial).cast_signed();
        ahead.cmp(&0).then(self.handle.cmp(&other.handle))
    }
}

impl PartialOrd for Ticket {
    fn partial_cmp(&self, other: &Ticket) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The entries of one route and one priority, oldest first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    head: u32,
    /// The place after the last that was handed out: the next entry's, unless a block begins there. It is
    /// handed out once, and 0 only where the chain has no block.
    end: u32,
}

/// How far a walk along a chain has come. It stays good while entries come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    block: u32,
    slot: u32,
}

const NONE: u32 = u32::MAX;
const SLOTS: u32 = 8;
const SEGMENT: usize = 512;
const SEGMENT_SLOTS: usize = SEGMENT * SLOTS as usize;

impl Chain {
    pub(super) const EMPTY: Chain = Chain { head: NONE, end: 0 };

    /// Its last block.
    const fn tail(self) -> u32 {
        match self.end {
            0 => NONE,
            end => (end - 1) / SLOTS,
        }
    }
}

impl Cursor {
    /// Before the oldest entry.
    pub(super) const START: Cursor = Cursor { block: NONE, slot: 0 };
}

// What is read of a block first stands in one line of the cache with its first entries, and no entry in more
// than two.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Block {
    /// The number of the offer that `refused` is about.
    offer: u64,
    route: RouteId,
    previous: u32,
    next: u32,
    /// One bit for each slot that holds an entry.
    live: u8,
    /// One bit for each slot whose entry was refused in the offer of that number; the next offer is
    /// for all again, and nobody has to clear a bit.
    refused: u8,
    priority: Priority,
    entries: [Entry; SLOTS as usize],
}

impl Block {
    const EMPTY: Block = Block {
        offer: 0,
        route: RouteId(0),
        previous: NONE,
        next: NONE,
        live: 0,
        refused: 0,
        priority: Priority::Normal,
        entries: [Entry::EMPTY; SLOTS as usize],
    };

    /// Begins it anew, behind another. Its slots stay as they are: none of them is live, and to write them all
    /// costs more than all else that is done for a block.
    const fn begin(&mut self, route: RouteId, priority: Priority, previous: u32) {
        (self.route, self.priority) = (route, priority);
        (self.previous, self.next) = (previous, NONE);
        (self.offer, self.live, self.refused) = (0, 0, 0);
    }

    /// The slots whose entries were refused in this offer.
    const fn refused_in(&self, offer: u64) -> u8 {
        if self.offer == offer { self.refused } else { 0 }
    }
}

/// All entries of a queue. Memory grows by segments and never moves; freed blocks are used again.
#[derive(Clone)]
pub(super) struct Shelf {
    segments: Vec<Box<[Block; SEGMENT]>>,
    /// The number of the entry at each place; where there is none, the one after the last that was there,
    /// which no ticket of that place has yet. Apart from the blocks, so that whether a message of long ago is
    /// still there does not bring a block into the cache.
    serials: Vec<Box<[u32; SEGMENT_SLOTS]>>,
    /// Entries that are on the shelf.
    count: u32,
    blocks: u32,
    free: u32,
}

impl Shelf {
    pub(super) const fn new() -> Shelf {
        Shelf { segments: Vec::new(), serials: Vec::new(), count: 0, blocks: 0, free: NONE }
    }

    /// How many entries are on the shelf.
    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    fn block(&self, block: u32) -> &Block {
        &self.segments[block as usize / SEGMENT][block as usize % SEGMENT]
    }

    fn block_mut(&mut self, block: u32) -> &mut Block {
        &mut self.segments[block as usize / SEGMENT][block as usize % SEGMENT]
    }

    fn serial(&self, handle: Handle) -> u32 {
        self.serials[handle.0 as usize / SEGMENT_SLOTS][handle.0 as usize % SEGMENT_SLOTS]
    }

    fn serial_mut(&mut self, handle: Handle) -> &mut u32 {
        &mut self.serials[handle.0 as usize / SEGMENT_SLOTS][handle.0 as usize % SEGMENT_SLOTS]
    }

    /// The entry at `handle`, which must be on the shelf.
    pub(super) fn entry(&self, handle: Handle) -> &Entry {
        &self.block(handle.0 / SLOTS).entries[(handle.0 % SLOTS) as usize]
    }

    /// The entry at `handle`, which must be on the shelf.
    pub(super) fn entry_mut(&mut self, handle: Handle) -> &mut Entry {
        &mut self.block_mut(handle.0 / SLOTS).entries[(handle.0 % SLOTS) as usize]
    }

    /// The route and the priority of the entry at `handle`.
    pub(super) fn place(&self, handle: Handle) -> (RouteId, Priority) {
        let block = self.block(handle.0 / SLOTS);
        (block.route, block.priority)
    }

    /// The ticket of the entry at `handle`.
    pub(super) fn ticket(&self, handle: Handle) -> Ticket {
        Ticket { handle, serial: self.serial(handle) }
    }

    /// Whether the entry of a ticket has not been taken off.
    pub(super) fn is_live(&self, ticket: Ticket) -> bool {
        self.serial(ticket.handle) == ticket.serial
    }

    /// The entry of a ticket; none once it has been taken off.
    pub(super) fn live(&self, ticket: Ticket) -> Option<&Entry> {
        self.is_live(ticket).then(|| self.entry(ticket.handle))
    }

    /// Every entry, by its place.
    pub(super) fn handles(&self) -> impl Iterator<Item = Handle> {
        (0..self.blocks).flat_map(|number| self.of_block(number))
    }

    /// Every entry of a chain, the oldest first.
    pub(super) fn of_chain(&self, chain: Chain) -> impl Iterator<Item = Handle> {
        let blocks = std::iter::successors(Some(chain.head), |number| {
            (*number != NONE).then(|| self.block(*number).next)
        });
        blocks.take_while(|number| *number != NONE).flat_map(|number| self.of_block(number))
    }

    fn of_block(&self, number: u32) -> impl Iterator<Item = Handle> {
        let live = self.block(number).live;
        (0..SLOTS)
            .filter(move |slot| live >> slot & 1 == 1)
            .map(move |slot| Handle(number * SLOTS + slot))
    }

    /// Reads the last block of a chain, and where its next entry will lie.
    pub(super) fn touch(&self, chain: Chain) -> u64 {
        if chain.end.is_multiple_of(SLOTS) {
            return 0;
        }
        let block = self.block(chain.end / SLOTS);
        let entry = &block.entries[(chain.end % SLOTS) as usize];
        block.offer ^ entry.accepted_at.micros() ^ u64::from(self.serial(Handle(chain.end)))
    }

    /// Reads the first block of a chain, at both ends.
    pub(super) fn touch_head(&self, chain: Chain) -> u64 {
        if chain.head == NONE {
            return 0;
        }
        let block = self.block(chain.head);
        block.offer ^ block.entries[0].accepted_at.micros()
    }

    /// Puts an entry behind the others of its chain, under a number of its own.
    #[inline(always)]
    pub(super) fn append(
        &mut self,
        chain: &mut Chain,
        route: RouteId,
        priority: Priority,
        serial: u32,
        entry: Entry,
    ) -> Ticket {
        if chain.end.is_multiple_of(SLOTS) {
            self.lengthen(chain, route, priority);
        }
        let handle = Handle(chain.end);
        chain.end += 1;
        let (number, slot) = (handle.0 / SLOTS, handle.0 % SLOTS);
        let block = self.block_mut(number);
        block.entries[slot as usize] = entry;
        block.live |= 1 << slot;
        self.count += 1;
        *self.serial_mut(handle) = serial;
        Ticket { serial, handle }
    }

    /// Adds a block to a chain.
    #[inline(never)]
    fn lengthen(&mut self, chain: &mut Chain, route: RouteId, priority: Priority) {
        let block = self.take_block();
        let previous = chain.tail();
        self.block_mut(block).begin(route, priority, previous);
        match previous {
            NONE => chain.head = block,
            previous => self.block_mut(previous).next = block,
        }
        chain.end = block * SLOTS;
    }

    /// Takes an entry off; `cursor` walks the same chain and is moved if the ground goes from under it.
    #[inline(always)]
    pub(super) fn remove(&mut self, chain: &mut Chain, cursor: &mut Cursor, handle: Handle) {
        let serial = self.serial_mut(handle);
        *serial = serial.wrapping_add(1);
        self.count -= 1;
        let number = handle.0 / SLOTS;
        let block = self.block_mut(number);
        block.live &= !(1 << (handle.0 % SLOTS));
        if block.live == 0 {
            self.take_out(chain, cursor, number);
        }
    }

    /// Takes a block that holds nothing any more out of its chain.
    #[inline(never)]
    fn take_out(&mut self, chain: &mut Chain, cursor: &mut Cursor, number: u32) {
        let &Block { previous, next, .. } = self.block(number);
        match previous {
            NONE => chain.head = next,
            previous => self.block_mut(previous).next = next,
        }
        match (next, previous) {
            (NONE, NONE) => chain.end = 0,
            (NONE, previous) => chain.end = (previous + 1) * SLOTS,
            (next, _) => self.block_mut(next).previous = previous,
        }
        if cursor.block == number {
            *cursor = match (next, previous) {
                (NONE, NONE) => Cursor::START,
                (NONE, previous) => Cursor { block: previous, slot: SLOTS },
                (next, _) => Cursor { block: next, slot: 0 },
            };
        }
        self.block_mut(number).next = self.free;
        self.free = number;
    }

    /// Notes that an entry was refused in the offer of this number, and no more is to go in it.
    pub(super) fn refuse(&mut self, handle: Handle, offer: u64) {
        let block = self.block_mut(handle.0 / SLOTS);
        block.refused = block.refused_in(offer) | 1 << (handle.0 % SLOTS);
        block.offer = offer;
    }

    /// Notes that an entry that was refused is not any more, whatever offer it was in.
    pub(super) fn pardon(&mut self, handle: Handle) {
        self.block_mut(handle.0 / SLOTS).refused &= !(1 << (handle.0 % SLOTS));
    }

    /// Whether an entry was refused in the offer of this number.
    pub(super) fn is_refused(&self, handle: Handle, offer: u64) -> bool {
        let block = self.block(handle.0 / SLOTS);
        block.refused_in(offer) >> (handle.0 % SLOTS) & 1 == 1
    }

    /// The next entry at or after the cursor that waits with its route and was not refused in the
    /// offer of this number; the cursor moves up to it.
    pub(super) fn next_waiting(
        &self,
        chain: Chain,
        cursor: &mut Cursor,
        offer: u64,
    ) -> Option<Handle> {
        if cursor.block == NONE {
            *cursor = Cursor { block: chain.head, slot: 0 };
        }
        while cursor.block != NONE {
            let block = self.block(cursor.block);
            let present = u32::from(block.live & !block.refused_in(offer));
            let mut ahead = present >> cursor.slot << cursor.slot;
            while ahead != 0 {
                cursor.slot = ahead.trailing_zeros();
                if block.entries[cursor.slot as usize].standing == Standing::Waiting {
                    return Some(Handle(cursor.block * SLOTS + cursor.slot));
                }
                ahead &= ahead - 1;
            }
            if block.next == NONE {
                return None;
            }
            *cursor = Cursor { block: block.next, slot: 0 };
        }
        None
    }

    fn take_block(&mut self) -> u32 {
        if self.free != NONE {
            let block = self.free;
            self.free = self.block(block).next;
            return block;
        }
        if self.blocks as usize == self.segments.len() * SEGMENT {
            let segment = vec![Block::EMPTY; SEGMENT].into_boxed_slice().try_into();
            self.segments.push(segment.expect("a segment has so many blocks"));
            let serials = vec![0; SEGMENT_SLOTS].into_boxed_slice().try_into();
            self.serials.push(serials.expect("a segment has so many places"));
        }
        let block = self.blocks;
        // 2^29 blocks are 180 GB: memory ends before numbers do.
        self.blocks += 1;
        block
    }
}

impl Cursor {
    /// Past the entry that it stands at.
    pub(super) fn step(&mut self) {
        self.slot += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: RouteId = RouteId(0);

    fn append(shelf: &mut Shelf, chain: &mut Chain, serial: u32) -> Handle {
        shelf.append(chain, ROUTE, Priority::Normal, serial, Entry::EMPTY).handle
    }

    fn serials(shelf: &Shelf, chain: Chain, offer: u64) -> Vec<u32> {
        let (mut cursor, mut found) = (Cursor::START, Vec::new());
        while let Some(handle) = shelf.next_waiting(chain, &mut cursor, offer) {
            found.push(shelf.serial(handle));
            cursor.step();
        }
        found
    }

    #[test]
    fn a_block_adds_four_bytes_to_each_entry() {
        assert_eq!(size_of::<Block>(), SLOTS as usize * (size_of::<Entry>() + 4));
    }

    #[test]
    fn entries_come_back_oldest_first_whatever_is_taken_from_between() {
        let middle_block = &[8, 9, 10, 11, 12, 13, 14, 15];
        let first_block = &[0, 1, 2, 3, 4, 5, 6, 7];
        let last_block = &[16, 17, 18, 19];
        for taken in
            [&[][..], &[0], &[7, 8], &[19], &[3, 9, 17], first_block, middle_block, last_block]
        {
            let (mut shelf, mut chain) = (Shelf::new(), Chain::EMPTY);
            let handles: Vec<_> = (0..20).map(|n| append(&mut shelf, &mut chain, n)).collect();
            for &n in taken {
                shelf.remove(&mut chain, &mut Cursor::START.clone(), handles[n as usize]);
            }
            append(&mut shelf, &mut chain, 20);
            let left: Vec<u32> = (0..=20).filter(|n| !taken.contains(n)).collect();
            assert_eq!(serials(&shelf, chain, 0), left);
            let all: Vec<u32> = shelf.of_chain(chain).map(|it| shelf.serial(it)).collect();
            assert_eq!(all, left);
        }
    }

    #[test]
    fn a_cursor_sees_what_comes_and_never_what_it_passed() {
        let (mut shelf, mut chain) = (Shelf::new(), Chain::EMPTY);
        let mut cursor = Cursor::START;
        let mut seen = Vec::new();
        let mut handles = Vec::new();
        for round in 0..40 {
            handles.push(append(&mut shelf, &mut chain, round));
            if round % 3 == 0 {
                while let Some(handle) = shelf.next_waiting(chain, &mut cursor, 0) {
                    seen.push(shelf.serial(handle));
                    cursor.step();
                }
            }
            if round % 4 == 0 {
                shelf.remove(&mut chain, &mut cursor, handles.remove(0));
            }
            if round == 20 {
                for handle in handles.drain(..) {
                    shelf.remove(&mut chain, &mut cursor, handle);
                }
                assert_eq!(chain.head, NONE);
            }
        }
        assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
        assert_eq!(seen.last(), Some(&39));
    }

    #[test]
    fn a_ticket_does_not_find_the_next_entry_in_its_place() {
        let (mut shelf, mut chain) = (Shelf::new(), Chain::EMPTY);
        let first = append(&mut shelf, &mut chain, 1);
        let ticket = shelf.ticket(first);
        assert!(shelf.live(ticket).is_some());
        shelf.remove(&mut chain, &mut Cursor::START.clone(), first);
        assert!(shelf.live(ticket).is_none());
        let second = append(&mut shelf, &mut chain, 2);
        assert_eq!(first, second);
        assert!(shelf.live(ticket).is_none());
    }

    #[test]
    fn age_is_told_across_the_end_of_the_numbers() {
        let ticket = |serial| Ticket { serial, handle: Handle(0) };
        for (one, other, order) in [
            (1, 2, Ordering::Less),
            (2, 1, Ordering::Greater),
            (2, 2, Ordering::Equal),
            (u32::MAX, 0, Ordering::Less),
            (0, u32::MAX, Ordering::Greater),
            (u32::MAX - 5, 5, Ordering::Less),
        ] {
            assert_eq!(ticket(one).cmp(&ticket(other)), order, "{one} beside {other}");
        }
    }

    #[test]
    fn what_was_refused_in_an_offer_is_there_in_the_next() {
        let (mut shelf, mut chain) = (Shelf::new(), Chain::EMPTY);
        let handles: Vec<_> = (0..20).map(|n| append(&mut shelf, &mut chain, n)).collect();
        for (n, offer) in [(0, 1), (9, 1), (10, 1), (11, 2), (19, 2)] {
            shelf.refuse(handles[n], offer);
        }
        for (offer, refused) in [(1, &[0][..]), (2, &[11, 19]), (3, &[])] {
            let found: Vec<u32> = (0..20).filter(|n| !refused.contains(n)).collect();
            assert_eq!(serials(&shelf, chain, offer), found, "offer {offer}");
        }
        shelf.pardon(handles[11]);
        assert!(!shelf.is_refused(handles[11], 2) && shelf.is_refused(handles[19], 2));
    }

    #[test]
    fn freed_blocks_are_used_again() {
        let mut shelf = Shelf::new();
        let mut chain = Chain::EMPTY;
        for round in 0..1_000 {
            let handle = append(&mut shelf, &mut chain, round);
            shelf.remove(&mut chain, &mut Cursor::START.clone(), handle);
        }
        assert_eq!(shelf.blocks, 1);
    }
}
