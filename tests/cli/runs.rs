//! What runs come to: exit codes, results, files.

use std::sync::atomic::AtomicBool;

use restante::cli::Exit;

use super::door::{Interrupting, Room, Said};

/// A scenario that passes: its one message is returned.
const GOOD: &str = "scenarios/basic/never-calls.toml";
/// A scenario whose exhibit is to be caught.
const CAUGHT: &str = "scenarios/museum/q184051.toml";

#[test]
fn a_run_ends_with_what_its_verdict_asks_for() {
    for (words, exit) in [
        ([GOOD].as_slice(), Exit::Good),
        (&[CAUGHT], Exit::Good),
        (&[GOOD, "--exhibit", "q184051"], Exit::Broken),
        (&[GOOD, "--set", "expect.delivered=7"], Exit::Missed),
        (&[CAUGHT, "--set", "expect.rule=I9"], Exit::NotCaught),
        // One that is broken and one that passes.
        (&[GOOD, "scenarios/basic/calls-early.toml", "--exhibit", "q184051"], Exit::Broken),
    ] {
        let words = [["run", "--out", "tmp/reports"].as_slice(), words].concat();
        let said = Room::new().said(&words);
        assert_eq!((said.exit, said.diagnostics.as_str()), (exit, ""), "{words:?}");
    }
}

#[test]
fn a_failure_is_told_before_the_figures_with_a_command_that_does_the_same() {
    let room = Room::new();
    let words =
        ["run", GOOD, "--out", "tmp/reports", "--exhibit", "q184051", "--set", "horizon=9d"];
    let first = room.said(&words);
    assert!(first.results.starts_with("FAILED    basic/never-calls\n"), "{}", first.results);
    let repeat = first.results.lines().find_map(|line| line.strip_prefix("  repeat    restante "));
    let repeat: Vec<&str> = repeat.expect("a command").split(' ').collect();
    let again = room.said(&[&repeat, ["--out", "tmp/reports"].as_slice()].concat());
    assert_eq!(first.exit, Exit::Broken);
    assert_eq!(again, first);
}

#[test]
fn quiet_says_nothing_of_what_passed() {
    let said = Room::new().said(&["run", "scenarios/basic", "--out", "tmp/reports", "--quiet"]);
    let nothing = String::new();
    assert_eq!(said, Said { exit: Exit::Good, results: nothing.clone(), diagnostics: nothing });
}

#[test]
fn json_is_one_object_with_every_verdict_whatever_the_code() {
    let words = ["run", GOOD, CAUGHT, "--set", "expect.ndr=7", "--format", "json"];
    let said = Room::new().said(&[words.as_slice(), &["--out", "tmp/reports"]].concat());
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Missed, ""));
    let value: serde_json::Value = serde_json::from_str(&said.results).expect("one object");
    let runs = value["runs"].as_array().expect("runs").iter();
    let verdicts: Vec<_> = runs.map(|run| (&run["scenario"], &run["verdict"])).collect();
    let expected = [("basic/never-calls", "missed"), ("museum/q184051", "passed")];
    assert_eq!(verdicts.len(), expected.len());
    for ((scenario, verdict), expected) in verdicts.into_iter().zip(expected) {
        assert_eq!((scenario.as_str(), verdict.as_str()), (Some(expected.0), Some(expected.1)));
    }
}

#[test]
fn every_file_but_the_timing_is_the_same_for_any_number_of_jobs() {
    let room = Room::new();
    for jobs in ["1", "2", "7"] {
        let out = format!("tmp/{jobs}");
        let words = ["run", "scenarios/basic", "scenarios/line", "--png", "--quiet"];
        let said = room.said(&[words.as_slice(), &["--jobs", jobs, "--out", &out]].concat());
        assert_eq!(said.exit, Exit::Good, "{}", said.diagnostics);
    }
    let files = |jobs| {
        let mut files = room.files(jobs);
        files.retain(|(name, _)| name != "timing.json");
        files
    };
    let one = files("1");
    assert!(one.len() > 100, "{} files", one.len());
    for jobs in ["2", "7"] {
        assert!(files(jobs) == one, "{jobs} jobs write other files than one");
    }
}

