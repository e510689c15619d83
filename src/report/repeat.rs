//! The one command that repeats a run.
//!
//! In: a record and the changes that its scenario was read with. Out: a line that a POSIX shell
//! takes as it stands.

use std::borrow::Cow;

use crate::scenario::{Fidelity, Scenario};
use crate::trial::RunRecord;

/// The name by which the command is called in files, wherever it may be installed.
pub const PROGRAM: &str = "restante";

/// The command as files have it, the same on every machine:
/// `restante run scenarios/basic/never-calls.toml --seed 1`.
#[must_use]
pub fn canonical(record: &RunRecord, changes: &[String]) -> String {
    command(PROGRAM, record, changes)
}

/// The command with the path of the program that is to be run, for the console.
///
/// An exhibit that the scenario itself is run with needs no `--exhibit`: the command is then judged
/// as the scenario asks, and passes when the exhibit is caught.
#[must_use]
pub fn command(program: &str, record: &RunRecord, changes: &[String]) -> String {
    let RunRecord { scenario, seed, fidelity, exhibit, .. } = record;
    command_for(program, scenario, (*seed, *fidelity), *exhibit, changes)
}

/// The same for a run that left no record.
#[must_use]
pub fn command_for(
    program: &str,
    scenario: &Scenario,
    (seed, fidelity): (u64, Fidelity),
    exhibit: Option<&str>,
    changes: &[String],
) -> String {
    let mut line = run(program, &scenario.path, seed);
    if fidelity != scenario.fidelities[0] {
        line.push_str(&format!(" --fidelity {}", fidelity.name()));
    }
    let asked = scenario.expect.caught.as_ref().map(|(name, _)| name.as_str());
    if let Some(exhibit) = exhibit.filter(|id| asked.is_none_or(|name| !id.starts_with(name))) {
        line.push_str(&format!(" --exhibit {}", quoted(exhibit)));
    }
    line + &set(changes)
}

/// The command that runs a scenario, by its path, with a seed, an exhibit and these changes.
#[must_use]
pub fn changed(
    program: &str,
    (path, seed, exhibit): (&str, u64, Option<&str>),
    changes: &[String],
) -> String {
    let exhibit = exhibit.map(|id| format!(" --exhibit {}", quoted(id))).unwrap_or_default();
    run(program, path, seed) + &exhibit + &set(changes)
}

/// The command that lets the power go again: at this point alone, or everywhere.
#[must_use]
pub fn crashing(
    program: &str,
    scenario: &Scenario,
    seed: u64,
    point: Option<&str>,
    changes: &[String],
) -> String {
    let crash = match point {
        Some(point) => format!(" --crash-at {}", quoted(point)),
        None => " --crash-everywhere".to_owned(),
    };
    run(program, &scenario.path, seed) + &crash + &set(changes)
}

fn run(program: &str, path: &str, seed: u64) -> String {
    // What begins with a dash would be read as an option.
    let path = if path.starts_with('-') { &format!("./{path}") } else { path };
    format!("{} run {} --seed {seed}", quoted(program), quoted(path))
}

/// The command that puts an exhibit beside the production rules once more.
#[must_use]
pub fn repro(exhibit: &str, seed: u64, changes: &[String]) -> String {
    format!("{PROGRAM} repro {} --seed {seed}{}", quoted(exhibit), set(changes))
}

fn set(changes: &[String]) -> String {
    let words = changes.iter().flat_map(|change| [" --set ".into(), quoted(change)]);
    words.collect()
}

/// `word` so that a POSIX shell reads it as one word.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_change_it() {
        for (word, text) in [
            ("scenarios/basic/never-calls.toml", "scenarios/basic/never-calls.toml"),
            ("policy.retry=[\"15m\"]", "'policy.retry=[\"15m\"]'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(quoted(word), text);
        }
    }
}
