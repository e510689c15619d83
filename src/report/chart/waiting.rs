//! Messages waiting over time, by state: stacked areas.
//!
//! In: a record's samples. Out: a picture. A count stands until the next sample. Where several
//! samples fall upon one pixel the one with the most messages is kept, so that no peak is lost.

use plotters::style::RGBColor;

use super::axis::{CountAxis, TimeAxis};
use super::frame::{self, Plot};
use super::picture::{Marker, Picture, Point, pixels};
use super::theme;
use crate::base::{Instant, State};
use crate::report::label;
use crate::trial::{RunRecord, Sample};

const PLOT: Plot = Plot { left: 84, right: 800, top: 110, bottom: 440 };
const HEIGHT: i32 = 500;

/// Way between two markers of one layer, in pixels.
const MARKER_INTERVAL: i32 = 120;
/// The least height of a layer that holds a marker, and half its least length, in pixels.
const MARKER_ROOM: i32 = 16;

/// How each state is shown, by its number.
const LAYERS: [(RGBColor, Marker); State::COUNT] = [
    (theme::SKY, Marker::Circle),
    (theme::ORANGE, Marker::Square),
    (theme::YELLOW, Marker::Triangle),
    (theme::GREEN, Marker::Diamond),
    (theme::PURPLE, Marker::Cross),
    (theme::BLUE, Marker::Circle),
    (theme::VERMILION, Marker::Square),
    (theme::PENCIL, Marker::Triangle),
];

/// Draws the messages that waited, by state.
#[must_use]
pub fn waiting(record: &RunRecord) -> Picture {
    let mut picture = frame::sheet(record, "Messages waiting, by state", HEIGHT);
    let time = TimeAxis::new(record.ended_at.since(Instant::ZERO), PLOT.left, PLOT.right, 12);
    let counts = CountAxis::new(most(&record.series).saturating_add(1), PLOT.bottom, PLOT.top);
    PLOT.draw_time(&mut picture, &time, "virtual time");
    // What came and went between two samples is not in it.
    let interval = record.scenario.record.sample_interval;
    let counted = format!("messages waiting, counted every {interval}");
    PLOT.draw_counts(&mut picture, &counts, &counted);
    let corners = corners(&record.series, &time, record.ended_at);
    if let Some(note) = nothing_to_draw(&record.series, &corners) {
        PLOT.draw_note(&mut picture, &note);
    } else {
        draw_layers(&mut picture, &corners, &counts);
    }
    draw_legend(&mut picture, &record.series);
    picture
}

/// Why there is no area to draw; none where there is one.
fn nothing_to_draw(series: &[Sample], corners: &[(i32, &Sample)]) -> Option<String> {
    let most = most(series);
    if most == 0 {
        let samples = label::counted(series.len() as u64, "sample");
        return Some(format!("no message was waiting in any of {samples}"));
    }
    let one_point = corners.iter().all(|(x, _)| *x == corners[0].0);
    one_point.then(|| format!("{} waiting, in a run of no length", label::counted(most, "message")))
}

/// The most messages that waited at once.
fn most(series: &[Sample]) -> u64 {
    series.iter().map(waiting_of).max().unwrap_or(0)
}

fn waiting_of(sample: &Sample) -> u64 {
    sample.messages.iter().map(|count| u64::from(*count)).sum()
}

/// The corners of the steps: one sample for each pixel of the axis that has any, and before it the
/// one that stood until then; the last one stands until the run's end.
fn corners<'a>(series: &'a [Sample], time: &TimeAxis, ended_at: Instant) -> Vec<(i32, &'a Sample)> {
    let mut columns: Vec<(i32, &Sample)> = Vec::new();
    for sample in series {
        let x = time.at(sample.at);
        match columns.last_mut() {
            Some((last, kept)) if *last == x => {
                if waiting_of(sample) > waiting_of(kept) {
                    *kept = sample;
                }
            }
            _ => columns.push((x, sample)),
        }
    }
    let mut corners: Vec<(i32, &Sample)> = Vec::with_capacity(columns.len() * 2);
    for (x, sample) in columns {
        if let Some((_, until_then)) = corners.last().copied() {
            corners.push((x, until_then));
        }
        corners.push((x, sample));
    }
    if let Some((_, last)) = corners.last().copied() {
        corners.push((time.at(ended_at), last));
    }
    corners
}

