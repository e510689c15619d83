//! The grid: every combination of the axes' values, the first axis slowest, without those that a
//! constraint leaves out.

use super::{Cell, Sweep};

/// The most runs that one sweep may come to.
pub const RUNS_LIMIT: u64 = 1_000_000;

/// The cells of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Those that are run, in order.
    pub cells: Vec<Cell>,
    /// How many the constraints leave out.
    pub left_out: u64,
}

impl Grid {
    /// The grid of a sweep.
    #[must_use]
    pub fn of(sweep: &Sweep) -> Grid {
        let sizes: Vec<u32> = sweep.axes.iter().map(|axis| axis.values.len() as u32).collect();
        let mut grid = Grid { cells: Vec::new(), left_out: 0 };
        let mut steps = vec![0; sizes.len()];
        loop {
            if sweep.constraints.iter().all(|constraint| constraint.holds(&sweep.axes, &steps)) {
                grid.cells.push(Cell { steps: steps.clone() });
            } else {
                grid.left_out += 1;
            }
            // The last axis goes on; one that is through begins anew and the one before it goes on.
            let Some(axis) = (0..sizes.len()).rev().find(|axis| steps[*axis] + 1 < sizes[*axis])
            else {
                return grid;
            };
            steps[axis] += 1;
            steps[axis + 1..].fill(0);
        }
    }
}
