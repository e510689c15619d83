//! The museum and the list of scenarios: what is shown, and what a check comes to.

use std::sync::atomic::AtomicBool;

use restante::cli::{Exit, Folder};
use restante::museum::{EXHIBITS, WAITING};

use super::door::{Room, refused};

#[test]
fn the_museum_is_listed_by_class_as_text_and_as_json() {
    let room = Room::new();
    let text = room.said(&["museum"]);
    let json = room.said(&["museum", "--format", "json"]);
    assert_eq!((text.exit, json.exit), (Exit::Good, Exit::Good));
    let first = "mail rests where expiry does not look\n\nq184051-held-never-expires\n";
    assert!(text.results.starts_with(first), "{}", text.results);
    let value: serde_json::Value = serde_json::from_str(&json.results).expect("one object");
    let listed = |key: &str| value[key].as_array().expect("a list").clone();
    assert_eq!(
        (listed("exhibits").len(), listed("waiting").len()),
        (EXHIBITS.len(), WAITING.len())
    );
    for entry in listed("exhibits").iter().chain(&listed("waiting")) {
        let id = entry["id"].as_str().expect("an id");
        assert!(text.results.contains(&format!("\n{id}\n  source    ")), "{id}");
    }
    let waits = text.results.lines().filter(|line| line.starts_with("  waits for ")).count();
    assert_eq!(waits, WAITING.len());
}

/// A suite of two folders, beside one that is left out.
fn suite(room: &Room) {
    for (path, name) in [
        ("scenarios/basic/never-calls.toml", "suite/basic/never-calls.toml"),
        ("scenarios/basic/calls-early.toml", "suite/basic/calls-early.toml"),
        ("scenarios/museum/q184051.toml", "suite/museum/q184051.toml"),
        ("scenarios/scale/dialup-10k.toml", "suite/scale/dialup-10k.toml"),
    ] {
        room.file(name, &std::fs::read_to_string(path).expect("a scenario of the suite"));
    }
}

#[test]
fn a_check_counts_which_scenarios_catch_which_exhibit() {
    let room = Room::new();
    suite(&room);
    let said = room.said(&["museum", "--check", "tmp/suite", "--out", "tmp/reports"]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""), "{}", said.results);
    assert_eq!(room.names("reports"), ["museum.csv", "museum.json"]);
    let csv = room.read("reports/museum.csv");
    assert_eq!(csv.lines().count(), 1 + EXHIBITS.len() * 2);
    for row in [
        "q184051-held-never-expires,I2,caught,basic,2,1,1",
        "q184051-held-never-expires,I2,caught,museum,1,1,1",
    ] {
        assert!(csv.lines().any(|line| line == row), "{row}: {csv}");
    }
    let all = EXHIBITS.len();
    let closing =
        format!("{all} of {all} exhibits caught; the production rules pass 3 of 3 scenarios\n");
    assert!(said.results.ends_with(&closing), "{}", said.results);
    let again = ["museum", "--check", "tmp/suite", "--out", "tmp/again", "--jobs", "1"];
    let json = room.said(&[again.as_slice(), &["--format", "json"]].concat());
    assert_eq!(json.results, room.read("reports/museum.json"));
    assert_eq!(room.files("again"), room.files("reports"));
}

#[test]
fn a_check_fails_with_the_production_rules() {
    let room = Room::new();
    suite(&room);
    let scenario = room.read("suite/basic/never-calls.toml");
    let (_, expected) = scenario.split_once("ndr = ").expect("a count");
    let expected = expected.lines().next().expect("a number");
    let other = scenario.replace(&format!("ndr = {expected}"), "ndr = 77");
    room.file("suite/basic/never-calls.toml", &other);
    let words = ["museum", "--check", "tmp/suite/basic", "--out", "tmp/reports", "--quiet"];
    let said = room.said(&words);
    assert_eq!(said.exit, Exit::Missed);
    assert_eq!(said.results, "FAILED    basic/never-calls: missed under the production rules\n");
}

#[test]
fn an_interrupted_check_writes_nothing() {
    let room = Room::new();
    suite(&room);
    let words = ["museum", "--check", "tmp/suite", "--out", "tmp/reports"];
    let said = room.said_with(&words, &Folder, &AtomicBool::new(true));
    let text = "error: interrupted: the museum was not seen to its end\n";
    assert_eq!(said, refused(Exit::Interrupted, text));
    assert_eq!(room.names("reports"), Vec::<String>::new());
}

#[test]
fn what_is_for_a_check_is_refused_without_one() {
    for words in [["museum", "--jobs", "2"].as_slice(), &["museum", "scenarios/basic"]] {
        let said = Room::new().said(words);
        assert_eq!((said.exit, said.results.as_str()), (Exit::Usage, ""));
        assert!(said.diagnostics.contains("--check"), "{}", said.diagnostics);
    }
}

#[test]
fn scenarios_are_listed_with_their_promises() {
    let room = Room::new();
    suite(&room);
    let text = room.said(&["list", "tmp/suite/basic"]);
    assert_eq!((text.exit, text.diagnostics.as_str()), (Exit::Good, ""));
    assert_eq!(text.results.lines().count(), 2);
    assert!(text.results.starts_with("basic/calls-early  "), "{}", text.results);
    let markdown = room.said(&["list", "tmp/suite", "--format", "markdown"]).results;
    assert!(markdown.contains("\n## museum\n"), "{markdown}");
    assert!(markdown.contains("](museum/q184051.toml)"), "{markdown}");
}
