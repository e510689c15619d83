//! One figure of one cell in two sets: its means, and what became of it.
//!
//! In: the runs that both sets have of a cell. Out: exact sums, and what the test over seeds says.

use crate::sweep::{Measure, Paired, SeedRun, paired};

/// A figure of one cell in both sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The place of its cell in [`Comparison::cells`](super::Comparison::cells).
    pub cell: usize,
    /// Which figure.
    pub measure: Measure,
    /// Over the seeds at which both have it; where there are none, over those at which A has it.
    pub a: Option<Mean>,
    /// The same of B.
    pub b: Option<Mean>,
    /// What became of it.
    pub change: Change,
    /// The p of its test as it counts among all tests of the comparison; none where it has none.
    pub p_holm: Option<f64>,
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// Neither set has it at any seed.
    Absent,
    /// At some seeds only one of them has it.
    Presence {
        /// Seeds at which only B has it.
        appears: u64,
        /// Seeds at which only A has it.
        vanishes: u64,
    },
    /// Both have it at the same seeds.
    Seen(Paired),
}

/// A mean, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mean {
    /// Of the figures, in the measure's smallest unit.
    pub sum: u128,
    /// How many they are, at least 1.
    pub count: u64,
}

impl Pair {
    /// A figure of these runs, each with its seed; its test is not corrected for others yet.
    pub(super) fn of(
        cell: usize,
        measure: Measure,
        runs: &[(u64, &SeedRun, &SeedRun)],
        alpha: f64,
    ) -> Pair {
        let (mut both, mut only_a, mut only_b) = (Vec::new(), Vec::new(), Vec::new());
        for (_, a, b) in runs {
            match (a.figures.get(measure), b.figures.get(measure)) {
                (Some(a), Some(b)) => both.push((a, b)),
                (Some(a), None) => only_a.push(a),
                (None, Some(b)) => only_b.push(b),
                (None, None) => {}
            }
        }
        let (vanishes, appears) = (only_a.len() as u64, only_b.len() as u64);
        let change = if vanishes + appears > 0 {
            Change::Presence { appears, vanishes }
        } else if both.is_empty() {
            Change::Absent
        } else {
            let difference = |(a, b): &(u64, u64)| i128::from(*b) - i128::from(*a);
            let differences: Vec<i128> = both.iter().map(difference).collect();
            Change::Seen(paired(&differences, alpha))
        };
        if !both.is_empty() {
            (only_a, only_b) = both.into_iter().unzip();
        }
        let (a, b) = (Mean::of(&only_a), Mean::of(&only_b));
        Pair { cell, measure, a, b, change, p_holm: None }
    }

    /// The p of its own test, before it is corrected for others; none where it has none.
    #[must_use]
    pub const fn p(&self) -> Option<f64> {
        match self.change {
            Change::Seen(Paired::Tested(test)) => Some(test.p),
            Change::Seen(Paired::SameInEach) => Some(0.0),
            _ => None,
        }
    }

    /// Both sums and the number of seeds, where both have the figure at the same seeds.
    fn sums(&self) -> Option<(i128, i128, u64)> {
        let (a, b) = (self.a?, self.b?);
        let whole =
            |sum: u128| i128::try_from(sum).expect("a sum of u64 for each of a u64 of seeds");
        (a.count == b.count).then(|| (whole(a.sum), whole(b.sum), a.count))
    }

    /// B less A, in the measure's unit; none where one of them lacks the figure.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        let (a, b, count) = self.sums()?;
        Some((b - a) as f64 / count as f64 / self.measure.least_units() as f64)
    }

    /// The difference as a share of A; none where A is 0 or one of them lacks the figure.
    #[must_use]
    pub fn relative(&self) -> Option<f64> {
        let (a, b, _) = self.sums()?;
        (a != 0).then(|| (b - a) as f64 / a as f64)
    }

    /// The confidence interval of the difference, in the measure's unit, by itself and corrected for
    /// nothing; none where no test was made.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let Change::Seen(Paired::Tested(test)) = self.change else { return None };
        let half = test.half_width / self.measure.least_units() as f64;
        self.difference().map(|middle| (middle - half, middle + half))
    }
}

impl Mean {
    fn of(figures: &[u64]) -> Option<Mean> {
        let sum = figures.iter().map(|figure| u128::from(*figure)).sum();
        (!figures.is_empty()).then_some(Mean { sum, count: figures.len() as u64 })
    }

    /// In the measure's unit.
    #[must_use]
    pub fn value(self, measure: Measure) -> f64 {
        self.sum as f64 / self.count as f64 / measure.least_units() as f64
    }
}
