//! Grids of parameters: one scenario, some of its keys varied, each combination run with each seed; and what
//! moved between two sets of such results.
//!
//! In: the bytes of a sweep file, and what became of its runs. Out: a [`Sweep`] with its [`Grid`] of
//! cells, or everything that is wrong with it; the [`Figures`] of a run; [`Estimate`]s over the seeds. In: two
//! sets of results as they were written, of sweeps or of suites. Out: their [`Comparison`].
//! It opens no file, starts no run and draws nothing: `cli` does the one, `report` the other.

mod axis;
mod cell;
mod chart;
mod comparison;
mod constraint;
mod file;
mod grid;
mod interval;
mod journal;
mod measure;
mod paired;
mod quantity;
mod reading;
mod result;
mod result_set;
mod run;
mod word;

#[cfg(test)]
mod tests;

pub use axis::{Axis, AxisValue};
pub use cell::{Cell, CellId};
pub use chart::{Across, Chart};
pub use comparison::{
    Change, Comparison, Limit, Mean, NothingInCommon, Only, Pair, PairedCell, VerdictChange,
};
pub use grid::{Grid, RUNS_LIMIT};
pub use interval::Estimate;
pub use journal::Journal;
pub use measure::{Figures, Measure};
pub use paired::{Paired, Test, holm, paired};
pub use quantity::{Dimension, Quantity};
pub use reading::schema;
pub use result::{CellResult, Results};
pub use result_set::{Origin, ResultCell, ResultError, ResultSet, SeedRun, Wrong};
pub use run::{Judgement, Run};
pub use word::Scale;

use constraint::Constraint;
use reading::Places;

/// A question about a scenario, and the grid of runs that is to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Where the file was found, as the user named it, with `/` between the parts.
    pub path: String,
    /// The name of its results: the file's, without its ending.
    pub name: String,
    /// What is to be found out, in one line.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// The path of the scenario, from the folder of the sweep.
    pub scenario: String,
    /// The seeds with which each cell is run; those of the scenario where there are none.
    pub seeds: Option<Vec<u64>>,
    /// What is set otherwise than in the scenario in every cell, as `--set` has it.
    pub set: Vec<String>,
    /// What is varied; at least one.
    pub axes: Vec<Axis>,
    /// What is drawn; none where the file does not say.
    pub charts: Vec<Chart>,
    constraints: Vec<Constraint>,
    places: Places,
}
