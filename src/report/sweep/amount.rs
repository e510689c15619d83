//! An amount of a measure for people: short, with its unit.
//!
//! In: millionths of the unit of the measure's column. Out: short texts. Nothing is averaged here.

use crate::base::Span;
use crate::report::label;
use crate::sweep::{Estimate, Measure};

/// `12.5 %`, `1d 3h`, `1.2 MiB`, `12,000`.
pub(in crate::report) fn text(measure: Measure, millionths: i128) -> String {
    let size = u64::try_from(millionths.max(0)).unwrap_or(u64::MAX);
    match measure.unit() {
        "s" => {
            // Beyond a minute nobody reads parts of a second, below a second none of a millisecond.
            let least = if size >= 60_000_000 { 1_000_000 } else { 1_000 };
            label::rough(Span::from_micros(size / least * least))
        }
        "%" => format!("{} %", rounded(size, 2)),
        "B" => bytes(size),
        _ => rounded(size, u32::from(size < 100_000_000)),
    }
}

/// The mean, and by how much it may be off where that is known.
pub(in crate::report) fn estimate(measure: Measure, estimate: &Estimate) -> String {
    let mean = text(measure, estimate.mean_millionths);
    match half_width(measure, estimate) {
        Some(half) => format!("{mean} {half}"),
        None => mean,
    }
}

/// `± 0.2 %`; none where it is not known.
pub(in crate::report) fn half_width(measure: Measure, estimate: &Estimate) -> Option<String> {
    estimate.half_width_millionths.map(|half| format!("± {}", text(measure, half)))
}

fn bytes(millionths: u64) -> String {
    let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
    let bytes = millionths / 1_000_000;
    let (name, unit) = units.into_iter().find(|(_, unit)| bytes >= *unit).unwrap_or(("B", 1));
    format!("{} {name}", rounded(millionths / unit, u32::from(unit > 1)))
}

/// Millionths as a number with so many decimals, to the nearest, without zeros at its end.
pub(in crate::report) fn rounded(millionths: u64, decimals: u32) -> String {
    let least = 10_u64.pow(6 - decimals);
    let parts = (millionths / least) + u64::from(millionths % least * 2 >= least);
    let (whole, rest) = (parts / 10_u64.pow(decimals), parts % 10_u64.pow(decimals));
    if rest == 0 {
        return label::grouped(whole);
    }
    let rest = format!("{rest:0width$}", width = decimals as usize);
    format!("{}.{}", label::grouped(whole), rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_short_and_has_its_unit() {
        for (measure, millionths, expected) in [
            (Measure::NdrPercent, 12_345_678, "12.35 %"),
            (Measure::NdrPercent, 100_000_000, "100 %"),
            (Measure::TimeToEndP50, 100_800_000_000, "1d 4h"),
            (Measure::TimeToEndP50, 61_234_567, "1m 1s"),
            (Measure::TimeToEndP50, 234_567, "0.234s"),
            (Measure::PeakWaitingBytes, 1_572_864_000_000, "1.5 MiB"),
            (Measure::PeakWaitingBytes, 512_000_000, "512 B"),
            (Measure::Accepted, 12_000_400_000, "12,000"),
            (Measure::Accepted, 2_500_000, "2.5"),
        ] {
            assert_eq!(text(measure, millionths), expected);
        }
    }
}
