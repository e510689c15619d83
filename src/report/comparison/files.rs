//! `comparison.csv`: every figure that both sets have; and the comparison as JSON.
//!
//! In: a comparison as it is to be shown. Out: bytes and text. Means, differences and intervals are in the
//! unit of their row; what is absent is an empty cell or `null`.

use serde::Serialize;

use super::{Counts, Shown, Side, label};
use crate::report::cell::quoted;
use crate::sweep::{Change, Limit, Only, Pair, Paired, Test};

const HEADER: &str = "measure,unit,seeds,mean_a,mean_b,difference,difference_low,difference_high,\
                      relative_percent,change,t,degrees_of_freedom,p,p_holm,exceeds\n";

/// The whole file: a column for each axis, then those of the header; rows in the order of the cells.
pub(super) fn csv(shown: &Shown<'_>) -> Vec<u8> {
    let comparison = shown.comparison;
    let mut file = Vec::new();
    for axis in &comparison.axes {
        file.extend_from_slice(&quoted(axis));
        file.push(b',');
    }
    file.extend_from_slice(HEADER.as_bytes());
    for pair in &comparison.pairs {
        for value in &comparison.cells[pair.cell].values {
            file.extend_from_slice(&quoted(value));
            file.push(b',');
        }
        let row = row(shown, pair);
        file.extend_from_slice(row.join(",").as_bytes());
        file.push(b'\n');
    }
    file
}

fn row(shown: &Shown<'_>, pair: &Pair) -> [String; 15] {
    let measure = pair.measure;
    let number = |value: Option<f64>| value.map(|value| format!("{value:.6}")).unwrap_or_default();
    let chance = |p: Option<f64>| p.map(|p| format!("{p:.6e}")).unwrap_or_default();
    let (low, high) = pair.interval().unzip();
    let test = test(pair);
    let exceeds = match shown.limit {
        None => "",
        Some(_) if shown.exceeds(pair) => "yes",
        Some(_) => "no",
    };
    [
        measure.name().to_owned(),
        measure.unit().to_owned(),
        shown.comparison.cells[pair.cell].seeds.to_string(),
        number(pair.a.map(|mean| mean.value(measure))),
        number(pair.b.map(|mean| mean.value(measure))),
        number(difference(pair)),
        number(low),
        number(high),
        number(relative(pair)),
        change(shown, pair).to_owned(),
        number(test.map(|test| test.t)),
        test.map(|test| test.degrees.to_string()).unwrap_or_default(),
        chance(pair.p()),
        chance(pair.p_holm),
        exceeds.to_owned(),
    ]
}

/// The difference, where both sets have the figure at the same seeds.
fn difference(pair: &Pair) -> Option<f64> {
    pair.difference().filter(|_| matches!(pair.change, Change::Seen(_)))
}

/// The same in percent of A.
fn relative(pair: &Pair) -> Option<f64> {
    let relative = pair.relative().filter(|_| matches!(pair.change, Change::Seen(_)));
    relative.map(|relative| relative * 100.0)
}

const fn test(pair: &Pair) -> Option<Test> {
    match pair.change {
        Change::Seen(Paired::Tested(test)) => Some(test),
        _ => None,
    }
}

