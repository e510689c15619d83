//! What moved between two sets of results, by how much, and whether it is more than chance.
//!
//! In: two sets, the measures that are asked for, and alpha. Out: every figure that both have, paired by
//! cell and seed, each with what can be said of its move; and what only one of them has. Sums and
//! differences are exact. Nothing is judged but by [`Comparison::exceeds`], against a limit that is given.

mod matching;
mod pair;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;

use super::{Measure, Paired, ResultCell, ResultSet, SeedRun, holm};
use matching::{matched, order_of, reordered};

pub use pair::{Change, Mean, Pair};

/// Two sets of results, A and B, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What tells cells apart in A.
    pub axes: Vec<String>,
    /// The cells that both have with at least one seed, in the order of A.
    pub cells: Vec<PairedCell>,
    /// One for each of these and each measure, cell by cell.
    pub pairs: Vec<Pair>,
    /// What only A has.
    pub only_in_a: Only,
    /// What only B has.
    pub only_in_b: Only,
    /// The greatest probability with which chance alone moves anything that is called moved.
    pub alpha: f64,
}

/// A cell that both sets have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairedCell {
    /// Its values on the axes of A.
    pub values: Vec<String>,
    /// Its values in B, where they are others on the same axes.
    pub values_in_b: Option<Vec<String>>,
    /// Seeds that both have.
    pub seeds: u64,
    /// Seeds whose verdict is another one, in order.
    pub verdicts: Vec<VerdictChange>,
    /// Seeds with more mail stranded in B than in A.
    pub newly_stranded: Vec<u64>,
}

/// A run whose verdict is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictChange {
    /// Its seed.
    pub seed: u64,
    /// The verdict in A.
    pub a: String,
    /// The verdict in B.
    pub b: String,
}

/// What only one of two sets has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// The values of its cells that the other lacks, on its own axes.
    pub cells: Vec<Vec<String>>,
    /// Runs of cells that both have: the cell's values, and the seed that the other lacks there.
    pub runs: Vec<(Vec<String>, u64)>,
    /// Measures of which the other has no column.
    pub measures: Vec<Measure>,
}

/// How much a figure may move, in millionths of a percent of what it is in A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub u64);

/// Two sets that have nothing to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NothingInCommon {
    /// No cell of A is in B.
    Cells,
    /// Cells, and no seed in any of them.
    Seeds,
    /// None of the measures that are asked for.
    Measures,
}

impl fmt::Display for NothingInCommon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NothingInCommon::Cells => "no cell stands in both",
            NothingInCommon::Seeds => "their cells have no seed in common",
            NothingInCommon::Measures => "not both have figures of what was asked for",
        })
    }
}

impl Error for NothingInCommon {}

impl Comparison {
    /// Compares B with A in these measures, or in all where none is named; `alpha` is between 0 and 1.
    ///
    /// # Errors
    /// Where they have nothing in common.
    pub fn of(
        a: &ResultSet,
        b: &ResultSet,
        measures: &[Measure],
        alpha: f64,
    ) -> Result<Comparison, NothingInCommon> {
        let asked = |measure: &&Measure| measures.is_empty() || measures.contains(measure);
        let [in_a, in_b] = [a, b]
            .map(|set| -> Vec<Measure> { set.measures.iter().filter(asked).copied().collect() });
        let without = |these: &[Measure], others: &[Measure]| -> Vec<Measure> {
            these.iter().filter(|measure| !others.contains(measure)).copied().collect()
        };
        let mut comparison = Comparison {
            axes: a.axes.clone(),
            cells: Vec::new(),
            pairs: Vec::new(),
            only_in_a: Only { measures: without(&in_a, &in_b), ..Only::default() },
            only_in_b: Only { measures: without(&in_b, &in_a), ..Only::default() },
            alpha,
        };
        let shared = without(&in_a, &comparison.only_in_a.measures);
        if shared.is_empty() {
            return Err(NothingInCommon::Measures);
        }
        let matched = matched(a, b);
        if matched.is_empty() {
            return Err(NothingInCommon::Cells);
        }
        for (at_a, at_b) in &matched {
            comparison.add(&a.cells[*at_a], b, &b.cells[*at_b], &shared);
        }
        if comparison.cells.is_empty() {
            return Err(NothingInCommon::Seeds);
        }
        let left = |set: &ResultSet, there: &dyn Fn(usize) -> bool| -> Vec<Vec<String>> {
            let left = (0..set.cells.len()).filter(|place| !there(*place));
            left.map(|place| set.cells[place].values.clone()).collect()
        };
        let (in_a, in_b): (Vec<usize>, Vec<usize>) = matched.into_iter().unzip();
        let in_b = BTreeSet::from_iter(in_b);
        comparison.only_in_a.cells = left(a, &|place| in_a.binary_search(&place).is_ok());
        comparison.only_in_b.cells = left(b, &|place| in_b.contains(&place));
        comparison.correct();
        Ok(comparison)
    }

