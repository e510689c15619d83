//! The reference of the scenario language is complete: every key of the schema says what it is, in
//! which unit and what holds without it, and has an example that can be written where it stands. And
//! what is written out as a scenario without chance reads back to the same.

mod resolved;
#[path = "../suite/mod.rs"]
mod suite;

use std::io;

use restante::scenario::{self, Change, Problem, Scenario};
use serde_json::Value;

/// A scenario in which every table of the language has its place.
pub(crate) const EVERY_KEY: &str = include_str!("every_key.toml");
/// The log that it replays.
const LOG: &str = "at_s,from,to,size_bytes\n0.5,<>,clerk@branch.example,100\n";

/// Reads a scenario beside which the log lies, under both of the names that the reference has for it.
pub(crate) fn read(text: &str, changes: &[Change]) -> Result<Scenario, Problem> {
    let log = |path: &str| match path {
        "data/log.csv" | "../data/log.csv" => Ok(LOG.as_bytes().to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    Scenario::read_beside("scenarios/basic/x.toml", text.as_bytes(), changes, &log)
}

/// A key of the schema.
struct Key<'a> {
    /// The keys on the way to it, a list's with `[]` behind it.
    path: String,
    schema: &'a Value,
    is_required: bool,
}

/// Every key of a schema, those below others behind them.
fn keys(schema: &Value) -> Vec<Key<'_>> {
    let mut found = Vec::new();
    below(schema, "", &mut found);
    found
}

fn below<'a>(schema: &'a Value, path: &str, found: &mut Vec<Key<'a>>) {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let is_required = required.iter().any(|name| name == key);
        found.push(Key { path: path.clone(), schema, is_required });
        below(schema, &path, found);
    }
    if schema["items"].is_object() {
        below(&schema["items"], &format!("{path}[]"), found);
    }
    for way in schema["oneOf"].as_array().into_iter().flatten() {
        below(way, path, found);
    }
}

impl Key<'_> {
    fn description(&self) -> &str {
        self.schema["description"].as_str().unwrap_or_default()
    }

    /// The examples of a key that is no table; what a table holds has examples of its own.
    fn examples(&self) -> &[Value] {
        self.schema["examples"].as_array().map_or(&[], Vec::as_slice)
    }

    fn is_table(&self) -> bool {
        let schema =
            if self.schema["items"].is_object() { &self.schema["items"] } else { self.schema };
        schema["properties"].is_object()
    }
}

/// Whether a key can have this value in some table of the scenario in which it can stand; else what is
/// wrong with it in the last of them.
fn fits(path: &str, example: &Value) -> Result<(), String> {
    const MOST_ELEMENTS: usize = 16;
    let value = toml::Value::try_from(example).map_err(|error| error.to_string())?;
    let mut wrong = "there is no such table".to_owned();
    let mut parts = path.split("[]");
    let mut paths = vec![parts.next().unwrap_or_default().to_owned()];
    for part in parts {
        let every = |at: usize| paths.iter().map(move |path| format!("{path}[{at}]{part}"));
        paths = (0..MOST_ELEMENTS).flat_map(every).collect();
    }
    for path in paths {
        let change = Change::parse(&format!("{path}={value}")).map_err(|it| it.to_string())?;
        match read(EVERY_KEY, &[change]) {
            Ok(_) => return Ok(()),
            Err(problem) if problem.to_string().contains("--set") => {
                let text = problem.to_string();
                if !text.contains("there is no") {
                    wrong = text;
                }
            }
            Err(problem) => wrong = problem.to_string(),
        }
    }
    Err(wrong)
}

#[test]
fn every_key_says_what_it_is_and_what_holds_without_it() {
    let schema: Value = serde_json::from_str(&scenario::schema()).expect("JSON");
    let keys = keys(&schema);
    assert!(keys.len() > 150, "only {} keys were seen", keys.len());
    for key in keys {
        let (path, description) = (&key.path, key.description());
        assert!(!description.is_empty(), "{path} has no description");
        assert!(key.is_required || description.contains("Default:"), "{path} has no default");
        assert!(key.is_table() || !key.examples().is_empty(), "{path} has no example");
    }
}

#[test]
fn every_example_can_be_written_where_it_stands() {
    read(EVERY_KEY, &[]).unwrap_or_else(|problem| panic!("{problem}"));
    let schema: Value = serde_json::from_str(&scenario::schema()).expect("JSON");
    let mut wrong = Vec::new();
    for key in keys(&schema) {
        for example in key.examples() {
            if let Err(why) = fits(&key.path, example) {
                wrong.push(format!("{} = {example}: {why}", key.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_quantity_has_its_unit_in_its_examples() {
    fn bare(value: &Value) -> bool {
        match value {
            Value::String(text) => text.parse::<f64>().is_ok(),
            Value::Array(list) => list.iter().any(bare),
            _ => false,
        }
    }
    let schema: Value = serde_json::from_str(&scenario::schema()).expect("JSON");
    for key in keys(&schema) {
        for example in key.examples() {
            assert!(!bare(example), "{} = {example} has no unit", key.path);
            // A number without a unit counts something, and the schema says so.
            let counts = key.schema.to_string().contains("\"integer\"");
            assert!(!example.is_number() || counts, "{} = {example} has no unit", key.path);
        }
    }
}
