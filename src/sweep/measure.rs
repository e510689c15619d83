//! The figures that a sweep keeps of each run: their names, their units, and how they are taken.
//!
//! In: the record of a run. Out: whole numbers, each in the least unit of its measure. Nothing is
//! averaged or drawn here.

use std::fmt;

use crate::base::Span;
use crate::trial::{Distribution, Outcome, RunRecord, Sample};

/// A figure that a sweep keeps of each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Measure {
    /// Mail accepted, each recipient being one.
    Accepted = 0,
    /// Mail delivered.
    Delivered,
    /// Mail returned to its sender.
    Ndrs,
    /// Mail kept, with nobody to tell.
    DeadLetters,
    /// Mail that failed, its sender not wanting to be told.
    Suppressed,
    /// Mail taken out by an administrator.
    Cancelled,
    /// Mail that had not ended when it should have.
    Stranded,
    /// Mail that had not ended when the run did, and need not have.
    Open,
    /// Messages that the hub refused for now, each time counted.
    Refused,
    /// Mail delivered, of a hundred accepted.
    DeliveredPercent,
    /// Mail returned, of a hundred accepted.
    NdrPercent,
    /// The time to the end that half of the mail does not exceed.
    TimeToEndP50,
    /// The time to the end that nine tenths of the mail do not exceed.
    TimeToEndP90,
    /// The time to the end that 99 of a hundred do not exceed.
    TimeToEndP99,
    /// The longest time to the end.
    TimeToEndMax,
    /// The time to its delivery that half of the delivered mail does not exceed.
    TimeToDeliveryP50,
    /// The time to its delivery that 99 of a hundred do not exceed.
    TimeToDeliveryP99,
    /// The largest time by which a message ended after its deadline and its grace.
    LargestLateness,
    /// The most messages that waited, of the run's samples, by the queue's own account.
    PeakWaiting,
    /// The most bytes that waited, of the run's samples, by the queue's own account.
    PeakWaitingBytes,
    /// Connections that the hub opened.
    Connections,
    /// The most connections that were open at once, of the run's samples.
    PeakConnections,
    /// When the run ended with nothing left.
    DrainedAt,
}

impl Measure {
    /// Every measure, in the order of the columns.
    pub const ALL: [Measure; 23] = [
        Measure::Accepted,
        Measure::Delivered,
        Measure::Ndrs,
        Measure::DeadLetters,
        Measure::Suppressed,
        Measure::Cancelled,
        Measure::Stranded,
        Measure::Open,
        Measure::Refused,
        Measure::DeliveredPercent,
        Measure::NdrPercent,
        Measure::TimeToEndP50,
        Measure::TimeToEndP90,
        Measure::TimeToEndP99,
        Measure::TimeToEndMax,
        Measure::TimeToDeliveryP50,
        Measure::TimeToDeliveryP99,
        Measure::LargestLateness,
        Measure::PeakWaiting,
        Measure::PeakWaitingBytes,
        Measure::Connections,
        Measure::PeakConnections,
        Measure::DrainedAt,
    ];

