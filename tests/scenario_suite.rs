//! The scenarios of the suite: each is read, says what it is there for, and keeps its promise.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use restante::museum::{self, EXHIBITS};
use restante::scenario::{SIZE_LIMIT, Scenario};
use restante::trial::{self, Verdict};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the suite, sorted.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("scenarios")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the suite") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn read(file: &Path) -> Scenario {
    let bytes = std::fs::read(file).expect("readable");
    assert!(bytes.len() as u64 <= SIZE_LIMIT);
    Scenario::read(&file.to_string_lossy(), &bytes, &[])
        .unwrap_or_else(|problem| panic!("{problem}"))
}

#[test]
fn every_scenario_promises_one_thing_and_is_held_to_it() {
    let files = files();
    assert!(files.len() >= 17, "{} scenarios", files.len());
    let mut titles = BTreeSet::new();
    for scenario in files.iter().map(|file| read(file)) {
        assert!(titles.insert(scenario.title.clone()), "two scenarios called {}", scenario.title);
        let is_held_to_something =
            !scenario.expect.counts.is_empty() || scenario.expect.caught.is_some();
        assert!(is_held_to_something || scenario.name.starts_with("scale/"), "{}", scenario.name);
    }
}

#[test]
fn every_scenario_keeps_its_promise_with_each_of_its_seeds() {
    for scenario in files().iter().map(|file| Arc::new(read(file))) {
        let caught = scenario.expect.caught.as_ref();
        let exhibit = caught.map(|(name, _)| museum::find(name).expect("an exhibit"));
        for &seed in &scenario.seeds {
            let run = trial::run(&scenario, seed, exhibit, &AtomicBool::new(false));
            let run = run.expect("a scenario that can be run");
            let (name, breaches) = (&scenario.name, &run.breaches);
            assert_eq!(run.verdict, Verdict::Passed, "{name} seed {seed} {breaches:?}");
        }
    }
}

#[test]
fn every_exhibit_has_a_scenario_that_names_it_and_its_rule_and_that_production_passes() {
    for exhibit in EXHIBITS {
        let scenario = Arc::new(read(&root().join(exhibit.scenario)));
        let (name, rule) = scenario.expect.caught.as_ref().expect("a scenario of the museum");
        let found = museum::find(name).expect("an exhibit");
        assert_eq!((found.id, *rule), (exhibit.id, exhibit.rule));
        for &seed in &scenario.seeds {
            let run = trial::run(&scenario, seed, None, &AtomicBool::new(false));
            assert_eq!(run.expect("runs").breaches, [], "{}", exhibit.id);
        }
    }
}
