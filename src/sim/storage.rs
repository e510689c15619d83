//! What stands behind the queue and takes its records down: fidelity `queue`.
//!
//! In: records, in order, and how far they are acknowledged as persisted. Out: after a crash, those that
//! are still there; and the fingerprint's lane `disk`. It is never full and never lies.
//!
//! The recipients of one message are one write: after a crash they are all there or none of them, so
//! that a message of which the sender was told nothing is whole or not at all.

use super::fingerprint::{Chain, Lane, Names, Words};
use super::subject::Life;
use crate::base::{Instant, MessageId, Span, Target};
use crate::queue::Record;
use crate::scenario::{Crashes, Happening, HubEvent, Scenario};

/// The storage of a queue.
pub(super) struct Storage {
    acknowledges: Acknowledges,
    /// Records written over the whole run.
    written: u64,
    /// Of these, how many were written or lost before the queue that is at work now was made.
    before_this_life: u64,
    /// Of these, how many are acknowledged, where that takes time.
    acknowledged: u64,
    /// The record with whose writing all ends.
    fatal: u64,
    log: Option<Vec<Entry>>,
    /// What was written.
    lane: Lane,
    names: Names,
}

/// When a record is there for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acknowledges {
    /// As soon as it is written.
    AtOnce,
    /// When the storage says so.
    Later,
}

struct Entry {
    record: Record,
    /// The number of the last record that was written together with it.
    whole_with: u64,
}

impl Storage {
    /// Storage for a run of the scenario. The records are kept only where it has a crash.
    pub(super) fn new(scenario: &Scenario) -> Storage {
        let chains = |entities| vec![Chain::default(); entities];
        Storage {
            acknowledges: match scenario.persist_delay {
                Span::ZERO => Acknowledges::AtOnce,
                _ => Acknowledges::Later,
            },
            written: 0,
            before_this_life: 0,
            acknowledged: 0,
            fatal: u64::MAX,
            log: crashes(scenario).then(Vec::new),
            lane: Lane {
                sources: chains(scenario.sources.len()),
                routes: chains(scenario.routes.len()),
                ..Lane::default()
            },
            names: Names::new(scenario),
        }
    }

    pub(super) fn acknowledges(&self) -> Acknowledges {
        self.acknowledges
    }

    /// All ends in the moment in which the record of this number is written, counted over the run.
    pub(super) fn end_at(&mut self, record: u64) {
        self.fatal = record;
    }

    /// Writes a record down, together with as many further ones; none where it gets lost on the way.
    #[inline(always)]
    pub(super) fn write(&mut self, at: Instant, record: Option<Record>, further: u64) -> Life {
        self.written += 1;
        if let Some(record) = record {
            self.chain(at, record);
            if self.log.is_some() {
                let kept = record;
                self.keep(&kept, self.written + further);
            }
        }
        if self.written == self.fatal { Life::Ended } else { Life::GoesOn }
    }

    // Apart, and lent a copy: a record that nobody keeps is never put together in memory.
    #[inline(never)]
    fn keep(&mut self, record: &Record, whole_with: u64) {
        if let Some(log) = &mut self.log {
            log.push(Entry { record: *record, whole_with });
        }
    }

    /// All records up to and with this one of the queue that is at work now are there for good.
    pub(super) fn acknowledge(&mut self, upto: u64) {
        let upto = self.before_this_life.saturating_add(upto).min(self.written);
        self.acknowledged = self.acknowledged.max(upto);
    }

    /// How many records are not acknowledged.
    pub(super) fn unacknowledged(&self) -> u64 {
        match self.acknowledges {
            Acknowledges::AtOnce => 0,
            Acknowledges::Later => self.written - self.acknowledged,
        }
    }

    /// The hub goes down: of the records that are not acknowledged the first so many are kept. The last of
    /// those, as the queue that was at work counts them.
    pub(super) fn crash(&mut self, kept: u64) -> u64 {
        let lost = self.unacknowledged().saturating_sub(kept);
        let last = self.written - lost;
        let last_of_this_life = last - self.before_this_life;
        if let Some(log) = &mut self.log {
            log.truncate(log.partition_point(|entry| entry.whole_with <= last));
        }
        self.before_this_life = self.written;
        self.acknowledged = self.written;
        last_of_this_life
    }

    /// What is there.
    pub(super) fn records(&self) -> impl Iterator<Item = Record> {
        self.log.iter().flatten().map(|entry| entry.record)
    }

