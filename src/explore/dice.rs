//! Chance, for scenarios: numbers, times and choices from one seed.
//!
//! Times are whole minutes, and now and then a microsecond to either side: events that fall together,
//! or just not, are what brings faults out.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seed's stream of draws.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Heads or tails.
    pub(super) fn heads(&mut self) -> bool {
        self.0.random_range(0..2) == 0
    }

    /// A whole number from `least` up to and with `most`.
    pub(super) fn number(&mut self, least: u64, most: u64) -> u64 {
        self.0.random_range(least..=most)
    }

    /// One of several.
    pub(super) fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.0.random_range(0..choices.len())]
    }

    /// Some of several, in their order; at least one.
    pub(super) fn some_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> Vec<&'a T> {
        let kept: Vec<&T> = choices.iter().copied().filter(|_| self.heads()).collect();
        if kept.is_empty() { vec![self.one_of(choices)] } else { kept }
    }

    /// A length of so many minutes: `90m`.
    pub(super) fn minutes(&mut self, least: u64, most: u64) -> String {
        format!("{}m", self.number(least, most))
    }

    /// A share: `25%`.
    pub(super) fn percent(&mut self, most: u64) -> String {
        format!("{}%", self.number(1, most))
    }

    /// The minute `minute` after the start, or a microsecond before or after it.
    pub(super) fn about(&mut self, minute: u64) -> String {
        match self.number(0, 7) {
            0 if minute > 0 => format!("{minute}m - 1us"),
            1 => format!("{minute}m + 1us"),
            _ => format!("{minute}m"),
        }
    }

    /// A point in time up to so many minutes after the start.
    pub(super) fn moment(&mut self, most: u64) -> String {
        let minute = self.number(0, most);
        self.about(minute)
    }

    /// Several points in time, each later than the one before.
    pub(super) fn moments(&mut self, count: u64, most: u64) -> Vec<String> {
        let share = (most / count.max(1)).max(2);
        let minutes = (0..count).map(|step| step * share + self.number(1, share - 1));
        let minutes: Vec<u64> = minutes.collect();
        minutes.into_iter().map(|minute| self.about(minute)).collect()
    }
}
