//! What the command line says when something is wrong: the exact text, the stream, the exit code.

use std::fs::File;

use restante::cli::Exit;

use super::door::{Full, Room, refused};

#[test]
fn an_option_that_makes_no_sense_is_refused() {
    for (words, text) in [
        (
            ["run", "--seed", "abc"],
            "error: invalid value 'abc' for '--seed <N>': \
             a seed is a whole number from 0 to 18446744073709551615\n\n\
             For more information, try '--help'.\n",
        ),
        (
            ["run", "--seed", "18446744073709551616"],
            "error: invalid value '18446744073709551616' for '--seed <N>': \
             a seed is a whole number from 0 to 18446744073709551615\n\n\
             For more information, try '--help'.\n",
        ),
        (
            ["run", "--jobs", "0"],
            "error: invalid value '0' for '--jobs <N>': \
             the number of runs at a time is a whole number, 1 or more\n\n\
             For more information, try '--help'.\n",
        ),
        (
            ["run", "--csv", "most"],
            "error: invalid value 'most' for '--csv <ROWS>'\n  \
             [possible values: none, failed, all]\n\n\
             For more information, try '--help'.\n",
        ),
        (
            ["museum", "--format", "jsn"],
            "error: invalid value 'jsn' for '--format <FORMAT>'\n  \
             [possible values: human, json]\n\n  \
             tip: a similar value exists: 'json'\n\n\
             For more information, try '--help'.\n",
        ),
        (
            ["run", "--sed", "7"],
            "error: unexpected argument '--sed' found\n\n  \
             tip: a similar argument exists: '--seed'\n\n\
             Usage: restante run --seed <N> [FILE|DIR]...\n\n\
             For more information, try '--help'.\n",
        ),
    ] {
        assert_eq!(Room::new().said(&words), refused(Exit::Usage, text), "{words:?}");
    }
}

#[test]
fn a_folder_with_no_scenario_selects_nothing() {
    let room = Room::new();
    room.file("sweeps/grid.toml", "");
    assert_eq!(
        room.said(&["run", "tmp"]),
        refused(
            Exit::NothingSelected,
            "error: no scenario in tmp\n  \
             help: a scenario is a file *.toml; folders named sweeps or data are not searched\n"
        )
    );
}

#[test]
fn every_file_that_is_missing_is_named() {
    let room = Room::new();
    room.file("plain", "");
    assert_eq!(
        room.said(&["run", "tmp/one.toml", "tmp/plain/two.toml"]),
        refused(
            Exit::Usage,
            "error: there is no tmp/one.toml\n  \
             help: name a scenario file, or a folder of them\n\
             error: there is no tmp/plain/two.toml\n  \
             help: name a scenario file, or a folder of them\n"
        )
    );
}

#[test]
fn a_file_of_three_hundred_megabytes_is_refused() {
    let room = Room::new();
    let big = File::create(room.path("big.toml")).expect("a file in it");
    big.set_len(300 << 20).expect("a hole in that");
    assert_eq!(
        room.said(&["run", "tmp/big.toml"]),
        refused(
            Exit::Usage,
            "error: tmp/big.toml has 314572800 bytes: too large for a scenario\n  \
             help: a scenario has at most 268435456 bytes; is this the right file?\n"
        )
    );
}

#[test]
fn without_a_command_the_help_is_a_refusal() {
    let said = Room::new().said(&[]);
    assert_eq!((said.exit, said.results.as_str()), (Exit::Usage, ""));
    assert!(said.diagnostics.contains("Usage: restante <COMMAND>"), "{}", said.diagnostics);
}

