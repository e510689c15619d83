//! A host at work: when it calls, when it can be reached, what is connected to it, what it waits for.

use super::fingerprint::Chain;
use super::line::Line;
use super::stream::{Key, Stream};
use super::trouble::Troubles;
use crate::base::{Instant, Span};
use crate::queue::{ConnectionId, Extensions};
use crate::scenario::{self, Calls, Flapping, Presence};

/// A host.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) line: Line,
    presence: Presence,
    /// Whether it can be reached now.
    pub(super) reach: Reach,
    /// Which call it is in, or was in last; 0 before the first.
    pub(super) call: u32,
    /// How that call will end by itself.
    pub(super) call_end: CallEnd,
    /// Calls begun so far, for calls at given instants.
    calls_made: usize,
    call_length: Option<Span>,
    drop_permille: u32,
    drop_within: Span,
    call_stream: Stream,
    drop_stream: Stream,
    /// What is connected to it.
    pub(super) connections: Vec<ConnectionId>,
    /// What it has asked in this call and heard of.
    hope: Hope,
    patience: Span,
    /// Which wait for a connection it is in, and since when; those before are over.
    wait: u32,
    waits_since: Instant,
    /// What it says it offers.
    pub(super) offers: Extensions,
    /// What goes wrong at it; none for nearly every host.
    pub(super) troubles: Option<Box<Troubles>>,
    busy: Option<Box<Busy>>,
    flaps: Option<Box<Flaps>>,
    /// What was seen of it.
    pub(super) seen: Chain,
    /// What the agenda brought of it.
    pub(super) sched: Chain,
}

/// Whether a host can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Its line is up.
    Up,
    /// Its line is down.
    Down,
}

/// How a call will end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallEnd {
    /// The host hangs up at this instant, whatever is going on.
    HangsUp(Instant),
    /// The line drops at this instant.
    Drops(Instant),
    /// The host hangs up when it has been served.
    WhenServed,
}

/// What a host that is in a call may still expect.
#[derive(Clone, Copy, Debug, Default)]
struct Hope {
    /// Its ETRNs that have no answer yet.
    unanswered: u32,
    /// Whether it was promised mail, and nothing has been connected to it since.
    is_promised: bool,
}

/// A line that is busy now and then.
#[derive(Clone)]
struct Busy {
    permille: u32,
    stream: Stream,
}

/// A host that comes and goes.
#[derive(Clone)]
struct Flaps {
    pattern: Flapping,
    stream: Stream,
    /// Since when it is there again, or will be.
    up_at: Instant,
    /// When it goes next.
    down_at: Instant,
}

impl Site {
    pub(super) fn new(site: &scenario::Site) -> Site {
        let (reach, flapping) = match &site.presence {
            Presence::Always { flapping, .. } => (Reach::Up, *flapping),
            Presence::OnCall(_) => (Reach::Down, None),
        };
        let line = &site.line;
        let stream = |purpose| Stream::new(&site.name, purpose);
        let busy = || Box::new(Busy { permille: line.busy_permille, stream: stream("busy") });
        let flaps = |pattern| Box::new(Flaps::new(pattern, stream("flapping")));
        Site {
            line: Line::new(line),
            presence: site.presence.clone(),
            reach,
            call: 0,
            call_end: CallEnd::WhenServed,
            calls_made: 0,
            call_length: line.call_length,
            drop_permille: line.drop_permille,
            drop_within: line.drop_within,
            call_stream: stream("calls"),
            drop_stream: stream("drops"),
            connections: Vec::new(),
            hope: Hope::default(),
            patience: line.patience,
            wait: 0,
            waits_since: Instant::ZERO,
            offers: Extensions { dsn: site.offers.dsn, deliver_by: site.offers.deliver_by },
            troubles: (!site.troubles.is_empty()).then(|| Box::new(Troubles::new(site))),
            busy: (line.busy_permille > 0).then(busy),
            flaps: flapping.map(flaps),
            seen: Chain::default(),
            sched: Chain::default(),
        }
    }

    /// Reads what a call will need.
    pub(super) fn touch(&self) -> u64 {
        self.call_stream.touch()
            ^ self.seen.touch()
            ^ self.sched.touch()
            ^ self.line.touch()
            ^ u64::from(self.call)
    }

