//! Virtual and hub time: whole microseconds, never a float and never the machine's clock.
//!
//! An [`Instant`] is a point on the boot-time clock of a hub (time asleep counts), a [`Span`] the
//! way between two points. Sums saturate: the end of time is a fixed point, not a panic.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

/// A point in time, in microseconds since the hub was first started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// Longer than any run; a sum with it is [`Instant::NEVER`].
    pub const FOREVER: Span = Span(u64::MAX);

    /// `micros` microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Span {
        Span(micros)
    }

    /// `seconds` seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Span {
        Span(seconds.saturating_mul(1_000_000))
    }

    /// `minutes` minutes.
    #[must_use]
    pub const fn from_minutes(minutes: u64) -> Span {
        Span::from_secs(minutes.saturating_mul(60))
    }

    /// `hours` hours.
    #[must_use]
    pub const fn from_hours(hours: u64) -> Span {
        Span::from_minutes(hours.saturating_mul(60))
    }

    /// The length in microseconds.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// This span `times` over; [`Span::FOREVER`] where that does not fit.
    #[must_use]
    pub const fn saturating_mul(self, times: u64) -> Span {
        Span(self.0.saturating_mul(times))
    }

    /// Both spans one after the other; [`Span::FOREVER`] where that does not fit.
    #[must_use]
    pub const fn saturating_add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Instant {
    /// The first instant of a hub's life.
    pub const ZERO: Instant = Instant(0);
    /// After everything.
    pub const NEVER: Instant = Instant(u64::MAX);

    /// The instant `micros` microseconds after [`Instant::ZERO`].
    #[must_use]
    pub const fn from_micros(micros: u64) -> Instant {
        Instant(micros)
    }

    /// Microseconds since [`Instant::ZERO`].
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this instant; nothing if `earlier` is the later one.
    #[must_use]
    pub const fn since(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Instant {
    type Output = Instant;

    fn add(self, span: Span) -> Instant {
        Instant(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Instant {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Instant {
    type Output = Instant;

    fn sub(self, span: Span) -> Instant {
        Instant(self.0.saturating_sub(span.0))
    }
}

/// Microseconds written as seconds with six decimals, made from integers: `172800.000000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Micros(pub i128);

impl Micros {
    /// The signed distance from `from` to `to`, negative where `to` is the earlier.
    #[must_use]
    pub const fn between(from: Instant, to: Instant) -> Micros {
        Micros(to.0 as i128 - from.0 as i128)
    }
}

impl From<Instant> for Micros {
    fn from(instant: Instant) -> Micros {
        Micros(i128::from(instant.0))
    }
}

impl From<Span> for Micros {
    fn from(span: Span) -> Micros {
        Micros(i128::from(span.0))
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
    }
}

/// For people: `2d`, `48h 0m 1s` is written `2d 1s`; parts that are nothing are left out, and what
/// is below a second is shown as it is: `20m 0.000001s`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Span::FOREVER {
            return f.pad("for ever");
        }
        let (seconds, micros) = (self.0 / 1_000_000, self.0 % 1_000_000);
        let parts =
            [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m")];
        let mut text = String::new();
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            text.push_str(&format!("{count}{unit} "));
        }
        let rest = seconds % 60;
        if micros > 0 {
            let decimals = format!("{micros:06}");
            text.push_str(&format!("{rest}.{}s", decimals.trim_end_matches('0')));
        } else if rest > 0 || text.is_empty() {
            text.push_str(&format!("{rest}s"));
        }
        f.pad(text.trim_end())
    }
}

/// The way from the first instant, as [`Span`] writes it; `never` for [`Instant::NEVER`].
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Instant::NEVER {
            return f.pad("never");
        }
        Span(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_for_people() {
        for (micros, text) in [
            (0, "0s"),
            (1, "0.000001s"),
            (900_000_000, "15m"),
            (172_800_000_000, "2d"),
            (172_800_000_001, "2d 0.000001s"),
            (172_799_999_999, "1d 23h 59m 59.999999s"),
            (1_500_000, "1.5s"),
        ] {
            assert_eq!(Span::from_micros(micros).to_string(), text);
        }
    }

    #[test]
    fn seconds_have_six_decimals_made_from_integers() {
        for (micros, text) in [
            (0, "0.000000"),
            (-1, "-0.000001"),
            (172_800_000_001, "172800.000001"),
            (-90_000_000, "-90.000000"),
        ] {
            assert_eq!(Micros(micros).to_string(), text);
        }
    }

    #[test]
    fn sums_stop_at_the_end_of_time() {
        assert_eq!(Instant::ZERO + Span::FOREVER, Instant::NEVER);
        assert_eq!(Instant::NEVER + Span::from_secs(1), Instant::NEVER);
        assert_eq!(Instant::ZERO - Span::from_secs(1), Instant::ZERO);
        assert_eq!(Instant::ZERO.since(Instant::NEVER), Span::ZERO);
    }
}