    /// The name of its column, with the unit where it has one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Measure::Accepted => "accepted",
            Measure::Delivered => "delivered",
            Measure::Ndrs => "ndrs",
            Measure::DeadLetters => "dead_letters",
            Measure::Suppressed => "suppressed",
            Measure::Cancelled => "cancelled",
            Measure::Stranded => "stranded",
            Measure::Open => "open",
            Measure::Refused => "refused",
            Measure::DeliveredPercent => "delivered_percent",
            Measure::NdrPercent => "ndr_percent",
            Measure::TimeToEndP50 => "time_to_end_p50_s",
            Measure::TimeToEndP90 => "time_to_end_p90_s",
            Measure::TimeToEndP99 => "time_to_end_p99_s",
            Measure::TimeToEndMax => "time_to_end_max_s",
            Measure::TimeToDeliveryP50 => "time_to_delivery_p50_s",
            Measure::TimeToDeliveryP99 => "time_to_delivery_p99_s",
            Measure::LargestLateness => "largest_lateness_s",
            Measure::PeakWaiting => "peak_waiting",
            Measure::PeakWaitingBytes => "peak_waiting_bytes",
            Measure::Connections => "connections",
            Measure::PeakConnections => "peak_connections",
            Measure::DrainedAt => "drained_at_s",
        }
    }

    /// Words for charts and tables.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Measure::Accepted => "mail accepted",
            Measure::Delivered => "mail delivered",
            Measure::Ndrs => "NDRs",
            Measure::DeadLetters => "dead letters",
            Measure::Suppressed => "mail that failed untold",
            Measure::Cancelled => "mail cancelled",
            Measure::Stranded => "mail stranded",
            Measure::Open => "mail still open",
            Measure::Refused => "refusals",
            Measure::DeliveredPercent => "share delivered",
            Measure::NdrPercent => "share of NDRs",
            Measure::TimeToEndP50 => "time to the end, median",
            Measure::TimeToEndP90 => "time to the end, 90th percentile",
            Measure::TimeToEndP99 => "time to the end, 99th percentile",
            Measure::TimeToEndMax => "time to the end, longest",
            Measure::TimeToDeliveryP50 => "time to delivery, median",
            Measure::TimeToDeliveryP99 => "time to delivery, 99th percentile",
            Measure::LargestLateness => "largest lateness",
            Measure::PeakWaiting => "most messages waiting",
            Measure::PeakWaitingBytes => "most bytes waiting",
            Measure::Connections => "connections used",
            Measure::PeakConnections => "most connections at once",
            Measure::DrainedAt => "time to drain",
        }
    }

    /// The unit of its column: nothing for a count, `%`, `s` or `B`.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Measure::DeliveredPercent | Measure::NdrPercent => "%",
            Measure::TimeToEndP50
            | Measure::TimeToEndP90
            | Measure::TimeToEndP99
            | Measure::TimeToEndMax
            | Measure::TimeToDeliveryP50
            | Measure::TimeToDeliveryP99
            | Measure::LargestLateness
            | Measure::DrainedAt => "s",
            Measure::PeakWaitingBytes => "B",
            _ => "",
        }
    }

    /// How many of its least units, in which [`Figures`] holds it, make one of its column's: 1,000,000
    /// for seconds and percent, 1 for counts and bytes.
    #[must_use]
    pub const fn least_units(self) -> u64 {
        match self.unit().as_bytes() {
            b"%" | b"s" => 1_000_000,
            _ => 1,
        }
    }

    /// The measure with this column.
    #[must_use]
    pub fn called(name: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|measure| measure.name() == name)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What came out for each measure, exactly: in microseconds, millionths of a percent, bytes, or as a
/// count; nothing where there was nothing to take it of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures(pub [Option<u64>; Measure::ALL.len()]);

impl Figures {
    /// The figures of a finished run.
    #[must_use]
    pub fn of(record: &RunRecord) -> Figures {
        let mut figures = Figures::default();
        for measure in Measure::ALL {
            if let Some(outcome) = outcome_of(measure) {
                figures.set(measure, Some(record.mail.of(outcome)));
            }
        }
        let accepted = record.mail.accepted;
        figures.set(Measure::Accepted, Some(accepted));
        figures.set(Measure::Refused, Some(record.tally.refused));
        for (share, outcome) in
            [(Measure::DeliveredPercent, Outcome::Delivered), (Measure::NdrPercent, Outcome::Ndr)]
        {
            figures.set(share, share_of(record.mail.of(outcome), accepted));
        }
        figures.add_times(record);
        figures.add_peaks(record);
        let left = record.mail.of(Outcome::Open) + record.mail.of(Outcome::Stranded);
        figures.set(Measure::DrainedAt, (left == 0).then_some(record.ended_at.micros()));
        figures
    }

    /// The figure of one measure.
    #[must_use]
    pub const fn get(&self, measure: Measure) -> Option<u64> {
        self.0[measure as usize]
    }

