//! What the command line says when something is wrong: the exact text, the stream, the exit code.

#![cfg(feature = "lab")]

use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use anstream::adapter::strip_bytes;
use restante::cli::{Console, Exit, Folder, Screen, Surroundings, Writer, main};

/// What a command line came to, without colours.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    exit: Exit,
    results: String,
    diagnostics: String,
}

/// Carries out `restante WORDS...` on this disk.
fn said(words: &[&str]) -> Said {
    said_with(words, &Folder, &AtomicBool::new(false))
}

fn said_with(words: &[&str], writer: &dyn Writer, stop: &AtomicBool) -> Said {
    let surroundings = Surroundings {
        program: "restante".to_owned(),
        screen: Screen::Written,
        annotations: false,
        step_summary: None,
        writer,
        stop,
    };
    let (mut results, mut diagnostics) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut results, &mut diagnostics);
    let words = ["restante"].iter().chain(words);
    let exit = main(words, &surroundings, &mut console);
    let text = |bytes: &[u8]| String::from_utf8(strip_bytes(bytes).into_vec()).expect("UTF-8");
    Said { exit, results: text(&results), diagnostics: text(&diagnostics) }
}

fn refused(exit: Exit, diagnostics: &str) -> Said {
    Said { exit, results: String::new(), diagnostics: diagnostics.to_owned() }
}

/// The path of `name` in `folder`, and `said` with that folder's path written `tmp`.
fn in_folder(folder: &Path, words: &[&str]) -> Said {
    let root = folder.to_str().expect("a path of plain letters");
    let words: Vec<String> = words.iter().map(|word| word.replace("tmp", root)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let said = said(&words);
    Said { diagnostics: said.diagnostics.replace(root, "tmp"), ..said }
}

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
        assert_eq!(said(&words), refused(Exit::Usage, text), "{words:?}");
    }
}

#[test]
fn a_folder_with_no_scenario_selects_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("sweeps")).expect("a folder in it");
    fs::write(folder.path().join("sweeps/grid.toml"), "").expect("a file in that");
    assert_eq!(
        in_folder(folder.path(), &["run", "tmp"]),
        refused(
            Exit::NothingSelected,
            "error: no scenario in tmp\n  \
             help: a scenario is a file *.toml; folders named sweeps or data are not searched\n"
        )
    );
}

#[test]
fn every_file_that_is_missing_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("plain"), "").expect("a file in it");
    assert_eq!(
        in_folder(folder.path(), &["run", "tmp/one.toml", "tmp/plain/two.toml"]),
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
fn a_file_of_a_hundred_megabytes_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let big = File::create(folder.path().join("big.toml")).expect("a file in it");
    big.set_len(100 << 20).expect("a hole in that");
    assert_eq!(
        in_folder(folder.path(), &["run", "tmp/big.toml"]),
        refused(
            Exit::Usage,
            "error: tmp/big.toml has 104857600 bytes: too large for a scenario\n  \
             help: a scenario has at most 1048576 bytes; is this the right file?\n"
        )
    );
}

#[test]
fn without_a_command_the_help_is_a_refusal() {
    let said = said(&[]);
    assert_eq!((said.exit, said.results.as_str()), (Exit::Usage, ""));
    assert!(said.diagnostics.contains("Usage: restante <COMMAND>"), "{}", said.diagnostics);
}

#[test]
fn help_is_a_result_and_ends_with_the_exit_codes() {
    let said = said(&["--help"]);
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
    let said = said(&["--version"]);
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
    assert_eq!(said.results, format!("restante {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let said = said(&["man"]);
    assert_eq!(said.exit, Exit::Good);
    let pages = said.results.lines().filter(|line| line.starts_with(".TH")).count();
    assert_eq!(pages, 7, "restante, run, repro, museum, schema, completions, man");
}
