//! What a reader is told, word for word; and the counts beside it.

use restante::base::{Rule, Span};
use restante::oracle::Unfinished;

use crate::history::{briefs, judged, message, world};

#[test]
fn a_breach_says_all_that_a_reader_needs() {
    for (history, expected, seen) in [
        (
            "0s accept memos.0; 24h report memos.0 failed 4.4.7; 30h finish",
            "the failed report is accepted as mail to the sender at 1d",
            "the report was announced, and no such mail was accepted",
        ),
        (
            "1h accept orders.0; 60h finish",
            "it ends by its deadline, 2d 1h (2d after acceptance)",
            "at 2d 1h it had not ended: it was waiting for branch.example",
        ),
        (
            "0s accept memos.0; 23h begin memos.0 hq; 60h finish",
            "it ends by its deadline, 1d (1d after acceptance), or 20m later for the transfer then \
             under way",
            "at 1d 20m it had not ended: it was in transfer to hq.example",
        ),
        (
            "0s accept memos.0; 1h begin memos.0 hq; 2h fail memos.0 hq 4.2.0; 2h ndr memos.0 4.2.0",
            "it is kept until its deadline, 1d, unless a host refuses it",
            "at 2h, 22h before the deadline, it was given up with status 4.2.0: tries had failed, \
             and none for good",
        ),
        (
            "0s accept orders.0; 1h begin orders.0 branch",
            "mail for branch.example goes only in a flush that an ETRN opened",
            "at 1h it was sent outside one: no ETRN for it had found mail and been granted",
        ),
        (
            "1h accept alarms.0 until 49h",
            "the queue publishes the deadline 1d 1h: it was accepted at 1h, its time-out is 1d",
            "at 1h it published 2d 1h, 1d too late",
        ),
        (
            "0s accept memos.0; 24h ndr memos.0 4.4.7; 25h begin memos.0 hq",
            "nothing is sent of a message that has ended",
            "at 1d 1h, after its end, a transfer of it began to hq",
        ),
        (
            "0s accept memos.0; 1s begin memos.0 branch",
            "mail for hq.example goes to hq",
            "at 1s it was sent to branch",
        ),
    ] {
        let oracle = judged(&world(), history);
        let told: Vec<_> =
            oracle.breaches().iter().map(|b| (b.expected.as_str(), b.seen.as_str())).collect();
        assert_eq!(told, [(expected, seen)], "{history}");
    }
}

#[test]
fn the_largest_lateness_is_from_when_a_message_was_due() {
    let mut world = world();
    world.expect.slack = Span::from_secs(10);
    for (history, lateness) in [
        ("0s accept memos.0; 24h ndr memos.0 4.4.7", Span::ZERO),
        ("0s accept memos.0; 24h+3s ndr memos.0 4.4.7", Span::from_secs(3)),
        ("0s accept memos.0; 25h ndr memos.0 4.4.7", Span::from_hours(1)),
        ("0s accept memos.0; 23h begin memos.0 hq; 24h+5s deliver memos.0 hq", Span::ZERO),
        ("0s accept memos.0; 23h begin memos.0 hq; 24h+20m deliver memos.0 hq", Span::ZERO),
        (
            "0s accept memos.0; 23h begin memos.0 hq; 24h+20m+2s deliver memos.0 hq",
            Span::from_secs(2),
        ),
        (
            "0s accept memos.0; 23h begin memos.0 hq; 24h+5m fail memos.0 hq 4.4.2;
             24h+5m+4s ndr memos.0 4.4.7",
            Span::from_secs(4),
        ),
        (
            "0s accept memos.0; 23h begin memos.0 hq; 24h+5m fail memos.0 hq 4.4.2;
             25h ndr memos.0 4.4.7",
            Span::from_minutes(55),
        ),
        ("0s accept memos.0; 99h finish", Span::ZERO),
    ] {
        assert_eq!(judged(&world, history).largest_lateness(), lateness, "{history}");
    }
}

#[test]
fn what_has_not_ended_is_open_before_it_is_due_and_stranded_after() {
    let oracle = judged(
        &world(),
        "0s accept memos.0; 0s accept orders.0; 24h ndr memos.0 4.4.7; 40h accept news.0;
         40h accept orders.1; 72h finish",
    );
    assert_eq!(oracle.unfinished_mail(), Unfinished { open: 2, stranded: 1 });
    assert_eq!(oracle.unfinished_reports(), Unfinished { open: 0, stranded: 1 });
    assert_eq!((oracle.open(), oracle.stranded()), (2, 2));
    let stranded = ["orders.0", "memos.0.failed", "orders.1", "news.0", "memos.0", "grain.7"]
        .map(|name| oracle.is_stranded(message(name)));
    assert_eq!(stranded, [true, true, false, false, false, false]);
}

#[test]
fn a_stranded_message_that_ends_is_stranded_no_longer() {
    let oracle = judged(&world(), "0s accept memos.0; 25h ndr memos.0 4.4.7; 25h finish");
    assert_eq!((oracle.open(), oracle.stranded()), (1, 0));
    assert_eq!(briefs(&oracle), ["I2 1d memos.0"]);
}

#[test]
fn a_hundred_breaches_are_kept_and_all_are_counted() {
    let mut history = String::new();
    for ordinal in 0..150 {
        history.push_str(&format!("0s accept orders.{ordinal}; 1h begin orders.{ordinal} branch;"));
    }
    history = history.replace("1h", "0s") + "49h finish";
    let oracle = judged(&world(), &history);
    assert_eq!(oracle.breaches().len(), 100);
    assert!(oracle.counts().eq([(Rule::EndsByDeadline, 150), (Rule::CallBeforeDelivery, 150)]));
    assert_eq!(oracle.first_rule_of(message("orders.149")), Some(Rule::CallBeforeDelivery));
    assert_eq!(oracle.first_rule_of(message("orders.150")), None);
    assert_eq!(oracle.offenders().count(), 150);
}
