//! Histories as lines of words, and the small world in which they happen.
//!
//! A line is an instant and an event: `48h-1us begin orders.0 branch`. Instants are sums of numbers
//! with a unit. Mail is `source.ordinal`, a report has its kind behind it: `orders.0.failed`.

use restante::base::{Instant, Kind, MessageId, Priority, RouteId, SiteId, Span, Status};
use restante::oracle::{Breach, Oracle};
use restante::scenario::{
    Address, Arrivals, Calls, CsvRows, Expect, Line, Policy, PolicyChanges, PolicyName, Presence,
    Record, Route, RouteMode, Scenario, Site, Source, Terms,
};
use restante::trace::{Accepted, Observer, Seen};

/// Sites and routes have the same names and numbers.
const PLACES: [(&str, RouteMode); 3] =
    [("hq", RouteMode::Direct), ("branch", RouteMode::Held), ("mill", RouteMode::Held)];

/// Name, sender, recipient, priority, time-out.
const SOURCES: [(&str, Option<u32>, u32, Priority, u64); 5] = [
    ("orders", Some(0), 1, Priority::Normal, 48),
    ("memos", Some(0), 0, Priority::Urgent, 24),
    ("news", None, 1, Priority::NonUrgent, 72),
    ("grain", Some(1), 2, Priority::Normal, 48),
    ("alarms", Some(0), 1, Priority::Urgent, 24),
];

const REPORT_TIMEOUT_HOURS: u64 = 48;

/// The world of every history: slack 0, grace 20 minutes, a retry ladder.
pub(crate) fn world() -> Scenario {
    let address = |route: u32| Address {
        mailbox: format!("clerk@{}.example", PLACES[route as usize].0),
        route: RouteId(route),
    };
    let source =
        |(name, sender, recipient, priority, _): &(&str, Option<u32>, u32, _, u64)| Source {
            name: (*name).to_owned(),
            sender: sender.map(address),
            recipient: address(*recipient),
            priority: *priority,
            size_bytes: 1_000,
            arrivals: Arrivals::At(Vec::new()),
        };
    let hours = Span::from_hours;
    Scenario {
        path: "scenarios/hand/made.toml".to_owned(),
        name: "hand/made".to_owned(),
        title: "a history made by hand".to_owned(),
        why: "to be judged".to_owned(),
        seeds: vec![1],
        horizon: Instant::NEVER,
        policy: Policy {
            name: PolicyName::Ims,
            changes: PolicyChanges::default(),
            terms: Terms {
                timeout: [hours(24), hours(48), hours(72)],
                timeout_report: hours(REPORT_TIMEOUT_HOURS),
                retry: vec![Span::from_minutes(15)],
                transfer_grace: Span::from_minutes(20),
            },
        },
        sites: PLACES.iter().map(|(name, _)| site(name)).collect(),
        routes: (0..).zip(PLACES).map(|(number, (name, mode))| route(number, name, mode)).collect(),
        sources: SOURCES.iter().map(source).collect(),
        expect: Expect { caught: None, slack: Span::ZERO, counts: Vec::new() },
        record: Record { csv: CsvRows::None, sample_interval: hours(1) },
    }
}

fn site(name: &str) -> Site {
    Site {
        name: name.to_owned(),
        presence: Presence::OnCall(Calls::Never),
        line: Line {
            rate_bits_s: None,
            delay: Span::ZERO,
            per_message: Span::ZERO,
            call_length: None,
            drop_permille: 0,
            drop_within: Span::ZERO,
        },
    }
}

fn route(number: u32, name: &str, mode: RouteMode) -> Route {
    Route { domain: format!("{name}.example"), site: SiteId(number), mode }
}

/// The time-out of mail of a source in the world, apart from the judge's table.
pub(crate) fn timeout(source: u32) -> Span {
    Span::from_hours(SOURCES[source as usize].4)
}

/// The route of a message in the world, apart from the judge's table.
fn route_of(message: MessageId) -> RouteId {
    let (_, sender, recipient, ..) = SOURCES[message.source() as usize];
    RouteId(if message.kind() == Kind::Mail { recipient } else { sender.unwrap_or(recipient) })
}

/// An acceptance as a faultless hub tells it.
pub(crate) fn accepted(message: MessageId, accepted_at: Instant) -> Accepted {
    let (_, sender, _, priority, _) = SOURCES[message.source() as usize];
    let timeout = match message.kind() {
        Kind::Mail => timeout(message.source()),
        _ => Span::from_hours(REPORT_TIMEOUT_HOURS),
    };
    Accepted {
        message,
        accepted_at,
        route: route_of(message),
        sender_route: sender.filter(|_| message.kind() == Kind::Mail).map(RouteId),
        priority,
        size_bytes: 1_000,
        queue_deadline: accepted_at + timeout,
    }
}

/// Reads `48h-1us`.
pub(crate) fn instant(text: &str) -> Instant {
    let mut micros = 0_i64;
    for part in text.split_inclusive(['+', '-']).rev().fold(Vec::new(), signed) {
        micros += part;
    }
    Instant::from_micros(u64::try_from(micros).expect("an instant is not before 0"))
}

