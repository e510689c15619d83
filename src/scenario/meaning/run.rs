//! The run itself: its name, its seeds, its horizon, what it is held to and how it is written down.
//!
//! In: the top of the file, `[expect]` and `[report]`. Out: plain values with their defaults.

use std::collections::BTreeMap;

use crate::base::{Instant, Span};
use crate::scenario::file::{ExpectTable, File, ReportTable};
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quantity::LONGEST;
use crate::scenario::text::Number;
use crate::scenario::{Count, CsvRows, Expect, Record};

/// What the wall clock says at the start, where the file does not say: Monday 2001-01-01, midnight UTC.
pub(super) const START_UNIX_US: i64 = 978_307_200_000_000;
/// The most rows of `timeseries.csv` where the file does not say how far apart they are.
const SAMPLES: u64 = 400;
/// The most rows of `timeseries.csv` at all.
const MOST_SAMPLES: u64 = 1_000_000;
/// What the default horizon has beyond the end of the last obligation.
const AFTER_THE_END: Span = Span::from_hours(1);

/// `folder/stem` of a path: `basic/never-calls` of `scenarios/basic/never-calls.toml`.
pub(super) fn name_of(path: &str) -> String {
    let mut parts = path.rsplit('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let file = parts.next().unwrap_or_default();
    let stem = file.strip_suffix(".toml").unwrap_or(file);
    match parts.next() {
        Some(folder) => format!("{folder}/{stem}"),
        None => stem.to_owned(),
    }
}

/// The seeds of the file; `[1]` where it has none.
pub(super) fn seeds(list: Option<&Located<Vec<Number>>>, complaints: &mut Complaints) -> Vec<u64> {
    let Some(list) = list else { return vec![1] };
    if list.is_empty() {
        let complaint = Complaint::at(&list.place, "no seed", "an empty list");
        complaints.add(complaint.help("leave the key out for seeds = [1]"));
    }
    let mut places = BTreeMap::new();
    let mut seeds = Vec::new();
    for number in list.iter() {
        let Some(seed) = complaints.whole(number, 0, u64::MAX) else { continue };
        if let Some(first) = places.insert(seed, &number.place) {
            let complaint =
                Complaint::at(&number.place, format!("seed {seed} twice"), "again here");
            complaints.add(complaint.also(first, "first here"));
        }
        seeds.push(seed);
    }
    seeds
}

/// When the run is broken off: as the file says, or when the last message that can arrive and the
/// report on it have had their time.
///
/// `last` is when that message can arrive at the latest, or anything befall the hub; `obligation` is
/// the longest that one can have.
pub(super) fn horizon(
    file: &File,
    last: Instant,
    obligation: Span,
    expect: &Expect,
    complaints: &mut Complaints,
) -> Instant {
    if let Some(written) = &file.horizon {
        let horizon = complaints.read(written);
        if horizon == Some(Instant::ZERO) {
            let message = "a run that ends before it begins";
            complaints.add(Complaint::at(&written.place, message, "expected more than nothing"));
        }
        return horizon.unwrap_or(Instant::ZERO);
    }
    let horizon = last + obligation.saturating_mul(2) + expect.slack + AFTER_THE_END;
    if horizon > Instant::ZERO + LONGEST && complaints.is_empty() {
        let complaint = Complaint::whole("the run would end after more than 100 years");
        complaints
            .add(complaint.help("say when it is to be broken off, for example horizon = \"14d\""));
    }
    horizon
}

/// What the run is held to. Where the file does not say how late a message may end, it is as long as
/// the record of its end takes.
pub(super) fn expect(
    table: Option<&Located<ExpectTable>>,
    persist_delay: Span,
    complaints: &mut Complaints,
) -> Expect {
    let absent = ExpectTable::default();
    let table = table.map_or(&absent, |table| &**table);
    let pairs = [
        (Count::Accepted, &table.accepted),
        (Count::Delivered, &table.delivered),
        (Count::Ndr, &table.ndr),
        (Count::DeadLetter, &table.dead_letter),
        (Count::Suppressed, &table.suppressed),
        (Count::Cancelled, &table.cancelled),
        (Count::Open, &table.open),
        (Count::ReportsDelivered, &table.reports_delivered),
        (Count::DelayNotices, &table.delay_notices),
        (Count::RelayNotices, &table.relay_notices),
        (Count::Refused, &table.refused),
        (Count::Duplicates, &table.duplicates),
        (Count::Ambiguous, &table.ambiguous),
        (Count::Lost, &table.lost),
        (Count::Alarms, &table.alarms),
    ];
    let written = pairs.into_iter().filter_map(|(count, number)| Some((count, number.as_ref()?)));
    let counts = written
        .filter_map(|(count, number)| Some((count, complaints.whole(number, 0, u64::MAX)?)))
        .collect();
    match (&table.exhibit, &table.rule) {
        (Some(exhibit), None) => {
            let message = "an exhibit without a rule";
            let complaint = Complaint::at(&exhibit.place, message, "which rule must catch it?");
            complaints.add(complaint.help("name the rule, for example rule = \"I2\""));
        }
        (None, Some(rule)) => {
            let message = "a rule without an exhibit";
            let complaint = Complaint::at(&rule.place, message, "what is it to catch?");
            complaints.add(
                complaint
                    .help("every rule is always on; name the exhibit that this one must catch"),
            );
        }
        _ => {}
    }
    let exhibit = complaints.read_if(table.exhibit.as_ref());
    let rule = complaints.read_if(table.rule.as_ref());
    let slack = complaints.read_if(table.slack.as_ref()).unwrap_or(persist_delay);
    let thresholds = table.thresholds.as_ref().and_then(|list| complaints.read_all(list));
    Expect { caught: exhibit.zip(rule), slack, counts, thresholds: thresholds.unwrap_or_default() }
}

/// How the run is written down.
pub(super) fn record(
    table: Option<&ReportTable>,
    horizon: Instant,
    complaints: &mut Complaints,
) -> Record {
    let absent = ReportTable::default();
    let table = table.unwrap_or(&absent);
    let csv = complaints.read_if(table.csv.as_ref()).unwrap_or(CsvRows::All);
    let interval = complaints.read_if(table.sample_interval.as_ref());
    if let (Some(written), Some(interval)) = (&table.sample_interval, interval) {
        let rows = samples(horizon, interval);
        if rows > MOST_SAMPLES && complaints.is_empty() {
            let message = format!("{rows} rows in timeseries.csv");
            let label = format!("expected at most {MOST_SAMPLES}");
            complaints.add(Complaint::at(&written.place, message, label));
        }
    }
    Record { csv, sample_interval: interval.unwrap_or_else(|| default_interval(horizon)) }
}

fn samples(horizon: Instant, interval: Span) -> u64 {
    horizon.micros() / interval.micros()
}

/// The least round interval that gives at most [`SAMPLES`] rows up to the horizon.
fn default_interval(horizon: Instant) -> Span {
    const ROUND_S: [u64; 10] = [1, 10, 60, 300, 900, 1_800, 3_600, 7_200, 21_600, 43_200];
    const DAY: Span = Span::from_hours(24);
    let round = ROUND_S.into_iter().map(Span::from_secs);
    let days = (0..).map(|power| DAY.saturating_mul(1 << power));
    let mut fitting = round.chain(days).filter(|interval| samples(horizon, *interval) <= SAMPLES);
    fitting.next().expect("a day doubled often enough is longer than any horizon")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_called_by_its_folder_and_stem() {
        for (path, name) in [
            ("scenarios/basic/never-calls.toml", "basic/never-calls"),
            ("never-calls.toml", "never-calls"),
            ("./never-calls.toml", "never-calls"),
            ("../x/a.b.toml", "x/a.b"),
            ("/x/y", "x/y"),
        ] {
            assert_eq!(name_of(path), name);
        }
    }

    #[test]
    fn samples_are_at_most_four_hundred_and_at_round_intervals() {
        for (horizon_s, interval_s) in [
            (1, 1),
            (400, 1),
            (401, 10),
            (4_009, 10),
            (4_010, 60),
            (14 * 86_400, 3_600),
            (17 * 86_400, 7_200),
            (400 * 86_400, 86_400),
            (401 * 86_400, 2 * 86_400),
        ] {
            let horizon = Instant::ZERO + Span::from_secs(horizon_s);
            assert_eq!(default_interval(horizon), Span::from_secs(interval_s), "{horizon_s}");
        }
        assert!(samples(Instant::NEVER, default_interval(Instant::NEVER)) <= SAMPLES);
    }
}
