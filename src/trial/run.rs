//! One scenario, one seed, one set of rules, from beginning to end.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::court::Court;
use super::judgement::Case;
use super::recorder::Recorder;
use super::{RunRecord, groups};
use crate::base::{Rule, Span};
use crate::museum::{Bug, Exhibit};
use crate::oracle::{Breach, Oracle};
use crate::queue::{Production, Rules};
use crate::scenario::{Fidelity, Scenario};
use crate::sim::{
    Adaptor, DiskAdaptor, InMemory, OnDisk, RunEnd, RunError, Subject, Untouched, World,
};

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

/// How a scenario is run.
#[derive(Clone, Copy)]
pub struct Manner {
    /// The seed.
    pub seed: u64,
    /// How much of the hub is under test; it need not be one of the scenario's.
    pub fidelity: Fidelity,
    /// What takes the place of the production rules, if anything.
    pub exhibit: Option<&'static Exhibit>,
    /// Whether what is drawn is kept.
    pub draws: Draws,
    /// How many groups of hosts may be run at a time, where it is run in groups: nothing in the record goes by
    /// it. A pool of so many threads is to be at hand.
    pub groups_at_once: NonZeroUsize,
}

impl Manner {
    /// By the production rules, with nothing kept that need not be, on one thread.
    #[must_use]
    pub const fn plain(seed: u64, fidelity: Fidelity) -> Manner {
        let (draws, groups_at_once) = (Draws::Forgotten, NonZeroUsize::MIN);
        Manner { seed, fidelity, exhibit: None, draws, groups_at_once }
    }
}

/// Runs a scenario with a seed at its first fidelity, by the production rules or with an exhibit in their
/// place, and judges it. A run that `stop` breaks off has the verdict
/// [`Verdict::Interrupted`](super::Verdict).
///
/// # Errors
/// Where the scenario asks for more than can be.
pub fn run(
    scenario: &Arc<Scenario>,
    seed: u64,
    exhibit: Option<&'static Exhibit>,
    stop: &AtomicBool,
) -> Result<RunRecord, RunError> {
    let plain = Manner::plain(seed, scenario.fidelities[0]);
    run_as(scenario, &Manner { exhibit, ..plain }, stop)
}

/// Runs a scenario as asked, and judges it.
///
/// # Errors
/// Where the scenario asks for more than can be.
pub fn run_as(
    scenario: &Arc<Scenario>,
    manner: &Manner,
    stop: &AtomicBool,
) -> Result<RunRecord, RunError> {
    match groups::run(scenario, manner, groups::LEAST_SITES, stop) {
        Some(record) => Ok(record),
        None => run_whole(scenario, manner, stop),
    }
}

/// Runs a scenario in one piece.
pub(super) fn run_whole(
    scenario: &Arc<Scenario>,
    manner: &Manner,
    stop: &AtomicBool,
) -> Result<RunRecord, RunError> {
    let court =
        Court { oracle: Oracle::at(scenario, manner.fidelity), recorder: Recorder::new(scenario) };
    let mut setting = Setting { scenario, manner, court, stop };
    let end = match manner.exhibit.map(|exhibit| &exhibit.bug) {
        None => setting.drive(Production, Untouched, None),
        Some(Bug::Rules(rules)) => setting.drive(*rules, Untouched, None),
        Some(Bug::Adaptor(adaptor)) => setting.drive(Production, adaptor(), None),
        Some(Bug::Disk(adaptor)) => setting.drive(Production, Untouched, Some(adaptor())),
    }?;
    let Court { oracle, recorder } = setting.court;
    let findings = Findings {
        breaches: oracle.breaches().to_vec(),
        breach_counts: oracle.counts().collect(),
        largest_lateness: oracle.largest_lateness(),
    };
    Ok(write_down(scenario, manner, findings, recorder, end))
}

/// A run that is about to be made.
struct Setting<'a> {
    scenario: &'a Scenario,
    manner: &'a Manner,
    court: Court,
    stop: &'a AtomicBool,
}

impl Setting<'_> {
    fn drive(
        &mut self,
        rules: impl Rules + Clone,
        adaptor: impl Adaptor,
        disk: Option<Box<dyn DiskAdaptor>>,
    ) -> Result<RunEnd, RunError> {
        let (scenario, seed) = (self.scenario, self.manner.seed);
        match self.manner.fidelity {
            Fidelity::Queue => self.run(InMemory::new(scenario, rules, adaptor)?),
            Fidelity::Hub => self.run(OnDisk::new(scenario, seed, rules, adaptor, disk)?),
        }
    }

    fn run(&mut self, subject: impl Subject) -> Result<RunEnd, RunError> {
        let world = World::new(self.scenario, self.manner.seed, subject, &mut self.court);
        match self.manner.draws {
            Draws::Forgotten => world.run(self.stop),
            Draws::Kept => world.noting_course().run(self.stop),
        }
    }
}

/// What the judge found in a run.
#[derive(Default)]
pub(super) struct Findings {
    breaches: Vec<Breach>,
    breach_counts: Vec<(Rule, u64)>,
    pub(super) largest_lateness: Span,
}

pub(super) fn write_down(
    scenario: &Arc<Scenario>,
    manner: &Manner,
    findings: Findings,
    mut recorder: Recorder,
    end: RunEnd,
) -> RunRecord {
    let &Manner { seed, fidelity, exhibit, .. } = manner;
    let Findings { breaches, breach_counts, largest_lateness } = findings;
    recorder.conclude();
    let case = Case { scenario, seed, exhibit, breaches: &breach_counts, cause: end.cause };
    let (verdict, counts_judged) = case.judge(&recorder);
    RunRecord {
        scenario: Arc::clone(scenario),
        seed,
        fidelity,
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
        breaches,
        breach_counts,
        largest_lateness,
        time_to_delivery: recorder.time_to_delivery,
        time_to_return: recorder.time_to_return,
        rows: recorder.rows,
        series: recorder.series,
        sites: recorder.sites,
        strips: recorder.strips,
        fingerprint: end.lanes.fingerprint(scenario),
        inputs: end.inputs,
        course: end.course,
    }
}
