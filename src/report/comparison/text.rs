//! A comparison for the terminal: whether anything moved, what only one set has, a table of what moved.
//!
//! In: a comparison as it is to be shown. Out: text, with colours where they are asked for.

use super::{Counts, Shown, Side, figure, label, measured, number, percent, share};
use crate::report::console::Style;
use crate::report::label::{counted, grouped};
use crate::report::table::{Line, Mark, laid_out, painted};
use crate::sweep::{Change, Limit, Only, Pair, Paired};

/// How many cells, seeds or verdicts are named one by one.
const NAMED: usize = 5;

/// All that the terminal is told; `reports` is the folder that was written to.
#[must_use]
pub fn text(shown: &Shown<'_>, reports: &str, style: Style) -> String {
    let counts = shown.counts();
    let mut text = headline(&counts, shown.comparison.cells.len() as u64);
    text.push_str(&against_the_limit(shown, &counts, style));
    text.push('\n');
    for (name, side, only) in
        [("A", &shown.a, &shown.comparison.only_in_a), ("B", &shown.b, &shown.comparison.only_in_b)]
    {
        text.push_str(&sides(name, side, only));
    }
    text.push('\n');
    text.push_str(&runs(shown, style, &|_| true));
    text.push_str(&table(shown, style, &|pair| shown.comparison.has_moved(pair)));
    let left = counts.moved.saturating_sub(shown.top as u64);
    if left > 0 {
        text.push_str(&format!("and {} that moved\n", counted(left, "more figure")));
    }
    text.push_str(&format!("every figure stands in {reports}/compare/comparison.csv\n"));
    text
}

/// Only what exceeds the limit; nothing where nothing does.
#[must_use]
pub fn failures(shown: &Shown<'_>, style: Style) -> String {
    if shown.is_within_limit() {
        return String::new();
    }
    runs(shown, style, &|is_failed| is_failed) + &table(shown, style, &|pair| shown.exceeds(pair))
}

/// Whether anything moved.
fn headline(counts: &Counts, cells: u64) -> String {
    let figures = counted(counts.figures, "figure");
    let cells = counted(cells, "cell");
    let Counts { moved, by_chance, verdicts, stranding, .. } = *counts;
    let (chance, same) = (grouped(by_chance), grouped(counts.same()));
    let mut line = match (moved, by_chance) {
        (1.., 0) => {
            format!("moved: {} of {figures} in {cells}; {same} are the same", grouped(moved))
        }
        (0, 0) => format!("nothing moved: {figures} in {cells}, the same with every seed"),
        (0, _) => format!(
            "nothing moved by more than chance: of {figures} in {cells} {chance} differ, \
             {same} are the same"
        ),
        _ => format!(
            "moved: {} of {figures} in {cells}; {chance} differ by no more than chance, \
             {same} are the same",
            grouped(moved)
        ),
    };
    if verdicts > 0 {
        line.push_str(&format!("; {} changed", counted(verdicts, "verdict")));
    }
    if stranding > 0 {
        line.push_str(&format!("; more mail stranded in {}", counted(stranding, "run")));
    }
    line + "\n"
}

/// What the limit says; nothing where there is none.
fn against_the_limit(shown: &Shown<'_>, counts: &Counts, style: Style) -> String {
    let Some(Limit(limit)) = shown.limit else { return String::new() };
    let limit = share(limit as f64 / 100_000_000.0);
    let Counts { exceeding, worse, stranding, .. } = *counts;
    if shown.is_within_limit() {
        let word = painted(Mark::Ok.word(), Mark::Ok.colour(), style);
        let missing = [(counts.cells_only_in_a, "cell"), (counts.runs_only_in_a, "run")];
        let missing = missing.into_iter().filter(|(count, _)| *count > 0);
        let missing: Vec<String> = missing
            .map(|(count, what)| format!("; {} of A not compared", counted(count, what)))
            .collect();
        let missing = missing.concat();
        return format!("{word}: nothing moved by more than {limit}{missing}\n");
    }
    let word = painted(Mark::Failed.word(), Mark::Failed.colour(), style);
    let parts = [
        (exceeding, format!("{} moved by more than {limit}", counted(exceeding, "figure"))),
        (worse, format!("{} worse", counted(worse, "verdict"))),
        (stranding, format!("more mail stranded in {}", counted(stranding, "run"))),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words);
    format!("{word}: {}\n", parts.collect::<Vec<_>>().join("; "))
}

