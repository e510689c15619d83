//! What is under test, behind one narrow port.
//!
//! The world hands on what happens and carries out what is bid. It does not know whether a queue
//! alone, a hub with a spool, or a whole server stands behind the port.

use super::adaptor::{Adaptor, Untouched};
use super::fingerprint::{Chain, fold};
use crate::base::Instant;
use crate::queue::{Census, Effect, Input, Outbox, Queue, Record, Rules};
use crate::scenario::Scenario;

/// Something that takes inputs at instants and bids effects.
pub trait Subject {
    /// Takes an input; what it bids is put into `outside`, in order.
    fn handle(&mut self, now: Instant, input: Input<'_>, outside: &mut impl Outbox);

    /// When it next has something to do by itself.
    fn next_wakeup(&self) -> Instant;

    /// What waits in it.
    fn census(&self) -> Census;

    /// The fingerprint's lane `disk`: what it wrote down, by the names of the sources and the routes.
    fn disk_lane(&self, scenario: &Scenario) -> u128;
}

/// Fidelity `queue`: the queue by itself, on storage that never fails and takes no time.
pub struct InMemory<R, A = Untouched> {
    queue: Queue<R>,
    adaptor: A,
    /// What was written down: the chains of the sources, then those of the routes.
    disk: Vec<Chain>,
    sources: usize,
}

impl<R: Rules, A: Adaptor> InMemory<R, A> {
    /// Puts a queue behind the port; the world has so many sources of mail.
    pub fn new(mut queue: Queue<R>, adaptor: A, sources: usize) -> InMemory<R, A> {
        let mut none = Vec::new();
        queue.handle(Instant::ZERO, Input::Persisted { upto: u64::MAX }, &mut none);
        let routes = queue.routes().iter().count();
        InMemory { queue, adaptor, disk: vec![Chain::default(); sources + routes], sources }
    }
}

impl<R: Rules, A: Adaptor> Subject for InMemory<R, A> {
    fn handle(&mut self, now: Instant, input: Input<'_>, outside: &mut impl Outbox) {
        let InMemory { queue, adaptor, disk, sources } = self;
        let mut storage = Storage { now, adaptor, disk, sources: *sources, outside };
        queue.handle(now, input, &mut storage);
    }

    fn next_wakeup(&self) -> Instant {
        self.queue.next_wakeup()
    }

    fn census(&self) -> Census {
        self.queue.census()
    }

    fn disk_lane(&self, scenario: &Scenario) -> u128 {
        let sources = scenario.sources.iter().map(|source| ("source", source.name.as_str()));
        let routes = scenario.routes.iter().map(|route| ("route", route.domain.as_str()));
        let names = sources.chain(routes);
        fold(names.zip(&self.disk).map(|((kind, name), chain)| (kind, name, *chain)))
    }
}

/// Takes the records and lets the other effects out.
struct Storage<'a, A, O> {
    now: Instant,
    adaptor: &'a mut A,
    disk: &'a mut [Chain],
    sources: usize,
    outside: &'a mut O,
}

impl<A: Adaptor, O: Outbox> Outbox for Storage<'_, A, O> {
    fn put(&mut self, effect: Effect) {
        match effect {
            Effect::Record(record) => {
                let (entity, words) = words_of(record, self.sources);
                self.disk[entity].add(self.now, words);
            }
            // It is there already, and the queue was told so in advance.
            Effect::Persist { .. } => {}
            effect => self.adaptor.effect(effect, self.outside),
        }
    }
}

/// A record as numbers, and the entity it belongs to: the source of its message, or its route.
fn words_of(record: Record, sources: usize) -> (usize, [u64; 5]) {
    let some = |at: Option<Instant>| at.map_or(u64::MAX, Instant::micros);
    match record {
        Record::Accepted { message, accepted_at, priority, size_bytes, route, sender, .. } => {
            let kind = 1 | (priority as u64) << 8 | u64::from(size_bytes) << 32;
            let sender = sender.map_or(u64::from(u32::MAX), |route| u64::from(route.0));
            let ways = u64::from(route.0) << 32 | sender;
            (message.source() as usize, [kind, message.to_bits(), accepted_at.micros(), ways, 0])
        }
        Record::Delivered { message } => {
            (message.source() as usize, [2, message.to_bits(), 0, 0, 0])
        }
        Record::Deferred { message, attempts, status, next_try } => {
            let kind = 3 | u64::from(attempts) << 8;
            let words = [kind, message.to_bits(), status.to_bits(), some(next_try), 0];
            (message.source() as usize, words)
        }
        Record::Reported { about: message, at, route, size_bytes, .. } => {
            let report = u64::from(route.0) << 32 | u64::from(size_bytes);
            (message.source() as usize, [4, message.to_bits(), at.micros(), report, 0])
        }
        Record::Ordered { .. } => (0, [8, 0, 0, 0, 0]),
        Record::Suppressed { message, at, status }
        | Record::DeadLettered { message, at, status } => {
            let words = [5, message.to_bits(), at.micros(), status.to_bits(), 0];
            (message.source() as usize, words)
        }
        Record::RouteFailed { route, at, status, tried, next_try } => {
            let kind = 6 | (tried as u64) << 8;
            let words = [kind, at.micros(), status.to_bits(), some(next_try), 0];
            (sources + route.index(), words)
        }
        Record::RouteAnswered { route } => (sources + route.index(), [7, 0, 0, 0, 0]),
    }
}
