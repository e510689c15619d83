//! A line for each value of the second axis, or one alone, with the confidence intervals around it.
//!
//! In: panels of means. Out: shapes. A cell that is not there breaks the line.

use plotters::style::RGBColor;

use super::super::picture::{Anchor, Marker, Picture, Point, Text, pixels};
use super::super::theme::{self, Weight};
use super::values::{ValueAxis, WHOLE};
use super::{Frame, Panel, RIGHT, Sheet, Spot, places};
use crate::sweep::Estimate;

const COLOURS: [RGBColor; 7] = [
    theme::BLUE,
    theme::VERMILION,
    theme::GREEN,
    theme::PURPLE,
    theme::ORANGE,
    theme::SKY,
    theme::BLACK,
];
const MARKERS: [Marker; 6] = [
    Marker::Circle,
    Marker::Square,
    Marker::Triangle,
    Marker::Diamond,
    Marker::Funnel,
    Marker::Bar,
];
/// Room left of a plot for the numbers of its axis.
const NUMBERS: i32 = 52;

/// Draws all panels on one scale, and the legend.
pub(super) fn draw(picture: &mut Picture, sheet: &Sheet<'_>, frames: &[Frame]) {
    let spots = sheet.panels.iter().flat_map(|panel| panel.spots.iter().flatten());
    let amounts = spots.filter_map(Spot::mean);
    let amounts = amounts.flat_map(|mean| [mean.mean_millionths, mean.high_millionths()]);
    let values = ValueAxis::new(sheet.chart.measure, sheet.chart.scale, amounts);
    for (panel, frame) in sheet.panels.iter().zip(frames) {
        draw_panel(picture, sheet, panel, frame, &values);
    }
    draw_legend(picture, sheet, frames[0].top);
}

fn draw_panel(
    picture: &mut Picture,
    sheet: &Sheet<'_>,
    panel: &Panel,
    frame: &Frame,
    values: &ValueAxis,
) {
    let plot = panel.begin(picture, frame, NUMBERS);
    let unit = match (sheet.chart.measure.title(), values.unit_name) {
        (title, "") => title.to_owned(),
        (title, unit) => format!("{title} ({unit})"),
    };
    let room = frame.right - frame.left;
    let unit = theme::fitted(&unit, theme::TEXT, Weight::Regular, room);
    picture.text(Text::new((frame.left, frame.top + 20), unit).colour(theme::PENCIL));
    let height = |millionths: i128| {
        let part = values.at(millionths) * i64::from(plot.bottom - plot.top) / WHOLE;
        plot.bottom - part as i32
    };
    for (part, number) in values.ticks() {
        let y = plot.bottom - (part * i64::from(plot.bottom - plot.top) / WHOLE) as i32;
        picture.line((plot.left, y), (plot.right, y), theme::GRID, 1);
        picture.text(Text::new((plot.left - 8, y), number).anchor(Anchor::End));
    }
    let xs = places::places(sheet.x, plot.left + 10, plot.right - 10);
    for x in &xs {
        picture.line((*x, plot.bottom), (*x, plot.bottom + 5), theme::PENCIL, 1);
    }
    picture.line((plot.left, plot.bottom), (plot.right, plot.bottom), theme::PENCIL, 1);
    places::draw_labels(picture, sheet.x, &xs, plot.bottom + 16);
    let middle = i32::midpoint(plot.left, plot.right);
    let name = Text::new((middle, plot.bottom + 36), sheet.x.name.clone());
    picture.text(name.colour(theme::PENCIL).anchor(Anchor::Middle));
    let lines: Vec<Vec<Vec<(i32, Estimate)>>> =
        panel.spots.iter().map(|spots| unbroken(&xs, spots)).collect();
    // First what may hide something, then what must be seen.
    for (number, parts) in lines.iter().enumerate() {
        for part in parts {
            draw_band(picture, part, &height, colour(number));
        }
    }
    for (number, parts) in lines.iter().enumerate() {
        for part in parts {
            draw_line(picture, part, &height, number);
        }
    }
}

/// The parts of a line between cells that are not there.
fn unbroken(xs: &[i32], spots: &[Spot]) -> Vec<Vec<(i32, Estimate)>> {
    let mut parts = vec![Vec::new()];
    for (x, spot) in xs.iter().zip(spots) {
        match (spot.mean(), parts.last_mut()) {
            (Some(mean), Some(part)) => part.push((*x, mean)),
            (None, Some(part)) if !part.is_empty() => parts.push(Vec::new()),
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn draw_band(
    picture: &mut Picture,
    part: &[(i32, Estimate)],
    height: &impl Fn(i128) -> i32,
    colour: RGBColor,
) {
    if part.len() < 2 || part.iter().all(|(_, mean)| mean.half_width_millionths.is_none()) {
        return;
    }
    let upper = part.iter().map(|(x, mean)| (*x, height(mean.high_millionths())));
    let lower = part.iter().rev().map(|(x, mean)| (*x, height(mean.low_millionths())));
    picture.polygon(upper.chain(lower).collect(), theme::pale(colour));
}

fn draw_line(
    picture: &mut Picture,
    part: &[(i32, Estimate)],
    height: &impl Fn(i128) -> i32,
    number: usize,
) {
    let points: Vec<Point> =
        part.iter().map(|(x, mean)| (*x, height(mean.mean_millionths))).collect();
    if points.len() > 1 {
        picture.path(points.clone(), colour(number), 2);
    }
    for ((x, mean), at) in part.iter().zip(points) {
        let (low, high) = (height(mean.low_millionths()), height(mean.high_millionths()));
        if low - high > 8 {
            picture.line((*x, low), (*x, high), colour(number), 1);
            for y in [low, high] {
                picture.line((x - 3, y), (x + 3, y), colour(number), 1);
            }
        }
        picture.marker(MARKERS[number % MARKERS.len()], at, colour(number));
    }
}

fn draw_legend(picture: &mut Picture, sheet: &Sheet<'_>, top: i32) {
    let Some(axis) = sheet.across else { return };
    let left = RIGHT + 16;
    let room = picture.width - left - 8;
    let name = theme::fitted(&axis.name, theme::TEXT, Weight::Regular, room);
    picture.text(Text::new((left, top + 20), name).colour(theme::PENCIL));
    let rows = usize::try_from((picture.height - top - 60) / 20).unwrap_or(0);
    for (number, value) in axis.values.iter().enumerate().take(rows) {
        let y = top + 44 + 20 * pixels(number);
        picture.line((left, y), (left + 30, y), colour(number), 2);
        picture.marker(MARKERS[number % MARKERS.len()], (left + 15, y), colour(number));
        let words = theme::fitted(&value.label, theme::TEXT, Weight::Regular, room - 40);
        picture.text(Text::new((left + 40, y), words));
    }
}

fn colour(number: usize) -> RGBColor {
    COLOURS[number % COLOURS.len()]
}
