//! Any course of batches, chunks and restarts, beside a model that is nothing but maps.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use restante::base::{Clocks, Instant, Kind, MessageId};
use restante::spool::{Batch, Memory, Spool};

use crate::sight::{Seen, Sight, failed, id, open, sight};

#[derive(Clone, Debug)]
enum Change {
    Accept(MessageId),
    Note(MessageId),
    /// A record in the rows of two messages.
    Both(MessageId, MessageId),
    End(MessageId),
    Bury(MessageId),
    Apart,
    Forget(u64),
    Envelope(MessageId),
    Body(MessageId, usize),
    Clocks,
}

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Change>),
    Chunk(MessageId, usize),
    /// The process ends and the spool is opened again: closed before, dropped, or killed.
    Restart(End),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Closed,
    Dropped,
    Killed,
}

#[derive(Default)]
struct Model {
    clocks: Option<Clocks>,
    records: BTreeMap<MessageId, Vec<(u64, Vec<u8>)>>,
    dead: BTreeMap<MessageId, Vec<(u64, Vec<u8>)>>,
    apart: BTreeMap<u64, Vec<u8>>,
    envelopes: BTreeMap<MessageId, Vec<u8>>,
    bodies: BTreeMap<MessageId, Vec<u8>>,
    /// The last number used.
    number: u64,
}

/// The id that stands for all recipients.
fn whole(message: MessageId) -> MessageId {
    if message.kind() == Kind::Mail { message.to(0).expect("small") } else { message }
}

fn all() -> impl Iterator<Item = MessageId> {
    (0..3).flat_map(|ordinal| {
        [0, 1, 2].map(|n| id(ordinal, n)).into_iter().chain([failed(ordinal, 1)])
    })
}

fn bytes(size: usize, seed: u64) -> Vec<u8> {
    (0..size as u64).map(|n| (n.wrapping_mul(31) ^ seed) as u8).collect()
}

impl Model {
    fn wants(&self, message: MessageId) -> bool {
        self.records.keys().chain(self.dead.keys()).any(|there| whole(*there) == whole(message))
    }

    fn drop_mail(&mut self, message: MessageId) {
        self.envelopes.remove(&whole(message));
        self.bodies.remove(&whole(message));
    }

    /// Does a change here and in the batch.
    fn apply(&mut self, change: &Change, batch: &mut Batch) {
        self.number += 1;
        let (number, record) = (self.number, bytes(self.number as usize % 40, self.number));
        match *change {
            Change::Accept(message) => {
                batch.accept(message, number, &record);
                self.records.insert(message, vec![(number, record)]);
            }
            Change::Note(message) => self.note(message, number, &record, batch),
            Change::Both(one, other) => {
                self.note(one, number, &record, batch);
                self.note(other, number, &record, batch);
            }
            Change::End(message) => {
                batch.end(message);
                self.records.remove(&message);
            }
            Change::Bury(message) => {
                batch.bury(message);
                if let Some(row) = self.records.remove(&message) {
                    self.dead.insert(message, row);
                }
            }
            Change::Apart => {
                batch.note_apart(number, &record);
                self.apart.insert(number, record);
            }
            Change::Forget(back) => {
                batch.forget_apart(number.saturating_sub(back));
                self.apart.remove(&number.saturating_sub(back));
            }
            Change::Envelope(message) => {
                batch.envelope(message, &record);
                self.envelopes.insert(whole(message), record);
            }
            Change::Body(message, size) => {
                batch.body(message, &bytes(size, number));
                self.bodies.insert(whole(message), bytes(size, number));
            }
            Change::Clocks => {
                let clocks = Clocks {
                    hub: Instant::from_micros(number),
                    wall_unix_us: -number.cast_signed(),
                };
                batch.clocks(clocks);
                self.clocks = Some(clocks);
            }
        }
    }

    fn note(&mut self, message: MessageId, number: u64, record: &[u8], batch: &mut Batch) {
        batch.note(message, number, record);
        if let Some(row) = self.records.get_mut(&message) {
            row.push((number, record.to_vec()));
        }
    }

