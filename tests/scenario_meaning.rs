//! What a scenario file means: numbers, names, defaults, and what `--set` makes of it.

use restante::base::{
    Instant, MessageId, Order, Priority, RouteId, Rule, SiteId, Span, Status, Target,
};
use restante::scenario::{
    Arrivals, AtCrash, Calls, Change, Count, Crash, Crashes, CsvRows, DiskFaults, Does, Fidelity,
    Flapping, Happening, Keep, Occasions, Offers, PolicyName, Presence, RouteMode, Says, Scenario,
    Syncs, Ties, Trouble, TroublePhase, Varied,
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

const QUEUE: Fidelity = Fidelity::Queue;
const HUB: Fidelity = Fidelity::Hub;

fn hours(count: u64) -> Instant {
    Instant::ZERO + Span::from_hours(count)
}

fn minutes(count: u64) -> Span {
    Span::from_minutes(count)
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
        let recipient = source.recipient();
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
    assert_eq!(answer.priority, Varied::Same(Priority::NonUrgent));
    assert_eq!(answer.size_bytes, Varied::Same(1 << 20));
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
    assert_eq!(scenario.sources[0].priority, Varied::Same(Priority::Normal));
    assert_eq!(scenario.sources[0].size_bytes, Varied::Same(4_096));
    assert!(scenario.expect.caught.is_none() && scenario.expect.counts.is_empty());
    // 2001-01-01T00:00:00Z.
    assert_eq!((scenario.start_unix_us, scenario.ties), (978_307_200_000_000, Ties::Fixed));
    assert_eq!((scenario.persist_delay, scenario.expect.slack), (Span::ZERO, Span::ZERO));
    assert!(scenario.events.is_empty() && scenario.crashes_at_record.is_empty());
    assert_eq!((scenario.fidelities, scenario.crashes), (vec![QUEUE, HUB], Crashes::Declared));
    assert_eq!(scenario.disk, DiskFaults::default());
    let site = &scenario.sites[0];
    assert_eq!((&site.says, site.offers), (&Says::EachDomain, Offers::default()));
    assert_eq!((site.troubles.as_slice(), scenario.routes[0].queue.as_deref()), (&[][..], None));
    let line = &scenario.sites[0].line;
    assert_eq!((line.patience, line.busy_permille, line.redials), (minutes(1), 0, 0));
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
        (&["start=1970-01-02T00:00:00Z"], |s| s.start_unix_us == 86_400_000_000),
        (&["ties=shuffled"], |s| s.ties == Ties::Shuffled && s.depends_on_seed()),
        (&["hub.persist_delay=10ms"], |s| {
            let delay = Span::from_micros(10_000);
            (s.persist_delay, s.expect.slack) == (delay, delay)
        }),
        (&["hub.persist_delay=10ms", "expect.slack=1s"], |s| s.expect.slack == Span::from_secs(1)),
        (&["hub.delay_notice_held=12h"], |s| {
            s.policy.terms.delay_notice_held == Some(Span::from_hours(12))
        }),
        (&["hub.delay_notice_direct=never"], |s| {
            s.policy.changes.delay_notice_direct == Some(None)
        }),
        (&["hub.connections_per_site=2", "hub.connections=100"], |s| {
            let terms = &s.policy.terms;
            (terms.connections_per_site, terms.connections) == (Some(2), Some(100))
        }),
        (&["hub.limit_messages=10", "hub.reserve_messages=9"], |s| {
            let changes = &s.policy.changes;
            (changes.limit_messages, changes.reserve_messages) == (Some(10), Some(9))
        }),
        (&["hub.limit_size=8GiB", "hub.reserve_size=0B"], |s| {
            let changes = &s.policy.changes;
            (changes.limit_size_bytes, changes.reserve_size_bytes) == (Some(8 << 30), Some(0))
        }),
        (&["route[0].queue=night"], |s| {
            s.routes[..12].iter().all(|route| route.queue.as_deref() == Some("night"))
                && s.routes[12].queue.is_none()
        }),
        (&["site.silent.offers=[\"DELIVERBY 120\", \"DSN\"]"], |s| {
            s.sites[12].offers == Offers { dsn: true, deliver_by: Some(minutes(2)) }
        }),
        (&["site.caller.line.busy=20%"], |s| {
            let line = &s.sites[0].line;
            (line.busy_permille, line.redial, line.redials) == (200, minutes(2), 3)
        }),
        (
            &[
                "site.caller.line={ busy = \"1%\", redial = \"1m\", redials = 0, patience = \"5s\" }",
            ],
            |s| {
                let line = &s.sites[0].line;
                let patience = Span::from_secs(5);
                (line.redial, line.redials, line.patience) == (minutes(1), 0, patience)
            },
        ),
        (&["site.silent.line.drops_at=[\"2h\", \"1h\"]"], |s| {
            s.sites[12].line.drops_at == [hours(1), hours(2)]
        }),
    ];
    check(cases);
}

