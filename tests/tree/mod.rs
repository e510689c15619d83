//! A folder as a value: every file below it, and how two folders differ.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Files by their path below a folder, with `/` between its parts.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The paths of all files below `folder`, sorted; none where there is no such folder.
pub(crate) fn paths_below(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    let mut unseen = vec![String::new()];
    while let Some(below) = unseen.pop() {
        let Ok(entries) = fs::read_dir(folder.join(&below)) else { continue };
        for entry in entries {
            let entry = entry.expect("an entry of a folder that is there");
            let name = entry.file_name().into_string().expect("a name of plain letters");
            let path = format!("{below}{name}");
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder { unseen.push(format!("{path}/")) } else { paths.push(path) }
        }
    }
    paths.sort();
    paths
}

/// All files below `folder`, which nobody else changes meanwhile.
pub(crate) fn files_below(folder: &Path) -> Files {
    let read = |path: String| {
        let bytes = fs::read(folder.join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        (path, bytes)
    };
    paths_below(folder).into_iter().map(read).collect()
}

/// What is not as expected: one line for each file, with its first line that differs.
pub(crate) fn differences(expected: &Files, found: &Files) -> Vec<String> {
    let mut lines = Vec::new();
    for (path, bytes) in expected {
        match found.get(path) {
            None => lines.push(format!("{path}: is missing")),
            Some(other) if other != bytes => lines.push(first_difference(path, bytes, other)),
            Some(_) => {}
        }
    }
    let unexpected = found.keys().filter(|path| !expected.contains_key(*path));
    lines.extend(unexpected.map(|path| format!("{path}: is not expected")));
    lines
}

fn first_difference(path: &str, expected: &[u8], found: &[u8]) -> String {
    let (Ok(expected), Ok(found)) = (str::from_utf8(expected), str::from_utf8(found)) else {
        let same = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
        return format!("{path}: differs from byte {same} on");
    };
    // Not `lines`: an end of line that is missing, or is another, is a difference.
    let (mut expected, mut found) = (expected.split('\n'), found.split('\n'));
    let mut number = 0;
    loop {
        number += 1;
        let (one, other) = (expected.next(), found.next());
        if one != other {
            let shown = |line: Option<&str>| {
                line.map_or_else(|| "the end".to_owned(), |line| format!("`{line}`"))
            };
            return format!("{path}:{number}: expected {}, found {}", shown(one), shown(other));
        }
    }
}
