//! All that came of a sweep, in the order of its grid.
//!
//! In: cells and their runs. Out: estimates for each cell and measure, and where each measure is least
//! and most. Nothing is written here.

use super::cell::{Cell, CellId};
use super::chart::Chart;
use super::interval::Estimate;
use super::measure::Measure;
use super::run::Run;
use super::{Judgement, Sweep};

/// What came of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellResult {
    /// Its values.
    pub cell: Cell,
    /// What it runs.
    pub id: CellId,
    /// Its runs, by seed.
    pub runs: Vec<Run>,
}

/// What came of a sweep.
#[derive(Clone, Debug)]
pub struct Results<'a> {
    /// What was asked.
    pub sweep: &'a Sweep,
    /// The path of the scenario, from where the command was run.
    pub base: &'a str,
    /// What was set besides, as `--set` has it.
    pub more: &'a [String],
    /// What took the place of the production rules, by its full id.
    pub exhibit: Option<&'static str>,
    /// The seeds of every cell.
    pub seeds: &'a [u64],
    /// How many cells the constraints leave out.
    pub left_out: u64,
    /// The cells in the order of the grid; one of which no run came to its end has none.
    pub cells: Vec<CellResult>,
}

impl CellResult {
    /// The mean of a measure over the runs that have it; none where no run has.
    #[must_use]
    pub fn estimate(&self, measure: Measure) -> Option<Estimate> {
        let figures = self.runs.iter().filter_map(|run| run.figures.get(measure));
        Estimate::of(figures, measure.least_units())
    }
}

impl Results<'_> {
    /// Every run, with its cell.
    pub fn runs(&self) -> impl Iterator<Item = (&CellResult, &Run)> {
        self.cells.iter().flat_map(|cell| cell.runs.iter().map(move |run| (cell, run)))
    }

    /// How many runs came to this verdict.
    #[must_use]
    pub fn count(&self, judgement: Judgement) -> u64 {
        self.runs().filter(|(_, run)| run.judgement == judgement).count() as u64
    }

    /// What is drawn: what the file asks for, else every measure that is not the same in all runs.
    #[must_use]
    pub fn charts(&self) -> Vec<Chart> {
        if !self.sweep.charts.is_empty() {
            return self.sweep.charts.clone();
        }
        let varies = |measure: &Measure| {
            let mut figures = self.runs().map(|(_, run)| run.figures.get(*measure));
            let first = figures.next();
            first.is_some_and(|first| figures.any(|figure| figure != first))
        };
        let measures = Measure::ALL.into_iter().filter(varies);
        measures.map(|measure| Chart::of(measure, &self.sweep.axes)).collect()
    }

    /// The cells with the least and the most of a measure, with their means; the first of several that
    /// are alike. None where no cell has any of it.
    #[must_use]
    pub fn extremes(&self, measure: Measure) -> Option<[(&Cell, Estimate); 2]> {
        let means = self.cells.iter().filter_map(|it| Some((&it.cell, it.estimate(measure)?)));
        let mut extremes: Option<[(&Cell, Estimate); 2]> = None;
        for mean in means {
            let [least, most] = extremes.get_or_insert([mean, mean]);
            if mean.1.mean_millionths < least.1.mean_millionths {
                *least = mean;
            }
            if mean.1.mean_millionths > most.1.mean_millionths {
                *most = mean;
            }
        }
        extremes
    }
}
