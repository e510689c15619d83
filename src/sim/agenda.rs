//! What is to happen, in order: a total order of (time, class, entity, sequence).
//!
//! In: events with their instants. Out: the least of them. An event is not taken out again; whoever
//! meant it knows by its sequence number that it no longer matters.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::base::{Instant, SiteId};

/// What is to happen. At equal instants the classes come in this order, and within a class the
/// entity with the smaller number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A session goes on.
    Step {
        /// The place of its connection.
        slot: u32,
        /// Which of the steps of that place it is.
        step: u32,
    },
    /// A host's line goes down, if it is still in this call.
    HangUp {
        /// Whose.
        site: SiteId,
        /// The number of the call.
        call: u32,
    },
    /// A host that is always on the line begins an outage.
    Outage {
        /// Whose.
        site: SiteId,
        /// The number of the outage.
        number: u32,
    },
    /// A source submits its next message.
    Arrival {
        /// Which source.
        source: u32,
    },
    /// A host calls.
    Call {
        /// Which host.
        site: SiteId,
    },
}

/// All events to come: sixteen bytes each, and never more of them than there are sites, sources and
/// connections.
#[derive(Default)]
pub struct Agenda {
    heap: BinaryHeap<Reverse<u128>>,
}

const CLASS_BITS: u32 = 4;
const ENTITY_BITS: u32 = 28;
const SEQUENCE_BITS: u32 = 32;

impl Event {
    const fn key(self) -> u128 {
        let (class, entity, sequence) = match self {
            Event::Step { slot, step } => (0, slot, step),
            Event::HangUp { site, call } => (1, site.0, call),
            Event::Outage { site, number } => (2, site.0, number),
            Event::Arrival { source } => (3, source, 0),
            Event::Call { site } => (4, site.0, 0),
        };
        debug_assert!(entity < 1 << ENTITY_BITS);
        (class << ENTITY_BITS | entity as u128) << SEQUENCE_BITS | sequence as u128
    }

    const fn of_key(key: u128) -> Event {
        let sequence = key as u32;
        let entity = (key >> SEQUENCE_BITS) as u32 & ((1 << ENTITY_BITS) - 1);
        let site = SiteId(entity);
        match (key >> (SEQUENCE_BITS + ENTITY_BITS)) as u32 & ((1 << CLASS_BITS) - 1) {
            0 => Event::Step { slot: entity, step: sequence },
            1 => Event::HangUp { site, call: sequence },
            2 => Event::Outage { site, number: sequence },
            3 => Event::Arrival { source: entity },
            _ => Event::Call { site },
        }
    }
}

impl Agenda {
    /// Enters an event.
    pub fn push(&mut self, at: Instant, event: Event) {
        self.heap.push(Reverse(u128::from(at.micros()) << 64 | event.key()));
    }

    /// When the next event is; [`Instant::NEVER`] if there is none.
    #[must_use]
    pub fn next_at(&self) -> Instant {
        let at = |Reverse(key): &Reverse<u128>| Instant::from_micros((key >> 64) as u64);
        self.heap.peek().map_or(Instant::NEVER, at)
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<(Instant, Event)> {
        let Reverse(key) = self.heap.pop()?;
        Some((Instant::from_micros((key >> 64) as u64), Event::of_key(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_time_then_class_then_entity_then_sequence() {
        let at = Instant::from_micros;
        let site = SiteId;
        let ordered = [
            (at(1), Event::Call { site: site(9) }),
            (at(2), Event::Step { slot: 0, step: 7 }),
            (at(2), Event::Step { slot: 1, step: 0 }),
            (at(2), Event::Step { slot: 1, step: 1 }),
            (at(2), Event::HangUp { site: site(0), call: 3 }),
            (at(2), Event::Outage { site: site(0), number: 1 }),
            (at(2), Event::Arrival { source: (1 << 22) - 1 }),
            (at(2), Event::Call { site: site(0) }),
            (at(u64::MAX - 1), Event::Arrival { source: 0 }),
        ];
        let mut agenda = Agenda::default();
        for index in [4, 0, 8, 2, 6, 1, 7, 3, 5] {
            let (at, event) = ordered[index];
            agenda.push(at, event);
        }
        let mut popped = Vec::new();
        while let Some(next) = agenda.pop() {
            popped.push(next);
        }
        assert_eq!(popped, ordered);
        assert_eq!(agenda.next_at(), Instant::NEVER);
    }
}
