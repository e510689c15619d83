//! What names a run's course, so that two runs can be told apart: 128 bits in four lanes.
//!
//! Each lane is a chain for each entity, over its records: a multiplication for each word of them, so
//! that to be told apart costs a run little. The chains are folded by xxh3-128 in the order of the
//! entities' names. No order between entities is in them, nor the number of any but a node of ETRN or an event:
//! what happens to an entity gives the same chain whichever others are run with it.

use std::fmt;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::base::{Instant, Kind, MessageId, RouteId, SiteId, Target};
use crate::scenario::{Excerpt, Scenario};
use crate::trace::{Accepted, Asked, Seen};

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

/// The chains of a run, lane by lane: what its fingerprint is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    pub(super) seen: Lane,
    pub(super) disk: Lane,
    pub(super) sched: Lane,
    pub(super) rng: Lane,
}

impl Lanes {
    /// The fingerprint of a run of this scenario.
    #[must_use]
    pub fn fingerprint(&self, scenario: &Scenario) -> Fingerprint {
        let order = Order::of(scenario);
        Fingerprint {
            seen: self.seen.fold(&order),
            disk: self.disk.fold(&order),
            sched: self.sched.fold(&order),
            rng: self.rng.fold(&order),
        }
    }

    /// Adds what a run of an excerpt left, whose entities had none yet.
    pub fn add(&mut self, part: &Lanes, excerpt: &Excerpt) {
        self.seen.add(&part.seen, excerpt);
        self.disk.add(&part.disk, excerpt);
        self.sched.add(&part.sched, excerpt);
        self.rng.add(&part.rng, excerpt);
    }
}

/// One lane: a chain for each entity, by its number. An entity beyond the end has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    pub(super) sources: Vec<Chain>,
    pub(super) sites: Vec<Chain>,
    pub(super) routes: Vec<Chain>,
    /// That of the hub itself.
    pub(super) hub: Chain,
}

impl Lane {
    /// The chains in the order of the entities' names. An entity to which nothing happened is not in it.
    fn fold(&self, order: &Order<'_>) -> u128 {
        let mut fold = Xxh3::new();
        let kinds = [
            ("hub", order.hub.as_slice(), std::slice::from_ref(&self.hub)),
            ("route", &order.routes, &self.routes),
            ("site", &order.sites, &self.sites),
            ("source", &order.sources, &self.sources),
        ];
        for (kind, names, chains) in kinds {
            for (name, number) in names {
                let Some(chain) = chains.get(*number) else { continue };
                if *chain != Chain::default() {
                    for part in [kind.as_bytes(), name.as_bytes()] {
                        fold.update(part);
                        fold.update(&[0]);
                    }
                    fold.update(&chain.to_bits().to_le_bytes());
                }
            }
        }
        fold.digest128()
    }

    /// Takes the chains of an excerpt's entities over, to their places. Nothing befell the hub itself
    /// in a run of an excerpt.
    fn add(&mut self, part: &Lane, excerpt: &Excerpt) {
        debug_assert_eq!(part.hub, Chain::default());
        let sources = excerpt.sources.iter().map(|source| *source as usize);
        place(&mut self.sources, &part.sources, sources);
        place(&mut self.sites, &part.sites, excerpt.sites.iter().map(|site| site.index()));
        place(&mut self.routes, &part.routes, excerpt.routes.iter().map(|route| route.index()));
    }
}

