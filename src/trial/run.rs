//! One scenario, one seed, one set of rules, from beginning to end.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::RunRecord;
use super::court::Court;
use super::judgement::Case;
use super::recorder::Recorder;
use crate::base::{MessageIdError, Rule};
use crate::museum::{Bug, Exhibit};
use crate::oracle::Oracle;
use crate::queue::{Production, Queue, QueueError, RoutesError, Rules};
use crate::scenario::Scenario;
use crate::sim::{Adaptor, InMemory, RunEnd, Untouched, World, policy_of, routes_of};

/// A scenario cannot be run, although it could be read: the user's to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialError {
    /// The queue refuses the policy.
    Policy(QueueError),
    /// The queue refuses the routes.
    Routes(RoutesError),
    /// There are more sources or messages than can be told apart.
    TooMany(MessageIdError),
}

impl fmt::Display for TrialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrialError::Policy(error) => error.fmt(f),
            TrialError::Routes(error) => error.fmt(f),
            TrialError::TooMany(error) => write!(f, "{error}; split the traffic"),
        }
    }
}

impl Error for TrialError {}

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
) -> Result<RunRecord, TrialError> {
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
    rules: impl Rules,
    adaptor: impl Adaptor,
    court: &mut Court,
    stop: &AtomicBool,
) -> Result<RunEnd, TrialError> {
    let routes = routes_of(scenario).map_err(TrialError::Routes)?;
    let policy = policy_of(&scenario.policy);
    let queue = Queue::new(rules, policy, routes).map_err(TrialError::Policy)?;
    let subject = InMemory::new(queue, adaptor, scenario.sources.len());
    World::new(scenario, seed, subject, court).run(stop).map_err(TrialError::TooMany)
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
    let case = Case { scenario, seed, exhibit, breaches: &breach_counts, cause: end.cause };
    let (verdict, counts_judged) = case.judge(&recorder);
    RunRecord {
        scenario: Arc::clone(scenario),
        seed,
        exhibit: exhibit.map(|exhibit| exhibit.id),
        verdict,
        counts_judged,
        ended_at: end.at,
        mail: recorder.mail,
        reports: recorder.reports,
        unacknowledged: recorder.unacknowledged,
        tally: recorder.hub.tally,
        hub: recorder.hub.life,
        readings: recorder.readings,
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
