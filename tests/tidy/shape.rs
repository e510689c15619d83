//! What a file looks like from outside: its length, its name, its first line.

use super::{Source, Violation};

/// The most lines that a file may have; a longer one has two responsibilities.
const LINES: usize = 600;

/// Names that say nothing: whatever is in such a file belongs somewhere else.
const EMPTY_NAMES: [&str; 7] = ["util", "helper", "common", "manager", "misc", "data", "info"];

/// What is wrong with the outside of `source`.
pub(crate) fn violations(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > LINES {
        let what = format!("{lines} lines, {LINES} are allowed: make two files of it");
        found.push(Violation::new(source, LINES + 1, what));
    }
    let words = source.path.strip_suffix(".rs").unwrap_or(&source.path).split(['/', '_']);
    for word in words {
        let single = word.strip_suffix('s').unwrap_or(word);
        if EMPTY_NAMES.contains(&word) || EMPTY_NAMES.contains(&single) {
            found.push(Violation::new(
                source,
                1,
                format!("`{word}` is no name: say what it holds"),
            ));
        }
    }
    if source.path.starts_with("src/") && !source.text.starts_with("//!") {
        found.push(Violation::new(source, 1, "begins without `//!`: say what the module is for"));
    }
    found
}
