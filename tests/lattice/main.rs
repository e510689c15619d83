//! The deadline lattice: every pair of events that can meet, a microsecond apart and at one instant.
//!
//! The table of pairs is here; the scenario that holds them all, one week for each case, is written
//! from it and kept in `scenarios/regress`. Each case has its own host and its own mail, so that what
//! befalls the whole hub befalls this case alone.
//!
//! `cargo test --test lattice write -- --ignored` writes the two files anew.

mod case;
mod pairs;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use case::{Case, Offset};
use restante::scenario::Scenario;
use restante::trial::{self, Outcome, RunRecord, Verdict};

const FIXED: &str = "scenarios/regress/deadline-lattice.toml";
const SHUFFLED: &str = "scenarios/regress/deadline-lattice-shuffled.toml";

/// Every case, by its number.
fn cases() -> Vec<Case> {
    let offsets = |pair| Offset::ALL.map(|offset| (pair, offset));
    let all = pairs::PAIRS.iter().flat_map(offsets);
    (0..).zip(all).map(|(number, (pair, offset))| Case::new(number, pair, offset)).collect()
}

/// The file with the order of ties as it is written down.
fn fixed() -> String {
    let cases = cases();
    let ended = |outcome| {
        cases.iter().flat_map(|case| case.mail.iter()).filter(|mail| mail.ends == outcome).count()
    };
    let (delivered, ndr) = (ended(Outcome::Delivered), ended(Outcome::Ndr));
    let mut text = String::from(case::HEAD_FIXED);
    text.push_str(case::HUB);
    for case in &cases {
        text.push_str(&case.text());
    }
    text.push_str(&format!(
        "\n[expect]\naccepted = {}\ndelivered = {delivered}\nndr = {ndr}\n",
        delivered + ndr
    ));
    text
}

/// The file with the ties of independent events shuffled.
fn shuffled() -> String {
    let mut text = String::from(case::HEAD_SHUFFLED);
    text.push_str(case::HUB);
    for case in cases() {
        text.push_str(&case.text());
    }
    text.push_str("\n[expect]\nopen = 0\n");
    text
}

fn run(path: &str, text: &str, seed: u64) -> RunRecord {
    let scenario = Scenario::read(path, text.as_bytes(), &[]);
    let scenario = scenario.unwrap_or_else(|problem| panic!("{problem}"));
    trial::run(&Arc::new(scenario), seed, None, &AtomicBool::new(false)).expect("it can be run")
}

#[test]
fn every_pair_of_eight_events_has_its_cases() {
    assert_eq!(pairs::PAIRS.len(), 8 * 7 / 2);
    assert_eq!(cases().len(), 84);
}

#[test]
fn the_files_are_those_of_the_table() {
    for (path, text) in [(FIXED, fixed()), (SHUFFLED, shuffled())] {
        let written = fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == text,
            "{path} is not up to date: cargo test --test lattice write -- --ignored"
        );
    }
}

#[test]
fn each_case_is_won_as_the_table_says() {
    let record = run(FIXED, &fixed(), 1);
    assert_eq!(record.breaches, []);
    let scenario = &record.scenario;
    let mut wrong = Vec::new();
    for mail in cases().iter().flat_map(|case| &case.mail) {
        let source = scenario.sources.iter().position(|source| source.name == mail.name);
        let source = source.unwrap_or_else(|| panic!("no source {}", mail.name)) as u32;
        let is_it = |id: restante::base::MessageId| {
            id.source() == source && id.kind() == restante::base::Kind::Mail
        };
        let seen: Vec<Outcome> =
            record.rows.iter().filter(|row| is_it(row.message)).map(|row| row.outcome).collect();
        if seen != [mail.ends] {
            wrong.push(format!("{}: expected {:?}, seen {seen:?}", mail.name, mail.ends));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(record.verdict, Verdict::Passed);
}

#[test]
fn in_whatever_order_ties_come_no_promise_is_broken() {
    for seed in 1..=8 {
        let record = run(SHUFFLED, &shuffled(), seed);
        assert_eq!(record.breaches, [], "seed {seed}");
    }
}

/// The row of a pair in the documentation of the queue.
fn row(pair: &case::Pair) -> String {
    let [first, second] = pair.events;
    let word = |outcome| match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Ndr => "returned",
        other => panic!("a case that ends as {}", other.name()),
    };
    let [before, at, after] = pair.ends.map(word);
    format!("//! | {first} | {second} | {before} | {at} | {after} |\n")
}

#[test]
fn the_documentation_of_the_queue_has_the_table() {
    let rows: String = pairs::PAIRS.iter().map(row).collect();
    let documented = fs::read_to_string("src/queue/mod.rs").expect("the queue's front page");
    assert!(documented.contains(&rows), "src/queue/mod.rs is to have\n{rows}");
}

#[test]
#[ignore = "writes the scenario files"]
fn write() {
    fs::create_dir_all("scenarios/regress").expect("the folder can be made");
    fs::write(FIXED, fixed()).expect("the file can be written");
    fs::write(SHUFFLED, shuffled()).expect("the file can be written");
}
