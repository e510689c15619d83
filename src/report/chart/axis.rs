//! Axes in whole numbers: virtual time in the unit that a person would choose, and counts.
//!
//! In: the largest value and the room. Out: positions and labelled ticks. The room is in pixels for
//! a chart and in columns for text; an axis does not know which.

use crate::base::{Instant, Span};
use crate::report::label;

/// A unit of time with the steps that read well in it.
struct Unit {
    /// As in `virtual time (hours)`.
    name: &'static str,
    micros: u64,
    /// The shortest range for which it is taken.
    from_micros: u64,
    /// Steps between two ticks, in the unit; past the last one they grow tenfold.
    steps: &'static [u64],
}

const DECIMAL: &[u64] = &[1, 2, 5];
const SIXTIETHS: &[u64] = &[1, 2, 5, 10, 15, 30, 60];
const HOURS: &[u64] = &[1, 2, 3, 6, 12, 24];

const DAY: u64 = 86_400_000_000;
const UNITS: [Unit; 6] = [
    Unit { name: "days", micros: DAY, from_micros: 5 * DAY, steps: DECIMAL },
    Unit { name: "hours", micros: DAY / 24, from_micros: DAY / 6, steps: HOURS },
    Unit { name: "minutes", micros: 60_000_000, from_micros: 240_000_000, steps: SIXTIETHS },
    Unit { name: "seconds", micros: 1_000_000, from_micros: 4_000_000, steps: SIXTIETHS },
    Unit { name: "milliseconds", micros: 1_000, from_micros: 4_000, steps: DECIMAL },
    Unit { name: "microseconds", micros: 1, from_micros: 0, steps: DECIMAL },
];

/// Time from 0 along a line from left to right.
#[derive(Clone, Copy, Debug)]
pub struct TimeAxis {
    to: Span,
    left: i32,
    right: i32,
    unit: usize,
    step: u64,
}

/// Counts from 0 upwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountAxis {
    to: u64,
    bottom: i32,
    top: i32,
    step: u64,
}

impl TimeAxis {
    /// From 0 at `left` to `to` at `right`, with at most `ticks` ticks beside that of 0. A range of
    /// nothing is shown as one second.
    #[must_use]
    pub fn new(to: Span, left: i32, right: i32, ticks: u64) -> TimeAxis {
        let to = if to == Span::ZERO { Span::from_secs(1) } else { to };
        let fits = |unit: &Unit| to.micros() >= unit.from_micros;
        let place = UNITS.iter().position(fits).unwrap_or(UNITS.len() - 1);
        let unit = &UNITS[place];
        let step = step_of(to.micros() / unit.micros, ticks, unit.steps) * unit.micros;
        TimeAxis { to, left, right, unit: place, step }
    }

    /// The unit of the ticks' labels: `hours`.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        UNITS[self.unit].name
    }

    /// Where an instant stands; at the end of the axis where it is past it.
    #[must_use]
    pub fn at(&self, instant: Instant) -> i32 {
        self.after(instant.since(Instant::ZERO))
    }

    /// Where the instant `span` after 0 stands; at the end of the axis where it is past it.
    #[must_use]
    pub fn after(&self, span: Span) -> i32 {
        self.left + scaled(span.micros(), self.to.micros(), self.right - self.left)
    }

    /// Whether the axis reaches as far.
    #[must_use]
    pub fn reaches(&self, span: Span) -> bool {
        span <= self.to
    }

    /// The ticks from 0 on, each with its position and its number in the axis' unit.
    #[must_use]
    pub fn ticks(&self) -> Vec<(i32, String)> {
        let unit = UNITS[self.unit].micros;
        let ticks = (0..=self.to.micros() / self.step).map(|count| count * self.step);
        ticks
            .map(|micros| (self.after(Span::from_micros(micros)), label::grouped(micros / unit)))
            .collect()
    }
}

impl CountAxis {
    /// From 0 at `bottom` to `to`, or a little more, at `top`.
    pub(super) fn new(to: u64, bottom: i32, top: i32) -> CountAxis {
        let to = to.max(1);
        let step = step_of(to, 6, DECIMAL);
        CountAxis { to: to.div_ceil(step).saturating_mul(step), bottom, top, step }
    }

