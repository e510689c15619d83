//! `summary.json` of `restante run`, read: of a suite, or of one run.
//!
//! In: bytes. Out: a result set, a cell for each scenario, exhibit and fidelity. A summary has fewer figures
//! than a sweep: the outcomes of mail, what was refused, times to delivery, the longest time to the end,
//! the largest lateness, and when the run ended.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Cells, Origin, ResultError, ResultSet, SeedRun, Wrong, verdict};
use crate::sweep::measure::share_of;
use crate::sweep::{Figures, Measure};

/// The version of summaries that is read.
const SCHEMA_VERSION: u64 = 1;

/// What a summary has figures of.
const MEASURES: [Measure; 16] = [
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
    Measure::TimeToEndMax,
    Measure::TimeToDeliveryP50,
    Measure::TimeToDeliveryP99,
    Measure::LargestLateness,
    Measure::DrainedAt,
];

/// What tells the three kinds of JSON apart: a suite, a run, anything else.
#[derive(Deserialize)]
struct Probe {
    schema_version: Option<u64>,
    runs: Option<IgnoredAny>,
    scenario: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct SuiteFile {
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    scenario: String,
    seed: u64,
    fidelity: String,
    exhibit: Option<String>,
    verdict: String,
    mail: Counts,
    tally: Tally,
    largest_lateness_us: u64,
    time_to_delivery: Percentiles,
    time_to_return: Percentiles,
    virtual_end_us: u64,
}

#[derive(Deserialize)]
struct Counts {
    accepted: u64,
    delivered: u64,
    ndr: u64,
    dead_letter: u64,
    suppressed: u64,
    cancelled: u64,
    stranded: u64,
    open: u64,
}

#[derive(Deserialize)]
struct Tally {
    refused: u64,
}

/// In microseconds.
#[derive(Deserialize)]
struct Percentiles {
    #[serde(rename = "p50_us")]
    p50: Option<u64>,
    #[serde(rename = "p99_us")]
    p99: Option<u64>,
    #[serde(rename = "largest_us")]
    largest: Option<u64>,
}

pub(super) fn read(bytes: &[u8]) -> Result<ResultSet, ResultError> {
    let probe: Probe = serde_json::from_slice(bytes).map_err(|error| no_summary(&error))?;
    let whole = |what| Err(ResultError { line: None, what });
    let (origin, runs) = match (probe.schema_version, &probe.runs, &probe.scenario) {
        (Some(SCHEMA_VERSION), Some(_), _) => {
            let file: SuiteFile =
                serde_json::from_slice(bytes).map_err(|error| no_summary(&error))?;
            (Origin::Suite, file.runs)
        }
        (Some(SCHEMA_VERSION), None, Some(_)) => {
            (Origin::Run, vec![serde_json::from_slice(bytes).map_err(|error| no_summary(&error))?])
        }
        (Some(version), Some(_), _) | (Some(version), _, Some(_)) => {
            return whole(Wrong::Version(version));
        }
        _ => return whole(Wrong::NoSummary),
    };
    let mut cells = Cells::default();
    for run in runs {
        if let Err(what) = run.taken(&mut cells) {
            return whole(what);
        }
    }
    let axes = ["scenario", "exhibit", "fidelity"].map(str::to_owned).to_vec();
    Ok(ResultSet { origin, axes, measures: MEASURES.to_vec(), cells: cells.cells })
}

fn no_summary(error: &serde_json::Error) -> ResultError {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let cause = text.strip_suffix(&place).unwrap_or(&text).to_owned();
    ResultError { line: Some(error.line() as u64), what: Wrong::Json(cause) }
}

impl Run {
    fn taken(self, cells: &mut Cells) -> Result<(), Wrong> {
        let (verdict, figures) = (verdict(&self.verdict)?, self.figures());
        let values = vec![self.scenario, self.exhibit.unwrap_or_default(), self.fidelity];
        cells.add("", values, self.seed, SeedRun { verdict, figures })
    }

    fn figures(&self) -> Figures {
        let mail = &self.mail;
        let (delivery, returned) = (&self.time_to_delivery, &self.time_to_return);
        let drained = (mail.open == 0 && mail.stranded == 0).then_some(self.virtual_end_us);
        let mut figures = Figures::default();
        for (measure, figure) in [
            (Measure::Accepted, Some(mail.accepted)),
            (Measure::Delivered, Some(mail.delivered)),
            (Measure::Ndrs, Some(mail.ndr)),
            (Measure::DeadLetters, Some(mail.dead_letter)),
            (Measure::Suppressed, Some(mail.suppressed)),
            (Measure::Cancelled, Some(mail.cancelled)),
            (Measure::Stranded, Some(mail.stranded)),
            (Measure::Open, Some(mail.open)),
            (Measure::Refused, Some(self.tally.refused)),
            (Measure::DeliveredPercent, share_of(mail.delivered, mail.accepted)),
            (Measure::NdrPercent, share_of(mail.ndr, mail.accepted)),
            (Measure::TimeToEndMax, delivery.largest.max(returned.largest)),
            (Measure::TimeToDeliveryP50, delivery.p50),
            (Measure::TimeToDeliveryP99, delivery.p99),
            (Measure::LargestLateness, Some(self.largest_lateness_us)),
            (Measure::DrainedAt, drained),
        ] {
            figures.0[measure as usize] = figure;
        }
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = include_str!("../../../tests/expected/report/summary.json");

    fn error_of(text: &str) -> String {
        ResultSet::read(text.as_bytes()).expect_err("it is no summary").to_string()
    }

    #[test]
    fn the_summary_of_a_run_is_a_set_of_one() {
        let set = ResultSet::read(RUN.as_bytes()).expect("a summary");
        assert_eq!((set.origin, set.runs()), (Origin::Run, 1));
        let [cell] = set.cells.as_slice() else { panic!("one cell") };
        assert_eq!(cell.values, ["basic/never-calls", "q184051-held-never-expires", "queue"]);
        let run = &cell.runs[&1];
        assert_eq!(run.verdict, "broken");
        for (measure, figure) in [
            (Measure::Stranded, Some(1)),
            (Measure::NdrPercent, Some(0)),
            (Measure::LargestLateness, Some(691_200_000_000)),
            (Measure::TimeToDeliveryP50, None),
            (Measure::DrainedAt, None),
            (Measure::Connections, None),
        ] {
            assert_eq!(run.figures.get(measure), figure, "{}", measure.name());
        }
    }

    #[test]
    fn json_that_is_no_summary_is_refused() {
        let other = RUN.replacen("\"schema_version\": 1", "\"schema_version\": 9", 1);
        let typed = RUN.replacen("\"ndr\": 0", "\"ndr\": \"none\"", 1);
        for (text, error) in [
            ("{}", " this JSON is no summary of runs"),
            ("{\"schema_version\": 1, \"exhibits\": []}", " this JSON is no summary of runs"),
            ("{\"schema_version\": 1, \"runs\": []}", " there is no run in it"),
            ("{\n\"runs\": [\n", "3: this is no summary of runs: EOF while parsing a list"),
            (&other, " a summary of version 9; this program reads version 1"),
            (&typed, "19: this is no summary of runs: invalid type: string \"none\", expected u64"),
        ] {
            assert_eq!(error_of(text), error);
        }
    }
}
