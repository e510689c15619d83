//! What moved most between two sets of results: a dot for each figure, where its mean stands in B relative
//! to A, on its confidence interval.
//!
//! In: a comparison as it is to be shown. Out: a picture. What moved stands first, in the order of the
//! table; below it, where there is room, what differs by no more than chance. A figure that was 0, appears
//! or vanishes has no relative difference, and words in the place of a dot.

use plotters::style::RGBColor;

use super::frame::{self, MARGIN, Plot};
use super::picture::{Anchor, Marker, Picture, Point, Text, pixels};
use super::theme::{self, Weight};
use crate::report::comparison::{Shown, figure, measured, percent, share};
use crate::report::label;
use crate::sweep::{Change, Limit, Pair};

const LEFT: i32 = 316;
const RIGHT: i32 = 700;
const TOP: i32 = 146;
/// The height of one figure's row.
const ROW: i32 = 38;
/// Where the columns of numbers end.
const COLUMNS: [(i32, &str); 3] = [(796, "A"), (882, "B"), (976, "B to A")];
/// The room of a number in them.
const NUMBER: i32 = 82;
/// The most rows that a chart is read with.
const ROWS: usize = 40;
/// Room at both ends of the axis, for what is beyond it.
const ENDS: i32 = 14;

/// The axis reaches no farther than this, in millionths of A: what moved more is beyond it.
const FARTHEST: i64 = 2_000_000;
/// Nor as many times as far as the middle one of what moved.
const FAR: i64 = 8;

/// Draws the figures that moved most.
#[must_use]
pub fn forest(shown: &Shown<'_>) -> Picture {
    let ranked = shown.comparison.ranked();
    let pairs = &ranked[..ranked.len().min(shown.top).min(ROWS)];
    let bottom = TOP + pixels(pairs.len().max(2)) * ROW;
    let plot = Plot { left: LEFT, right: RIGHT, top: TOP, bottom };
    let names = [format!("A: {}", shown.a.name), format!("B: {}", shown.b.name)];
    let title = format!("What moved from A to B. {}. {}", names[0], names[1]);
    let mut picture = Picture::new(title, theme::WIDTH, bottom + 64);
    frame::headline(&mut picture, "What moved from A to B, relative to A", &names);
    let axis = Axis::of(shown, pairs);
    let limit = shown.limit.filter(|limit| axis.shows(*limit));
    draw_legend(&mut picture, &signs(shown, pairs, &axis, limit));
    axis.draw(&mut picture, &plot);
    if let Some(limit) = limit.map(in_millionths) {
        for x in [axis.at(-limit), axis.at(limit)] {
            picture.dashed(&[(x, plot.top), (x, plot.bottom)], (4, 4), theme::INK, 1);
        }
    }
    for (x, name) in COLUMNS {
        let at = (x, TOP - 14);
        picture.text(Text::new(at, name).colour(theme::PENCIL).anchor(Anchor::End));
    }
    for (row, pair) in (0..).zip(pairs) {
        draw_row(&mut picture, shown, pair, &axis, TOP + row * ROW + ROW / 2);
    }
    if pairs.is_empty() {
        plot.draw_note(&mut picture, "nothing differs");
    }
    let more = ranked.len() - pairs.len();
    if more > 0 {
        let words = format!("and {} that differ", label::counted(more as u64, "more figure"));
        picture.text(Text::new((MARGIN, bottom + 40), words).bold());
    }
    picture
}

/// Relative differences in millionths of A, as much to the left of 0 as to the right.
struct Axis {
    reach: i64,
    step: i64,
}

impl Axis {
    /// As far as the differences go but for a few that would squeeze the others, and their intervals up
    /// to twice as far.
    fn of(shown: &Shown<'_>, pairs: &[&Pair]) -> Axis {
        let moved = pairs.iter().filter(|pair| shown.comparison.has_moved(pair));
        let mut moved: Vec<i64> = moved.filter_map(|pair| dot(pair)).map(i64::abs).collect();
        moved.sort_unstable();
        let far = moved.get(moved.len() / 2).map_or(FARTHEST, |middle| FAR * (*middle).max(1));
        let dots = pairs.iter().filter_map(|pair| dot(pair)).map(i64::abs);
        let dots = dots.filter(|dot| *dot <= far).max().unwrap_or(0);
        let ends = pairs.iter().filter_map(|pair| ends(pair));
        let ends = ends.map(|(low, high)| low.abs().max(high.abs())).max().unwrap_or(0);
        let reach = dots.max(ends.min(dots * 2)).min(FARTHEST);
        let reach = if reach == 0 { 10_000 } else { reach + reach / 12 + 1 };
        Axis { reach, step: step_of(reach) }
    }

