//! The scenarios of the suite can be read, and each says what it is there for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use restante::scenario::{SIZE_LIMIT, Scenario};

/// Every file of the suite, sorted, relative to the package.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the suite") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

#[test]
fn every_scenario_of_the_suite_is_read_and_promises_one_thing() {
    let files = files();
    assert!(files.len() >= 17, "{} scenarios", files.len());
    let mut titles = BTreeSet::new();
    for file in files {
        let bytes = std::fs::read(&file).expect("readable");
        assert!(bytes.len() as u64 <= SIZE_LIMIT);
        let read = Scenario::read(&file.to_string_lossy(), &bytes, &[]);
        let scenario = read.unwrap_or_else(|problem| panic!("{problem}"));
        assert!(titles.insert(scenario.title.clone()), "two scenarios called {}", scenario.title);
        let is_held_to_something =
            !scenario.expect.counts.is_empty() || scenario.expect.caught.is_some();
        assert!(is_held_to_something || scenario.name.starts_with("scale/"), "{}", scenario.name);
    }
}
