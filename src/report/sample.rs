//! Records for the tests of this room, made by hand: no queue, no simulator.

use std::sync::Arc;

use crate::base::{
    Instant, Kind, MessageId, Notify, Priority, RouteId, Rule, SiteId, Span, State, Status,
};
use crate::oracle::Breach;
use crate::scenario::{
    Address, Count, Metric, Recipient, Relation, Route, RouteMode, Scenario, Statistic, Threshold,
    Varied,
};
use crate::trial::{
    Absence, AbsenceCause, CountsJudged, Distribution, Fingerprint, HubLife, Miss, Outcome,
    Outcomes, Reading, Row, Rows, RunRecord, Sample, SiteTotals, Strip, Tally, Verdict,
};

pub(super) const Q184051: &str = "q184051-held-never-expires";

pub(super) fn hours(hours: u64) -> Instant {
    Instant::ZERO + Span::from_hours(hours)
}

fn id(ordinal: u64) -> MessageId {
    MessageId::mail(0, ordinal).expect("small")
}

fn address(mailbox: &str, route: u32) -> Address {
    Address { mailbox: mailbox.to_owned(), route: RouteId(route) }
}

/// A hub, a head office that it can always reach, and `branches` sites that never call.
pub(super) fn scenario(name: &str, branches: u32) -> Scenario {
    let mut text = String::from(
        r#"
        title = "a host that never calls gets nothing, and its sender hears of it"
        why = "KB Q184051"
        horizon = "10d"
        hub.retry = ["15m"]
        report.sample_interval = "1h"
        [[site]]
        name = "head"
        line.rate = "33.6kbit/s"
        [[route]]
        domain = "head.example"
        site = "head"
        mode = "direct"
        [[traffic]]
        name = "orders"
        from = "clerk@head.example"
        to = "shop@head.example"
        size = "2KiB"
        at = ["0s"]
        "#,
    );
    for branch in 1..=branches {
        text.push_str(&format!(
            r#"
            [[site]]
            name = "branch-{branch}"
            calls = "never"
            line.rate = "33.6kbit/s"
            [[route]]
            domain = "branch-{branch}.example"
            site = "branch-{branch}"
            mode = "held"
            "#
        ));
    }
    let path = format!("scenarios/{name}.toml");
    let mut scenario = Scenario::read(&path, text.as_bytes(), &[]).expect("it is written above");
    scenario.sources[0].recipients[0].address = address("shop@branch-1.example", branches.min(1));
    scenario
}

/// A run in which nothing happened.
pub(super) fn empty(scenario: Scenario) -> RunRecord {
    let sites = scenario.sites.len();
    let strip = |site| Strip {
        site: SiteId(site),
        calls: Vec::new(),
        flushes: Vec::new(),
        deliveries: Vec::new(),
        ndrs: Vec::new(),
    };
    RunRecord {
        fidelity: scenario.fidelities[0],
        scenario: Arc::new(scenario),
        seed: 1,
        exhibit: None,
        verdict: Verdict::Passed,
        counts_judged: CountsJudged::Yes,
        ended_at: Instant::ZERO,
        mail: Outcomes::default(),
        reports: Outcomes::default(),
        unacknowledged: Outcomes::default(),
        tally: Tally::default(),
        hub: HubLife::default(),
        readings: Vec::new(),
        breaches: Vec::new(),
        breach_counts: Vec::new(),
        largest_lateness: Span::ZERO,
        time_to_delivery: Distribution::default(),
        time_to_return: Distribution::default(),
        rows: Rows::default(),
        series: Vec::new(),
        sites: vec![SiteTotals::default(); sites],
        strips: (0..sites.min(RunRecord::STRIPS) as u32).map(strip).collect(),
        fingerprint: Fingerprint { seen: 0xfeed, disk: 1 << 127, sched: 3, rng: 0 },
        inputs: 3,
        course: None,
    }
}

fn outcomes(ends: &[(Outcome, u64)]) -> Outcomes {
    let mut outcomes = Outcomes::default();
    for (outcome, count) in ends {
        outcomes.accepted += count;
        outcomes.ended[*outcome as usize] += count;
    }
    outcomes
}

fn sample(at: Instant, held: u32) -> Sample {
    let mut messages = [0; State::COUNT];
    messages[State::Held as usize] = held;
    Sample {
        at,
        messages,
        size_bytes: u64::from(held) * 2_048,
        connections: 0,
        accepted: 1,
        delivered: 0,
        ndrs: 0,
    }
}

