//! What is to happen, in order: a total order of (time, class, entity, sequence).
//!
//! In: events with their instants, none before the last one taken. Out: the least of them. An event
//! is not taken out again; whoever meant it knows by its sequence number that it no longer matters.
//!
//! What lies ahead is spread over buckets by time, some sixteen events each, and a bucket is sorted
//! when it comes up: a step costs the same however many events wait. With one event each, the places
//! of the buckets themselves would no longer fit in the cache. How many will come is not known when
//! they are spread, so it is taken from how many came in the spread before. What is entered into the
//! bucket that is up goes to a heap, so that many events close together cost no more than in a heap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::ties::Shuffle;
use crate::base::{Instant, SiteId};

/// What is to happen. At equal instants the classes come in this order, and within a class the
/// entity with the smaller number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A session goes on.
    Step {
        /// Its seat, which is its site's number where it is the site's only one.
        seat: u32,
        /// Which of the steps of that seat it is.
        step: u32,
    },
    /// A host's line goes down, if it is still in this call.
    HangUp {
        /// Whose.
        site: SiteId,
        /// The number of the call.
        call: u32,
    },
    /// A host waits on for a connection or has waited for as long as it would, if it is still this wait.
    Wait {
        /// Which host.
        site: SiteId,
        /// The number of the wait.
        wait: u32,
    },
    /// A line drops, whatever goes on.
    LineDrop {
        /// Whose.
        site: SiteId,
        /// The number among the instants that the scenario names.
        number: u32,
    },
    /// A host that is always on the line begins an outage.
    Outage {
        /// Whose.
        site: SiteId,
        /// The number of the outage.
        number: u32,
    },
    /// A host that comes and goes goes.
    Flap {
        /// Which host.
        site: SiteId,
    },
    /// The hub is back from being down or asleep.
    Return,
    /// Records of the hub's are persisted, if it is still in this life.
    Persisted {
        /// The number of its life: how often it had crashed before.
        life: u32,
    },
    /// Something befalls the hub.
    Hub {
        /// The number among the scenario's events.
        number: u32,
    },
    /// A source submits its next message.
    Arrival {
        /// Which source.
        source: u32,
    },
    /// A source sends a message again.
    Resend {
        /// Which source.
        source: u32,
        /// Which of the messages that are to be sent again.
        number: u32,
    },
    /// A host calls.
    Call {
        /// Which host.
        site: SiteId,
    },
    /// A host that found the line busy calls again.
    Redial {
        /// Which host.
        site: SiteId,
        /// How often it will after this, if it finds the line busy each time.
        left: u32,
    },
}

/// All events to come: sixteen bytes each, one for each source, each site and each connection, and
/// those that no longer matter until their time comes.
#[derive(Clone, Default)]
pub struct Agenda {
    /// The bucket that is up, the latest first.
    sorted: Vec<u128>,
    /// What was entered before `up_to` since and is not among these.
    near: BinaryHeap<Reverse<u128>>,
    /// The end of the bucket that is up.
    up_to: u64,
    /// Whether it came up just now.
    has_turned: bool,
    /// The buckets, each `1 << shift` microseconds, the first from `base` on.
    buckets: Vec<Vec<u128>>,
    /// Room for events of buckets that are done.
    spare: Vec<Vec<u128>>,
    base: u64,
    shift: u32,
    /// The next bucket to come up.
    next: usize,
    /// What lies after all buckets.
    far: Vec<u128>,
    /// What was entered into a bucket or after all of them since they were spread.
    entered: u64,
    /// The way from the first to the last of what was spread, in microseconds.
    range: u64,
    /// How the events of one instant are shuffled; none where their order is fixed.
    shuffle: Option<Box<Shuffle>>,
}

/// How many events share a bucket on the average.
const SHARE: usize = 16;

/// Before so many others of the bucket that is up an event is put among them, where it mostly is to come
/// next; the heap is for what comes after more.
const INSERTED: usize = 16;

/// The most buckets; beyond them more events share one.
const BUCKETS: usize = 1 << 17;

/// No event: it would be after all.
const NONE: u128 = u128::MAX;

const CLASS_BITS: u32 = 4;
const ENTITY_BITS: u32 = 28;
const SEQUENCE_BITS: u32 = 32;

