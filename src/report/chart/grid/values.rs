//! The axis of a measure: from nothing in equal steps, or in steps of ten times.
//!
//! In: amounts in millionths of the unit of the measure's column. Out: positions in parts of the axis,
//! and labelled ticks, in the unit that a person would choose.

use crate::report::sweep::amount;
use crate::sweep::{Measure, Scale};

/// Parts of an axis from end to end.
pub(super) const WHOLE: i64 = 100_000;

/// From the least to the most of a measure.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValueAxis {
    scale: Scale,
    /// The ends, in millionths.
    from: i128,
    to: i128,
    /// The unit of the labels, in millionths of the column's unit.
    unit: i128,
    /// The name of that unit.
    pub(super) unit_name: &'static str,
    step: i128,
}

const MILLION: i128 = 1_000_000;

/// Units for people, the largest first, with the least amount for which each is taken.
const TIMES: [(&str, i128, i128); 5] = [
    ("days", 86_400, 432_000),
    ("hours", 3_600, 14_400),
    ("minutes", 60, 240),
    ("seconds", 1, 1),
    ("seconds", 1, 0),
];
const SIZES: [(&str, i128, i128); 4] = [
    ("GiB", 1 << 30, 1 << 30),
    ("MiB", 1 << 20, 1 << 20),
    ("KiB", 1 << 10, 1 << 10),
    ("bytes", 1, 0),
];

impl ValueAxis {
    /// An axis that reaches all of these amounts: a linear one from nothing up, a logarithmic one from
    /// the least that is more than nothing.
    pub(super) fn new(
        measure: Measure,
        scale: Scale,
        amounts: impl Iterator<Item = i128> + Clone,
    ) -> ValueAxis {
        let most = amounts.clone().max().unwrap_or(0).max(0);
        let (unit_name, unit) = unit_of(measure, most);
        let mut axis = ValueAxis { scale, from: 0, to: most, unit, unit_name, step: unit };
        match scale {
            Scale::Linear => {
                axis.step = step_of(most.max(1), unit);
                let steps = (most.max(1) + axis.step - 1) / axis.step;
                axis.to = steps * axis.step;
            }
            Scale::Log => {
                let least = amounts.filter(|amount| *amount > 0).min().unwrap_or(unit);
                axis.from = round_below(least, unit);
                axis.to = next_round(axis.from, unit);
                while axis.to < most {
                    axis.to = next_round(axis.to, unit);
                }
            }
        }
        axis
    }

    /// An axis from the least to the most of these amounts, for colours.
    pub(super) fn fitted(
        measure: Measure,
        scale: Scale,
        amounts: impl Iterator<Item = i128> + Clone,
    ) -> ValueAxis {
        let lawful = |amount: &i128| scale == Scale::Linear || *amount > 0;
        let amounts = amounts.filter(lawful);
        let (least, most) = (amounts.clone().min().unwrap_or(0), amounts.max().unwrap_or(0));
        let (unit_name, unit) = unit_of(measure, most);
        ValueAxis { scale, from: least, to: most.max(least + 1), unit, unit_name, step: unit }
    }

    /// Where an amount stands, from 0 to [`WHOLE`]; at the nearer end where it is beyond.
    pub(super) fn at(&self, millionths: i128) -> i64 {
        let amount = millionths.clamp(self.from, self.to);
        let whole = i128::from(WHOLE);
        let part = match self.scale {
            Scale::Linear => (amount - self.from) * whole / (self.to - self.from),
            Scale::Log => {
                let ratio = |part: i128| libm::log10(part as f64 / self.from as f64);
                (ratio(amount) / ratio(self.to) * whole as f64) as i128
            }
        };
        part.clamp(0, whole) as i64
    }

    /// The ticks, each with its place and its number in the axis' unit.
    pub(super) fn ticks(&self) -> Vec<(i64, String)> {
        let mut amounts = Vec::new();
        let mut amount = self.from;
        while amount <= self.to {
            // Over many decades only their beginnings have room.
            let is_shown = self.scale == Scale::Linear
                || self.to / self.from <= 500
                || decade_below(amount, self.unit) == amount;
            if is_shown {
                amounts.push(amount);
            }
            match self.scale {
                Scale::Linear => amount += self.step,
                Scale::Log => amount = next_round(amount, self.unit),
            }
        }
        amounts.into_iter().map(|amount| (self.at(amount), self.label(amount))).collect()
    }