fn mail(message: MessageId, at: Instant) -> Row {
    Row {
        message,
        route: RouteId(1),
        priority: Priority::Normal,
        size_bytes: 2_048,
        accepted_at: at,
        release_at: None,
        deadline: at + Span::from_hours(48),
        queue_deadline: at + Span::from_hours(48),
        outcome: Outcome::Open,
        ended_at: None,
        attempts: None,
        status: None,
        rule: None,
    }
}

/// One message for a host that never calls: returned after 48 hours, and the report delivered.
pub(super) fn never_calls() -> RunRecord {
    let end = hours(48);
    let mut record = empty(scenario("basic/never-calls", 1));
    record.ended_at = end + Span::from_micros(500_000);
    record.mail = outcomes(&[(Outcome::Ndr, 1)]);
    record.reports = outcomes(&[(Outcome::Delivered, 1)]);
    record.time_to_return.add(Span::from_hours(48));
    record.time_to_return.settle();
    let returned = Row {
        outcome: Outcome::Ndr,
        ended_at: Some(end),
        attempts: Some(0),
        status: Some(Status::EXPIRED),
        ..mail(id(0), Instant::ZERO)
    };
    let report = Row {
        route: RouteId(0),
        size_bytes: 3_072,
        outcome: Outcome::Delivered,
        ended_at: Some(record.ended_at),
        attempts: Some(1),
        status: Some(Status::DELIVERED),
        ..mail(id(0).report(Kind::Failed), end)
    };
    record.rows = Rows::from_iter([returned, report]);
    record.series = (0..48).map(|hour| sample(hours(hour), 1)).collect();
    record.series.push(Sample { ndrs: 1, accepted: 2, ..sample(end, 0) });
    record.sites[0] =
        SiteTotals { connections: 1, accepted: 1, delivered: 1, ..SiteTotals::default() };
    record.sites[0].delivered_bytes = 3_072;
    record.sites[0].longest_wait = Some(Span::from_micros(500_000));
    record.sites[1] = SiteTotals { accepted: 1, ndrs: 1, ..SiteTotals::default() };
    record.strips[0].deliveries = vec![record.ended_at];
    record.strips[1].ndrs = vec![end];
    record
}

/// The same under KB Q184051: the message waits for ever.
pub(super) fn stranded() -> RunRecord {
    let mut record = empty(scenario("basic/never-calls", 1));
    record.exhibit = Some(Q184051);
    record.verdict = Verdict::Broken;
    record.counts_judged = CountsJudged::OtherRules;
    record.ended_at = hours(240);
    record.mail = outcomes(&[(Outcome::Stranded, 1)]);
    record.breach_counts = vec![(Rule::EndsByDeadline, 1)];
    record.breaches = vec![Breach {
        rule: Rule::EndsByDeadline,
        at: hours(48),
        message: Some(id(0)),
        site: Some(SiteId(1)),
        expected: "an end by 2d".to_owned(),
        seen: "nothing: it is held still".to_owned(),
    }];
    record.largest_lateness = Span::from_hours(192);
    record.rows = Rows::from_iter([Row {
        outcome: Outcome::Stranded,
        rule: Some(Rule::EndsByDeadline),
        ..mail(id(0), Instant::ZERO)
    }]);
    record.series = (0..=240).map(|hour| sample(hours(hour), 1)).collect();
    record.sites[1] = SiteTotals { accepted: 1, unfinished: 1, ..SiteTotals::default() };
    record
}

/// The same again, by a scenario that asks for it.
pub(super) fn caught() -> RunRecord {
    let mut record = stranded();
    let mut scenario = scenario("museum/q184051", 1);
    scenario.expect.caught = Some(("q184051".to_owned(), Rule::EndsByDeadline));
    record.scenario = Arc::new(scenario);
    record.verdict = Verdict::Passed;
    record
}

/// A run whose counts came out otherwise, and one of whose thresholds does not hold.
pub(super) fn missed() -> RunRecord {
    let mut record = never_calls();
    record.scenario = Arc::new(scenario("basic/calls-late", 1));
    record.seed = 7;
    let threshold = |text: &str, relation, bound| Threshold {
        text: text.to_owned(),
        statistic: Statistic::Percentile(9_900),
        metric: Metric::TimeToReturn,
        relation,
        bound,
    };
    let seen = Some(Span::from_hours(48).micros());
    record.readings = vec![
        Reading {
            threshold: threshold("p99(time_to_return) <= 48h", Relation::AtMost, 172_800_000_000),
            seen,
        },
        Reading {
            threshold: threshold("p99(time_to_return) < 2d", Relation::Less, 172_800_000_000),
            seen,
        },
    ];
    record.verdict = Verdict::Missed(vec![
        Miss::Count { count: Count::Delivered, expected: 1, seen: 0 },
        Miss::Count { count: Count::Alarms, expected: 0, seen: 1 },
        Miss::Threshold(record.readings[1].clone()),
    ]);
    record
}

