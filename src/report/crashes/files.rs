//! `crashes.csv` and `crashes.json`.
//!
//! What is absent is an empty cell, and `null`: the disks after a second crash where none was tried, a
//! first failure where there is none. Instants are in hub time.

use serde::Serialize;

use super::{Crashes, Totals, point, repeat_of, told};
use crate::base::{Instant, Rule};
use crate::report::cell::{push_instant, push_integers, quoted};
use crate::report::{Artifact, repeat};
use crate::trial::{CrashFailure, CrashFault, CrashReport};

/// Raised by one where a key is renamed, removed or means something else.
const SCHEMA_VERSION: u32 = 1;

/// The files, at the top of the report folder; `changes` are those that the scenarios were read with.
#[must_use]
pub fn artifacts(crashes: &Crashes<'_>, changes: &[String]) -> Vec<Artifact> {
    vec![
        Artifact { path: "crashes.csv".to_owned(), bytes: csv(crashes) },
        Artifact { path: "crashes.json".to_owned(), bytes: json(crashes, changes).into_bytes() },
    ]
}

const HEADER: &str = "scenario,seed,points,disks_once,disks_twice,runs,ambiguous,duplicates,failed,\
                      first_crash_at,first_rule,first_at_s\n";

/// A row for each scenario and seed.
fn csv(crashes: &Crashes<'_>) -> Vec<u8> {
    let mut file = HEADER.as_bytes().to_vec();
    for report in crashes.reports {
        file.extend_from_slice(&quoted(&report.scenario.name));
        file.push(b',');
        push_integers(&mut file, [report.seed, report.points, report.once]);
        file.push(b',');
        push_integers(&mut file, report.twice);
        file.push(b',');
        let CrashReport { runs, ambiguous, duplicates, failed, .. } = report;
        push_integers(&mut file, [*runs, *ambiguous, *duplicates, *failed]);
        file.push(b',');
        push_first(&mut file, report);
        file.push(b'\n');
    }
    file
}

fn push_first(file: &mut Vec<u8>, report: &CrashReport) {
    let Some(first) = report.failures.first() else {
        file.extend_from_slice(b",,");
        return;
    };
    let told = told(report, first);
    file.extend_from_slice(point(first.first, first.second).as_bytes());
    file.push(b',');
    file.extend_from_slice(&quoted(&told.rule));
    file.push(b',');
    push_instant(file, told.at);
}

/// `crashes.json`, which `--format json` prints too.
///
/// # Panics
/// Never: plain values under plain keys are always JSON.
#[must_use]
pub fn json(crashes: &Crashes<'_>, changes: &[String]) -> String {
    let totals = Totals::of(crashes.reports);
    let file = File {
        schema_version: SCHEMA_VERSION,
        scenarios: totals.scenarios,
        left_out: crashes.left_out,
        interrupted: totals.interrupted,
        points: totals.points,
        disks_once: totals.once,
        disks_twice: totals.twice,
        runs: totals.runs,
        ambiguous: totals.ambiguous,
        duplicates: totals.duplicates,
        failed: totals.failed,
        tried: crashes.reports.iter().map(|report| Tried::of(report, changes)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("plain values under plain keys");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct File<'a> {
    schema_version: u32,
    scenarios: u64,
    left_out: u64,
    interrupted: u64,
    points: u64,
    disks_once: u64,
    disks_twice: Option<u64>,
    runs: u64,
    ambiguous: u64,
    duplicates: u64,
    failed: u64,
    tried: Vec<Tried<'a>>,
}

/// One scenario with one seed. `failures` are the first few of those that `failed` counts.
#[derive(Serialize)]
struct Tried<'a> {
    scenario: &'a str,
    title: &'a str,
    path: &'a str,
    seed: u64,
    interrupted: bool,
    points: u64,
    disks_once: u64,
    disks_twice: Option<u64>,
    runs: u64,
    ambiguous: u64,
    duplicates: u64,
    failed: u64,
    failures: Vec<Failed>,
    repeat: String,
}

/// `rule` is absent where the spool was torn, before any rule could be asked.
#[derive(Serialize)]
struct Failed {
    crash_at: String,
    crashed_at_us: u64,
    rule: Option<&'static str>,
    rule_name: Option<&'static str>,
    at_us: Option<u64>,
    message: Option<String>,
    site: Option<String>,
    expected: String,
    seen: String,
    breach_counts: Vec<BreachCount>,
    repeat: String,
}

#[derive(Serialize)]
struct BreachCount {
    rule: &'static str,
    rule_name: &'static str,
    breaches: u64,
}

impl<'a> Tried<'a> {
    fn of(report: &'a CrashReport, changes: &[String]) -> Tried<'a> {
        let scenario = &report.scenario;
        let failures = report.failures.iter().map(|failed| Failed::of(report, failed, changes));
        Tried {
            scenario: &scenario.name,
            title: &scenario.title,
            path: &scenario.path,
            seed: report.seed,
            interrupted: report.is_interrupted,
            points: report.points,
            disks_once: report.once,
            disks_twice: report.twice,
            runs: report.runs,
            ambiguous: report.ambiguous,
            duplicates: report.duplicates,
            failed: report.failed,
            failures: failures.collect(),
            repeat: repeat::crashing(repeat::PROGRAM, scenario, report.seed, None, changes),
        }
    }
}

impl Failed {
    fn of(report: &CrashReport, failed: &CrashFailure, changes: &[String]) -> Failed {
        let told = told(report, failed);
        let (rule, counts): (Option<Rule>, &[(Rule, u64)]) = match &failed.what {
            CrashFault::Broken { first, counts } => (Some(first.rule), counts),
            CrashFault::Torn(_) => (None, &[]),
        };
        let count = |&(rule, breaches): &(Rule, u64)| BreachCount {
            rule: rule.id(),
            rule_name: rule.name(),
            breaches,
        };
        Failed {
            crash_at: point(failed.first, failed.second),
            crashed_at_us: failed.at.micros(),
            rule: rule.map(Rule::id),
            rule_name: rule.map(Rule::name),
            at_us: (told.at != Instant::NEVER).then_some(told.at.micros()),
            message: told.message,
            site: told.site,
            expected: told.expected,
            seen: told.seen,
            breach_counts: counts.iter().map(count).collect(),
            repeat: repeat_of(repeat::PROGRAM, report, failed, changes),
        }
    }
}
