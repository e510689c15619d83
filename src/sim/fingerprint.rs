//! What names a run's course, so that two runs can be told apart: 128 bits in four lanes.
//!
//! Each lane is a chain of xxh3-128 for each entity, over its records and the chain so far. The
//! chains are folded in the order of the entities' names: no order between entities is in them, so
//! that entities may be run in groups.

use std::fmt;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::base::{Instant, MessageId, SiteId};
use crate::trace::{Accepted, Seen};

/// The fingerprint of a run. Two runs with the same lanes took the same course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// What the outside saw.
    pub seen: u128,
    /// What was written down to last.
    pub disk: u128,
    /// What came up on the agenda, for each entity.
    pub sched: u128,
    /// What was drawn.
    pub rng: u128,
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fingerprint { seen, disk, sched, rng } = self;
        write!(f, "{seen:032x}-{disk:032x}-{sched:032x}-{rng:032x}")
    }
}

/// The chains of one lane, by the number of the entity.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    chains: Vec<u128>,
}

impl Lane {
    pub(super) fn new(entities: usize) -> Lane {
        Lane { chains: vec![0; entities] }
    }

    /// Adds a record of an entity: its instant and some numbers.
    pub(super) fn add<const WORDS: usize>(
        &mut self,
        entity: usize,
        at: Instant,
        record: [u64; WORDS],
    ) {
        let chain = &mut self.chains[entity];
        let head = [*chain as u64, (*chain >> 64) as u64, at.micros()];
        let mut words = [0; 8];
        words[..3].copy_from_slice(&head);
        words[3..3 + WORDS].copy_from_slice(&record);
        *chain = xxh3_128(&words.map(u64::to_le_bytes).as_flattened()[..8 * (3 + WORDS)]);
    }

    /// The lane: the chains of all entities, in the order of their names.
    pub(super) fn fold(&self, names: &[&str]) -> u128 {
        let mut order: Vec<usize> = (0..self.chains.len()).collect();
        order.sort_by_key(|entity| names[*entity]);
        let mut fold = Xxh3::new();
        for entity in order {
            if self.chains[entity] != 0 {
                fold.update(names[entity].as_bytes());
                fold.update(&[0]);
                fold.update(&self.chains[entity].to_le_bytes());
            }
        }
        fold.digest128()
    }
}

/// Whose chain an event belongs to: a source's, or a site's.
pub(super) enum Entity {
    Source(usize),
    Site(usize),
}

/// An event as numbers, and the entity it belongs to.
pub(super) fn words_of(seen: &Seen) -> (Entity, [u64; 5]) {
    let about = |site: SiteId, words| (Entity::Site(site.index()), words);
    match *seen {
        Seen::Accepted(accepted) => words_of_accepted(&accepted),
        Seen::Called { site } => about(site, [2, 0, 0, 0, 0]),
        Seen::HungUp { site } => about(site, [3, 0, 0, 0, 0]),
        Seen::EtrnAnswered { site, route, code } => {
            let route = route.map_or(u64::MAX, |route| u64::from(route.0));
            about(site, [4, u64::from(code), route, 0, 0])
        }
        Seen::Connecting { route, site } => about(site, [5, u64::from(route.0), 0, 0, 0]),
        Seen::Connected { route, site } => about(site, [6, u64::from(route.0), 0, 0, 0]),
        Seen::ConnectionFailed { route, site } => about(site, [7, u64::from(route.0), 0, 0, 0]),
        Seen::ConnectionClosed { route, site } => about(site, [8, u64::from(route.0), 0, 0, 0]),
        Seen::TransferBegan { message, site } => of(message, [9, u64::from(site.0), 0, 0]),
        Seen::TransferFailed { message, site, status } => {
            of(message, [10, u64::from(site.0), status.to_bits(), 0])
        }
        Seen::Delivered { message, site, attempts } => {
            of(message, [11, u64::from(site.0), u64::from(attempts), 0])
        }
        Seen::Reported { message, kind, status, attempts } => {
            of(message, [12, kind as u64, status.to_bits(), u64::from(attempts)])
        }
        Seen::DeadLettered { message, status, attempts } => {
            of(message, [13, status.to_bits(), u64::from(attempts), 0])
        }
        Seen::Suppressed { message, status, attempts } => {
            of(message, [14, status.to_bits(), u64::from(attempts), 0])
        }
        Seen::Cancelled { message } => of(message, [15, 0, 0, 0]),
    }
}

fn of(message: MessageId, [a, b, c, d]: [u64; 4]) -> (Entity, [u64; 5]) {
    (Entity::Source(message.source() as usize), [a, message.to_bits(), b, c, d])
}

fn words_of_accepted(accepted: &Accepted) -> (Entity, [u64; 5]) {
    let sender = accepted.sender_route.map_or(u64::from(u32::MAX), |route| u64::from(route.0));
    let head = 1 | (accepted.priority as u64) << 8 | u64::from(accepted.size_bytes) << 32;
    let ways = u64::from(accepted.route.0) << 32 | sender;
    of(
        accepted.message,
        [head, accepted.accepted_at.micros(), ways, accepted.queue_deadline.micros()],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_folds_its_entities_by_name_whatever_their_place() {
        let at = Instant::from_micros(5);
        let (mut one, mut other) = (Lane::new(2), Lane::new(3));
        one.add(0, at, [1; 5]);
        one.add(1, at, [2; 5]);
        other.add(2, at, [2; 5]);
        other.add(0, at, [1; 5]);
        assert_eq!(one.fold(&["a", "b"]), other.fold(&["a", "silent", "b"]));
    }

    #[test]
    fn a_lane_knows_the_order_the_time_and_the_entity_of_its_records() {
        let (early, late) = (Instant::from_micros(5), Instant::from_micros(6));
        let lane = |records: &[(usize, Instant, u64)]| {
            let mut lane = Lane::new(2);
            for (entity, at, word) in records {
                lane.add(*entity, *at, [*word; 5]);
            }
            lane.fold(&["a", "b"])
        };
        let one = lane(&[(0, early, 1), (0, late, 2)]);
        assert_ne!(one, lane(&[(0, early, 2), (0, late, 1)]));
        assert_ne!(one, lane(&[(0, early, 1), (0, early, 2)]));
        assert_ne!(one, lane(&[(1, early, 1), (1, late, 2)]));
        assert_eq!(one, lane(&[(0, early, 1), (0, late, 2)]));
    }
}
