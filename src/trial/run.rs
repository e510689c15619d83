//! One scenario, one seed, one set of rules, from beginning to end.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::court::Court;
use super::recorder::Recorder;
use super::{CountsJudged, Miss, Outcome, RunRecord, Verdict};
use crate::base::Rule;
use crate::museum::{Bug, Exhibit};
use crate::oracle::Oracle;
use crate::queue::{Production, Rules};
use crate::scenario::{Count, Scenario};
use crate::sim::{Adaptor, EndCause, InMemory, RunEnd, RunError, Untouched, World};

/// Runs a scenario with a seed, by the production rules or with an exhibit in their place, and judges
/// it. A run that `stop` breaks off has the verdict [`Verdict::Interrupted`].
///
/// # Errors
/// Where the scenario asks for more than can be.
pub fn run(
    scenario: &Arc<Scenario>,
    seed: u64,
    exhibit: Option<&'static Exhibit>,
    stop: &AtomicBool,
) -> Result<RunRecord, RunError> {
    let mut court = Court { oracle: Oracle::new(scenario), recorder: Recorder::new(scenario) };
    let end = match exhibit.map(|exhibit| &exhibit.bug) {
        None => drive(scenario, seed, Production, Untouched, &mut court, stop),
        Some(Bug::Rules(rules)) => drive(scenario, seed, *rules, Untouched, &mut court, stop),
        Some(Bug::Adaptor(adaptor)) => {
            drive(scenario, seed, Production, adaptor(), &mut court, stop)
        }
    }?;
    Ok(write_down(scenario, seed, exhibit, court, end))
}

fn drive(
    scenario: &Scenario,
    seed: u64,
    rules: impl Rules + Clone,
    adaptor: impl Adaptor,
    court: &mut Court,
    stop: &AtomicBool,
) -> Result<RunEnd, RunError> {
    let subject = InMemory::new(scenario, rules, adaptor)?;
    World::new(scenario, seed, subject, court).run(stop)
}

fn write_down(
    scenario: &Arc<Scenario>,
    seed: u64,
    exhibit: Option<&'static Exhibit>,
    court: Court,
    end: RunEnd,
) -> RunRecord {
    let Court { oracle, recorder } = court;
    let breach_counts: Vec<(Rule, u64)> = oracle.counts().collect();
    let (verdict, counts_judged) =
        judge(scenario, seed, exhibit, &breach_counts, &recorder, end.cause);
    RunRecord {
        scenario: Arc::clone(scenario),
        seed,
        exhibit: exhibit.map(|exhibit| exhibit.id),
        verdict,
        counts_judged,
        ended_at: end.at,
        mail: recorder.mail,
        reports: recorder.reports,
        breaches: oracle.breaches().to_vec(),
        breach_counts,
        largest_lateness: oracle.largest_lateness(),
        time_to_delivery: recorder.time_to_delivery,
        time_to_return: recorder.time_to_return,
        rows: recorder.rows,
        series: recorder.series,
        sites: recorder.sites,
        strips: recorder.strips,
        fingerprint: end.fingerprint,
        inputs: end.inputs,
    }
}

fn judge(
    scenario: &Scenario,
    seed: u64,
    exhibit: Option<&Exhibit>,
    breaches: &[(Rule, u64)],
    recorder: &Recorder,
    cause: EndCause,
) -> (Verdict, CountsJudged) {
    if cause == EndCause::Stopped {
        return (Verdict::Interrupted, CountsJudged::OtherRules);
    }
    if let (Some(exhibit), Some((name, rule))) = (exhibit, &scenario.expect.caught)
        && exhibit.id.starts_with(name.as_str())
    {
        let caught = breaches.iter().any(|(broken, _)| broken == rule);
        let verdict = if caught { Verdict::Passed } else { Verdict::NotCaught { rule: *rule } };
        return (verdict, CountsJudged::OtherRules);
    }
    if exhibit.is_some() || !breaches.is_empty() {
        let verdict = if breaches.is_empty() { Verdict::Passed } else { Verdict::Broken };
        return (verdict, CountsJudged::OtherRules);
    }
    if !scenario.seeds.contains(&seed) && scenario.depends_on_seed() {
        return (Verdict::Passed, CountsJudged::OtherSeed);
    }
    let miss = |(count, expected): &(Count, u64)| {
        let seen = count_of(*count, recorder);
        (seen != *expected).then_some(Miss { count: count.name(), expected: *expected, seen })
    };
    let misses: Vec<Miss> = scenario.expect.counts.iter().filter_map(miss).collect();
    let verdict = if misses.is_empty() { Verdict::Passed } else { Verdict::Missed(misses) };
    (verdict, CountsJudged::Yes)
}

fn count_of(count: Count, recorder: &Recorder) -> u64 {
    match count {
        Count::Accepted => recorder.mail.accepted,
        Count::Delivered => recorder.mail.of(Outcome::Delivered),
        Count::Ndr => recorder.mail.of(Outcome::Ndr),
        Count::DeadLetter => recorder.mail.of(Outcome::DeadLetter),
        Count::Suppressed => recorder.mail.of(Outcome::Suppressed),
        Count::Cancelled => recorder.mail.of(Outcome::Cancelled),
        Count::DelayNotices
        | Count::RelayNotices
        | Count::Refused
        | Count::Duplicates
        | Count::Ambiguous
        | Count::Alarms => 0,
        Count::Open => recorder.mail.of(Outcome::Open),
        Count::ReportsDelivered => recorder.reports.of(Outcome::Delivered),
    }
}