impl Event {
    /// Its place among the events of its instant, where their order is fixed.
    pub(super) const fn key(self) -> u128 {
        let (class, entity, sequence) = match self {
            Event::Step { seat, step } => (0, seat, step),
            Event::HangUp { site, call } => (1, site.0, call),
            Event::Wait { site, wait } => (2, site.0, wait),
            Event::LineDrop { site, number } => (3, site.0, number),
            Event::Outage { site, number } => (4, site.0, number),
            Event::Flap { site } => (5, site.0, 0),
            Event::Return => (6, 0, 0),
            Event::Persisted { life } => (7, 0, life),
            Event::Hub { number } => (8, 0, number),
            Event::Arrival { source } => (9, source, 0),
            Event::Resend { source, number } => (10, source, number),
            Event::Call { site } => (11, site.0, 0),
            Event::Redial { site, left } => (12, site.0, left),
        };
        debug_assert!(entity < 1 << ENTITY_BITS);
        (class << ENTITY_BITS | entity as u128) << SEQUENCE_BITS | sequence as u128
    }

    #[inline(always)]
    pub(super) const fn of_key(key: u128) -> Event {
        let sequence = key as u32;
        let entity = (key >> SEQUENCE_BITS) as u32 & ((1 << ENTITY_BITS) - 1);
        let site = SiteId(entity);
        match (key >> (SEQUENCE_BITS + ENTITY_BITS)) as u32 & ((1 << CLASS_BITS) - 1) {
            0 => Event::Step { seat: entity, step: sequence },
            1 => Event::HangUp { site, call: sequence },
            2 => Event::Wait { site, wait: sequence },
            3 => Event::LineDrop { site, number: sequence },
            4 => Event::Outage { site, number: sequence },
            5 => Event::Flap { site },
            6 => Event::Return,
            7 => Event::Persisted { life: sequence },
            8 => Event::Hub { number: sequence },
            9 => Event::Arrival { source: entity },
            10 => Event::Resend { source: entity, number: sequence },
            11 => Event::Call { site },
            _ => Event::Redial { site, left: sequence },
        }
    }
}

impl Agenda {
    /// An agenda whose events of one instant come in an order of their entities that the seed makes.
    pub(super) fn shuffled(shuffle: Shuffle) -> Agenda {
        Agenda { shuffle: Some(Box::new(shuffle)), ..Agenda::default() }
    }

    /// Notes whose the session in a seat is: its steps are that host's.
    pub(super) fn seat(&mut self, seat: u32, site: SiteId) {
        if let Some(shuffle) = &mut self.shuffle {
            shuffle.seat(seat, site);
        }
    }

    /// Enters an event; one at [`Instant::NEVER`] does not come.
    #[inline(always)]
    pub fn push(&mut self, at: Instant, event: Event) {
        let key = u128::from(at.micros()) << 64 | event.key();
        if at.micros() < self.up_to { self.push_near(key) } else { self.push_far(key) }
    }

    /// Enters an event into a bucket ahead, or after all of them.
    fn push_far(&mut self, key: u128) {
        self.entered += 1;
        let bucket = self.bucket_of(at_of(key).micros());
        match self.buckets.get_mut(bucket) {
            Some(bucket) => put(bucket, key, &mut self.spare),
            None => self.far.push(key),
        }
    }

    /// Enters an event into the bucket that is up.
    fn push_near(&mut self, key: u128) {
        let mut place = self.sorted.len();
        if place > INSERTED && self.sorted[place - 1 - INSERTED] < key {
            return self.near.push(Reverse(key));
        }
        self.sorted.push(key);
        while place > 0 && self.sorted[place - 1] < key {
            self.sorted[place] = self.sorted[place - 1];
            place -= 1;
        }
        self.sorted[place] = key;
    }

    /// When the next event is; [`Instant::NEVER`] if there is none.
    pub fn next_at(&mut self) -> Instant {
        if let Some(at) = self.shuffle.as_ref().and_then(|shuffle| shuffle.at()) {
            return at;
        }
        at_of(self.least())
    }

