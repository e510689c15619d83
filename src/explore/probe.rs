//! One random scenario put to the test: run twice, judged, compared.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::base::Rule;
use crate::scenario::Scenario;
use crate::sim::RunError;
use crate::trial::{self, RunRecord, Verdict};

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
    /// It breaks these rules.
    Broken(Vec<Rule>),
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
            (Failure::Broken(these), Failure::Broken(those)) => {
                those.iter().any(|rule| these.contains(rule))
            }
            (Failure::NotRepeatable, Failure::NotRepeatable)
            | (Failure::Panicked(_), Failure::Panicked(_)) => true,
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Invalid(problem) => write!(f, "it is no scenario: {problem}"),
            Failure::Broken(rules) => {
                let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
                write!(f, "it breaks {}", rules.join(", "))
            }
            Failure::NotRepeatable => f.write_str("two runs of it took different courses"),
            Failure::Trial(error) => write!(f, "it cannot be run: {error}"),
            Failure::Panicked(words) => write!(f, "it makes the program panic: {words}"),
        }
    }
}

/// Runs the scenario of this text twice with its seed. A panic is a finding.
#[must_use]
pub fn probe(text: &str, seed: u64, stop: &AtomicBool) -> Finding {
    let path = format!("random/{seed}.toml");
    let scenario = match Scenario::read(&path, text.as_bytes(), &[]) {
        Ok(scenario) => Arc::new(scenario),
        Err(problem) => return Finding::Failed(Failure::Invalid(problem.to_string())),
    };
    // A run shares nothing with another that a panic could leave half changed.
    let once = || trial::run(&scenario, seed, None, stop);
    match panic::catch_unwind(AssertUnwindSafe(|| (once(), once()))) {
        Ok((Ok(one), Ok(other))) => compare(&one, &other),
        Ok((Err(error), _) | (_, Err(error))) => Finding::Failed(Failure::Trial(error)),
        Err(payload) => Finding::Failed(Failure::Panicked(trial::words_of_panic(payload.as_ref()))),
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
    if one.verdict == Verdict::Passed {
        return Finding::Passed;
    }
    let rules = one.breach_counts.iter().map(|(rule, _)| *rule).collect();
    Finding::Failed(Failure::Broken(rules))
}
