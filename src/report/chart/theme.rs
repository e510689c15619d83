//! How every chart looks: colours, sizes, and the one typeface.
//!
//! Colours are those of Okabe and Ito, which people with any common colour blindness can tell apart;
//! no chart leaves a difference to the colour alone.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, RGBColor, TextStyle};
use plotters::style::{FontStyle, register_font as register, text_anchor::Pos};

/// Black: calls.
pub(super) const BLACK: RGBColor = RGBColor(0, 0, 0);
/// Orange: waits for a try.
pub(super) const ORANGE: RGBColor = RGBColor(230, 159, 0);
/// Sky blue: held.
pub(super) const SKY: RGBColor = RGBColor(86, 180, 233);
/// Bluish green: ready.
pub(super) const GREEN: RGBColor = RGBColor(0, 158, 115);
/// Yellow: connecting.
pub(super) const YELLOW: RGBColor = RGBColor(240, 228, 66);
/// Blue: delivered; not to leave yet.
pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);
/// Vermilion: returned, and broken rules; on hold.
pub(super) const VERMILION: RGBColor = RGBColor(213, 94, 0);
/// Reddish purple: in transfer.
pub(super) const PURPLE: RGBColor = RGBColor(204, 121, 167);

/// Stone: paused.
pub(super) const STONE: RGBColor = RGBColor(160, 160, 160);

/// The background.
pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
/// Titles and labels.
pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
/// What explains: subtitles, axis titles, time-outs.
pub(super) const PENCIL: RGBColor = RGBColor(85, 85, 85);
/// Behind the data, where the hub is not there.
pub(super) const SHADE: RGBColor = RGBColor(238, 238, 238);
/// Lines behind the data.
pub(super) const GRID: RGBColor = RGBColor(221, 221, 221);

/// A colour thinned with paper, for what lies behind a line of that colour.
pub(super) fn pale(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let thin = |part: u8| (u16::from(part) / 5 + 204) as u8;
    RGBColor(thin(red), thin(green), thin(blue))
}

/// The width of a chart, in pixels of its SVG.
pub(super) const WIDTH: i32 = 1_000;
/// The size of a title's letters, in pixels (em).
pub(super) const TITLE: i32 = 18;
/// The size of all other letters.
pub(super) const TEXT: i32 = 12;

/// The family under which the typeface is known here and, in an SVG, to its reader, who may have to
/// take another one: none of those named is wider.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Makes the embedded typeface (`DejaVu` Sans) known to plotters; does nothing the second time.
///
/// Every picture does so itself. Others that draw with plotters in the same program and were built
/// with the same features have no typeface but those that are registered: `sans-serif` is, too.
pub fn register_font() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        for family in [FAMILY, "sans-serif"] {
            for (style, bytes) in [
                (FontStyle::Normal, dejavu::sans::regular()),
                (FontStyle::Bold, dejavu::sans::bold()),
            ] {
                // The typeface is part of the program; a test reads it.
                let _ = register(family, style, bytes);
            }
        }
    });
}

/// Letters of `size` pixels in plotters' terms, whose unit is that of the drawing backend:
/// `units_permille` of it make one em.
pub(super) fn letters(
    size: i32,
    weight: Weight,
    colour: &RGBColor,
    anchor: Pos,
    units_permille: i32,
) -> TextStyle<'_> {
    let style = match weight {
        Weight::Regular => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    let size = f64::from(size * units_permille) / 1_000.0;
    TextStyle::from(FontDesc::new(FontFamily::Name(FAMILY), size, style)).color(colour).pos(anchor)
}

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// As text is.
    Regular,
    /// As titles are.
    Bold,
}

/// Units of plotters' SVG backend in an em: it divides a size by 1.24.
pub(super) const SVG_UNITS_PERMILLE: i32 = 1_240;
/// Units of plotters' bitmap backend in an em: a size is the typeface's ascent and descent, which
/// are 2,384 of 2,048 for `DejaVu` Sans.
pub(super) const BITMAP_UNITS_PERMILLE: i32 = 1_164;
/// How much of an em plotters' bitmap backend sets letters too high when they are to be centred.
pub(super) const BITMAP_DROP_PERMILLE: i32 = 160;

/// The width of `text` in pixels.
pub(super) fn width_of(text: &str, size: i32, weight: Weight) -> i32 {
    register_font();
    let style = letters(size, weight, &INK, Pos::default(), BITMAP_UNITS_PERMILLE);
    style.font.box_size(text).map_or(0, |(width, _)| width.cast_signed() + 1)
}

/// As much of `text` as fits into `width` pixels, with an ellipsis where some does not.
pub(super) fn fitted(text: &str, size: i32, weight: Weight, width: i32) -> String {
    if width_of(text, size, weight) <= width {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while kept.pop().is_some() {
        let cut = format!("{}…", kept.trim_end());
        if width_of(&cut, size, weight) <= width {
            return cut;
        }
    }
    String::new()
}

/// `text` in lines of at most `width` pixels, broken between words, the last of at most `lines`
/// lines cut where more is left.
pub(super) fn wrapped(text: &str, size: i32, width: i32, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while words.peek().is_some() && done.len() + 1 < lines {
        let mut line = words.next().unwrap_or_default().to_owned();
        while let Some(word) = words.peek() {
            let longer = format!("{line} {word}");
            if width_of(&longer, size, Weight::Regular) > width {
                break;
            }
            line = longer;
            words.next();
        }
        done.push(fitted(&line, size, Weight::Regular, width));
    }
    let rest = words.collect::<Vec<_>>().join(" ");
    if !rest.is_empty() {
        done.push(fitted(&rest, size, Weight::Regular, width));
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_typeface_is_there() {
        assert!(width_of("restante", TEXT, Weight::Regular) > 30);
        assert!(
            width_of("restante", TEXT, Weight::Bold) > width_of("restante", TEXT, Weight::Regular)
        );
    }

    #[test]
    fn a_long_text_is_cut_to_its_room() {
        let text = "branch-office-with-a-very-long-name";
        let cut = fitted(text, TEXT, Weight::Regular, 100);
        assert!(cut.ends_with('…') && text.starts_with(cut.trim_end_matches('…')), "{cut}");
        assert!(width_of(&cut, TEXT, Weight::Regular) <= 100);
        assert_eq!(fitted("short", TEXT, Weight::Regular, 100), "short");
        let lines = wrapped("one two three four five six", TEXT, 64, 2);
        assert_eq!(lines, ["one two", "three fo…"]);
        assert_eq!(wrapped("", TEXT, 60, 3), Vec::<String>::new());
    }
}