/// `messages` that come within an hour, drained by a call every six hours; what is left after 48
/// hours is returned. Every state is seen.
pub(super) fn burst(messages: u32) -> RunRecord {
    let mut record = empty(scenario("basic/burst", 3));
    record.ended_at = hours(54);
    let left = messages / 10;
    for minute in 0..=54 * 60 {
        let at = Instant::ZERO + Span::from_minutes(minute);
        let came = messages.min(messages * (minute as u32).min(60) / 60);
        let calls = (minute / 360).min(7) as u32;
        let gone = (messages - left) * calls / 7;
        let waits = if minute >= 48 * 60 { 0 } else { came.saturating_sub(gone) };
        let busy = if minute > 60 && minute % 360 < 30 { waits / 3 } else { 0 };
        let mut one = sample(at, waits - busy);
        one.messages[State::Connecting as usize] = busy / 4;
        one.messages[State::Ready as usize] = busy / 2;
        one.messages[State::InTransfer as usize] = busy - busy / 4 - busy / 2;
        one.messages[State::Scheduled as usize] = u32::from(minute % 900 < 120) * messages / 20;
        for state in State::ALL.into_iter().filter(|state| *state > State::InTransfer) {
            let busy = (minute + 300 * state as u64) % 1_800 < 400;
            one.messages[state as usize] = u32::from(busy) * messages / 15;
        }
        record.series.push(one);
    }
    let mut rows = Vec::new();
    for number in 0..u64::from(messages) {
        let wait =
            Span::from_minutes(6 * 60 * (1 + number * 7 / u64::from(messages)) + number % 29);
        let came = Instant::ZERO + Span::from_micros(number * 3_600_000_000 / u64::from(messages));
        let mut row = mail(id(number), came);
        if number < u64::from(messages - left) {
            record.time_to_delivery.add(wait);
            row.outcome = Outcome::Delivered;
            row.ended_at = Some(came + wait);
            row.status = Some(Status::DELIVERED);
            row.attempts = Some(1);
        } else {
            record.time_to_return.add(Span::from_hours(48));
            row.outcome = Outcome::Ndr;
            row.ended_at = Some(row.deadline);
            row.status = Some(Status::BAD_CONNECTION);
            row.attempts = Some(2);
        }
        rows.push(row);
    }
    record.rows = Rows::from_iter(rows);
    record.time_to_delivery.settle();
    record.time_to_return.settle();
    record.mail =
        outcomes(&[(Outcome::Delivered, u64::from(messages - left)), (Outcome::Ndr, left.into())]);
    calling(&mut record);
    record
}

/// Calls, flushes, deliveries and returns for every strip of the record.
fn calling(record: &mut RunRecord) {
    let length = record.ended_at.since(Instant::ZERO).micros() / 1_000_000;
    for (number, strip) in (0_u64..).zip(&mut record.strips).skip(1) {
        let interval = length / 9;
        for call in 0..9 {
            let at = Instant::ZERO + Span::from_secs(call * interval + number * 977 % interval);
            strip.calls.push(at);
            if !(call + number).is_multiple_of(4) {
                strip.flushes.push((at, at + Span::from_secs(interval / (3 + number % 4))));
                let delivery = |place| at + Span::from_secs(place * interval / 50);
                strip.deliveries.extend((1..9).map(delivery));
            }
        }
        if number.is_multiple_of(3) {
            strip.ndrs = vec![hours(48), hours(50)];
        }
        let totals = &mut record.sites[number as usize];
        totals.calls = 9;
        totals.delivered = strip.deliveries.len() as u64 * 1_250;
        totals.ndrs = strip.ndrs.len() as u64;
    }
}