/// The entities of a scenario with their numbers, each kind by name.
struct Order<'a> {
    hub: [(&'a str, usize); 1],
    routes: Vec<(&'a str, usize)>,
    sites: Vec<(&'a str, usize)>,
    sources: Vec<(&'a str, usize)>,
}

impl<'a> Order<'a> {
    fn of(scenario: &'a Scenario) -> Order<'a> {
        Order {
            hub: [("", 0)],
            routes: by_name(scenario.routes.iter().map(|route| route.domain.as_str())),
            sites: by_name(scenario.sites.iter().map(|site| site.name.as_str())),
            sources: by_name(scenario.sources.iter().map(|source| source.name.as_str())),
        }
    }
}

fn by_name<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut numbered: Vec<_> = names.zip(0..).collect();
    // Stable, since it finds what stands in order already, as `branch-1` to `branch-1000` do.
    numbered.sort_by_key(|(name, _)| *name);
    numbered
}

fn place(all: &mut Vec<Chain>, part: &[Chain], places: impl Iterator<Item = usize>) {
    for (chain, place) in part.iter().zip(places) {
        if all.len() <= place {
            all.resize(place + 1, Chain::default());
        }
        all[place] = *chain;
    }
}

/// What the records of a chain call sites and routes: hashes of their names.
#[derive(Debug)]
pub(super) struct Names {
    sites: Vec<u64>,
    routes: Vec<u64>,
}

impl Names {
    pub(super) fn new(scenario: &Scenario) -> Names {
        let hash = |name: &String| xxh3_64(name.as_bytes());
        Names {
            sites: scenario.sites.iter().map(|site| hash(&site.name)).collect(),
            routes: scenario.routes.iter().map(|route| hash(&route.domain)).collect(),
        }
    }

    /// A site; one that there is not, as a bug may have it, by its number.
    fn site(&self, site: SiteId) -> u64 {
        self.sites.get(site.index()).copied().unwrap_or(site.0.into())
    }

    /// A route, as a site.
    pub(super) fn route(&self, route: RouteId) -> u64 {
        self.routes.get(route.index()).copied().unwrap_or(route.0.into())
    }

    /// The way of a message there and back, in one word; back there is none for the reverse-path `<>`.
    #[inline(always)]
    pub(super) fn ways(&self, route: RouteId, sender: Option<RouteId>) -> u64 {
        let back = sender.map_or(0, |sender| self.route(sender).rotate_left(32));
        self.route(route) ^ back
    }
}

/// What happened to one entity, in one lane: 128 bits.
///
/// It tells runs apart that chance or a mistake made different, and is no defence against anybody who
/// means to make two alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    low: u64,
    high: u64,
}

impl Chain {
    /// Adds a record: its instant and some numbers.
    #[inline(always)]
    pub(super) fn add(&mut self, at: Instant, record: impl Into<Words>) {
        let Words { words, count } = record.into();
        // So that a record is not the same as one that begins with it.
        let length = (count as u64) << 60;
        let mut chain = self.mixed(at.micros() ^ length, words[0]);
        let mut number = 1;
        while number < count {
            chain = chain.mixed(words[number], words[number + 1]);
            number += 2;
        }
        *self = chain;
    }

    /// Takes two words in. A factor that is odd loses nothing in the lower half of a product, and the upper
    /// half brings what differs in high bits down into the half that the other word met: what differs in
    /// one of the words stays different whatever comes next.
    const fn mixed(self, one: u64, other: u64) -> Chain {
        // The fractional parts of the golden ratio and of the root of three.
        const FACTORS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xbb67_ae85_84ca_a73b];
        let one = (self.low ^ one) as u128 * FACTORS[0] as u128;
        let other = (self.high ^ other ^ FACTORS[0]) as u128 * FACTORS[1] as u128;
        Chain { low: one as u64 ^ (other >> 64) as u64, high: other as u64 ^ (one >> 64) as u64 }
    }

    /// Reads it.
    pub(super) const fn touch(&self) -> u64 {
        self.low
    }

    const fn to_bits(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }
}

/// A record of a chain: some numbers, as few as it has. How many is known where it is made, so that nobody
/// counts.
pub(super) struct Words {
    /// The words, the rest being 0.
    words: [u64; Words::MOST + 1],
    count: usize,
}

impl Words {
    /// The most that a record has.
    const MOST: usize = 5;

    /// A record of this kind.
    #[inline(always)]
    pub(super) fn of<const COUNT: usize>(kind: u64, rest: [u64; COUNT]) -> Words {
        let mut words = [0; Words::MOST + 1];
        words[0] = kind;
        words[1..=COUNT].copy_from_slice(&rest);
        Words { words, count: COUNT + 1 }
    }

    /// A record of this kind, of 22 bits at most, about a message; the chain is its source's.
    #[inline(always)]
    pub(super) fn about<const COUNT: usize>(
        message: MessageId,
        kind: u64,
        rest: [u64; COUNT],
    ) -> Words {
        // Where an id has its source what is within a source has nothing.
        Words::of(message.within_source() | kind << 40, rest)
    }
}

impl<const COUNT: usize> From<[u64; COUNT]> for Words {
    #[inline(always)]
    fn from(all: [u64; COUNT]) -> Words {
        let mut words = [0; Words::MOST + 1];
        words[..COUNT].copy_from_slice(&all);
        Words { words, count: COUNT }
    }
}

/// Whose chain an event belongs to: a source's, a site's or the hub's own.
pub(super) enum Entity {
    Source(usize),
    Site(usize),
    Hub,
}

/// An event as numbers, and the entity it belongs to.
#[inline(always)]
pub(super) fn words_of(seen: &Seen, names: &Names) -> (Entity, Words) {
    match *seen {
        Seen::Accepted(accepted) => words_of_accepted(&accepted, names),
        Seen::Called { site } => of_site(site, 2, []),
        Seen::HungUp { site } => of_site(site, 3, []),
        Seen::EtrnAnswered { site, asked, code } => {
            let (kind, asked) = match asked {
                Asked::Route(route) => (0, names.route(route)),
                Asked::Node(node) => (1, u64::from(node)),
            };
            of_site(site, 4 | u64::from(code) << 8 | kind << 32, [asked])
        }
        Seen::Connecting { route, site } => of_site(site, 5, [names.route(route)]),
        Seen::Connected { route, site } => of_site(site, 6, [names.route(route)]),
        Seen::ConnectionFailed { route, site } => of_site(site, 7, [names.route(route)]),
        Seen::ConnectionClosed { route, site } => of_site(site, 8, [names.route(route)]),
        Seen::TransferBegan { message, site } => of(message, 9, [names.site(site)]),
        Seen::TransferFailed { message, site, status } => {
            of(message, 10, [names.site(site), status.to_bits()])
        }
        Seen::Delivered { message, site, attempts, .. } => {
            of(message, 11, [names.site(site), u64::from(attempts)])
        }
        Seen::Reported { message, kind, status, attempts } => {
            of(message, 12 + ((kind as u64) << 8), [status.to_bits(), u64::from(attempts)])
        }
        Seen::DeadLettered { message, status, attempts } => {
            of(message, 13, [status.to_bits(), u64::from(attempts)])
        }
        Seen::Suppressed { message, status, attempts } => {
            of(message, 14, [status.to_bits(), u64::from(attempts)])
        }
        Seen::Cancelled { message } => of(message, 15, []),
        Seen::Refused { message, status } => of(message, 16, [status.to_bits()]),
        Seen::Unacknowledged { message, recipients, offered_at, priority } => {
            of(message, 17, [u64::from(recipients), offered_at.micros(), priority as u64])
        }
        Seen::Ambiguous { message, site } => of(message, 18, [names.site(site)]),
        Seen::Listed { message, deadline } => of(message, 19, [deadline.micros()]),
        Seen::Ordered { order, target } => match target {
            Target::All => of_hub(20, [order as u64]),
            Target::Route(route) => of_hub(20, [1 << 32 | order as u64, names.route(route)]),
            Target::Message { message, .. } => of(message, 20, [order as u64]),
        },
        Seen::Reloaded { event } => of_hub(21, [u64::from(event)]),
        Seen::Crashed => of_hub(22, []),
        Seen::Restarted => of_hub(23, []),
        Seen::Suspended => of_hub(24, []),
        Seen::Resumed => of_hub(25, []),
        Seen::ListEnded => of_hub(26, []),
        Seen::Alarmed { alarm } => of_hub(27, [alarm as u64]),
    }
}

#[inline(always)]
fn of<const COUNT: usize>(message: MessageId, kind: u64, rest: [u64; COUNT]) -> (Entity, Words) {
    (Entity::Source(message.source() as usize), Words::about(message, kind, rest))
}

#[inline(always)]
fn of_site<const COUNT: usize>(site: SiteId, kind: u64, rest: [u64; COUNT]) -> (Entity, Words) {
    (Entity::Site(site.index()), Words::of(kind, rest))
}

#[inline(always)]
fn of_hub<const COUNT: usize>(kind: u64, rest: [u64; COUNT]) -> (Entity, Words) {
    (Entity::Hub, Words::of(kind, rest))
}

#[inline(always)]
fn words_of_accepted(accepted: &Accepted, names: &Names) -> (Entity, Words) {
    let Accepted { message, accepted_at, route, priority, size_bytes, queue_deadline, .. } =
        *accepted;
    let what = priority as u64 | u64::from(size_bytes) << 32;
    // The way of mail follows from its source, whose chain this is; that of a report is the queue's word.
    let way = match message.kind() {
        Kind::Mail => 0,
        _ => names.route(route),
    };
    of(message, 1, [what, accepted_at.micros(), queue_deadline.micros(), way])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(records: &[(&str, u64, u64)], names: &[&str]) -> u128 {
        let mut sites = vec![Chain::default(); names.len()];
        for (entity, micros, word) in records {
            let place = names.iter().position(|name| name == entity).expect("a name");
            sites[place].add(Instant::from_micros(*micros), [*word; 5]);
        }
        let order = Order {
            hub: [("", 0)],
            routes: Vec::new(),
            sites: by_name(names.iter().copied()),
            sources: Vec::new(),
        };
        Lane { sites, ..Lane::default() }.fold(&order)
    }

    #[test]
    fn a_lane_folds_its_entities_by_name_whatever_their_place() {
        let records = [("a", 5, 1), ("b", 5, 2), ("a", 6, 3)];
        assert_eq!(lane(&records, &["a", "b"]), lane(&records, &["b", "silent", "a"]));
    }

    #[test]
    fn a_lane_knows_the_order_the_time_and_the_entity_of_its_records() {
        let names = ["a", "b"];
        let one = lane(&[("a", 5, 1), ("a", 6, 2)], &names);
        assert_eq!(one, lane(&[("a", 5, 1), ("a", 6, 2)], &names));
        for other in [
            [("a", 5, 2), ("a", 6, 1)],
            [("a", 5, 1), ("a", 5, 2)],
            [("b", 5, 1), ("b", 6, 2)],
            [("a", 5, 1), ("b", 6, 2)],
        ] {
            assert_ne!(one, lane(&other, &names), "{other:?}");
        }
    }
}
