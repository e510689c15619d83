//! `restante repro`: a bug of the museum beside the production rules.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::arguments::{Format, Repro};
use super::batch::{self, Ended};
use super::fault::Fault;
use super::plan::{self, Obstacle, Planned, Reader};
use super::run::{cores, not_made};
use super::{Console, Exit, Surroundings, folder};
use crate::base::Rule;
use crate::museum::{Exhibit, Script};
use crate::report::{self, Options, Pictures, SeedInName, repro::Case};
use crate::scenario::CsvRows;
use crate::trial::{Draws, RunRecord, Verdict};

/// Runs the exhibit's own scenario twice and tells both runs together.
pub(super) fn carry_out(
    repro: &Repro,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Exit {
    let exhibit = match plan::find(&repro.exhibit) {
        Ok(exhibit) => exhibit,
        Err(fault) => return fault.tell(console),
    };
    let planned = match planned(exhibit, repro) {
        Ok(planned) => planned,
        Err(obstacles) => return Obstacle::tell_all(&obstacles, console),
    };
    match told(exhibit, &planned, repro, around, console) {
        Ok(exit) => exit,
        Err(fault) => fault.tell(console),
    }
}

/// The production rules, then the exhibit, on the same scenario and seed.
fn planned(exhibit: &'static Exhibit, repro: &Repro) -> Result<[Planned; 2], Vec<Obstacle>> {
    let reader = Reader::of(&repro.variation, &repro.writing)?;
    let Script { path, text } = exhibit.scenario;
    let read = reader.read_text(path, text.as_bytes());
    let mut scenario = read.map_err(|obstacle| vec![obstacle])?;
    // The two lives are told from the rows, whatever the scenario keeps by itself.
    scenario.record.csv = CsvRows::All;
    if let Some((name, _)) = &mut scenario.expect.caught {
        exhibit.id.clone_into(name);
    }
    let (seeds, seed_in_name) = reader.seeds(&scenario);
    let scenario = Arc::new(scenario);
    let seed = seeds.first().copied().expect("a scenario has at least one seed");
    let fidelity = scenario.fidelities[0];
    let run = |exhibit| {
        let scenario = Arc::clone(&scenario);
        Planned { scenario, seed, fidelity, exhibit, seed_in_name }
    };
    Ok([run(None), run(Some(exhibit))])
}

fn told(
    exhibit: &'static Exhibit,
    planned: &[Planned; 2],
    repro: &Repro,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Result<Exit, Fault> {
    folder::make(around.writer, &repro.writing.out)?;
    let mut records = Vec::new();
    let ended = batch::carry_out(planned, cores(), around.stop, |planned| {
        planned.run(Draws::Forgotten, NonZeroUsize::MIN, around.stop)
    })?;
    for (planned, ended) in planned.iter().zip(ended) {
        records.push(record_of(planned, ended)?);
    }
    let [production, broken] = records.as_slice() else { unreachable!("two were planned") };
    let changes = &repro.variation.changes;
    let case = Case { source: exhibit.source, cause: exhibit.cause };
    let pictures = if repro.writing.png { Pictures::SvgAndPng } else { Pictures::Svg };
    let seed_in_name: SeedInName = planned[1].seed_in_name;
    let options = Options { changes, seed_in_name, pictures };
    let failed = |error| not_made(exhibit.id, &error);
    for file in report::repro_artifacts(production, broken, &case, &options).map_err(failed)? {
        folder::write(around.writer, &repro.writing.out, &file.path, &file.bytes)?;
    }
    match repro.showing.format {
        Format::Json => console.result(&report::suite_json(&records, changes)),
        Format::Human if repro.showing.quiet => {}
        Format::Human => {
            let text = report::repro::text(production, broken, &case, changes).map_err(failed)?;
            console.result(&text);
        }
    }
    Ok(judged(production, broken, exhibit.rule))
}

fn record_of(
    planned: &Planned,
    ended: Ended<Result<RunRecord, Fault>>,
) -> Result<RunRecord, Fault> {
    match ended {
        Ended::Done(Err(fault)) => Err(fault),
        Ended::Done(Ok(record)) if record.verdict != Verdict::Interrupted => Ok(record),
        Ended::Done(Ok(_)) | Ended::NotBegun => {
            Err(Fault::new(Exit::Interrupted, "interrupted: the bug was not reproduced"))
        }
        Ended::Panicked(words) => {
            let message = format!("restante failed in {}: {words}", planned.name());
            Err(Fault::new(Exit::OwnFault, message))
        }
    }
}

/// A bug is reproduced if the production rules broke nothing and the exhibit broke its own rule.
fn judged(production: &RunRecord, exhibit: &RunRecord, rule: Rule) -> Exit {
    let sound = production.breach_counts.is_empty();
    let caught = exhibit.breach_counts.iter().any(|(broken, _)| *broken == rule);
    Exit::first_of([
        if sound { Exit::Good } else { Exit::Broken },
        if caught { Exit::Good } else { Exit::NotCaught },
    ])
}
