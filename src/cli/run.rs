//! `restante run`: scenarios in; verdicts, tables and charts out.

use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::arguments::{Format, Run};
use super::batch::{self, Ended};
use super::fault::Fault;
use super::plan::{self, Obstacle, Planned, Reader};
use super::progress::Progress;
use super::timing::{self, Stopwatch, Timing};
use super::{Console, Exit, Screen, Surroundings, Writer, crashes, folder, github};
use crate::report::{self, Options, Pictures, SeedInName};
use crate::scenario::{CsvRows, Fidelity};
use crate::trial::{Draws, Rows, RunRecord, Verdict};

/// Runs what was asked for, writes the reports and prints the results.
pub(super) fn carry_out(run: &Run, around: &Surroundings<'_>, console: &mut Console<'_>) -> Exit {
    if run.crashing.crash_everywhere || run.crashing.crash_at.is_some() {
        return crashes::carry_out(run, around, console);
    }
    let reader = Reader::of(&run.variation, &run.writing);
    let fidelity = run.fidelity.map(Fidelity::from);
    let planned = reader.and_then(|reader| {
        plan::plan(&run.scenarios, run.exhibit.as_deref(), &reader.at(fidelity))
    });
    let planned = match planned {
        Ok(planned) => planned,
        Err(obstacles) => return Obstacle::tell_all(&obstacles, console),
    };
    if let Err(fault) = prepare(&run.writing.out, around.writer) {
        return fault.tell(console);
    }
    match Suite::made(&planned, run, around) {
        Ok(suite) => suite.told(run, around, console),
        Err(fault) => fault.tell(console),
    }
}

/// What came of a suite.
struct Suite {
    /// One for each run that did not panic and was not left out, in the order of the plan.
    records: Vec<RunRecord>,
    /// All that went wrong beside the verdicts.
    faults: Vec<Fault>,
}

/// What came of one run.
struct Made {
    record: RunRecord,
    written: Result<(), Fault>,
    wall: Duration,
}

impl Suite {
    /// Makes every run and writes its files; then those of the whole.
    fn made(planned: &[Planned], run: &Run, around: &Surroundings<'_>) -> Result<Suite, Fault> {
        let jobs = run.jobs.unwrap_or_else(cores);
        let stopwatch = Stopwatch::start();
        let screen = if run.showing.quiet { Screen::Written } else { around.screen };
        let progress = Progress::over(planned.len(), screen);
        // A run has no more threads for itself than others leave idle: what it took is its own time.
        let groups_at_once =
            NonZeroUsize::new(jobs.get() / planned.len().max(1)).unwrap_or(NonZeroUsize::MIN);
        let ended = batch::carry_out(planned, jobs, around.stop, |planned| {
            progress.begun(&planned.name());
            let made = make(planned, groups_at_once, run, around);
            progress.ended();
            made
        })?;
        progress.close();
        let mut suite = Suite { records: Vec::new(), faults: Vec::new() };
        let mut timing = Timing::of(jobs);
        let (mut unwritten, mut cut_short) = (Vec::new(), 0);
        for (planned, ended) in planned.iter().zip(ended) {
            match ended {
                Ended::Done(Ok(made)) => {
                    timing.add(report::run_folder(&made.record, planned.seed_in_name), made.wall);
                    unwritten.extend(made.written.err());
                    cut_short += usize::from(made.record.verdict == Verdict::Interrupted);
                    suite.records.push(made.record);
                }
                Ended::Done(Err(fault)) => suite.faults.push(fault),
                Ended::Panicked(words) => suite.faults.push(panicked(planned, &words, run, around)),
                Ended::NotBegun => cut_short += 1,
            }
        }
        suite.faults.extend(interrupted(cut_short, planned.len()));
        // What befell one file befell the others: a full disk is told once.
        suite.faults.extend(unwritten.into_iter().next());
        // Files of the whole suite would be half files where some of it was not made.
        if suite.faults.is_empty() {
            let written = suite.write(timing, &stopwatch, run, around.writer);
            suite.faults.extend(written.err());
        }
        Ok(suite)
    }

    /// Writes the files of the whole suite.
    fn write(
        &self,
        timing: Timing,
        stopwatch: &Stopwatch,
        run: &Run,
        writer: &dyn Writer,
    ) -> Result<(), Fault> {
        let options = options_of(run, SeedInName::Left);
        let artifacts = report::suite_artifacts(&self.records, &options)
            .map_err(|error| not_made("the suite", &error))?;
        for artifact in artifacts {
            folder::write(writer, &run.writing.out, &artifact.path, &artifact.bytes)?;
        }
        let timing = timing.json(stopwatch.elapsed());
        folder::write(writer, &run.writing.out, timing::PATH, &timing)
    }