#[test]
fn help_is_a_result_and_ends_with_the_exit_codes() {
    let said = Room::new().said(&["--help"]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
    let (_, codes) = said.results.split_once("Exit codes:\n").expect("the exit codes");
    assert_eq!(
        codes,
        "    0  all is as it should be
    1  an invariant was broken
    2  the command line or a scenario is not valid
    4  nothing was selected: no scenario was found
    5  stopped before it was complete
    6  the same input gave different results
    7  the results differ from their baseline
    8  a rule or an exhibit was not caught
   70  a fault of restante itself
   74  a folder that cannot be written, a full disk
   99  a threshold or an expected count was missed
  130  interrupted

Where several apply, the first of: 70, 130, 74, 5, 2, 6, 1, 8, 7, 99, 4, 0.

Environment: NO_COLOR, CLICOLOR, CLICOLOR_FORCE (colour), CI (no progress bar),
GITHUB_ACTIONS (annotations), GITHUB_STEP_SUMMARY (a table is added to that file).
"
    );
}

#[test]
fn the_version_is_that_of_the_package() {
    let said = Room::new().said(&["--version"]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
    assert_eq!(said.results, format!("restante {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let room = Room::new();
    let said = room.said(&["man"]);
    assert_eq!(said.exit, Exit::Good);
    let pages = said.results.lines().filter(|line| line.starts_with(".TH")).count();
    let help = room.said(&["--help"]).results;
    let (_, commands) = help.split_once("Commands:\n").expect("the commands");
    let commands = commands.lines().take_while(|line| !line.is_empty()).count();
    assert!(commands >= 7, "{help}");
    assert_eq!(pages, commands + 1, "one for restante itself");
}

/// A scenario that passes.
const GOOD: &str = "scenarios/basic/never-calls.toml";

#[test]
fn a_report_folder_below_a_plain_file_is_a_fault_of_the_environment() {
    let room = Room::new();
    room.file("plain", "");
    assert_eq!(
        room.said(&["run", GOOD, "--out", "tmp/plain/reports"]),
        refused(
            Exit::Environment,
            "error: cannot make the report folder tmp/plain/reports: \
             Not a directory (os error 20)\n  \
             help: tmp/plain is a plain file; name another folder with --out\n"
        )
    );
}

#[test]
fn a_full_disk_is_a_fault_of_the_environment_and_told_once() {
    let room = Room::new();
    let said = room.said_with(
        &["run", "scenarios/basic", "--out", "tmp/reports", "--quiet"],
        &Full,
        &false.into(),
    );
    assert_eq!(
        said,
        refused(
            Exit::Environment,
            "error: cannot write tmp/reports/basic/calls-early/summary.json: \
             No space left on device (os error 28)\n  \
             help: make room on that disk, or name a folder on another one with --out\n"
        )
    );
    assert_eq!(room.names("reports"), Vec::<String>::new());
}

#[test]
fn an_unknown_exhibit_is_refused_with_those_that_could_be_meant() {
    for words in [["run", GOOD, "--exhibit", "canary"].as_slice(), &["repro", "canary"]] {
        assert_eq!(
            Room::new().said(words),
            refused(
                Exit::Usage,
                "error: `canary` could be canary-release-ignored or canary-wrong-host; \
                 say more of it\n  \
                 help: `restante museum` lists them all\n"
            ),
            "{words:?}"
        );
    }
}

#[test]
fn every_problem_of_every_scenario_is_shown_before_anything_is_run() {
    let room = Room::new();
    room.file("a/one.toml", "tilte = \"x\"\n");
    room.file("a/two.toml", "title = \"x\"\nwye = \"y\"\n");
    let said = room.said(&["run", GOOD, "tmp/gone.toml", "tmp/a", "--out", "tmp/reports"]);
    assert_eq!((said.exit, said.results.as_str()), (Exit::Usage, ""));
    for text in ["there is no tmp/gone.toml", "tmp/a/one.toml:1:1", "tmp/a/two.toml:2:1"] {
        assert!(said.diagnostics.contains(text), "{text}: {}", said.diagnostics);
    }
    assert!(!room.path("reports").exists());
}

#[test]
fn two_scenarios_of_one_name_are_refused() {
    let room = Room::new();
    let text = std::fs::read_to_string(GOOD).expect("a scenario");
    room.file("here/basic/one.toml", &text);
    room.file("there/basic/one.toml", &text);
    assert_eq!(
        room.said(&["run", "tmp/here", "tmp/there"]),
        refused(
            Exit::Usage,
            "error: tmp/here/basic/one.toml and tmp/there/basic/one.toml would both be reported \
             as basic/one\n  \
             help: rename one of them, or run them one after the other with different --out\n"
        )
    );
}

#[test]
fn a_scenario_that_names_no_exhibit_of_the_museum_is_refused() {
    let room = Room::new();
    let said = room.said(&["run", "scenarios/museum/q184051.toml", "--set", "expect.exhibit=q0"]);
    assert_eq!(said.exit, Exit::Usage);
    let start = "error: scenarios/museum/q184051.toml: expect.exhibit: no exhibit is called `q0`\n  help: \
                 `restante museum` lists them all";
    assert!(said.diagnostics.starts_with(start), "{}", said.diagnostics);
}
