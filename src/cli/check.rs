//! `restante museum --check`: every exhibit against every scenario, to see what catches it.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::arguments::{Format, Museum};
use super::batch::{self, Ended};
use super::fault::Fault;
use super::plan::{self, Obstacle, Planned, Reader};
use super::progress::Progress;
use super::run::cores;
use super::{Console, Exit, Screen, Surroundings, folder};
use crate::base::Rule;
use crate::museum::{EXHIBITS, Exhibit};
use crate::report::SeedInName;
use crate::report::matrix::{Catches, Fate, Folder, Line, Matrix};
use crate::report::verdict_name;
use crate::scenario::Scenario;
use crate::trial::{Draws, Verdict};

/// The folder of scenarios that are left out: what they add is size.
const LEFT_OUT: &str = "scale/";

/// What is written, below the report folder.
const FILES: [&str; 2] = ["museum.csv", "museum.json"];

/// Runs all, writes the matrix and prints it.
pub(super) fn carry_out(
    museum: &Museum,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Exit {
    let plan = match Plan::of(museum) {
        Ok(plan) => plan,
        Err(obstacles) => return Obstacle::tell_all(&obstacles, console),
    };
    match checked(&plan, museum, around) {
        Ok(checked) => checked.told(museum, console),
        Err(fault) => fault.tell(console),
    }
}

/// All that is to be run.
struct Plan {
    suite: Vec<Arc<Scenario>>,
    runs: Vec<(Place, Planned)>,
}

/// Which part of the matrix a run is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The production rules in the scenario of this number.
    Production(usize),
    /// The exhibit of the first number in the scenario of the second.
    Cell(usize, usize),
    /// The production rules in the own scenario of the exhibit of this number.
    OwnProduction(usize),
    /// The exhibit of this number in its own scenario.
    Own(usize),
}

impl Plan {
    /// The production rules are run with every seed of a scenario, and so is an exhibit in its own;
    /// in the others an exhibit is run with the first.
    fn of(museum: &Museum) -> Result<Plan, Vec<Obstacle>> {
        let reader = Reader::without_rows();
        let suite = plan::scenarios(&museum.scenarios, &reader)?.into_iter();
        let suite = suite.filter(|scenario| !scenario.name.starts_with(LEFT_OUT));
        let suite: Vec<Arc<Scenario>> = suite.map(Arc::new).collect();
        let mut runs = Vec::new();
        for (number, scenario) in suite.iter().enumerate() {
            runs.extend(every_seed(scenario, Place::Production(number), None));
            let seed = scenario.seeds[0];
            runs.extend(EXHIBITS.iter().enumerate().map(|(line, exhibit)| {
                (Place::Cell(line, number), planned(scenario, seed, Some(exhibit)))
            }));
        }
        for (line, exhibit) in EXHIBITS.iter().enumerate() {
            let script = exhibit.scenario;
            let own = reader.read_text(script.path, script.text.as_bytes());
            let own = Arc::new(own.map_err(|obstacle| vec![obstacle])?);
            runs.extend(every_seed(&own, Place::OwnProduction(line), None));
            runs.extend(every_seed(&own, Place::Own(line), Some(exhibit)));
        }
        Ok(Plan { suite, runs })
    }
}

fn planned(scenario: &Arc<Scenario>, seed: u64, exhibit: Option<&'static Exhibit>) -> Planned {
    let scenario = Arc::clone(scenario);
    let fidelity = scenario.fidelities[0];
    Planned { scenario, seed, fidelity, exhibit, seed_in_name: SeedInName::Left }
}

fn every_seed(
    scenario: &Arc<Scenario>,
    place: Place,
    exhibit: Option<&'static Exhibit>,
) -> impl Iterator<Item = (Place, Planned)> {
    scenario.seeds.iter().map(move |seed| (place, planned(scenario, *seed, exhibit)))
}

/// What a run came to.
struct Found {
    verdict: Verdict,
    broken: Vec<Rule>,
}

/// What all came to.
struct Checked {
    matrix: Matrix,
    exit: Exit,
}

