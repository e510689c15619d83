//! What batches do to a spool, one fact each.

use restante::base::MessageId;
use restante::spool::{Batch, Memory, Spool};

use crate::sight::{body, failed, id, open};

/// What is asked of each message afterwards.
const LONG: usize = 200_000;

fn long(seed: u8) -> Vec<u8> {
    (0..LONG).map(|n| (n as u8).wrapping_mul(7).wrapping_add(seed)).collect()
}

/// One change, written short.
enum Do {
    Accept(MessageId, u64),
    Note(MessageId, u64),
    End(MessageId),
    Bury(MessageId),
    Mail(MessageId),
    Apart(u64),
    Forget(u64),
}

fn commit(spool: &mut Spool, changes: &[Do]) {
    let mut batch = Batch::new();
    for change in changes {
        match *change {
            Do::Accept(message, number) => batch.accept(message, number, b"accepted"),
            Do::Note(message, number) => batch.note(message, number, b"noted"),
            Do::End(message) => batch.end(message),
            Do::Bury(message) => batch.bury(message),
            Do::Mail(message) => {
                batch.envelope(message, b"envelope");
                batch.body(message, &long(0));
            }
            Do::Apart(number) => batch.note_apart(number, b"apart"),
            Do::Forget(number) => batch.forget_apart(number),
        }
    }
    spool.commit(&batch).expect("room");
}

/// `number message` of each record, then of each dead letter behind a cross, then whose mail is there.
fn state(spool: &Spool) -> String {
    let mut words = Vec::new();
    let named = |message: Option<MessageId>| {
        message.map_or("apart".to_owned(), |message| message.to_string())
    };
    for (number, message, _) in spool.read().expect("readable").records().iter() {
        words.push(format!("{number} {}", named(message)));
    }
    for (number, message, _) in spool.dead_letters().expect("readable").iter() {
        words.push(format!("+{number} {}", named(message)));
    }
    for message in [id(1, 0), id(2, 0), failed(1, 0), failed(1, 1)] {
        let envelope = spool.envelope(message).expect("readable").is_some();
        assert_eq!(envelope, body(spool, message).is_some(), "half of the mail of {message}");
        if envelope {
            words.push(format!("mail {message}"));
        }
    }
    words.join(", ")
}

#[test]
fn what_is_there_after_each_batch() {
    use Do::*;
    let (one, other) = (id(1, 0), id(1, 1));
    let tables: [(&str, &[&[Do]], &str); 14] = [
        (
            "records_come_in_the_order_of_their_numbers",
            &[&[Accept(id(2, 0), 2), Accept(one, 1), Apart(4), Note(id(2, 0), 3)]],
            "1 5.1, 2 5.2, 3 5.2, 4 apart",
        ),
        (
            "the_last_recipient_takes_envelope_and_body",
            &[&[Accept(one, 1), Accept(other, 2), Mail(one)], &[End(one)], &[End(other)]],
            "",
        ),
        (
            "a_recipient_that_is_left_keeps_envelope_and_body",
            &[&[Accept(one, 1), Accept(other, 2), Mail(one)], &[End(one)]],
            "2 5.1+1, mail 5.1",
        ),
        (
            "recipients_that_end_before_the_next_is_accepted_leave_it_its_mail",
            &[&[Mail(one), Accept(one, 1), End(one), Accept(other, 2)]],
            "2 5.1+1, mail 5.1",
        ),
        (
            "a_dead_letter_keeps_its_mail",
            &[&[Accept(one, 1), Note(one, 2), Mail(one)], &[Bury(one)]],
            "+1 5.1, +2 5.1, mail 5.1",
        ),
        (
            "a_dead_letter_keeps_its_mail_when_the_last_recipient_ends",
            &[&[Accept(one, 1), Accept(other, 2), Mail(one)], &[Bury(one)], &[End(other)]],
            "+1 5.1, mail 5.1",
        ),
        ("what_is_not_there_cannot_be_buried", &[&[Bury(one)]], ""),
        (
            "a_note_on_a_message_that_ended_does_nothing",
            &[&[Accept(one, 1)], &[End(one), Note(one, 2)], &[Note(one, 3)]],
            "",
        ),
        ("a_message_may_come_and_go_in_one_batch", &[&[Accept(one, 1), Mail(one), End(one)]], ""),
        (
            "a_message_that_is_accepted_again_is_begun_anew",
            &[&[Accept(one, 1), Note(one, 2)], &[Accept(one, 3)]],
            "3 5.1",
        ),
        (
            "a_number_in_two_rows_is_given_once_and_with_what_it_is_about",
            &[&[Accept(one, 1)], &[Accept(failed(1, 0), 2), Note(one, 2)]],
            "1 5.1, 2 5.1",
        ),
        (
            "a_number_in_two_rows_is_there_until_both_are_gone",
            &[&[Accept(one, 1)], &[Accept(failed(1, 0), 2), Note(one, 2)], &[End(one)]],
            "2 5.1.failed",
        ),
        (
            "a_report_is_a_message_of_its_own",
            &[
                &[Accept(failed(1, 0), 1), Mail(failed(1, 0))],
                &[Accept(failed(1, 1), 2), Mail(failed(1, 1))],
                &[End(failed(1, 0))],
            ],
            "2 5.1+1.failed, mail 5.1+1.failed",
        ),
        ("what_is_apart_can_be_forgotten", &[&[Apart(1), Apart(2)], &[Forget(1)]], "2 apart"),
    ];
    for (fact, batches, expected) in tables {
        let memory = Memory::new();
        let mut spool = open(&memory);
        for changes in batches {
            commit(&mut spool, changes);
        }
        assert_eq!(state(&spool), expected, "{fact}");
        drop(spool);
        assert_eq!(state(&open(&memory)), expected, "{fact}, opened again");
    }
}

