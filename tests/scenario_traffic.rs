//! What `[[traffic]]` and `[expect]` mean: envelopes, recipients, sizes, arrivals, and the horizon that
//! follows from them.

use restante::base::{ByMode, Instant, Kind, Notify, Priority, Span};
use restante::scenario::{
    Arrivals, Count, Metric, Relation, Release, Scenario, Source, Statistic, Varied,
};

/// A scenario with these lines in its `[[traffic]]`.
fn read(lines: &str) -> Scenario {
    let text = format!(
        "title = \"Mail\"\nwhy = \"What it means.\"\nstart = \"2001-01-01T00:00:00Z\"\n\
         site = [{{ name = \"branch\", count = 2, calls = \"never\" }}]\n\
         route = [\n\
           {{ domain = \"branch-{{n}}.example\", site = \"branch\", mode = \"held\" }},\n\
           {{ domain = \"office.example\", mode = \"direct\" }},\n\
         ]\n\
         [[traffic]]\nname = \"orders\"\nfrom = \"sales@office.example\"\n{lines}\n"
    );
    let read = Scenario::read("basic/x.toml", text.as_bytes(), &[]);
    read.unwrap_or_else(|problem| panic!("{lines}\n{problem}"))
}

fn source(lines: &str) -> Source {
    read(&format!("to = \"clerk@branch-1.example\"\n{lines}")).sources.remove(0)
}

fn hours(count: u64) -> Instant {
    Instant::ZERO + Span::from_hours(count)
}

#[test]
fn a_message_has_every_recipient_and_each_its_own_wishes() {
    let scenario = read(
        "to = \"clerk@branch-{n}.example\"\nnotify = [\"success\", \"failure\"]\nat = [\"0s\"]\n\
         also = [\"copy-{n}@branch-{n}.example\", { to = \"a@office.example\", notify = \"never\" }]",
    );
    let both = Notify::NEVER.with(Kind::Relayed).with(Kind::Failed);
    for (source, number) in scenario.sources.iter().zip(1..) {
        let found: Vec<_> = source
            .recipients
            .iter()
            .map(|recipient| {
                (recipient.address.mailbox.clone(), recipient.address.route.0, recipient.notify)
            })
            .collect();
        let expected = [
            (format!("clerk@branch-{number}.example"), number - 1, both),
            (format!("copy-{number}@branch-{number}.example"), number - 1, both),
            ("a@office.example".to_owned(), 2, Notify::NEVER),
        ];
        assert_eq!(found, expected);
    }
    assert_eq!(scenario.sources.len(), 2);
    assert_eq!(source("at = [\"0s\"]").recipients[0].notify, Notify::ABSENT);
}

#[test]
fn where_there_are_fewer_offices_than_hosts_they_take_turns() {
    let text = r#"
        title = "Offices"
        why = "Who writes to whom."
        site = [
          { name = "branch", count = 12, calls = "never" },
          { name = "office", count = 5 },
        ]
        route = [
          { domain = "branch-{n}.example", site = "branch", mode = "held" },
          { domain = "office-{n}.example", site = "office", mode = "direct" },
        ]
        [[traffic]]
        name = "orders"
        from = "desk-{n}@office-{n}.example"
        to = "clerk@branch-{n}.example"
        at = ["0s"]
    "#;
    let read = Scenario::read("basic/x.toml", text.as_bytes(), &[]);
    let scenario = read.unwrap_or_else(|problem| panic!("{problem}"));
    for (source, number) in scenario.sources.iter().zip(1..) {
        let office = (number - 1) % 5 + 1;
        let sender = source.sender.as_ref().expect("an office");
        assert_eq!(sender.mailbox, format!("desk-{number:02}@office-{office}.example"));
        assert_eq!(
            scenario.routes[sender.route.index()].domain,
            format!("office-{office}.example")
        );
    }
}

#[test]
fn two_recipients_of_one_host_are_two_sources_with_names_of_their_own() {
    let scenario = read(
        "to = [\"a@branch-1.example\", \"b@branch-2.example\", \"c@branch-1.example\"]\nat = [\"0s\"]",
    );
    let names: Vec<_> = scenario.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["orders-branch-1.1", "orders-branch-2", "orders-branch-1.2"]);
}

#[test]
fn an_envelope_says_by_when_and_until_when() {
    let plain = source("at = [\"0s\"]");
    let minutes = Span::from_minutes(15);
    assert_eq!((plain.release, plain.deliver_by, plain.resend), (None, None, minutes));
    let held = source("at = [\"0s\"]\nhold_for = \"36h\"\nresend = \"1h\"");
    assert_eq!(held.release, Some(Release::After(Span::from_hours(36))));
    assert_eq!(held.resend, Span::from_hours(1));
    let until = source("at = [\"0s\"]\nhold_until = \"2001-01-03T08:00:00+01:00\"");
    assert_eq!(until.release, Some(Release::AtUnixUs(978_505_200_000_000)));
    let by = source("at = [\"0s\"]\ndeliver_by = { within = \"2h\", mode = \"notify\" }");
    assert_eq!(by.deliver_by, Some((Span::from_hours(2), ByMode::Notify)));
}

