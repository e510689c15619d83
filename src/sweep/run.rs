//! What is kept of one run of a sweep.

use super::measure::Figures;
use crate::trial::{RunRecord, Verdict};

/// One run: a cell with a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The seed.
    pub seed: u64,
    /// Whether it was as it should be.
    pub judgement: Judgement,
    /// Its figures.
    pub figures: Figures,
}

/// The verdict on a run that was made to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judgement {
    /// Nothing was broken, and every count and threshold that was judged held.
    Passed,
    /// A count or a threshold was missed.
    Missed,
    /// A bug was not caught by its rule.
    NotCaught,
    /// An invariant was broken.
    Broken,
}

impl Judgement {
    /// Every verdict, the best first.
    pub const ALL: [Judgement; 4] =
        [Judgement::Passed, Judgement::Missed, Judgement::NotCaught, Judgement::Broken];

    /// The word in results: that of the reports of `run`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Judgement::Passed => "passed",
            Judgement::Missed => "missed",
            Judgement::NotCaught => "not-caught",
            Judgement::Broken => "broken",
        }
    }

    /// The verdict with this name.
    #[must_use]
    pub fn called(name: &str) -> Option<Judgement> {
        Judgement::ALL.into_iter().find(|judgement| judgement.name() == name)
    }
}

impl Run {
    /// What is kept of a run; none of one that was interrupted.
    #[must_use]
    pub fn of(record: &RunRecord) -> Option<Run> {
        let judgement = match record.verdict {
            Verdict::Passed => Judgement::Passed,
            Verdict::Missed(_) => Judgement::Missed,
            Verdict::NotCaught { .. } => Judgement::NotCaught,
            Verdict::Broken => Judgement::Broken,
            Verdict::Interrupted => return None,
        };
        Some(Run { seed: record.seed, judgement, figures: Figures::of(record) })
    }
}
