//! What the README shows works as it is shown.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use restante::base::Rule;
use restante::museum;
use restante::scenario::Scenario;
use restante::trial::{self, Verdict};

const README: &str = include_str!("../README.md");

/// The text of the first block of a language.
fn block(language: &str) -> &'static str {
    let fence = format!("```{language}\n");
    let from = README.find(&fence).expect("a block of the language") + fence.len();
    let length = README[from..].find("```").expect("its end");
    &README[from..from + length]
}

#[test]
fn the_scenario_in_the_readme_can_be_read_and_keeps_its_promise() {
    let bytes = block("toml").as_bytes();
    let scenario = Scenario::read("readme/example.toml", bytes, &[]);
    let scenario = Arc::new(scenario.unwrap_or_else(|problem| panic!("{problem}")));
    let record = trial::run(&scenario, 1, None, &AtomicBool::new(false)).expect("it can be run");
    assert_eq!(record.verdict, Verdict::Passed);
    assert!(record.mail.accepted > 100, "{}", record.mail.accepted);
}

#[test]
fn every_path_in_the_readme_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let links = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let paths: Vec<_> = links.filter(|link| !link.starts_with("http")).collect();
    assert!(paths.len() >= 4, "{paths:?}");
    for path in paths {
        assert!(root.join(path.replace("%40", "@")).exists(), "{path}");
    }
}

#[test]
fn the_exhibit_that_the_readme_reproduces_is_in_the_museum() {
    assert!(README.contains("repro q184051"));
    assert!(museum::find("q184051").is_ok());
}

#[test]
fn the_readme_names_every_rule_that_is_judged() {
    for rule in Rule::ALL {
        let row = format!("| {rule} |");
        assert!(README.contains(&row), "{row}");
    }
}