    /// Where a difference stands; at the end of the axis where it is past it.
    fn at(&self, millionths: i64) -> i32 {
        let middle = i32::midpoint(LEFT, RIGHT);
        let room = i64::from(RIGHT - middle - ENDS);
        middle + (millionths.clamp(-self.reach, self.reach) * room / self.reach) as i32
    }

    /// Whether a limit is on the axis, and not so near to 0 that nobody could tell them apart.
    fn shows(&self, limit: Limit) -> bool {
        let limit = in_millionths(limit);
        limit <= self.reach && self.at(limit) - self.at(0) >= 6
    }

    fn draw(&self, picture: &mut Picture, plot: &Plot) {
        let steps = self.reach / self.step;
        let mut free = 0;
        for millionths in (-steps..=steps).map(|step| step * self.step) {
            let x = self.at(millionths);
            let colour = if millionths == 0 { theme::PENCIL } else { theme::GRID };
            picture.line((x, plot.top), (x, plot.bottom), colour, 1);
            picture.line((x, plot.bottom), (x, plot.bottom + 5), theme::PENCIL, 1);
            let words = percent(millionths as f64 / 1_000_000.0);
            // A number for which the one before leaves no room is left out.
            let half = theme::width_of(&words, theme::TEXT, Weight::Regular) / 2 + 4;
            if x - half >= free {
                picture.text(Text::new((x, plot.bottom + 16), words).anchor(Anchor::Middle));
                free = x + half;
            }
        }
        picture.line((plot.left, plot.bottom), (plot.right, plot.bottom), theme::PENCIL, 1);
        let at = (i32::midpoint(plot.left, plot.right), plot.bottom + 40);
        let words = "difference from A, relative to A";
        picture.text(Text::new(at, words).colour(theme::PENCIL).anchor(Anchor::Middle));
    }
}

/// The smallest round step of which at most three fit.
fn step_of(reach: i64) -> i64 {
    let mut tens = 1;
    loop {
        let steps = [1, 2, 5].map(|step| step * tens);
        if let Some(step) = steps.into_iter().find(|step| reach / step <= 3) {
            return step;
        }
        tens *= 10;
    }
}

/// The relative difference, where the figure has one on the axis.
fn dot(pair: &Pair) -> Option<i64> {
    let relative = pair.relative().filter(|_| matches!(pair.change, Change::Seen(_)));
    relative.map(millionths)
}

/// Its interval.
fn ends(pair: &Pair) -> Option<(i64, i64)> {
    dot(pair)?;
    let (low, high) = pair.interval()?;
    let a = pair.a?.value(pair.measure);
    Some((millionths(low / a), millionths(high / a)))
}

/// The nearest whole number of them; a thousand times A stands for all that is farther.
fn millionths(relative: f64) -> i64 {
    (relative.clamp(-1_000.0, 1_000.0) * 1_000_000.0).round() as i64
}

/// How a dot is drawn: as what moved, or as chance.
const fn sign(has_moved: bool) -> (Marker, RGBColor) {
    if has_moved { (Marker::Diamond, theme::VERMILION) } else { (Marker::Circle, theme::PENCIL) }
}

fn draw_row(picture: &mut Picture, shown: &Shown<'_>, pair: &Pair, axis: &Axis, y: i32) {
    picture.line((MARGIN, y + ROW / 2), (picture.width - MARGIN, y + ROW / 2), theme::GRID, 1);
    let room = LEFT - MARGIN - 12;
    let fitted = |words: &str| theme::fitted(words, theme::TEXT, Weight::Regular, room);
    picture.text(Text::new((MARGIN, y - 8), fitted(&measured(pair.measure))));
    let cell = fitted(&shown.cell(pair.cell));
    picture.text(Text::new((MARGIN, y + 8), cell).colour(theme::PENCIL));
    let mean = |mean: Option<crate::sweep::Mean>| {
        mean.map(|mean| figure(mean.value(pair.measure))).unwrap_or_default()
    };
    let relative = dot(pair).and_then(|_| pair.relative()).map(percent).unwrap_or_default();
    for ((x, _), words) in COLUMNS.into_iter().zip([mean(pair.a), mean(pair.b), relative]) {
        let words = theme::fitted(&words, theme::TEXT, Weight::Regular, NUMBER);
        picture.text(Text::new((x, y), words).anchor(Anchor::End));
    }
    let has_moved = shown.comparison.has_moved(pair);
    match dot(pair) {
        Some(dot) => draw_dot(picture, axis, (dot, ends(pair)), has_moved, y),
        None => draw_words(picture, pair, sign(has_moved).1, y),
    }
}

