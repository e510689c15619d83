//! What is said of crashes everywhere, byte for byte, of reports that are made up.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::base::{Instant, MessageId, Rule};
use crate::oracle::Breach;
use crate::report::console::{Context, Style};
use crate::report::sample;

/// Nothing went wrong with any crash.
fn good(name: &str) -> CrashReport {
    CrashReport {
        scenario: Arc::new(sample::scenario(name, 1)),
        seed: 1,
        points: 26,
        once: 104,
        twice: Some(3_704),
        runs: 955,
        ambiguous: 236,
        duplicates: 1,
        failures: Vec::new(),
        failed: 0,
        is_interrupted: false,
    }
}

const FIRST: CrashPoint = CrashPoint { operation: 217, at_crash: AtCrash::Torn };
const SECOND: CrashPoint = CrashPoint { operation: 224, at_crash: AtCrash::Reordered };

/// Too large for a second crash, and mail was lost after one.
fn lost() -> CrashReport {
    let id = MessageId::mail(0, 0).expect("small");
    let rule = Rule::AcknowledgedSurvives;
    let first = Breach {
        rule,
        at: sample::hours(3),
        message: Some(id),
        site: None,
        expected: "what had its 250 is there after the crash".to_owned(),
        seen: "nothing of it".to_owned(),
    };
    let what = CrashFault::Broken { first, counts: vec![(Rule::EndsOnce, 2), (rule, 1)] };
    let failure = CrashFailure {
        first: FIRST,
        second: None,
        kind: OperationKind::Write,
        at: sample::hours(2),
        what,
    };
    CrashReport {
        seed: 2,
        points: 1_250,
        once: 5_000,
        twice: None,
        runs: 1_300,
        failures: vec![failure],
        failed: 1_234,
        ..good("basic/burst")
    }
}

/// The spool was not whole after a second crash.
fn torn() -> CrashReport {
    let failure = CrashFailure {
        first: FIRST,
        second: Some(SECOND),
        kind: OperationKind::SyncNames,
        at: sample::hours(2),
        what: CrashFault::Torn("the spool is corrupt, in a page".to_owned()),
    };
    CrashReport { failures: vec![failure], failed: 1, ..good("basic/torn") }
}

fn all() -> Vec<CrashReport> {
    let stopped = CrashReport { is_interrupted: true, runs: 3, ..good("basic/many-sites") };
    let none = CrashReport { ambiguous: 0, duplicates: 0, ..good("basic/burst") };
    vec![good("basic/never-calls"), none, lost(), torn(), stopped]
}

const PLAIN: Context<'_> =
    Context { program: "target/release/restante", changes: &[], style: Style::Plain };
const WALL: Duration = Duration::from_millis(12_345);

#[test]
fn crashes_are_shown_on_the_terminal_so() {
    let reports = all();
    let crashes = Crashes { reports: &reports, left_out: 2 };
    let plain = suite(&crashes, WALL, "reports", &PLAIN);
    assert_eq!(plain, include_str!("../../../tests/expected/report/crashes.txt"));
    let coloured = Context { style: Style::Colour, ..PLAIN };
    let coloured = suite(&crashes, WALL, "reports", &coloured);
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn where_nothing_was_lost_the_last_line_says_so() {
    let reports = [good("basic/never-calls")];
    let text = suite(&Crashes { reports: &reports, left_out: 0 }, WALL, "reports", &PLAIN);
    let closing = "1 scenario: 26 points, 104 disks opened after one crash, 3,704 after two, 955 \
                   runs to the end: nothing lost; 236 deliveries in doubt, 1 second copy, each \
                   excused; 12.3 s; reports in reports\n";
    assert!(text.ends_with(closing), "{text}");
}

#[test]
fn crashes_are_written_down_so() {
    let reports = all();
    let crashes = Crashes { reports: &reports, left_out: 2 };
    let [csv, json] = artifacts(&crashes, &["horizon=9d".to_owned()]).try_into().expect("two");
    for (file, path, expected) in [
        (csv, "crashes.csv", include_str!("../../../tests/expected/report/crashes.csv")),
        (json, "crashes.json", include_str!("../../../tests/expected/report/crashes.json")),
    ] {
        assert_eq!(file.path, path);
        assert_eq!(String::from_utf8(file.bytes).expect("text"), expected);
    }
}

#[test]
fn many_failures_leave_the_table_on_the_screen() {
    let reports = vec![torn(); 25];
    let text = suite(&Crashes { reports: &reports, left_out: 0 }, WALL, "reports", &PLAIN);
    assert_eq!(text.matches("\n  repeat ").count(), 10);
    assert!(text.contains("\nand 15 more runs FAILED; all of them stand in reports/crashes.csv\n"));
}

#[test]
fn one_crash_is_told_by_how_the_run_went_on() {
    let only = CrashReport { once: 1, twice: None, runs: 1, ..good("basic/never-calls") };
    let quiet = CrashReport { ambiguous: 0, duplicates: 0, ..only.clone() };
    let stopped = CrashReport { is_interrupted: true, ..only.clone() };
    for (report, text) in [
        (
            only,
            "ok        basic/never-calls, seed 1, a crash at 217:torn: the run went on to its end, \
             nothing lost; 236 deliveries in doubt, 1 second copy, each excused\n",
        ),
        (
            quiet,
            "ok        basic/never-calls, seed 1, a crash at 217:torn: the run went on to its end, \
             nothing lost; no delivery in doubt\n",
        ),
        (
            stopped,
            "STOPPED   basic/never-calls, seed 1, a crash at 217:torn: the run did not come to its \
             end\n",
        ),
    ] {
        assert_eq!(one(&report, "217:torn", &PLAIN), text);
    }
    assert_eq!(one(&lost(), "217:torn", &PLAIN), failure(&lost(), &PLAIN));
}

#[test]
fn what_is_never_reached_has_no_instant() {
    let mut report = lost();
    let CrashFault::Broken { first, .. } = &mut report.failures[0].what else { panic!("broken") };
    first.at = Instant::NEVER;
    let crashes = Crashes { reports: &[report], left_out: 0 };
    let [csv, json] = artifacts(&crashes, &[]).try_into().expect("two");
    let text = |file: crate::report::Artifact| String::from_utf8(file.bytes).expect("text");
    assert!(text(csv).ends_with(",I6 acknowledged-survives,\n"));
    assert!(text(json).contains("\"at_us\": null"));
}
