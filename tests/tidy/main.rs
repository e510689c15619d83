//! The house rules that no compiler checks: which room may name which, what may not be called, how
//! long a file may be. Every violation in the tree is listed at once, as `file:line: what and why`.
//!
//! Comments and strings are taken out before anything is looked for, so that a file may speak of
//! what it must not do. The checker itself is tried on bad snippets in `snippets`: a test that
//! cannot fail is no test.

mod bans;
mod paths;
mod rooms;
mod shape;
mod snippets;
mod tokens;

use std::fmt;
use std::fs;
use std::path::Path;

/// A source file as it is checked: its path from the package's root, with `/`, and its text.
pub(crate) struct Source {
    path: String,
    text: String,
}

/// One breach of one house rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    path: String,
    line: usize,
    what: String,
}

impl Violation {
    /// A breach in `source` at `line`, counted from 1.
    pub(crate) fn new(source: &Source, line: usize, what: impl Into<String>) -> Violation {
        Violation { path: source.path.clone(), line, what: what.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// All that is wrong with one file, in order of lines.
pub(crate) fn violations_in(source: &Source) -> Vec<Violation> {
    let tokens = tokens::tokens_of(&source.text);
    let mut found = shape::violations(source);
    found.extend(rooms::violations(source, &tokens));
    found.extend(bans::violations(source, &tokens));
    found.sort();
    found.dedup();
    found
}

/// Every Rust file below `folder`, in order of paths.
fn collect(root: &Path, folder: &str, sources: &mut Vec<Source>) {
    let mut names: Vec<String> = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries
            .map(|entry| entry.expect("a folder of the package can be read").file_name())
            .map(|name| name.into_string().expect("file names of the package are plain text"))
            .collect(),
        Err(_) => return,
    };
    names.sort();
    for name in names {
        let path = format!("{folder}/{name}");
        if root.join(&path).is_dir() {
            collect(root, &path, sources);
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(root.join(&path)).expect("a source file is UTF-8 text");
            sources.push(Source { path, text });
        }
    }
}

#[test]
fn the_tree_keeps_the_house_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["src", "tests", "benches"] {
        collect(root, folder, &mut sources);
    }
    assert!(sources.iter().any(|source| source.path == "src/base/time.rs"), "src was not found");
    assert!(sources.iter().any(|source| source.path == "tests/tidy/main.rs"), "tests were not");
    let found: Vec<String> =
        sources.iter().flat_map(violations_in).map(|violation| violation.to_string()).collect();
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}
