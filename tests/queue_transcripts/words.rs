//! The words of a transcript: what stands in its columns, read and written.
//!
//! In: a cell's text, or an effect. Out: the input, or the text. A word that cannot be read is a
//! panic that quotes it: a transcript is a test, and its author reads the message.

use restante::base::{Instant, MessageId, Priority, RouteId, Span, Status};
use restante::queue::{ConnectionId, Effect, Phase, Record, Routes, Tried};

/// Reads a span as [`Span`] writes it: `1d 23h 59m 59.999999s`.
pub(crate) fn span(text: &str) -> Span {
    let parts = text.split_whitespace().map(|part| {
        let (count, unit) = part.split_at(part.len() - 1);
        let of = |unit: fn(u64) -> Span| unit(number(count));
        match unit {
            "d" => of(|days| Span::from_hours(24 * days)),
            "h" => of(Span::from_hours),
            "m" => of(Span::from_minutes),
            "s" => {
                let (seconds, decimals) = count.split_once('.').unwrap_or((count, ""));
                let micros = Span::from_micros(number(&format!("{decimals:0<6}")));
                Span::from_secs(number(seconds)).saturating_add(micros)
            }
            _ => panic!("{part:?} has no unit of d, h, m, s"),
        }
    });
    parts.fold(Span::ZERO, Span::saturating_add)
}

/// Reads an instant: the way to it from the first one.
pub(crate) fn instant(text: &str) -> Instant {
    Instant::ZERO + span(text)
}

/// Reads a whole number.
pub(crate) fn number<N: std::str::FromStr>(text: &str) -> N {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number that fits"))
}

/// Reads `source.ordinal`.
pub(crate) fn message(text: &str) -> MessageId {
    let parts = text.split_once('.').map(|(source, ordinal)| (number(source), number(ordinal)));
    let (source, ordinal) = parts.unwrap_or_else(|| panic!("{text:?} is no message"));
    MessageId::mail(source, ordinal).expect("the ids of a transcript are small")
}

/// Reads `c` with the slot, and with the generation behind a point: `c0.2`.
pub(crate) fn connection(text: &str) -> ConnectionId {
    let parts = text.strip_prefix('c').and_then(|text| text.split_once('.'));
    let (slot, generation) = parts.unwrap_or_else(|| panic!("{text:?} is no connection"));
    ConnectionId { slot: number(slot), generation: number(generation) }
}

/// Reads an enhanced status code.
pub(crate) fn status(text: &str) -> Status {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// Reads the name of a priority.
pub(crate) fn priority(text: &str) -> Priority {
    let found = Priority::ALL.into_iter().find(|priority| priority.name() == text);
    found.unwrap_or_else(|| panic!("{text:?} is no priority"))
}

const PHASES: [(Phase, &str); Phase::COUNT] = [
    (Phase::Connect, "connect"),
    (Phase::Greeting, "greeting"),
    (Phase::Command, "command"),
    (Phase::Data, "data"),
    (Phase::FinalDot, "final-dot"),
];

/// Reads the name of a phase.
pub(crate) fn phase(text: &str) -> Phase {
    let found = PHASES.into_iter().find(|(_, name)| *name == text);
    found.unwrap_or_else(|| panic!("{text:?} is no phase")).0
}

/// Reads the domain of a route.
pub(crate) fn route(routes: &Routes, domain: &str) -> RouteId {
    routes.find(domain).unwrap_or_else(|| panic!("{domain:?} has no route"))
}

fn connection_name(id: ConnectionId) -> String {
    format!("c{}.{}", id.slot, id.generation)
}

fn domain(routes: &Routes, id: RouteId) -> &str {
    routes.iter().find(|(route, _)| *route == id).map_or("?", |(_, route)| &route.domain)
}

/// Writes an effect, whole: nothing that two effects can differ in is left out.
pub(crate) fn effect(routes: &Routes, effect: &Effect) -> String {
    match *effect {
        Effect::Record(ref record) => format!("record {}", self::record(routes, record)),
        Effect::Persist { upto } => format!("persist {upto}"),
        Effect::Accepted { message, accepted_at, deadline } => {
            format!("accepted {message} at {accepted_at} until {deadline}")
        }
        Effect::EtrnAnswered { client, route, answer } => {
            let domain = route.map_or("nowhere", |route| domain(routes, route));
            let count = match answer {
                restante::queue::EtrnAnswer::Started(count) => format!(" {count}"),
                _ => String::new(),
            };
            format!("answer {} for {domain}: {}{count}", client.0, answer.code())
        }
        Effect::Connect { connection, route } => {
            format!("connect {} to {}", connection_name(connection), domain(routes, route))
        }
        Effect::Transfer { connection, message, size_bytes, attempt } => {
            let connection = connection_name(connection);
            format!("transfer {connection} {message} {size_bytes}B try {attempt}")
        }
        Effect::Close { connection } => format!("close {}", connection_name(connection)),
        Effect::Abort { connection, status } => {
            format!("abort {} {status}", connection_name(connection))
        }
        Effect::Report { about, kind, status, attempts, route, size_bytes, born_at, deadline } => {
            let (report, domain) = (about.report(kind), domain(routes, route));
            format!(
                "report {report} {status} tries {attempts} to {domain} {size_bytes}B at {born_at} until {deadline}"
            )
        }
        Effect::DeadLetter { message, status, attempts } => {
            format!("dead-letter {message} {status} tries {attempts}")
        }
    }
}

fn record(routes: &Routes, record: &Record) -> String {
    let next = |next_try: Option<Instant>| match next_try {
        Some(at) => format!("next {at}"),
        None => "no next".to_owned(),
    };
    match *record {
        Record::Accepted { message, accepted_at, priority, size_bytes, route, sender } => {
            let from = sender.map_or("<>", |route| domain(routes, route));
            let (priority, to) = (priority.name(), domain(routes, route));
            format!(
                "accepted {message} {priority} {size_bytes}B from {from} to {to} at {accepted_at}"
            )
        }
        Record::Delivered { message } => format!("delivered {message}"),
        Record::Deferred { message, attempts, status, next_try } => {
            format!("deferred {message} {status} tries {attempts} {}", next(next_try))
        }
        Record::Returned { message, at, route, size_bytes } => {
            format!("returned {message} to {} {size_bytes}B at {at}", domain(routes, route))
        }
        Record::DeadLettered { message, at, status } => {
            format!("dead-lettered {message} {status} at {at}")
        }
        Record::RouteFailed { route, at, status, tried, next_try } => {
            let tried = match tried {
                Tried::AllThatWait => "all",
                Tried::OneMessage => "one",
            };
            let (domain, next) = (domain(routes, route), next(next_try));
            format!("route-failed {domain} {status} for {tried} at {at} {next}")
        }
        Record::RouteAnswered { route } => format!("route-answered {}", domain(routes, route)),
    }
}
