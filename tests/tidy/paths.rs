//! The paths that a file names, written out: `use` groups joined, `crate::`, `super::`, `self::` and
//! `restante::` resolved against the module in which they stand.

use super::tokens::Token;

/// A path, resolved as far as the file alone tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// From the package's root: `["queue", "Queue"]`; `*` for a glob. Empty for the root itself.
    pub(crate) parts: Vec<String>,
    /// Whether `super::` led out of the room in which it stands.
    pub(crate) leaves_room: bool,
    /// The line of its last part.
    pub(crate) line: usize,
}

/// Every path in `tokens` that begins at the package's root or at a module, in order. `module` is
/// the file's own place: `["queue", "deadline"]`; `[]` for the root.
pub(crate) fn paths_of(tokens: &[Token<'_>], module: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut inner: Vec<(String, usize)> = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].text {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inner.retain(|(_, opened)| *opened < depth + 1);
            }
            "mod" if is(tokens, at + 2, "{") => inner.push((tokens[at + 1].text.into(), depth + 1)),
            "use" if !is(tokens, at + 1, "<") => {
                let place = place_of(module, &inner);
                at = tree(tokens, at + 1, &[], &place, &mut found);
                continue;
            }
            _ if begins_path(tokens, at) => {
                let place = place_of(module, &inner);
                let (parts, end) = straight(tokens, at);
                found.extend(resolve(&parts, &place, tokens[end - 1].line));
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn is(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.text == text)
}

fn place_of(module: &[String], inner: &[(String, usize)]) -> Vec<String> {
    module.iter().chain(inner.iter().map(|(name, _)| name)).cloned().collect()
}

/// Whether a path begins here whose beginning says where it leads.
fn begins_path(tokens: &[Token<'_>], at: usize) -> bool {
    let known = ["crate", "super", "self", "restante"].contains(&tokens[at].text);
    known
        && is(tokens, at + 1, "::")
        && (at == 0 || !is(tokens, at - 1, "::") || is_root(tokens, at))
}

/// Whether the `::` before `at` stands at the very beginning of a path: `::restante::queue`.
fn is_root(tokens: &[Token<'_>], at: usize) -> bool {
    at < 2 || !(tokens[at - 2].is_word() || tokens[at - 2].text == ">")
}

/// A path without groups from `at`, and the token after it.
fn straight<'a>(tokens: &[Token<'a>], mut at: usize) -> (Vec<&'a str>, usize) {
    let mut parts = vec![tokens[at].text];
    at += 1;
    while is(tokens, at, "::") && tokens.get(at + 1).is_some_and(Token::is_word) {
        parts.push(tokens[at + 1].text);
        at += 2;
    }
    (parts, at)
}

/// A `use` tree from `at`, each of its leaves a path; the answer is the token after it.
fn tree<'a>(
    tokens: &[Token<'a>],
    mut at: usize,
    stem: &[&'a str],
    place: &[String],
    found: &mut Vec<Named>,
) -> usize {
    let mut parts = stem.to_vec();
    let mut line = 0;
    while let Some(token) = tokens.get(at) {
        line = token.line;
        match token.text {
            "{" => {
                at += 1;
                while at < tokens.len() && !is(tokens, at, "}") {
                    at = tree(tokens, at, &parts, place, found);
                    at += usize::from(is(tokens, at, ","));
                }
                return at + 1;
            }
            "," | ";" | "}" => break,
            "as" => at += 1,
            "::" => {}
            part => parts.push(part),
        }
        at += 1;
    }
    found.extend(resolve(&parts, place, line));
    at
}

/// `parts` from the package's root; none where they begin in another crate or in the module itself
/// under a name that only the module knows.
fn resolve(parts: &[&str], place: &[String], line: usize) -> Option<Named> {
    let mut from: Vec<String> = match *parts.first()? {
        "crate" | "restante" => Vec::new(),
        "self" | "super" => place.to_vec(),
        _ => return None,
    };
    let mut leaves_room = false;
    for part in &parts[usize::from(matches!(parts[0], "crate" | "restante"))..] {
        match *part {
            "self" => {}
            "super" => {
                from.pop();
                leaves_room |= from.is_empty();
            }
            name => from.push(name.to_owned()),
        }
    }
    Some(Named { parts: from, leaves_room, line })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens_of;
    use super::*;

    #[test]
    fn groups_are_joined_and_beginnings_resolved() {
        for (text, expected) in [
            (
                "use crate::{base::{Instant, Span as S}, queue::*};",
                "base::Instant base::Span queue::*",
            ),
            ("use super::record::Row;", "room::record::Row"),
            ("use super::super::queue::Queue;", "queue::Queue!"),
            ("use self::inner::X;", "room::file::inner::X"),
            ("pub(crate) use crate::sim::World as W;", "sim::World"),
            ("let x = crate::base::Span::ZERO;", "base::Span::ZERO"),
            ("let x = ::restante::queue::Queue::new();", "queue::Queue::new"),
            (
                "mod tests { use super::*; mod a { use super::super::X; } } use super::Y;",
                "room::file::* room::file::X room::Y",
            ),
            ("fn f() { mod m {} } use super::Z;", "room::Z"),
            ("use std::fmt; use serde_json::{self, Value};", ""),
            ("pub(in crate::oracle) fn f() {}", "oracle"),
            ("macro_rules! m { () => { $crate::queue::x() } }", "queue::x"),
            ("use crate as house;", ""),
            ("foo::self::x", ""),
        ] {
            let module = ["room".to_owned(), "file".to_owned()];
            let shown: Vec<String> = paths_of(&tokens_of(text), &module)
                .into_iter()
                .map(|named| named.parts.join("::") + if named.leaves_room { "!" } else { "" })
                .collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        }
    }
}