    fn set(&mut self, measure: Measure, figure: Option<u64>) {
        self.0[measure as usize] = figure;
    }

    fn add_times(&mut self, record: &RunRecord) {
        let delivery = &record.time_to_delivery;
        let end = together(delivery, &record.time_to_return);
        let longest = delivery.largest().max(record.time_to_return.largest());
        for (measure, span) in [
            (Measure::TimeToEndP50, end.percentile(500)),
            (Measure::TimeToEndP90, end.percentile(900)),
            (Measure::TimeToEndP99, end.percentile(990)),
            (Measure::TimeToEndMax, longest),
            (Measure::TimeToDeliveryP50, delivery.percentile(500)),
            (Measure::TimeToDeliveryP99, delivery.percentile(990)),
            (Measure::LargestLateness, Some(record.largest_lateness)),
        ] {
            self.set(measure, span.map(Span::micros));
        }
    }

    fn add_peaks(&mut self, record: &RunRecord) {
        let peak = |of: fn(&Sample) -> u64| record.series.iter().map(of).max();
        self.set(Measure::PeakWaiting, peak(Sample::waiting));
        self.set(Measure::PeakWaitingBytes, peak(|sample| sample.size_bytes));
        self.set(Measure::PeakConnections, peak(|sample| u64::from(sample.connections)));
        let connections = record.sites.iter().map(|site| site.connections).sum();
        self.set(Measure::Connections, Some(connections));
    }
}

/// The outcome that a measure counts, if it counts one.
const fn outcome_of(measure: Measure) -> Option<Outcome> {
    Some(match measure {
        Measure::Delivered => Outcome::Delivered,
        Measure::Ndrs => Outcome::Ndr,
        Measure::DeadLetters => Outcome::DeadLetter,
        Measure::Suppressed => Outcome::Suppressed,
        Measure::Cancelled => Outcome::Cancelled,
        Measure::Stranded => Outcome::Stranded,
        Measure::Open => Outcome::Open,
        _ => return None,
    })
}

/// How many of a hundred, in millionths, to the nearest; none of nothing.
pub(super) fn share_of(part: u64, whole: u64) -> Option<u64> {
    const HUNDRED: u128 = 100_000_000;
    let (part, whole) = (u128::from(part), u128::from(whole));
    let share = (2 * part * HUNDRED + whole).checked_div(2 * whole)?;
    Some(u64::try_from(share).expect("a part of the whole is at most a hundred millions"))
}

/// The spans of two collections in one.
fn together(one: &Distribution, other: &Distribution) -> Distribution {
    let mut all = one.clone();
    all.append(other);
    all.settle();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_stands_at_its_number_and_has_a_name_of_its_own() {
        for (number, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(measure as usize, number);
            assert_eq!(Measure::called(measure.name()), Some(measure));
            let unit = measure.unit();
            assert_eq!(measure.name().ends_with("_s"), unit == "s", "{measure}");
            assert_eq!(measure.name().ends_with("_percent"), unit == "%", "{measure}");
            assert_eq!(measure.name().ends_with("_bytes"), unit == "B", "{measure}");
        }
    }

    #[test]
    fn a_share_is_exact_to_a_millionth_and_nothing_has_none() {
        for (part, whole, share) in [
            (0, 0, None),
            (0, 3, Some(0)),
            (1, 3, Some(33_333_333)),
            (2, 3, Some(66_666_667)),
            (3, 3, Some(100_000_000)),
        ] {
            assert_eq!(share_of(part, whole), share);
        }
    }

    #[test]
    fn two_collections_have_the_percentiles_of_all_their_spans() {
        let of = |micros: &[u64]| {
            let mut spans = Distribution::default();
            spans.extend(micros.iter().map(|micros| Span::from_micros(*micros)));
            spans.settle();
            spans
        };
        let all = together(&of(&[1, 1, 5]), &of(&[2, 9]));
        assert_eq!(all.count(), 5);
        assert_eq!(all.percentile(500), Some(Span::from_micros(2)));
        assert_eq!(all.largest(), Some(Span::from_micros(9)));
    }
}
