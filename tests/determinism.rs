//! The same scenarios give the same bytes: in two processes, in two folders, with two numbers of
//! jobs, in two environments. That the build profile changes nothing either is a step of `.ci/run`,
//! where both binaries are at hand.

#![cfg(feature = "lab")]

mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use tree::{Files, differences, files_below};

/// A working folder with a copy of all scenarios, and how a process is run in it.
struct Place {
    folder: TempDir,
    jobs: &'static str,
    environment: &'static [(&'static str, &'static str)],
}

impl Place {
    /// A new folder, its files made in the order of `scenarios`, which is that in which many a file
    /// system lists them.
    fn with<'a>(
        scenarios: impl Iterator<Item = (&'a String, &'a Vec<u8>)>,
        jobs: &'static str,
        environment: &'static [(&'static str, &'static str)],
    ) -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, bytes) in scenarios {
            let path = folder.path().join("scenarios").join(path);
            fs::create_dir_all(path.parent().expect("a folder above it")).expect("that folder");
            fs::write(path, bytes).expect("a copy");
        }
        Place { folder, jobs, environment }
    }

    /// Begins `restante WORDS...` in this folder.
    fn begin(&self, words: &[&str]) -> std::process::Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_restante"));
        command.args(words).current_dir(self.folder.path());
        command.env_clear().envs(self.environment.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary runs")
    }

    /// The reports, and apart from them the one file that tells how long it took.
    fn reports(&self) -> (Files, String) {
        let mut files = files_below(&self.folder.path().join("reports"));
        let timing = files.remove("timing.json").expect("timing.json");
        (files, String::from_utf8(timing).expect("UTF-8"))
    }
}

/// Runs the suite and a reproduction in every place, all places at once.
fn fill(places: &[Place]) {
    let run = |place: &Place| place.begin(&["run", "--png", "--quiet", "--jobs", place.jobs]);
    let repro = |place: &Place| place.begin(&["repro", "q184051", "--png", "--quiet"]);
    for begin in [&run as &dyn Fn(&Place) -> std::process::Child, &repro] {
        let children: Vec<_> = places.iter().map(begin).collect();
        for child in children {
            let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
            let said = [stdout, stderr].concat();
            assert_eq!((status.code(), String::from_utf8_lossy(&said).as_ref()), (Some(0), ""));
        }
    }
}

/// The four lanes of a run's fingerprint.
fn lanes(summary: &[u8]) -> [String; 4] {
    let value: serde_json::Value = serde_json::from_slice(summary).expect("a JSON object");
    ["seen", "disk", "sched", "rng"].map(|lane| {
        let lane = value["fingerprint"][lane].as_str().expect("a lane of the fingerprint");
        assert!(lane.len() == 32 && lane.bytes().all(|digit| digit.is_ascii_hexdigit()), "{lane}");
        lane.to_owned()
    })
}

#[test]
fn every_file_but_the_timing_is_the_same_wherever_it_is_made() {
    let scenarios = files_below(Path::new("scenarios"));
    let strange = &[("TZ", "Asia/Kathmandu"), ("LC_ALL", "tr_TR.UTF-8"), ("COLUMNS", "40")];
    let places = [
        Place::with(scenarios.iter(), "1", &[]),
        Place::with(scenarios.iter().rev(), "2", strange),
    ];
    fill(&places);
    let [(one, timing), (other, other_timing)] = places.each_ref().map(Place::reports);

    let differences = differences(&one, &other);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
    let jobs = [timing, other_timing].map(|timing| timing.contains("\"jobs\": 1,"));
    assert_eq!(jobs, [true, false], "the two were not run alike");
    for ending in [".csv", ".json", ".svg", ".png", "/repro.txt", "junit.xml"] {
        assert!(one.keys().any(|path| path.ends_with(ending)), "no file {ending} was compared");
    }

    let summaries = one.iter().filter(|(path, _)| path.ends_with("/summary.json"));
    let lanes: Vec<_> = summaries.map(|(path, bytes)| (path.as_str(), lanes(bytes))).collect();
    assert!(lanes.len() >= scenarios.len(), "{} of {}", lanes.len(), scenarios.len());
    let of_daily = lanes.iter().filter(|(path, _)| path.starts_with("etrn/calls-daily#"));
    let seen: BTreeSet<&String> = of_daily.map(|(_, [seen, ..])| seen).collect();
    assert_eq!(seen.len(), 3, "three seeds, and what was seen is named alike");
}
