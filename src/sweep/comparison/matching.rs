//! Which cells of two sets are the same.
//!
//! In: two sets. Out: pairs of places, in the order of the first.

use std::collections::BTreeMap;

use crate::sweep::{Origin, ResultSet};

/// The places of cells that are the same in both: two runs by themselves; else those with the same values
/// on the same axes; of what is left, those with the same hash.
pub(super) fn matched(a: &ResultSet, b: &ResultSet) -> Vec<(usize, usize)> {
    if (a.origin, b.origin) == (Origin::Run, Origin::Run) {
        return vec![(0, 0)];
    }
    let mut free: Vec<bool> = vec![true; b.cells.len()];
    let mut found: Vec<Option<usize>> = vec![None; a.cells.len()];
    if let Some(order) = order_of(&a.axes, &b.axes) {
        let places = b.cells.iter().enumerate();
        let places: BTreeMap<Vec<String>, usize> =
            places.map(|(place, cell)| (reordered(&cell.values, &order), place)).collect();
        for (cell, found) in a.cells.iter().zip(&mut found) {
            *found = places.get(&cell.values).copied();
            if let Some(place) = *found {
                free[place] = false;
            }
        }
    }
    let mut by_hash: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, cell) in b.cells.iter().enumerate().rev() {
        if free[place] && !cell.hash.is_empty() {
            by_hash.entry(&cell.hash).or_default().push(place);
        }
    }
    for (cell, found) in a.cells.iter().zip(&mut found) {
        if found.is_none() {
            *found = by_hash.get_mut(cell.hash.as_str()).and_then(Vec::pop);
        }
    }
    found.into_iter().enumerate().filter_map(|(place, found)| Some((place, found?))).collect()
}

/// Where each of `axes` stands among `others`; none where they are not the same axes.
pub(super) fn order_of(axes: &[String], others: &[String]) -> Option<Vec<usize>> {
    let place = |axis: &String| others.iter().position(|other| other == axis);
    let order: Option<Vec<usize>> = axes.iter().map(place).collect();
    order.filter(|_| axes.len() == others.len())
}

pub(super) fn reordered(values: &[String], order: &[usize]) -> Vec<String> {
    order.iter().map(|place| values[*place].clone()).collect()
}
