//! What moved between two sets of results, by how much, and whether it is more than chance.
//!
//! In: two sets, the measures that are asked for, and alpha. Out: every figure that both have, paired by
//! cell and seed, each with what can be said of its move; and what only one of them has. Sums and
//! differences are exact. Nothing is judged but by [`Comparison::exceeds`], against a limit that is given.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

use super::{Cell, Measure, Origin, Paired, ResultSet, SeedRun, holm, paired};

/// Two sets of results, A and B, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Where A comes from.
    pub origin: Origin,
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

/// A figure of one cell in both sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The place of its cell in [`Comparison::cells`].
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
            origin: a.origin,
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
    fn add(&mut self, a: &Cell, set_b: &ResultSet, b: &Cell, measures: &[Measure]) {
        let lacking = |one: &Cell, other: &Cell| -> Vec<(Vec<String>, u64)> {
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

impl Pair {
    fn of(cell: usize, measure: Measure, runs: &[(u64, &SeedRun, &SeedRun)], alpha: f64) -> Pair {
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

/// The places of cells that are the same in both: two runs by themselves; else those with the same values
/// on the same axes; of what is left, those with the same hash.
fn matched(a: &ResultSet, b: &ResultSet) -> Vec<(usize, usize)> {
    if (a.origin, b.origin) == (Origin::Run, Origin::Run) {
        return vec![(0, 0)];
    }
    let mut free: Vec<bool> = vec![true; b.cells.len()];
    let mut found: Vec<Option<usize>> = vec![None; a.cells.len()];
    if let Some(order) = order_of(&a.axes, &b.axes) {
        let places = b.cells.iter().enumerate();
        let places: BTreeMap<Vec<String>, usize> =
            places.map(|(place, cell)| (reordered(&cell.values, &order), place)).collect();
        for (cell, found) in a.cells.iter().zip(&mut found) {
            *found = places.get(&cell.values).copied();
            found.iter().for_each(|place| free[*place] = false);
        }
    }
    let mut by_hash: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, cell) in b.cells.iter().enumerate().rev() {
        if free[place] && !cell.hash.is_empty() {
            by_hash.entry(&cell.hash).or_default().push(place);
        }
    }
    for (cell, found) in a.cells.iter().zip(&mut found) {
        if found.is_none() {
            *found = by_hash.get_mut(cell.hash.as_str()).and_then(Vec::pop);
        }
    }
    found.into_iter().enumerate().filter_map(|(place, found)| Some((place, found?))).collect()
}

/// Where each of `axes` stands among `others`; none where they are not the same axes.
fn order_of(axes: &[String], others: &[String]) -> Option<Vec<usize>> {
    let place = |axis: &String| others.iter().position(|other| other == axis);
    let order: Option<Vec<usize>> = axes.iter().map(place).collect();
    order.filter(|_| axes.len() == others.len())
}

fn reordered(values: &[String], order: &[usize]) -> Vec<String> {
    order.iter().map(|place| values[*place].clone()).collect()
}

#[cfg(test)]
mod tests;
