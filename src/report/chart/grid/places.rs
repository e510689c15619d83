//! Where the values of an axis stand from left to right, and what is written below them.
//!
//! In: an axis and the room. Out: positions and labels. Values that are quantities in even steps stand
//! to scale; all others, geometric steps among them, at equal distances.

use super::super::picture::{Anchor, Picture, Text, pixels};
use super::super::theme::{self, Weight};
use crate::sweep::Axis;

/// A largest gap of as many times the smallest is drawn to scale; beyond, the small ones would vanish.
const UNEVEN: u64 = 4;

/// The position of each value.
pub(super) fn places(axis: &Axis, left: i32, right: i32) -> Vec<i32> {
    let last = axis.values.len().saturating_sub(1);
    let amounts: Option<Vec<u64>> =
        axis.values.iter().map(|value| Some(value.quantity?.amount)).collect();
    let amounts = amounts.filter(|amounts| axis.dimension().is_some() && is_to_scale(amounts));
    let room = u128::from((right - left).max(0).unsigned_abs());
    let at = |part: u128, whole: u128| {
        left + (part * room).checked_div(whole).unwrap_or(room / 2) as i32
    };
    match amounts {
        Some(amounts) => {
            let (first, range) = (amounts[0], amounts[last] - amounts[0]);
            amounts.iter().map(|amount| at(u128::from(amount - first), range.into())).collect()
        }
        None => (0..=last).map(|number| at(number as u128, last as u128)).collect(),
    }
}

fn is_to_scale(amounts: &[u64]) -> bool {
    let gaps: Option<Vec<u64>> =
        amounts.windows(2).map(|pair| pair[1].checked_sub(pair[0])).collect();
    let Some(gaps) = gaps.filter(|gaps| !gaps.is_empty() && !gaps.contains(&0)) else {
        return false;
    };
    let least = gaps.iter().min().copied().unwrap_or(1);
    gaps.iter().all(|gap| gap / least <= UNEVEN)
}

/// Writes the values' names below their positions, leaving out those for which there is no room.
pub(super) fn draw_labels(picture: &mut Picture, axis: &Axis, places: &[i32], y: i32) {
    let mut free = i32::MIN;
    for (value, x) in axis.values.iter().zip(places) {
        let words = theme::fitted(&value.label, theme::TEXT, Weight::Regular, 120);
        let half = theme::width_of(&words, theme::TEXT, Weight::Regular) / 2 + 4;
        if x - half >= free {
            picture.text(Text::new((*x, y), words).anchor(Anchor::Middle));
            free = x + half;
        }
    }
}

/// The middles of equal parts, one for each value.
pub(super) fn middles(axis: &Axis, left: i32, right: i32) -> Vec<i32> {
    let count = pixels(axis.values.len()).max(1);
    (0..count).map(|number| left + (right - left) * (2 * number + 1) / (2 * count)).collect()
}