    /// Prints the results, then the faults, and gives what the command ends with.
    fn told(self, run: &Run, around: &Surroundings<'_>, console: &mut Console<'_>) -> Exit {
        console.result(&self.results(run, around));
        if around.annotations {
            console.diagnose(&github::annotations(&self.records));
        }
        let summarised = match &around.step_summary {
            Some(file) => github::summarise(&self.records, file),
            None => Ok(()),
        };
        let faults: Vec<Fault> = self.faults.into_iter().chain(summarised.err()).collect();
        let verdicts = self.records.iter().map(|record| Exit::of(&record.verdict));
        let told: Vec<Exit> = faults.iter().map(|fault| fault.tell(console)).collect();
        Exit::first_of(verdicts.chain(told))
    }

    fn results(&self, run: &Run, around: &Surroundings<'_>) -> String {
        let changes = &run.variation.changes;
        let context = report::console::Context {
            program: &around.program,
            changes,
            style: report::console::Style::Colour,
        };
        match run.showing.format {
            Format::Json => report::suite_json(&self.records, changes),
            Format::Human if run.showing.quiet => {
                self.records.iter().map(|r| report::console::failure(r, &context)).collect()
            }
            Format::Human => {
                let out = run.writing.out.display().to_string();
                report::console::suite(&self.records, &out, &context)
            }
        }
    }
}

/// Makes the report folder, and takes away the files of an earlier suite: whatever becomes of this
/// one, what stands there is of one suite.
fn prepare(out: &Path, writer: &dyn Writer) -> Result<(), Fault> {
    folder::make(writer, out)?;
    let files = ["summary.json", "junit.xml", timing::PATH];
    files.iter().try_for_each(|file| folder::remove(writer, out, file))
}

/// Makes one run and writes its files. The record goes on without its rows and what was drawn, which
/// are on the disk by then: they are what is large in it.
fn make(
    planned: &Planned,
    groups_at_once: NonZeroUsize,
    run: &Run,
    around: &Surroundings<'_>,
) -> Result<Made, Fault> {
    let stopwatch = Stopwatch::start();
    let draws = if run.resolve { Draws::Kept } else { Draws::Forgotten };
    let mut record = planned.run(draws, groups_at_once, around.stop)?;
    let written = match record.verdict {
        // Of a run that was cut short there is nothing to be written.
        Verdict::Interrupted => Ok(()),
        _ => {
            write(&record, &options_of(run, planned.seed_in_name), &run.writing.out, around.writer)
        }
    };
    record.rows = Rows::default();
    record.series = Vec::new();
    record.course = None;
    Ok(Made { record, written, wall: stopwatch.elapsed() })
}

fn write(
    record: &RunRecord,
    options: &Options<'_>,
    out: &Path,
    writer: &dyn Writer,
) -> Result<(), Fault> {
    let artifacts = report::run_artifacts(record, options)
        .map_err(|error| not_made(&record.scenario.name, &error))?;
    let folder = report::run_folder(record, options.seed_in_name);
    for name in OPTIONAL {
        let path = format!("{folder}/{name}");
        if !artifacts.iter().any(|file| file.path == path) {
            folder::remove(writer, out, &path)?;
        }
    }
    for file in &artifacts {
        folder::write(writer, out, &file.path, &file.bytes)?;
    }
    let messages = format!("{folder}/messages.csv");
    if record.scenario.record.csv == CsvRows::None {
        return folder::remove(writer, out, &messages);
    }
    let mut content = |file: &mut dyn io::Write| report::write_messages_csv(record, file);
    folder::write_in_pieces(writer, out, &messages, &mut content)
}

/// Files that a run writes only where it is asked to: one of an earlier run would be taken for its.
const OPTIONAL: [&str; 4] = ["resolved.toml", "waiting.png", "time-to-end.png", "sites.png"];

fn options_of(run: &Run, seed_in_name: SeedInName) -> Options<'_> {
    let pictures = if run.writing.png { Pictures::SvgAndPng } else { Pictures::Svg };
    Options { changes: &run.variation.changes, seed_in_name, pictures }
}

/// As many threads as the machine runs at once.
pub(super) fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// A report that cannot be made is a fault of ours, whatever the run was.
pub(super) fn not_made(what: &str, error: &report::ReportError) -> Fault {
    Fault::new(Exit::OwnFault, format!("restante could not make the report of {what}: {error}"))
        .help("the run itself is not in question; please report this with the scenario")
}

fn panicked(planned: &Planned, words: &str, run: &Run, around: &Surroundings<'_>) -> Fault {
    let repeat = planned.repeat(&around.program, &run.variation.changes);
    Fault::new(Exit::OwnFault, format!("restante failed in {}: {words}", planned.name()))
        .help(format!("this is no fault of the scenario; please report it with\n    {repeat}"))
}

/// That the user interrupted, if some of the runs did not come to their end.
fn interrupted(cut_short: usize, planned: usize) -> Option<Fault> {
    (cut_short > 0).then(|| {
        let message =
            format!("interrupted: {cut_short} of {planned} runs did not come to their end");
        Fault::new(Exit::Interrupted, message)
    })
}