#[test]
fn a_body_of_any_length_comes_back_whole_or_in_chunks() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    // About the ends of the pages that blocks fill, and of the largest block.
    for (ordinal, size) in
        (0..).zip([0, 1, 4_071, 4_072, 4_073, 8_143, 8_144, 8_168, 12_240, 65_512, 65_513, 200_000])
    {
        let body_of = &long(ordinal as u8)[..size];
        let mut batch = Batch::new();
        batch.accept(id(ordinal, 0), 1, b"");
        batch.body(id(ordinal, 0), body_of);
        for chunk in body_of.chunks(3_000) {
            spool.write_chunk(failed(ordinal, 0), chunk).expect("room");
        }
        batch.accept(failed(ordinal, 0), 2, b"");
        spool.commit(&batch).expect("room");
        assert_eq!(body(&spool, id(ordinal, 0)).as_deref(), Some(body_of));
        let chunked = (size > 0).then_some(body_of);
        assert_eq!(body(&spool, failed(ordinal, 0)).as_deref(), chunked, "in chunks");
    }
}

#[test]
fn a_body_is_read_as_it_was_when_it_was_asked_for() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    commit(&mut spool, &[Do::Accept(id(1, 0), 1), Do::Mail(id(1, 0))]);
    let reading = spool.body(id(1, 0)).expect("readable").expect("there");
    commit(&mut spool, &[Do::End(id(1, 0))]);
    for ordinal in 2..20 {
        commit(&mut spool, &[Do::Accept(id(ordinal, 0), 1), Do::Mail(id(ordinal, 0))]);
    }
    let whole: Vec<u8> = reading.flat_map(|piece| piece.expect("readable")).collect();
    assert!(whole == long(0));
}

#[test]
fn a_spool_that_was_closed_while_a_body_is_read_is_in_use_no_more() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    commit(&mut spool, &[Do::Accept(id(1, 0), 1), Do::Mail(id(1, 0))]);
    let mut reading = spool.body(id(1, 0)).expect("readable").expect("there");
    spool.close().expect("closed");
    assert!(body(&open(&memory), id(1, 0)) == Some(long(0)));
    assert!(reading.any(|piece| piece.is_err()));
    assert!(reading.next().is_none());
}

#[test]
fn what_was_begun_and_never_accepted_is_gone_when_it_is_opened_again() {
    let memory = Memory::new();
    let mut spool = open(&memory);
    spool.write_chunk(id(1, 0), &long(1)).expect("room");
    spool.write_chunk(id(2, 0), &long(2)).expect("room");
    commit(&mut spool, &[Do::Mail(id(3, 0)), Do::Accept(id(1, 1), 1)]);
    let mut batch = Batch::new();
    batch.envelope(id(2, 0), b"begun");
    spool.commit(&batch).expect("room");
    assert!(body(&spool, id(2, 0)).is_some() && body(&spool, id(3, 0)).is_some());
    drop(spool);
    let spool = open(&memory);
    assert!(body(&spool, id(1, 0)) == Some(long(1)));
    assert_eq!((body(&spool, id(2, 0)), body(&spool, id(3, 0))), (None, None));
    assert_eq!(spool.envelope(id(2, 0)).expect("readable"), None);
}
