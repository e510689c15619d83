//! Crashes everywhere: what is said, what is written, what one crash by itself comes to.

use std::sync::atomic::AtomicBool;

use restante::cli::Exit;

use super::door::{Room, Said, refused};

/// A scenario with one message, which is returned.
const GOOD: &str = "scenarios/basic/never-calls.toml";

/// The number that stands before these words.
fn before(text: &str, words: &str) -> u64 {
    let (before, _) = text.split_once(words).unwrap_or_else(|| panic!("no {words} in {text}"));
    let digits = before.rsplit(' ').next().expect("a word").replace(',', "");
    digits.parse().unwrap_or_else(|_| panic!("no number before {words} in {text}"))
}

#[test]
fn every_crash_is_survived_and_the_files_are_the_same_for_any_number_of_jobs() {
    let room = Room::new();
    let queue_alone = std::fs::read_to_string(GOOD).expect("a scenario");
    room.file("basic/queue-alone.toml", &format!("fidelity = [\"queue\"]\n{queue_alone}"));
    let words = ["run", GOOD, "tmp/basic/queue-alone.toml", "--crash-everywhere"];
    let with = |more: &[&str]| room.said(&[words.as_slice(), more].concat());
    let human = with(&["--jobs", "1", "--out", "tmp/one"]);
    assert_eq!((human.exit, human.diagnostics.as_str()), (Exit::Good, ""));
    let lines: Vec<&str> = human.results.lines().collect();
    let [header, row, "", closing] = lines.as_slice() else { panic!("{}", human.results) };
    assert!(header.trim_start().starts_with("scenario"), "{header}");
    assert!(row.starts_with("ok       basic/never-calls "), "{row}");
    assert!(closing.starts_with("1 scenario: "), "{closing}");
    assert!(closing.contains(" runs to the end: nothing lost; "), "{closing}");
    assert!(closing.contains("; 1 scenario without fidelity hub left out; "), "{closing}");
    assert!(closing.ends_with(" s; reports in tmp/one"), "{closing}");
    let points = before(closing, " points, ");
    assert!(points > 10, "{closing}");
    assert_eq!(before(closing, " disks opened after one crash, "), 4 * points);
    assert!(before(closing, " after two, ") > 4 * points, "{closing}");

    let json = with(&["--jobs", "2", "--out", "tmp/two", "--format", "json"]);
    assert_eq!((json.exit, json.diagnostics.as_str()), (Exit::Good, ""));
    assert_eq!(room.names("one"), ["crashes.csv", "crashes.json"]);
    assert_eq!(room.files("one"), room.files("two"));
    assert_eq!(json.results, room.read("two/crashes.json"));
    let csv = room.read("one/crashes.csv");
    assert!(csv.contains(&format!("\nbasic/never-calls,1,{points},{},", 4 * points)), "{csv}");
    assert!(csv.ends_with(",0,,,\n"), "{csv}");
}

/// On a disk that says it has synced and has not, whatever a crash drops is gone.
const LYING: [&str; 2] = ["--set", "hub.disk.syncs=lying"];

