//! The life of each site on one line: its calls, flushes, deliveries, and the returns of its mail.
//!
//! In: a record's strips. Out: a picture. Marks so close that they would cover each other are drawn
//! once; the numbers at the right count every one.

use plotters::style::RGBColor;

use super::axis::TimeAxis;
use super::frame::{self, MARGIN, Plot};
use super::picture::{Anchor, Marker, Picture, Text, pixels};
use super::theme::{self, Weight};
use crate::base::Instant;
use crate::report::label;
use crate::trial::{RunRecord, SiteTotals, Strip};

const LEFT: i32 = 190;
const RIGHT: i32 = 760;
const TOP: i32 = 112;
/// The height of one site's strip.
const ROW: i32 = 30;
/// The least way between two marks of one kind.
const MARK_INTERVAL: i32 = 4;

/// Where the columns of numbers end.
const COLUMNS: [(i32, &str); 3] = [(826, "calls"), (904, "delivered"), (976, "NDR")];

/// Draws the strips that a record holds.
#[must_use]
pub fn strips(record: &RunRecord) -> Picture {
    let strips = &record.strips[..record.strips.len().min(RunRecord::STRIPS)];
    let rows = pixels(strips.len().max(2));
    let plot = Plot { left: LEFT, right: RIGHT, top: TOP, bottom: TOP + rows * ROW };
    let mut picture = frame::sheet(record, "Sites: calls and what they brought", plot.bottom + 64);
    let time = TimeAxis::new(record.ended_at.since(Instant::ZERO), LEFT, RIGHT, 12);
    plot.draw_absences(&mut picture, &time, &record.hub);
    draw_legend(&mut picture);
    plot.draw_time(&mut picture, &time, "virtual time");
    for (x, name) in COLUMNS {
        let name = Text::new((x, TOP - 14), name).colour(theme::PENCIL).anchor(Anchor::End);
        picture.text(name);
    }
    for (row, strip) in (0..).zip(strips) {
        let y = TOP + row * ROW + ROW / 2;
        let number = strip.site.index();
        let name = record.scenario.sites.get(number).map_or("", |site| site.name.as_str());
        draw_site(&mut picture, name, record.sites.get(number), y);
        draw_strip(&mut picture, strip, &time, y);
    }
    if strips.is_empty() {
        plot.draw_note(&mut picture, "the scenario has no site");
    } else if strips.iter().all(is_empty) {
        plot.draw_note(&mut picture, "no call, no delivery and no NDR at these sites");
    }
    let more = record.sites.len().saturating_sub(strips.len()) as u64;
    if more > 0 {
        let words =
            format!("and {}, these spread evenly over all", label::counted(more, "more site"));
        picture.text(Text::new((MARGIN, plot.bottom + 40), words).bold());
    }
    picture
}

fn is_empty(strip: &Strip) -> bool {
    let marks = [&strip.calls, &strip.deliveries, &strip.ndrs];
    strip.flushes.is_empty() && marks.into_iter().all(Vec::is_empty)
}

fn draw_site(picture: &mut Picture, name: &str, totals: Option<&SiteTotals>, y: i32) {
    picture.line((MARGIN, y + ROW / 2), (picture.width - MARGIN, y + ROW / 2), theme::GRID, 1);
    let name = theme::fitted(name, theme::TEXT, Weight::Regular, LEFT - MARGIN - 10);
    picture.text(Text::new((MARGIN, y), name));
    let Some(totals) = totals else { return };
    for ((x, _), count) in COLUMNS.into_iter().zip([totals.calls, totals.delivered, totals.ndrs]) {
        let count = label::grouped(count);
        picture.text(Text::new((x, y), count).anchor(Anchor::End));
    }
}

/// Calls as upright strokes above the line, flushes as bars upon it, deliveries and returns below.
fn draw_strip(picture: &mut Picture, strip: &Strip, time: &TimeAxis, y: i32) {
    picture.line((LEFT, y), (RIGHT, y), theme::GRID, 1);
    for (from, to) in &strip.flushes {
        let from = time.at(*from);
        // A flush shorter than two pixels is to be seen all the same.
        let to = time.at(*to).max(from + 2);
        picture.rect((from, y - 4), (to, y + 4), theme::SKY);
    }
    for x in apart(&strip.calls, time) {
        draw_call(picture, x, y - 4);
    }
    for x in apart(&strip.deliveries, time) {
        draw_delivery(picture, x, y + 7);
    }
    for x in apart(&strip.ndrs, time) {
        picture.marker(Marker::Diamond, (x, y + 7), NDR);
    }
}

const NDR: RGBColor = theme::VERMILION;

fn draw_call(picture: &mut Picture, x: i32, bottom: i32) {
    picture.line((x, bottom - 8), (x, bottom), theme::BLACK, 2);
}

fn draw_delivery(picture: &mut Picture, x: i32, y: i32) {
    picture.rect((x - 1, y - 3), (x + 2, y + 4), theme::BLUE);
}

/// Where the marks stand, without those that the one before would cover.
fn apart(instants: &[Instant], time: &TimeAxis) -> Vec<i32> {
    let mut kept: Vec<i32> = Vec::new();
    for x in instants.iter().map(|instant| time.at(*instant)) {
        if kept.last().is_none_or(|last| x - last >= MARK_INTERVAL) {
            kept.push(x);
        }
    }
    kept
}

fn draw_legend(picture: &mut Picture) {
    let y = 80;
    let mut x = MARGIN + 4;
    for (place, name) in ["call", "flush", "delivery", "NDR"].into_iter().enumerate() {
        match place {
            0 => draw_call(picture, x, y + 4),
            1 => picture.rect((x - 4, y - 4), (x + 14, y + 4), theme::SKY),
            2 => draw_delivery(picture, x, y),
            _ => picture.marker(Marker::Diamond, (x, y), NDR),
        }
        let gap = if place == 1 { 22 } else { 12 };
        picture.text(Text::new((x + gap, y), name));
        x += gap + theme::width_of(name, theme::TEXT, Weight::Regular) + 28;
    }
}
