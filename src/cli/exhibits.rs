//! `restante museum`: what can be put back, and where it comes from.

use serde::Serialize;

use super::arguments::{Format, Museum};
use super::{Console, Exit};
use crate::museum::{Class, EXHIBITS, Exhibit, Script};

/// Prints every exhibit.
pub(super) fn carry_out(museum: &Museum, console: &mut Console<'_>) -> Exit {
    let text = match museum.format {
        Format::Human => EXHIBITS.iter().map(entry).collect::<Vec<_>>().join("\n"),
        Format::Json => json(EXHIBITS),
    };
    console.result(&text);
    Exit::Good
}

/// One exhibit, its lines ended.
fn entry(exhibit: &Exhibit) -> String {
    use clap::builder::styling::Style;
    let bold = Style::new().bold();
    let Exhibit { id, source, cause, rule, scenario: Script { path, .. }, .. } = exhibit;
    format!(
        "{bold}{id}{bold:#}\n  source    {source}\n  cause     {cause}\n  \
         caught by {rule}\n  scenario  {path}\n"
    )
}

#[derive(Serialize)]
struct List<'a> {
    schema_version: u32,
    exhibits: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    kind: &'static str,
    source: &'a str,
    cause: &'a str,
    rule: &'static str,
    rule_name: &'static str,
    scenario: &'a str,
}

impl Entry<'_> {
    fn of(exhibit: &Exhibit) -> Entry<'_> {
        Entry {
            id: exhibit.id,
            kind: match exhibit.class {
                Class::Canary => "canary",
                _ => "historical",
            },
            source: exhibit.source,
            cause: exhibit.cause,
            rule: exhibit.rule.id(),
            rule_name: exhibit.rule.name(),
            scenario: exhibit.scenario.path,
        }
    }
}

fn json(exhibits: &[Exhibit]) -> String {
    let list = List { schema_version: 1, exhibits: exhibits.iter().map(Entry::of).collect() };
    let mut text = serde_json::to_string_pretty(&list).expect("plain text under plain keys");
    text.push('\n');
    text
}