#[test]
fn sizes_and_priorities_vary_as_the_file_says() {
    use Priority::{Normal, Urgent};
    for (lines, size_bytes, priority) in [
        ("at = [\"0s\"]", Varied::Same(4_096), Varied::Same(Normal)),
        (
            "at = [\"0s\"]\nsize = \"1KiB..1MiB\"",
            Varied::Between(1 << 10, 1 << 20),
            Varied::Same(Normal),
        ),
        ("at = [\"0s\"]\nsize = \"1KiB..1024B\"", Varied::Same(1 << 10), Varied::Same(Normal)),
        (
            "at = [\"0s\"]\nsize = { \"1KiB\" = 80, \"1MiB\" = 20 }\npriority = { urgent = 1, normal = 9 }",
            Varied::Weighted(vec![(1 << 10, 80), (1 << 20, 20)]),
            Varied::Weighted(vec![(Normal, 9), (Urgent, 1)]),
        ),
        // A list goes with the instants as they are written, not as they come.
        (
            "at = [\"2h\", \"1h\", \"1h\"]\nsize = [\"3B\", \"1B\", \"2B\"]\n\
             priority = [\"urgent\", \"normal\", \"normal\"]",
            Varied::Each(vec![1, 2, 3]),
            Varied::Each(vec![Normal, Normal, Urgent]),
        ),
    ] {
        let source = source(lines);
        assert_eq!((source.size_bytes, source.priority), (size_bytes, priority), "{lines}");
    }
}

#[test]
fn arrivals_can_be_on_and_off_or_none_at_all() {
    let on_off = source(
        "on_off = { first = \"1h\", on = \"8h\", off = \"16h\", interval = \"10m\", jitter = \"5%\", messages = 100 }",
    );
    assert_eq!(
        on_off.arrivals,
        Arrivals::OnOff {
            first: hours(1),
            on: Span::from_hours(8),
            off: Span::from_hours(16),
            interval: Span::from_minutes(10),
            jitter_permille: 50,
            messages: 100,
        }
    );
    assert_eq!(source("at = \"never\"").arrivals, Arrivals::At(Vec::new()));
}

/// Twice the time-out of 72 h with its grace of 20 min, and an hour.
#[test]
fn the_horizon_comes_after_the_last_arrival_or_release() {
    let after = Span::from_minutes(2 * (72 * 60 + 20) + 60);
    for (lines, last) in [
        ("at = [\"0s\", \"5h\"]", hours(5)),
        ("at = \"never\"", hours(0)),
        ("at = [\"5h\"]\nhold_for = \"36h\"", hours(41)),
        ("at = [\"5h\"]\nhold_until = \"2001-01-03T08:00:00+01:00\"", hours(55)),
        ("at = [\"60h\"]\nhold_until = \"2001-01-03T08:00:00+01:00\"", hours(60)),
        // The third way of 3 h would end in the time off, and goes on or is cut at its end.
        ("on_off = { on = \"8h\", off = \"16h\", interval = \"3h\", messages = 3 }", hours(6)),
        ("on_off = { on = \"8h\", off = \"16h\", interval = \"3h\", messages = 4 }", hours(25)),
        ("on_off = { on = \"1h\", off = \"1h\", interval = \"3h\", messages = 2 }", hours(6)),
    ] {
        assert_eq!(source_horizon(lines), last + after, "{lines}");
    }
}

fn source_horizon(lines: &str) -> Instant {
    read(&format!("to = \"clerk@branch-1.example\"\n{lines}")).horizon
}

#[test]
fn a_run_is_held_to_counts_and_statistics() {
    let mut counts = String::new();
    for (number, count) in Count::ALL.iter().enumerate() {
        counts.push_str(&format!("{} = {number}\n", count.name()));
    }
    let lines = format!(
        "to = \"clerk@branch-1.example\"\nat = [\"0s\"]\n[expect]\n{counts}\
         thresholds = [\"p99.9(time_to_return) <= 2d\"]"
    );
    let expect = read(&lines).expect;
    let expected: Vec<(Count, u64)> = Count::ALL.into_iter().zip(0..).collect();
    assert_eq!(expect.counts, expected);
    let [threshold] = expect.thresholds.as_slice() else { panic!("{:?}", expect.thresholds) };
    assert_eq!(threshold.text, "p99.9(time_to_return) <= 2d");
    assert_eq!(
        (threshold.statistic, threshold.metric, threshold.relation, threshold.bound),
        (Statistic::Percentile(9_990), Metric::TimeToReturn, Relation::AtMost, 172_800_000_000)
    );
}
