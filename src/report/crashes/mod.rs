//! Crashes everywhere, as they are shown: text for the terminal, `crashes.csv` and `crashes.json`.
//!
//! In: what came of each scenario and seed with a crash at every point. Out: text and bytes. Nothing here
//! judges: a failure comes with the report.

mod files;
mod text;

#[cfg(test)]
mod tests;

use super::failure::{self, Failure};
use super::repeat;
use crate::scenario::AtCrash;
use crate::trial::{CrashFailure, CrashFault, CrashPoint, CrashReport, OperationKind};

pub use files::{artifacts, json};
pub use text::{failure, one, suite};

/// What came of crashes everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Crashes<'a> {
    /// By scenario, then by seed.
    pub reports: &'a [CrashReport],
    /// Scenarios that were selected and have no disk that could lose anything.
    pub left_out: u64,
}

/// All reports together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Totals {
    scenarios: u64,
    points: u64,
    once: u64,
    /// None where no second crash was tried anywhere.
    twice: Option<u64>,
    runs: u64,
    ambiguous: u64,
    duplicates: u64,
    failed: u64,
    interrupted: u64,
}

impl Totals {
    fn of(reports: &[CrashReport]) -> Totals {
        let sum = |part: fn(&CrashReport) -> u64| reports.iter().map(part).sum();
        let scenarios = reports.chunk_by(|one, other| one.scenario.name == other.scenario.name);
        Totals {
            scenarios: scenarios.count() as u64,
            points: sum(|report| report.points),
            once: sum(|report| report.once),
            twice: reports
                .iter()
                .filter_map(|report| report.twice)
                .reduce(|sum, twice| sum + twice),
            runs: sum(|report| report.runs),
            ambiguous: sum(|report| report.ambiguous),
            duplicates: sum(|report| report.duplicates),
            failed: sum(|report| report.failed),
            interrupted: sum(|report| u64::from(report.is_interrupted)),
        }
    }
}

/// A point as `--crash-at` takes it: `217:torn`, or `217:torn+224:dropped` for a second crash while the
/// hub recovered from the first.
#[must_use]
pub fn point(first: CrashPoint, second: Option<CrashPoint>) -> String {
    let crash = |CrashPoint { operation, at_crash }| format!("{operation}:{}", at_crash.name());
    match second {
        Some(second) => format!("{}+{}", crash(first), crash(second)),
        None => crash(first),
    }
}

/// A failure's point in words.
fn where_it_was(failure: &CrashFailure) -> String {
    let &CrashFailure { first, second, kind, at, .. } = failure;
    let crash = |CrashPoint { operation, at_crash }, kind: &str| {
        format!("after operation {operation}{kind}: {}", left(at_crash))
    };
    let kind = format!(", {}", asked(kind));
    match second {
        None => format!("at {at} {}", crash(first, &kind)),
        Some(second) => {
            let again = crash(second, &kind);
            format!("at {at} {}; and while the hub recovered, {again}", crash(first, ""))
        }
    }
}

/// What a crash left on the disk.
const fn left(at_crash: AtCrash) -> &'static str {
    match at_crash {
        AtCrash::Dropped => "all that was not synced was lost",
        AtCrash::Kept => "all that was not synced was kept",
        AtCrash::Reordered => "some of the writes that were not synced were kept",
        AtCrash::Torn => "some sectors of what was not synced were kept",
    }
}

/// What the disk was asked for.
const fn asked(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Create => "a new file",
        OperationKind::Write => "a write",
        OperationKind::Resize => "a resize",
        OperationKind::Sync => "a sync",
        OperationKind::Rename => "a rename",
        OperationKind::SyncNames => "a sync of names",
    }
}

/// What went wrong, in the words of the other reports.
#[must_use]
pub fn told(report: &CrashReport, failed: &CrashFailure) -> Failure {
    match &failed.what {
        CrashFault::Broken { first, .. } => failure::broken(&report.scenario, first),
        CrashFault::Torn(what) => Failure {
            at: failed.at,
            rule: WHOLE.to_owned(),
            expected: "what was stored before, or all of it with the group that was being stored"
                .to_owned(),
            seen: what.clone(),
            message: None,
            site: None,
        },
    }
}

/// What is demanded of a spool that no hub has read yet; the rules of the judge come after that.
const WHOLE: &str = "the spool is whole";

/// The command that repeats one failure.
fn repeat_of(
    program: &str,
    report: &CrashReport,
    failed: &CrashFailure,
    changes: &[String],
) -> String {
    let point = point(failed.first, failed.second);
    repeat::crashing(program, &report.scenario, report.seed, Some(&point), changes)
}