/// How large a set is, and what the other lacks of it.
fn sides(name: &str, side: &Side<'_>, only: &Only) -> String {
    let cells = counted(side.set.cells.len() as u64, "cell");
    let mut text = format!("{name}  {}: {cells}, {}\n", side.name, counted(side.set.runs(), "run"));
    if !only.cells.is_empty() {
        let names = only.cells.iter().map(|values| label(side.set, values));
        let cells = counted(only.cells.len() as u64, "cell");
        text.push_str(&format!("   only in {name}: {cells}: {}\n", listed(names)));
    }
    if !only.runs.is_empty() {
        let names = only
            .runs
            .iter()
            .map(|(values, seed)| format!("{} seed {seed}", label(side.set, values)));
        let runs = counted(only.runs.len() as u64, "run");
        text.push_str(&format!("   only in {name}: {runs}: {}\n", listed(names)));
    }
    if !only.measures.is_empty() {
        let names = only.measures.iter().map(|measure| measure.name().to_owned());
        let names = names.collect::<Vec<_>>().join(", ");
        text.push_str(&format!("   only in {name}: the figures of {names}\n"));
    }
    text
}

/// The first few, and how many more there are.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let mut text = names.take(NAMED).collect::<Vec<_>>().join("; ");
    if more > 0 {
        text.push_str(&format!("; and {} more", grouped(more as u64)));
    }
    text
}

/// Runs whose verdict changed or that strand more mail, with an empty line behind them; those for which
/// `wanted` holds, which is asked whether they fail.
fn runs(shown: &Shown<'_>, style: Style, wanted: &dyn Fn(bool) -> bool) -> String {
    let mut lines = Vec::new();
    let mut line = |is_bad: bool, words: String| {
        let is_failed = is_bad && shown.limit.is_some();
        if wanted(is_failed) {
            let mark = if is_failed { Mark::Failed } else { Mark::Plain };
            let word = painted(&format!("{:<9}", mark.word()), mark.colour(), style);
            lines.push(format!("{word}{words}\n"));
        }
    };
    for (place, cell) in shown.comparison.cells.iter().enumerate() {
        let name = shown.cell(place);
        for change in &cell.verdicts {
            let words = format!("{name} seed {}: {}, was {}", change.seed, change.b, change.a);
            line(change.is_worse(), words);
        }
        for seed in &cell.newly_stranded {
            line(true, format!("{name} seed {seed}: more mail stranded"));
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    let more = lines.len().saturating_sub(shown.top);
    let mut text: String = lines.into_iter().take(shown.top).collect();
    if more > 0 {
        text.push_str(&format!("and {}\n", counted(more as u64, "more run")));
    }
    text + "\n"
}

const COLUMNS: usize = 6;

/// The figures for which `wanted` holds, the largest move first.
fn table(shown: &Shown<'_>, style: Style, wanted: &dyn Fn(&Pair) -> bool) -> String {
    let ranked = shown.comparison.ranked();
    let pairs: Vec<&Pair> =
        ranked.into_iter().filter(|pair| wanted(pair)).take(shown.top).collect();
    let names: Vec<String> = pairs.iter().map(|pair| shown.cell(pair.cell)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(4);
    let first = |cell: &str, measure: &str| format!("{cell:<widest$}  {measure}");
    let header = first("cell", "measure");
    let header = [header.as_str(), "A", "B", "difference", "relative", "p"];
    let line = |(pair, name): (&&Pair, &String)| Line {
        mark: if shown.exceeds(pair) { Mark::Failed } else { Mark::Plain },
        cells: cells(pair, first(name, &measured(pair.measure))),
        note: note(pair, shown.comparison.cells[pair.cell].seeds),
    };
    let lines: Vec<Line<COLUMNS>> = pairs.iter().zip(&names).map(line).collect();
    laid_out(header, &lines, style)
}

fn cells(pair: &Pair, first: String) -> [String; COLUMNS] {
    let mean = |mean: Option<crate::sweep::Mean>| {
        mean.map(|mean| figure(mean.value(pair.measure))).unwrap_or_default()
    };
    let is_seen = matches!(pair.change, Change::Seen(_));
    let seen = |text: Option<String>| text.filter(|_| is_seen).unwrap_or_default();
    [
        first,
        mean(pair.a),
        mean(pair.b),
        seen(pair.difference().map(number::signed)),
        seen(pair.relative().map(percent)),
        match pair.change {
            Change::Seen(Paired::Tested(_)) => pair.p_holm.map(number::probability),
            _ => None,
        }
        .unwrap_or_default(),
    ]
}

/// What the numbers do not say.
fn note(pair: &Pair, seeds: u64) -> String {
    let of = |some: u64| {
        if some == seeds {
            counted(some, "seed")
        } else {
            format!("{} of {}", grouped(some), counted(seeds, "seed"))
        }
    };
    match pair.change {
        Change::Presence { appears, vanishes: 0 } => format!("appears with {}", of(appears)),
        Change::Presence { appears: 0, vanishes } => format!("vanishes with {}", of(vanishes)),
        Change::Presence { appears, vanishes } => {
            format!("appears with {}, vanishes with {}", of(appears), of(vanishes))
        }
        Change::Seen(Paired::SameInEach) => "by the same with each seed".to_owned(),
        Change::Seen(Paired::OneSeed) => "not tested: one seed".to_owned(),
        Change::Seen(Paired::Same | Paired::Tested(_)) | Change::Absent => String::new(),
    }
}
