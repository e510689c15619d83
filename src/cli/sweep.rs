//! `restante sweep`: a scenario over a grid of values; tables and charts out.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{Format, Sweep};
use super::batch::{self, Ended};
use super::fault::Fault;
use super::firsts::Firsts;
use super::grid::Plan;
use super::ledger::{Earlier, Ledger};
use super::plan::{self, Obstacle};
use super::progress::Progress;
use super::run::{cores, not_made};
use super::{Console, Exit, Screen, Surroundings, folder};
use crate::report::console::{self, Context, Style};
use crate::report::{self, Artifact, Pictures};
use crate::scenario::Scenario;
use crate::sweep::{Cell, CellId, CellResult, Judgement, Results, Run};
use crate::trial;

/// How many failed runs are told one by one.
const SHOWN: usize = 5;

/// What stands at the end of a sweep, and is taken away when one begins anew.
const FILES: [&str; 3] = ["runs.csv", "cells.csv", "summary.json"];

/// Runs the grid, writes the results and prints them.
pub(super) fn carry_out(
    asked: &Sweep,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Exit {
    let jobs = asked.jobs.unwrap_or_else(cores);
    let plan = match Plan::of(asked, jobs, around) {
        Ok(plan) => plan,
        Err(obstacles) => return Obstacle::tell_all(&obstacles, console),
    };
    let sweeping = Sweeping { plan: &plan, asked, around, jobs };
    if asked.dry_run {
        let results = sweeping.results(Vec::new());
        console.result(&match asked.showing.format {
            Format::Json => report::sweep::json(&results),
            Format::Human => report::sweep::plan(&results, plan.cells.len() as u64),
        });
        return Exit::Good;
    }
    sweeping.carried_out(console).unwrap_or_else(|fault| fault.tell(console))
}

/// A sweep that is under way.
struct Sweeping<'a> {
    plan: &'a Plan,
    asked: &'a Sweep,
    around: &'a Surroundings<'a>,
    jobs: NonZeroUsize,
}

/// What kept runs from their ends.
struct Trouble {
    /// Runs that were interrupted, or not begun after an interrupt.
    cut_short: usize,
    /// Runs that failed by a fault of ours or of the scenario, told one by one as far as there is room.
    faults: Vec<Fault>,
    /// Verdicts that are not good, told one by one as far as there is room.
    told: Vec<String>,
}

/// What became of one run.
enum Made {
    Finished,
    CutShort,
}

impl<'a> Sweeping<'a> {
    fn carried_out(&self, console: &mut Console<'_>) -> Result<Exit, Fault> {
        let Sweeping { asked, around, .. } = *self;
        let folder = self.folder();
        folder::make(around.writer, &folder)?;
        let _claim = folder::claim(&folder)?;
        let earlier = if asked.resume { Earlier::Kept } else { Earlier::Replaced };
        let (ledger, note) = Ledger::open(around.writer, &folder, earlier)?;
        if let Some(note) = note {
            console.diagnose(&note);
        }
        // Whatever becomes of this sweep, what stands there is of one sweep.
        FILES.iter().try_for_each(|file| folder::remove(around.writer, &folder, file))?;
        let Trouble { cut_short, mut faults, told } = self.run_all(&ledger)?;
        let results = self.results(self.cells(&ledger));
        let mut files = Vec::new();
        match ledger.fault() {
            Some(fault) => faults.push(fault),
            // Of a sweep that was broken off the journal has what is finished.
            None if cut_short > 0 => faults.push(interrupted(cut_short, self.plan.runs())),
            None => match self.write(&results, &folder) {
                Ok(written) => files = written,
                Err(fault) => faults.push(fault),
            },
        }
        if faults.is_empty() {
            faults.extend(ledger.complete().err());
        }
        let quiet = asked.showing.quiet;
        match asked.showing.format {
            Format::Json => console.result(&report::sweep::json(&results)),
            Format::Human => {
                for text in &told {
                    console.result(text);
                }
                if !quiet {
                    let shown = folder.display().to_string();
                    console.result(&report::sweep::text(&results, &shown, &files, Style::Colour));
                }
            }
        }
        let verdicts = Judgement::ALL.map(|judgement| match results.count(judgement) {
            0 => Exit::Good,
            _ => exit_of(judgement),
        });
        let told: Vec<Exit> = faults.iter().map(|fault| fault.tell(console)).collect();
        Ok(Exit::first_of(verdicts.into_iter().chain(told)))
    }

