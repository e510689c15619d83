//! A transcript: a queue, what it is told and when, and what it bids.
//!
//! ```text
//! # What it shows.
//! policy: ims, grace 0s
//! persist: at once
//! held: a.example of 1
//! direct: home.example of 9
//!
//! 0s | submit 0.0 normal 1000B from home.example to a.example | record accepted ...
//!    |                                                        | accepted 0.0 at 0s until 2d
//! ```
//!
//! `persist: at once` acknowledges each `Persist` before the next input and shows the records but not
//! that; `persist: told` leaves it to lines of the transcript. The routes of one owner lead to one site,
//! to which `policy: ims, connections-per-site 1` lets one connection be made at a time. `census`, `wakeup` and `list` are
//! questions: the queue is not touched. `restart` rebuilds it from the records that were acknowledged.
//! A file holds several transcripts, each from its `#` lines on.

use std::num::NonZeroU32;

use restante::base::{Instant, Notify, SiteId, State};
use restante::queue::{
    ClientId, Effect, ForwardPath, Input, Limits, Mode, Phase, Policy, Production, Queue, Record,
    Route, Routes, Submission,
};

use crate::words;

/// Who acknowledges records.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Persist {
    AtOnce,
    Told,
}

/// The columns of one effect; the first two are empty from an input's second effect on.
type Row = [String; 3];

/// Splits a file into its transcripts.
pub(crate) fn split(file: &str) -> Vec<String> {
    let mut transcripts = Vec::<String>::new();
    let mut in_title = false;
    for line in file.lines() {
        let title = line.starts_with('#');
        if title && !in_title {
            transcripts.push(String::new());
        }
        in_title = title;
        let transcript = transcripts.last_mut().expect("a file begins with a line of title");
        transcript.push_str(line.trim_end());
        transcript.push('\n');
    }
    transcripts.into_iter().map(|text| text.trim_end().to_owned() + "\n").collect()
}

/// Runs a transcript's inputs through a real queue and writes down what came of them: the same text
/// where all is as expected.
pub(crate) fn replay(transcript: &str) -> String {
    let (head, table) = transcript.split_once("\n\n").unwrap_or((transcript, ""));
    let mut play = Play::new(head);
    let mut rows = Vec::new();
    for line in table.lines() {
        let mut cells = line.split('|').map(str::trim);
        let (at, input) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        if !at.is_empty() {
            play.step(words::instant(at), input, &mut rows);
        }
    }
    format!("{head}\n\n{}", align(&rows))
}

