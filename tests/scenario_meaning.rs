//! What a scenario file means: numbers, names, defaults, and what `--set` makes of it.

use restante::base::{Instant, Priority, RouteId, Rule, SiteId, Span};
use restante::scenario::{
    Arrivals, Calls, Change, Count, CsvRows, PolicyName, Presence, RouteMode, Scenario,
};

const TWO_SORTS: &str = r#"
title = "Two sorts of sites"
why = "One calls, one never does."

[[site]]
name = "caller"
count = 12
calls = { every = "24h", jitter = "10%", first = "0h..24h" }
line = { rate = "33.6kbit/s", delay = "150ms", per_message = "0.2s" }

[[site]]
name = "silent"
count = 3
calls = "never"

[[route]]
domain = "Caller-{n}.example"
site = "caller"
mode = "held"

[[route]]
domain = "silent-{n}.example"
site = "silent"
mode = "held"

[[route]]
domain = "office.example"
mode = "direct"

[[traffic]]
name = "mail"
from = "sales@office.example"
to = ["m@caller-{n}.example", "m@silent-{n}.example"]
poisson = { messages = 30, until = "14d" }

[[traffic]]
name = "answer"
from = "clerk@silent-{n}.example"
to = "post-{n}@silent-{n}.example"
priority = "non-urgent"
size = "1MiB"
at = ["2h", "1h", "1h"]
"#;

fn hours(count: u64) -> Instant {
    Instant::ZERO + Span::from_hours(count)
}

fn read(text: &str, set: &[&str]) -> Scenario {
    let changes = set.iter().map(|set| Change::parse(set).expect("a change"));
    let changes: Vec<Change> = changes.collect();
    Scenario::read("scenarios/basic/two.toml", text.as_bytes(), &changes)
        .unwrap_or_else(|problem| panic!("{set:?}: {problem}"))
}

#[test]
fn a_count_makes_sites_and_routes_with_numbers_of_one_width() {
    let scenario = read(TWO_SORTS, &[]);
    let names: Vec<&str> = scenario.sites.iter().map(|site| site.name.as_str()).collect();
    assert_eq!(names.len(), 16);
    assert_eq!((names[0], names[11], names[12]), ("caller-01", "caller-12", "silent-1"));
    assert_eq!(names[15], "office.example");

    let route = |number: usize| {
        let route = &scenario.routes[number];
        (route.domain.as_str(), route.site, route.mode)
    };
    assert_eq!(route(1), ("Caller-02.example", SiteId(1), RouteMode::Held));
    assert_eq!(route(12), ("silent-1.example", SiteId(12), RouteMode::Held));
    assert_eq!(route(15), ("office.example", SiteId(15), RouteMode::Direct));
}

#[test]
fn a_list_of_recipients_makes_a_source_for_each_called_as_its_site() {
    let scenario = read(TWO_SORTS, &[]);
    let shown = |number: usize| {
        let source = &scenario.sources[number];
        let sender = source.sender.as_ref().expect("not null");
        let recipient = &source.recipient;
        (source.name.as_str(), sender.mailbox.as_str(), recipient.mailbox.as_str(), recipient.route)
    };
    let office = "sales@office.example";
    assert_eq!(shown(0), ("mail-caller-01", office, "m@caller-01.example", RouteId(0)));
    assert_eq!(shown(14), ("mail-silent-3", office, "m@silent-3.example", RouteId(14)));
    assert_eq!(
        shown(16),
        ("answer-2", "clerk@silent-2.example", "post-2@silent-2.example", RouteId(13))
    );
    let answer = &scenario.sources[16];
    assert_eq!((answer.priority, answer.size_bytes), (Priority::NonUrgent, 1 << 20));
    assert!(
        matches!(&answer.arrivals, Arrivals::At(at) if *at == [hours(1), hours(1), hours(2)]),
        "{answer:?}"
    );
}

#[test]
fn the_messages_of_a_random_process_are_shared_out_over_its_sources() {
    let mean = |scenario: &Scenario| match scenario.sources[0].arrivals {
        Arrivals::Poisson { from: Instant::ZERO, until, mean } if until == hours(14 * 24) => mean,
        ref other => panic!("{other:?}"),
    };
    // 14 days x 15 sources / 30 messages.
    assert_eq!(mean(&read(TWO_SORTS, &[])), Span::from_hours(7 * 24));
    let many = read(TWO_SORTS, &["traffic.mail.poisson.messages=3000"]);
    assert_eq!(mean(&many).micros(), Span::from_hours(7 * 24).micros() / 100);
}

