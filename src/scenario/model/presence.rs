//! When a host can be reached, and when it calls.

use crate::base::{Instant, Span};

/// When a host can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always, but for the outages: from the first instant, up to and without the second, in order.
    Always {
        /// When it cannot be reached.
        outages: Vec<(Instant, Instant)>,
        /// Comes and goes, besides.
        flapping: Option<Flapping>,
    },
    /// Only while it calls.
    OnCall(Calls),
}

/// A host that comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flapping {
    /// How long it can be reached at a time.
    pub up: Span,
    /// How long it cannot.
    pub down: Span,
    /// By how many thousandths each is drawn shorter or longer.
    pub jitter_permille: u32,
    /// It goes down for the first time then.
    pub from: Instant,
    /// It does not go down at or after this instant.
    pub until: Instant,
}

/// When a host calls. An instant is that of its ETRN's arrival at the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Calls {
    /// It never does.
    Never,
    /// At these instants, in order: the run goes on until the last of them.
    At(Vec<Instant>),
    /// By a timetable, written out up to the horizon; the run may end before.
    Timetable {
        /// In order.
        instants: Vec<Instant>,
        /// Each call comes late, by a time drawn evenly between these two.
        late: (Span, Span),
    },
    /// Again and again.
    Every {
        /// The first call is drawn evenly from the first instant up to and with the second.
        first: (Instant, Instant),
        /// The way from one call to the next.
        interval: Span,
        /// By how many thousandths of the interval each way is drawn shorter or longer.
        jitter_permille: u32,
        /// No call at or after this instant.
        until: Instant,
    },
}
