//! How long things take on a line: arithmetic on its rate and its delay.
//!
//! The data of several connections take turns on one line, a block at a time. Everything is in whole
//! microseconds, rounded up.

use crate::base::{Instant, Span};
use crate::scenario;

/// The least that goes at once: the data of one default TCP segment (RFC 1122 4.2.2.6).
const SEGMENT_BYTES: u64 = 536;

/// A line at work.
#[derive(Clone, Debug)]
pub(super) struct Line {
    rate_bits_s: Option<u64>,
    delay: Span,
    per_message: Span,
    /// Until when it is taken by data that was put on it.
    taken_until: Instant,
}

impl Line {
    pub(super) fn new(line: &scenario::Line) -> Line {
        Line {
            rate_bits_s: line.rate_bits_s,
            delay: line.delay,
            per_message: line.per_message,
            taken_until: Instant::ZERO,
        }
    }

    /// So many ways there and back.
    pub(super) fn round_trips(&self, count: u64) -> Span {
        self.delay.saturating_mul(2 * count)
    }

    /// How much of so much data goes before the far end gives a sign of life again: a connection's
    /// share of what the line carries in a minute, so that taking turns makes none of them seem dead
    /// (RFC 5321 4.5.3.2.5 allows a block three minutes), and a segment at least.
    pub(super) fn block_bytes(&self, left_bytes: u64, connections: usize) -> u64 {
        let Some(rate) = self.rate_bits_s else { return left_bytes };
        let minute = rate.saturating_mul(60) / 8;
        let share = minute / (connections as u64).max(1);
        left_bytes.min(share.max(SEGMENT_BYTES))
    }

    /// Puts data on the line, behind what is on it already; says when it has gone.
    pub(super) fn send(&mut self, now: Instant, bytes: u64, place: Place) -> Instant {
        self.take_until(self.gone_at(now, bytes, place));
        self.taken_until
    }

    /// Puts data on the line that will have gone at that instant, as [`Line::gone_at`] has it.
    pub(super) const fn take_until(&mut self, gone_at: Instant) {
        self.taken_until = gone_at;
    }

    /// When data will have gone that is put on the line now.
    pub(super) fn gone_at(&self, now: Instant, bytes: u64, place: Place) -> Instant {
        let extra = match place {
            Place::First => self.per_message,
            Place::Later => Span::ZERO,
        };
        self.taken_until.max(now) + extra + self.time_for(bytes)
    }

    /// Reads it.
    pub(super) const fn touch(&self) -> u64 {
        self.taken_until.micros()
    }

    /// The line is up again with nothing on it.
    pub(super) fn reset(&mut self) {
        self.taken_until = Instant::ZERO;
    }

    fn time_for(&self, bytes: u64) -> Span {
        let Some(rate) = self.rate_bits_s else { return Span::ZERO };
        let micros = (u128::from(bytes) * 8_000_000).div_ceil(u128::from(rate.max(1)));
        Span::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

/// Which block of its message a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first; what a message takes besides its bytes is counted with it.
    First,
    /// A later one.
    Later,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rate_bits_s: Option<u64>, per_message: Span) -> Line {
        Line {
            rate_bits_s,
            delay: Span::from_micros(150_000),
            per_message,
            taken_until: Instant::ZERO,
        }
    }

    #[test]
    fn data_take_turns_and_are_rounded_up() {
        let mut modem = line(Some(33_600), Span::from_micros(200_000));
        let start = Instant::from_micros(1_000_000);
        // 4,096 bytes at 33.6 kbit/s: 975,238.1 microseconds.
        let first = modem.send(start, 4_096, Place::First);
        assert_eq!(first.micros(), 1_000_000 + 200_000 + 975_239);
        let second = modem.send(start, 4_096, Place::Later);
        assert_eq!(second.micros(), first.micros() + 975_239);
        modem.reset();
        assert_eq!(modem.send(start, 0, Place::Later), start);
    }

    #[test]
    fn a_line_without_a_rate_takes_no_time_for_bytes() {
        let mut wire = line(None, Span::ZERO);
        let start = Instant::from_micros(5);
        assert_eq!(wire.send(start, u64::from(u32::MAX), Place::First), start);
        assert_eq!(wire.round_trips(2), Span::from_micros(600_000));
        assert_eq!(wire.block_bytes(10_000, 1), 10_000);
    }

    #[test]
    fn a_block_is_a_share_of_a_minute_of_the_line_and_a_segment_at_least() {
        for (rate, left, connections, block) in [
            (8_000, 1_000_000, 1, 60_000),
            (8_000, 1_000_000, 4, 15_000),
            (8_000, 10, 1, 10),
            (8, 1_000, 1, 536),
            (8, 100, 1, 100),
        ] {
            assert_eq!(line(Some(rate), Span::ZERO).block_bytes(left, connections), block);
        }
    }
}
