//! Time to the end as a cumulative curve: which part of the mail was delivered, or returned, within
//! which time of its acceptance, with the scenario's time-outs drawn in.
//!
//! In: a record's two distributions. Out: a picture. Reports are not in it.

use std::collections::BTreeMap;

use plotters::style::RGBColor;

use super::axis::{CountAxis, TimeAxis};
use super::frame::{self, MARGIN, Plot};
use super::picture::{Marker, Picture, Point, Text, pixels};
use super::theme::{self, Weight};
use crate::base::{Priority, Span};
use crate::report::label;
use crate::scenario::Scenario;
use crate::trial::{Distribution, RunRecord};

const LEFT: i32 = 84;
const RIGHT: i32 = 770;
/// The top of the plot below one row of names of time-outs; each row more moves it down.
const TOP: i32 = 110;
const PLOT_HEIGHT: i32 = 330;
/// The height of a row of names.
const ROW: i32 = 18;
/// The unit of the upright axis, at the left end of the lowest row.
const SHARE: &str = "share of the accepted mail (%)";
/// Way between two markers of a curve, in pixels.
const MARKER_INTERVAL: i32 = 90;
/// A time-out that is as many times the longest time seen is left off the axis, or the curves would
/// be one upright line.
const FAR: u64 = 25;

/// One of the two curves.
struct Curve<'a> {
    name: &'static str,
    spans: &'a Distribution,
    colour: RGBColor,
    marker: Marker,
    /// Dashes, as pixels on and off; none for an unbroken line.
    dashes: Option<(i32, i32)>,
}

/// Draws the time from acceptance to the end.
#[must_use]
pub fn time_to_end(record: &RunRecord) -> Picture {
    let curves = [
        Curve {
            name: "delivered",
            spans: &record.time_to_delivery,
            colour: theme::BLUE,
            marker: Marker::Circle,
            dashes: None,
        },
        Curve {
            name: "returned",
            spans: &record.time_to_return,
            colour: theme::VERMILION,
            marker: Marker::Square,
            dashes: Some((8, 4)),
        },
    ];
    let ended: u64 = curves.iter().map(|curve| curve.spans.count()).sum();
    let share = Share { of: record.mail.accepted.max(ended) };
    let longest = curves.iter().filter_map(|curve| curve.spans.largest()).max();
    let timeouts = timeouts(&record.scenario);
    let time = TimeAxis::new(reach(longest, &timeouts), LEFT, RIGHT, 12);
    let names = names(&timeouts, &time);
    let rows = names.iter().map(|name| name.row).max().unwrap_or(0);
    let top = TOP + ROW * rows;
    let plot = Plot { left: LEFT, right: RIGHT, top, bottom: top + PLOT_HEIGHT };

    let mut picture = frame::sheet(record, "Time from acceptance to the end", plot.bottom + 60);
    plot.draw_time(&mut picture, &time, "time since acceptance");
    plot.draw_counts(&mut picture, &CountAxis::new(100, plot.bottom, plot.top), SHARE);
    draw_timeouts(&mut picture, &plot, &names);
    for (place, curve) in (0..).zip(&curves) {
        if curve.spans.count() > 0 {
            draw_curve(&mut picture, curve, &points(curve.spans, &time, &plot, &share), place);
        }
        draw_legend(&mut picture, &plot, curve, &share, place);
    }
    if ended == 0 {
        plot.draw_note(&mut picture, &nothing_ended(share.of));
    }
    picture
}

fn nothing_ended(accepted: u64) -> String {
    match accepted {
        0 => "no mail was accepted".to_owned(),
        n => format!("{} accepted, and none came to an end", label::counted(n, "message")),
    }
}

/// What counts are a share of.
struct Share {
    of: u64,
}

impl Share {
    fn height(&self, count: u64, plot: &Plot) -> i32 {
        let room = (plot.bottom - plot.top) as u128;
        plot.bottom - (u128::from(count) * room / u128::from(self.of.max(1))) as i32
    }

    /// In percent with one decimal, cut and not rounded: 100 % is all.
    fn text(&self, count: u64) -> String {
        let permille = u128::from(count) * 1_000 / u128::from(self.of.max(1));
        format!("{}.{} %", permille / 10, permille % 10)
    }
}

/// The time-outs of the mail that the scenario sends, each with its priorities.
fn timeouts(scenario: &Scenario) -> BTreeMap<Span, String> {
    let mut timeouts: BTreeMap<Span, String> = BTreeMap::new();
    for priority in Priority::ALL {
        if scenario.sources.iter().any(|source| source.priority.includes(priority)) {
            let names = timeouts.entry(scenario.policy.terms.timeout[priority as usize]);
            names
                .and_modify(|names| names.push_str(&format!(", {}", priority.name())))
                .or_insert_with(|| priority.name().to_owned());
        }
    }
    timeouts
}

