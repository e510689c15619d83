//! A run in groups beside one in one piece: the same record, or none.

use std::num::NonZeroUsize;

use super::*;
use crate::scenario::Change;
use crate::trial::run::run_whole;

/// Thirty branches that call, silent ones, and depots that come and go, with five offices.
const WORLD: &str = r#"
title = "Groups"
why = "Hosts of every kind that have nothing to do with each other."
horizon = "6d"

[hub]
delay_notice_held = "20h"

[[site]]
name = "branch"
count = 30
calls = { every = "12h", jitter = "30%", first = "0h..12h" }
line = { rate = "33.6kbit/s", delay = "150ms", drop = "20%", drop_within = "1m", busy = "20%", redial = "2m", redials = 3 }

[[site]]
name = "silent"
count = 6
calls = "never"

[[site]]
name = "depot"
count = 4
flapping = { up = "3h", down = "2h", jitter = "50%", until = "5d" }

[[site.trouble]]
phase = "command"
does = "refuse"
chance = "10%"

[[site]]
name = "office"
count = 5

[[route]]
domain = "branch-{n}.example"
site = "branch"
mode = "held"

[[route]]
domain = "silent-{n}.example"
site = "silent"
mode = "held"

[[route]]
domain = "depot-{n}.example"
site = "depot"
mode = "direct"

[[route]]
domain = "office-{n}.example"
site = "office"
mode = "direct"

[[traffic]]
name = "mail"
from = "sales@office-{n}.example"
to = ["clerk@branch-{n}.example", "clerk@silent-{n}.example", "clerk@depot-{n}.example"]
also = ["archive@office-{n}.example"]
notify = ["success", "failure", "delay"]
priority = { urgent = 1, normal = 8, non-urgent = 1 }
size = "1KiB..64KiB"
poisson = { messages = 1500, until = "6d" }

[expect]
thresholds = ["p90(time_to_terminal) <= 10d", "max(waiting) <= 5000", "mean(attempts) <= 100"]

[report]
csv = "none"
"#;

const BURSTS: &str = "traffic.mail={ name = \"mail\", from = \"sales@office-{n}.example\", \
to = [\"clerk@branch-{n}.example\", \"clerk@silent-{n}.example\", \"clerk@depot-{n}.example\"], \
also = [\"archive@office-{n}.example\"], size = \"2KiB\", \
bursts = { at = [\"1h\", \"2d\", \"130h\"], messages = 20, spacing = \"0s\" } }";

fn scenario(changes: &[&str]) -> Arc<Scenario> {
    let change = |it: &&str| Change::parse(it).expect("a key and a value");
    let changes: Vec<Change> = changes.iter().map(change).collect();
    let scenario = Scenario::read("tests/groups.toml", WORLD.as_bytes(), &changes);
    Arc::new(scenario.unwrap_or_else(|problem| panic!("{problem}")))
}

fn manner(seed: u64) -> Manner {
    Manner::plain(seed, Fidelity::Queue)
}

#[test]
fn a_run_in_groups_leaves_the_record_of_a_run_in_one_piece_whatever_the_groups_and_threads() {
    let going = AtomicBool::new(false);
    for changes in [
        &[][..],
        &["hub.policy=rfc5321"],
        &["traffic.mail.poisson.messages=12000", "site.branch.line.rate=1.2Mbit/s"],
        &["traffic.mail.hold_for=30h"],
        &["traffic.mail.deliver_by={ within = \"30h\", mode = \"return\" }"],
        &["traffic.mail.from=<>"],
        &["report.csv=all", "traffic.mail.hold_for=30h"],
        &["report.csv=failed"],
        // Sessions of several hosts of a group go on at one instant.
        &[
            "traffic.mail.poisson.messages=12000",
            "site.depot.line={ delay = \"150ms\" }",
            "site.office.line={ delay = \"150ms\", rate = \"33.6kbit/s\" }",
            "report.csv=all",
        ],
        // So do peers fall silent.
        &["site.depot.trouble=[{ phase = \"command\", does = \"hang\" }]", "report.csv=all"],
        // All mail comes at the same instants.
        &[BURSTS, "report.csv=all"],
    ] {
        let scenario = scenario(changes);
        let whole = run_whole(&scenario, &manner(3), &going).expect("it can be run");
        assert!(whole.breaches.is_empty() && whole.mail.accepted > 1_000, "{changes:?}");
        for (least_sites, at_once) in [(1, 1), (1, 3), (10, 1), (20, 2)] {
            let groups_at_once = NonZeroUsize::new(at_once).expect("not zero");
            let found =
                run(&scenario, &Manner { groups_at_once, ..manner(3) }, least_sites, &going);
            let found = found.unwrap_or_else(|| panic!("{changes:?} is run in one piece"));
            let case = format!("{changes:?}, {least_sites}, {at_once}");
            assert_eq!(format!("{found:?}"), format!("{whole:?}"), "{case}");
        }
    }
}

#[test]
fn what_concerns_all_hosts_or_is_out_of_the_ordinary_is_run_in_one_piece() {
    let going = AtomicBool::new(false);
    for change in [
        "hub.connections=5",
        "hub.limit_messages=50",
        "hub.connections_per_route=2",
        "hub.persist_delay=1s",
        "ties=shuffled",
        "event=[{ at = \"1d\", crash = { down = \"1h\" } }]",
        "site.branch.says=[\"@example\"]",
        "traffic.mail.from=sales@office-1.example",
        // Every obligation has ended before the horizon.
        "traffic.mail.poisson={ messages = 100, until = \"1d\" }",
    ] {
        let found = run(&scenario(&[change]), &manner(1), 5, &going);
        assert!(found.is_none(), "{change}");
    }
    assert!(run(&scenario(&[]), &manner(1), 5, &going).is_some(), "as it stands it is in groups");
    let stopped = AtomicBool::new(true);
    assert!(run(&scenario(&[]), &manner(1), 5, &stopped).is_none());
    let kept = Manner { draws: Draws::Kept, ..manner(1) };
    assert!(run(&scenario(&[]), &kept, 5, &going).is_none());
}

#[test]
fn a_thousand_hosts_leave_the_same_record_in_groups_as_in_one_piece() {
    let (path, going) = ("scenarios/scale/dialup-1k.toml", AtomicBool::new(false));
    let file = include_bytes!("../../../scenarios/scale/dialup-1k.toml");
    let rows = [Change::parse("report.csv=all").expect("a key and a value")];
    let scenario = Scenario::read(path, file, &rows).unwrap_or_else(|it| panic!("{it}"));
    let scenario = Arc::new(scenario);
    let whole = run_whole(&scenario, &manner(1), &going).expect("it can be run");
    let found = run(&scenario, &manner(1), LEAST_SITES, &going).expect("it is run in groups");
    assert!(whole.rows.len() > 15_000);
    assert_eq!(format!("{found:?}"), format!("{whole:?}"));
}
