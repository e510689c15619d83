//! What a sweep is to run: its file and its scenario read, every cell understood, before anything
//! begins.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::arguments;
use super::batch::{self, Ended};
use super::fault::Fault;
use super::firsts::Firsts;
use super::plan::{self, Obstacle};
use super::progress::Progress;
use super::{Exit, Screen, Surroundings, selection};
use crate::museum::Exhibit;
use crate::scenario::{Change, CsvRows, Original, Problem, Scenario};
use crate::sweep::{Cell, CellId, Grid, RUNS_LIMIT, Sweep};

/// How many cells that cannot be read are shown.
const SHOWN: usize = 3;

/// A sweep, and all that it takes to run it.
pub(super) struct Plan {
    pub(super) sweep: Sweep,
    /// The cells in the order of the grid.
    pub(super) cells: Vec<(Cell, CellId)>,
    /// How many cells the constraints leave out.
    pub(super) left_out: u64,
    pub(super) seeds: Vec<u64>,
    /// What is set besides, by the command line.
    pub(super) more: Vec<String>,
    /// What takes the place of the production rules, if anything.
    pub(super) exhibit: Option<&'static Exhibit>,
    base: Base,
    recent: Recent,
}

impl Plan {
    /// Reads the sweep, its scenario, and every cell.
    ///
    /// # Errors
    /// All that is wrong with the sweep; else with its scenario; else with the first cells.
    pub(super) fn of(
        asked: &arguments::Sweep,
        jobs: NonZeroUsize,
        around: &Surroundings<'_>,
    ) -> Result<Plan, Vec<Obstacle>> {
        let one = |obstacle| vec![obstacle];
        let bytes = selection::content(&asked.file).map_err(|fault| one(fault.into()))?;
        let shown = asked.file.to_string_lossy();
        let sweep = Sweep::read(&shown, &bytes).map_err(|it| one(Obstacle::Problem(it)))?;
        let exhibit = asked.exhibit.as_deref().map(plan::find).transpose();
        let exhibit = exhibit.map_err(|fault| one(fault.into()))?;
        let more = changes(&asked.variation.changes)?;
        let base = Base::of(&sweep, &asked.file).map_err(one)?;
        sweep.fits(&base.original, &more).map_err(|it| one(Obstacle::Problem(it)))?;
        let Grid { cells, left_out } = Grid::of(&sweep);
        if cells.is_empty() {
            return Err(one(Obstacle::Problem(sweep.without_cells())));
        }
        let mut plan = Plan {
            sweep,
            cells: Vec::new(),
            left_out,
            seeds: Vec::new(),
            more: asked.variation.changes.clone(),
            exhibit,
            base,
            recent: Recent::for_jobs(jobs),
        };
        let first = plan.read(&cells[0]).map_err(|it| one(Obstacle::Problem(it)))?;
        let own = || plan.sweep.seeds.clone().unwrap_or(first.seeds);
        plan.seeds = asked.variation.seed.map_or_else(own, |seed| vec![seed]);
        let runs = cells.len() as u64 * plan.seeds.len() as u64;
        if runs > RUNS_LIMIT {
            return Err(one(too_many(runs).into()));
        }
        let screen = if asked.showing.quiet { Screen::Written } else { around.screen };
        plan.cells = plan.understood(cells, jobs, screen, around)?;
        Ok(plan)
    }

    /// How many runs it comes to.
    pub(super) fn runs(&self) -> usize {
        self.cells.len() * self.seeds.len()
    }

    /// What a cell changes, as `--set` has it.
    pub(super) fn changes(&self, cell: &Cell) -> Vec<String> {
        cell.changes(&self.sweep, &self.more)
    }

    /// The path of the scenario, from where the command was run.
    pub(super) fn base(&self) -> &str {
        self.base.original.path()
    }

    /// The scenario of the cell with this number.
    ///
    /// # Errors
    /// Where the cell cannot be read, which is known before the first run.
    pub(super) fn scenario(&self, number: usize) -> Result<Arc<Scenario>, Problem> {
        self.recent.get(number, || self.read(&self.cells[number].0))
    }

    /// Every cell with its hash.
    fn understood(
        &self,
        cells: Vec<Cell>,
        jobs: NonZeroUsize,
        screen: Screen,
        around: &Surroundings<'_>,
    ) -> Result<Vec<(Cell, CellId)>, Vec<Obstacle>> {
        let progress = Progress::with_time_left(cells.len(), screen, "reading the cells");
        let wrong = Firsts::new(SHOWN);
        let pieces: Vec<usize> = (0..cells.len()).collect();
        let ended = batch::carry_out(&pieces, jobs, around.stop, |number| {
            let read = self.read(&cells[*number]);
            progress.ended();
            read.map(|scenario| CellId::of(&scenario, self.exhibit.map(|exhibit| exhibit.id)))
                .map_err(|problem| wrong.add(*number, || problem))
        });
        progress.close();
        let ended = ended.map_err(|fault| vec![fault.into()])?;
        let (count, problems) = wrong.into_parts();
        if count > 0 {
            return Err(unreadable(problems, count));
        }
        let mut understood = Vec::new();
        for (cell, ended) in cells.into_iter().zip(ended) {
            match ended {
                Ended::Done(Ok(id)) => understood.push((cell, id)),
                Ended::Panicked(words) => {
                    let name = cell.name(&self.sweep);
                    let message = format!("restante failed as it read the cell {name}: {words}");
                    return Err(vec![Fault::new(Exit::OwnFault, message).into()]);
                }
                Ended::Done(Err(())) | Ended::NotBegun => {
                    let message = "interrupted before the first run";
                    return Err(vec![Fault::new(Exit::Interrupted, message).into()]);
                }
            }
        }
        Ok(understood)
    }