#[test]
fn a_failure_is_told_with_a_command_that_tries_that_crash_alone() {
    let room = Room::new();
    let quiet = ["--crash-everywhere", "--quiet", "--out", "tmp/reports"];
    let first = room.said(&[["run", GOOD].as_slice(), &quiet, &LYING].concat());
    assert_eq!((first.exit, first.diagnostics.as_str()), (Exit::Broken, ""));
    assert!(first.results.starts_with("FAILED    basic/never-calls\n"), "{}", first.results);
    let repeat = first.results.lines().find_map(|line| line.strip_prefix("  repeat    restante "));
    let repeat: Vec<&str> = repeat.expect("a command").split(' ').collect();
    assert!(repeat.contains(&"--crash-at"), "{repeat:?}");
    let again = room.said(&repeat);
    // How many crashes failed is not known to one of them.
    let alone = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("  crashes "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!((again.exit, alone(&again.results)), (Exit::Broken, alone(&first.results)));
    assert!(room.read("reports/crashes.csv").contains(&format!(",{},", repeat[5])));
}

#[test]
fn one_crash_by_itself_writes_nothing() {
    let room = Room::new();
    let said = |operation: u64| {
        let point = format!("{operation}:torn");
        let words = ["run", GOOD, "--seed", "1", "--out", "tmp/reports", "--crash-at", &point];
        room.said(&words)
    };
    let found = (1..1_000).find(|operation| said(*operation).exit != Exit::NothingSelected);
    let operation = found.expect("an operation that stores something");
    let text = format!(
        "ok        basic/never-calls, seed 1, a crash at {operation}:torn: the run went on to its \
         end, nothing lost; no delivery in doubt\n"
    );
    let passed = Said { exit: Exit::Good, results: text, diagnostics: String::new() };
    assert_eq!(said(operation), passed);
    assert_eq!(room.names("reports"), Vec::<String>::new());
}

#[test]
fn a_crash_where_nothing_is_stored_selects_nothing() {
    let said = Room::new().said(&["run", GOOD, "--seed", "1", "--crash-at", "9999:kept"]);
    assert_eq!((said.exit, said.results.as_str()), (Exit::NothingSelected, ""));
    let start = "error: scenarios/basic/never-calls.toml with seed 1 has no crash at 9999:kept\n  \
                 help: before its ";
    assert!(said.diagnostics.starts_with(start), "{}", said.diagnostics);
}

#[test]
fn what_makes_no_sense_with_crashes_is_refused() {
    let trailer = "\n\nFor more information, try '--help'.\n";
    let usage = "\n\nUsage: restante run";
    for (words, text) in [
        (
            ["--crash-at", "21:burnt", "--seed", "1"].as_slice(),
            format!(
                "error: invalid value '21:burnt' for '--crash-at <POINT>': what a crash leaves is \
                 one of dropped, kept, reordered, torn, not `burnt`{trailer}"
            ),
        ),
        (
            &["--crash-at", "21:torn"],
            format!(
                "error: the following required arguments were not provided:\n  --seed <N>{usage} \
                 --seed <N> --crash-at <POINT> <FILE|DIR>...{trailer}"
            ),
        ),
        (
            &["--crash-at", "21:torn", "--seed", "1", "--crash-everywhere"],
            format!(
                "error: the argument '--crash-at <POINT>' cannot be used with \
                 '--crash-everywhere'{usage} --crash-at <POINT> --seed <N> <FILE|DIR>...{trailer}"
            ),
        ),
        (
            &["--crash-everywhere", "--csv", "all"],
            format!(
                "error: the argument '--crash-everywhere' cannot be used with '--csv \
                 <ROWS>'{usage} --crash-everywhere <FILE|DIR>...{trailer}"
            ),
        ),
        (
            &["--crash-everywhere", "--fidelity", "queue"],
            "error: what is lost in a crash is lost by a disk, and fidelity queue has none\n  \
             help: leave out --fidelity\n"
                .to_owned(),
        ),
        (
            &["scenarios/basic/calls-early.toml", "--seed", "1", "--crash-at", "30:torn"],
            "error: --crash-at is for one scenario, and 2 were selected\n  \
             help: name one scenario file; --crash-everywhere is for any number of them\n"
                .to_owned(),
        ),
    ] {
        let words = [["run", GOOD].as_slice(), words].concat();
        assert_eq!(Room::new().said(&words), refused(Exit::Usage, &text), "{words:?}");
    }
}

#[test]
fn scenarios_without_a_disk_select_nothing() {
    let words = ["run", GOOD, "--set", "fidelity=[\"queue\"]", "--crash-everywhere"];
    let text = "error: no scenario runs at this fidelity\n  \
                help: `fidelity = [..]` in a scenario names those at which it does\n";
    assert_eq!(Room::new().said(&words), refused(Exit::NothingSelected, text));
}

#[test]
fn an_interrupt_leaves_no_figures() {
    let room = Room::new();
    room.file("reports/crashes.csv", "of an earlier time");
    let words = ["run", GOOD, "--crash-everywhere", "--out", "tmp/reports"];
    let said = room.said_with(&words, &restante::cli::Folder, &AtomicBool::new(true));
    let text = "error: interrupted: 1 of 1 scenarios and seeds were not tried to the end\n";
    assert_eq!(said, refused(Exit::Interrupted, text));
    assert_eq!(room.names("reports"), Vec::<String>::new());
}
