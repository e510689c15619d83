//! When the hub was down or asleep or could write nothing down, and what that puts off.
//!
//! What falls due while it is away falls due at its return. What it did just before it went may be
//! seen only after.

use crate::base::{Instant, Span};

/// The hub's absences.
#[derive(Clone, Debug)]
pub(super) struct Outages {
    away: Option<Away>,
    /// The last absence that is over.
    last: Option<(Instant, Instant)>,
    /// How long after its cause something may be seen.
    lag: Span,
}

/// An absence that is not over.
#[derive(Clone, Copy, Debug)]
struct Away {
    left_at: Instant,
    /// When that began which put off what fell due: an absence that begins as another ends goes on with
    /// it, since the hub had no time between.
    since: Instant,
}

impl Outages {
    pub(super) const fn new(lag: Span) -> Outages {
        Outages { away: None, last: None, lag }
    }

    /// The hub goes down or to sleep, or its store fails.
    pub(super) fn leave(&mut self, at: Instant) {
        let before = self.last.filter(|(_, until)| *until >= at);
        let since = before.map_or(at, |(since, _)| since);
        self.away.get_or_insert(Away { left_at: at, since });
    }

    /// It is back.
    pub(super) fn come_back(&mut self, at: Instant) {
        if let Some(Away { since, .. }) = self.away.take() {
            self.last = Some((since, at));
        }
    }

    pub(super) const fn is_away(&self) -> bool {
        self.away.is_some()
    }

    /// When it went, if it is away.
    pub(super) fn left_at(&self) -> Option<Instant> {
        self.away.map(|away| away.left_at)
    }

    /// Nothing falls due before this instant, that of the last return.
    pub(super) fn floor(&self) -> Instant {
        self.last.map_or(Instant::ZERO, |(_, until)| until)
    }

    /// When that falls due which would be due at an instant: at the return, if the hub was away then.
    pub(super) fn put_off(&self, due: Instant) -> Instant {
        match self.last {
            Some((since, until)) if due + self.lag >= since => due.max(until),
            _ => due,
        }
    }

    /// Since when the cause may be of something that is seen at `at`.
    pub(super) fn reach(&self, at: Instant) -> Instant {
        let reach = at - self.lag;
        match self.last {
            Some((since, until)) if reach <= until => reach.min(since - self.lag),
            _ => reach,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_while_the_hub_is_away_is_put_off_to_its_return() {
        let at = Instant::from_micros;
        let mut outages = Outages::new(Span::from_micros(5));
        assert_eq!(outages.put_off(at(150)), at(150));
        outages.leave(at(100));
        outages.come_back(at(200));
        for (due, put_off) in [(94, 94), (95, 200), (150, 200), (200, 200), (250, 250)] {
            assert_eq!(outages.put_off(at(due)), at(put_off), "{due}");
        }
    }

    #[test]
    fn an_absence_that_begins_as_another_ends_goes_on_with_it() {
        let at = Instant::from_micros;
        for (leaves, put_off) in [(200, [300, 300]), (201, [150, 300])] {
            let mut outages = Outages::new(Span::ZERO);
            outages.leave(at(100));
            outages.come_back(at(200));
            outages.leave(at(leaves));
            assert_eq!(outages.left_at(), Some(at(leaves)));
            outages.come_back(at(300));
            assert_eq!([at(150), at(250)].map(|due| outages.put_off(due)), put_off.map(at));
        }
    }

    #[test]
    fn a_cause_reaches_over_the_time_that_the_hub_was_away() {
        let at = Instant::from_micros;
        let mut outages = Outages::new(Span::from_micros(5));
        assert_eq!((outages.floor(), outages.reach(at(50))), (at(0), at(45)));
        outages.leave(at(100));
        outages.leave(at(110));
        assert!(outages.is_away());
        outages.come_back(at(200));
        assert!(!outages.is_away());
        assert_eq!(outages.floor(), at(200));
        for (seen, reach) in [(200, 95), (205, 95), (206, 201), (300, 295)] {
            assert_eq!(outages.reach(at(seen)), at(reach), "{seen}");
        }
    }
}
