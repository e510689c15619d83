//! The words of a transcript: what stands in its columns, read and written.
//!
//! In: a cell's text, or an effect. Out: the input, or the text. A word that cannot be read is a
//! panic that quotes it: a transcript is a test, and its author reads the message.

use restante::base::{
    ByMode, DeliverBy, Instant, Kind, MessageId, Notify, Order, Priority, RouteId, Span, Status,
    Target,
};
use restante::queue::{
    ConnectionId, Effect, EtrnAnswer, Extensions, Listing, Phase, Record, Routes, Tried,
};

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

/// Reads a message as it is written: `0.3`, `0.3+1`, `0.3.failed`.
pub(crate) fn message(text: &str) -> MessageId {
    let report = Kind::ALL.into_iter().find_map(|kind| {
        Some((kind, text.strip_suffix(kind.name())?.strip_suffix('.')?))
            .filter(|_| kind != Kind::Mail)
    });
    let (kind, mail) = report.unwrap_or((Kind::Mail, text));
    let (mail, recipient) = mail.split_once('+').unwrap_or((mail, "0"));
    let (source, ordinal) =
        mail.split_once('.').unwrap_or_else(|| panic!("{text:?} is no message"));
    let id = MessageId::mail(number(source), number(ordinal));
    let id = id.and_then(|id| id.to(number(recipient)));
    id.expect("the ids of a transcript are small").report(kind)
}

/// Reads what a host offers: `dsn`, `deliver-by 5m`, one after the other.
pub(crate) fn offers(text: &str) -> Extensions {
    let (dsn, rest) = match text.strip_prefix("dsn") {
        Some(rest) => (true, rest.trim()),
        None => (false, text),
    };
    let least = rest.strip_prefix("deliver-by ").map(span);
    assert!(least.is_some() || rest.is_empty(), "{text:?} is no offer");
    Extensions { dsn, deliver_by: least }
}

/// Reads `never`, or the kinds of report that are wanted with commas between.
pub(crate) fn notify(text: &str) -> Notify {
    let wanted = text.split(',').filter(|word| *word != "never").map(|word| {
        let found = Kind::ALL.into_iter().find(|kind| kind.name() == word);
        found.unwrap_or_else(|| panic!("{word:?} is no kind of report"))
    });
    wanted.fold(Notify::NEVER, Notify::with)
}

fn notify_text(notify: Notify) -> String {
    let wanted: Vec<&str> =
        Kind::ALL.into_iter().filter(|it| notify.wants(*it)).map(Kind::name).collect();
    match notify {
        Notify::ABSENT => String::new(),
        Notify::NEVER => "(never)".to_owned(),
        _ => format!("({})", wanted.join(",")),
    }
}

/// Reads `1h return` or `1h notify`.
pub(crate) fn deliver_by(text: &str) -> DeliverBy {
    let (at, mode) = text.rsplit_once(' ').unwrap_or_else(|| panic!("{text:?} is no by-time"));
    let mode = match mode {
        "return" => ByMode::Return,
        "notify" => ByMode::Notify,
        _ => panic!("{mode:?} is no by-mode"),
    };
    DeliverBy { at: instant(at), mode }
}

/// Reads `hold all`, `hold a.example`, `hold 0.1 to a.example`.
pub(crate) fn order(routes: &Routes, text: &str) -> (Order, Target) {
    let (name, target) = text.split_once(' ').unwrap_or_else(|| panic!("{text:?} has no target"));
    let order = Order::ALL.into_iter().find(|order| order.name() == name);
    let target = match (target, target.split_once(" to ")) {
        ("all", _) => Target::All,
        ("nowhere", _) => Target::Route(RouteId(99)),
        (domain, None) => Target::Route(route(routes, domain)),
        (_, Some((id, domain))) => {
            Target::Message { route: route(routes, domain), message: message(id) }
        }
    };
    (order.unwrap_or_else(|| panic!("{name:?} is no order")), target)
}

/// Writes a line of a listing.
pub(crate) fn listing(routes: &Routes, listing: &Listing) -> String {
    let Listing { message, route, state, deadline, attempts, status } = *listing;
    let status = status.map_or("never tried".to_owned(), |status| status.to_string());
    let to = domain(routes, route);
    format!("{message} to {to} {state} until {deadline} tries {attempts} {status}")
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
        Effect::Refused { message, status } => format!("refused {message} {status}"),
        Effect::EtrnAnswered { client, answer } => {
            let count = match answer {
                EtrnAnswer::Started(count) => format!(" {count}"),
                _ => String::new(),
            };
            format!("answer {}: {}{count}", client.0, answer.code())
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
        Effect::Suppressed { message, status, attempts } => {
            format!("suppressed {message} {status} tries {attempts}")
        }
        Effect::Cancelled { message } => format!("cancelled {message}"),
        Effect::Reloaded { fault: None } => "reloaded".to_owned(),
        Effect::Reloaded { fault: Some(fault) } => format!("not reloaded: {fault}"),
    }
}

fn record(routes: &Routes, record: &Record) -> String {
    let next = |next_try: Option<Instant>| match next_try {
        Some(at) => format!("next {at}"),
        None => "no next".to_owned(),
    };
    match *record {
        Record::Accepted {
            message,
            accepted_at,
            deadline,
            priority,
            size_bytes,
            route,
            sender,
            notify,
            release_at,
            deliver_by,
        } => {
            let from = sender.map_or("<>", |route| domain(routes, route));
            let (priority, to, notify) =
                (priority.name(), domain(routes, route), notify_text(notify));
            let release = release_at.map_or(String::new(), |at| format!(" release {at}"));
            let by = deliver_by.map_or(String::new(), |DeliverBy { at, mode }| match mode {
                ByMode::Return => format!(" by {at} return"),
                ByMode::Notify => format!(" by {at} notify"),
            });
            format!(
                "accepted {message} {priority} {size_bytes}B from {from} to {to}{notify} at {accepted_at} until {deadline}{release}{by}"
            )
        }
        Record::Delivered { message } => format!("delivered {message}"),
        Record::Deferred { message, attempts, status, next_try } => {
            format!("deferred {message} {status} tries {attempts} {}", next(next_try))
        }
        Record::Reported { about, kind, at, deadline, route, size_bytes, .. } => {
            let (report, to) = (about.report(kind), domain(routes, route));
            format!("reported {report} to {to} {size_bytes}B at {at} until {deadline}")
        }
        Record::DeadLettered { message, at, status } => {
            format!("dead-lettered {message} {status} at {at}")
        }
        Record::Suppressed { message, at, status } => {
            format!("suppressed {message} {status} at {at}")
        }
        Record::Ordered { order, target } => match target {
            Target::All => format!("ordered {} all", order.name()),
            Target::Route(route) => format!("ordered {} {}", order.name(), domain(routes, route)),
            Target::Message { route, message } => {
                format!("ordered {} {message} to {}", order.name(), domain(routes, route))
            }
        },
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
