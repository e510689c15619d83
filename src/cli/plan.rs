//! What is to be run: every scenario read, every seed and exhibit settled, before anything begins.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::arguments::{Variation, Writing};
use super::fault::Fault;
use super::{Console, Exit, selection};
use crate::museum::{self, Exhibit};
use crate::report::{self, SeedInName};
use crate::scenario::{Change, Colour, CsvRows, Fidelity, Problem, Scenario};
use crate::trial::{self, Draws, Manner, RunError, RunRecord};

/// One scenario with one seed.
pub(super) struct Planned {
    pub(super) scenario: Arc<Scenario>,
    pub(super) seed: u64,
    /// How much of the hub is under test.
    pub(super) fidelity: Fidelity,
    /// What takes the place of the production rules: what was asked for, else the scenario's own.
    pub(super) exhibit: Option<&'static Exhibit>,
    /// Whether the seed is needed to tell the run's folder from another's.
    pub(super) seed_in_name: SeedInName,
}

impl Planned {
    /// `basic/never-calls, seed 1`, with the exhibit if there is one.
    pub(super) fn name(&self) -> String {
        let Planned { scenario, seed, fidelity, exhibit, .. } = self;
        let with = exhibit.map(|exhibit| format!(", with {}", exhibit.id)).unwrap_or_default();
        let at = if *fidelity == scenario.fidelities[0] {
            String::new()
        } else {
            format!(", at fidelity {}", fidelity.name())
        };
        format!("{}, seed {seed}{at}{with}", scenario.name)
    }

    /// Makes the run, in so many groups of hosts at a time where it is made in groups.
    ///
    /// # Errors
    /// A fault of the user's where the scenario asks for more than can be, and our own where the hub does
    /// not come back from its own records.
    pub(super) fn run(
        &self,
        draws: Draws,
        groups_at_once: NonZeroUsize,
        stop: &AtomicBool,
    ) -> Result<RunRecord, Fault> {
        let Planned { seed, fidelity, exhibit, .. } = *self;
        let manner = Manner { seed, fidelity, exhibit, draws, groups_at_once };
        let made = trial::run_as(&self.scenario, &manner, stop);
        made.map_err(|error| cannot_be_run(&self.scenario, &error))
    }

    /// The command that repeats the run.
    pub(super) fn repeat(&self, program: &str, changes: &[String]) -> String {
        let Planned { scenario, seed, fidelity, exhibit, .. } = self;
        let exhibit = exhibit.map(|exhibit| exhibit.id);
        report::repeat::command_for(program, scenario, (*seed, *fidelity), exhibit, changes)
    }
}

/// Why there is nothing to be judged.
pub(super) fn cannot_be_run(scenario: &Scenario, error: &RunError) -> Fault {
    let exit = match error {
        RunError::Restore(_) | RunError::Start(_) | RunError::Clock { .. } | RunError::Spool(_) => {
            Exit::OwnFault
        }
        RunError::Policy(_) | RunError::Routes(_) | RunError::TooMany(_) | RunError::Open(_) => {
            Exit::Usage
        }
    };
    Fault::new(exit, format!("{} cannot be run: {error}", scenario.path))
}

/// Why a plan cannot be made: each reason by itself.
pub(super) enum Obstacle {
    /// A scenario or a change of one is not valid.
    Problem(Problem),
    /// Anything else.
    Fault(Fault),
}

impl Obstacle {
    /// Says every one of them on stderr, and gives what the command ends with.
    pub(super) fn tell_all(obstacles: &[Obstacle], console: &mut Console<'_>) -> Exit {
        let exits = obstacles.iter().enumerate().map(|(at, obstacle)| match obstacle {
            Obstacle::Fault(fault) => fault.tell(console),
            Obstacle::Problem(problem) => {
                let apart = if at == 0 { "" } else { "\n" };
                console.diagnose(&format!("{apart}{}\n", problem.render(Colour::Ansi)));
                Exit::Usage
            }
        });
        // Every one is told, whichever comes first.
        Exit::first_of(exits.collect::<Vec<_>>())
    }
}

impl From<Fault> for Obstacle {
    fn from(fault: Fault) -> Obstacle {
        Obstacle::Fault(fault)
    }
}

/// How scenarios are read for one command.
pub(super) struct Reader {
    changes: Vec<Change>,
    seed: Option<u64>,
    fidelity: Option<Fidelity>,
    csv: Option<CsvRows>,
}

impl Reader {
    /// A reader that makes these changes to every scenario.
    ///
    /// # Errors
    /// Every change that is none.
    pub(super) fn of(variation: &Variation, writing: &Writing) -> Result<Reader, Vec<Obstacle>> {
        let (mut changes, mut obstacles) = (Vec::new(), Vec::new());
        for text in &variation.changes {
            match Change::parse(text) {
                Ok(change) => changes.push(change),
                Err(problem) => obstacles.push(Obstacle::Problem(problem)),
            }
        }
        if !obstacles.is_empty() {
            return Err(obstacles);
        }
        Ok(Reader {
            changes,
            seed: variation.seed,
            fidelity: None,
            csv: writing.csv.map(CsvRows::from),
        })
    }

    /// A reader that changes nothing, for runs of which no row is kept.
    pub(super) const fn without_rows() -> Reader {
        let csv = Some(CsvRows::None);
        Reader { changes: Vec::new(), seed: None, fidelity: None, csv }
    }