    /// Takes the next event.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<(Instant, Event)> {
        if self.shuffle.is_some() {
            return self.pop_shuffled();
        }
        self.pop_least()
    }

    #[inline(always)]
    fn pop_least(&mut self) -> Option<(Instant, Event)> {
        let key = if self.near.is_empty()
            && let Some(key) = self.sorted.pop()
        {
            key
        } else {
            self.pop_of_both()
        };
        (!is_none(key)).then(|| (at_of(key), Event::of_key(key)))
    }

    #[inline(never)]
    fn pop_of_both(&mut self) -> u128 {
        let least = self.least_of_both();
        if self.near.peek().is_some_and(|Reverse(near)| *near == least) {
            self.near.pop();
        } else {
            self.sorted.pop();
        }
        least
    }

    /// Takes all events of the next instant out, those too that were entered for it since, and gives
    /// the first of them as they are shuffled.
    #[cold]
    fn pop_shuffled(&mut self) -> Option<(Instant, Event)> {
        let now = self.next_at();
        while !is_none(self.least()) && at_of(self.least()) == now {
            if let (Some((_, event)), Some(shuffle)) = (self.pop_least(), &mut self.shuffle) {
                shuffle.enter(now, event);
            }
        }
        self.shuffle.as_mut()?.pop()
    }

    /// The next event; [`NONE`] if there is none.
    #[inline(always)]
    fn least(&mut self) -> u128 {
        if self.near.is_empty()
            && let Some(least) = self.sorted.last()
        {
            return *least;
        }
        self.least_of_both()
    }

    #[inline(never)]
    fn least_of_both(&mut self) -> u128 {
        loop {
            let sorted = self.sorted.last().copied().unwrap_or(NONE);
            let near = self.near.peek().map_or(NONE, |Reverse(key)| *key);
            let least = sorted.min(near);
            if least != NONE || !self.turn() {
                return least;
            }
        }
    }

    /// The events of the bucket that has come up since this was asked last; none where none has.
    #[inline(always)]
    pub(super) fn come_up(&mut self) -> Option<impl Iterator<Item = Event>> {
        std::mem::take(&mut self.has_turned)
            .then(|| self.sorted.iter().rev().map(|key| Event::of_key(*key)))
    }

    /// Brings up the next bucket with anything in it; false if there is none.
    #[cold]
    fn turn(&mut self) -> bool {
        while let Some(bucket) = self.buckets.get_mut(self.next) {
            self.next += 1;
            // What comes before its end is not for a bucket any more, were it an empty one.
            let end = u128::from(self.base) + ((self.next as u128) << self.shift);
            self.up_to = u64::try_from(end).unwrap_or(u64::MAX);
            if !bucket.is_empty() {
                self.has_turned = true;
                let done = std::mem::replace(&mut self.sorted, std::mem::take(bucket));
                self.spare.push(done);
                self.sorted.sort_unstable_by_key(|key| Reverse(*key));
                return true;
            }
        }
        !self.far.is_empty() && self.spread()
    }

    /// Spreads what lies after all buckets over new ones.
    fn spread(&mut self) -> bool {
        let far = std::mem::take(&mut self.far);
        let at = |key: &u128| (*key >> 64) as u64;
        let base = far.iter().map(at).min().unwrap_or(0);
        let range = far.iter().map(at).max().unwrap_or(0) - base;
        // As many as came before on a way of this length, if that is more than there are.
        let came = u128::from(self.entered) * u128::from(range);
        let came = came.checked_div(u128::from(self.range)).unwrap_or(0);
        let expected = far.len().max(usize::try_from(came).unwrap_or(usize::MAX));
        // Two at least: a shift by all of the 64 bits of a range is none.
        let count = (expected / SHARE).min(BUCKETS).next_power_of_two().max(2);
        (self.entered, self.range) = (0, range);
        self.base = base;
        self.up_to = base;
        self.next = 0;
        self.shift = (64 - range.leading_zeros()).saturating_sub(count.ilog2());
        self.buckets.resize(count, Vec::new());
        for key in far {
            let bucket = self.bucket_of(at(&key));
            put(&mut self.buckets[bucket], key, &mut self.spare);
        }
        true
    }

    const fn bucket_of(&self, micros: u64) -> usize {
        ((micros - self.base) >> self.shift) as usize
    }
}

/// Puts an event into a bucket. Few buckets are filled at a time, so that the room of those that are done is
/// enough for all.
fn put(bucket: &mut Vec<u128>, key: u128, spare: &mut Vec<Vec<u128>>) {
    if bucket.capacity() == 0 {
        *bucket = spare.pop().unwrap_or_default();
    }
    bucket.push(key);
}

/// Whether it is [`NONE`]. The instant alone tells, and is at hand sooner than both halves.
const fn is_none(key: u128) -> bool {
    (key >> 64) as u64 == u64::MAX
}

