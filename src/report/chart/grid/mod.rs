//! A measure of a sweep over one or two of its axes: lines with their confidence intervals, or a heat
//! map; a panel for each value of every axis beyond.
//!
//! In: the results of a sweep and what is to be drawn of them. Out: a picture.

mod heat;
mod lines;
mod places;
mod values;

use std::collections::BTreeMap;

use super::frame::{self, MARGIN};
use super::picture::{Picture, Text, pixels};
use super::theme::{self, Weight};
use crate::report::label;
use crate::sweep::{Across, Axis, Chart, Estimate, Results};

/// The most panels of one picture; what is beyond is in the CSV.
const MOST_PANELS: usize = 12;
/// Below the headline and the two lines under it.
const TOP: i32 = 96;
const LEFT: i32 = MARGIN;
/// What is right of this is the legend's.
const RIGHT: i32 = 780;

/// What there is of one cell.
#[derive(Clone, Copy, Debug)]
enum Spot {
    /// The constraints leave it out.
    LeftOut,
    /// None of its runs has the measure.
    Nothing,
    /// The mean of its runs.
    Mean(Estimate),
}

impl Spot {
    fn mean(&self) -> Option<Estimate> {
        match self {
            Spot::Mean(estimate) => Some(*estimate),
            Spot::LeftOut | Spot::Nothing => None,
        }
    }
}

/// One plot of a picture.
struct Panel {
    /// Which values of the other axes it is for; empty where there are no others.
    title: String,
    /// For each value of the second axis (one where there is none) the values of the first.
    spots: Vec<Vec<Spot>>,
}

impl Panel {
    /// Writes its title; the room for what is plotted, right of so much for the names on its left.
    fn begin(&self, picture: &mut Picture, frame: &Frame, names: i32) -> Frame {
        let room = frame.right - frame.left;
        let title = theme::fitted(&self.title, theme::TEXT, Weight::Bold, room);
        picture.text(Text::new((frame.left, frame.top + 2), title).bold());
        Frame { left: frame.left + names, top: frame.top + 40, bottom: frame.bottom - 48, ..*frame }
    }
}

/// The room of one plot with all its labels, in pixels.
#[derive(Clone, Copy, Debug)]
struct Frame {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

/// What all panels of a picture share.
struct Sheet<'a> {
    chart: &'a Chart,
    x: &'a Axis,
    /// The second axis, if there is one.
    across: Option<&'a Axis>,
    panels: Vec<Panel>,
}

/// Draws a measure of a sweep.
#[must_use]
pub fn sweep(results: &Results<'_>, chart: &Chart) -> Picture {
    let axes = &results.sweep.axes;
    let across = match chart.across {
        Across::Nothing => None,
        Across::Series(axis) | Across::Rows(axis) => Some(&axes[axis]),
    };
    let (panels, left) = panels(results, chart, across);
    let sheet = Sheet { chart, x: &axes[chart.x], across, panels };
    let frames = frames(sheet.panels.len());
    let bottom = frames.last().map_or(TOP, |frame| frame.bottom);
    let measure = chart.measure;
    let over = across.map(|axis| format!(" and {}", axis.name)).unwrap_or_default();
    let title = format!("{} by {}{over}", capitalised(measure.title()), sheet.x.name);
    let height = bottom + 16 + if left > 0 { 20 } else { 0 };
    let full = format!("{title}: {}", results.sweep.title);
    let mut picture = Picture::new(full, theme::WIDTH, height);
    let below = [results.sweep.title.clone(), made_of(results)];
    frame::headline(&mut picture, &title, &below);
    match chart.across {
        Across::Rows(_) => heat::draw(&mut picture, &sheet, &frames),
        Across::Nothing | Across::Series(_) => lines::draw(&mut picture, &sheet, &frames),
    }
    if left > 0 {
        let words = format!(
            "{} not drawn; all of them are in cells.csv",
            label::counted(left as u64, "more panel")
        );
        picture.text(Text::new((MARGIN, height - 16), words).colour(theme::PENCIL));
    }
    picture
}

