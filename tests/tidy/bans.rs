//! What may not be called or written, and where it may all the same.

use super::tokens::{Token, tokens_of};
use super::{Source, Violation};

/// A ban: the words and signs that break it, where they are allowed, and what to do instead.
struct Ban {
    /// Tokens in a row, with spaces between.
    tokens: &'static str,
    /// Beginnings of paths under which it does not hold.
    allowed: &'static [&'static str],
    /// What to do instead.
    instead: &'static str,
}

/// Real time and the environment come in here alone.
const OUTER: &[&str] = &["src/cli/", "src/daemon/", "src/audit/"];
const NOWHERE: &[&str] = &[];

#[rustfmt::skip]
const BANS: &[Ban] = &[
    Ban { tokens: "Instant :: now", allowed: OUTER, instead: "time is an argument" },
    Ban { tokens: "SystemTime :: now", allowed: OUTER, instead: "time is an argument" },
    Ban { tokens: "rand :: rng", allowed: NOWHERE, instead: "draw from a stream keyed by entity" },
    Ban { tokens: "thread_rng", allowed: NOWHERE, instead: "draw from a stream keyed by entity" },
    Ban { tokens: "sleep", allowed: OUTER, instead: "virtual time is not waited for" },
    Ban { tokens: "env :: var", allowed: OUTER, instead: "the environment is read in cli alone" },
    Ban { tokens: "env :: vars", allowed: OUTER, instead: "the environment is read in cli alone" },
    Ban { tokens: "env :: var_os", allowed: OUTER, instead: "the environment is read in cli alone" },
    Ban { tokens: "env :: vars_os", allowed: OUTER, instead: "the environment is read in cli alone" },
    Ban { tokens: "HashMap", allowed: NOWHERE, instead: "its order is random: a BTreeMap or a table" },
    Ban { tokens: "HashSet", allowed: NOWHERE, instead: "its order is random: a BTreeSet or a table" },
    Ban { tokens: "unsafe", allowed: NOWHERE, instead: "there is a safe way" },
    Ban { tokens: "todo !", allowed: NOWHERE, instead: "finish it" },
    Ban { tokens: "unimplemented !", allowed: NOWHERE, instead: "finish it" },
    Ban { tokens: "dbg !", allowed: NOWHERE, instead: "take it out" },
];

/// Marks of unfinished work, in comments too.
const MARKS: [&str; 3] = [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X")];

/// Where a decision is made: no floating point.
const WHOLE_NUMBERS: [&str; 4] = ["src/base/", "src/queue/", "src/oracle/", "src/sim/agenda"];

/// Where `source` calls or writes what it may not.
pub(crate) fn violations(source: &Source, tokens: &[Token<'_>]) -> Vec<Violation> {
    let mut found = Vec::new();
    for ban in BANS {
        if ban.allowed.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        let banned: Vec<&str> = tokens_of(ban.tokens).iter().map(|token| token.text).collect();
        for here in tokens.windows(banned.len()) {
            if here.iter().map(|token| token.text).eq(banned.iter().copied()) {
                let what = format!("`{}` is banned: {}", banned.concat(), ban.instead);
                found.push(Violation::new(source, here[0].line, what));
            }
        }
    }
    if WHOLE_NUMBERS.iter().any(|place| source.path.starts_with(place)) {
        for token in tokens.iter().filter(|t| t.is_float() || ["f32", "f64"].contains(&t.text)) {
            let what = format!("`{}` is a float: decisions are made in whole numbers", token.text);
            found.push(Violation::new(source, token.line, what));
        }
    }
    for (at, line) in source.text.lines().enumerate() {
        for mark in MARKS.iter().filter(|mark| holds_word(line, mark)) {
            found.push(Violation::new(source, at + 1, format!("`{mark}`: finish it")));
        }
    }
    found
}

/// Whether `word` stands in `line` by itself.
fn holds_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric()).any(|part| part == word)
}
