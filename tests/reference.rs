//! The reference reports: what stands under `reports/reference` is, byte for byte, what is written
//! today. A change in them is a change that users see, and is to be looked at.

#![cfg(feature = "lab")]

mod tree;

use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use restante::cli::{Console, Content, Exit, Screen, Surroundings, Writer, main};

use tree::{Files, differences, files_below};

/// Where they stand, from the package's root.
const FOLDER: &str = "reports/reference";

/// What they are made with; `--out` comes after.
const COMMANDS: [&str; 3] = [
    "run scenarios/basic/never-calls.toml scenarios/etrn/calls-every-third-day.toml \
     scenarios/museum/q184051.toml",
    "repro q184051",
    "sweep scenarios/sweeps/interval-timeout.toml",
];

/// How long it took: the one file that differs from run to run, and is not committed.
const TIMING: &str = "timing.json";

/// A report folder in memory.
#[derive(Default)]
struct Memory(Mutex<Files>);

impl Memory {
    fn change<T>(&self, path: &Path, change: impl FnOnce(&mut Files, String) -> T) -> T {
        let path = path.strip_prefix(FOLDER).expect("a path below the report folder");
        let path = path.to_str().expect("plain letters").to_owned();
        change(&mut self.0.lock().expect("no writer has panicked"), path)
    }
}

impl Writer for Memory {
    fn make(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, path: &Path, content: &mut Content<'_>) -> io::Result<()> {
        let mut bytes = Vec::new();
        content(&mut bytes)?;
        self.change(path, |files, path| files.insert(path, bytes));
        Ok(())
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let add = |files: &mut Files, path| files.entry(path).or_default().extend_from_slice(bytes);
        self.change(path, add);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = self.change(path, |files, path| files.remove(&path));
        removed.map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Carries out `restante COMMAND --out FOLDER`, which is to end well.
fn carry_out(command: &str, writer: &Memory) {
    let surroundings = Surroundings {
        program: "restante".to_owned(),
        screen: Screen::Written,
        annotations: false,
        step_summary: None,
        writer,
        stop: &AtomicBool::new(false),
    };
    let (mut results, mut diagnostics) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut results, &mut diagnostics);
    let line = format!("restante {command} --out {FOLDER}");
    let exit = main(line.split(' '), &surroundings, &mut console);
    assert_eq!(exit, Exit::Good, "{command}: {}", String::from_utf8_lossy(&diagnostics));
}

fn without_timing(mut files: Files) -> Files {
    files.remove(TIMING);
    files
}

#[test]
fn the_reference_reports_are_what_is_written_today() {
    let memory = Memory::default();
    for command in COMMANDS {
        carry_out(command, &memory);
    }
    let written = without_timing(memory.0.into_inner().expect("no writer has panicked"));
    let kept = without_timing(files_below(Path::new(FOLDER)));
    let [run, repro, sweep] =
        COMMANDS.map(|command| format!("cargo run --release -- {command} --out {FOLDER}"));
    let differences = differences(&kept, &written);
    assert!(
        differences.is_empty(),
        "{} files are not written as they stand in {FOLDER}:\n{}\n\n\
         if that is meant, `just reference` writes them anew; without just:\n\
         rm -rf {FOLDER} && {run} && {repro} && {sweep}",
        differences.len(),
        differences.join("\n"),
    );
}

#[test]
fn of_two_folders_the_first_line_that_differs_is_named() {
    let folder = |files: &[(&str, &[u8])]| -> Files {
        files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
    };
    for (expected, found, lines) in [
        (folder(&[("a", b"1\n2\n")]), folder(&[("a", b"1\n2\n")]), [].as_slice()),
        (folder(&[("a", b"1\n2\n")]), folder(&[]), &["a: is missing"]),
        (folder(&[]), folder(&[("b/c", b"")]), &["b/c: is not expected"]),
        (
            folder(&[("a", b"1\n2\n"), ("b", b"1\n")]),
            folder(&[("a", b"1\n3\n4\n"), ("b", b"1")]),
            &["a:2: expected `2`, found `3`", "b:2: expected ``, found the end"],
        ),
        (
            folder(&[("a", b"\x89PNG\xff")]),
            folder(&[("a", b"\x89PNG\xfe")]),
            &["a: differs from byte 4 on"],
        ),
    ] {
        assert_eq!(differences(&expected, &found), lines);
    }
}
