//! Connections that are owed, and those that nobody has greeted yet: what the hub has to do by when.
//!
//! Both come in the order of their time, so each is a queue whose front is the first to be due; in a
//! run without fault they are empty or nearly so. It knows no rule.

use std::collections::{BTreeSet, VecDeque};

use crate::base::{Instant, RouteId, Span};

/// What is to be heard of connections.
#[derive(Clone, Debug)]
pub(super) struct Dials {
    owed: VecDeque<(Instant, RouteId)>,
    owing: BTreeSet<RouteId>,
    silent: VecDeque<Silent>,
    counts: Vec<Count>,
    /// How long a connection may go without a greeting.
    patience: Span,
}

/// A connection that was begun.
#[derive(Clone, Copy, Debug)]
struct Silent {
    due: Instant,
    route: RouteId,
    /// Which of its route's it is, from 0.
    number: u32,
}

/// The connections of one route: they are taken to be greeted in the order in which they are begun,
/// and one that ends to be the first that was not greeted. Where a route has several, that blames
/// none that is without fault.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    begun: u32,
    settled: u32,
}

/// What did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// A connection was owed and not begun.
    NotBegun(Instant, RouteId),
    /// A connection was neither greeted nor given up.
    NotGreeted(Instant, RouteId),
}

impl Dials {
    pub(super) fn new(routes: usize, patience: Span) -> Dials {
        Dials {
            owed: VecDeque::new(),
            owing: BTreeSet::new(),
            silent: VecDeque::new(),
            counts: vec![Count::default(); routes],
            patience,
        }
    }

    /// A connection for a route is owed, by an instant that is no earlier than any before it.
    pub(super) fn owe(&mut self, route: RouteId, due: Instant) {
        if self.owing.insert(route) {
            self.owed.push_back((due, route));
        }
    }

    /// A connection for a route is begun.
    pub(super) fn begin(&mut self, route: RouteId, at: Instant) {
        self.excuse(route);
        if let Some(count) = self.counts.get_mut(route.index()) {
            let number = count.begun;
            count.begun = number.wrapping_add(1);
            self.silent.push_back(Silent { due: at + self.patience, route, number });
        }
    }

    /// None is owed to a route any more.
    pub(super) fn excuse(&mut self, route: RouteId) {
        if !self.owing.is_empty() && self.owing.remove(&route) {
            self.owed.retain(|(_, owed)| *owed != route);
        }
    }

    /// A connection of a route was greeted, or has ended.
    pub(super) fn settle(&mut self, route: RouteId) {
        let Some(count) = self.counts.get_mut(route.index()) else { return };
        if count.settled != count.begun {
            count.settled = count.settled.wrapping_add(1);
        }
        while self.silent.front().is_some_and(|first| !self.is_silent(*first)) {
            self.silent.pop_front();
        }
    }

    fn is_silent(&self, Silent { route, number, .. }: Silent) -> bool {
        let Count { begun, settled } = self.counts[route.index()];
        number.wrapping_sub(settled) < begun.wrapping_sub(settled)
    }

    /// The hub is gone, with all its connections.
    pub(super) fn clear(&mut self) {
        self.owed.clear();
        self.owing.clear();
        for Silent { route, .. } in std::mem::take(&mut self.silent) {
            let count = &mut self.counts[route.index()];
            count.settled = count.begun;
        }
    }

    /// Nothing is due before this instant.
    pub(super) fn next_due(&self) -> Instant {
        let owed = self.owed.front().map_or(Instant::NEVER, |(due, _)| *due);
        self.silent.front().map_or(owed, |first| first.due.min(owed))
    }

    /// The first that was due before an instant; it is owed no more.
    pub(super) fn overdue(&mut self, before: Instant) -> Option<Overdue> {
        if let Some((due, route)) = self.owed.front().copied().filter(|(due, _)| *due < before) {
            self.excuse(route);
            return Some(Overdue::NotBegun(due, route));
        }
        while let Some(first) = self.silent.front().copied().filter(|first| first.due < before) {
            self.silent.pop_front();
            if self.is_silent(first) {
                self.settle(first.route);
                return Some(Overdue::NotGreeted(first.due, first.route));
            }
        }
        None
    }

    /// Bytes on the heap.
    pub(super) fn size_bytes(&self) -> usize {
        self.owed.capacity() * size_of::<(Instant, RouteId)>()
            + self.silent.capacity() * size_of::<Silent>()
            + self.counts.capacity() * size_of::<Count>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: RouteId = RouteId(0);
    const B: RouteId = RouteId(1);

    fn at(micros: u64) -> Instant {
        Instant::from_micros(micros)
    }

    #[test]
    fn what_is_owed_is_due_once_unless_it_was_begun() {
        let mut dials = Dials::new(2, Span::from_micros(100));
        dials.owe(A, at(5));
        dials.owe(B, at(6));
        dials.owe(A, at(7));
        dials.begin(B, at(6));
        assert_eq!((dials.next_due(), dials.overdue(at(5))), (at(5), None));
        assert_eq!(dials.overdue(at(9)), Some(Overdue::NotBegun(at(5), A)));
        assert_eq!(dials.overdue(at(9)), None);
        assert_eq!(dials.next_due(), at(106));
    }

    #[test]
    fn a_connection_that_nobody_greets_is_due_once() {
        let mut dials = Dials::new(2, Span::from_micros(100));
        dials.begin(A, at(0));
        dials.begin(A, at(10));
        dials.begin(B, at(20));
        dials.settle(A);
        assert_eq!(dials.next_due(), at(110));
        dials.settle(B);
        assert_eq!(dials.overdue(at(500)), Some(Overdue::NotGreeted(at(110), A)));
        assert_eq!((dials.overdue(at(500)), dials.next_due()), (None, Instant::NEVER));
        dials.begin(A, at(600));
        dials.clear();
        assert_eq!(dials.overdue(Instant::NEVER), None);
    }
}