    fn commit(&mut self, changes: &[Change], spool: &mut Spool) {
        let mut batch = Batch::new();
        for change in changes {
            self.apply(change, &mut batch);
        }
        for change in changes {
            if let Change::End(message) = change
                && !self.wants(*message)
            {
                self.drop_mail(*message);
            }
        }
        spool.commit(&batch).expect("room");
    }

    fn chunk(&mut self, message: MessageId, size: usize, spool: &mut Spool) {
        if self.wants(message) {
            return;
        }
        self.number += 1;
        let chunk = bytes(size, self.number);
        spool.write_chunk(message, &chunk).expect("room");
        self.bodies.entry(whole(message)).or_default().extend_from_slice(&chunk);
    }

    /// What was begun and not accepted is gone.
    fn restart(&mut self) {
        let mail: BTreeSet<MessageId> =
            self.envelopes.keys().chain(self.bodies.keys()).copied().collect();
        for message in mail {
            if !self.wants(message) {
                self.drop_mail(message);
            }
        }
    }

    fn sight(&self) -> Sight {
        let rows = |rows: &BTreeMap<MessageId, Vec<(u64, Vec<u8>)>>| {
            let mut seen: Vec<Seen> = Vec::new();
            for (message, row) in rows {
                seen.extend(row.iter().map(|(n, record)| (*n, Some(*message), record.clone())));
            }
            seen.sort_by_key(|(number, message, _)| (*number, *message));
            seen
        };
        let mut records = rows(&self.records);
        records.extend(self.apart.iter().map(|(number, record)| (*number, None, record.clone())));
        records.sort_by_key(|(number, message, _)| (*number, *message));
        records.dedup_by_key(|(number, ..)| *number);
        let of_all = |mail: &BTreeMap<MessageId, Vec<u8>>| {
            all().filter_map(|id| mail.get(&whole(id)).map(|bytes| (id, bytes.clone()))).collect()
        };
        Sight {
            clocks: self.clocks,
            records,
            dead: rows(&self.dead),
            envelopes: of_all(&self.envelopes),
            bodies: of_all(&self.bodies),
        }
    }
}

fn message() -> impl Strategy<Value = MessageId> {
    prop::sample::select(all().collect::<Vec<_>>())
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![0..200_usize, 4_000..4_100_usize, 8_100..8_200_usize, 60_000..150_000_usize]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => message().prop_map(Change::Accept),
        3 => message().prop_map(Change::Note),
        1 => (message(), message()).prop_filter("two", |(one, other)| one != other)
            .prop_map(|(one, other)| Change::Both(one, other)),
        4 => message().prop_map(Change::End),
        1 => message().prop_map(Change::Bury),
        1 => Just(Change::Apart),
        1 => (1..20_u64).prop_map(Change::Forget),
        2 => message().prop_map(Change::Envelope),
        2 => (message(), size()).prop_map(|(message, size)| Change::Body(message, size)),
        1 => Just(Change::Clocks),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec(change(), 0..12).prop_map(Step::Commit),
        2 => (message(), size()).prop_map(|(message, size)| Step::Chunk(message, size)),
        1 => prop::sample::select(vec![End::Closed, End::Dropped, End::Killed]).prop_map(Step::Restart),
    ]
}

/// The spool as the next process finds it.
fn restart(mut memory: Memory, spool: Spool, end: End) -> (Memory, Spool) {
    match end {
        End::Closed => spool.close().expect("closed"),
        End::Dropped => drop(spool),
        End::Killed => {
            let bytes = memory.bytes(Spool::NAME).expect("there");
            memory = Memory::new();
            memory.put(Spool::NAME, bytes);
        }
    }
    let spool = open(&memory);
    (memory, spool)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_spool_is_what_the_maps_say(steps in prop::collection::vec(step(), 1..30)) {
        let mut memory = Memory::new();
        let mut spool = open(&memory);
        let mut model = Model::default();
        for step in steps {
            match &step {
                Step::Commit(changes) => model.commit(changes, &mut spool),
                Step::Chunk(message, size) => model.chunk(*message, *size, &mut spool),
                Step::Restart(end) => {
                    (memory, spool) = restart(memory, spool, *end);
                    model.restart();
                }
            }
            prop_assert_eq!(sight(&spool, all()), model.sight(), "after {:?}", step);
        }
    }
}
