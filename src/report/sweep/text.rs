//! A sweep as text for the terminal: what was run, where each measure is least and most, which files
//! were written.

use super::amount;
use crate::report::console::Style;
use crate::report::label;
use crate::report::table::{BOLD, Mark, painted};
use crate::sweep::{Cell, Estimate, Judgement, Measure, Results};

/// What would be run.
#[must_use]
pub fn plan(results: &Results<'_>, cells: u64) -> String {
    let sweep = results.sweep;
    let mut text = format!("{}\n", sweep.title);
    let width = sweep.axes.iter().map(|axis| axis.name.chars().count()).max().unwrap_or(0);
    for axis in &sweep.axes {
        let labels: Vec<&str> = axis.values.iter().map(|value| value.label.as_str()).collect();
        let count = label::counted(labels.len() as u64, "value");
        let name = &axis.name;
        text.push_str(&format!("  {name:<width$}  {count}: {}\n", few(&labels)));
    }
    let seeds: Vec<String> = results.seeds.iter().map(u64::to_string).collect();
    let seeds: Vec<&str> = seeds.iter().map(String::as_str).collect();
    text.push_str(&format!("  {:<width$}  {}\n", "seeds", few(&seeds)));
    text.push_str(&format!("{}; nothing was run\n", size(results, cells)));
    text
}

/// All that the terminal is told of a sweep; `files` are those that were written into `folder`.
#[must_use]
pub fn text(results: &Results<'_>, folder: &str, files: &[String], style: Style) -> String {
    let mut text = format!("{}\n\n", painted(&results.sweep.title, BOLD, style));
    text.push_str(&extremes(results));
    text.push_str(&format!(
        "{}: {}",
        size(results, results.cells.len() as u64),
        verdicts(results, style)
    ));
    if files.is_empty() {
        text.push_str(&format!("; finished runs are kept in {folder}\n"));
    } else {
        let names: Vec<&str> = files.iter().map(String::as_str).collect();
        text.push_str(&format!("; in {folder}: {}\n", few(&names)));
    }
    text
}

/// `12 cells x 3 seeds, 36 runs (4 cells left out)`.
fn size(results: &Results<'_>, cells: u64) -> String {
    let seeds = results.seeds.len() as u64;
    let left_out = match results.left_out {
        0 => String::new(),
        left_out => format!(" ({} left out by constraints)", label::counted(left_out, "cell")),
    };
    format!(
        "{} x {} = {}{left_out}",
        label::counted(cells, "cell"),
        label::counted(seeds, "seed"),
        label::counted(cells * seeds, "run"),
    )
}

fn verdicts(results: &Results<'_>, style: Style) -> String {
    let mut parts = Vec::new();
    for judgement in Judgement::ALL {
        let words = format!("{} {}", label::grouped(results.count(judgement)), judgement.name());
        match (judgement, results.count(judgement)) {
            (Judgement::Passed, _) => parts.push(words),
            (_, 0) => {}
            _ => parts.push(painted(&words, Mark::Failed.colour(), style)),
        }
    }
    let made: u64 = Judgement::ALL.map(|judgement| results.count(judgement)).iter().sum();
    let missing = (results.cells.len() * results.seeds.len()) as u64 - made;
    if missing > 0 {
        parts.push(painted(
            &format!("{} not made", label::grouped(missing)),
            Mark::Stopped.colour(),
            style,
        ));
    }
    parts.join(", ")
}

/// Where each measure that is drawn is least and most.
fn extremes(results: &Results<'_>) -> String {
    let mut measures: Vec<Measure> = Vec::new();
    for chart in results.charts() {
        if !measures.contains(&chart.measure) {
            measures.push(chart.measure);
        }
    }
    let mut rows = vec![[String::new(), "least".to_owned(), "most".to_owned()]];
    for measure in measures {
        let Some([least, most]) = results.extremes(measure) else { continue };
        let cell = |(cell, estimate): (&Cell, Estimate)| {
            format!("{}  at {}", amount::estimate(measure, &estimate), cell.name(results.sweep))
        };
        rows.push([measure.title().to_owned(), cell(least), cell(most)]);
    }
    if rows.len() == 1 {
        return String::new();
    }
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    let mut text = String::new();
    for [name, least, most] in &rows {
        let line = format!("{name:<first$}  {least:<second$}  {most}");
        text.push_str(&format!("{}\n", line.trim_end()));
    }
    text.push('\n');
    text
}

/// The first of a list, and how many there are besides.
fn few(words: &[&str]) -> String {
    const MOST: usize = 12;
    let shown = words.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    match words.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