    /// When it calls first.
    pub(super) fn first_call(&mut self, key: &Key) -> Option<Instant> {
        let Presence::OnCall(calls) = &self.presence else { return None };
        match calls {
            Calls::Every { first: (from, to), until, .. } => {
                let (from, until) = (*from, *until);
                let first = from + self.call_stream.draws(key).even(Span::ZERO, to.since(from));
                (first < until).then_some(first)
            }
            Calls::Never | Calls::At(_) | Calls::Timetable { .. } => {
                self.call_after(Instant::ZERO, key)
            }
        }
    }

    /// It calls at `now`: when it calls next.
    pub(super) fn next_call(&mut self, now: Instant, key: &Key) -> Option<Instant> {
        self.calls_made += 1;
        self.call_after(now, key)
    }

    /// When it calls after those it has made, the last of them at `now`.
    fn call_after(&mut self, now: Instant, key: &Key) -> Option<Instant> {
        let Presence::OnCall(calls) = &self.presence else { return None };
        match calls {
            Calls::Never => None,
            Calls::At(instants) => instants.get(self.calls_made).copied(),
            Calls::Timetable { instants, late: (least, most) } => {
                let on_time = *instants.get(self.calls_made)?;
                if *most == Span::ZERO {
                    return Some(on_time);
                }
                // One that is later than the next keeps its turn: the next comes right after it.
                Some((on_time + self.call_stream.draws(key).even(*least, *most)).max(now))
            }
            Calls::Every { interval, jitter_permille, until, .. } => {
                let next = now + self.call_stream.draws(key).jittered(*interval, *jitter_permille);
                (next < *until).then_some(next)
            }
        }
    }

    /// Whether its line is busy this time.
    pub(super) fn finds_line_busy(&mut self, key: &Key) -> bool {
        let Some(busy) = &mut self.busy else { return false };
        busy.stream.draws(key).happens(busy.permille)
    }

    /// Its line comes up at `now`: when the call ends, if it has a length or the line drops.
    pub(super) fn begin_call(&mut self, now: Instant, key: &Key) -> Option<Instant> {
        self.reach = Reach::Up;
        self.call += 1;
        self.hope = Hope::default();
        self.line.reset();
        let length = self.call_length.map(|length| now + length);
        let drop = self.drop_stream.draws(key).happens(self.drop_permille).then(|| {
            // A line that drops was up for some time, be it the shortest.
            now + self.drop_stream.draws(key).even(Span::from_micros(1), self.drop_within)
        });
        self.call_end = match (length, drop) {
            (None, None) => CallEnd::WhenServed,
            (Some(at), None) => CallEnd::HangsUp(at),
            (Some(length), Some(drop)) if length <= drop => CallEnd::HangsUp(length),
            (_, Some(at)) => CallEnd::Drops(at),
        };
        length.into_iter().chain(drop).min()
    }

    /// Whether it can be reached only while it calls.
    pub(super) fn is_on_call(&self) -> bool {
        matches!(self.presence, Presence::OnCall(_))
    }

    /// Whether it is in a call that ends when it has been served, and nothing is connected to it.
    fn is_idle_in_call(&self) -> bool {
        self.reach == Reach::Up
            && self.is_on_call()
            && self.call_length.is_none()
            && self.connections.is_empty()
    }

    /// It has sent an ETRN.
    pub(super) fn asked(&mut self) {
        self.hope.unanswered += 1;
    }

    /// It hears the answer to an ETRN: 250, 252 and 253 promise mail (RFC 1985 5.3).
    pub(super) fn heard(&mut self, code: u16) {
        self.hope.unanswered = self.hope.unanswered.saturating_sub(1);
        self.hope.is_promised |= matches!(code, 250 | 252 | 253);
    }

    /// Something connects to it: a wait is over.
    pub(super) fn connected(&mut self, connection: ConnectionId) {
        self.connections.push(connection);
        self.wait = self.wait.wrapping_add(1);
    }

    /// A connection has ended, if it was one to it. After the last it takes what it was promised for done.
    pub(super) fn disconnected(&mut self, connection: ConnectionId) {
        let Some(place) = self.connections.iter().position(|open| *open == connection) else {
            return;
        };
        self.connections.remove(place);
        self.hope.is_promised &= !self.connections.is_empty();
    }

