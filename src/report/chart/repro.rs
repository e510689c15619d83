//! A museum bug beside the production rules: two lanes on one time axis.
//!
//! In: a [`Story`]. Out: a picture.

use plotters::style::RGBColor;

use super::axis::TimeAxis;
use super::frame::{self, Plot};
use super::picture::{Anchor, Marker, Picture, Text, pixels};
use super::theme::{self, Weight};
use crate::base::Instant;
use crate::report::label;
use crate::report::repro::{Event, Life, Moment, Story};

/// Room for the arrow of what never ends lies to the right of the plot.
const PLOT: Plot = Plot { left: 40, right: 890, top: 136, bottom: 400 };
const HEIGHT: i32 = 490;
const LANES: [i32; 2] = [182, 304];
/// The least way between the signs of two calls.
const CALL_INTERVAL: i32 = 6;
/// How far signs of one instant reach above a lane; more than that stand upon each other.
const SIGNS_HEIGHT: i32 = 24;
/// Rows of words below a lane.
const LABEL_ROWS: usize = 4;

/// Draws one message's life under both sets of rules.
#[must_use]
pub fn repro(story: &Story) -> Picture {
    let title = format!("{} beside the production rules", story.exhibit_id);
    let mut picture = Picture::new(title.clone(), theme::WIDTH, HEIGHT);
    let room = theme::WIDTH - 2 * frame::MARGIN;
    let mut below =
        vec![format!("{}, seed {}, message {}", story.scenario, story.seed, story.message)];
    let because = format!("{}: {}", story.source, story.cause);
    below.extend(theme::wrapped(&because, theme::TEXT, room, 2));
    frame::headline(&mut picture, &title, &below);

    let time = TimeAxis::new(story.reach, PLOT.left, PLOT.right, 12);
    PLOT.draw_time(&mut picture, &time, "virtual time");
    draw_deadline(&mut picture, story, &time);
    for ((y, name), life) in LANES
        .into_iter()
        .zip(["production rules", &story.exhibit_id])
        .zip([&story.production, &story.exhibit])
    {
        picture.text(Text::new((PLOT.left, y - 36), name.to_owned()).bold());
        draw_life(&mut picture, life, &time, y);
    }
    draw_legend(&mut picture);
    picture
}

fn draw_deadline(picture: &mut Picture, story: &Story, time: &TimeAxis) {
    let x = time.at(story.deadline);
    picture.dashed(&[(x, PLOT.top - 8), (x, PLOT.bottom)], (2, 3), theme::PENCIL, 2);
    let timeout = story.deadline.since(story.accepted_at);
    let words =
        format!("time-out {} after acceptance, slack {}", label::rough(timeout), story.slack);
    label_near(picture, x, PLOT.top - 18, &words, theme::PENCIL);
}

fn draw_life(picture: &mut Picture, life: &Life, time: &TimeAxis, y: i32) {
    let from = time.at(life.begins_at());
    let to = life.ended_at.map_or(PLOT.right + 40, |at| time.at(at));
    picture.rect((from, y - 3), (to, y + 3), theme::SKY);
    if life.is_stranded() {
        picture.polygon(vec![(to, y - 9), (to + 18, y), (to, y + 9)], theme::SKY);
        let words = format!(
            "still waits when the run ends, at {}",
            label::rough(life.run_ended_at.since(Instant::ZERO))
        );
        picture.text(Text::new((theme::WIDTH - frame::MARGIN, y - 20), words).anchor(Anchor::End));
    }
    let mut taken = [0; LABEL_ROWS];
    let (mut before, mut above, mut called) = (None, 0, None);
    for moment in &life.moments {
        let Some((marker, colour)) = sign(moment.event) else { continue };
        let x = time.at(moment.at);
        if moment.event == Event::Called {
            // A call that the one before would cover is left out.
            if called.is_some_and(|last| x - last < CALL_INTERVAL) {
                continue;
            }
            called = Some(x);
        }
        // Signs of one instant stand above each other, the first one on the lane.
        above = if before == Some(x) { (above + 12).min(SIGNS_HEIGHT) } else { 0 };
        before = Some(x);
        picture.marker(marker, (x, y - above), colour);
        let Some(words) = words(moment) else { continue };
        let left = beginning(&words, x);
        // Words that find no room are left to the text, which has them all.
        if let Some(row) = taken.iter().position(|right| right + 16 <= left) {
            taken[row] = label_near(picture, x, y + 20 + 16 * pixels(row), &words, theme::INK);
        }
    }
}

const fn sign(event: Event) -> Option<(Marker, RGBColor)> {
    Some(match event {
        Event::Accepted => (Marker::Circle, theme::BLACK),
        Event::Called => (Marker::Triangle, theme::BLACK),
        Event::Delivered => (Marker::Square, theme::BLUE),
        Event::Returned => (Marker::Diamond, theme::VERMILION),
        Event::Ended => (Marker::Square, theme::ORANGE),
        Event::Broken => (Marker::Cross, theme::VERMILION),
        Event::ReportEnded | Event::Stranded => return None,
    })
}

/// What is written at a sign; a call's stands in the legend alone, since there may be many.
fn words(moment: &Moment) -> Option<String> {
    let at = label::rough(moment.at.since(Instant::ZERO));
    match moment.event {
        Event::Called => None,
        Event::Broken => Some(format!("{} at {at}", moment.words)),
        _ => Some(format!("{}, {at}", moment.words)),
    }
}

/// Where words begin that are centred on `x`, or moved inwards where they would leave the sheet.
fn beginning(words: &str, x: i32) -> i32 {
    let width = theme::width_of(words, theme::TEXT, Weight::Regular);
    (x - width / 2).min(theme::WIDTH - frame::MARGIN - width).max(frame::MARGIN)
}

/// Words near `x` with nothing behind them; tells where they end.
fn label_near(picture: &mut Picture, x: i32, y: i32, words: &str, colour: RGBColor) -> i32 {
    let left = beginning(words, x);
    let right = left + theme::width_of(words, theme::TEXT, Weight::Regular);
    picture.rect((left - 4, y - 8), (right + 4, y + 8), theme::PAPER);
    picture.text(Text::new((left, y), words.to_owned()).colour(colour));
    right
}

fn draw_legend(picture: &mut Picture) {
    let y = HEIGHT - 22;
    let mut x = PLOT.left;
    for (event, name) in [
        (Event::Accepted, "accepted"),
        (Event::Called, "call"),
        (Event::Delivered, "delivered"),
        (Event::Returned, "returned (NDR)"),
        (Event::Ended, "ended otherwise"),
        (Event::Broken, "rule broken"),
    ] {
        if let Some((marker, colour)) = sign(event) {
            picture.marker(marker, (x, y), colour);
        }
        picture.text(Text::new((x + 12, y), name));
        x += 12 + theme::width_of(name, theme::TEXT, Weight::Regular) + 28;
    }
}
