//! What the judge keeps: little for each message in flight, nothing for what has ended.

use restante::base::{Instant, MessageId, SiteId, Span};
use restante::oracle::Oracle;
use restante::trace::{Observer, Seen};

use crate::history::{accepted, world};

fn memo(ordinal: u64) -> MessageId {
    MessageId::mail(1, ordinal).expect("small")
}

fn accept(oracle: &mut Oracle, at: Instant, message: MessageId) {
    oracle.see(at, &Seen::Accepted(accepted(message, at)));
}

fn deliver(oracle: &mut Oracle, at: Instant, message: MessageId) {
    let site = SiteId(0);
    oracle.see(at, &Seen::TransferBegan { message, site });
    oracle.see(at, &Seen::Delivered { message, site, attempts: 1, size_bytes: 1 });
}

fn second(number: u64) -> Instant {
    Instant::ZERO + Span::from_secs(number)
}

#[test]
fn a_message_in_flight_takes_less_than_48_bytes() {
    let mut oracle = Oracle::new(&world());
    let empty = oracle.size_bytes();
    for messages in [1_000, 10_000, 80_000] {
        for ordinal in oracle.open()..messages {
            accept(&mut oracle, second(ordinal), memo(ordinal));
        }
        assert_eq!(oracle.open(), messages);
        let each = (oracle.size_bytes() - empty) / usize::try_from(messages).expect("small");
        assert!(each < 48, "{each} bytes for each of {messages} messages");
    }
}

#[test]
fn a_report_in_flight_takes_less_than_48_bytes() {
    let mut oracle = Oracle::new(&world());
    let empty = oracle.size_bytes();
    let messages = 10_000;
    for ordinal in 0..messages {
        accept(&mut oracle, Instant::ZERO, memo(ordinal));
    }
    let at = Instant::ZERO + Span::from_hours(24);
    for message in (0..messages).map(memo) {
        let (kind, status) = (restante::base::Kind::Failed, restante::base::Status::EXPIRED);
        oracle.see(at, &Seen::Reported { message, kind, status, attempts: 0 });
        accept(&mut oracle, at, message.report(kind));
    }
    assert_eq!((oracle.unfinished_mail().open, oracle.unfinished_reports().open), (0, messages));
    let each = (oracle.size_bytes() - empty) / usize::try_from(messages).expect("small");
    assert!(each < 48, "{each} bytes for each of {messages} reports");
}

#[test]
fn nothing_is_kept_of_what_has_ended() {
    let mut oracle = Oracle::new(&world());
    let empty = oracle.size_bytes();
    for ordinal in 0..20_000 {
        accept(&mut oracle, second(0), memo(ordinal));
    }
    // Not in order, so that no end is at the front until the last.
    for ordinal in (0..20_000).rev() {
        deliver(&mut oracle, second(1), memo(ordinal));
    }
    oracle.finish(second(1_000_000));
    assert_eq!((oracle.open(), oracle.breaches()), (0, [].as_slice()));
    // The window of the one source keeps 128 slots, the watch room for one stream.
    let kept = oracle.size_bytes() - empty;
    assert!(kept <= 128 * 8 + 4 * 16, "{kept} bytes");
}

#[test]
fn one_message_that_stays_does_not_keep_the_place_of_all_after_it() {
    let mut oracle = Oracle::new(&world());
    let empty = oracle.size_bytes();
    accept(&mut oracle, second(0), memo(0));
    let mut largest = 0;
    for ordinal in 1..50_000 {
        accept(&mut oracle, second(ordinal), memo(ordinal));
        deliver(&mut oracle, second(ordinal), memo(ordinal));
        largest = largest.max(oracle.size_bytes() - empty);
    }
    assert!(largest < 4_096, "{largest} bytes");
    assert_eq!((oracle.open(), oracle.breaches()), (1, [].as_slice()));
    oracle.finish(Instant::ZERO + Span::from_hours(24));
    assert!(oracle.is_stranded(memo(0)), "its deadline is kept where it was put");
}

#[test]
fn what_is_stranded_is_so_once_wherever_it_is_kept() {
    let mut oracle = Oracle::new(&world());
    accept(&mut oracle, second(0), memo(0));
    let day = 24 * 3_600;
    for ordinal in 1..1_000 {
        accept(&mut oracle, second(day + ordinal), memo(ordinal));
        deliver(&mut oracle, second(day + ordinal), memo(ordinal));
    }
    oracle.finish(second(10 * day));
    assert_eq!((oracle.open(), oracle.stranded(), oracle.breaches().len()), (0, 1, 1));
}