    /// It may have to wait for a connection from `now` on: the number of the wait.
    pub(super) fn begin_wait(&mut self, now: Instant) -> u32 {
        self.wait = self.wait.wrapping_add(1);
        self.waits_since = now;
        self.wait
    }

    /// Until when it waits for a connection, if it is still in that wait: no time where it expects none.
    pub(super) fn waits_until(&self, wait: u32) -> Option<Instant> {
        let Hope { unanswered, is_promised } = self.hope;
        let patience = if unanswered > 0 || is_promised { self.patience } else { Span::ZERO };
        (self.wait == wait && self.is_idle_in_call()).then_some(self.waits_since + patience)
    }

    /// Whether it answers at `now`.
    pub(super) fn answers(&self, now: Instant) -> bool {
        match &self.presence {
            Presence::OnCall(_) => self.reach == Reach::Up,
            Presence::Always { outages, .. } => {
                let out = |(from, to): &(Instant, Instant)| (*from..*to).contains(&now);
                let flaps = self.flaps.as_ref();
                !outages.iter().any(out) && flaps.is_none_or(|flaps| flaps.is_up(now))
            }
        }
    }

    /// When its outage of this number begins.
    pub(super) fn outage(&self, number: u32) -> Option<Instant> {
        match &self.presence {
            Presence::Always { outages, .. } => outages.get(number as usize).map(|(from, _)| *from),
            Presence::OnCall(_) => None,
        }
    }

    /// When it goes next, if it is one that comes and goes.
    pub(super) fn next_flap(&self) -> Option<Instant> {
        let down_at = self.flaps.as_ref()?.down_at;
        (down_at < Instant::NEVER).then_some(down_at)
    }

    /// It goes at `now`: when it is there again.
    pub(super) fn flap(&mut self, now: Instant, key: &Key) -> Instant {
        self.flaps.as_mut().map_or(now, |flaps| flaps.go(now, key))
    }

    /// The last instant that the scenario names for it; what is left open may change until then.
    pub(super) fn last_scripted(&self) -> Instant {
        match &self.presence {
            Presence::OnCall(Calls::At(instants)) => {
                instants.last().copied().unwrap_or(Instant::ZERO)
            }
            Presence::Always { .. }
            | Presence::OnCall(Calls::Never | Calls::Timetable { .. } | Calls::Every { .. }) => {
                Instant::ZERO
            }
        }
    }

    /// How far its streams have been drawn, as a chain of its own.
    pub(super) fn drawn(&self) -> Chain {
        let mut chain = Chain::default();
        let streams = [&self.call_stream, &self.drop_stream].into_iter();
        let busy = self.busy.iter().map(|busy| &busy.stream);
        let flaps = self.flaps.iter().map(|flaps| &flaps.stream);
        let troubles = self.troubles.iter().flat_map(|troubles| troubles.streams());
        for stream in streams.chain(busy).chain(flaps).chain(troubles) {
            chain.add(Instant::ZERO, stream.position());
        }
        chain
    }
}

impl Flaps {
    fn new(pattern: Flapping, stream: Stream) -> Flaps {
        let goes = pattern.from < pattern.until;
        let down_at = if goes { pattern.from } else { Instant::NEVER };
        Flaps { pattern, stream, up_at: Instant::ZERO, down_at }
    }

    fn is_up(&self, now: Instant) -> bool {
        (self.up_at..self.down_at).contains(&now)
    }

    /// It goes at `now`; draws when it comes again, and when it goes the next time.
    fn go(&mut self, now: Instant, key: &Key) -> Instant {
        let Flapping { up, down, jitter_permille, until, .. } = self.pattern;
        let mut draws = self.stream.draws(key);
        self.up_at = now + draws.jittered(down, jitter_permille);
        let next = self.up_at + draws.jittered(up, jitter_permille);
        // It was there in between, be it for the shortest time: it goes but once at an instant.
        let next = next.max(self.up_at + Span::from_micros(1));
        self.down_at = if next < until { next } else { Instant::NEVER };
        self.up_at
    }
}