/// What the figures are means of.
fn made_of(results: &Results<'_>) -> String {
    let exhibit = results.exhibit.map(|id| format!(" with {id}")).unwrap_or_default();
    let base = format!("{}{exhibit}", results.base);
    match results.seeds {
        [one] => format!("{base}, seed {one} alone: no confidence intervals"),
        seeds => format!("{base}, mean of {} seeds with 95 % confidence intervals", seeds.len()),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The panels in the order of the grid, and how many there was no room for.
fn panels(results: &Results<'_>, chart: &Chart, across: Option<&Axis>) -> (Vec<Panel>, usize) {
    let axes = &results.sweep.axes;
    let others: Vec<usize> = chart.panel_axes(axes.len()).collect();
    let rows = across.map_or(1, |axis| axis.values.len());
    let mut panels: BTreeMap<Vec<u32>, Vec<Vec<Spot>>> = BTreeMap::new();
    for cell in &results.cells {
        let key: Vec<u32> = others.iter().map(|axis| cell.cell.steps[*axis]).collect();
        let spots = panels
            .entry(key)
            .or_insert_with(|| vec![vec![Spot::LeftOut; axes[chart.x].values.len()]; rows]);
        let row = match chart.across {
            Across::Nothing => 0,
            Across::Series(axis) | Across::Rows(axis) => cell.cell.steps[axis] as usize,
        };
        let spot = cell.estimate(chart.measure).map_or(Spot::Nothing, Spot::Mean);
        spots[row][cell.cell.steps[chart.x] as usize] = spot;
    }
    let left = panels.len().saturating_sub(MOST_PANELS);
    let named = panels.into_iter().take(MOST_PANELS).map(|(key, spots)| {
        let values = others.iter().zip(key).map(|(axis, step)| {
            format!("{} = {}", axes[*axis].name, axes[*axis].values[step as usize].label)
        });
        Panel { title: values.collect::<Vec<_>>().join(", "), spots }
    });
    (named.collect(), left)
}

/// The rooms of so many panels: one large, or small ones in rows.
fn frames(panels: usize) -> Vec<Frame> {
    let columns = pixels(match panels {
        0 | 1 => 1,
        2 | 4 => 2,
        _ => 3,
    });
    let height = if columns == 1 { 420 } else { 270 };
    let width = (RIGHT - LEFT) / columns;
    let frame = |number: usize| {
        let (row, column) = (pixels(number) / columns, pixels(number) % columns);
        let (left, top) = (LEFT + column * width, TOP + row * height);
        Frame { left, right: left + width - 16, top, bottom: top + height - 12 }
    };
    (0..panels.max(1)).map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::{CellId, CellResult, Figures, Grid, Judgement, Measure, Run, Sweep};

    /// Results in which the measure of the n-th cell is n, of every third nothing.
    fn results<'a>(sweep: &'a Sweep, seeds: &'a [u64]) -> Results<'a> {
        let Grid { cells, left_out } = Grid::of(sweep);
        let result = |(number, cell)| {
            let run = |seed: &u64| {
                let mut figures = Figures::default();
                let figure = (number % 3 != 2).then_some(number as u64 * 1_000_000 * seed);
                figures.0[Measure::NdrPercent as usize] = figure;
                Run { seed: *seed, judgement: Judgement::Passed, figures }
            };
            let runs = seeds.iter().map(run).collect();
            CellResult { cell, id: CellId(number as u128), runs }
        };
        let cells = cells.into_iter().enumerate().map(result).collect();
        Results { sweep, base: "a.toml", more: &[], exhibit: None, seeds, left_out, cells }
    }

    #[test]
    fn whatever_is_drawn_stays_on_its_sheet() {
        let axis = |name: &str, count: usize| {
            let step = "step = \"1h\"";
            format!(
                "[[axis]]\nname = \"{name}\"\nkey = \"{name}\"\nfrom = \"1h\"\nto = \"{count}h\"\n{step}\n"
            )
        };
        let long = "a-name-that-is-so-long-that-nobody-would-ever-give-it-to-an-axis-of-a-sweep";
        for (counts, chart) in [
            (vec![1], ""),
            (vec![30], "scale = \"log\""),
            (vec![8, 3], "series = \"axis-1\""),
            (vec![40, 25], "y = \"axis-1\""),
            (vec![3, 3, 4], "y = \"axis-1\"\nscale = \"log\""),
            (vec![3, 2, 5, 4], "series = \"axis-2\"\nx = \"axis-3\""),
        ] {
            let axes: String =
                (0..counts.len()).map(|n| axis(&format!("axis-{n}"), counts[n])).collect();
            let constraint = "[[constraint]]\nwhere = \"axis-0 != 2h\"\n";
            let text = format!(
                "title = \"{long}\"\nwhy = \"B\"\nscenario = \"a.toml\"\n{axes}{constraint}\
                 [[chart]]\nmeasure = \"ndr_percent\"\n{chart}\n"
            );
            let sweep = Sweep::read("a.toml", text.as_bytes()).unwrap_or_else(|it| panic!("{it}"));
            for seeds in [[1].as_slice(), &[1, 2, 9]] {
                let results = results(&sweep, seeds);
                let picture = super::sweep(&results, &sweep.charts[0]);
                for (x, y) in picture.points() {
                    let is_inside =
                        (0..=picture.width).contains(&x) && (0..=picture.height).contains(&y);
                    assert!(is_inside, "{counts:?} {chart} {x} {y}");
                }
                for text in picture.labels() {
                    let (left, right) = text.extent();
                    assert!(
                        left >= 0 && right <= picture.width,
                        "{counts:?} {chart} {}",
                        text.words
                    );
                }
            }
        }
    }
}
