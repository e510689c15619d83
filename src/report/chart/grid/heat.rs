//! A heat map: a tile for each cell, the darker the more, with the number in it where there is room.
//!
//! In: panels of means. Out: shapes. What the constraints leave out is left white, a cell without the
//! measure is grey.

use plotters::style::RGBColor;

use super::super::picture::{Anchor, Picture, Text, pixels};
use super::super::theme::{self, Weight};
use super::values::{ValueAxis, WHOLE};
use super::{Frame, Panel, RIGHT, Sheet, Spot, places};
use crate::report::sweep::amount;
use crate::sweep::{Estimate, Measure};

/// Room left of a plot for the names of its rows.
const NAMES: i32 = 76;
const PALE: RGBColor = RGBColor(232, 242, 250);
const DEEP: RGBColor = RGBColor(0, 68, 116);
/// Where white letters are better to read than black ones.
const DARK: i64 = WHOLE / 2;

/// Draws all panels in one scale of colours, and the scale.
pub(super) fn draw(picture: &mut Picture, sheet: &Sheet<'_>, frames: &[Frame]) {
    let spots = sheet.panels.iter().flat_map(|panel| panel.spots.iter().flatten());
    let means = spots.filter_map(Spot::mean).map(|mean| mean.mean_millionths);
    let values = ValueAxis::fitted(sheet.chart.measure, sheet.chart.scale, means);
    for (panel, frame) in sheet.panels.iter().zip(frames) {
        draw_panel(picture, sheet, panel, frame, &values);
    }
    draw_scale(picture, sheet.chart.measure, &values, frames[0]);
}

fn draw_panel(
    picture: &mut Picture,
    sheet: &Sheet<'_>,
    panel: &Panel,
    frame: &Frame,
    values: &ValueAxis,
) {
    let Some(rows) = sheet.across else { return };
    let plot = panel.begin(picture, frame, NAMES);
    picture.text(Text::new((frame.left, frame.top + 22), rows.name.clone()).colour(theme::PENCIL));
    let edge = |from: i32, to: i32, number: usize, count: usize| {
        from + (to - from) * pixels(number) / pixels(count).max(1)
    };
    let (columns, count) = (sheet.x.values.len(), rows.values.len());
    let words =
        fitting(panel, sheet.chart.measure, (plot.right - plot.left) / pixels(columns).max(1));
    for (row, spots) in panel.spots.iter().enumerate() {
        let (bottom, top) =
            (edge(plot.bottom, plot.top, row, count), edge(plot.bottom, plot.top, row + 1, count));
        let y = i32::midpoint(top, bottom);
        let name = &rows.values[row].label;
        if bottom - top >= 14
            || row % usize::try_from(14 / (bottom - top).max(1) + 1).unwrap_or(1) == 0
        {
            let name = theme::fitted(name, theme::TEXT, Weight::Regular, NAMES - 12);
            picture.text(Text::new((plot.left - 8, y), name).anchor(Anchor::End));
        }
        for (column, spot) in spots.iter().enumerate() {
            let left = edge(plot.left, plot.right, column, columns);
            let right = edge(plot.left, plot.right, column + 1, columns);
            let tile = Frame { left, right, top, bottom };
            draw_tile(picture, &tile, spot, values, words.get(row).and_then(|row| row.get(column)));
        }
    }
    let xs = places::middles(sheet.x, plot.left, plot.right);
    places::draw_labels(picture, sheet.x, &xs, plot.bottom + 16);
    let middle = i32::midpoint(plot.left, plot.right);
    let name = Text::new((middle, plot.bottom + 36), sheet.x.name.clone());
    picture.text(name.colour(theme::PENCIL).anchor(Anchor::Middle));
}