fn draw_dot(
    picture: &mut Picture,
    axis: &Axis,
    (dot, ends): (i64, Option<(i64, i64)>),
    has_moved: bool,
    y: i32,
) {
    let (marker, colour) = sign(has_moved);
    if let Some((low, high)) = ends {
        let (from, to) = (axis.at(low), axis.at(high));
        picture.line((from, y), (to, y), colour, 2);
        for (end, x) in [(low, from), (high, to)] {
            if end.abs() <= axis.reach {
                picture.line((x, y - 4), (x, y + 4), colour, 2);
            }
        }
    }
    let x = axis.at(dot);
    if dot.abs() <= axis.reach {
        picture.marker(marker, (x, y), colour);
    } else {
        draw_arrow(picture, (x, y), if dot < 0 { -11 } else { 11 }, colour);
    }
}

/// A head that points to the right where it is `long` pixels, to the left where that is negative.
fn draw_arrow(picture: &mut Picture, (x, y): Point, long: i32, colour: RGBColor) {
    picture.polygon(vec![(x, y - 6), (x + long, y), (x, y + 6)], colour);
}

/// What became of a figure that has no relative difference.
fn draw_words(picture: &mut Picture, pair: &Pair, colour: RGBColor, y: i32) {
    let words = match pair.change {
        Change::Presence { vanishes: 0, .. } => "appears",
        Change::Presence { appears: 0, .. } => "vanishes",
        Change::Presence { .. } => "appears and vanishes",
        _ => "was 0",
    };
    let x = i32::midpoint(LEFT, RIGHT) + 12;
    let width = theme::width_of(words, theme::TEXT, Weight::Regular);
    picture.rect((x - 4, y - 9), (x + width + 4, y + 9), theme::PAPER);
    picture.text(Text::new((x, y), words).colour(colour));
}

/// A limit in millionths of A.
fn in_millionths(Limit(limit): Limit) -> i64 {
    i64::try_from(limit / 100).unwrap_or(i64::MAX)
}

/// What the legend explains.
#[derive(Clone, Copy)]
enum Sign {
    Moved,
    Chance,
    Interval,
    Limit,
    Beyond,
}

/// What the legend of this chart says.
fn signs(
    shown: &Shown<'_>,
    pairs: &[&Pair],
    axis: &Axis,
    limit: Option<Limit>,
) -> Vec<(Sign, String)> {
    let is_beyond = |pair: &&Pair| dot(pair).is_some_and(|dot| dot.abs() > axis.reach);
    let mut signs = vec![
        (Sign::Moved, "moved by more than chance".to_owned()),
        (Sign::Chance, "differs by no more than chance".to_owned()),
        (Sign::Interval, format!("interval of {} confidence", share(1.0 - shown.comparison.alpha))),
    ];
    if let Some(Limit(limit)) = limit {
        signs.push((Sign::Limit, format!("limit {}", share(limit as f64 / 100_000_000.0))));
    }
    if pairs.iter().any(is_beyond) {
        signs.push((Sign::Beyond, "beyond this axis".to_owned()));
    }
    signs
}

fn draw_legend(picture: &mut Picture, signs: &[(Sign, String)]) {
    let y = 100;
    let mut x = MARGIN + 6;
    for (what, words) in signs {
        let gap = match what {
            Sign::Moved | Sign::Chance => {
                let (marker, colour) = sign(matches!(what, Sign::Moved));
                picture.marker(marker, (x, y), colour);
                12
            }
            Sign::Interval => {
                picture.line((x - 4, y), (x + 14, y), theme::PENCIL, 2);
                picture.line((x - 4, y - 4), (x - 4, y + 4), theme::PENCIL, 2);
                picture.line((x + 14, y - 4), (x + 14, y + 4), theme::PENCIL, 2);
                22
            }
            Sign::Limit => {
                picture.dashed(&[(x - 4, y), (x + 14, y)], (4, 4), theme::INK, 1);
                22
            }
            Sign::Beyond => {
                draw_arrow(picture, (x - 4, y), 11, theme::VERMILION);
                14
            }
        };
        picture.text(Text::new((x + gap, y), words.clone()));
        x += gap + theme::width_of(words, theme::TEXT, Weight::Regular) + 28;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_few_round_steps_and_holds_every_position() {
        for (reach, step) in [(1, 1), (10_000, 5_000), (54_167, 20_000), (2_166_667, 1_000_000)] {
            assert_eq!(step_of(reach), step, "{reach}");
            let axis = Axis { reach, step };
            assert_eq!(axis.at(0), i32::midpoint(LEFT, RIGHT));
            for millionths in [i64::MIN / 1_000, -reach, reach, i64::MAX / 1_000] {
                assert!((LEFT + ENDS..=RIGHT - ENDS).contains(&axis.at(millionths)), "{reach}");
            }
        }
    }
}
