//! One scenario, two fidelities: every message comes to the same end in both.

mod suite;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use restante::base::{Instant, MessageId, Span};
use restante::museum::{self, Exhibit};
use restante::scenario::{CsvRows, Fidelity, Scenario};
use restante::trial::{Manner, Outcome, RunRecord, Verdict, run_as};

fn run(
    scenario: &Arc<Scenario>,
    seed: u64,
    fidelity: Fidelity,
    exhibit: Option<&'static Exhibit>,
) -> RunRecord {
    let manner = Manner { exhibit, ..Manner::plain(seed, fidelity) };
    run_as(scenario, &manner, &AtomicBool::new(false)).expect("a scenario that can be run")
}

/// A message, how it ended, and when and after how many tries.
type End = (MessageId, Outcome, Option<(Instant, Option<u32>)>);

/// How each message ended, and where the disk takes no time when and after how many tries.
fn ends(record: &RunRecord) -> Vec<End> {
    let takes_time = record.scenario.persist_delay > Span::ZERO;
    let end = |row: restante::trial::Row| {
        let when = row.ended_at.filter(|_| !takes_time).map(|at| (at, row.attempts));
        (row.message, row.outcome, when)
    };
    record.rows.iter().map(end).collect()
}

#[test]
fn every_message_ends_the_same_with_the_spool_as_without() {
    let mut compared = 0;
    for mut scenario in suite::files().iter().map(|file| suite::read(file)) {
        if scenario.fidelities != Fidelity::ALL || scenario.name.starts_with("scale/dialup") {
            continue;
        }
        scenario.record.csv = CsvRows::All;
        let scenario = Arc::new(scenario);
        for &seed in &scenario.seeds {
            let [alone, stored] =
                Fidelity::ALL.map(|fidelity| run(&scenario, seed, fidelity, None));
            let name = format!("{}, seed {seed}", scenario.name);
            assert_eq!(stored.breaches, [], "{name}");
            assert_eq!(ends(&alone), ends(&stored), "{name}");
            compared += alone.rows.len();
        }
    }
    assert!(compared > 5_000, "{compared} messages");
}

#[test]
fn every_exhibit_is_caught_with_the_spool_as_without() {
    for scenario in suite::files().iter().map(|file| Arc::new(suite::read(file))) {
        let Some((name, _)) = &scenario.expect.caught else { continue };
        let exhibit = Some(museum::find(name).expect("an exhibit"));
        for &fidelity in &scenario.fidelities {
            let record = run(&scenario, scenario.seeds[0], fidelity, exhibit);
            assert_eq!(record.verdict, Verdict::Passed, "{} {}", scenario.name, fidelity.name());
        }
    }
}