/// What is written into each tile, in one or two lines; nothing where one of them has no room for it.
fn fitting(panel: &Panel, measure: Measure, width: i32) -> Vec<Vec<[String; 2]>> {
    let of = |mean: &Estimate| {
        let half = amount::half_width(measure, mean).unwrap_or_default();
        [amount::text(measure, mean.mean_millionths), half]
    };
    let words = |spot: &Spot| match spot {
        Spot::Mean(mean) => of(mean),
        Spot::Nothing => ["–".to_owned(), String::new()],
        Spot::LeftOut => [String::new(), String::new()],
    };
    let rows: Vec<Vec<[String; 2]>> =
        panel.spots.iter().map(|row| row.iter().map(words).collect()).collect();
    let fits = |text: &String| theme::width_of(text, theme::TEXT, Weight::Regular) + 6 <= width;
    if rows.iter().flatten().all(|lines| fits(&lines[0])) {
        let both = rows.iter().flatten().all(|lines| fits(&lines[1]));
        let keep =
            |lines: [String; 2]| if both { lines } else { [lines[0].clone(), String::new()] };
        return rows.into_iter().map(|row| row.into_iter().map(keep).collect()).collect();
    }
    Vec::new()
}

fn draw_tile(
    picture: &mut Picture,
    tile: &Frame,
    spot: &Spot,
    values: &ValueAxis,
    words: Option<&[String; 2]>,
) {
    let (fill, letters) = match spot {
        Spot::LeftOut => return,
        Spot::Nothing => (theme::SHADE, theme::PENCIL),
        Spot::Mean(mean) => {
            let part = values.at(mean.mean_millionths);
            (colour(part), if part >= DARK { theme::PAPER } else { theme::INK })
        }
    };
    // A rim of paper stands between two tiles where they are large enough to spare it.
    let rim = i32::from(tile.right - tile.left > 6 && tile.bottom - tile.top > 6);
    picture.rect((tile.left, tile.top), (tile.right - rim, tile.bottom - rim), fill);
    let Some([mean, half]) = words.filter(|_| tile.bottom - tile.top >= 16) else { return };
    let x = i32::midpoint(tile.left, tile.right);
    let y = i32::midpoint(tile.top, tile.bottom);
    let both = !half.is_empty() && tile.bottom - tile.top >= 34;
    let mut line = |y: i32, words: &String| {
        picture.text(Text::new((x, y), words.clone()).colour(letters).anchor(Anchor::Middle));
    };
    if both {
        line(y - 8, mean);
        line(y + 8, half);
    } else {
        line(y, mean);
    }
}

/// The scale of colours, with its ends.
fn draw_scale(picture: &mut Picture, measure: Measure, values: &ValueAxis, frame: Frame) {
    const STEPS: i64 = 60;
    let left = RIGHT + 16;
    let (top, bottom) = (frame.top + 60, frame.bottom - 48);
    let room = picture.width - left - 8;
    let lines = theme::wrapped(measure.title(), theme::TEXT, room, 2);
    for (line, words) in (0..).zip(lines) {
        picture.text(Text::new((left, frame.top + 20 + 16 * line), words).colour(theme::PENCIL));
    }
    let height = |step: i64| bottom - (step * i64::from(bottom - top) / STEPS) as i32;
    for step in 0..STEPS {
        let (lower, upper) = (height(step), height(step + 1));
        picture.rect((left, upper), (left + 20, lower), colour(step * WHOLE / (STEPS - 1)));
    }
    let [least, most] = values.ends();
    for (y, millionths) in [(bottom - 6, least), (top + 6, most)] {
        picture.text(Text::new((left + 28, y), amount::text(measure, millionths)));
    }
}

/// The colour of a place on the scale.
fn colour(part: i64) -> RGBColor {
    let mix = |pale: u8, deep: u8| {
        let (pale, deep) = (i64::from(pale), i64::from(deep));
        (pale + (deep - pale) * part / WHOLE) as u8
    };
    RGBColor(mix(PALE.0, DEEP.0), mix(PALE.1, DEEP.1), mix(PALE.2, DEEP.2))
}
