//! What moved between two sets of results, shown: text, CSV, JSON, a chart.
//!
//! In: a comparison, the two sets, and the limit that nothing may exceed. Out: files as [`Artifact`]s and
//! text. Nothing is tested or judged here.

mod files;
mod number;
#[cfg(test)]
pub(super) mod sample;
mod text;

use super::{Artifact, Pictures, ReportError, chart, draw};
use crate::sweep::{Change, Comparison, Limit, Measure, Origin, Pair, Paired, ResultSet};

pub use files::json;
pub use text::{failures, text};

pub(super) use number::{figure, percent, share};

/// A comparison with what there is to say of it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What moved.
    pub comparison: &'a Comparison,
    /// What it is compared with.
    pub a: Side<'a>,
    /// What is compared.
    pub b: Side<'a>,
    /// How much a figure may move; none where it may as it likes.
    pub limit: Option<Limit>,
    /// The most figures that the table and the chart show.
    pub top: usize,
}

/// One of the two sets.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// As the user names it.
    pub name: &'a str,
    /// What is in it.
    pub set: &'a ResultSet,
}

/// How many figures came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// That at least one of the sets has.
    pub(super) figures: u64,
    /// That moved by more than chance.
    pub(super) moved: u64,
    /// That differ by no more than chance.
    pub(super) by_chance: u64,
    /// That were tested.
    pub(super) tests: u64,
    /// That exceed the limit.
    pub(super) exceeding: u64,
    /// Runs with another verdict.
    pub(super) verdicts: u64,
    /// Of these, runs that passed and do not any more, or are broken and were not.
    pub(super) worse: u64,
    /// Runs in which more mail is stranded.
    pub(super) stranding: u64,
    /// Cells that only A has.
    pub(super) cells_only_in_a: u64,
    /// Runs that only A has, of cells that both have.
    pub(super) runs_only_in_a: u64,
}

impl Counts {
    /// Those that are the same with every seed.
    pub(super) const fn same(&self) -> u64 {
        self.figures - self.moved - self.by_chance
    }
}

impl Shown<'_> {
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for pair in &self.comparison.pairs {
            let differs = !matches!(pair.change, Change::Absent | Change::Seen(Paired::Same));
            let moved = self.comparison.has_moved(pair);
            counts.figures += u64::from(pair.change != Change::Absent);
            counts.moved += u64::from(moved);
            counts.by_chance += u64::from(differs && !moved);
            counts.tests += u64::from(pair.p_holm.is_some());
            counts.exceeding += u64::from(self.exceeds(pair));
        }
        for cell in &self.comparison.cells {
            counts.verdicts += cell.verdicts.len() as u64;
            counts.worse += cell.verdicts.iter().filter(|change| change.is_worse()).count() as u64;
            counts.stranding += cell.newly_stranded.len() as u64;
        }
        counts.cells_only_in_a = self.comparison.only_in_a.cells.len() as u64;
        counts.runs_only_in_a = self.comparison.only_in_a.runs.len() as u64;
        counts
    }

    /// Whether a figure moved by more than it may.
    pub(super) fn exceeds(&self, pair: &Pair) -> bool {
        self.limit.is_some_and(|limit| self.comparison.exceeds(pair, limit))
    }

    /// Whether B passes: a limit was given and nothing exceeds it, no verdict is worse and no more mail is
    /// stranded; or none was given.
    #[must_use]
    pub fn is_within_limit(&self) -> bool {
        let Counts { exceeding, worse, stranding, .. } = self.counts();
        self.limit.is_none() || exceeding + worse + stranding == 0
    }

    /// The name of the cell at this place of the comparison, with that in B where it is another.
    pub(super) fn cell(&self, place: usize) -> String {
        let cell = &self.comparison.cells[place];
        let name = |values: &[String]| label(self.a.set, values);
        match &cell.values_in_b {
            Some(values) => format!("{} against {}", name(values), name(&cell.values)),
            None => name(&cell.values),
        }
    }
}

/// The name of a cell: `interval=1h timeout=48h`, or `basic/never-calls@exhibit~hub`.
pub(super) fn label(set: &ResultSet, values: &[String]) -> String {
    match (set.origin, values) {
        (Origin::Suite | Origin::Run, [scenario, exhibit, fidelity]) => {
            let mut label = scenario.clone();
            if !exhibit.is_empty() {
                label.push_str(&format!("@{exhibit}"));
            }
            if fidelity != "queue" {
                label.push_str(&format!("~{fidelity}"));
            }
            label
        }
        (_, []) => "the one cell".to_owned(),
        _ => {
            let pairs = set.axes.iter().zip(values).map(|(axis, value)| format!("{axis}={value}"));
            pairs.collect::<Vec<_>>().join(" ")
        }
    }
}

/// The words of a measure with its unit: `time to drain (s)`.
pub(super) fn measured(measure: Measure) -> String {
    match measure.unit() {
        "" => measure.title().to_owned(),
        unit => format!("{} ({unit})", measure.title()),
    }
}

/// The files of a comparison, below `compare/`: `comparison.csv` with every figure, and the chart of those
/// that moved most.
///
/// # Errors
/// Where the chart cannot be drawn.
pub fn artifacts(shown: &Shown<'_>, pictures: Pictures) -> Result<Vec<Artifact>, ReportError> {
    let csv = Artifact { path: "compare/comparison.csv".to_owned(), bytes: files::csv(shown) };
    let mut artifacts = vec![csv];
    draw("compare/comparison", &chart::forest(shown), pictures, &mut artifacts)?;
    Ok(artifacts)
}