/// How far the axis goes: past the longest time and every time-out that is not far beyond it.
fn reach(longest: Option<Span>, timeouts: &BTreeMap<Span, String>) -> Span {
    let seen = longest.unwrap_or(Span::ZERO).micros();
    let near = |timeout: &u64| seen == 0 || *timeout / FAR <= seen;
    let last = timeouts.keys().map(|timeout| timeout.micros()).filter(near).max();
    let last = last.unwrap_or(0).max(seen);
    Span::from_micros(last.saturating_add(last / 12))
}

/// The curve's corners: level up to a time, upright at it. Within one pixel only the last height counts.
fn points(spans: &Distribution, time: &TimeAxis, plot: &Plot, share: &Share) -> Vec<Point> {
    let mut points = vec![(plot.left, plot.bottom)];
    let mut height = plot.bottom;
    for (span, upto) in spans.steps_by(|span| time.after(span)) {
        let (x, y) = (time.after(span), share.height(upto, plot));
        if y != height {
            points.extend([(x, height), (x, y)]);
            height = y;
        }
    }
    points.push((plot.right, height));
    points
}

fn draw_curve(picture: &mut Picture, curve: &Curve<'_>, points: &[Point], place: i32) {
    curve.draw_line(picture, points);
    let mut next = LEFT + 24 + place * MARKER_INTERVAL / 2;
    for pair in points.windows(2) {
        while next <= pair[1].0 && pair[0].1 == pair[1].1 {
            if next >= pair[0].0 {
                picture.marker(curve.marker, (next, pair[0].1), curve.colour);
            }
            next += MARKER_INTERVAL;
        }
    }
}

impl Curve<'_> {
    fn draw_line(&self, picture: &mut Picture, points: &[Point]) {
        match self.dashes {
            Some(dashes) => picture.dashed(points, dashes, self.colour, 2),
            None => picture.path(points.to_vec(), self.colour, 2),
        }
    }
}

/// A time-out's name above the plot.
struct Name {
    words: String,
    left: i32,
    /// 0 for the row next to the plot.
    row: i32,
    /// Where the time-out's line stands; none where the axis does not reach it.
    line: Option<i32>,
}

/// Names centred on their lines, each in the lowest row in which it is free of the others.
fn names(timeouts: &BTreeMap<Span, String>, time: &TimeAxis) -> Vec<Name> {
    let mut taken = vec![MARGIN + theme::width_of(SHARE, theme::TEXT, Weight::Regular)];
    let place = |(timeout, priorities): (&Span, &String)| {
        let line = time.reaches(*timeout).then(|| time.after(*timeout));
        let beyond = if line.is_some() { "" } else { ", beyond this axis →" };
        let words = format!("{priorities} time-out {}{beyond}", label::rough(*timeout));
        let width = theme::width_of(&words, theme::TEXT, Weight::Regular);
        let left = line.unwrap_or(RIGHT) - width / 2;
        let left = left.min(theme::WIDTH - MARGIN - width).max(MARGIN);
        let row = taken.iter().position(|right| right + 16 <= left).unwrap_or(taken.len());
        taken.resize(taken.len().max(row + 1), 0);
        taken[row] = left + width;
        Name { words, left, row: pixels(row), line }
    };
    timeouts.iter().map(place).collect()
}

/// An upright dotted line for each time-out that the axis reaches, up to its name.
fn draw_timeouts(picture: &mut Picture, plot: &Plot, names: &[Name]) {
    for name in names {
        let y = plot.top - 20 - ROW * name.row;
        if let Some(x) = name.line {
            picture.dashed(&[(x, y + 9), (x, plot.bottom)], (2, 3), theme::PENCIL, 2);
        }
        picture.text(Text::new((name.left, y), name.words.clone()).colour(theme::PENCIL));
    }
}

fn draw_legend(picture: &mut Picture, plot: &Plot, curve: &Curve<'_>, share: &Share, place: i32) {
    let left = plot.right + 24;
    let y = plot.top + 8 + place * 86;
    curve.draw_line(picture, &[(left, y), (left + 30, y)]);
    picture.marker(curve.marker, (left + 15, y), curve.colour);
    let count = curve.spans.count();
    let at = (left + 40, y);
    let how_much = format!("{} ({})", label::grouped(count), share.text(count));
    frame::legend_text(picture, at, curve.name, &how_much);
    let percentiles = [("half within", 500), ("99 % within", 990)];
    for (line, (name, permille)) in (2..).zip(percentiles) {
        if let Some(span) = curve.spans.percentile(permille) {
            let words = format!("{name} {}", label::rough(span));
            let room = picture.width - at.0 - 8;
            let words = theme::fitted(&words, theme::TEXT, Weight::Regular, room);
            picture.text(Text::new((at.0, y + 16 * line), words).colour(theme::PENCIL));
        }
    }
}