    /// Adds to the lane `disk` that what is there was read.
    pub(super) fn note_reading(&mut self, at: Instant) {
        let there = self.records().count() as u64;
        self.lane.hub.add(at, [10, there, self.written]);
    }

    #[inline(always)]
    fn chain(&mut self, at: Instant, record: Record) {
        let (entity, words, asked) = words_of(record, &self.names);
        let chain = match entity {
            Entity::Source(message) => &mut self.lane.sources[message.source() as usize],
            Entity::Route(route) => &mut self.lane.routes[route],
            Entity::Hub => &mut self.lane.hub,
        };
        chain.add(at, words);
        if let Some(asked) = asked {
            chain.add(at, asked);
        }
    }

    /// Reads what was written for a source.
    pub(super) fn touch(&self, source: u32) -> u64 {
        self.lane.sources[source as usize].touch()
    }

    /// The fingerprint's lane `disk`.
    pub(super) fn lane(&self) -> &Lane {
        &self.lane
    }
}

/// Whether the hub goes down in a scenario, so that its records are read again.
pub(super) fn crashes(scenario: &Scenario) -> bool {
    let is_crash = |event: &HubEvent| matches!(event.what, Happening::Crash(_));
    scenario.crashes == Crashes::Anywhere
        || !scenario.crashes_at_record.is_empty()
        || scenario.events.iter().any(is_crash)
}

/// Whose chain a record belongs to: its message's source's, its route's or the hub's own.
enum Entity {
    Source(MessageId),
    Route(usize),
    Hub,
}

/// A record as numbers, the entity it belongs to, and what few messages ask for besides.
#[inline(always)]
fn words_of(record: Record, names: &Names) -> (Entity, Words, Option<[u64; 3]>) {
    let some = |at: Option<Instant>| at.map_or(u64::MAX, Instant::micros);
    match record {
        Record::Accepted { .. } => words_of_accepted(record, names),
        Record::Delivered { message } => of(message, 2, []),
        Record::Deferred { message, attempts, status, next_try } => {
            of(message, 3, [u64::from(attempts), status.to_bits(), some(next_try)])
        }
        Record::Reported { about, kind, at, deadline, route, size_bytes, .. } => {
            let what = kind as u64 | u64::from(size_bytes) << 32;
            of(about, 4, [what, at.micros(), deadline.micros(), names.route(route)])
        }
        Record::DeadLettered { message, at, status } => {
            of(message, 5, [at.micros(), status.to_bits()])
        }
        Record::RouteFailed { route, at, status, tried, next_try } => {
            let rest = [tried as u64, at.micros(), status.to_bits(), some(next_try)];
            (Entity::Route(route.index()), Words::of(6, rest), None)
        }
        Record::RouteAnswered { route } => (Entity::Route(route.index()), Words::of(7, []), None),
        Record::Ordered { order, target } => match target {
            Target::All => (Entity::Hub, Words::of(8, [order as u64]), None),
            Target::Route(route) => {
                (Entity::Route(route.index()), Words::of(8, [order as u64]), None)
            }
            Target::Message { route, message } => {
                of(message, 8, [order as u64, names.route(route)])
            }
        },
        Record::Suppressed { message, at, status } => {
            of(message, 9, [at.micros(), status.to_bits()])
        }
    }
}

#[inline(always)]
fn of<const COUNT: usize>(
    message: MessageId,
    kind: u64,
    rest: [u64; COUNT],
) -> (Entity, Words, Option<[u64; 3]>) {
    (Entity::Source(message), Words::about(message, kind, rest), None)
}

#[inline(always)]
fn words_of_accepted(record: Record, names: &Names) -> (Entity, Words, Option<[u64; 3]>) {
    let Record::Accepted {
        message,
        accepted_at,
        deadline,
        priority,
        size_bytes,
        route,
        sender,
        notify,
        release_at,
        deliver_by,
    } = record
    else {
        unreachable!("called for a record of this kind alone")
    };
    let said = priority as u64 | u64::from(notify.to_bits()) << 8 | u64::from(size_bytes) << 32;
    let ways = names.ways(route, sender);
    let rest = [said, accepted_at.micros(), deadline.micros(), ways];
    let asked = (release_at.is_some() || deliver_by.is_some()).then(|| {
        let release_at = release_at.map_or(u64::MAX, Instant::micros);
        let (by, mode) =
            deliver_by.map_or((u64::MAX, 0), |by| (by.at.micros(), 1 + by.mode as u64));
        [mode, release_at, by]
    });
    (Entity::Source(message), Words::about(message, 1, rest), asked)
}
