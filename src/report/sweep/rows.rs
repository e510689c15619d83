//! `runs.csv` and `cells.csv`: a row for each run, and one for each cell.
//!
//! In: the results of a sweep. Out: CSV in the order of the grid, then of the seeds.

use crate::base::Micros;
use crate::report::cell::{push_integer, push_seconds, quoted};
use crate::sweep::{CellResult, Figures, Judgement, Measure, Results};

/// The results: every run by itself.
pub(super) fn runs(results: &Results<'_>) -> Vec<u8> {
    let mut file = head(results);
    file.extend_from_slice(b",seed,verdict");
    for measure in Measure::ALL {
        file.push(b',');
        file.extend_from_slice(measure.name().as_bytes());
    }
    file.push(b'\n');
    for (cell, run) in results.runs() {
        push_cell(&mut file, results, cell);
        file.push(b',');
        push_integer(&mut file, run.seed);
        file.push(b',');
        file.extend_from_slice(run.judgement.name().as_bytes());
        push_figures(&mut file, &run.figures);
        file.push(b'\n');
    }
    file
}

/// Each cell: means over its seeds, with their 95 % confidence intervals.
pub(super) fn cells(results: &Results<'_>) -> Vec<u8> {
    let mut file = head(results);
    file.extend_from_slice(b",runs,passed");
    for measure in Measure::ALL {
        for part in ["mean", "low", "high"] {
            file.extend_from_slice(format!(",{}_{part}", measure.name()).as_bytes());
        }
    }
    file.push(b'\n');
    for cell in &results.cells {
        push_cell(&mut file, results, cell);
        let passed = cell.runs.iter().filter(|run| run.judgement == Judgement::Passed).count();
        for number in [cell.runs.len(), passed] {
            file.push(b',');
            push_integer(&mut file, number as u64);
        }
        for measure in Measure::ALL {
            push_estimate(&mut file, cell, measure);
        }
        file.push(b'\n');
    }
    file
}

/// The columns that say which cell it is, without the line's end.
fn head(results: &Results<'_>) -> Vec<u8> {
    let mut file = b"cell".to_vec();
    for axis in &results.sweep.axes {
        file.push(b',');
        file.extend_from_slice(&quoted(&axis.name));
    }
    file
}

fn push_cell(file: &mut Vec<u8>, results: &Results<'_>, cell: &CellResult) {
    file.extend_from_slice(cell.id.to_string().as_bytes());
    for label in cell.cell.labels(results.sweep) {
        file.push(b',');
        file.extend_from_slice(&quoted(label));
    }
}

fn push_figures(file: &mut Vec<u8>, figures: &Figures) {
    for measure in Measure::ALL {
        file.push(b',');
        match figures.get(measure) {
            None => {}
            Some(figure) if measure.least_units() == 1 => push_integer(file, figure),
            // Seconds and percent alike are kept in millionths.
            Some(figure) => push_seconds(file, Micros(figure.into())),
        }
    }
}

/// Mean and interval; nothing where there is none.
fn push_estimate(file: &mut Vec<u8>, cell: &CellResult, measure: Measure) {
    let estimate = cell.estimate(measure);
    let ends = estimate.filter(|it| it.half_width_millionths.is_some());
    let parts = [
        estimate.map(|it| it.mean_millionths),
        ends.map(|it| it.low_millionths()),
        ends.map(|it| it.high_millionths()),
    ];
    for part in parts {
        file.push(b',');
        if let Some(millionths) = part {
            push_seconds(file, Micros(millionths));
        }
    }
}