/// Each change makes the scenario what it should be after it, and was not before.
fn check(cases: &[(&[&str], Check)]) {
    for (set, is_changed) in cases {
        assert!(
            !is_changed(&read(TWO_SORTS, &[])) || set[0].contains("mode"),
            "{set:?} says nothing"
        );
        assert!(is_changed(&read(TWO_SORTS, set)), "{set:?}");
    }
}

#[test]
fn a_disk_that_can_fail_is_one_of_the_whole_hub() {
    check(&[
        (&["fidelity=[\"queue\"]"], |s| s.fidelities == [QUEUE]),
        (&["fidelity=[\"hub\"]", "hub.disk.full_at=1MiB"], |s| s.fidelities == [HUB]),
        (&["hub.disk.at_crash=torn"], |s| {
            s.disk == DiskFaults { at_crash: AtCrash::Torn, ..DiskFaults::default() }
                && s.fidelities == [QUEUE, HUB]
                && !s.store_can_fail()
        }),
        (&["hub.disk.full_at=256KiB"], |s| {
            s.disk.size_limit_bytes == Some(256 << 10)
                && s.fidelities == [HUB]
                && s.store_can_fail()
        }),
        (&["hub.disk.fails_at_write=17"], |s| {
            s.disk.fails_at_write == Some(17) && s.fidelities == [HUB] && s.store_can_fail()
        }),
        (&["hub.disk.syncs=lying"], |s| {
            s.disk.syncs == Syncs::Lying && s.fidelities == [HUB] && s.store_can_fail()
        }),
    ]);
}

/// A branch that calls and an office that comes and goes; `{calls}`, `{site}` and `{event}` are to be
/// filled in.
const FAULTS: &str = r#"
title = "What can go wrong"
why = "Each key of an event, a trouble and a timetable."
{top}

[hub]
timeout_normal = "10h"
limit_messages = 100
{hub}

[[site]]
name = "branch"
count = 2
calls = {calls}
says = ["branch-{n}.example", "@example", "BRANCH-{n}.example", "@example"]
{site}

[[site]]
name = "office"
flapping = { up = "10m", down = "2m", until = "3d" }

[[route]]
domain = "branch-{n}.example"
site = "branch"
mode = "held"

[[route]]
domain = "office.example"
site = "office"
mode = "direct"

[[traffic]]
name = "orders"
from = "sales@office.example"
to = "clerk@branch-{n}.example"
at = ["0s"]

{event}
"#;

/// [`FAULTS`] with these parts, by name.
fn faults(parts: &[(&str, &str)]) -> Scenario {
    let mut text = FAULTS.to_owned();
    let absent = [("calls", "\"never\""), ("top", ""), ("hub", ""), ("site", ""), ("event", "")];
    for (name, part) in parts.iter().chain(&absent) {
        text = text.replacen(&format!("{{{name}}}"), part, 1);
    }
    read(&text, &[])
}

#[test]
fn a_host_says_what_it_is_told_and_each_node_stands_once() {
    let scenario = faults(&[]);
    let nodes = [
        "branch-1.example",
        "@example",
        "BRANCH-1.example",
        "branch-2.example",
        "BRANCH-2.example",
    ];
    assert_eq!(scenario.nodes, nodes);
    assert_eq!(scenario.sites[0].says, Says::Nodes(vec![0, 1, 2, 1]));
    assert_eq!(scenario.sites[1].says, Says::Nodes(vec![3, 1, 4, 1]));
    assert_eq!(scenario.sites[2].says, Says::EachDomain);
}

#[test]
fn a_host_that_flaps_goes_down_first_when_it_was_up_once() {
    let Presence::Always { flapping: Some(flapping), .. } = faults(&[]).sites[2].presence else {
        panic!("no flapping");
    };
    let (up, down) = (minutes(10), minutes(2));
    let from = Instant::ZERO + up;
    assert_eq!(flapping, Flapping { up, down, jitter_permille: 0, from, until: hours(72) });
}

