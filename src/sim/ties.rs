//! The events of one instant, in an order of their entities that the seed makes.
//!
//! In: every event of an instant. Out: one after the other, those of one site (its sessions among
//! them), of one source or of the hub in the order that they always have, the entities in an order
//! that is another at each instant. What does not depend on each other must come out the same
//! whatever the order: a run with shuffled ties brings to light what does.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::agenda::Event;
use crate::base::{Instant, SiteId};

/// The events of one instant.
#[derive(Clone)]
pub(super) struct Shuffle {
    seed: u64,
    /// A hash of each site's name, and of each source's: no order among entities depends on others.
    sites: Vec<u64>,
    sources: Vec<u64>,
    /// The site of each seat.
    seats: Vec<SiteId>,
    at: Instant,
    /// By the hash of the entity at this instant, then by the fixed order.
    events: BinaryHeap<Reverse<(u64, u64)>>,
}

impl Shuffle {
    /// For the sites and the sources of these names, each by its number.
    pub(super) fn new<'n>(
        seed: u64,
        sites: impl Iterator<Item = &'n str>,
        sources: impl Iterator<Item = &'n str>,
    ) -> Shuffle {
        let hash = |kind: &str, name: &str| xxh3_64(format!("{kind}\0{name}").as_bytes());
        Shuffle {
            seed,
            sites: sites.map(|name| hash("site", name)).collect(),
            sources: sources.map(|name| hash("source", name)).collect(),
            seats: Vec::new(),
            at: Instant::ZERO,
            events: BinaryHeap::new(),
        }
    }

    /// Notes whose the session in a seat is.
    pub(super) fn seat(&mut self, seat: u32, site: SiteId) {
        let seat = seat as usize;
        if seat >= self.seats.len() {
            self.seats.resize(seat + 1, site);
        }
        self.seats[seat] = site;
    }

    /// The instant whose events these are; none if there are none.
    pub(super) fn at(&self) -> Option<Instant> {
        (!self.events.is_empty()).then_some(self.at)
    }

    /// Enters an event of an instant: the same as that of those still here.
    pub(super) fn enter(&mut self, at: Instant, event: Event) {
        self.at = at;
        let entity = self.entity_of(event).to_le_bytes();
        let words = [entity, at.micros().to_le_bytes()];
        let rank = xxh3_64_with_seed(words.as_flattened(), self.seed);
        // The lower half is all there is: the upper one is the instant's.
        self.events.push(Reverse((rank, event.key() as u64)));
    }

    /// Takes the next event.
    pub(super) fn pop(&mut self) -> Option<(Instant, Event)> {
        let Reverse((_, key)) = self.events.pop()?;
        Some((self.at, Event::of_key(u128::from(key))))
    }

    /// What stands for the entity of an event: nothing for the hub.
    fn entity_of(&self, event: Event) -> u64 {
        let site = match event {
            Event::Step { seat, .. } => self.seats.get(seat as usize).copied(),
            Event::HangUp { site, .. }
            | Event::Wait { site, .. }
            | Event::LineDrop { site, .. }
            | Event::Outage { site, .. }
            | Event::Flap { site }
            | Event::Call { site }
            | Event::Redial { site, .. } => Some(site),
            Event::Arrival { source } | Event::Resend { source, .. } => {
                return self.sources[source as usize];
            }
            Event::Return | Event::Persisted { .. } | Event::Hub { .. } => None,
        };
        site.map_or(0, |site| self.sites[site.index()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITES: [&str; 4] = ["a", "b", "c", "d"];

    /// The sites in the order in which their three events of an instant come, each once.
    fn order(seed: u64, micros: u64) -> Vec<u32> {
        let at = Instant::from_micros(micros);
        let mut shuffle = Shuffle::new(seed, SITES.into_iter(), std::iter::empty());
        for seat in 0..4 {
            let site = SiteId(seat);
            shuffle.seat(seat, site);
            shuffle.enter(at, Event::Call { site });
            shuffle.enter(at, Event::Step { seat, step: 7 });
            shuffle.enter(at, Event::HangUp { site, call: 1 });
        }
        assert_eq!(shuffle.at(), Some(at));
        let mut order = Vec::new();
        while let Some((popped_at, event)) = shuffle.pop() {
            assert_eq!(popped_at, at);
            let Event::Step { seat, step: 7 } = event else { panic!("{event:?} comes first") };
            let site = SiteId(seat);
            assert_eq!(shuffle.pop(), Some((at, Event::HangUp { site, call: 1 })));
            assert_eq!(shuffle.pop(), Some((at, Event::Call { site })));
            order.push(seat);
        }
        assert_eq!(shuffle.at(), None);
        order
    }

    #[test]
    fn entities_are_shuffled_by_seed_and_instant_and_each_keeps_its_own_order() {
        let of_seeds: Vec<_> = (0..20).map(|seed| order(seed, 5)).collect();
        let of_instants: Vec<_> = (0..20).map(|micros| order(1, micros)).collect();
        for orders in [of_seeds, of_instants] {
            assert!(orders.iter().any(|order| *order != orders[0]), "{orders:?}");
            for mut order in orders {
                order.sort_unstable();
                assert_eq!(order, [0, 1, 2, 3]);
            }
        }
        assert_eq!(order(3, 9), order(3, 9));
    }
}