/// Two weeks of a hub with `branches` sites, one of them with a long name; the hub is away thrice.
pub(super) fn many_sites(branches: u32) -> RunRecord {
    let mut scenario = scenario("scale/dialup-1k", branches);
    scenario.sites[2].name = "branch-office-with-a-very-long-name".to_owned();
    scenario.sources[0].priority = Varied::Same(Priority::Urgent);
    let mut slow = scenario.sources[0].clone();
    slow.priority = Varied::Same(Priority::NonUrgent);
    scenario.sources.push(slow.clone());
    slow.priority = Varied::Same(Priority::Normal);
    scenario.sources.push(slow);
    let mut record = empty(scenario);
    record.ended_at = hours(24 * 14);
    for step in 0..14 * 24 * 4_u32 {
        let at = Instant::ZERO + Span::from_minutes(u64::from(step) * 15);
        let mut one = sample(at, 4_000 * step.min(200) / 200 + step * 37 % 211);
        one.messages[State::Ready as usize] = step * 31 % 97 * 3;
        one.messages[State::InTransfer as usize] = step * 17 % 61 * 2;
        record.series.push(one);
    }
    for number in 0..20_000_u64 {
        let seconds = number * number / 2_400;
        if number.is_multiple_of(10) {
            record.time_to_return.add(Span::from_hours(24 * (1 + number / 10 % 3)));
        } else {
            record.time_to_delivery.add(Span::from_secs(seconds));
        }
    }
    record.time_to_delivery.settle();
    record.time_to_return.settle();
    record.mail =
        outcomes(&[(Outcome::Delivered, 18_000), (Outcome::Ndr, 2_000), (Outcome::Open, 1_200)]);
    let (down, suspended) = (AbsenceCause::Down, AbsenceCause::Suspended);
    record.hub.absences = vec![
        Absence { cause: down, from: hours(20), to: Some(hours(44)) },
        Absence { cause: suspended, from: hours(100), to: Some(hours(101)) },
        Absence { cause: down, from: hours(330), to: None },
    ];
    calling(&mut record);
    record
}

/// The production rules' run of a message that is delivered after many calls, and an exhibit's that
/// delivers it near its deadline and breaks three rules.
pub(super) fn crowded() -> [RunRecord; 2] {
    [None, Some(Q184051)].map(|exhibit| {
        let mut record = never_calls();
        record.exhibit = exhibit;
        record.strips[1].calls = (1..40).map(hours).collect();
        let end = if exhibit.is_some() { hours(47) } else { hours(39) };
        let mut rows: Vec<Row> = record.rows.iter().collect();
        rows[0].outcome = Outcome::Delivered;
        rows[0].ended_at = Some(end);
        record.rows = Rows::from_iter(rows);
        if exhibit.is_some() {
            record.verdict = Verdict::Broken;
            for (rule, hour) in
                [(Rule::CallBeforeDelivery, 47), (Rule::RightHost, 47), (Rule::EndsOnce, 48)]
            {
                record.breach_counts.push((rule, 1));
                record.breaches.push(Breach {
                    rule,
                    at: hours(hour),
                    message: Some(id(0)),
                    site: None,
                    expected: "one thing".to_owned(),
                    seen: "another".to_owned(),
                });
            }
        }
        record
    })
}

/// One run that was interrupted, and one whose exhibit was not caught.
pub(super) fn unfinished() -> [RunRecord; 2] {
    let mut interrupted = never_calls();
    interrupted.scenario = Arc::new(scenario("basic/many-sites", 1));
    interrupted.verdict = Verdict::Interrupted;
    interrupted.ended_at = hours(12);
    let mut not_caught = caught();
    not_caught.verdict = Verdict::NotCaught { rule: Rule::EndsByDeadline };
    not_caught.breaches.clear();
    not_caught.breach_counts.clear();
    [interrupted, not_caught]
}

/// Rows with every cell that can be absent absent, and every text that has to be quoted.
pub(super) fn awkward() -> RunRecord {
    let mut scenario = scenario("basic/awkward", 1);
    scenario.sources[0].name = "or,ders".to_owned();
    scenario.sources[0].recipients[0].address = address("\"a, b\"@branch-1.example", 1);
    for (mailbox, notify) in [
        ("second@branch-1.example", Notify::ABSENT),
        ("third@branch-1.example", Notify::NEVER.with(Kind::Relayed).with(Kind::Failed)),
    ] {
        let address = address(mailbox, 1);
        scenario.sources[0].recipients.push(Recipient { address, notify });
    }
    scenario.sources[0].recipients[0].notify = Notify::NEVER;
    scenario.sources[0].sender = None;
    scenario.sites[1].name = "branch, the first".to_owned();
    scenario.routes.push(Route {
        domain: "direct.example".to_owned(),
        site: SiteId(1),
        mode: RouteMode::Direct,
        queue: None,
    });
    let mut record = empty(scenario);
    let third = id(3).to(2).expect("small");
    record.rows = Rows::from_iter([
        Row { queue_deadline: Instant::NEVER, release_at: Some(hours(2)), ..mail(third, hours(1)) },
        Row {
            outcome: Outcome::DeadLetter,
            ended_at: Some(hours(50)),
            status: Some(Status::new(5, 1, 1)),
            rule: Some(Rule::EndsByDeadline),
            priority: Priority::NonUrgent,
            ..mail(id(4), hours(1))
        },
    ]);
    record
}

/// The scenario's name, for a run that belongs to another.
pub(super) fn renamed(mut record: RunRecord, name: &str) -> RunRecord {
    let mut scenario = (*record.scenario).clone();
    scenario.name = name.to_owned();
    record.scenario = Arc::new(scenario);
    record
}
