//! The scenarios of the suite, as files and as they are meant.

use std::path::{Path, PathBuf};

use restante::scenario::{SIZE_LIMIT, Scenario};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every scenario of the suite, sorted; folders named `data` hold what scenarios read, those named `sweeps`
/// what is made of them.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("scenarios")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the suite") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                let has_scenarios = !path.ends_with("data") && !path.ends_with("sweeps");
                folders.extend(has_scenarios.then_some(path));
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Reads a scenario of the suite, and what it reads itself.
pub(crate) fn read(file: &Path) -> Scenario {
    read_as(file, &std::fs::read(file).expect("readable"))
}

/// Reads a scenario as if this were the content of the file.
pub(crate) fn read_as(file: &Path, bytes: &[u8]) -> Scenario {
    assert!(bytes.len() as u64 <= SIZE_LIMIT);
    let beside = |below: &str| std::fs::read(file.parent().expect("a folder").join(below));
    Scenario::read_beside(&file.to_string_lossy(), bytes, &[], &beside)
        .unwrap_or_else(|problem| panic!("{problem}"))
}
