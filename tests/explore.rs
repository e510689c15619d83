//! Random scenarios: what is drawn is valid and varied and breaks no rule, and what fails gets smaller.

#![cfg(feature = "lab")]

use std::sync::atomic::AtomicBool;

use restante::explore::{self, Failure, Feature, Finding};
use restante::scenario::Scenario;

#[test]
fn every_draw_is_a_scenario_and_has_each_feature_in_about_half() {
    const DRAWS: u64 = 2_000;
    let samples: Vec<_> = (0..DRAWS).map(explore::draw).collect();
    for sample in &samples {
        let read = Scenario::read("drawn.toml", sample.text.as_bytes(), &[]);
        assert!(read.is_ok(), "seed {}: {}\n{}", sample.seed, read.unwrap_err(), sample.text);
    }
    for feature in Feature::ALL {
        let count = samples.iter().filter(|sample| sample.features.has(*feature)).count() as u64;
        let share = DRAWS * 2 / 5..=DRAWS * 3 / 5;
        assert!(share.contains(&count), "{}: {count} of {DRAWS}", feature.name());
    }
}

#[test]
fn random_scenarios_break_no_rule() {
    let stop = AtomicBool::new(false);
    for seed in 1..=300 {
        let finding = explore::probe(&explore::draw(seed).text, seed, &stop);
        assert_eq!(finding, Finding::Passed, "seed {seed}");
    }
}

#[test]
fn what_fails_is_made_smaller_and_fails_as_before_with_its_own_seed() {
    // No drawn scenario fails, so one is spoilt: in its first line, so that the complaint stays there.
    let stop = AtomicBool::new(false);
    let seed = 3;
    let spoilt = format!("tise = \"fixed\"\n{}", explore::draw(seed).text);
    let Finding::Failed(failure @ Failure::Invalid(_)) = explore::probe(&spoilt, seed, &stop)
    else {
        panic!("seed {seed}: a key that there is not is a fault");
    };
    let smallest = explore::shrink(&spoilt, seed, &failure, &stop);
    assert_eq!(explore::probe(&smallest, seed, &stop), Finding::Failed(failure), "{smallest}");
    let lines: Vec<&str> = smallest.lines().collect();
    assert!(lines.len() * 2 < spoilt.lines().count(), "seed {seed}: {smallest}");
    assert!(lines.contains(&format!("seeds = [{seed}]").as_str()), "{smallest}");
    assert!(!smallest.contains("[[event]]"), "seed {seed}: {smallest}");
}
