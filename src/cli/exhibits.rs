//! `restante museum`: what can be put back, where it comes from, and what has to wait.

use serde::Serialize;

use super::arguments::{Format, Museum};
use super::{Console, Exit, Surroundings, check};
use crate::museum::{Class, EXHIBITS, Exhibit, Script, WAITING, Waiting};

/// Prints every exhibit, or runs them all.
pub(super) fn carry_out(
    museum: &Museum,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Exit {
    if museum.check {
        return check::carry_out(museum, around, console);
    }
    let text = match museum.showing.format {
        Format::Human => Class::ALL.into_iter().map(section).collect(),
        Format::Json => json(),
    };
    console.result(&text);
    Exit::Good
}

/// The exhibits of one class, then those that wait; nothing where there are none.
fn section(class: Class) -> String {
    use clap::builder::styling::Style;
    let underlined = Style::new().bold().underline();
    let shown = EXHIBITS.iter().filter(|exhibit| exhibit.class == class).map(entry);
    let waiting = WAITING.iter().filter(|bug| bug.class == class).map(waiting);
    let entries: Vec<String> = shown.chain(waiting).collect();
    if entries.is_empty() {
        return String::new();
    }
    format!("{underlined}{}{underlined:#}\n\n{}\n", class.title(), entries.join("\n"))
}

/// One exhibit, its lines ended.
fn entry(exhibit: &Exhibit) -> String {
    let Exhibit { id, source, cause, rule, scenario: Script { path, .. }, .. } = exhibit;
    let more = format!("  caught by {rule}\n  scenario  {path}\n");
    head(id, source, cause) + &more
}

/// One bug that cannot be shown yet, its lines ended.
fn waiting(bug: &Waiting) -> String {
    let Waiting { id, source, cause, waits_for, .. } = bug;
    head(id, source, cause) + &format!("  waits for {waits_for}\n")
}

fn head(id: &str, source: &str, cause: &str) -> String {
    let bold = clap::builder::styling::Style::new().bold();
    format!("{bold}{id}{bold:#}\n  source    {source}\n  cause     {cause}\n")
}

/// The name of a class, for machines.
const fn name(class: Class) -> &'static str {
    match class {
        Class::Resident => "resident",
        Class::Untold => "untold",
        Class::WrongClock => "wrong-clock",
        Class::Trigger => "trigger",
        Class::Durability => "durability",
        Class::Canary => "canary",
    }
}

#[derive(Serialize)]
struct List {
    schema_version: u32,
    exhibits: Vec<Entry>,
    waiting: Vec<WaitingEntry>,
}

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    kind: &'static str,
    class: &'static str,
    source: &'static str,
    cause: &'static str,
    rule: &'static str,
    rule_name: &'static str,
    scenario: &'static str,
}

#[derive(Serialize)]
struct WaitingEntry {
    id: &'static str,
    class: &'static str,
    source: &'static str,
    cause: &'static str,
    waits_for: &'static str,
}

impl Entry {
    fn of(exhibit: &'static Exhibit) -> Entry {
        Entry {
            id: exhibit.id,
            kind: if exhibit.class == Class::Canary { "canary" } else { "historical" },
            class: name(exhibit.class),
            source: exhibit.source,
            cause: exhibit.cause,
            rule: exhibit.rule.id(),
            rule_name: exhibit.rule.name(),
            scenario: exhibit.scenario.path,
        }
    }
}

impl WaitingEntry {
    fn of(bug: &Waiting) -> WaitingEntry {
        let &Waiting { id, class, source, cause, waits_for } = bug;
        WaitingEntry { id, class: name(class), source, cause, waits_for }
    }
}

fn json() -> String {
    let list = List {
        schema_version: 1,
        exhibits: EXHIBITS.iter().map(Entry::of).collect(),
        waiting: WAITING.iter().map(WaitingEntry::of).collect(),
    };
    let mut text = serde_json::to_string_pretty(&list).expect("plain text under plain keys");
    text.push('\n');
    text
}
