//! A signal from outside: the exit code is 130, and what stands in the report folder is whole.

#![cfg(all(feature = "lab", unix))]

mod tree;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

use tree::{Files, differences, files_below, paths_below};

/// A run of many minutes, whose scenario comes before all others.
const LONG: &str = "scenarios/a-long/dialup.toml";
/// What is run beside it; each of these takes no time.
const SHORT: [&str; 2] = ["scenarios/basic", "scenarios/etrn"];
/// Files of a whole suite, which one that was cut short has not.
const OF_THE_SUITE: [&str; 3] = ["summary.json", "junit.xml", "timing.json"];

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail where it has ended, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Waits until so many files stand below `folder` under their own names.
    fn wait_for(&mut self, files: usize, folder: &Path) {
        let whole = |path: &&String| !is_part(path);
        while paths_below(folder).iter().filter(whole).count() < files {
            assert_eq!(self.0.try_wait().expect("a child"), None, "it ended by itself");
            thread::yield_now();
        }
    }

    fn signal(&self, name: &str) {
        // The shell's own `kill`: a bare system has no other.
        let pid = self.0.id().to_string();
        let kill = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &pid]).status();
        assert!(kill.expect("a shell").success(), "SIG{name}");
    }

    /// The exit code; none where a signal ended it.
    fn exit_code(&mut self) -> Option<i32> {
        self.0.wait().expect("it ends").code()
    }
}

/// Whether a path names a file that was being written.
fn is_part(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "part")
}

/// A folder with the long scenario and the short ones.
fn room() -> TempDir {
    let room = tempfile::tempdir().expect("a folder");
    let write = |path: &str, bytes: &[u8]| {
        let path = room.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder above it")).expect("that folder");
        fs::write(path, bytes).expect("a scenario");
    };
    // What scenarios replay lies beside them.
    for folder in SHORT.into_iter().chain(["scenarios/data"]) {
        for (path, bytes) in files_below(Path::new(folder)) {
            write(&format!("{folder}/{path}"), &bytes);
        }
    }
    let dialup = fs::read_to_string("scenarios/scale/dialup-10k.toml").expect("a scenario");
    let long = dialup.replace("messages = 20000,", "messages = 100000000,");
    assert_ne!(long, dialup);
    write(LONG, long.as_bytes());
    room
}

/// Begins `restante run PATHS... --out OUT` in a room; what it says on stderr goes to `OUT.stderr`.
fn begin(room: &Path, paths: &[&str], out: &str) -> Running {
    let stderr = File::create(room.join(format!("{out}.stderr"))).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_restante"));
    command.arg("run").args(paths).args(["--out", out, "--jobs", "2", "--quiet"]);
    command.current_dir(room).env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
    Running(command.spawn().expect("the binary runs"))
}

/// The folders of the runs whose summaries are there.
fn runs(files: &Files) -> Vec<&str> {
    files.keys().filter_map(|path| path.strip_suffix("/summary.json")).collect()
}

#[test]
fn what_an_interrupted_suite_has_written_is_whole() {
    let room = room();
    let room = room.path();
    assert_eq!(begin(room, &SHORT, "whole").exit_code(), Some(0));
    let mut whole = files_below(&room.join("whole"));
    whole.retain(|path, _| !OF_THE_SUITE.contains(&path.as_str()));

    // At the first file; amid the writing; when the long run alone is left.
    for (signal, files) in [("INT", 1), ("TERM", whole.len() / 2), ("HUP", whole.len())] {
        let out = room.join(signal);
        let mut running = begin(room, &["scenarios"], signal);
        running.wait_for(files, &out);
        running.signal(signal);
        assert_eq!(running.exit_code(), Some(130), "SIG{signal}");

        let found = files_below(&out);
        let complete = runs(&found);
        let of_complete = |path: &String| {
            path.rsplit_once('/').is_some_and(|(folder, _)| complete.contains(&folder))
        };
        let mut expected = whole.clone();
        expected.retain(|path, _| of_complete(path));
        let differences = differences(&expected, &found);
        assert!(differences.is_empty(), "SIG{signal}:\n{}", differences.join("\n"));

        let planned = runs(&whole).len() + 1;
        let left = planned - complete.len();
        let said = fs::read_to_string(room.join(format!("{signal}.stderr"))).expect("UTF-8");
        let message =
            format!("error: interrupted: {left} of {planned} runs did not come to their end\n");
        assert_eq!(said, message, "SIG{signal}");
    }
}
