//! Random scenarios, to find the invariant that nobody thought of.
//!
//! In: a seed. Out: the text of a scenario that is valid by construction, and what it has; and, for a
//! scenario that is not passed, a smaller one that fails in the same way. It runs trials and opens no
//! file.

mod dice;
mod draft;
mod feature;
mod hosts;
mod hub;
mod mail;
mod probe;
mod shrink;

pub use feature::{Feature, Features};
pub use probe::{Failure, Finding, probe};
pub use shrink::shrink;

use dice::Dice;
use draft::Draft;

/// A scenario that was drawn.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The seed that it was drawn with, and is run with.
    pub seed: u64,
    /// What it has.
    pub features: Features,
    /// Its text.
    pub text: String,
}

/// Draws the scenario of a seed.
#[must_use]
pub fn draw(seed: u64) -> Sample {
    let mut dice = Dice::new(seed);
    let features = Features::drawn(&mut dice);
    let mut draft = Draft::new(features);
    draft.line(&format!("title = \"random scenario {seed}\""));
    draft.text("why", "whatever befalls a hub, every message ends in time");
    draft.line(&format!("seeds = [{seed}]"));
    if draft.has(Feature::Shuffled) {
        draft.text("ties", "shuffled");
    }
    draft.text("report.csv", "none");
    draft.text("report.sample_interval", "1d");
    hub::add(&mut draft, &mut dice);
    hosts::add(&mut draft, &mut dice);
    mail::add(&mut draft, &mut dice);
    hub::add_events(&mut draft, &mut dice);
    let Draft { features, text, .. } = draft;
    Sample { seed, features, text }
}
