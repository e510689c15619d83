//! What moved between two sets of results: what is said, what is written, what it ends with.

use std::fs;

use restante::cli::Exit;

use super::door::{Full, Room, Said, refused};

/// Results of a sweep before and after a change, five seeds each; of a suite, one seed each.
const FOLDERS: [&str; 2] = ["tests/data/compare/before", "tests/data/compare/after"];
const SUITES: [&str; 2] =
    ["tests/data/compare/suite-before.json", "tests/data/compare/suite-after.json"];

fn compared(room: &Room, [a, b]: [&str; 2], more: &[&str]) -> Said {
    room.said(&[&["compare", a, b, "--out", "tmp/reports"], more].concat())
}

#[test]
fn what_moved_between_two_sweeps_is_told_so() {
    let room = Room::new();
    let said = compared(&room, FOLDERS, &[]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
    assert_eq!(said.results, include_str!("../expected/compare/sweeps.txt"));
    let csv = room.read("reports/compare/comparison.csv");
    assert_eq!(csv, include_str!("../expected/compare/comparison.csv"));
    assert_eq!(room.names("reports"), ["compare/comparison.csv", "compare/comparison.svg"]);
}

#[test]
fn what_moved_between_two_suites_is_told_so() {
    let room = Room::new();
    let said = compared(&room, SUITES, &["--fail-on", "1%"]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Missed, ""));
    assert_eq!(said.results, include_str!("../expected/compare/suites.txt"));
}

#[test]
fn of_results_and_themselves_nothing_moved() {
    for (path, figures) in [(FOLDERS[0], "24 figures"), (SUITES[0], "58 figures")] {
        let room = Room::new();
        let said = compared(&room, [path, path], &["--fail-on", "0%", "--png"]);
        assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
        let first = format!("nothing moved: {figures} in 4 cells, the same with every seed\n");
        assert!(said.results.starts_with(&first), "{}", said.results);
        let svg = room.read("reports/compare/comparison.svg");
        assert!(svg.contains("nothing differs"));
        assert_eq!(room.names("reports").len(), 3);
    }
}

#[test]
fn a_limit_fails_by_what_moved_more_and_by_what_always_counts() {
    for (paths, words, exit) in [
        // A verdict is worse and more is stranded, whatever the figures.
        (FOLDERS, ["--fail-on", "10%", "--measure", "ndrs"].as_slice(), Exit::Missed),
        (FOLDERS, &["--fail-on", "5%"], Exit::Missed),
        (FOLDERS, &["--measure", "ndrs"], Exit::Good),
        // One seed: what differs is real.
        (SUITES, &["--fail-on", "1%", "--measure", "time_to_delivery_p99_s"], Exit::Missed),
    ] {
        let said = compared(&Room::new(), paths, &[words, &["--quiet"]].concat());
        assert_eq!((said.exit, said.diagnostics.as_str()), (exit, ""), "{words:?}");
        assert_eq!(said.results.is_empty(), exit == Exit::Good, "{words:?}");
    }
}

#[test]
fn a_limit_is_exceeded_by_more_than_it_and_by_no_less() {
    let room = Room::new();
    for (name, counts) in [("a", [100, 200, 300]), ("b", [105, 210, 315])] {
        let row = |(seed, ndrs)| format!("x,1,{seed},passed,0,{ndrs}\n");
        let rows: String = (1..).zip(counts).map(row).collect();
        let header = "cell,n,seed,verdict,stranded,ndrs\n";
        room.file(&format!("{name}/runs.csv"), &format!("{header}{rows}"));
    }
    for (paths, limit, exit) in [
        (["tmp/a", "tmp/b"], "5%", Exit::Good),
        (["tmp/a", "tmp/b"], "4.999999%", Exit::Missed),
        (["tmp/b", "tmp/a"], "4.7%", Exit::Missed),
    ] {
        let said = compared(&room, paths, &["--alpha", "10%", "--fail-on", limit]);
        assert_eq!(said.exit, exit, "{paths:?} {limit}: {}", said.results);
    }
    // At 5 % they moved by no more than chance, which no limit is exceeded by.
    let said = compared(&room, ["tmp/a", "tmp/b"], &["--fail-on", "0%"]);
    assert_eq!(said.exit, Exit::Good, "{}", said.results);
}

#[test]
fn json_is_one_object_with_all_that_moved() {
    let said = compared(&Room::new(), FOLDERS, &["--format", "json", "--fail-on", "5%"]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Missed, ""));
    let value: serde_json::Value = serde_json::from_str(&said.results).expect("one object");
    assert_eq!(value["is_within_limit"], false);
    assert_eq!(value["a"]["only_here"]["cells"].to_string(), r#"["interval=48h timeout=48h"]"#);
    assert_eq!(
        value["b"]["only_here"]["runs"].to_string(),
        r#"[{"cell":"interval=1h timeout=48h","seed":6}]"#
    );
    let moved = value["moved"].as_array().expect("a list");
    assert_eq!(Some(moved.len() as u64), value["counts"]["moved"].as_u64());
    let largest = &moved[0];
    assert_eq!(
        (&largest["measure"], &largest["change"]),
        (&"drained_at_s".into(), &"vanishes".into())
    );
    assert!(largest["difference"].is_null() && largest["p"].is_null(), "{largest}");
    assert_eq!(value["verdicts"][0]["is_worse"], true);
    assert_eq!(value["newly_stranded"][0]["seed"], 3);
}

