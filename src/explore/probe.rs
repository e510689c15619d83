//! One random scenario put to the test: run twice, judged, compared, and judged again with the spool.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::base::{MessageId, Rule, Span};
use crate::scenario::{Fidelity, Scenario};
use crate::sim::RunError;
use crate::trial::{self, Manner, RunRecord, Verdict};

/// What became of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It broke nothing, twice in the same way.
    Passed,
    /// It is not as it should be.
    Failed(Failure),
    /// It was broken off.
    Interrupted,
}

/// What is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is no scenario, and this is why: the fault is where it was drawn.
    Invalid(String),
    /// At a fidelity it breaks these rules.
    Broken(Fidelity, Vec<Rule>),
    /// With the spool a message comes to another end than without.
    OtherEnd(MessageId),
    /// Two runs of it took different courses.
    NotRepeatable,
    /// It could not be run.
    Trial(RunError),
    /// It made the program panic, with these words.
    Panicked(String),
}

impl Failure {
    /// Whether another scenario fails for the same reason.
    pub(super) fn is_like(&self, other: &Failure) -> bool {
        match (self, other) {
            (Failure::Broken(here, these), Failure::Broken(there, those)) => {
                here == there && those.iter().any(|rule| these.contains(rule))
            }
            (Failure::NotRepeatable, Failure::NotRepeatable)
            | (Failure::OtherEnd(_), Failure::OtherEnd(_))
            | (Failure::Panicked(_), Failure::Panicked(_)) => true,
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Invalid(problem) => write!(f, "it is no scenario: {problem}"),
            Failure::Broken(fidelity, rules) => {
                let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
                write!(f, "it breaks {} at fidelity {}", rules.join(", "), fidelity.name())
            }
            Failure::OtherEnd(message) => {
                write!(f, "message {message} comes to another end at fidelity hub than at queue")
            }
            Failure::NotRepeatable => f.write_str("two runs of it took different courses"),
            Failure::Trial(error) => write!(f, "it cannot be run: {error}"),
            Failure::Panicked(words) => write!(f, "it makes the program panic: {words}"),
        }
    }
}

/// Runs the scenario of this text twice with its seed, and once at each other fidelity that it has. A panic
/// is a finding.
#[must_use]
pub fn probe(text: &str, seed: u64, stop: &AtomicBool) -> Finding {
    let path = format!("random/{seed}.toml");
    let scenario = match Scenario::read(&path, text.as_bytes(), &[]) {
        Ok(scenario) => Arc::new(scenario),
        Err(problem) => return Finding::Failed(Failure::Invalid(problem.to_string())),
    };
    // A run shares nothing with another that a panic could leave half changed.
    match panic::catch_unwind(AssertUnwindSafe(|| find(&scenario, seed, stop))) {
        Ok(Ok(finding)) => finding,
        Ok(Err(error)) => Finding::Failed(Failure::Trial(error)),
        Err(payload) => Finding::Failed(Failure::Panicked(trial::words_of_panic(payload.as_ref()))),
    }
}

fn find(scenario: &Arc<Scenario>, seed: u64, stop: &AtomicBool) -> Result<Finding, RunError> {
    let run = |fidelity| trial::run_as(scenario, &Manner::plain(seed, fidelity), stop);
    let first = scenario.fidelities[0];
    let one = run(first)?;
    let mut finding = compare(&one, &run(first)?);
    for &fidelity in &scenario.fidelities[1..] {
        if finding == Finding::Passed {
            finding = compare_ends(&one, &run(fidelity)?);
        }
    }
    Ok(finding)
}

/// At another fidelity no rule is broken either, and where the disk takes no time each message comes to the
/// same end.
fn compare_ends(one: &RunRecord, other: &RunRecord) -> Finding {
    let finding = judged(other);
    if finding != Finding::Passed || one.scenario.persist_delay > Span::ZERO {
        return finding;
    }
    let ends = |run: &RunRecord| -> Vec<_> {
        run.rows.iter().map(|row| (row.message, row.outcome, row.ended_at)).collect()
    };
    let (mut ends, mut others) = (ends(one).into_iter(), ends(other).into_iter());
    loop {
        match (ends.next(), others.next()) {
            (None, None) => return Finding::Passed,
            (one, other) if one == other => {}
            (Some((message, ..)), _) | (None, Some((message, ..))) => {
                return Finding::Failed(Failure::OtherEnd(message));
            }
        }
    }
}

fn compare(one: &RunRecord, other: &RunRecord) -> Finding {
    if [one, other].iter().any(|run| run.verdict == Verdict::Interrupted) {
        return Finding::Interrupted;
    }
    let course = |run: &RunRecord| (run.fingerprint, run.ended_at, run.inputs, run.mail.accepted);
    if course(one) != course(other) || one.breaches != other.breaches {
        return Finding::Failed(Failure::NotRepeatable);
    }
    judged(one)
}

fn judged(run: &RunRecord) -> Finding {
    match run.verdict {
        Verdict::Passed => Finding::Passed,
        Verdict::Interrupted => Finding::Interrupted,
        _ => {
            let rules = run.breach_counts.iter().map(|(rule, _)| *rule).collect();
            Finding::Failed(Failure::Broken(run.fidelity, rules))
        }
    }
}
