//! A resolved scenario is the same run: what was seen and what was written down are the same, with no
//! chance left.

#![cfg(feature = "lab")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use restante::museum;
use restante::scenario::{CsvRows, Scenario, resolved};
use restante::trial::{Draws, Manner, RunRecord, run_as};

/// Every scenario below a folder but those that are there for their size.
fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the suite") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("scale") && !path.ends_with("data") {
            scenarios(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
}

fn read(path: &Path, bytes: &[u8]) -> Arc<Scenario> {
    let folder = path.parent().expect("a file of the suite");
    let beside = |below: &str| fs::read(folder.join(below));
    let shown = path.to_string_lossy();
    let read = Scenario::read_beside(&shown, bytes, &[], &beside);
    let mut scenario = read.unwrap_or_else(|problem| panic!("{problem}"));
    scenario.record.csv = CsvRows::None;
    Arc::new(scenario)
}

fn run(scenario: &Arc<Scenario>, seed: u64, draws: Draws) -> RunRecord {
    let asked = scenario.expect.caught.as_ref();
    let exhibit = asked.map(|(name, _)| museum::find(name).expect("an exhibit"));
    let fidelity = scenario.fidelities[0];
    let manner = Manner { seed, fidelity, exhibit, draws };
    let run = run_as(scenario, &manner, &AtomicBool::new(false));
    run.unwrap_or_else(|error| panic!("{}: {error}", scenario.name))
}

#[test]
fn a_resolved_scenario_takes_the_course_that_the_run_took() {
    let mut files = Vec::new();
    scenarios(Path::new("scenarios"), &mut files);
    files.sort();
    assert!(files.len() >= 30, "{} scenarios", files.len());
    let mut differing = Vec::new();
    for file in files {
        let drawn = read(&file, &fs::read(&file).expect("readable"));
        let seed = drawn.seeds[0];
        let first = run(&drawn, seed, Draws::Kept);
        let course = first.course.as_ref().expect("it was to be kept");
        let written = read(&file, resolved(&drawn, seed, course).as_bytes());
        let second = run(&written, seed, Draws::Forgotten);
        let lanes = |run: &RunRecord| (run.fingerprint.seen, run.fingerprint.disk);
        if lanes(&first) != lanes(&second) || first.verdict != second.verdict {
            differing.push(drawn.name.clone());
        }
    }
    assert_eq!(differing, Vec::<String>::new());
}
