//! The scenarios of the suite: each is read, says what it is there for, and keeps its promise.

mod suite;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use restante::base::Kind;
use restante::museum::{self, EXHIBITS};
use restante::scenario::Scenario;
use restante::trial::{self, Outcome, RunRecord, Verdict};
use suite::{files, read, root};

#[test]
fn every_scenario_promises_one_thing_and_is_held_to_it() {
    let files = files();
    assert!(files.len() >= 17, "{} scenarios", files.len());
    let mut titles = BTreeSet::new();
    for scenario in files.iter().map(|file| read(file)) {
        assert!(titles.insert(scenario.title.clone()), "two scenarios called {}", scenario.title);
        let is_held_to_something =
            !scenario.expect.counts.is_empty() || scenario.expect.caught.is_some();
        assert!(is_held_to_something || scenario.name.starts_with("scale/"), "{}", scenario.name);
    }
}

#[test]
fn what_is_too_large_for_the_suite_is_a_scenario_still() {
    let scenario = read(&root().join("benches/workloads/hundred-thousand.toml"));
    assert_eq!(scenario.sources.len(), 100_000);
}

#[test]
fn every_scenario_keeps_its_promise_with_each_of_its_seeds() {
    for scenario in files().iter().map(|file| Arc::new(read(file))) {
        let caught = scenario.expect.caught.as_ref();
        let exhibit = caught.map(|(name, _)| museum::find(name).expect("an exhibit"));
        for &seed in &scenario.seeds {
            let run = trial::run(&scenario, seed, exhibit, &AtomicBool::new(false));
            let run = run.expect("a scenario that can be run");
            let (name, breaches) = (&scenario.name, &run.breaches);
            assert_eq!(run.verdict, Verdict::Passed, "{name} seed {seed} {breaches:?}");
        }
    }
}

#[test]
fn every_exhibit_has_a_scenario_that_names_it_and_its_rule_and_that_production_passes() {
    for exhibit in EXHIBITS {
        let scenario = Arc::new(read(&root().join(exhibit.scenario.path)));
        let (name, rule) = scenario.expect.caught.as_ref().expect("a scenario of the museum");
        let found = museum::find(name).expect("an exhibit");
        assert_eq!((found.id, *rule), (exhibit.id, exhibit.rule));
        for &seed in &scenario.seeds {
            let run = trial::run(&scenario, seed, None, &AtomicBool::new(false));
            assert_eq!(run.expect("runs").breaches, [], "{}", exhibit.id);
        }
    }
}

/// Runs a text, with a bug put back or without.
fn run_text(text: &str, exhibit: Option<&str>) -> RunRecord {
    let scenario = Scenario::read("inline.toml", text.as_bytes(), &[]);
    let scenario = Arc::new(scenario.unwrap_or_else(|problem| panic!("{problem}")));
    let exhibit = exhibit.map(|name| museum::find(name).expect("an exhibit"));
    trial::run(&scenario, 1, exhibit, &AtomicBool::new(false)).expect("a scenario that can be run")
}

#[test]
fn every_exhibit_can_be_put_into_a_scenario_with_one_route() {
    let text = r#"
        title = "One route"
        why = "An exhibit must not take more for granted than every scenario has."
        site = [{ name = "branch", calls = { at = ["1h", "49h"] } }]
        route = [{ domain = "branch.example", site = "branch", mode = "held" }]
        traffic = [{ name = "orders", from = "<>", to = "clerk@branch.example", at = ["0s", "2h"] }]
    "#;
    for exhibit in EXHIBITS {
        assert_eq!(run_text(text, Some(exhibit.id)).mail.accepted, 2, "{}", exhibit.id);
    }
}

