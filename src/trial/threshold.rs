//! What a scenario's thresholds are held against: every figure that they ask for, kept whole.
//!
//! In: figures as they come about. Out: a [`Reading`] for each threshold, exact whatever the number of
//! figures: the nearest rank for a percentile, whole numbers throughout. It costs eight bytes for each
//! figure that a threshold asks for, and nothing where none does.

use crate::scenario::{Metric, Relation, Statistic, Threshold};

/// A threshold and what came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What was asked for.
    pub threshold: Threshold,
    /// The statistic, in the metric's unit; none where there was nothing to take it of.
    pub seen: Option<u64>,
}

impl Reading {
    /// Whether what came out is within the bound. A statistic of nothing is not.
    #[must_use]
    pub fn holds(&self) -> bool {
        let bound = self.threshold.bound;
        self.seen.is_some_and(|seen| match self.threshold.relation {
            Relation::Less => seen < bound,
            Relation::AtMost => seen <= bound,
            Relation::Equal => seen == bound,
            Relation::AtLeast => seen >= bound,
            Relation::Greater => seen > bound,
        })
    }
}

/// The figures that some threshold asks for.
#[derive(Clone)]
pub(super) struct Figures(Vec<(Metric, Vec<u64>)>);

impl Figures {
    /// Room for what these thresholds ask for.
    pub(super) fn new(thresholds: &[Threshold]) -> Figures {
        let mut figures: Vec<(Metric, Vec<u64>)> = Vec::new();
        for threshold in thresholds {
            if figures.iter().all(|(metric, _)| *metric != threshold.metric) {
                figures.push((threshold.metric, Vec::new()));
            }
        }
        Figures(figures)
    }

    /// Adds a figure, if some threshold asks for its metric.
    #[inline(always)]
    pub(super) fn add(&mut self, metric: Metric, figure: u64) {
        if !self.0.is_empty() {
            self.add_asked(metric, figure);
        }
    }

    #[inline(never)]
    fn add_asked(&mut self, metric: Metric, figure: u64) {
        if let Some((_, figures)) = self.0.iter_mut().find(|(asked, _)| *asked == metric) {
            figures.push(figure);
        }
    }

    /// Adds what was kept of another part of the run, for the same thresholds.
    pub(super) fn append(&mut self, part: Figures) {
        for ((_, figures), (_, others)) in self.0.iter_mut().zip(part.0) {
            figures.extend(others);
        }
    }

    /// What came out for each of the thresholds that these figures were kept for.
    pub(super) fn readings(&mut self, thresholds: &[Threshold]) -> Vec<Reading> {
        for (_, figures) in &mut self.0 {
            figures.sort_unstable();
        }
        let reading = |threshold: &Threshold| {
            let figures = self.0.iter().find(|(metric, _)| *metric == threshold.metric);
            let seen = figures.and_then(|(_, sorted)| statistic(threshold.statistic, sorted));
            Reading { threshold: threshold.clone(), seen }
        };
        thresholds.iter().map(reading).collect()
    }
}

/// A statistic of figures in order; none of no figures.
fn statistic(statistic: Statistic, sorted: &[u64]) -> Option<u64> {
    match statistic {
        Statistic::Min => sorted.first().copied(),
        Statistic::Max => sorted.last().copied(),
        Statistic::Mean => {
            let sum: u128 = sorted.iter().map(|figure| u128::from(*figure)).sum();
            let mean = sum.checked_div(sorted.len() as u128)?;
            Some(u64::try_from(mean).expect("a mean is no larger than the largest figure"))
        }
        Statistic::Percentile(hundredths) => {
            let rank = (sorted.len() as u128 * u128::from(hundredths)).div_ceil(10_000).max(1);
            sorted.get(usize::try_from(rank - 1).unwrap_or(usize::MAX)).copied()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statistic_is_a_whole_number_and_a_percentile_the_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        let percentile = Statistic::Percentile;
        for (asked, figures, seen) in [
            (Statistic::Min, [3, 4, 8].as_slice(), Some(3)),
            (Statistic::Max, &[3, 4, 8], Some(8)),
            (Statistic::Mean, &[3, 4, 8], Some(5)),
            (Statistic::Mean, &[3, 4, 7], Some(4)),
            (Statistic::Mean, &[u64::MAX, u64::MAX], Some(u64::MAX)),
            (percentile(0), &[3, 4, 8], Some(3)),
            (percentile(3_333), &[3, 4, 8], Some(3)),
            (percentile(3_334), &[3, 4, 8], Some(4)),
            (percentile(10_000), &[3, 4, 8], Some(8)),
            (percentile(9_900), &hundred, Some(99)),
            (percentile(9_901), &hundred, Some(100)),
            (Statistic::Min, &[], None),
            (Statistic::Max, &[], None),
            (Statistic::Mean, &[], None),
            (percentile(9_900), &[], None),
        ] {
            assert_eq!(statistic(asked, figures), seen, "{asked:?} {figures:?}");
        }
    }

    fn threshold(metric: Metric, relation: Relation, bound: u64) -> Threshold {
        Threshold { text: String::new(), statistic: Statistic::Max, metric, relation, bound }
    }

    #[test]
    fn a_relation_holds_up_to_its_bound_and_a_figure_of_nothing_holds_for_none() {
        for (relation, below, at, above) in [
            (Relation::Less, true, false, false),
            (Relation::AtMost, true, true, false),
            (Relation::Equal, false, true, false),
            (Relation::AtLeast, false, true, true),
            (Relation::Greater, false, false, true),
        ] {
            let threshold = threshold(Metric::Attempts, relation, 5);
            let holds = |seen| Reading { threshold: threshold.clone(), seen }.holds();
            let seen = [Some(4), Some(5), Some(6), None].map(holds);
            assert_eq!(seen, [below, at, above, false], "{relation:?}");
        }
    }

    #[test]
    fn only_what_is_asked_for_is_kept() {
        let thresholds = [
            threshold(Metric::Attempts, Relation::AtMost, 5),
            threshold(Metric::Waiting, Relation::AtMost, 5),
        ];
        let mut figures = Figures::new(&thresholds);
        for (metric, figure) in
            [(Metric::Attempts, 7), (Metric::Connections, 9), (Metric::Attempts, 2)]
        {
            figures.add(metric, figure);
        }
        let seen: Vec<_> = figures.readings(&thresholds).iter().map(|read| read.seen).collect();
        assert_eq!(seen, [Some(7), None]);
        assert_eq!(figures.0.len(), 2);
    }
}
