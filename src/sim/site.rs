//! A host at work: when it calls, when it can be reached, what is connected to it.

use super::fingerprint::Chain;
use super::line::Line;
use super::stream::{Key, Stream};
use crate::base::{Instant, Span};
use crate::queue::ConnectionId;
use crate::scenario::{self, Calls, Presence};

/// A host.
pub(super) struct Site {
    pub(super) line: Line,
    presence: Presence,
    /// Whether it can be reached now.
    pub(super) reach: Reach,
    /// Which call it is in, or was in last; 0 before the first.
    pub(super) call: u32,
    /// Calls begun so far, for calls at given instants.
    calls_made: usize,
    call_length: Option<Span>,
    drop_permille: u32,
    drop_within: Span,
    call_stream: Stream,
    drop_stream: Stream,
    /// What is connected to it.
    pub(super) connections: Vec<ConnectionId>,
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
    /// At this instant, whatever is going on.
    At(Instant),
    /// When the host has been served.
    WhenServed,
}

impl Site {
    pub(super) fn new(site: &scenario::Site) -> Site {
        let reach = match &site.presence {
            Presence::Always { .. } => Reach::Up,
            Presence::OnCall(_) => Reach::Down,
        };
        Site {
            line: Line::new(&site.line),
            presence: site.presence.clone(),
            reach,
            call: 0,
            calls_made: 0,
            call_length: site.line.call_length,
            drop_permille: site.line.drop_permille,
            drop_within: site.line.drop_within,
            call_stream: Stream::new(&site.name, "calls"),
            drop_stream: Stream::new(&site.name, "drops"),
            connections: Vec::new(),
            seen: Chain::default(),
            sched: Chain::default(),
        }
    }

    /// When it calls first.
    pub(super) fn first_call(&mut self, key: &Key) -> Option<Instant> {
        let Presence::OnCall(calls) = &self.presence else { return None };
        match calls {
            Calls::Never => None,
            Calls::At(instants) | Calls::Timetable { instants, .. } => instants.first().copied(),
            Calls::Every { first: (from, to), until, .. } => {
                let (from, until) = (*from, *until);
                let first = from + self.call_stream.draws(key).even(Span::ZERO, to.since(from));
                (first < until).then_some(first)
            }
        }
    }

    /// It calls at `now`: when it calls next.
    pub(super) fn next_call(&mut self, now: Instant, key: &Key) -> Option<Instant> {
        self.calls_made += 1;
        let Presence::OnCall(calls) = &self.presence else { return None };
        match calls {
            Calls::Never => None,
            Calls::At(instants) | Calls::Timetable { instants, .. } => {
                instants.get(self.calls_made).copied()
            }
            Calls::Every { interval, jitter_permille, until, .. } => {
                let next = now + self.call_stream.draws(key).jittered(*interval, *jitter_permille);
                (next < *until).then_some(next)
            }
        }
    }

    /// Its line comes up at `now`: how the call will end.
    pub(super) fn begin_call(&mut self, now: Instant, key: &Key) -> CallEnd {
        self.reach = Reach::Up;
        self.call += 1;
        self.line.reset();
        let length = self.call_length.map(|length| now + length);
        let drop = self.drop_stream.draws(key).happens(self.drop_permille).then(|| {
            // A line that drops was up for some time, be it the shortest.
            now + self.drop_stream.draws(key).even(Span::from_micros(1), self.drop_within)
        });
        length.into_iter().chain(drop).min().map_or(CallEnd::WhenServed, CallEnd::At)
    }

    /// Whether a call of it ends when it has been served.
    pub(super) fn hangs_up_when_served(&self) -> bool {
        matches!(self.presence, Presence::OnCall(_)) && self.call_length.is_none()
    }

    /// Whether it answers at `now`.
    pub(super) fn answers(&self, now: Instant) -> bool {
        match &self.presence {
            Presence::OnCall(_) => self.reach == Reach::Up,
            Presence::Always { outages, .. } => {
                let out = |(from, to): &(Instant, Instant)| (*from..*to).contains(&now);
                !outages.iter().any(out)
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
        chain.add(Instant::ZERO, self.call_stream.position());
        chain.add(Instant::ZERO, self.drop_stream.position());
        chain
    }
}
