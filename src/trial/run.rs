//! One scenario, one seed, one set of rules, from beginning to end.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::RunRecord;
use super::court::Court;
use super::judgement::Case;
use super::recorder::Recorder;
use crate::base::Rule;
use crate::museum::{Bug, Exhibit};
use crate::oracle::Oracle;
use crate::queue::{Production, Rules};
use crate::scenario::Scenario;
use crate::sim::{Adaptor, InMemory, RunEnd, RunError, Untouched, World};

/// Whether a run keeps what it drew, so that its scenario can be written without chance. It costs
/// sixteen bytes for each message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draws {
    /// It does not.
    #[default]
    Forgotten,
    /// It does, in [`RunRecord::course`].
    Kept,
}

/// Runs a scenario with a seed, by the production rules or with an exhibit in their place, and judges
/// it. A run that `stop` breaks off has the verdict [`Verdict::Interrupted`](super::Verdict).
///
/// # Errors
/// Where the scenario asks for more than can be.
pub fn run(
    scenario: &Arc<Scenario>,
    seed: u64,
    exhibit: Option<&'static Exhibit>,
    stop: &AtomicBool,
) -> Result<RunRecord, RunError> {
    run_drawing(scenario, seed, exhibit, Draws::Forgotten, stop)
}

/// The same, with a say in whether what is drawn is kept.
///
/// # Errors
/// Where the scenario asks for more than can be.
pub fn run_drawing(
    scenario: &Arc<Scenario>,
    seed: u64,
    exhibit: Option<&'static Exhibit>,
    draws: Draws,
    stop: &AtomicBool,
) -> Result<RunRecord, RunError> {
    let court = Court { oracle: Oracle::new(scenario), recorder: Recorder::new(scenario) };
    let mut setting = Setting { scenario, seed, draws, court, stop };
    let end = match exhibit.map(|exhibit| &exhibit.bug) {
        None => setting.drive(Production, Untouched),
        Some(Bug::Rules(rules)) => setting.drive(*rules, Untouched),
        Some(Bug::Adaptor(adaptor)) => setting.drive(Production, adaptor()),
    }?;
    Ok(write_down(scenario, seed, exhibit, setting.court, end))
}

/// A run that is about to be made.
struct Setting<'a> {
    scenario: &'a Scenario,
    seed: u64,
    draws: Draws,
    court: Court,
    stop: &'a AtomicBool,
}

impl Setting<'_> {
    fn drive(
        &mut self,
        rules: impl Rules + Clone,
        adaptor: impl Adaptor,
    ) -> Result<RunEnd, RunError> {
        let subject = InMemory::new(self.scenario, rules, adaptor)?;
        let world = World::new(self.scenario, self.seed, subject, &mut self.court);
        match self.draws {
            Draws::Forgotten => world.run(self.stop),
            Draws::Kept => world.noting_course().run(self.stop),
        }
    }
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
        course: end.course,
    }
}