/// The word for what became of a figure.
fn change(shown: &Shown<'_>, pair: &Pair) -> &'static str {
    match pair.change {
        Change::Absent => "absent",
        Change::Presence { vanishes: 0, .. } => "appears",
        Change::Presence { appears: 0, .. } => "vanishes",
        Change::Presence { .. } => "appears-and-vanishes",
        Change::Seen(Paired::Same) => "same",
        Change::Seen(Paired::OneSeed) => "not-tested",
        Change::Seen(Paired::SameInEach) => "same-in-each-seed",
        Change::Seen(Paired::Tested(_)) if shown.comparison.has_moved(pair) => "significant",
        Change::Seen(Paired::Tested(_)) => "within-chance",
    }
}

/// The comparison as one JSON object: the counts, what only one set has, and every figure that moved,
/// the largest move first.
#[must_use]
pub fn json(shown: &Shown<'_>) -> String {
    let comparison = shown.comparison;
    let counts = shown.counts();
    let moved = comparison.ranked().into_iter().filter(|pair| comparison.has_moved(pair));
    let cells = comparison.cells.iter().enumerate();
    let verdicts = cells.clone().flat_map(|(place, cell)| {
        let cells = shown.cell(place);
        cell.verdicts.iter().map(move |change| Verdict {
            cell: cells.clone(),
            seed: change.seed,
            a: &change.a,
            b: &change.b,
            is_worse: change.is_worse(),
        })
    });
    let stranding = cells.flat_map(|(place, cell)| {
        let cells = shown.cell(place);
        cell.newly_stranded.iter().map(move |seed| Run { cell: cells.clone(), seed: *seed })
    });
    let file = File {
        schema_version: 1,
        a: Set::of(&shown.a, &comparison.only_in_a),
        b: Set::of(&shown.b, &comparison.only_in_b),
        alpha: comparison.alpha,
        fail_on_percent: shown.limit.map(|Limit(limit)| limit as f64 / 1_000_000.0),
        is_within_limit: shown.is_within_limit(),
        cells: comparison.cells.len(),
        counts: Tally::of(&counts),
        verdicts: verdicts.collect(),
        newly_stranded: stranding.collect(),
        moved: moved.map(|pair| Move::of(shown, pair)).collect(),
    };
    printed(&file)
}

fn printed(file: &File<'_>) -> String {
    let mut text = serde_json::to_string_pretty(file).expect("plain values under plain keys");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct File<'a> {
    schema_version: u32,
    a: Set<'a>,
    b: Set<'a>,
    alpha: f64,
    fail_on_percent: Option<f64>,
    is_within_limit: bool,
    cells: usize,
    counts: Tally,
    verdicts: Vec<Verdict<'a>>,
    newly_stranded: Vec<Run>,
    moved: Vec<Move>,
}

#[derive(Serialize)]
struct Set<'a> {
    name: &'a str,
    cells: usize,
    runs: u64,
    only_here: OnlyHere,
}

#[derive(Serialize)]
struct OnlyHere {
    cells: Vec<String>,
    runs: Vec<Run>,
    measures: Vec<&'static str>,
}

/// How many figures came to what, and how many were tested.
#[derive(Serialize)]
struct Tally {
    figures: u64,
    moved: u64,
    within_chance: u64,
    same: u64,
    tests: u64,
    exceeding: u64,
}

#[derive(Serialize)]
struct Run {
    cell: String,
    seed: u64,
}

#[derive(Serialize)]
struct Verdict<'a> {
    cell: String,
    seed: u64,
    a: &'a str,
    b: &'a str,
    is_worse: bool,
}

#[derive(Serialize)]
struct Move {
    cell: String,
    measure: &'static str,
    unit: &'static str,
    seeds: u64,
    mean_a: Option<f64>,
    mean_b: Option<f64>,
    difference: Option<f64>,
    difference_low: Option<f64>,
    difference_high: Option<f64>,
    relative_percent: Option<f64>,
    change: &'static str,
    t: Option<f64>,
    degrees_of_freedom: Option<u64>,
    p: Option<f64>,
    p_holm: Option<f64>,
    exceeds: bool,
}

impl<'a> Set<'a> {
    fn of(side: &Side<'a>, only: &Only) -> Set<'a> {
        let run = |(values, seed): &(Vec<String>, u64)| Run {
            cell: label(side.set, values),
            seed: *seed,
        };
        Set {
            name: side.name,
            cells: side.set.cells.len(),
            runs: side.set.runs(),
            only_here: OnlyHere {
                cells: only.cells.iter().map(|values| label(side.set, values)).collect(),
                runs: only.runs.iter().map(run).collect(),
                measures: only.measures.iter().map(|measure| measure.name()).collect(),
            },
        }
    }
}

impl Tally {
    const fn of(counts: &Counts) -> Tally {
        Tally {
            figures: counts.figures,
            moved: counts.moved,
            within_chance: counts.by_chance,
            same: counts.same(),
            tests: counts.tests,
            exceeding: counts.exceeding,
        }
    }
}

impl Move {
    fn of(shown: &Shown<'_>, pair: &Pair) -> Move {
        let (low, high) = pair.interval().unzip();
        let test = test(pair);
        Move {
            cell: shown.cell(pair.cell),
            measure: pair.measure.name(),
            unit: pair.measure.unit(),
            seeds: shown.comparison.cells[pair.cell].seeds,
            mean_a: pair.a.map(|mean| mean.value(pair.measure)),
            mean_b: pair.b.map(|mean| mean.value(pair.measure)),
            difference: difference(pair),
            difference_low: low,
            difference_high: high,
            relative_percent: relative(pair),
            change: change(shown, pair),
            t: test.map(|test| test.t),
            degrees_of_freedom: test.map(|test| test.degrees),
            p: pair.p(),
            p_holm: pair.p_holm,
            exceeds: shown.exceeds(pair),
        }
    }
}
