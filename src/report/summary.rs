//! `summary.json`: a run, or a suite of them, for machines.
//!
//! In: records. Out: JSON with its keys in a fixed order. Lengths of time and instants are whole
//! microseconds (`_us`); what is absent is `null`.

use serde::Serialize;

use super::{failure, figure, label, repeat};
use crate::base::{Instant, Rule, Span};
use crate::trial::{
    Absence, AbsenceCause, Distribution, HubLife, Miss, Outcome, Outcomes, Reading, RunRecord,
    Tally, Verdict,
};

/// Raised by one where a key is renamed, removed or means something else.
const SCHEMA_VERSION: u32 = 1;

/// `summary.json` of one run.
pub(super) fn run(record: &RunRecord, changes: &[String]) -> Vec<u8> {
    json(&RunFile { schema_version: SCHEMA_VERSION, run: Run::of(record, changes) }).into_bytes()
}

/// `summary.json` of a suite, which `--format json` prints too: the verdicts counted, then every run.
#[must_use]
pub fn suite_json(records: &[RunRecord], changes: &[String]) -> String {
    let count = |name| {
        records.iter().filter(|record| failure::verdict_name(&record.verdict) == name).count()
    };
    json(&SuiteFile {
        schema_version: SCHEMA_VERSION,
        verdicts: Verdicts {
            runs: records.len(),
            passed: count("passed"),
            broken: count("broken"),
            not_caught: count("not-caught"),
            missed: count("missed"),
            interrupted: count("interrupted"),
        },
        runs: records.iter().map(|record| Run::of(record, changes)).collect(),
    })
}

fn json(file: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(file).expect("plain values under plain keys");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct RunFile<'a> {
    schema_version: u32,
    #[serde(flatten)]
    run: Run<'a>,
}

#[derive(Serialize)]
struct SuiteFile<'a> {
    schema_version: u32,
    verdicts: Verdicts,
    runs: Vec<Run<'a>>,
}

#[derive(Serialize)]
struct Verdicts {
    runs: usize,
    passed: usize,
    broken: usize,
    not_caught: usize,
    missed: usize,
    interrupted: usize,
}

#[derive(Serialize)]
struct Run<'a> {
    scenario: &'a str,
    title: &'a str,
    path: &'a str,
    seed: u64,
    fidelity: &'static str,
    exhibit: Option<&'static str>,
    verdict: &'static str,
    exit_code: u8,
    exit_meaning: &'static str,
    counts_judged: &'static str,
    caught: Option<Caught>,
    missed: Vec<Missed>,
    thresholds: Vec<Limit<'a>>,
    mail: Counts,
    reports: Counts,
    unacknowledged: Counts,
    tally: Tallied,
    hub: Hub,
    breach_counts: Vec<BreachCount>,
    breaches: Vec<Broken<'a>>,
    largest_lateness_us: u64,
    slack_us: u64,
    time_to_delivery: Percentiles,
    time_to_return: Percentiles,
    virtual_end_us: u64,
    inputs: u64,
    fingerprint: Lanes,
    repeat: String,
}

#[derive(Serialize)]
struct Caught {
    rule: &'static str,
    rule_name: &'static str,
    at_us: Option<u64>,
    also: Vec<&'static str>,
}

/// A count that came out otherwise; thresholds that do not hold stand among `thresholds`.
#[derive(Serialize)]
struct Missed {
    count: &'static str,
    expected: u64,
    seen: u64,
}

/// A threshold, whether it was judged or not (`counts_judged`). `bound` and `seen` are in `unit`.
#[derive(Serialize)]
struct Limit<'a> {
    threshold: &'a str,
    unit: &'static str,
    bound: u64,
    seen: Option<u64>,
    holds: bool,
}

/// What happened to mail besides its ends. `lost` is what a disk whose syncs lie lost. `largest_amplification` is the most reports that were made
/// for one recipient.
#[derive(Serialize)]
struct Tallied {
    delay_notices: u64,
    relay_notices: u64,
    refused: u64,
    duplicates: u64,
    ambiguous: u64,
    lost: u64,
    largest_amplification: u64,
}

/// What befell the hub.
#[derive(Serialize)]
struct Hub {
    crashes: u64,
    suspensions: u64,
    reloads: u64,
    orders: u64,
    alarms: u64,
    absences: Vec<Away>,
}

/// `to_us` is absent where the run ended before the hub was there again.
#[derive(Serialize)]
struct Away {
    cause: &'static str,
    from_us: Option<u64>,
    to_us: Option<u64>,
}

#[derive(Serialize)]
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

#[derive(Serialize)]
struct BreachCount {
    rule: &'static str,
    rule_name: &'static str,
    breaches: u64,
}

#[derive(Serialize)]
struct Broken<'a> {
    rule: &'static str,
    rule_name: &'static str,
    at_us: Option<u64>,
    message: Option<String>,
    site: Option<String>,
    expected: &'a str,
    seen: &'a str,
}

/// `exact` says whether every value is that of a message; else each but the largest may be too low
/// by a thousandth.
#[derive(Serialize)]
struct Percentiles {
    messages: u64,
    exact: bool,
    p50_us: Option<u64>,
    p90_us: Option<u64>,
    p99_us: Option<u64>,
    p999_us: Option<u64>,
    largest_us: Option<u64>,
}

#[derive(Serialize)]
struct Lanes {
    seen: String,
    disk: String,
    sched: String,
    rng: String,
}