fn align(rows: &[Row]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (at_width, input_width) = (width(0), width(1));
    let mut text = String::new();
    for [at, input, effect] in rows {
        let line = format!("{at:at_width$} | {input:input_width$} | {effect}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

struct Play {
    queue: Queue,
    policy: Policy,
    persist: Persist,
    /// Every record so far.
    records: Vec<Record>,
    /// How many of them the queue was last restored from, and how many were acknowledged.
    restored: usize,
    persisted: usize,
}

impl Play {
    fn new(head: &str) -> Play {
        let mut policy = Policy::ims();
        let mut persist = Persist::AtOnce;
        let mut routes = Vec::new();
        for line in head.lines().filter(|line| !line.starts_with('#')) {
            let (key, value) =
                line.split_once(": ").unwrap_or_else(|| panic!("{line:?} is no setting"));
            match (key, value) {
                ("policy", _) => policy = settings(value),
                ("persist", "at once") => persist = Persist::AtOnce,
                ("persist", "told") => persist = Persist::Told,
                ("held", _) => add_routes(&mut routes, Mode::Held, value),
                ("direct", _) => add_routes(&mut routes, Mode::Direct, value),
                _ => panic!("{line:?} is no setting"),
            }
        }
        let routes = Routes::new(routes).expect("each domain once");
        let queue = Queue::new(Production, policy.clone(), routes).expect("a policy to work with");
        Play { queue, policy, persist, records: Vec::new(), restored: 0, persisted: 0 }
    }

    fn step(&mut self, now: Instant, line: &str, rows: &mut Vec<Row>) {
        let answer = match line {
            "census" => vec![self.census()],
            "wakeup" => vec![self.queue.next_wakeup().to_string()],
            "list" => self.list(),
            "restart" => self.restart(now),
            _ => self.tell(now, line),
        };
        let first = answer.first().cloned().unwrap_or_default();
        rows.push([now.to_string(), line.to_owned(), first]);
        let rest = answer.into_iter().skip(1);
        rows.extend(rest.map(|effect| [String::new(), String::new(), effect]));
    }

    fn tell(&mut self, now: Instant, line: &str) -> Vec<String> {
        let mut effects = Vec::new();
        let routes = self.queue.routes().clone();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut borrowed = Borrowed { recipients: Vec::new(), policy: self.policy.clone() };
        let input = input(&routes, verb, rest, &mut borrowed);
        self.queue.handle(now, input, &mut effects);
        if let Input::Persisted { upto } = input {
            let upto = self.restored.saturating_add(upto as usize);
            self.persisted = self.persisted.max(upto).min(self.records.len());
        }
        let mut written = self.write(&routes, &effects);
        while let (Persist::AtOnce, Some(Effect::Persist { upto })) =
            (self.persist, effects.last().copied())
        {
            effects.clear();
            self.persisted = self.records.len();
            self.queue.handle(now, Input::Persisted { upto }, &mut effects);
            written.extend(self.write(&routes, &effects));
        }
        assert!(self.queue.next_wakeup() > now, "{line:?} left the queue with something due");
        written
    }

    fn write(&mut self, routes: &Routes, effects: &[Effect]) -> Vec<String> {
        let mut written = Vec::new();
        for effect in effects {
            match *effect {
                Effect::Record(record) => self.records.push(record),
                Effect::Persist { upto } => {
                    let recorded = (self.records.len() - self.restored) as u64;
                    assert_eq!(upto, recorded, "a call's Persist covers all its records");
                    if self.persist == Persist::AtOnce {
                        continue;
                    }
                }
                _ => {}
            }
            written.push(words::effect(routes, effect));
        }
        written
    }

    fn restart(&mut self, now: Instant) -> Vec<String> {
        let lost = self.records.len() - self.persisted;
        self.records.truncate(self.persisted);
        self.restored = self.persisted;
        let (routes, records) = (self.queue.routes().clone(), self.records.iter().copied());
        let queue = Queue::restore(Production, self.policy.clone(), routes, now, records);
        self.queue = queue.expect("the records are the queue's own");
        if lost > 0 { vec![format!("{lost} records lost")] } else { Vec::new() }
    }

    fn list(&self) -> Vec<String> {
        let routes = self.queue.routes();
        let mut listed: Vec<_> = self.queue.list().collect();
        listed.sort_by_key(|listing| listing.message);
        listed.iter().map(|listing| words::listing(routes, listing)).collect()
    }

    fn census(&self) -> String {
        let census = self.queue.census();
        let states = State::ALL.map(|state| (state, census.messages[state as usize]));
        let mut parts: Vec<String> = states
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        parts.push(format!("{}B", census.size_bytes));
        parts.push(format!("{} connections", census.connections));
        parts.join(", ")
    }
}

fn settings(text: &str) -> Policy {
    let mut settings = text.split(", ");
    let mut policy = match settings.next() {
        Some("ims") => Policy::ims(),
        Some("rfc5321") => Policy::rfc5321(),
        name => panic!("{name:?} is no policy"),
    };
    for setting in settings {
        match setting.split_once(' ').unwrap_or((setting, "")) {
            ("grace", value) => policy.transfer_grace = words::span(value),
            ("retry", "none") => policy.retry = Vec::new(),
            ("connections", value) => policy.connections_per_route = connections(value),
            ("connections-per-site", value) => {
                policy.connections_per_site = Some(connections(value));
            }
            ("connections-over-all", value) => policy.connections = Some(connections(value)),
            ("timeouts", value) => policy.timeout = [words::span(value); 3],
            ("timeout-report", value) => policy.timeout_report = words::span(value),
            ("notice-held", value) => policy.delay_notice_held = Some(words::span(value)),
            ("notice-direct", value) => policy.delay_notice_direct = Some(words::span(value)),
            ("limit", value) => limit(&mut policy.limits, value),
            ("silence", value) => policy.phase_timeout = [words::span(value); Phase::COUNT],
            _ => panic!("{setting:?} is no setting"),
        }
    }
    policy
}

fn connections(text: &str) -> NonZeroU32 {
    NonZeroU32::new(words::number(text)).expect("at least one connection")
}

/// `10 of 2 for reports`, in messages; or in bytes: `1000B of 200B for reports`.
fn limit(limits: &mut Limits, text: &str) {
    let parts = text.strip_suffix(" for reports").and_then(|text| text.split_once(" of "));
    let (limit, reserve) = parts.unwrap_or_else(|| panic!("{text:?} is no limit"));
    match (limit.strip_suffix('B'), reserve.strip_suffix('B')) {
        (Some(limit), Some(reserve)) => {
            (limits.size_bytes, limits.reserve_bytes) =
                (words::number(limit), words::number(reserve));
        }
        _ => {
            (limits.messages, limits.reserve_messages) =
                (words::number(limit), words::number(reserve));
        }
    }
}

fn add_routes(routes: &mut Vec<Route>, mode: Mode, text: &str) {
    for entry in text.split(", ") {
        let (domain, owner) = entry.split_once(" of ").expect("a domain `of` its owner");
        let (domain, owner) = (domain.to_owned(), ClientId(words::number(owner)));
        routes.push(Route { domain, mode, owner, site: SiteId(owner.0), queue: None });
    }
}

/// What an input borrows.
struct Borrowed {
    recipients: Vec<ForwardPath>,
    policy: Policy,
}

fn input<'a>(routes: &Routes, verb: &str, rest: &'a str, borrowed: &'a mut Borrowed) -> Input<'a> {
    let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
    match verb {
        "submit" => Input::Submit(submission(routes, rest, &mut borrowed.recipients)),
        "etrn" => Input::Etrn { client: ClientId(words::number(first)), node: second },
        "phase" => {
            Input::Phase { connection: words::connection(first), phase: words::phase(second) }
        }
        "connected" => {
            let (connection, offers) = (words::connection(first), words::offers(second));
            Input::Connected { connection, offers }
        }
        "order" => {
            let (order, target) = words::order(routes, rest);
            Input::Order { order, target }
        }
        "reload" => {
            borrowed.policy = settings(rest);
            Input::Reload { policy: &borrowed.policy }
        }
        "replied" => {
            Input::Replied { connection: words::connection(first), status: words::status(second) }
        }
        "dropped" => {
            Input::Dropped { connection: words::connection(first), status: words::status(second) }
        }
        "persisted" => Input::Persisted { upto: words::number(first) },
        "wake" => Input::Wake,
        _ => panic!("{verb:?} is no input"),
    }
}

/// `0.0 normal 1000B from home.example to a.example b.example(never) release 5m by 1h return`; the
/// sender may be `<>`, and the release and the by-time be left out.
fn submission<'a>(
    routes: &Routes,
    text: &str,
    recipients: &'a mut Vec<ForwardPath>,
) -> Submission<'a> {
    let (text, by) = text.split_once(" by ").map_or((text, None), |(text, by)| (text, Some(by)));
    let (text, release) =
        text.split_once(" release ").map_or((text, None), |(text, at)| (text, Some(at)));
    let mut parts = text.split_whitespace();
    let mut next = || parts.next().unwrap_or_else(|| panic!("{text:?} is too short"));
    let (message, priority) = (words::message(next()), words::priority(next()));
    let size = next();
    let size_bytes = words::number(size.strip_suffix('B').expect("a size in bytes"));
    assert_eq!(next(), "from", "{text:?}");
    let sender = Some(next()).filter(|from| *from != "<>").map(|from| words::route(routes, from));
    assert_eq!(next(), "to", "{text:?}");
    recipients.extend(parts.map(|text| recipient(routes, text)));
    Submission {
        message,
        priority,
        size_bytes,
        sender,
        release_at: release.map(words::instant),
        deliver_by: by.map(words::deliver_by),
        recipients,
    }
}

/// `a.example`, or `a.example(failed,relayed)`.
fn recipient(routes: &Routes, text: &str) -> ForwardPath {
    let (domain, notify) = text.split_once('(').unwrap_or((text, ""));
    let notify = notify.strip_suffix(')').map_or(Notify::ABSENT, words::notify);
    ForwardPath { route: words::route(routes, domain), notify }
}
