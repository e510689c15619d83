//! The rings: which room may name which others. The order is that of the house; a room never names
//! one that stands after it, and some name less than they could.

use super::paths::paths_of;
use super::tokens::Token;
use super::{Source, Violation};

/// Each room and what it may name besides itself, from the ground up.
const ROOMS: [(&str, &str); 18] = [
    ("base", ""),
    ("queue", "base"),
    ("smtp", "base"),
    ("spool", "base"),
    ("hub", "base queue smtp spool"),
    ("trace", "base"),
    ("scenario", "base"),
    ("sim", "base queue smtp spool hub trace scenario"),
    ("daemon", "base queue smtp spool hub"),
    ("audit", "base smtp trace scenario sim"),
    // The judge shares nothing with what it judges, so that one slip cannot hide another.
    ("oracle", "base trace scenario"),
    ("museum", "base queue smtp spool hub trace scenario sim"),
    ("trial", "base queue smtp spool hub trace scenario sim oracle museum"),
    ("explore", "base queue smtp spool hub trace scenario sim oracle museum trial"),
    ("sweep", "base queue smtp spool hub trace scenario sim oracle museum trial"),
    ("report", "base trace scenario oracle museum trial explore sweep"),
    (
        "cli",
        "base queue smtp spool hub trace scenario sim daemon audit oracle museum trial explore \
         sweep report",
    ),
    ("main", "cli"),
];

/// The place of a file among the modules: `src/queue/deadline.rs` is `queue::deadline`. None for a
/// file outside `src` and for the root, which lists the rooms and names nothing of theirs.
fn module_of(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    (path != "lib").then(|| path.split('/').map(str::to_owned).collect())
}

/// Where `source` names a room that it may not name.
pub(crate) fn violations(source: &Source, tokens: &[Token<'_>]) -> Vec<Violation> {
    let Some(module) = module_of(&source.path) else { return Vec::new() };
    let room = module[0].as_str();
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![Violation::new(source, 1, format!("`{room}` has no place in the rings"))];
    };
    let mut found = Vec::new();
    for named in paths_of(tokens, &module) {
        let mut report = |what: String| found.push(Violation::new(source, named.line, what));
        if named.leaves_room {
            report(format!("`super::` leads out of `{room}`: write `crate::`"));
        }
        match named.parts.first().map(String::as_str) {
            None | Some("*") => report("names the whole house: name the room".to_owned()),
            Some(other) if other == room => {}
            Some(other) if !ROOMS.iter().any(|(name, _)| *name == other) => {
                report(format!("`{other}` has no place in the rings"));
            }
            Some(other) if !allowed.split_whitespace().any(|name| name == other) => {
                report(format!("`{room}` may not name `{other}`"));
            }
            Some(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_room_may_name_one_that_stands_after_it() {
        for (at, (room, allowed)) in ROOMS.iter().enumerate() {
            for name in allowed.split_whitespace() {
                let before = ROOMS[..at].iter().any(|(earlier, _)| *earlier == name);
                assert!(before, "`{room}` names `{name}`, which does not stand before it");
            }
        }
    }
}