#[test]
fn what_is_not_said_has_its_default() {
    let scenario = read(TWO_SORTS, &[]);
    assert_eq!(scenario.path, "scenarios/basic/two.toml");
    assert_eq!(scenario.name, "basic/two");
    assert_eq!(scenario.seeds, [1]);
    assert_eq!(scenario.policy.name, PolicyName::Ims);
    assert_eq!(scenario.policy.terms.timeout, [24, 48, 72].map(Span::from_hours));
    // 14 d, twice 72 h 20 min, 1 h.
    assert_eq!(scenario.horizon, hours(14 * 24 + 2 * 72 + 1) + Span::from_minutes(40));
    assert_eq!(scenario.record.csv, CsvRows::All);
    assert_eq!(scenario.record.sample_interval, Span::from_hours(2));
    assert_eq!(scenario.sources[0].priority, Priority::Normal);
    assert_eq!(scenario.sources[0].size_bytes, 4_096);
    assert!(scenario.expect.caught.is_none() && scenario.expect.counts.is_empty());
    let line = &scenario.sites[0].line;
    assert_eq!((line.rate_bits_s, line.delay.micros()), (Some(33_600), 150_000));
    assert_eq!(scenario.sites[12].line.rate_bits_s, None);
    match scenario.sites[0].presence {
        Presence::OnCall(Calls::Every { first, interval, jitter_permille, until }) => {
            assert_eq!(first, (Instant::ZERO, hours(24)));
            assert_eq!((interval, jitter_permille), (Span::from_hours(24), 100));
            assert_eq!(until, Instant::NEVER);
        }
        ref other => panic!("{other:?}"),
    }
}

/// Whether a scenario is as it should be after a change.
type Check = fn(&Scenario) -> bool;

#[test]
fn a_change_reaches_every_key() {
    let cases: &[(&[&str], Check)] = &[
        (&["seeds=[1, 2]"], |s| s.seeds == [1, 2]),
        (&["hub.policy=rfc5321"], |s| s.policy.name == PolicyName::Rfc5321),
        (&["hub.timeout_normal=1h"], |s| {
            s.policy.changes.timeout_normal == Some(Span::from_hours(1))
        }),
        (&["hub.retry=none"], |s| s.policy.changes.retry == Some(Vec::new())),
        (&["hub.retry=[\"1h\"]", "hub.retry[0]=2h"], |s| {
            s.policy.terms.retry == [Span::from_hours(2)]
        }),
        (&["site[0].count=1", "site.silent.count=2"], |s| s.sites.len() == 4),
        (&["site.caller.count=1"], |s| {
            s.sites[0].name == "caller" && s.routes[0].domain == "Caller-1.example"
        }),
        (&["site.caller.calls=never"], |s| {
            matches!(s.sites[0].presence, Presence::OnCall(Calls::Never))
        }),
        (&["site.caller.calls.every=12h"], |s| {
            matches!(s.sites[0].presence, Presence::OnCall(Calls::Every { interval, .. })
                if interval == Span::from_hours(12))
        }),
        (&["site.silent.line.delay=1s"], |s| s.sites[12].line.delay == Span::from_secs(1)),
        (&["site.caller.line.rate=\"9.6kbit/s\""], |s| s.sites[0].line.rate_bits_s == Some(9_600)),
        (&["route.office.example.domain=office.test", "traffic.mail.from=a@office.test"], |s| {
            s.routes[15].domain == "office.test"
        }),
        (&["route.\"office.example\".mode=direct"], |s| s.routes.len() == 16),
        (
            &["traffic[1].at[0]=5h"],
            |s| matches!(&s.sources[15].arrivals, Arrivals::At(at) if at[2] == hours(5)),
        ),
        (&["expect.delivered=7"], |s| s.expect.counts == [(Count::Delivered, 7)]),
        (&["expect.exhibit=q184051", "expect.rule=ends-by-deadline"], |s| {
            s.expect.caught == Some(("q184051".to_owned(), Rule::EndsByDeadline))
        }),
        (&["report.csv=none", "report.sample_interval=1d"], |s| {
            s.record.csv == CsvRows::None && s.record.sample_interval == Span::from_hours(24)
        }),
        (&["horizon=14d"], |s| s.horizon == hours(14 * 24)),
        (&["title=Another"], |s| s.title == "Another"),
    ];
    for (set, is_changed) in cases {
        assert!(
            !is_changed(&read(TWO_SORTS, &[])) || set[0].contains("mode"),
            "{set:?} says nothing"
        );
        assert!(is_changed(&read(TWO_SORTS, set)), "{set:?}");
    }
}