    /// The same, for runs at this fidelity alone.
    pub(super) fn at(self, fidelity: Option<Fidelity>) -> Reader {
        Reader { fidelity, ..self }
    }

    /// The fidelity at which a scenario is run: its first, or the one that was asked for if it has it.
    pub(super) fn fidelity(&self, scenario: &Scenario) -> Option<Fidelity> {
        let first = scenario.fidelities.first().copied();
        let asked = |fidelity| Some(fidelity).filter(|it| scenario.fidelities.contains(it));
        self.fidelity.map_or(first, asked)
    }

    /// Reads one scenario file.
    ///
    /// # Errors
    /// Why it cannot be read, or all that is wrong with it.
    pub(super) fn read(&self, path: &Path) -> Result<Scenario, Obstacle> {
        let bytes = selection::content(path)?;
        self.read_text(&path.to_string_lossy(), &bytes)
    }

    /// Reads the text of a scenario, changed as was asked.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn read_text(&self, path: &str, bytes: &[u8]) -> Result<Scenario, Obstacle> {
        let beside = |below: &str| selection::beside(Path::new(path), below);
        let read = Scenario::read_beside(path, bytes, &self.changes, &beside);
        let mut scenario = read.map_err(Obstacle::Problem)?;
        scenario.record.csv = self.csv.unwrap_or(scenario.record.csv);
        Ok(scenario)
    }

    /// The seeds that a scenario is run with, and whether a report has to tell them apart.
    pub(super) fn seeds(&self, scenario: &Scenario) -> (Vec<u64>, SeedInName) {
        match self.seed {
            Some(seed) => (vec![seed], SeedInName::Written),
            None if scenario.seeds.len() > 1 => (scenario.seeds.clone(), SeedInName::Written),
            None => (scenario.seeds.clone(), SeedInName::Left),
        }
    }
}

/// Every run that `named` comes to, in order: by scenario, then by seed.
///
/// # Errors
/// All that is wrong with all of them.
pub(super) fn plan(
    named: &[PathBuf],
    exhibit: Option<&str>,
    reader: &Reader,
) -> Result<Vec<Planned>, Vec<Obstacle>> {
    let asked = exhibit.map(find).transpose().map_err(|fault| vec![fault.into()])?;
    let mut obstacles = Vec::new();
    let mut runs = Vec::new();
    for scenario in scenarios(named, reader)? {
        match runs_of(scenario, asked, reader) {
            Ok(planned) => runs.extend(planned),
            Err(fault) => obstacles.push(fault.into()),
        }
    }
    match (obstacles.is_empty(), runs.is_empty()) {
        (false, _) => Err(obstacles),
        (true, false) => Ok(runs),
        (true, true) => Err(vec![none_at_the_fidelity().into()]),
    }
}

pub(super) fn none_at_the_fidelity() -> Fault {
    Fault::new(Exit::NothingSelected, "no scenario runs at this fidelity".to_owned())
        .help("`fidelity = [..]` in a scenario names those at which it does")
}

/// Every scenario that `named` comes to, in order.
///
/// # Errors
/// All that is wrong with all of them.
pub(super) fn scenarios(
    named: &[PathBuf],
    reader: &Reader,
) -> Result<Vec<Scenario>, Vec<Obstacle>> {
    let (files, faults) = selection::scenarios(named);
    let mut obstacles: Vec<Obstacle> = faults.into_iter().map(Obstacle::from).collect();
    let mut found = Vec::new();
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    for file in &files {
        match reader.read(file) {
            Ok(scenario) => {
                if let Some(other) = paths.insert(scenario.name.clone(), scenario.path.clone()) {
                    obstacles.push(one_folder_for_two(&other, &scenario).into());
                }
                found.push(scenario);
            }
            Err(obstacle) => obstacles.push(obstacle),
        }
    }
    if obstacles.is_empty() { Ok(found) } else { Err(obstacles) }
}

/// One scenario with each of its seeds.
fn runs_of(
    mut scenario: Scenario,
    asked: Option<&'static Exhibit>,
    reader: &Reader,
) -> Result<Vec<Planned>, Fault> {
    let mut own = None;
    if let Some((name, _)) = &mut scenario.expect.caught {
        let found = museum::find(name).map_err(|unknown| {
            Fault::new(Exit::Usage, format!("{}: expect.exhibit: {unknown}", scenario.path))
                .help("`restante museum` lists them all")
        })?;
        found.id.clone_into(name);
        own = Some(found);
    }
    let Some(fidelity) = reader.fidelity(&scenario) else { return Ok(Vec::new()) };
    let (seeds, seed_in_name) = reader.seeds(&scenario);
    let scenario = Arc::new(scenario);
    let run = |seed| Planned {
        scenario: Arc::clone(&scenario),
        seed,
        fidelity,
        exhibit: asked.or(own),
        seed_in_name,
    };
    Ok(seeds.into_iter().map(run).collect())
}

/// The exhibit that the user means.
///
/// # Errors
/// A fault of the user's that lists those that could be meant.
pub(super) fn find(name: &str) -> Result<&'static Exhibit, Fault> {
    museum::find(name).map_err(|unknown| {
        Fault::new(Exit::Usage, unknown.to_string()).help("`restante museum` lists them all")
    })
}

fn one_folder_for_two(other: &str, scenario: &Scenario) -> Fault {
    let Scenario { path, name, .. } = scenario;
    Fault::new(Exit::Usage, format!("{other} and {path} would both be reported as {name}"))
        .help("rename one of them, or run them one after the other with different --out")
}