    /// Adds what two cells have in common, and what they have not.
    fn add(&mut self, a: &ResultCell, set_b: &ResultSet, b: &ResultCell, measures: &[Measure]) {
        let lacking = |one: &ResultCell, other: &ResultCell| -> Vec<(Vec<String>, u64)> {
            let seeds = one.runs.keys().filter(|seed| !other.runs.contains_key(seed));
            seeds.map(|seed| (one.values.clone(), *seed)).collect()
        };
        self.only_in_a.runs.extend(lacking(a, b));
        self.only_in_b.runs.extend(lacking(b, a));
        let runs: Vec<(u64, &SeedRun, &SeedRun)> =
            a.runs.iter().filter_map(|(seed, run)| Some((*seed, run, b.runs.get(seed)?))).collect();
        if runs.is_empty() {
            return;
        }
        let cell = self.cells.len();
        let there = order_of(&self.axes, &set_b.axes).map(|order| reordered(&b.values, &order));
        self.cells.push(PairedCell {
            values: a.values.clone(),
            values_in_b: there.filter(|values| *values != a.values),
            seeds: runs.len() as u64,
            verdicts: runs.iter().filter_map(VerdictChange::of).collect(),
            newly_stranded: runs.iter().filter(|run| is_newly_stranded(run)).map(|r| r.0).collect(),
        });
        let pair = |measure: &Measure| Pair::of(cell, *measure, &runs, self.alpha);
        self.pairs.extend(measures.iter().map(pair));
    }

    /// Corrects every test for all the others.
    fn correct(&mut self) {
        let tests: Vec<(usize, f64)> = self
            .pairs
            .iter()
            .enumerate()
            .filter_map(|(place, pair)| Some((place, pair.p()?)))
            .collect();
        let ps: Vec<f64> = tests.iter().map(|(_, p)| *p).collect();
        for ((place, _), p) in tests.into_iter().zip(holm(&ps)) {
            self.pairs[place].p_holm = Some(p);
        }
    }

    /// Whether a figure moved by more than chance: a test says so, or there is no chance in it, since it
    /// moved by the same with each seed or there is but one. A figure that appears or vanishes moved.
    #[must_use]
    pub fn has_moved(&self, pair: &Pair) -> bool {
        match pair.change {
            Change::Absent | Change::Seen(Paired::Same) => false,
            Change::Presence { .. } | Change::Seen(Paired::OneSeed) => true,
            Change::Seen(Paired::SameInEach | Paired::Tested(_)) => {
                pair.p_holm.is_some_and(|p| p <= self.alpha)
            }
        }
    }

    /// Whether a figure moved by more than the limit, and by more than chance. One that appears, vanishes,
    /// or was 0 does in any case.
    #[must_use]
    pub fn exceeds(&self, pair: &Pair, Limit(limit): Limit) -> bool {
        const WHOLE: u128 = 100_000_000;
        self.has_moved(pair)
            && match (pair.change, pair.a, pair.b) {
                (Change::Seen(_), Some(a), Some(b)) => {
                    b.sum.abs_diff(a.sum) * WHOLE > a.sum * u128::from(limit)
                }
                _ => true,
            }
    }

    /// The figures that moved, then those that differ by no more than chance; of each the largest move
    /// first: figures that appear or vanish, then by the difference relative to A.
    #[must_use]
    pub fn ranked(&self) -> Vec<&Pair> {
        let differs =
            |pair: &&Pair| !matches!(pair.change, Change::Absent | Change::Seen(Paired::Same));
        let mut pairs: Vec<&Pair> = self.pairs.iter().filter(differs).collect();
        let size = |pair: &Pair| match pair.change {
            Change::Presence { .. } => f64::INFINITY,
            _ => pair.relative().map_or(f64::MAX, f64::abs),
        };
        pairs.sort_by(|one, other| {
            let moved = self.has_moved(other).cmp(&self.has_moved(one));
            moved.then_with(|| size(other).total_cmp(&size(one)))
        });
        pairs
    }
}

impl VerdictChange {
    fn of((seed, a, b): &(u64, &SeedRun, &SeedRun)) -> Option<VerdictChange> {
        let changed = || VerdictChange { seed: *seed, a: a.verdict.clone(), b: b.verdict.clone() };
        (a.verdict != b.verdict).then(changed)
    }

    /// Whether it passed and does not any more, or is broken and was not.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.a == "passed" || self.b == "broken"
    }
}

fn is_newly_stranded((_, a, b): &(u64, &SeedRun, &SeedRun)) -> bool {
    b.figures.get(Measure::Stranded) > a.figures.get(Measure::Stranded)
        && b.figures.get(Measure::Stranded) != Some(0)
}