/// Takes the parts from the last to the first; the sign of a part stands at the end of the one
/// before it.
fn signed(mut parts: Vec<i64>, part: &str) -> Vec<i64> {
    let term = part.trim_end_matches(['+', '-']);
    if part.ends_with('-') {
        let last = parts.last_mut().expect("a sign stands before a term");
        *last = -*last;
    }
    let digits = term.find(|c: char| !c.is_ascii_digit()).expect("a term has a unit");
    let count: i64 = term[..digits].parse().expect("a term begins with a number");
    let unit = match &term[digits..] {
        "h" => 3_600_000_000,
        "m" => 60_000_000,
        "s" => 1_000_000,
        "us" => 1,
        other => panic!("unknown unit {other}"),
    };
    parts.push(count * unit);
    parts
}

pub(crate) fn message(text: &str) -> MessageId {
    let mut parts = text.split('.');
    let source = parts.next().expect("a source");
    let source = SOURCES.iter().position(|(name, ..)| *name == source).expect("a source's name");
    let ordinal = parts.next().expect("an ordinal").parse().expect("a number");
    let mail = MessageId::mail(source as u32, ordinal).expect("small");
    parts.next().map_or(mail, |kind| mail.report(report_kind(kind)))
}

fn report_kind(text: &str) -> Kind {
    Kind::ALL.into_iter().find(|kind| kind.name() == text).expect("a kind of report")
}

fn place(text: &str) -> u32 {
    PLACES.iter().position(|(name, _)| *name == text).expect("a place's name") as u32
}

fn status(text: &str) -> Status {
    text.parse().expect("a status")
}

/// The events of a line; most have one, `ndr` the report and its acceptance.
fn events(at: Instant, words: &[&str]) -> Vec<Seen> {
    let attempts = 0;
    let site = |name| SiteId(place(name));
    let route = |name| RouteId(place(name));
    vec![match *words {
        ["accept", id] => Seen::Accepted(accepted(message(id), at)),
        ["accept", id, "since", since] => Seen::Accepted(accepted(message(id), instant(since))),
        ["accept", id, "until", deadline] => Seen::Accepted(Accepted {
            queue_deadline: instant(deadline),
            ..accepted(message(id), at)
        }),
        ["accept", id, "since", since, "until", deadline] => Seen::Accepted(Accepted {
            queue_deadline: instant(deadline),
            ..accepted(message(id), instant(since))
        }),
        ["accept", id, "for", name] => {
            Seen::Accepted(Accepted { route: route(name), ..accepted(message(id), at) })
        }
        ["etrn", name, code] => Seen::EtrnAnswered {
            site: site(name),
            route: Some(route(name)),
            code: code.parse().expect("a reply code"),
        },
        ["connect", name] => Seen::Connecting { route: route(name), site: site(name) },
        ["lose", name] => Seen::ConnectionFailed { route: route(name), site: site(name) },
        ["close", name] => Seen::ConnectionClosed { route: route(name), site: site(name) },
        ["begin", id, to] => Seen::TransferBegan { message: message(id), site: site(to) },
        ["fail", id, to, why] => {
            Seen::TransferFailed { message: message(id), site: site(to), status: status(why) }
        }
        ["deliver", id, to] => {
            Seen::Delivered { message: message(id), site: site(to), attempts, size_bytes: 4_096 }
        }
        ["report", id, kind, why] => Seen::Reported {
            message: message(id),
            kind: report_kind(kind),
            status: status(why),
            attempts,
        },
        ["ndr", id, why] => {
            let mut both = events(at, &["report", id, "failed", why]);
            both.push(Seen::Accepted(accepted(message(id).report(Kind::Failed), at)));
            return both;
        }
        ["dead", id, why] => {
            Seen::DeadLettered { message: message(id), status: status(why), attempts }
        }
        ["suppress", id, why] => {
            Seen::Suppressed { message: message(id), status: status(why), attempts }
        }
        ["cancel", id] => Seen::Cancelled { message: message(id) },
        ref other => panic!("unknown event {other:?}"),
    }]
}

/// Tells a history, from `;` to `;`, to a judge of the world; `finish` ends it.
pub(crate) fn judged(world: &Scenario, history: &str) -> Oracle {
    let mut oracle = Oracle::new(world);
    for line in history.split(';').map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<_> = line.split_whitespace().collect();
        let at = instant(words[0]);
        if words[1..] == ["finish"] {
            oracle.finish(at);
            continue;
        }
        for seen in events(at, &words[1..]) {
            oracle.see(at, &seen);
        }
    }
    oracle
}

/// `I2 2d orders.0`: rule, instant, message.
pub(crate) fn brief(breach: &Breach) -> String {
    let message = breach.message.expect("every rule so far is about a message");
    let (source, ..) = SOURCES[message.source() as usize];
    let named = message.to_string().replacen(&message.source().to_string(), source, 1);
    format!("{} {} {named}", breach.rule.id(), breach.at)
}

pub(crate) fn briefs(oracle: &Oracle) -> Vec<String> {
    oracle.breaches().iter().map(brief).collect()
}
