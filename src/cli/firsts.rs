//! The first few of many things that come in any order.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Keeps the things with the lowest numbers, and counts all: what is kept does not depend on the order
/// in which they came.
pub(super) struct Firsts<T> {
    most: usize,
    seen: Mutex<(u64, BTreeMap<usize, T>)>,
}

impl<T> Firsts<T> {
    /// Room for so many.
    pub(super) fn new(most: usize) -> Firsts<T> {
        Firsts { most, seen: Mutex::new((0, BTreeMap::new())) }
    }

    /// Takes in one by its number; `make` is asked only where there is room for it.
    pub(super) fn add(&self, number: usize, make: impl FnOnce() -> T) {
        // Nothing that could panic is done while it is half changed.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, kept) = &mut *seen;
        *count += 1;
        let is_among =
            kept.len() < self.most || kept.keys().next_back().is_some_and(|n| number < *n);
        if is_among {
            kept.insert(number, make());
            if kept.len() > self.most {
                kept.pop_last();
            }
        }
    }

    /// How many came, and the first of them by their numbers.
    pub(super) fn into_parts(self) -> (u64, BTreeMap<usize, T>) {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_numbers_are_kept_in_whatever_order_they_come() {
        for order in [[5, 1, 4, 2], [1, 2, 4, 5], [5, 4, 2, 1]] {
            let firsts = Firsts::new(2);
            for number in order {
                firsts.add(number, || number * 10);
            }
            let (count, kept) = firsts.into_parts();
            assert_eq!((count, kept.into_values().collect()), (4, vec![10, 20]));
        }
    }
}
