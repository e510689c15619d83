//! `restante run --crash-everywhere`, and `--crash-at` for one point of it.

use std::sync::Arc;

use super::arguments::{Format, Run, UnderTest};
use super::batch::{self, Ended};
use super::crash_at::CrashAt;
use super::fault::Fault;
use super::plan::{self, Obstacle, Reader};
use super::progress::Progress;
use super::run::cores;
use super::timing::Stopwatch;
use super::{Console, Exit, Screen, Surroundings, folder, github};
use crate::report::console::{Context, Style};
use crate::report::crashes::{self, Crashes};
use crate::report::repeat;
use crate::scenario::{Fidelity, Scenario};
use crate::trial::{self, CrashReport};

/// What is written, below the report folder.
const FILES: [&str; 2] = ["crashes.csv", "crashes.json"];

/// Tries every crash, or the one that was asked for, and tells what came of it.
pub(super) fn carry_out(run: &Run, around: &Surroundings<'_>, console: &mut Console<'_>) -> Exit {
    let plan = match Plan::of(run) {
        Ok(plan) => plan,
        Err(obstacles) => return Obstacle::tell_all(&obstacles, console),
    };
    let told = match run.crashing.crash_at {
        Some(at) => plan.one(at, run, around, console),
        None => plan.all(run, around, console),
    };
    told.unwrap_or_else(|fault| fault.tell(console))
}

/// All that is to be tried.
struct Plan {
    pieces: Vec<Piece>,
    /// Scenarios without a disk.
    left_out: u64,
}

/// One scenario with one seed.
struct Piece {
    scenario: Arc<Scenario>,
    seed: u64,
}

impl Piece {
    fn name(&self) -> String {
        format!("{}, seed {}", self.scenario.name, self.seed)
    }

    fn tried(&self, at: Option<CrashAt>, around: &Surroundings<'_>) -> Result<CrashReport, Fault> {
        let only = at.map(|CrashAt { first, second }| (first, second));
        let tried = trial::crash_everywhere(&self.scenario, self.seed, only, around.stop);
        tried.map_err(|error| plan::cannot_be_run(&self.scenario, &error))
    }

    /// A panic is a fault of ours.
    fn panicked(&self, words: &str, run: &Run, around: &Surroundings<'_>) -> Fault {
        let at = run.crashing.crash_at.map(CrashAt::text);
        let (program, changes) = (&around.program, &run.variation.changes);
        let repeat = repeat::crashing(program, &self.scenario, self.seed, at.as_deref(), changes);
        Fault::new(Exit::OwnFault, format!("restante failed in {}: {words}", self.name()))
            .help(format!("this is no fault of the scenario; please report it with\n    {repeat}"))
    }
}

impl Plan {
    /// Every scenario that has a disk, with each of its seeds.
    fn of(run: &Run) -> Result<Plan, Vec<Obstacle>> {
        if run.fidelity == Some(UnderTest::Queue) {
            return Err(vec![no_disk().into()]);
        }
        let reader = Reader::of(&run.variation, &run.writing)?.at(Some(Fidelity::Hub));
        let (mut pieces, mut left_out) = (Vec::new(), 0);
        for scenario in plan::scenarios(&run.scenarios, &reader)? {
            if reader.fidelity(&scenario).is_none() {
                left_out += 1;
                continue;
            }
            let (seeds, _) = reader.seeds(&scenario);
            let scenario = Arc::new(scenario);
            let piece = |seed| Piece { scenario: Arc::clone(&scenario), seed };
            pieces.extend(seeds.into_iter().map(piece));
        }
        if pieces.is_empty() {
            return Err(vec![plan::none_at_the_fidelity().into()]);
        }
        Ok(Plan { pieces, left_out })
    }

    /// Every crash, the files, and the whole of the results.
    fn all(
        &self,
        run: &Run,
        around: &Surroundings<'_>,
        console: &mut Console<'_>,
    ) -> Result<Exit, Fault> {
        let out = &run.writing.out;
        folder::make(around.writer, out)?;
        // Whatever becomes of this, what stands there is not of an earlier one.
        FILES.iter().try_for_each(|file| folder::remove(around.writer, out, file))?;
        let stopwatch = Stopwatch::start();
        let (reports, mut faults) = self.reports(run, around)?;
        let crashes = Crashes { reports: &reports, left_out: self.left_out };
        let changes = &run.variation.changes;
        // Half of the figures would be taken for all of them.
        if faults.is_empty() {
            let written = crashes::artifacts(&crashes, changes)
                .into_iter()
                .try_for_each(|file| folder::write(around.writer, out, &file.path, &file.bytes));
            faults.extend(written.err());
        }
        let context = context(run, around);
        let text = match run.showing.format {
            Format::Json => crashes::json(&crashes, changes),
            Format::Human if run.showing.quiet => {
                reports.iter().map(|report| crashes::failure(report, &context)).collect()
            }
            Format::Human => {
                let wall = stopwatch.elapsed();
                crashes::suite(&crashes, wall, &out.display().to_string(), &context)
            }
        };
        console.result(&text);
        if around.annotations {
            console.diagnose(&github::crash_annotations(&reports));
        }
        let told: Vec<Exit> = faults.iter().map(|fault| fault.tell(console)).collect();
        Ok(Exit::first_of(reports.iter().map(exit_of).chain(told)))
    }