#[test]
fn a_trouble_has_its_deed_its_occasions_and_its_time() {
    let trouble = |phase, does| Trouble {
        phase,
        does,
        occasions: Occasions::All,
        from: Instant::ZERO,
        until: Instant::NEVER,
    };
    let refuse = |class, subject, detail| Does::Refuse(Status::new(class, subject, detail));
    let data = trouble(TroublePhase::Data, Does::Drop { after_bytes: 5_000 });
    let dot = trouble(TroublePhase::FinalDot, Does::Hang);
    let cases = [
        ("phase='lookup', does='refuse'", trouble(TroublePhase::Lookup, refuse(4, 4, 3))),
        ("phase='connect', does='refuse'", trouble(TroublePhase::Connect, refuse(4, 4, 1))),
        ("phase='greeting', does='refuse'", trouble(TroublePhase::Greeting, refuse(4, 3, 2))),
        ("phase='command', does='refuse'", trouble(TroublePhase::Command, refuse(4, 2, 0))),
        ("phase='data', does='refuse'", trouble(TroublePhase::Data, refuse(4, 3, 0))),
        (
            "phase='final_dot', does='refuse', status='5.7.1'",
            trouble(TroublePhase::FinalDot, refuse(5, 7, 1)),
        ),
        ("phase='data', does='drop', after='5000B'", data.clone()),
        (
            "phase='data', does='drop', after='5000B', nth=[3, 1]",
            Trouble { occasions: Occasions::Nth(vec![1, 3]), ..data },
        ),
        (
            "phase='final_dot', does='hang', chance='10%', from='1h', until='2h'",
            Trouble { occasions: Occasions::Chance(100), from: hours(1), until: hours(2), ..dot },
        ),
    ];
    for (text, expected) in cases {
        let scenario = faults(&[("site", &format!("trouble = [{{ {text} }}]"))]);
        assert_eq!(scenario.sites[1].troubles, [expected], "{text}");
        assert_eq!(scenario.depends_on_seed(), text.contains("chance"), "{text}");
    }
}

