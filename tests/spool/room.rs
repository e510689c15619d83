//! The room that a spool takes: used again while it is open, given back when it is closed nearly empty.

use restante::spool::{Batch, Memory, Spool};

use crate::sight::{body, id, open};

const MESSAGES: u64 = 1_500;
const MIB: usize = 1 << 20;

fn accept(spool: &mut Spool, from: u64) {
    let mut batch = Batch::new();
    for ordinal in from..from + MESSAGES {
        batch.accept(id(ordinal, 0), ordinal, b"record");
        batch.body(id(ordinal, 0), &vec![7; 20_000]);
        if ordinal % 100 == 99 {
            spool.commit(&batch).expect("room");
            batch.clear();
        }
    }
}

/// Ends all but the last ten.
fn end(spool: &mut Spool, from: u64) {
    let mut batch = Batch::new();
    for ordinal in from..from + MESSAGES - 10 {
        batch.end(id(ordinal, 0));
    }
    spool.commit(&batch).expect("room");
}

fn size(memory: &Memory) -> usize {
    memory.bytes(Spool::NAME).expect("there").len()
}

#[test]
fn a_spool_that_is_nearly_empty_is_made_small_when_it_is_closed() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    accept(&mut spool, 0);
    let full = size(&memory);
    assert!(full > 28 * MIB);
    end(&mut spool, 0);
    spool.close().expect("closed");
    let small = size(&memory);
    assert!(small < MIB, "{small} of {full} bytes are left");
    assert_eq!(body(&open(&memory), id(MESSAGES - 1, 0)), Some(vec![7; 20_000]));
}

#[test]
fn a_spool_that_holds_much_keeps_its_length_when_it_is_closed() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    accept(&mut spool, 0);
    spool.close().expect("closed");
    assert!(size(&memory) > 28 * MIB);
}

#[test]
fn room_that_came_free_is_used_again() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    accept(&mut spool, 0);
    let full = size(&memory);
    for round in 1..6 {
        end(&mut spool, (round - 1) * MESSAGES);
        accept(&mut spool, round * MESSAGES);
        assert!(size(&memory) <= full, "round {round}");
    }
}