fn draw_layers(picture: &mut Picture, corners: &[(i32, &Sample)], counts: &CountAxis) {
    // The line between two layers is drawn after both, so that neither hides it.
    let mut below: Vec<u64> = vec![0; corners.len()];
    let mut tops = Vec::new();
    for (state, (colour, marker)) in LAYERS.into_iter().enumerate() {
        let own: Vec<u64> = corners.iter().map(|(_, s)| u64::from(s.messages[state])).collect();
        if own.iter().all(|count| *count == 0) {
            continue;
        }
        let above: Vec<u64> = below.iter().zip(&own).map(|(low, own)| low + own).collect();
        let edge = |heights: &[u64]| -> Vec<Point> {
            corners.iter().zip(heights).map(|((x, _), n)| (*x, counts.at(*n))).collect()
        };
        let (top, bottom) = (edge(&above), edge(&below));
        for (upper, lower) in runs(&top, &bottom) {
            let mut area = plain(upper);
            area.extend(plain(lower).into_iter().rev());
            picture.polygon(area, colour);
        }
        tops.push((top, bottom, colour, marker));
        below = above;
    }
    for (top, bottom, _, _) in &tops {
        for (upper, _) in runs(top, bottom) {
            picture.path(plain(upper), theme::PENCIL, 1);
        }
    }
    for (layer, (top, bottom, _, marker)) in tops.iter().enumerate() {
        draw_markers(picture, top, bottom, *marker, pixels(layer));
    }
}

/// The stretches in which a layer is not empty, each with the corners at which it begins and ends:
/// its upper and its lower edge.
fn runs<'a>(top: &'a [Point], bottom: &'a [Point]) -> Vec<(&'a [Point], &'a [Point])> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < top.len() {
        if top[at] == bottom[at] {
            at += 1;
            continue;
        }
        let length = top[at..].iter().zip(&bottom[at..]).take_while(|(a, b)| a != b).count();
        let (from, to) = (at.saturating_sub(1), (at + length + 1).min(top.len()));
        runs.push((&top[from..to], &bottom[from..to]));
        at += length;
    }
    runs
}

/// The points without those in the middle of a level line.
fn plain(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if let [.., before, last] = kept.as_slice()
            && before.1 == last.1
            && last.1 == point.1
        {
            kept.pop();
        }
        kept.push(*point);
    }
    kept
}

/// A marker in the middle of the layer now and then, where there is room for one; those of the next
/// layer stand a little to the right.
fn draw_markers(
    picture: &mut Picture,
    top: &[Point],
    bottom: &[Point],
    marker: Marker,
    layer: i32,
) {
    let mut next = PLOT.left + 30 + layer * MARKER_INTERVAL / pixels(LAYERS.len());
    for (place, (upper, lower)) in top.iter().zip(bottom).enumerate() {
        if upper.0 >= next && has_room(top, bottom, place) {
            picture.marker(marker, (upper.0, i32::midpoint(upper.1, lower.1)), theme::INK);
            next = upper.0 + MARKER_INTERVAL;
        }
    }
}

/// Whether the layer is high enough for a marker at this corner, at those beside it, and as far as
/// a marker goes to both sides.
fn has_room(top: &[Point], bottom: &[Point], place: usize) -> bool {
    let x = top[place].0;
    let high = |at: usize| bottom[at].1 - top[at].1 >= MARKER_ROOM;
    let near = |at: &usize| (top[*at].0 - x).abs() <= MARKER_ROOM;
    place > 0
        && place + 1 < top.len()
        && (place - 1..=place + 1).all(high)
        && (0..place).rev().take_while(near).all(high)
        && (place..top.len()).take_while(near).all(high)
}

/// The states in the order in which they lie upon one another.
fn draw_legend(picture: &mut Picture, series: &[Sample]) {
    let left = PLOT.right + 24;
    for (place, state) in (0..).zip(State::ALL.into_iter().rev()) {
        let (colour, marker) = LAYERS[state as usize];
        let y = PLOT.top + 8 + place * 46;
        picture.rect((left, y - 8), (left + 28, y + 9), colour);
        picture.marker(marker, (left + 14, y), theme::INK);
        let most = series.iter().map(|sample| sample.messages[state as usize]).max().unwrap_or(0);
        frame::legend_text(
            picture,
            (left + 38, y),
            &state.name().replace('_', " "),
            &format!("at most {}", label::grouped(u64::from(most))),
        );
    }
}
