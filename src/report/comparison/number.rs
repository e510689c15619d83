//! Means and moves as short text.
//!
//! In: floating point. Out: as many digits as tell, with commas between thousands. A minus is `-`.

use crate::report::label;

/// A figure with five digits that count, never more than six decimals: `172,812`, `12.346`, `0.000012`.
pub(in crate::report) fn figure(value: f64) -> String {
    let size = value.abs();
    let digits = decimals(size, 4);
    let text = trimmed(&format!("{size:.digits$}"));
    if value < 0.0 && text != "0" { format!("-{text}") } else { text }
}

/// A figure with its sign: `+0.25`.
pub(super) fn signed(value: f64) -> String {
    let text = figure(value);
    if value > 0.0 && text != "0" { format!("+{text}") } else { text }
}

/// A share as percent with its sign, two digits that count or all before the point: `+0.13 %`, `-1,250 %`.
pub(in crate::report) fn percent(share: f64) -> String {
    let value = share * 100.0;
    let sign = if value > 0.0 { "+" } else { "-" };
    let size = value.abs();
    let digits = decimals(size, 2);
    match trimmed(&format!("{size:.digits$}")) {
        text if text == "0" => "0 %".to_owned(),
        text => format!("{sign}{text} %"),
    }
}

/// A share of all as percent, without a sign: `5 %`, `0.5 %`.
pub(in crate::report) fn share(share: f64) -> String {
    percent(share).trim_start_matches('+').to_owned()
}

/// A probability: four decimals, or that it is less.
pub(super) fn probability(p: f64) -> String {
    if p < 0.000_1 { "<0.0001".to_owned() } else { format!("{p:.4}") }
}

/// How many decimals leave `first` digits behind the first one that counts; six at most.
fn decimals(size: f64, first: usize) -> usize {
    let mut decimals = first;
    let mut bound = 10.0;
    while size >= bound && decimals > 0 {
        decimals -= 1;
        bound *= 10.0;
    }
    let mut bound = 1.0;
    while size > 0.0 && size < bound && decimals < 6 {
        decimals += 1;
        bound /= 10.0;
    }
    decimals
}

/// A number without zeros at the end of its decimals, its thousands set apart.
fn trimmed(text: &str) -> String {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), label::grouped);
    match decimals.trim_end_matches('0') {
        "" => whole,
        decimals => format!("{whole}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_the_digits_that_tell() {
        for (value, text) in [
            (0.0, "0"),
            (12.0, "12"),
            (12.345_678, "12.346"),
            (172_812.34, "172,812"),
            (1_234_567_890.0, "1,234,567,890"),
            (0.123_456_78, "0.12346"),
            (0.000_012, "0.000012"),
            (0.000_000_1, "0"),
            (-3.5, "-3.5"),
        ] {
            assert_eq!(figure(value), text);
        }
        assert_eq!(signed(2.0), "+2");
        assert_eq!(signed(-0.000_000_01), "0");
    }

    #[test]
    fn a_move_is_told_in_percent_and_a_chance_by_four_decimals() {
        for (share, text) in [
            (0.2, "+20 %"),
            (-0.001_25, "-0.125 %"),
            (0.123_45, "+12.3 %"),
            (12.5, "+1,250 %"),
            (0.0, "0 %"),
            (0.000_000_004, "0 %"),
        ] {
            assert_eq!(percent(share), text);
        }
        assert_eq!(share(0.05), "5 %");
        assert_eq!((probability(0.000_02), probability(0.05)), ("<0.0001".into(), "0.0500".into()));
    }
}