    /// One report for each piece that was begun, and what went wrong beside the verdicts.
    fn reports(
        &self,
        run: &Run,
        around: &Surroundings<'_>,
    ) -> Result<(Vec<CrashReport>, Vec<Fault>), Fault> {
        let jobs = run.jobs.unwrap_or_else(cores);
        let screen = if run.showing.quiet { Screen::Written } else { around.screen };
        let progress = Progress::over(self.pieces.len(), screen);
        let ended = batch::carry_out(&self.pieces, jobs, around.stop, |piece| {
            progress.begun(&piece.name());
            let tried = piece.tried(run.crashing.crash_at, around);
            progress.ended();
            tried
        })?;
        progress.close();
        let (mut reports, mut faults, mut cut_short) = (Vec::new(), Vec::new(), 0);
        for (piece, ended) in self.pieces.iter().zip(ended) {
            match ended {
                Ended::Done(Ok(report)) => {
                    cut_short += usize::from(report.is_interrupted);
                    reports.push(report);
                }
                Ended::Done(Err(fault)) => faults.push(fault),
                Ended::Panicked(words) => faults.push(piece.panicked(&words, run, around)),
                Ended::NotBegun => cut_short += 1,
            }
        }
        if cut_short > 0 {
            let all = self.pieces.len();
            let message = format!(
                "interrupted: {cut_short} of {all} scenarios and seeds were not tried to the end"
            );
            faults.push(Fault::new(Exit::Interrupted, message));
        }
        Ok((reports, faults))
    }

    /// One crash, of which nothing is written.
    fn one(
        &self,
        at: CrashAt,
        run: &Run,
        around: &Surroundings<'_>,
        console: &mut Console<'_>,
    ) -> Result<Exit, Fault> {
        let [piece] = self.pieces.as_slice() else { return Err(too_many(self.pieces.len())) };
        let (reports, faults) = self.reports(run, around)?;
        if let [report] = reports.as_slice() {
            if report.once == 0 && report.twice.is_none_or(|twice| twice == 0) && faults.is_empty()
            {
                return Err(no_such_point(piece, at, report));
            }
            let crashes = Crashes { reports: &reports, left_out: self.left_out };
            let context = context(run, around);
            console.result(&match run.showing.format {
                Format::Json => crashes::json(&crashes, &run.variation.changes),
                Format::Human if run.showing.quiet => crashes::failure(report, &context),
                Format::Human => crashes::one(report, &at.text(), &context),
            });
        }
        let told: Vec<Exit> = faults.iter().map(|fault| fault.tell(console)).collect();
        Ok(Exit::first_of(reports.iter().map(exit_of).chain(told)))
    }
}

fn context<'a>(run: &'a Run, around: &'a Surroundings<'_>) -> Context<'a> {
    Context { program: &around.program, changes: &run.variation.changes, style: Style::Colour }
}

const fn exit_of(report: &CrashReport) -> Exit {
    match report {
        CrashReport { failed: 1.., .. } => Exit::Broken,
        CrashReport { .. } => Exit::Good,
    }
}

fn no_disk() -> Fault {
    Fault::new(
        Exit::Usage,
        "what is lost in a crash is lost by a disk, and fidelity queue has none",
    )
    .help("leave out --fidelity")
}

fn too_many(pieces: usize) -> Fault {
    Fault::new(Exit::Usage, format!("--crash-at is for one scenario, and {pieces} were selected"))
        .help("name one scenario file; --crash-everywhere is for any number of them")
}

fn no_such_point(piece: &Piece, at: CrashAt, report: &CrashReport) -> Fault {
    let Piece { scenario, seed } = piece;
    let message = format!("{} with seed {seed} has no crash at {}", scenario.path, at.text());
    let help = format!(
        "before its {} points come the operations that made the spool; --crash-everywhere tries \
         every point",
        report.points
    );
    Fault::new(Exit::NothingSelected, message).help(help)
}
