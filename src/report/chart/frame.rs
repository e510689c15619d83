//! What all charts have in common: title, axes with their grid, and a legend outside the plot.
//!
//! In: a picture, the room, the axes. Out: shapes. Nothing here knows what is plotted.

use super::axis::{CountAxis, TimeAxis};
use super::picture::{Anchor, Picture, Point, Text};
use super::theme::{self, Weight};
use crate::base::Instant;
use crate::report::label;
use crate::trial::{AbsenceCause, HubLife, RunRecord};

/// The rectangle that holds the data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
}

/// Room between a title and the sheet's edge.
pub(super) const MARGIN: i32 = 24;

impl Plot {
    /// Shades the times in which the hub is not there, and says so below the plot; to be called before
    /// anything else is drawn. A time shorter than two pixels is to be seen all the same.
    pub(super) fn draw_absences(&self, picture: &mut Picture, axis: &TimeAxis, hub: &HubLife) {
        for absence in &hub.absences {
            let from = axis.at(absence.from).min(self.right - 2);
            let to = axis.at(absence.to.unwrap_or(Instant::NEVER)).max(from + 2);
            picture.rect((from, self.top), (to, self.bottom), theme::SHADE);
        }
        if let Some(words) = absences_in_words(hub) {
            let at = (picture.width - MARGIN, self.bottom + 40);
            picture.text(Text::new(at, words).colour(theme::PENCIL).anchor(Anchor::End));
        }
    }

    /// The line of time below the plot, its grid and its unit.
    pub(super) fn draw_time(&self, picture: &mut Picture, axis: &TimeAxis, title: &str) {
        let mut free = 0;
        for (x, number) in axis.ticks() {
            picture.line((x, self.top), (x, self.bottom), theme::GRID, 1);
            picture.line((x, self.bottom), (x, self.bottom + 5), theme::PENCIL, 1);
            // A number for which the one before leaves no room is left out.
            let half = theme::width_of(&number, theme::TEXT, Weight::Regular) / 2 + 4;
            if x - half >= free {
                picture.text(Text::new((x, self.bottom + 16), number).anchor(Anchor::Middle));
                free = x + half;
            }
        }
        picture.line((self.left, self.bottom), (self.right, self.bottom), theme::PENCIL, 1);
        let middle = i32::midpoint(self.left, self.right);
        picture.text(
            Text::new((middle, self.bottom + 40), format!("{title} ({})", axis.unit()))
                .colour(theme::PENCIL)
                .anchor(Anchor::Middle),
        );
    }

    /// The line of counts left of the plot, its grid, and its unit above it.
    pub(super) fn draw_counts(&self, picture: &mut Picture, axis: &CountAxis, title: &str) {
        for (y, count) in axis.ticks() {
            picture.line((self.left, y), (self.right, y), theme::GRID, 1);
            picture.text(Text::new((self.left - 8, y), label::grouped(count)).anchor(Anchor::End));
        }
        picture.text(Text::new((MARGIN, self.top - 20), title.to_owned()).colour(theme::PENCIL));
    }

    /// A sentence in the middle of the plot, where there is nothing to show.
    pub(super) fn draw_note(&self, picture: &mut Picture, note: &str) {
        let middle = (i32::midpoint(self.left, self.right), i32::midpoint(self.top, self.bottom));
        let words = theme::fitted(note, theme::TEXT, Weight::Regular, self.right - self.left - 40);
        let width = theme::width_of(&words, theme::TEXT, Weight::Regular);
        picture.rect(
            (middle.0 - width / 2 - 10, middle.1 - 14),
            (middle.0 + width / 2 + 10, middle.1 + 14),
            theme::PAPER,
        );
        picture.text(Text::new(middle, words).anchor(Anchor::Middle));
    }
}

/// A sheet with what it shows, and which run, in two lines at its top.
pub(super) fn sheet(record: &RunRecord, shows: &str, height: i32) -> Picture {
    let run = format!(
        "{}, seed {}, {}, {} of virtual time",
        record.scenario.name,
        record.seed,
        label::rules(record),
        label::rough(record.ended_at.since(Instant::ZERO)),
    );
    let mut picture = Picture::new(format!("{shows}: {run}"), theme::WIDTH, height);
    headline(&mut picture, shows, &[run]);
    picture
}

/// A title and the lines below it.
pub(super) fn headline(picture: &mut Picture, title: &str, below: &[String]) {
    let room = picture.width - 2 * MARGIN;
    let words = theme::fitted(title, theme::TITLE, Weight::Bold, room);
    picture.text(Text::new((MARGIN, 28), words).size(theme::TITLE).bold());
    for (line, words) in (0..).zip(below) {
        let words = theme::fitted(words, theme::TEXT, Weight::Regular, room);
        picture.text(Text::new((MARGIN, 52 + 18 * line), words).colour(theme::PENCIL));
    }
}

/// What the shading stands for; none where there is none.
fn absences_in_words(hub: &HubLife) -> Option<String> {
    let times = AbsenceCause::ALL.map(|cause| (hub.times(cause), cause));
    let there = times.into_iter().filter(|(times, _)| *times > 0);
    let words =
        there.map(|(times, cause)| format!("{} {}", cause.name(), label::counted(times, "time")));
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| format!("shaded: the hub is {}", words.join(" or ")))
}

/// An entry's text in a legend, in two lines: what, and how much.
pub(super) fn legend_text(picture: &mut Picture, at: Point, what: &str, how_much: &str) {
    let room = picture.width - at.0 - 8;
    let what = theme::fitted(what, theme::TEXT, Weight::Regular, room);
    let how_much = theme::fitted(how_much, theme::TEXT, Weight::Regular, room);
    picture.text(Text::new(at, what));
    picture.text(Text::new((at.0, at.1 + 16), how_much).colour(theme::PENCIL));
}