/// The instants of a branch's calls by a timetable, in minutes.
fn timetable(start: &str, horizon: &str, calls: &str) -> Vec<u64> {
    let top = format!("start = '{start}'\nhorizon = '{horizon}'");
    let scenario = faults(&[("top", &top), ("calls", &format!("{{ {calls} }}"))]);
    match &scenario.sites[1].presence {
        Presence::OnCall(Calls::Timetable { instants, .. }) => {
            instants.iter().map(|at| at.micros() / 60_000_000).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_timetable_is_written_out_by_the_clock_on_the_wall() {
    const DAY: u64 = 24 * 60;
    let monday = "2001-01-01T00:00:00Z";
    for (start, horizon, calls, expected) in [
        (monday, "3d", "timetable = ['daily 08:00']", vec![480, DAY + 480, 2 * DAY + 480]),
        (monday, "14d", "timetable = ['sat 00:00', 'sun 00:01']", {
            vec![5 * DAY, 6 * DAY + 1, 12 * DAY, 13 * DAY + 1]
        }),
        // A call at the horizon is the last; one at `until` does not come.
        (monday, "1d", "timetable = ['daily 00:00']", vec![0, DAY]),
        (monday, "9d", "timetable = ['daily 00:00'], until = '1d'", vec![0]),
        // Where it is day first: 2001-01-01 00:00 in Auckland was 11:00 of the day before in UTC.
        (monday, "1d", "timetable = ['tue 00:00'], zone = 'Pacific/Auckland'", vec![11 * 60]),
        // 02:30 was skipped in Berlin on 2024-03-31 and came an hour later by the new clock, which
        // was when 03:30 came; on 2024-10-27 it came twice.
        (
            "2024-03-30T00:00:00Z",
            "3d",
            "timetable = ['daily 02:30', 'sun 03:30'], zone = 'Europe/Berlin'",
            vec![90, DAY + 90, 2 * DAY + 30],
        ),
        (
            "2024-10-26T00:00:00Z",
            "3d",
            "timetable = ['daily 02:30'], zone = 'europe/berlin'",
            vec![30, DAY + 30, 2 * DAY + 90],
        ),
        // Samoa had no 2011-12-30.
        (
            "2011-12-29T00:00:00Z",
            "3d",
            "timetable = ['fri 12:00'], zone = 'Pacific/Apia'",
            vec![DAY + 22 * 60],
        ),
    ] {
        assert_eq!(timetable(start, horizon, calls), expected, "{start} {calls}");
    }
}

#[test]
fn a_call_of_a_timetable_may_be_late() {
    let calls = "{ timetable = ['mon-fri 08:00'], late = '0s..30m' }";
    let scenario = faults(&[("calls", calls)]);
    assert!(scenario.depends_on_seed());
    assert!(matches!(
        scenario.sites[0].presence,
        Presence::OnCall(Calls::Timetable { late, .. }) if late == (Span::ZERO, minutes(30))
    ));
}

#[test]
fn events_come_by_instant_and_then_as_they_stand() {
    let event = r#"
event = [
    { at = "9h", list = "all" },
    { at = "3h", crash = { down = "0s", keep = 3 } },
    { at_record = 17, crash = { keep = "all" } },
    { at = "1h", suspend = "20m" },
    { at = "65m", clock_step = "-1h" },
    { at = "3h", pause = "all" },
    { at = "3h", flush = "OFFICE.example" },
    { at = "5h", cancel = "orders-2#3" },
    { at_record = 2, crash = {} },
]
"#;
    let scenario = faults(&[("top", event)]);
    let crash = |down, keep| Crash { down, keep };
    assert_eq!(
        scenario.crashes_at_record,
        [(2, crash(minutes(1), Keep::Drawn)), (17, crash(minutes(1), Keep::All))]
    );
    let message = MessageId::mail(1, 2).expect("small");
    let expected = [
        (60, Happening::Suspend(minutes(20))),
        (65, Happening::ClockStep(-3_600_000_000)),
        (180, Happening::Crash(crash(Span::ZERO, Keep::First(3)))),
        (180, Happening::Order(Order::Pause, Target::All)),
        (180, Happening::Order(Order::Flush, Target::Route(RouteId(2)))),
        (300, Happening::Order(Order::Cancel, Target::Message { route: RouteId(1), message })),
        (540, Happening::List),
    ];
    assert_eq!(scenario.events.len(), expected.len());
    for (event, (at, what)) in scenario.events.iter().zip(expected) {
        assert_eq!(event.at, Instant::ZERO + minutes(at));
        assert_eq!(format!("{:?}", event.what), format!("{what:?}"));
    }
    // The last event, three crashes with the 15 min after which their senders send again, the sleep,
    // the step back, twice 72 h 20 min, 1 h.
    let away = 2 + 3 * 15 + 20 + 60;
    let rest = 2 * (72 * 60 + 20) + 60;
    assert_eq!(scenario.horizon, hours(9) + minutes(away + rest));
}

#[test]
fn a_reload_holds_upon_those_before_it() {
    let event = r#"
[[event]]
at = "2h"
reload = { retry = "none", reserve_messages = 10 }

[[event]]
at = "1h"
[event.reload]
timeout_urgent = "1h"
timeout_normal = "100h"
"#;
    let scenario = faults(&[("event", event)]);
    let reloaded: Vec<_> = scenario
        .events
        .iter()
        .filter_map(|event| match &event.what {
            Happening::Reload(policy) => Some(policy),
            _ => None,
        })
        .collect();
    assert_eq!(scenario.policy.terms.timeout, [24, 10, 72].map(Span::from_hours));
    assert_eq!(reloaded[0].terms.timeout, [1, 100, 72].map(Span::from_hours));
    assert_eq!(reloaded[1].terms.timeout, reloaded[0].terms.timeout);
    assert_eq!(reloaded[0].terms.retry.len(), 4);
    assert_eq!(reloaded[1].terms.retry, []);
    assert_eq!(reloaded[1].changes.reserve_messages, Some(10));
    assert_eq!(reloaded[1].changes.limit_messages, Some(100));
    // The longest time-out is the new one.
    assert_eq!(scenario.horizon, hours(2 + 2 * 100 + 1) + minutes(40));
}

#[test]
fn a_crash_is_drawn_where_something_can_be_lost() {
    let crash = |keep: &str, hub: &str| {
        let event = format!("[[event]]\nat = '1h'\ncrash = {{ keep = {keep} }}");
        faults(&[("hub", hub), ("event", &event)]).depends_on_seed()
    };
    assert!(crash("'drawn'", "persist_delay = '1s'"));
    assert!(!crash("'drawn'", ""));
    assert!(!crash("2", "persist_delay = '1s'"));
    assert!(!crash("2", "disk = { at_crash = 'kept' }"));
    assert!(crash("2", "disk = { at_crash = 'torn' }"));
    assert!(crash("'all'", "disk = { at_crash = 'reordered' }"));
    let without = [("hub", "disk = { at_crash = 'torn' }")];
    assert!(!faults(&without).depends_on_seed());
    let event = "[[event]]\nat = '1h'\ncrash = {}";
    let alone = [("top", "fidelity = ['queue']"), ("hub", "disk = {}"), ("event", event)];
    assert!(!faults(&alone).depends_on_seed());
}
