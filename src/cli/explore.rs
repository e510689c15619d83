//! `restante explore`: random scenarios, until one breaks a rule or all have kept them.

use std::num::NonZeroU64;
use std::sync::atomic::Ordering;

use serde::Serialize;

use super::arguments::{Explore, Format};
use super::batch::{self, Ended};
use super::fault::Fault;
use super::progress::Progress;
use super::run::cores;
use super::{Console, Exit, Screen, Surroundings, folder};
use crate::explore::{self, Failure, Feature, Features, Finding};

/// The most failures that are made smaller and written down; more of them seldom tell more.
const SHOWN: usize = 10;

/// Runs each scenario twice, and makes those that fail smaller.
pub(super) fn carry_out(
    explore: &Explore,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Exit {
    match explored(explore, around, console) {
        Ok(exit) => exit,
        Err(fault) => fault.tell(console),
    }
}

/// What became of the scenario of one seed.
struct Probed {
    seed: u64,
    features: Features,
    finding: Finding,
}

fn explored(
    explore: &Explore,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Result<Exit, Fault> {
    let seeds: Vec<u64> =
        (0..explore.scenarios.get()).map(|number| explore.seed.wrapping_add(number)).collect();
    let screen = if explore.showing.quiet { Screen::Written } else { around.screen };
    let progress = Progress::over(seeds.len(), screen);
    let jobs = explore.jobs.unwrap_or_else(cores);
    let ended = batch::carry_out(&seeds, jobs, around.stop, |seed| {
        let sample = explore::draw(*seed);
        let finding = explore::probe(&sample.text, *seed, around.stop);
        progress.ended();
        Probed { seed: *seed, features: sample.features, finding }
    })?;
    progress.close();
    let mut probed = Vec::new();
    for ended in ended {
        match ended {
            Ended::Done(Probed { finding: Finding::Interrupted, .. }) | Ended::NotBegun => {}
            Ended::Done(one) => probed.push(one),
            Ended::Panicked(words) => return Err(Fault::new(Exit::OwnFault, words)),
        }
    }
    let failures = failures(explore, &probed, around)?;
    let text = match explore.showing.format {
        Format::Json => json(explore, &probed, &failures),
        Format::Human if explore.showing.quiet && failures.is_empty() => String::new(),
        Format::Human => human(explore, &probed, &failures, &around.program),
    };
    console.result(&text);
    let exits = failures.iter().map(|failed| exit_of(failed.failure));
    let is_interrupted = around.stop.load(Ordering::Relaxed);
    Ok(Exit::first_of(exits.chain([if is_interrupted { Exit::Interrupted } else { Exit::Good }])))
}

/// A scenario that failed, written down in its smallest form.
struct Failed<'a> {
    seed: u64,
    failure: &'a Failure,
    /// Where it was written, from where the command was run; none beyond the first few.
    path: Option<String>,
}

fn failures<'a>(
    explore: &Explore,
    probed: &'a [Probed],
    around: &Surroundings<'_>,
) -> Result<Vec<Failed<'a>>, Fault> {
    let mut failures = Vec::new();
    for Probed { seed, finding, .. } in probed {
        let Finding::Failed(failure) = finding else { continue };
        let path = if failures.len() < SHOWN {
            let text = explore::draw(*seed).text;
            let text = explore::shrink(&text, *seed, failure, around.stop);
            let path = format!("explore/{seed}.toml");
            folder::make(around.writer, &explore.out)?;
            folder::write(around.writer, &explore.out, &path, text.as_bytes())?;
            Some(format!("{}/{path}", explore.out.display()))
        } else {
            None
        };
        failures.push(Failed { seed: *seed, failure, path });
    }
    Ok(failures)
}

const fn exit_of(failure: &Failure) -> Exit {
    match failure {
        Failure::Broken(..) | Failure::OtherEnd(_) => Exit::Broken,
        Failure::NotRepeatable => Exit::NotDeterministic,
        // What was drawn is restante's own.
        Failure::Invalid(_) | Failure::Trial(_) | Failure::Panicked(_) => Exit::OwnFault,
    }
}

fn human(explore: &Explore, probed: &[Probed], failures: &[Failed<'_>], program: &str) -> String {
    let (run, failed) = (probed.len(), failures.len());
    let asked = explore.scenarios;
    let mut text = if failed == 0 {
        format!(
            "ok  {run} of {asked} random scenarios, each run twice, from seed {}\n",
            explore.seed
        )
    } else {
        format!("FAILED  {failed} of {run} random scenarios, from seed {}\n", explore.seed)
    };
    for Failed { seed, failure, path } in failures {
        text.push_str(&format!("\nseed {seed}: {failure}\n"));
        if let Some(path) = path {
            text.push_str(&format!("  repeat: {program} run {path}\n"));
        }
    }
    text.push_str("\nscenarios with\n");
    for feature in Feature::ALL {
        text.push_str(&format!("  {:<24} {:>7}\n", feature.name(), count(probed, *feature)));
    }
    text
}

fn count(probed: &[Probed], feature: Feature) -> usize {
    probed.iter().filter(|one| one.features.has(feature)).count()
}

#[derive(Serialize)]
struct Summary<'a> {
    schema_version: u32,
    first_seed: u64,
    asked: NonZeroU64,
    run: usize,
    failures: Vec<Entry<'a>>,
    features: Vec<FeatureCount>,
}

#[derive(Serialize)]
struct Entry<'a> {
    seed: u64,
    failure: String,
    path: Option<&'a str>,
}

#[derive(Serialize)]
struct FeatureCount {
    feature: &'static str,
    scenarios: usize,
}

fn json(explore: &Explore, probed: &[Probed], failures: &[Failed<'_>]) -> String {
    let failures = failures.iter().map(|failed| Entry {
        seed: failed.seed,
        failure: failed.failure.to_string(),
        path: failed.path.as_deref(),
    });
    let features = Feature::ALL.iter().map(|feature| FeatureCount {
        feature: feature.name(),
        scenarios: count(probed, *feature),
    });
    let summary = Summary {
        schema_version: 1,
        first_seed: explore.seed,
        asked: explore.scenarios,
        run: probed.len(),
        failures: failures.collect(),
        features: features.collect(),
    };
    let mut text = serde_json::to_string_pretty(&summary).expect("plain values under plain keys");
    text.push('\n');
    text
}
