//! Whether the keys of a file are those of the format: all that are unknown, all that are missing.
//!
//! In: the parsed file and the schema that editors use too. Out: a complaint for each wrong key, with
//! a suggestion. Types and values are not looked at: serde and `meaning` do that.

use std::ops::Range;

use serde_json::Value as Schema;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Complaint, Complaints, suggestion};
use super::quote::quoted;

/// A place in the schema: what may stand there, in one or two ways.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape<'a>(&'a Schema);

impl<'a> Shape<'a> {
    /// The shape of what `schema` describes.
    pub(crate) fn new(schema: &'a Schema) -> Shape<'a> {
        Shape(schema)
    }

    /// The ways in which a value may be written here.
    fn ways(self) -> impl Iterator<Item = &'a Schema> {
        let several = self.0["oneOf"].as_array().into_iter().flatten();
        std::iter::once(self.0).chain(several)
    }

    /// The keys of the table that may stand here; none if no table may.
    fn keys(self) -> Option<&'a serde_json::Map<String, Schema>> {
        self.ways().find_map(|way| way["properties"].as_object())
    }

    /// The names of the keys of the table that may stand here.
    pub(crate) fn key_names(self) -> impl Iterator<Item = &'a str> {
        self.keys().into_iter().flatten().map(|(key, _)| key.as_str())
    }

    /// What may stand under a key.
    pub(crate) fn key(self, key: &str) -> Option<Shape<'a>> {
        self.keys()?.get(key).map(Shape)
    }

    /// What may stand in the list that may stand here; none if no list may.
    pub(crate) fn item(self) -> Option<Shape<'a>> {
        self.ways().find_map(|way| way.get("items")).map(Shape)
    }

    /// Whether a table may stand here.
    pub(crate) fn is_table(self) -> bool {
        self.keys().is_some()
    }

    /// The keys that the table needs.
    fn required(self) -> impl Iterator<Item = &'a str> {
        let lists = self.ways().filter_map(|way| way["required"].as_array());
        lists.flatten().filter_map(Schema::as_str)
    }
}

/// Whether every key that the format demands is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// The file can be read on.
    Complete,
    /// It cannot: something that is needed is missing.
    Incomplete,
}

/// Complains of every key that the format does not have, and takes it out of the table, so that the
/// others can be read; complains of every key that the format demands and the file has not. `called`
/// names the whole file to a reader: `a scenario`.
pub(crate) fn check(
    file: &mut DeTable<'_>,
    called: &str,
    shape: Shape<'_>,
    complaints: &mut Complaints,
) -> Completeness {
    let mut check = Check { complaints, completeness: Completeness::Complete };
    check.table(file, None, called, shape);
    check.completeness
}

struct Check<'c> {
    complaints: &'c mut Complaints,
    completeness: Completeness,
}

impl Check<'_> {
    /// `at` is the table's place; none for the whole file. `called` names the table to a reader.
    fn table(
        &mut self,
        table: &mut DeTable<'_>,
        at: Option<&Range<usize>>,
        called: &str,
        shape: Shape<'_>,
    ) {
        for (key, mut value) in std::mem::take(table) {
            let name: &str = key.get_ref();
            if let Some(below) = shape.key(name) {
                let called = called_below(name, &value, at);
                self.value(&mut value, &called, below);
                table.insert(key, value);
            } else {
                self.complaints.add(unknown(name, &key.span(), called, shape));
            }
        }
        for key in shape.required().filter(|key| !table.contains_key(*key)) {
            self.complaints.add(missing(key, at, called, shape));
            self.completeness = Completeness::Incomplete;
        }
    }

    fn value(&mut self, value: &mut Spanned<DeValue<'_>>, called: &str, shape: Shape<'_>) {
        let at = value.span();
        match value.get_mut() {
            DeValue::Table(table) if shape.is_table() => {
                self.table(table, Some(&at), called, shape);
            }
            DeValue::Array(list) => {
                if let Some(below) = shape.item() {
                    list.iter_mut().for_each(|item| self.value(item, called, below));
                }
            }
            // A date of TOML's own is read as the text that it is: the format knows texts alone.
            DeValue::Datetime(date) => {
                let text = date.to_string();
                *value.get_mut() = DeValue::String(text.into());
            }
            _ => {}
        }
    }
}

fn unknown(key: &str, at: &Range<usize>, called: &str, shape: Shape<'_>) -> Complaint {
    let message = format!("unknown key {}", quoted(key));
    Complaint::at(at, message, format!("not a key of {called}")).help(suggestion(
        key,
        shape.key_names(),
        "the keys are",
    ))
}

fn missing(key: &str, at: Option<&Range<usize>>, called: &str, shape: Shape<'_>) -> Complaint {
    let message = format!("missing key `{key}`");
    let complaint = match at {
        Some(at) => Complaint::at(at, message, format!("{called} needs it")),
        None => Complaint::whole(message),
    };
    let below = shape.key(key).map(|below| below.0);
    let example = below.and_then(|below| below["examples"].get(0));
    complaint.help(match example {
        Some(example) => format!("for example {key} = {example}"),
        None => format!("{called} needs at least one [[{key}]]"),
    })
}

/// The name of a table for a reader: `[hub]`, `[[site]]`, or below those `line`.
fn called_below(key: &str, value: &Spanned<DeValue<'_>>, parent: Option<&Range<usize>>) -> String {
    match (parent, value.get_ref()) {
        (Some(_), _) => format!("`{key}`"),
        (None, DeValue::Array(_)) => format!("[[{key}]]"),
        (None, _) => format!("[{key}]"),
    }
}