    /// The least and the most, for a legend of colours.
    pub(super) fn ends(&self) -> [i128; 2] {
        [self.from, self.to]
    }

    fn label(&self, millionths: i128) -> String {
        let parts = u64::try_from(millionths * MILLION / self.unit).unwrap_or(u64::MAX);
        amount::rounded(parts, if parts < 10_000 { 6 } else { 3 })
    }
}

fn unit_of(measure: Measure, most: i128) -> (&'static str, i128) {
    let find = |units: &[(&'static str, i128, i128)]| {
        let found = units.iter().find(|(_, _, from)| most >= from * MILLION);
        found.map_or(("", MILLION), |(name, unit, _)| (*name, unit * MILLION))
    };
    match measure.unit() {
        "s" => find(&TIMES),
        "B" => find(&SIZES),
        "%" => ("%", MILLION),
        _ => ("", MILLION),
    }
}

/// The smallest step of 1, 2 or 5 times a power of ten of the unit by which at most six fit.
fn step_of(range: i128, unit: i128) -> i128 {
    let mut tens = (unit / MILLION).max(1);
    loop {
        for digit in [1, 2, 5] {
            if range / (digit * tens) <= 6 {
                return digit * tens;
            }
        }
        tens *= 10;
    }
}

/// The largest of 1, 2 and 5 times a power of ten of the unit that is no more than an amount.
fn round_below(amount: i128, unit: i128) -> i128 {
    let decade = decade_below(amount, unit);
    let digits = [5, 2].into_iter().find(|digit| digit * decade <= amount);
    digits.unwrap_or(1) * decade
}

/// The next of those.
fn next_round(amount: i128, unit: i128) -> i128 {
    let decade = decade_below(amount, unit);
    match amount / decade {
        1 => 2 * decade,
        2..=4 => 5 * decade,
        _ => 10 * decade,
    }
}

/// The power of ten of the unit at an amount or below it.
fn decade_below(amount: i128, unit: i128) -> i128 {
    let mut decade = (unit / MILLION).max(1);
    while decade * 10 <= amount {
        decade *= 10;
    }
    decade
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(measure: Measure, scale: Scale, amounts: &[i128]) -> String {
        let axis = ValueAxis::new(measure, scale, amounts.iter().copied());
        let ticks: Vec<String> = axis.ticks().into_iter().map(|(_, label)| label).collect();
        format!("{} {}", ticks.join(" "), axis.unit_name).trim_end().to_owned()
    }

    #[test]
    fn an_axis_has_round_steps_in_the_unit_that_a_person_would_choose() {
        let (linear, log) = (Scale::Linear, Scale::Log);
        for (measure, scale, amounts, expected) in [
            (Measure::NdrPercent, linear, [0, 47_000_000], "0 10 20 30 40 50 %"),
            (Measure::NdrPercent, linear, [0, 300_000], "0 0.05 0.1 0.15 0.2 0.25 0.3 %"),
            (Measure::DrainedAt, linear, [0, 36_000_000_000], "0 2 4 6 8 10 hours"),
            (Measure::DrainedAt, log, [60_000_000, 36_000_000_000], "0.01 0.1 1 10 hours"),
            (Measure::PeakWaitingBytes, linear, [0, 5_242_880_000_000], "0 1 2 3 4 5 MiB"),
            (Measure::Accepted, log, [3_000_000, 900_000_000], "2 5 10 20 50 100 200 500 1,000"),
        ] {
            assert_eq!(labels(measure, scale, &amounts), expected);
        }
    }

    #[test]
    fn every_amount_stands_on_the_axis() {
        for scale in [Scale::Linear, Scale::Log] {
            let axis =
                ValueAxis::new(Measure::Accepted, scale, [1_000_000, 50_000_000].into_iter());
            for amount in [-5, 0, 1_000_000, 7_000_000, 100_000_000, i128::from(u64::MAX)] {
                assert!((0..=WHOLE).contains(&axis.at(amount)), "{scale:?} {amount}");
            }
            assert!(axis.at(1_000_000) < axis.at(7_000_000));
        }
    }
}