const fn at_of(key: u128) -> Instant {
    Instant::from_micros((key >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn events_come_by_time_then_class_then_entity_then_sequence() {
        let at = Instant::from_micros;
        let site = SiteId;
        let ordered = [
            (at(1), Event::Call { site: site(9) }),
            (at(2), Event::Step { seat: 0, step: 7 }),
            (at(2), Event::Step { seat: 1, step: 0 }),
            (at(2), Event::Step { seat: 1, step: 1 }),
            (at(2), Event::HangUp { site: site(0), call: 3 }),
            (at(2), Event::Wait { site: site(0), wait: 1 }),
            (at(2), Event::LineDrop { site: site(0), number: 0 }),
            (at(2), Event::Outage { site: site(0), number: 1 }),
            (at(2), Event::Flap { site: site(0) }),
            (at(2), Event::Return),
            (at(2), Event::Persisted { life: 3 }),
            (at(2), Event::Hub { number: 0 }),
            (at(2), Event::Hub { number: 1 }),
            (at(2), Event::Arrival { source: (1 << 22) - 1 }),
            (at(2), Event::Resend { source: 0, number: 8 }),
            (at(2), Event::Call { site: site(0) }),
            (at(2), Event::Redial { site: site(0), left: 2 }),
            (at(u64::MAX - 1), Event::Arrival { source: 0 }),
        ];
        let mut agenda = Agenda::default();
        for index in [4, 0, 12, 8, 17, 2, 6, 10, 14, 1, 16, 7, 11, 13, 3, 15, 5, 9] {
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

    #[test]
    fn shuffled_events_entered_for_the_instant_that_is_up_still_come_at_it() {
        let at = Instant::from_micros;
        let sources = || (0..3).map(|source| Event::Arrival { source });
        let shuffle = Shuffle::new(1, std::iter::empty(), ["a", "b", "c"].into_iter());
        let mut agenda = Agenda::shuffled(shuffle);
        sources().for_each(|event| agenda.push(at(5), event));
        agenda.push(at(6), Event::Arrival { source: 0 });
        let first = agenda.pop().expect("three are entered");
        agenda.push(at(5), first.1);
        let mut of_five = vec![first];
        while agenda.next_at() == at(5) {
            of_five.extend(agenda.pop());
        }
        assert_eq!(of_five.len(), 4);
        assert!(sources().all(|event| of_five.contains(&(at(5), event))));
        assert_eq!(agenda.pop(), Some((at(6), Event::Arrival { source: 0 })));
        assert_eq!(agenda.pop(), None);
    }

    #[test]
    fn its_memory_does_not_grow_with_what_has_passed() {
        const DAY: u64 = 86_400_000_000;
        let mut agenda = Agenda::default();
        for source in 0..1_000 {
            agenda.push(
                Instant::from_micros(u64::from(source) * 1_000_000),
                Event::Arrival { source },
            );
        }
        let room = |agenda: &Agenda| {
            let vecs =
                agenda.buckets.iter().chain(&agenda.spare).chain([&agenda.sorted, &agenda.far]);
            vecs.map(Vec::capacity).sum::<usize>()
        };
        let mut after_some_days = 0;
        for number in 0..400_000 {
            let (at, event) = agenda.pop().expect("each comes again");
            agenda.push(Instant::from_micros(at.micros() + DAY), event);
            if number == 50_000 {
                after_some_days = room(&agenda);
            }
        }
        let at_the_end = room(&agenda);
        assert!(at_the_end <= 2 * after_some_days, "{at_the_end} after {after_some_days}");
    }

    proptest! {
        /// Events are entered no earlier than the last one taken, as the world does, near and far.
        #[test]
        fn events_come_as_from_a_plain_heap(
            steps in vec((any::<bool>(), 0..60u32, any::<u64>(), 0..4u32), 0..600),
        ) {
            let (mut agenda, mut plain) = (Agenda::default(), BinaryHeap::new());
            let mut now = 0;
            for (enters, bits, ahead, source) in steps {
                if enters {
                    let at = Instant::from_micros(now + (ahead & ((1 << bits) - 1)));
                    agenda.push(at, Event::Arrival { source });
                    plain.push(Reverse((at, source)));
                } else {
                    let expected = plain.pop().map(|Reverse(next)| next);
                    assert_eq!(agenda.next_at(), expected.map_or(Instant::NEVER, |(at, _)| at));
                    let taken = agenda.pop();
                    assert_eq!(
                        taken,
                        expected.map(|(at, source)| (at, Event::Arrival { source }))
                    );
                    now = taken.map_or(now, |(at, _)| at.micros());
                }
            }
        }
    }
}
