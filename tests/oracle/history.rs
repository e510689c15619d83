//! Histories as lines of words, and the small world in which they happen.
//!
//! A line is an instant and an event: `48h-1us begin orders.0 branch`. Instants are sums of numbers
//! with a unit. Mail is `source.ordinal`, a report has its kind behind it: `orders.0.failed`.

use restante::base::{
    Instant, Kind, MessageId, Notify, Order, Priority, RouteId, SiteId, Span, Status, Target,
};
use restante::oracle::{Breach, Oracle};
use restante::scenario::{Address, Recipient, Scenario};
use restante::trace::{Accepted, Alarm, Asked, Observer, Seen};

/// Sites and routes have the same names and numbers; the first is direct, the others are held.
const PLACES: [&str; 3] = ["hq", "branch", "mill"];

/// Name, sender, recipient, priority, time-out.
const SOURCES: [(&str, Option<u32>, u32, Priority, u64); 5] = [
    ("orders", Some(0), 1, Priority::Normal, 48),
    ("memos", Some(0), 0, Priority::Urgent, 24),
    ("news", None, 1, Priority::NonUrgent, 72),
    ("grain", Some(1), 2, Priority::Normal, 48),
    ("alarms", Some(0), 1, Priority::Urgent, 24),
];

const REPORT_TIMEOUT_HOURS: u64 = 48;

/// What hosts say for a node.
const NODES: [&str; 8] = [
    "branch.example",
    "@branch.example",
    "@example",
    "#night",
    "#both",
    "BRANCH.Example",
    "nobody.example",
    "b ranch",
];

const WORLD: &str = r#"
title = "a history made by hand"
why = "to be judged"

[[site]]
name = "hq"

[[site]]
name = "branch"
calls = "never"

[[site]]
name = "mill"
calls = "never"

[[route]]
domain = "hq.example"
site = "hq"
mode = "direct"

[[route]]
domain = "branch.example"
site = "branch"
mode = "held"

[[route]]
domain = "mill.example"
site = "mill"
mode = "held"

[[traffic]]
name = "orders"
from = "clerk@hq.example"
to = "clerk@branch.example"
at = ["0s"]

[[traffic]]
name = "memos"
from = "clerk@hq.example"
to = "clerk@hq.example"
priority = "urgent"
at = ["0s"]

[[traffic]]
name = "news"
from = "<>"
to = "clerk@branch.example"
priority = "non-urgent"
at = ["0s"]

[[traffic]]
name = "grain"
from = "clerk@branch.example"
to = "clerk@mill.example"
at = ["0s"]

[[traffic]]
name = "alarms"
from = "clerk@hq.example"
to = "clerk@branch.example"
priority = "urgent"
at = ["0s"]
"#;

/// The world of every history: slack 0, grace 20 minutes, a retry ladder. Branch is in the queues
/// `night` and `both`, mill in `both`.
pub(crate) fn world() -> Scenario {
    let mut world = Scenario::read("scenarios/hand/made.toml", WORLD.as_bytes(), &[])
        .unwrap_or_else(|problem| panic!("{}", problem.render(restante::scenario::Colour::Plain)));
    world.nodes = NODES.map(str::to_owned).to_vec();
    world.routes[1].queue = Some("both".to_owned());
    world.routes[2].queue = Some("Both".to_owned());
    let names: Vec<_> = world.sites.iter().map(|site| site.name.as_str()).collect();
    assert_eq!(names, PLACES);
    world
}

/// The world with something changed in it.
pub(crate) fn world_with(change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut world = world();
    change(&mut world);
    world
}

/// A further recipient at a place.
pub(crate) fn recipient(name: &str, notify: Notify) -> Recipient {
    let address = Address { mailbox: format!("boss@{name}.example"), route: RouteId(place(name)) };
    Recipient { address, notify }
}

/// The time-out of mail of a source in the world, apart from the judge's table.
fn timeout(source: u32) -> Span {
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
        release_at: None,
        queue_deadline: accepted_at + timeout,
    }
}

