//! A resolved scenario is the same run: what was seen and what was written down are the same, with no
//! chance left.

#![cfg(feature = "lab")]

mod suite;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use restante::museum;
use restante::scenario::{CsvRows, Scenario, resolved};
use restante::trial::{Draws, Manner, RunRecord, run_as};

fn without_rows(mut scenario: Scenario) -> Arc<Scenario> {
    scenario.record.csv = CsvRows::None;
    Arc::new(scenario)
}

fn run(scenario: &Arc<Scenario>, seed: u64, draws: Draws) -> RunRecord {
    let asked = scenario.expect.caught.as_ref();
    let exhibit = asked.map(|(name, _)| museum::find(name).expect("an exhibit"));
    let manner = Manner { exhibit, draws, ..Manner::plain(seed, scenario.fidelities[0]) };
    let run = run_as(scenario, &manner, &AtomicBool::new(false));
    run.unwrap_or_else(|error| panic!("{}: {error}", scenario.name))
}

#[test]
fn a_resolved_scenario_takes_the_course_that_the_run_took() {
    // All but those that are there for their size.
    let is_large = |file: &Path| file.parent().is_some_and(|folder| folder.ends_with("scale"));
    let files: Vec<_> = suite::files().into_iter().filter(|file| !is_large(file)).collect();
    assert!(files.len() >= 30, "{} scenarios", files.len());
    let mut differing = Vec::new();
    for file in files {
        let drawn = without_rows(suite::read(&file));
        let seed = drawn.seeds[0];
        let first = run(&drawn, seed, Draws::Kept);
        let course = first.course.as_ref().expect("it was to be kept");
        let text = resolved(&drawn, seed, course);
        let written = without_rows(suite::read_as(&file, text.as_bytes()));
        let second = run(&written, seed, Draws::Forgotten);
        let lanes = |run: &RunRecord| (run.fingerprint.seen, run.fingerprint.disk);
        if lanes(&first) != lanes(&second) || first.verdict != second.verdict {
            differing.push(drawn.name.clone());
        }
    }
    assert_eq!(differing, Vec::<String>::new());
}