    fn folder(&self) -> PathBuf {
        self.asked.out.join("sweeps").join(&self.plan.sweep.name)
    }

    /// Makes every run that is not finished.
    fn run_all(&self, ledger: &Ledger<'_>) -> Result<Trouble, Fault> {
        let Sweeping { plan, asked, around, jobs } = *self;
        let pieces = self.pieces(ledger);
        let screen = if asked.showing.quiet { Screen::Written } else { around.screen };
        let progress = Progress::with_time_left(pieces.len(), screen, &plan.sweep.name);
        let failures = Firsts::new(SHOWN);
        let ended = batch::carry_out(&pieces, jobs, around.stop, |piece| {
            let made = self.run(piece, ledger, &failures);
            progress.ended();
            made
        })?;
        progress.close();
        let (mut cut_short, faults) = (0, Firsts::new(SHOWN));
        for ((number, piece), ended) in pieces.iter().enumerate().zip(ended) {
            match ended {
                Ended::Done(Ok(Made::Finished)) => {}
                Ended::Done(Ok(Made::CutShort)) | Ended::NotBegun => cut_short += 1,
                Ended::Done(Err(fault)) => faults.add(number, || fault),
                Ended::Panicked(words) => faults.add(number, || self.panicked(piece, &words)),
            }
        }
        let (count, faults) = faults.into_parts();
        let mut faults: Vec<Fault> = faults.into_values().collect();
        if let (more @ 1.., Some(first)) = (count - faults.len() as u64, faults.first()) {
            faults.push(Fault::new(first.exit, format!("and {more} more runs failed so")));
        }
        Ok(Trouble { cut_short, faults, told: self.told(failures, ledger) })
    }

    /// Every run that is not finished, in order; cells that come to the same are run once.
    fn pieces(&self, ledger: &Ledger<'_>) -> Vec<Piece> {
        let mut known = BTreeSet::new();
        let mut pieces = Vec::new();
        for (cell, (_, id)) in self.plan.cells.iter().enumerate() {
            for &seed in &self.plan.seeds {
                if !ledger.has(*id, seed) && known.insert((*id, seed)) {
                    pieces.push(Piece { cell, id: *id, seed });
                }
            }
        }
        pieces
    }

    /// Makes one run and writes it down.
    fn run(
        &self,
        piece: &Piece,
        ledger: &Ledger<'_>,
        failures: &Firsts<String>,
    ) -> Result<Made, Fault> {
        if ledger.is_stuck() {
            return Ok(Made::CutShort);
        }
        let scenario = self.scenario(piece)?;
        let record = trial::run(&scenario, piece.seed, self.plan.exhibit, self.around.stop);
        let record = record.map_err(|error| {
            let name = self.plan.cells[piece.cell].0.name(&self.plan.sweep);
            let fault = plan::cannot_be_run(&scenario, &error);
            fault.help(format!("in the cell {name}, with the seed {}", piece.seed))
        })?;
        let Some(run) = Run::of(&record) else { return Ok(Made::CutShort) };
        ledger.add(piece.id, &run);
        if run.judgement != Judgement::Passed {
            failures.add(self.rank(piece), || {
                let changes = self.plan.changes(&self.plan.cells[piece.cell].0);
                let program = &self.around.program;
                console::failure(
                    &record,
                    &Context { program, changes: &changes, style: Style::Colour },
                )
            });
        }
        Ok(Made::Finished)
    }

    /// The place of a run among all of them.
    fn rank(&self, piece: &Piece) -> usize {
        let seed = self.plan.seeds.iter().position(|seed| *seed == piece.seed);
        piece.cell * self.plan.seeds.len() + seed.unwrap_or(0)
    }

    fn scenario(&self, piece: &Piece) -> Result<Arc<Scenario>, Fault> {
        self.plan.scenario(piece.cell).map_err(|problem| {
            Fault::new(
                Exit::OwnFault,
                format!("a cell that was read cannot be read again: {problem}"),
            )
        })
    }