    fn read(&self, cell: &Cell) -> Result<Scenario, Problem> {
        let changes = self.changes(cell);
        let changes: Result<Vec<Change>, Problem> =
            changes.iter().map(|text| Change::parse(text)).collect();
        let beside = |below: &str| self.base.beside(below);
        let mut scenario = self.base.original.read(&changes?, &beside)?;
        scenario.record.csv = CsvRows::None;
        Ok(scenario)
    }
}

/// The scenario whose keys are varied, and the files beside it, which are read once.
struct Base {
    path: PathBuf,
    original: Original,
    neighbours: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Base {
    fn of(sweep: &Sweep, file: &Path) -> Result<Base, Obstacle> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let path = plain(&folder.join(&sweep.scenario));
        let shown = path.display().to_string();
        if !path.exists() {
            let problem = sweep.without_scenario(&format!("there is no {shown}"));
            return Err(Obstacle::Problem(problem));
        }
        let bytes = selection::content(&path)?;
        let original = Original::new(&shown, &bytes).map_err(Obstacle::Problem)?;
        Ok(Base { path, original, neighbours: Mutex::new(BTreeMap::new()) })
    }

    /// The content of a file beside the scenario.
    fn beside(&self, below: &str) -> io::Result<Vec<u8>> {
        // A file is put in whole or not at all.
        let mut known = self.neighbours.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = known.get(below) {
            return Ok(bytes.clone());
        }
        let bytes = selection::beside(&self.path, below)?;
        known.insert(below.to_owned(), bytes.clone());
        Ok(bytes)
    }
}

/// The scenarios that were asked for last: the seeds of one cell are run one after the other.
struct Recent {
    room: usize,
    kept: Mutex<VecDeque<(usize, Arc<Scenario>)>>,
}

impl Recent {
    fn for_jobs(jobs: NonZeroUsize) -> Recent {
        Recent { room: jobs.get().saturating_mul(2), kept: Mutex::new(VecDeque::new()) }
    }

    fn get(
        &self,
        number: usize,
        read: impl FnOnce() -> Result<Scenario, Problem>,
    ) -> Result<Arc<Scenario>, Problem> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, scenario)) = kept().iter().find(|(known, _)| *known == number) {
            return Ok(Arc::clone(scenario));
        }
        // Two threads may read one cell at once; both read the same.
        let scenario = Arc::new(read()?);
        let mut kept = kept();
        kept.push_back((number, Arc::clone(&scenario)));
        if kept.len() > self.room {
            kept.pop_front();
        }
        Ok(scenario)
    }
}

/// `path` without `.`, and without a folder that `..` leaves again.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        let leaves = matches!(plain.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if leaves => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

fn changes(texts: &[String]) -> Result<Vec<Change>, Vec<Obstacle>> {
    let (mut read, mut obstacles) = (Vec::new(), Vec::new());
    for text in texts {
        match Change::parse(text) {
            Ok(change) => read.push(change),
            Err(problem) => obstacles.push(Obstacle::Problem(problem)),
        }
    }
    if obstacles.is_empty() { Ok(read) } else { Err(obstacles) }
}

fn unreadable(problems: BTreeMap<usize, Problem>, count: u64) -> Vec<Obstacle> {
    let more = count - problems.len() as u64;
    let mut obstacles: Vec<Obstacle> = problems.into_values().map(Obstacle::Problem).collect();
    if more > 0 {
        let plural = if more == 1 { "" } else { "s" };
        let message = format!("and {more} more cell{plural} cannot be read; nothing was run");
        obstacles.push(Fault::new(Exit::Usage, message).into());
    }
    obstacles
}

fn too_many(runs: u64) -> Fault {
    let message = format!("{runs} runs are too many: the limit is {RUNS_LIMIT}");
    Fault::new(Exit::Usage, message)
        .help("the seeds are those of the scenario: say fewer in the sweep")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_loses_the_folders_that_it_leaves_again() {
        for (path, expected) in [
            ("scenarios/sweeps/../scale/x.toml", "scenarios/scale/x.toml"),
            ("./a/./x.toml", "a/x.toml"),
            ("../x.toml", "../x.toml"),
            ("../../a/../x.toml", "../../x.toml"),
            ("/a/b/../x.toml", "/a/x.toml"),
        ] {
            assert_eq!(plain(Path::new(path)), Path::new(expected));
        }
    }
}
