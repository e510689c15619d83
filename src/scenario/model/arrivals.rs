//! When the messages of a source reach the hub.

use crate::base::{Instant, Span};

/// When the messages of a source reach the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// At these instants, in order; one instant may stand more than once.
    At(Vec<Instant>),
    /// One after the other.
    Every {
        /// The first.
        first: Instant,
        /// The way from one to the next.
        interval: Span,
        /// By how many thousandths of the interval each way is drawn shorter or longer.
        jitter_permille: u32,
        /// How many.
        messages: u64,
    },
    /// At random, independent of one another.
    Poisson {
        /// From when.
        from: Instant,
        /// Up to and without this instant.
        until: Instant,
        /// The mean way from one to the next.
        mean: Span,
    },
    /// Many close together, time and again.
    Bursts {
        /// When each burst begins, in order.
        at: Vec<Instant>,
        /// Messages in each.
        messages: u64,
        /// The way from one message of a burst to the next.
        spacing: Span,
    },
    /// On for a time, off for a time, again and again; while on, one after the other.
    OnOff {
        /// When it is on for the first time.
        first: Instant,
        /// How long it is on.
        on: Span,
        /// How long it is off.
        off: Span,
        /// The way from one message to the next while on.
        interval: Span,
        /// By how many thousandths of the interval each way is drawn shorter or longer.
        jitter_permille: u32,
        /// How many messages.
        messages: u64,
    },
}