impl<'a> Run<'a> {
    fn of(record: &'a RunRecord, changes: &[String]) -> Run<'a> {
        let scenario = &record.scenario;
        let (exit_code, exit_meaning) = failure::exit_meaning(&record.verdict);
        let lane = |bits: u128| format!("{bits:032x}");
        Run {
            scenario: &scenario.name,
            title: &scenario.title,
            path: &scenario.path,
            seed: record.seed,
            fidelity: record.fidelity.name(),
            exhibit: record.exhibit,
            verdict: failure::verdict_name(&record.verdict),
            exit_code,
            exit_meaning,
            counts_judged: failure::counts_judged_name(record.counts_judged),
            caught: failure::caught(record).map(Caught::of),
            missed: missed(&record.verdict),
            thresholds: record.readings.iter().map(Limit::of).collect(),
            mail: Counts::of(&record.mail),
            reports: Counts::of(&record.reports),
            unacknowledged: Counts::of(&record.unacknowledged),
            tally: Tallied::of(&record.tally),
            hub: Hub::of(&record.hub),
            breach_counts: record.breach_counts.iter().map(BreachCount::of).collect(),
            breaches: breaches(record),
            largest_lateness_us: record.largest_lateness.micros(),
            slack_us: scenario.slack(record.fidelity).micros(),
            time_to_delivery: Percentiles::of(&record.time_to_delivery),
            time_to_return: Percentiles::of(&record.time_to_return),
            virtual_end_us: record.ended_at.micros(),
            inputs: record.inputs,
            fingerprint: Lanes {
                seen: lane(record.fingerprint.seen),
                disk: lane(record.fingerprint.disk),
                sched: lane(record.fingerprint.sched),
                rng: lane(record.fingerprint.rng),
            },
            repeat: repeat::canonical(record, changes),
        }
    }
}

impl Caught {
    fn of(caught: failure::Caught) -> Caught {
        let failure::Caught { rule, at, also } = caught;
        Caught {
            rule: rule.id(),
            rule_name: rule.name(),
            at_us: at.and_then(micros),
            also: also.into_iter().map(Rule::id).collect(),
        }
    }
}

impl Limit<'_> {
    fn of(reading: &Reading) -> Limit<'_> {
        let threshold = &reading.threshold;
        Limit {
            threshold: &threshold.text,
            unit: figure::unit(threshold.metric),
            bound: threshold.bound,
            seen: reading.seen,
            holds: reading.holds(),
        }
    }
}

impl Tallied {
    fn of(tally: &Tally) -> Tallied {
        Tallied {
            delay_notices: tally.delay_notices,
            relay_notices: tally.relay_notices,
            refused: tally.refused,
            duplicates: tally.duplicates,
            ambiguous: tally.ambiguous,
            lost: tally.lost,
            largest_amplification: tally.largest_amplification,
        }
    }
}

impl Hub {
    fn of(life: &HubLife) -> Hub {
        Hub {
            crashes: life.times(AbsenceCause::Down),
            suspensions: life.times(AbsenceCause::Suspended),
            reloads: life.reloads,
            orders: life.orders,
            alarms: life.alarms,
            absences: life.absences.iter().map(Away::of).collect(),
        }
    }
}

impl Away {
    fn of(absence: &Absence) -> Away {
        Away {
            cause: absence.cause.name(),
            from_us: micros(absence.from),
            to_us: absence.to.and_then(micros),
        }
    }
}

impl Counts {
    fn of(outcomes: &Outcomes) -> Counts {
        Counts {
            accepted: outcomes.accepted,
            delivered: outcomes.of(Outcome::Delivered),
            ndr: outcomes.of(Outcome::Ndr),
            dead_letter: outcomes.of(Outcome::DeadLetter),
            suppressed: outcomes.of(Outcome::Suppressed),
            cancelled: outcomes.of(Outcome::Cancelled),
            stranded: outcomes.of(Outcome::Stranded),
            open: outcomes.of(Outcome::Open),
        }
    }
}

impl BreachCount {
    fn of((rule, breaches): &(Rule, u64)) -> BreachCount {
        BreachCount { rule: rule.id(), rule_name: rule.name(), breaches: *breaches }
    }
}

impl Percentiles {
    fn of(spans: &Distribution) -> Percentiles {
        let percentile = |permille| spans.percentile(permille).map(Span::micros);
        Percentiles {
            messages: spans.count(),
            exact: spans.is_exact(),
            p50_us: percentile(500),
            p90_us: percentile(900),
            p99_us: percentile(990),
            p999_us: percentile(999),
            largest_us: spans.largest().map(Span::micros),
        }
    }
}

fn missed(verdict: &Verdict) -> Vec<Missed> {
    let Verdict::Missed(misses) = verdict else { return Vec::new() };
    let told = misses.iter().filter_map(|miss| match miss {
        Miss::Count { count, expected, seen } => {
            Some(Missed { count: count.name(), expected: *expected, seen: *seen })
        }
        Miss::Threshold(_) => None,
    });
    told.collect()
}

fn breaches(record: &RunRecord) -> Vec<Broken<'_>> {
    let scenario = &record.scenario;
    let told = record.breaches.iter().take(RunRecord::BREACHES).map(|breach| Broken {
        rule: breach.rule.id(),
        rule_name: breach.rule.name(),
        at_us: micros(breach.at),
        message: breach.message.map(|id| label::message(scenario, id)),
        site: breach.site.map(|id| label::site(scenario, id)),
        expected: &breach.expected,
        seen: &breach.seen,
    });
    told.collect()
}

/// An instant in microseconds; none where it never comes.
fn micros(at: Instant) -> Option<u64> {
    (at != Instant::NEVER).then_some(at.micros())
}