/// An acceptance with what a line says otherwise, in pairs of words.
fn accepted_as(mut accepted: Accepted, words: &[&str]) -> Accepted {
    for pair in words.chunks(2) {
        let way = accepted.queue_deadline.since(accepted.accepted_at);
        match *pair {
            ["since", since] => {
                accepted.accepted_at = instant(since);
                accepted.queue_deadline = accepted.accepted_at + way;
            }
            ["until", deadline] => accepted.queue_deadline = instant(deadline),
            ["for", name] => accepted.route = RouteId(place(name)),
            ["at", priority] => accepted.priority = priority_of(priority),
            ["release", release] => {
                accepted.release_at = Some(instant(release));
                accepted.queue_deadline = instant(release) + way;
            }
            ref other => panic!("unknown words {other:?}"),
        }
    }
    accepted
}

fn priority_of(text: &str) -> Priority {
    Priority::ALL.into_iter().find(|priority| priority.name() == text).expect("a priority")
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
    let ordinal = parts.next().expect("an ordinal");
    let (ordinal, recipient) = ordinal.split_once('+').unwrap_or((ordinal, "0"));
    let mail = MessageId::mail(source as u32, ordinal.parse().expect("a number"))
        .and_then(|mail| mail.to(recipient.parse().expect("a number")));
    let mail = mail.expect("small");
    parts.next().map_or(mail, |kind| mail.report(report_kind(kind)))
}

fn report_kind(text: &str) -> Kind {
    Kind::ALL.into_iter().find(|kind| kind.name() == text).expect("a kind of report")
}

fn place(text: &str) -> u32 {
    PLACES.iter().position(|name| *name == text).expect("a place's name") as u32
}

fn status(text: &str) -> Status {
    text.parse().expect("a status")
}

fn target(text: &str) -> Target {
    if text == "all" {
        Target::All
    } else if PLACES.contains(&text) {
        Target::Route(RouteId(place(text)))
    } else {
        let message = message(text);
        Target::Message { route: route_of(message), message }
    }
}

fn order(text: &str) -> Order {
    Order::ALL.into_iter().find(|order| order.name() == text).expect("an order")
}

fn alarm(text: &str) -> Alarm {
    match text {
        "failed" => Alarm::StoreFailed,
        "corrupt" => Alarm::StoreCorrupt,
        "clock" => Alarm::WallClockWentBack,
        other => panic!("unknown alarm {other}"),
    }
}

/// The events of a line about a message; some stand for several that come together.
fn events_of_mail(at: Instant, words: &[&str]) -> Option<Vec<Seen>> {
    let attempts = 0;
    let site = |name| SiteId(place(name));
    Some(vec![match *words {
        ["accept", id, ref rest @ ..] => {
            Seen::Accepted(accepted_as(accepted(message(id), at), rest))
        }
        ["begin", id, to] => Seen::TransferBegan { message: message(id), site: site(to) },
        ["fail", id, to, why] => {
            Seen::TransferFailed { message: message(id), site: site(to), status: status(why) }
        }
        ["deliver", id, to] => {
            Seen::Delivered { message: message(id), site: site(to), attempts, size_bytes: 4_096 }
        }
        ["doubt", id, to] => Seen::Ambiguous { message: message(id), site: site(to) },
        ["report", id, kind, why] => Seen::Reported {
            message: message(id),
            kind: report_kind(kind),
            status: status(why),
            attempts,
        },
        ["tell", id, kind, why] => {
            let mut both = events(at, &["report", id, kind, why]);
            both.push(Seen::Accepted(accepted(message(id).report(report_kind(kind)), at)));
            return Some(both);
        }
        ["ndr", id, why] => return Some(events(at, &["tell", id, "failed", why])),
        ["dead", id, why] => {
            Seen::DeadLettered { message: message(id), status: status(why), attempts }
        }
        ["suppress", id, why] => {
            Seen::Suppressed { message: message(id), status: status(why), attempts }
        }
        ["remove", id] => Seen::Cancelled { message: message(id) },
        ["cancel", id] => {
            let mut both = events(at, &["order", "cancel", id]);
            both.extend(events(at, &["remove", id]));
            return Some(both);
        }
        ["unacknowledged", id, recipients, "since", since] => Seen::Unacknowledged {
            message: message(id),
            recipients: recipients.parse().expect("a number"),
            offered_at: instant(since),
            priority: SOURCES[message(id).source() as usize].3,
        },
        _ => return None,
    }])
}