fn checked(plan: &Plan, museum: &Museum, around: &Surroundings<'_>) -> Result<Checked, Fault> {
    folder::make(around.writer, &museum.out)?;
    // Whatever becomes of this check, what stands there is not of an earlier one.
    FILES.iter().try_for_each(|file| folder::remove(around.writer, &museum.out, file))?;
    let found = found(plan, museum, around)?;
    let production = plan.runs.iter().zip(&found);
    let failed = production.filter(|((place, _), found)| {
        matches!(place, Place::Production(_)) && found.verdict != Verdict::Passed
    });
    let mut production_fails: Vec<(String, &'static str)> = Vec::new();
    let mut exit = Exit::Good;
    for ((_, planned), found) in failed {
        exit = Exit::first_of([exit, Exit::of(&found.verdict)]);
        if production_fails.last().is_none_or(|(name, _)| *name != planned.scenario.name) {
            production_fails.push((planned.scenario.name.clone(), verdict_name(&found.verdict)));
        }
    }
    let matrix = matrix(plan, &found, production_fails);
    let caught = matrix.survivors().next().is_none();
    exit = Exit::first_of([exit, if caught { Exit::Good } else { Exit::NotCaught }]);
    for (name, bytes) in [("museum.csv", matrix.csv()), ("museum.json", matrix.json().into_bytes())]
    {
        folder::write(around.writer, &museum.out, name, &bytes)?;
    }
    Ok(Checked { matrix, exit })
}

/// Makes every run.
fn found(plan: &Plan, museum: &Museum, around: &Surroundings<'_>) -> Result<Vec<Found>, Fault> {
    let screen = if museum.showing.quiet { Screen::Written } else { around.screen };
    let progress = Progress::over(plan.runs.len(), screen);
    let jobs = museum.jobs.unwrap_or_else(cores);
    let ended = batch::carry_out(&plan.runs, jobs, around.stop, |(_, planned)| {
        progress.begun(&planned.name());
        let record = planned.run(Draws::Forgotten, NonZeroUsize::MIN, around.stop);
        progress.ended();
        record.map(|record| Found {
            verdict: record.verdict,
            broken: record.breach_counts.iter().map(|(rule, _)| *rule).collect(),
        })
    })?;
    progress.close();
    let found = plan.runs.iter().zip(ended).map(|((_, planned), ended)| match ended {
        Ended::Done(Ok(Found { verdict: Verdict::Interrupted, .. })) | Ended::NotBegun => {
            Err(Fault::new(Exit::Interrupted, "interrupted: the museum was not seen to its end"))
        }
        Ended::Done(found) => found,
        Ended::Panicked(words) => {
            let message = format!("restante failed in {}: {words}", planned.name());
            Err(Fault::new(Exit::OwnFault, message))
        }
    });
    found.collect()
}

fn matrix(plan: &Plan, found: &[Found], production_fails: Vec<(String, &'static str)>) -> Matrix {
    let mut folders: Vec<Folder> = Vec::new();
    let mut folder_of = Vec::new();
    for scenario in &plan.suite {
        let name = scenario.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let place = folders.iter().position(|folder| folder.name == name);
        let place = place.unwrap_or_else(|| {
            folders.push(Folder { name: name.to_owned(), scenarios: 0 });
            folders.len() - 1
        });
        folders[place].scenarios += 1;
        folder_of.push(place);
    }
    let line = |exhibit| Line {
        exhibit,
        fate: Fate::Caught,
        also: Vec::new(),
        catches: vec![Catches::default(); folders.len()],
    };
    let mut lines: Vec<Line> = EXHIBITS.iter().map(line).collect();
    for ((place, _), found) in plan.runs.iter().zip(found) {
        match *place {
            Place::Production(_) => {}
            Place::Cell(line, number) => {
                let line = &mut lines[line];
                let catches = &mut line.catches[folder_of[number]];
                catches.by_any_rule += u64::from(!found.broken.is_empty());
                catches.by_own_rule += u64::from(found.broken.contains(&line.exhibit.rule));
            }
            Place::OwnProduction(line) => {
                if !found.broken.is_empty() {
                    lines[line].fate = Fate::ProductionFails;
                }
            }
            Place::Own(line) => judge_own(&mut lines[line], &found.broken),
        }
    }
    Matrix { folders, production_fails, lines }
}

/// Takes in what an exhibit broke in its own scenario with one of its seeds.
fn judge_own(line: &mut Line, broken: &[Rule]) {
    let own = line.exhibit.rule;
    if !broken.contains(&own) && line.fate == Fate::Caught {
        line.fate = Fate::Survives;
    }
    line.also.extend(broken.iter().filter(|rule| **rule != own));
    line.also.sort_unstable();
    line.also.dedup();
}

impl Checked {
    fn told(&self, museum: &Museum, console: &mut Console<'_>) -> Exit {
        let matrix = &self.matrix;
        let text = match museum.showing.format {
            Format::Json => matrix.json(),
            Format::Human if museum.showing.quiet => matrix.failures(),
            Format::Human => matrix.failures() + &matrix.text() + &matrix.closing(),
        };
        console.result(&text);
        self.exit
    }
}