    /// The height of a count.
    pub(super) fn at(&self, count: u64) -> i32 {
        self.bottom - scaled(count, self.to, self.bottom - self.top)
    }

    /// The ticks from 0 on, each with its height and its count.
    pub(super) fn ticks(&self) -> Vec<(i32, u64)> {
        let counts = (0..=self.to / self.step).map(|count| count * self.step);
        counts.map(|count| (self.at(count), count)).collect()
    }
}

/// The smallest step by which at most `ticks` fit into `range`; `steps`, then ten times those, and
/// so on.
fn step_of(range: u64, ticks: u64, steps: &[u64]) -> u64 {
    // After 24 hours or 60 minutes a decimal step reads as well as any: no such range gets there.
    let mut tens = 1_u64;
    loop {
        let fitting = steps.iter().map(|step| step.saturating_mul(tens));
        if let Some(step) = fitting.into_iter().find(|step| range / step <= ticks) {
            return step;
        }
        tens = tens.saturating_mul(10);
    }
}

/// `part / whole` of `room`, to the nearest; all of it where `part` is larger than `whole`.
fn scaled(part: u64, whole: u64, room: i32) -> i32 {
    let (part, whole) = (u128::from(part.min(whole)), u128::from(whole));
    let room = room.max(0) as u128;
    ((part * room * 2 + whole) / (whole * 2)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_shown_in_the_unit_a_person_would_choose() {
        for (range, unit, labels) in [
            (Span::from_hours(48), "hours", "0 6 12 18 24 30 36 42 48"),
            (Span::from_hours(60), "hours", "0 6 12 18 24 30 36 42 48 54 60"),
            (Span::from_hours(100), "hours", "0 12 24 36 48 60 72 84 96"),
            (Span::from_hours(24 * 14), "days", "0 2 4 6 8 10 12 14"),
            (Span::from_hours(24 * 400), "days", "0 50 100 150 200 250 300 350 400"),
            (Span::from_minutes(90), "minutes", "0 10 20 30 40 50 60 70 80 90"),
            (Span::from_secs(60), "seconds", "0 10 20 30 40 50 60"),
            (Span::from_micros(10_000), "milliseconds", "0 1 2 3 4 5 6 7 8 9 10"),
            (Span::from_micros(3), "microseconds", "0 1 2 3"),
            (Span::ZERO, "milliseconds", "0 100 200 300 400 500 600 700 800 900 1,000"),
        ] {
            let axis = TimeAxis::new(range, 0, 1_000, 10);
            let labels_seen: Vec<String> = axis.ticks().into_iter().map(|tick| tick.1).collect();
            assert_eq!((axis.unit(), labels_seen.join(" ").as_str()), (unit, labels), "{range}");
        }
    }

    #[test]
    fn every_position_is_inside_the_axis() {
        for range in [0, 1, 1_000_000, u64::MAX] {
            let axis = TimeAxis::new(Span::from_micros(range), 80, 780, 10);
            for micros in [0, 1, range / 2, range, u64::MAX] {
                let position = axis.after(Span::from_micros(micros));
                assert!((80..=780).contains(&position), "{range} {micros} {position}");
            }
        }
    }

    #[test]
    fn counts_have_round_steps() {
        for (to, labels) in [
            (0, vec![0, 1]),
            (6, vec![0, 1, 2, 3, 4, 5, 6]),
            (100, vec![0, 20, 40, 60, 80, 100]),
            (1_234, vec![0, 200, 400, 600, 800, 1_000, 1_200, 1_400]),
            (1_450, vec![0, 500, 1_000, 1_500]),
        ] {
            let axis = CountAxis::new(to, 400, 50);
            assert_eq!(axis.ticks().into_iter().map(|tick| tick.1).collect::<Vec<_>>(), labels);
        }
        assert_eq!(CountAxis::new(u64::MAX, 400, 50).at(u64::MAX), 50);
    }
}