#[test]
fn fewer_are_shown_with_a_smaller_top() {
    let said = compared(&Room::new(), FOLDERS, &["--top", "1"]);
    assert!(said.results.contains("\nand 4 more figures that moved\n"), "{}", said.results);
}

#[test]
fn results_that_cannot_be_read_are_named_with_file_and_line() {
    const HELP: &str = "  help: name the folder of a sweep or its runs.csv, or that of \
                        `restante run` or a summary.json in it\n";
    let room = Room::new();
    room.file("bad/runs.csv", "cell,n,seed,verdict,open\nx,1,1,passed,few\n");
    room.file("odd.json", "{\n  \"exhibits\": []\n}\n");
    room.file("empty/notes.txt", "");
    for (a, b, text) in [
        (
            "tmp/bad",
            "tmp/gone",
            "error: tmp/bad/runs.csv:2: open is `few`, where a whole number belongs, or nothing\n\
             HELPerror: there is no tmp/gone\nHELP",
        ),
        (
            "tmp/empty",
            SUITES[0],
            "error: there is neither runs.csv nor summary.json in tmp/empty\nHELP",
        ),
        (SUITES[0], "tmp/odd.json", "error: tmp/odd.json: this JSON is no summary of runs\nHELP"),
    ] {
        let text = text.replace("HELP", HELP);
        assert_eq!(compared(&room, [a, b], &[]), refused(Exit::Usage, &text), "{a} {b}");
    }
    assert!(!room.path("reports").exists());
}

#[test]
fn sets_with_nothing_in_common_select_nothing() {
    let room = Room::new();
    let rows = fs::read_to_string("tests/data/compare/before/runs.csv").expect("rows");
    let other = |row: &str| row.replace(",48h,1,", ",48h,11,");
    let one: String = rows.lines().take(2).map(|row| other(row) + "\n").collect();
    room.file("other-seed/runs.csv", &one);
    for (paths, more, text) in [
        (
            [FOLDERS[0], SUITES[0]],
            [].as_slice(),
            "error: A and B have nothing in common: no cell stands in both\n  \
             help: A is a sweep over interval, timeout, B is runs of basic/never-calls, \
             basic/retries, museum/q184051 and others\n",
        ),
        (
            [FOLDERS[0], "tmp/other-seed"],
            &[],
            "error: A and B have nothing in common: their cells have no seed in common\n  \
             help: run both with the same seeds\n",
        ),
        (
            FOLDERS,
            &["--measure", "connections"],
            "error: A and B have nothing in common: not both have figures of what was asked for\n  \
             help: both have accepted, ndrs, stranded, ndr_percent, time_to_end_p99_s, drained_at_s\n",
        ),
    ] {
        let said = compared(&room, paths, more);
        assert_eq!(said, refused(Exit::NothingSelected, text), "{paths:?}");
    }
}

#[test]
fn an_option_that_makes_no_sense_is_refused() {
    for (words, text) in [
        (["--fail-on", "5"], "a limit is a share in percent, such as 5% or 0.5%"),
        (["--alpha", "5"], "a probability lies between 0 and 1, such as 0.05 or 5%"),
        (["--measure", "speed"], "[possible values: accepted, delivered, ndrs, "),
    ] {
        let said = compared(&Room::new(), FOLDERS, &words);
        assert_eq!((said.exit, said.results.as_str()), (Exit::Usage, ""));
        assert!(said.diagnostics.contains(text), "{}", said.diagnostics);
    }
}

#[test]
fn a_full_disk_is_a_fault_of_the_environment() {
    let words = ["compare", FOLDERS[0], FOLDERS[1], "--out", "tmp/reports"];
    let said = Room::new().said_with(&words, &Full, &false.into());
    assert_eq!(
        said,
        refused(
            Exit::Environment,
            "error: cannot write tmp/reports/compare/comparison.csv: \
             No space left on device (os error 28)\n  \
             help: make room on that disk, or name a folder on another one with --out\n"
        )
    );
}

#[test]
fn a_chart_of_before_is_taken_away() {
    let room = Room::new();
    let names = |more: &[&str]| {
        assert_eq!(compared(&room, FOLDERS, more).exit, Exit::Good);
        room.names("reports/compare")
    };
    assert_eq!(names(&["--png"]), ["comparison.csv", "comparison.png", "comparison.svg"]);
    assert_eq!(names(&[]), ["comparison.csv", "comparison.svg"]);
}

#[test]
fn runs_of_restante_are_compared_as_they_are_written() {
    let room = Room::new();
    let run = |out: &str, more: &[&str]| {
        let words = ["run", "scenarios/basic/retries.toml", "--out", out, "--quiet"];
        assert_eq!(room.said(&[words.as_slice(), more].concat()).exit, Exit::Good);
    };
    run("tmp/a", &[]);
    run("tmp/b", &["--set", "hub.retry=[\"2h\"]"]);
    let run = "basic/retries/summary.json";
    for paths in [["tmp/a", "tmp/b"], [&format!("tmp/a/{run}"), &format!("tmp/b/{run}")]] {
        let said = compared(&room, paths, &[]);
        assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
        let first = "moved: 4 of 16 figures in 1 cell; ";
        assert!(said.results.starts_with(first), "{}", said.results);
    }
}
