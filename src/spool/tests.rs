//! The spool in memory: what is accepted, noted and ended, and what is there afterwards.

use super::{Batch, Memory, OpenError, Settings, Spool};
use crate::base::{Clocks, Instant, Kind, MessageId};

fn open(memory: &Memory) -> Spool {
    Spool::open(memory, Settings::default()).expect("the spool opens")
}

fn id(ordinal: u64, recipient: usize) -> MessageId {
    MessageId::mail(3, ordinal).and_then(|id| id.to(recipient)).expect("small")
}

/// The records that are there: number, message, text.
fn records(spool: &Spool) -> Vec<String> {
    let contents = spool.read().expect("readable");
    let text = |(number, message, record): (u64, Option<MessageId>, &[u8])| {
        let message = message.map_or("-".to_owned(), |message| message.to_string());
        format!("{number} {message} {}", String::from_utf8_lossy(record))
    };
    contents.records().iter().map(text).collect()
}

fn body(spool: &Spool, message: MessageId) -> Option<Vec<u8>> {
    let body = spool.body(message).expect("readable")?;
    let size = body.size_bytes();
    let bytes: Vec<u8> = body.flat_map(|piece| piece.expect("readable")).collect();
    assert_eq!(size, bytes.len() as u64);
    Some(bytes)
}

#[test]
fn what_was_committed_is_there_when_it_is_opened_again() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    assert_eq!(spool.read().expect("readable").clocks, None);
    let mut batch = Batch::new();
    batch.envelope(id(1, 0), b"from, to");
    batch.body(id(1, 0), b"hello");
    batch.accept(id(1, 1), 3, b"second");
    batch.accept(id(1, 0), 2, b"first");
    batch.note_apart(1, b"apart");
    batch.note(id(1, 0), 4, b"deferred");
    batch.note(id(9, 0), 5, b"about nothing");
    let clocks = Clocks { hub: Instant::from_micros(7), wall_unix_us: -5 };
    batch.clocks(clocks);
    spool.commit(&batch).expect("room");
    spool.close().expect("closed");

    let spool = open(&memory);
    assert_eq!(records(&spool), ["1 - apart", "2 3.1 first", "3 3.1+1 second", "4 3.1 deferred"]);
    let contents = spool.read().expect("readable");
    assert_eq!((contents.clocks, contents.last_number()), (Some(clocks), 4));
    assert_eq!(spool.envelope(id(1, 1)).expect("readable"), Some(b"from, to".to_vec()));
    assert_eq!(body(&spool, id(1, 1)), Some(b"hello".to_vec()));
    assert_eq!(body(&spool, id(2, 0)), None);
}

#[test]
fn the_last_recipient_takes_body_and_envelope() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    let mut batch = Batch::new();
    let long = vec![7; 200_000];
    batch.accept(id(1, 0), 1, b"");
    batch.accept(id(1, 1), 2, b"");
    batch.accept(id(2, 0), 3, b"");
    batch.accept(id(1, 0).report(Kind::Failed), 4, b"");
    for message in [id(1, 0), id(2, 0), id(1, 0).report(Kind::Failed)] {
        batch.envelope(message, b"envelope");
        batch.body(message, &long);
    }
    spool.commit(&batch).expect("room");
    for (ended, left) in [(id(1, 0), true), (id(1, 1), false)] {
        batch.clear();
        batch.end(ended);
        spool.commit(&batch).expect("room");
        assert_eq!(body(&spool, id(1, 0)).is_some(), left);
        assert_eq!(spool.envelope(id(1, 0)).expect("readable").is_some(), left);
    }
    assert_eq!(body(&spool, id(2, 0)), Some(long.clone()));
    assert_eq!(body(&spool, id(1, 0).report(Kind::Failed)), Some(long));
}

#[test]
fn a_body_in_chunks_is_whole_and_goes_if_it_is_never_accepted() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    let piece: Vec<u8> = (0..50_000_u32).map(|n| n as u8).collect();
    for _ in 0..5 {
        spool.write_chunk(id(1, 0), &piece).expect("room");
        spool.write_chunk(id(2, 0), &piece).expect("room");
    }
    let mut batch = Batch::new();
    batch.accept(id(1, 0), 1, b"");
    spool.commit(&batch).expect("room");
    assert_eq!(body(&spool, id(2, 0)), Some(piece.repeat(5)));
    drop(spool);
    let spool = open(&memory);
    assert_eq!(body(&spool, id(1, 0)), Some(piece.repeat(5)));
    assert_eq!(body(&spool, id(2, 0)), None);
}

#[test]
fn a_spool_that_is_open_is_in_use() {
    let memory = Memory::new();
    let spool = open(&memory);
    assert_eq!(Spool::open(&memory, Settings::default()).err(), Some(OpenError::InUse));
    drop(spool);
    open(&memory);
}

#[test]
fn what_is_no_spool_is_refused() {
    let memory = Memory::new();
    for (bytes, expected) in [
        (b"a text that somebody left here".to_vec(), OpenError::NotASpool),
        (Vec::new(), OpenError::Corrupt("its beginning is blank".to_owned())),
        (vec![0; 100_000], OpenError::Corrupt("its beginning is blank".to_owned())),
    ] {
        memory.put(Spool::NAME, bytes.clone());
        assert_eq!(Spool::open(&memory, Settings::default()).err(), Some(expected));
        assert_eq!(memory.bytes(Spool::NAME), Some(bytes));
    }
}