#[test]
fn a_run_goes_on_while_a_message_is_open_whatever_ended_twice() {
    let answered = std::fs::read_to_string(root().join("scenarios/museum/rfc1047-final-dot.toml"));
    let answered = answered.expect("a scenario of the suite");
    let (world, _) = answered.split_once("[expect]").expect("it is held to something");
    let text = format!(
        "{world}
        [[site]]
        name = \"depot\"
        calls = \"never\"
        [[route]]
        domain = \"depot.example\"
        site = \"depot\"
        mode = \"held\"
        [[traffic]]
        name = \"letters\"
        from = \"sales@office.example\"
        to = \"clerk@depot.example\"
        priority = \"non-urgent\"
        at = [\"0s\"]"
    );
    let run = run_text(&text, Some("rfc1047-final-dot"));
    assert_eq!((run.mail.of(Outcome::Delivered), run.mail.of(Outcome::Ndr)), (1, 1));
    assert_eq!((run.mail.of(Outcome::Open), run.reports.of(Outcome::Delivered)), (0, 1));
}

#[test]
fn connections_that_take_turns_on_a_slow_line_are_not_taken_for_dead() {
    let run = run_text(
        r#"
        title = "Four connections on one modem"
        why = "Each hears of its turn long before the three minutes of RFC 5321 4.5.3.2.5 are over."
        hub = { connections_per_route = 4 }
        site = [{ name = "branch", calls = { at = ["1h"] }, line = { rate = "8kbit/s" } }]
        route = [
            { domain = "branch.example", site = "branch", mode = "held" },
            { domain = "office.example", mode = "direct" },
        ]
        [[traffic]]
        name = "orders"
        from = "sales@office.example"
        to = "clerk@branch.example"
        size = "300kB"
        at = ["0s", "0s", "0s", "0s"]
        "#,
        None,
    );
    assert_eq!(run.mail.of(Outcome::Delivered), 4);
    assert_eq!((run.sites[0].connections, run.sites[0].failed_connections), (4, 0));
}

#[test]
fn what_is_counted_of_a_run_is_what_its_rows_add_up_to() {
    for name in ["basic/report-to-nobody", "etrn/calls-every-third-day", "line/cut-in-the-middle"] {
        let scenario = Arc::new(read(&root().join(format!("scenarios/{name}.toml"))));
        let run = trial::run(&scenario, scenario.seeds[0], None, &AtomicBool::new(false));
        let run = run.expect("a scenario that can be run");
        let (mut delivered_bytes, mut delivered, mut failed) = (0, 0, 0);
        for row in run.rows.iter() {
            let mail = u64::from(row.message.kind() == Kind::Mail);
            match row.outcome {
                Outcome::Delivered => {
                    delivered_bytes += u64::from(row.size_bytes);
                    delivered += mail;
                }
                Outcome::Ndr | Outcome::DeadLetter => failed += mail,
                _ => {}
            }
        }
        let of_sites: u64 = run.sites.iter().map(|site| site.delivered_bytes).sum();
        assert_eq!(of_sites, delivered_bytes, "{name}");
        assert_eq!(run.time_to_delivery.count(), delivered, "{name}");
        assert_eq!(run.time_to_return.count(), failed, "{name}");
    }
}

#[test]
fn a_run_can_be_stopped_whatever_number_of_inputs_comes_at_a_time() {
    // One message, then two ETRN a call: the number of inputs is odd for two days.
    let text = r#"
        title = "Calls for two domains each second"
        why = "An interrupt is looked for by turns."
        site = [{ name = "branch", calls = { every = "1s" } }, { name = "depot", calls = "never" }]
        route = [
            { domain = "one.example", site = "branch", mode = "held" },
            { domain = "two.example", site = "branch", mode = "held" },
            { domain = "depot.example", site = "depot", mode = "held" },
        ]
        traffic = [{ name = "orders", from = "<>", to = "clerk@depot.example", at = ["0s"] }]
    "#;
    let scenario = Arc::new(Scenario::read("inline.toml", text.as_bytes(), &[]).expect("valid"));
    let run = trial::run(&scenario, 1, None, &AtomicBool::new(true)).expect("it can be run");
    assert_eq!(run.verdict, Verdict::Interrupted);
}