    /// The first failures in words, and how many there are; of those that an earlier sweep found, how to
    /// repeat them.
    fn told(&self, failures: Firsts<String>, ledger: &Ledger<'_>) -> Vec<String> {
        let (_, mut found) = failures.into_parts();
        let mut count = 0;
        for (cell, (_, id)) in self.plan.cells.iter().enumerate() {
            for &seed in &self.plan.seeds {
                let run = ledger.run(*id, seed);
                let Some(run) = run.filter(|run| run.judgement != Judgement::Passed) else {
                    continue;
                };
                let piece = Piece { cell, id: *id, seed };
                count += 1;
                if count <= SHOWN {
                    found
                        .entry(self.rank(&piece))
                        .or_insert_with(|| self.found_earlier(&piece, &run));
                }
            }
        }
        let mut told: Vec<String> = found.into_values().take(SHOWN).collect();
        if count > told.len() {
            let more = count - told.len();
            told.push(format!("and {more} more of these\n\n"));
        }
        told
    }

    fn found_earlier(&self, piece: &Piece, run: &Run) -> String {
        let name = self.plan.cells[piece.cell].0.name(&self.plan.sweep);
        let verdict = run.judgement.name();
        format!("{verdict}  {name}, seed {}\n  repeat    {}\n\n", piece.seed, self.repeat(piece))
    }

    fn repeat(&self, piece: &Piece) -> String {
        let changes = self.plan.changes(&self.plan.cells[piece.cell].0);
        let exhibit = self.plan.exhibit.map(|exhibit| exhibit.id);
        let run = (self.plan.base(), piece.seed, exhibit);
        report::repeat::changed(&self.around.program, run, &changes)
    }

    fn panicked(&self, piece: &Piece, words: &str) -> Fault {
        let name = self.plan.cells[piece.cell].0.name(&self.plan.sweep);
        let message = format!("restante failed in the cell {name}, seed {}: {words}", piece.seed);
        let repeat = self.repeat(piece);
        Fault::new(Exit::OwnFault, message)
            .help(format!("this is no fault of the scenario; please report it with\n    {repeat}"))
    }

    fn cells(&self, ledger: &Ledger<'_>) -> Vec<CellResult> {
        let result = |(cell, id): &(Cell, CellId)| {
            let runs = self.plan.seeds.iter().filter_map(|seed| ledger.run(*id, *seed));
            let mut runs: Vec<Run> = runs.collect();
            runs.sort_by_key(|run| run.seed);
            CellResult { cell: cell.clone(), id: *id, runs }
        };
        self.plan.cells.iter().map(result).collect()
    }

    fn results(&self, cells: Vec<CellResult>) -> Results<'a> {
        let plan = self.plan;
        Results {
            sweep: &plan.sweep,
            base: plan.base(),
            more: &plan.more,
            exhibit: plan.exhibit.map(|exhibit| exhibit.id),
            seeds: &plan.seeds,
            left_out: plan.left_out,
            cells,
        }
    }

    /// Writes the files of the whole sweep, and gives their names.
    fn write(&self, results: &Results<'_>, folder: &Path) -> Result<Vec<String>, Fault> {
        let pictures = if self.asked.png { Pictures::SvgAndPng } else { Pictures::Svg };
        let artifacts = report::sweep::artifacts(results, pictures)
            .map_err(|error| not_made(&self.plan.sweep.path, &error))?;
        let writer = self.around.writer;
        for artifact in &artifacts {
            folder::write(writer, folder, &artifact.path, &artifact.bytes)?;
        }
        for stale in stale_pictures(folder, &artifacts) {
            folder::remove(writer, folder, &stale)?;
        }
        Ok(artifacts.into_iter().map(|artifact| artifact.path).collect())
    }
}

/// One cell with one seed.
struct Piece {
    /// The number of the cell.
    cell: usize,
    id: CellId,
    seed: u64,
}

/// Charts of an earlier sweep in a folder, which would be taken for this one's.
fn stale_pictures(folder: &Path, artifacts: &[Artifact]) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_picture = |name: &String| {
        let extension = Path::new(name).extension();
        extension.is_some_and(|extension| extension == "svg" || extension == "png")
    };
    let is_stale = |name: &String| artifacts.iter().all(|artifact| artifact.path != *name);
    names.filter(is_picture).filter(is_stale).collect()
}

/// What one verdict comes to.
const fn exit_of(judgement: Judgement) -> Exit {
    match judgement {
        Judgement::Passed => Exit::Good,
        Judgement::Missed => Exit::Missed,
        Judgement::NotCaught => Exit::NotCaught,
        Judgement::Broken => Exit::Broken,
    }
}

fn interrupted(cut_short: usize, runs: usize) -> Fault {
    let message = format!("interrupted: {cut_short} of {runs} runs did not come to their end");
    Fault::new(Exit::Interrupted, message).help("go on with the others by --resume")
}
