//! A scenario with a crash at every operation by which its hub stores something.
//!
//! In: a scenario, a seed. Out: how many points there were and how many runs, what was in doubt, and every
//! run that broke a rule or found its store torn. Only the invariants are judged: what a scenario counts is
//! for the run without a crash.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::court::Court;
use super::recorder::Recorder;
use crate::base::{Instant, Rule, Span};
use crate::oracle::{Breach, Oracle};
use crate::queue::Production;
use crate::scenario::{AtCrash, Crashes, CsvRows, Fidelity, Scenario};
use crate::sim::{
    Again, CrashPoint, Crashed, EndCause, OnDisk, OperationKind, Outcome, Plan, RunError,
    Untouched, World,
};

/// Below so many points a second crash follows each, while the hub recovers.
const FEW_POINTS: u64 = 200;
/// How long the hub is down.
const DOWN: Span = Span::from_minutes(1);

/// What came of a scenario with crashes everywhere.
#[derive(Clone, Debug)]
pub struct CrashReport {
    /// What was asked for.
    pub scenario: Arc<Scenario>,
    /// The seed.
    pub seed: u64,
    /// Operations by which something was stored: writes, resizes, syncs.
    pub points: u64,
    /// Disks as one crash can leave them, each opened and read.
    pub once: u64,
    /// Disks as a second crash can leave them, while the hub recovered from the first; none where there are
    /// too many points for that to be tried.
    pub twice: Option<u64>,
    /// Runs made to their end from there: one for each state that was found at a point.
    pub runs: u64,
    /// Over all runs, deliveries that nobody can be sure of.
    pub ambiguous: u64,
    /// Over all runs, deliveries beyond the first that such a doubt excuses.
    pub duplicates: u64,
    /// The first runs that were not as they should be, in order; at most [`CrashReport::FAILURES`].
    pub failures: Vec<CrashFailure>,
    /// How many were not.
    pub failed: u64,
    /// Whether it was broken off.
    pub is_interrupted: bool,
}

impl CrashReport {
    /// The most failures that are kept one by one.
    pub const FAILURES: usize = 10;
    /// What a crash may leave of what is not at rest.
    pub const LEAVES: [AtCrash; 4] =
        [AtCrash::Dropped, AtCrash::Kept, AtCrash::Reordered, AtCrash::Torn];
}

/// One run that was not as it should be.
#[derive(Clone, Debug)]
pub struct CrashFailure {
    /// Where the power went.
    pub first: CrashPoint,
    /// Where it went again.
    pub second: Option<CrashPoint>,
    /// What the disk was asked for last before the last crash.
    pub kind: OperationKind,
    /// When the first was, in hub time. The second takes no time of its own.
    pub at: Instant,
    /// What was wrong.
    pub what: CrashFault,
}

/// What was wrong with a run.
#[derive(Clone, Debug)]
pub enum CrashFault {
    /// A rule was broken.
    Broken {
        /// Where first.
        first: Breach,
        /// Every rule that was, I1 first, with the number of messages it was broken over.
        counts: Vec<(Rule, u64)>,
    },
    /// The store was not whole, and what was wrong with it.
    Torn(String),
}

/// Runs a scenario with a crash at every point, or at one alone, and judges each run.
///
/// # Errors
/// Where the scenario asks for more than can be.
pub fn crash_everywhere(
    scenario: &Arc<Scenario>,
    seed: u64,
    only: Option<(CrashPoint, Option<CrashPoint>)>,
    stop: &AtomicBool,
) -> Result<CrashReport, RunError> {
    let mut declared = Scenario::clone(scenario);
    declared.crashes = Crashes::Anywhere;
    declared.record.csv = CsvRows::None;
    let plan = Plan { down: DOWN, leaves: &[], again: Again::No, only };
    let (points, _) = world(&declared, seed)?.run_crashing(&plan, stop, &mut |_| {})?;
    let again = match only {
        None if points < FEW_POINTS => Again::Yes,
        Some((_, Some(_))) => Again::Yes,
        _ => Again::No,
    };
    let mut report = CrashReport {
        scenario: Arc::clone(scenario),
        seed,
        points,
        once: 0,
        twice: (again == Again::Yes).then_some(0),
        runs: 0,
        ambiguous: 0,
        duplicates: 0,
        failures: Vec::new(),
        failed: 0,
        is_interrupted: false,
    };
    let plan = Plan { leaves: &CrashReport::LEAVES, again, ..plan };
    let mut tried = |crashed| report.add(crashed);
    let (_, end) = world(&declared, seed)?.run_crashing(&plan, stop, &mut tried)?;
    report.is_interrupted |= end.cause == EndCause::Stopped;
    Ok(report)
}

fn world(scenario: &Scenario, seed: u64) -> Result<World<'_, OnDisk<Production>, Court>, RunError> {
    let court =
        Court { oracle: Oracle::at(scenario, Fidelity::Hub), recorder: Recorder::new(scenario) };
    let subject = OnDisk::new(scenario, seed, Production, Untouched, None)?;
    Ok(World::new(scenario, seed, subject, court))
}

impl CrashReport {
    fn add(&mut self, crashed: Crashed<Court>) {
        let Crashed { first, second, kind, at, outcome } = crashed;
        match (second, &mut self.twice) {
            (Some(_), Some(twice)) => *twice += 1,
            _ => self.once += 1,
        }
        let what = match outcome {
            Outcome::Same => None,
            Outcome::Torn(what) => Some(CrashFault::Torn(what)),
            // What was not seen to its end has neither kept nor broken a promise.
            Outcome::Ended(end, _) if end.cause == EndCause::Stopped => {
                self.is_interrupted = true;
                None
            }
            Outcome::Ended(_, court) => self.judge(&court.oracle),
        };
        let Some(what) = what else { return };
        self.failed += 1;
        if self.failures.len() < CrashReport::FAILURES {
            self.failures.push(CrashFailure { first, second, kind, at, what });
        }
    }

    /// Counts a run that came to its end, and says what was wrong with it.
    fn judge(&mut self, oracle: &Oracle) -> Option<CrashFault> {
        self.runs += 1;
        self.ambiguous += oracle.ambiguous();
        self.duplicates += oracle.duplicates();
        let first = oracle.breaches().first()?.clone();
        Some(CrashFault::Broken { first, counts: oracle.counts().collect() })
    }
}
