//! A scenario that fails, made smaller for as long as it fails in the same way.
//!
//! In: its text. Out: the text with tables, keys and elements of lists left out, none of which could
//! be put back without need; its seeds stay. Whatever cannot be left out (a key that must be there, a name that is
//! used elsewhere) shows by itself: what is left is no scenario, or does not fail.

use std::sync::atomic::AtomicBool;

use toml_edit::{DocumentMut, Item, Table, Value};

use super::probe::{Failure, Finding, probe};

/// The most smaller scenarios that are tried.
const TRIES: usize = 4_000;

/// One step on the way to a part of a document.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Element(usize),
}

/// The smallest text found that fails as `failure` says; the text itself where none does.
#[must_use]
pub fn shrink(text: &str, seed: u64, failure: &Failure, stop: &AtomicBool) -> String {
    let Ok(mut smallest) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let mut tries = 0;
    let mut found_smaller = true;
    while found_smaller {
        found_smaller = false;
        // Later parts first: earlier places stay what they are when one of them is left out.
        for part in parts_of(&smallest).iter().rev().filter(|part| !says_the_seed(part)) {
            let Some(candidate) = without(&smallest, part) else { continue };
            tries += 1;
            if tries > TRIES {
                return smallest.to_string();
            }
            match probe(&candidate.to_string(), seed, stop) {
                Finding::Failed(found) if failure.is_like(&found) => {
                    smallest = candidate;
                    found_smaller = true;
                }
                Finding::Interrupted => return smallest.to_string(),
                Finding::Failed(_) | Finding::Passed => {}
            }
        }
    }
    smallest.to_string()
}

/// Whether a part is of the seeds that the scenario is run with: it is to repeat as it is written.
fn says_the_seed(part: &[Step]) -> bool {
    matches!(part, [Step::Key(key), ..] if key == "seeds")
}

/// Every part of a document that could be left out, what holds others before what it holds.
fn parts_of(document: &DocumentMut) -> Vec<Vec<Step>> {
    let mut parts = Vec::new();
    of_table(document.as_table(), &mut Vec::new(), &mut parts);
    parts
}

fn of_table(table: &Table, way: &mut Vec<Step>, parts: &mut Vec<Vec<Step>>) {
    for (key, item) in table {
        way.push(Step::Key(key.to_owned()));
        parts.push(way.clone());
        match item {
            Item::Table(table) => of_table(table, way, parts),
            Item::ArrayOfTables(tables) => {
                for (number, table) in tables.iter().enumerate() {
                    way.push(Step::Element(number));
                    parts.push(way.clone());
                    of_table(table, way, parts);
                    way.pop();
                }
            }
            Item::Value(value) => of_value(value, way, parts),
            Item::None => {}
        }
        way.pop();
    }
}

fn of_value(value: &Value, way: &mut Vec<Step>, parts: &mut Vec<Vec<Step>>) {
    match value {
        Value::Array(array) => {
            for number in 0..array.len() {
                way.push(Step::Element(number));
                parts.push(way.clone());
                way.pop();
            }
        }
        Value::InlineTable(table) => {
            for (key, value) in table {
                way.push(Step::Key(key.to_owned()));
                parts.push(way.clone());
                of_value(value, way, parts);
                way.pop();
            }
        }
        _ => {}
    }
}

/// A document without one part; none if there is no such part any more.
fn without(document: &DocumentMut, part: &[Step]) -> Option<DocumentMut> {
    let mut document = document.clone();
    remove(document.as_item_mut(), part)?;
    Some(document)
}

fn remove(item: &mut Item, part: &[Step]) -> Option<()> {
    match (part, item) {
        (part, Item::Table(table)) => remove_from_table(table, part),
        ([Step::Element(number)], Item::ArrayOfTables(tables)) => {
            (*number < tables.len()).then(|| tables.remove(*number)).map(drop)
        }
        ([Step::Element(number), rest @ ..], Item::ArrayOfTables(tables)) => {
            remove_from_table(tables.get_mut(*number)?, rest)
        }
        (rest, Item::Value(value)) => remove_from_value(value, rest),
        _ => None,
    }
}

fn remove_from_table(table: &mut Table, part: &[Step]) -> Option<()> {
    match part {
        [Step::Key(key)] => table.remove(key).map(drop),
        [Step::Key(key), rest @ ..] => remove(table.get_mut(key)?, rest),
        _ => None,
    }
}

fn remove_from_value(value: &mut Value, part: &[Step]) -> Option<()> {
    match (part, value) {
        ([Step::Element(number)], Value::Array(array)) => {
            (*number < array.len()).then(|| array.remove(*number)).map(drop)
        }
        ([Step::Key(key)], Value::InlineTable(table)) => table.remove(key).map(drop),
        ([Step::Key(key), rest @ ..], Value::InlineTable(table)) => {
            remove_from_value(table.get_mut(key)?, rest)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "a = 1\nb = [1, 2]\nc = { d = [3] }\n[e]\nf = 4\n[[g]]\nh = 5\n[[g.i]]\nj = 6\n";

    #[test]
    fn every_part_can_be_left_out_alone() {
        let document: DocumentMut = TEXT.parse().expect("TOML");
        let parts = parts_of(&document);
        assert_eq!(parts.len(), 15, "{parts:?}");
        let mut texts: Vec<String> = parts
            .iter()
            .map(|part| without(&document, part).expect("it is there").to_string())
            .collect();
        assert!(texts.iter().all(|text| text.len() < TEXT.len()));
        texts.sort();
        texts.dedup();
        assert!(texts.len() >= 13, "{texts:#?}");
    }
}