/// The events of a line.
fn events(at: Instant, words: &[&str]) -> Vec<Seen> {
    if let Some(events) = events_of_mail(at, words) {
        return events;
    }
    let site = |name| SiteId(place(name));
    let route = |name| RouteId(place(name));
    let code = |text: &str| text.parse().expect("a reply code");
    vec![match *words {
        ["etrn", name, answer] => Seen::EtrnAnswered {
            site: site(name),
            asked: Asked::Route(route(name)),
            code: code(answer),
        },
        ["ask", name, node, answer] => {
            let node = node.replace('~', " ");
            let node = NODES.iter().position(|known| *known == node).expect("a node") as u32;
            Seen::EtrnAnswered { site: site(name), asked: Asked::Node(node), code: code(answer) }
        }
        ["call", name, answer] => {
            let mut all = events(at, &["etrn", name, answer]);
            all.extend(events(at, &["connect", name]));
            all.extend(events(at, &["greet", name]));
            return all;
        }
        ["connect", name] => Seen::Connecting { route: route(name), site: site(name) },
        ["greet", name] => Seen::Connected { route: route(name), site: site(name) },
        ["lose", name] => Seen::ConnectionFailed { route: route(name), site: site(name) },
        ["close", name] => Seen::ConnectionClosed { route: route(name), site: site(name) },
        ["order", what, whom] => Seen::Ordered { order: order(what), target: target(whom) },
        ["reload", event] => Seen::Reloaded { event: event.parse().expect("a number") },
        ["crash"] => Seen::Crashed,
        ["restart"] => Seen::Restarted,
        ["suspend"] => Seen::Suspended,
        ["resume"] => Seen::Resumed,
        ["alarm", which] => Seen::Alarmed { alarm: alarm(which) },
        ["queue", ref listed @ ..] => {
            let listed = listed.iter().map(|entry| {
                let (id, deadline) = entry.split_once('@').expect("a message and its deadline");
                Seen::Listed { message: message(id), deadline: instant(deadline) }
            });
            return listed.chain([Seen::ListEnded]).collect();
        }
        ref other => panic!("unknown event {other:?}"),
    }]
}

/// Tells a history, from `;` to `;`, to a judge of the world; `finish` ends it.
pub(crate) fn judged(world: &Scenario, history: &str) -> Oracle {
    let mut oracle = Oracle::new(world);
    tell(&mut oracle, history);
    oracle
}

/// Tells a history to a judge.
pub(crate) fn tell(oracle: &mut Oracle, history: &str) {
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
}

/// `I2 2d orders.0`: rule, instant, message; the site's name where it is about none.
pub(crate) fn brief(breach: &Breach) -> String {
    let Some(message) = breach.message else {
        let site = breach.site.expect("a breach is about a message or a site");
        return format!("{} {} {}", breach.rule.id(), breach.at, PLACES[site.index()]);
    };
    let (source, ..) = SOURCES[message.source() as usize];
    let named = message.to_string().replacen(&message.source().to_string(), source, 1);
    format!("{} {} {named}", breach.rule.id(), breach.at)
}

pub(crate) fn briefs(oracle: &Oracle) -> Vec<String> {
    oracle.breaches().iter().map(brief).collect()
}

/// A history, and the breaches in it, `; ` between.
pub(crate) type Case<'a> = (&'a str, &'a str);

/// Each history goes on from the same beginning.
#[track_caller]
pub(crate) fn check(world: &Scenario, beginning: &str, cases: &[Case<'_>]) {
    for (history, breaches) in cases {
        let expected: Vec<_> = breaches.split("; ").filter(|text| !text.is_empty()).collect();
        let history = format!("{beginning}{history}");
        assert_eq!(briefs(&judged(world, &history)), expected, "{history}");
    }
}
