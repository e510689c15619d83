//! `summary.json` of a sweep, which `--format json` prints too.
//!
//! In: the results. Out: JSON with its keys in a fixed order. The figures themselves are in the CSV.

use serde::Serialize;

use crate::sweep::{Cell, Estimate, Judgement, Measure, Results};

/// Raised by one where a key is renamed, removed or means something else.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct File<'a> {
    schema_version: u32,
    sweep: &'a str,
    path: &'a str,
    title: &'a str,
    why: &'a str,
    scenario: &'a str,
    set: Vec<&'a str>,
    exhibit: Option<&'static str>,
    axes: Vec<AxisEntry<'a>>,
    seeds: &'a [u64],
    cells: usize,
    cells_left_out: u64,
    verdicts: Verdicts,
    extremes: Vec<Extreme>,
    measures: Vec<MeasureEntry>,
}

#[derive(Serialize)]
struct AxisEntry<'a> {
    name: &'a str,
    values: Vec<&'a str>,
}

#[derive(Serialize)]
struct Verdicts {
    runs: u64,
    passed: u64,
    missed: u64,
    not_caught: u64,
    broken: u64,
}

#[derive(Serialize)]
struct MeasureEntry {
    column: &'static str,
    title: &'static str,
    unit: &'static str,
}

/// Where a measure that is drawn is least and most, by the means of the cells.
#[derive(Serialize)]
struct Extreme {
    measure: &'static str,
    least: End,
    most: End,
}

#[derive(Serialize)]
struct End {
    cell: String,
    mean: f64,
    half_width_95: Option<f64>,
}

/// The whole file.
#[must_use]
pub fn json(results: &Results<'_>) -> String {
    let sweep = results.sweep;
    let axes = sweep.axes.iter().map(|axis| AxisEntry {
        name: &axis.name,
        values: axis.values.iter().map(|value| value.label.as_str()).collect(),
    });
    let file = File {
        schema_version: SCHEMA_VERSION,
        sweep: &sweep.name,
        path: &sweep.path,
        title: &sweep.title,
        why: &sweep.why,
        scenario: results.base,
        set: sweep.set.iter().chain(results.more).map(String::as_str).collect(),
        exhibit: results.exhibit,
        axes: axes.collect(),
        seeds: results.seeds,
        cells: results.cells.len(),
        cells_left_out: results.left_out,
        verdicts: Verdicts {
            runs: results.runs().count() as u64,
            passed: results.count(Judgement::Passed),
            missed: results.count(Judgement::Missed),
            not_caught: results.count(Judgement::NotCaught),
            broken: results.count(Judgement::Broken),
        },
        extremes: extremes(results),
        measures: Measure::ALL.iter().map(|measure| entry(*measure)).collect(),
    };
    written(&file)
}

fn written(file: &File<'_>) -> String {
    let mut text = serde_json::to_string_pretty(file).expect("plain values under plain keys");
    text.push('\n');
    text
}

const fn entry(measure: Measure) -> MeasureEntry {
    MeasureEntry { column: measure.name(), title: measure.title(), unit: measure.unit() }
}

fn extremes(results: &Results<'_>) -> Vec<Extreme> {
    let end = |(cell, estimate): (&Cell, Estimate)| End {
        cell: cell.name(results.sweep),
        mean: units(estimate.mean_millionths),
        half_width_95: estimate.half_width_millionths.map(units),
    };
    let charts = results.charts();
    let found = charts.iter().filter_map(|chart| {
        let [least, most] = results.extremes(chart.measure)?;
        Some(Extreme { measure: chart.measure.name(), least: end(least), most: end(most) })
    });
    found.collect()
}

fn units(millionths: i128) -> f64 {
    millionths as f64 / 1_000_000.0
}