#[test]
fn an_interrupt_leaves_whole_files_and_none_of_the_suite() {
    let room = Room::new();
    // What stands there from before must not be taken for the results of this.
    room.file("reports/junit.xml", "of an earlier suite");
    let stop = AtomicBool::new(false);
    let words = ["run", "scenarios/basic", "--out", "tmp/reports", "--jobs", "1", "--quiet"];
    let said = room.said_with(&words, &Interrupting(&stop), &stop);
    assert_eq!(said.exit, Exit::Interrupted);
    let scenarios = std::fs::read_dir("scenarios/basic").expect("scenarios").count();
    let left = scenarios - 1;
    assert_eq!(
        said.diagnostics,
        format!("error: interrupted: {left} of {scenarios} runs did not come to their end\n")
    );
    let names = room.names("reports");
    assert!(names.iter().all(|name| name.starts_with("basic/calls-early/")), "{names:?}");
    assert!(names.iter().all(|name| !name.contains(".part")), "{names:?}");
    assert!(names.contains(&"basic/calls-early/summary.json".to_owned()), "{names:?}");
}

#[test]
fn a_file_that_is_not_asked_for_any_more_goes() {
    let room = Room::new();
    let run = |more: &[&str]| {
        let words = [["run", GOOD, "--out", "tmp/reports"].as_slice(), more].concat();
        assert_eq!(room.said(&words).exit, Exit::Good);
        room.names("reports/basic/never-calls")
    };
    let all = run(&["--png"]);
    assert_eq!(
        all,
        [
            "messages.csv",
            "sites.csv",
            "sites.png",
            "sites.svg",
            "summary.json",
            "time-to-end.png",
            "time-to-end.svg",
            "timeseries.csv",
            "waiting.png",
            "waiting.svg",
        ]
    );
    let fewer = run(&["--csv", "none"]);
    let gone = |name: &&String| !name.contains(".png") && *name != "messages.csv";
    assert_eq!(fewer, all.iter().filter(gone).cloned().collect::<Vec<_>>());
}

#[test]
fn a_seed_that_was_asked_for_stands_in_the_name_of_the_folder() {
    let room = Room::new();
    let said = room.said(&["run", GOOD, "--seed", "7", "--out", "tmp/reports", "--quiet"]);
    assert_eq!(said.exit, Exit::Good);
    assert!(room.names("reports").contains(&"basic/never-calls#7/summary.json".to_owned()));
}

#[test]
fn a_workflow_is_given_annotations_and_a_table() {
    let room = Room::of_workflow();
    room.file("summary.md", "before\n");
    let words = ["run", "scenarios/basic/calls-early.toml", GOOD, "--exhibit", "q184051"];
    let said = room.said(&[words.as_slice(), &["--out", "tmp/reports"]].concat());
    assert_eq!(said.exit, Exit::Broken);
    let start = "::error file=scenarios/basic/never-calls.toml,title=I2 ends-by-deadline::\
                 basic/never-calls seed 1, at 2d: expected ";
    assert!(said.diagnostics.starts_with(start), "{}", said.diagnostics);
    assert_eq!(said.diagnostics.lines().count(), 1);
    let summary = room.read("summary.md");
    let rows: Vec<&str> = summary.lines().filter(|line| line.starts_with("| basic/")).collect();
    assert!(summary.starts_with("before\n## restante\n"), "{summary}");
    assert_eq!(rows.len(), 2);
    let bad =
        "| basic/never-calls | 1 | q184051-held-never-expires | **an invariant was broken** |";
    assert!(rows[0].starts_with(bad), "{summary}");
    assert!(rows[1].starts_with("| basic/calls-early | 1 |"), "{summary}");
}

#[test]
fn a_reproduction_shows_both_runs_and_is_good_when_the_bug_is_caught() {
    let room = Room::new();
    let said = room.said(&["repro", "q184051", "--out", "tmp/reports"]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
    let names = room.names("reports/museum/q184051@q184051-held-never-expires");
    assert_eq!(names, ["repro.svg", "repro.txt"]);
    let text = room.read("reports/museum/q184051@q184051-held-never-expires/repro.txt");
    assert_eq!(said.results, text);
    assert!(text.contains("I2 ends-by-deadline is broken"), "{text}");
}
