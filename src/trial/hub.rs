//! What befell the hub itself, and what it made of mail besides delivering and returning it.

use crate::base::{Instant, Kind};
use crate::oracle::Oracle;
use crate::trace::{Alarm, Seen};

/// Counts of what is no end of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Reports of delay that were born.
    pub delay_notices: u64,
    /// Reports of relaying that were born.
    pub relay_notices: u64,
    /// Messages that the hub refused for now, each time counted.
    pub refused: u64,
    /// Second ends of a message that a fault excuses, by the judge's count.
    pub duplicates: u64,
    /// Final dots that were sent and whose answer was not heard.
    pub ambiguous: u64,
    /// Recipients that were acknowledged and are gone, which a disk whose syncs lie excuses.
    pub lost: u64,
    /// The most reports that were made for one recipient.
    pub largest_amplification: u64,
}

impl Tally {
    /// Adds the counts of another part of the run.
    pub(super) fn add(&mut self, part: &Tally) {
        self.delay_notices += part.delay_notices;
        self.relay_notices += part.relay_notices;
        self.refused += part.refused;
        self.duplicates += part.duplicates;
        self.ambiguous += part.ambiguous;
        self.lost += part.lost;
        self.largest_amplification = self.largest_amplification.max(part.largest_amplification);
    }
}

/// What befell the hub.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubLife {
    /// When it was not there, in order.
    pub absences: Vec<Absence>,
    /// How often its policy was changed.
    pub reloads: u64,
    /// Orders of an administrator that it took.
    pub orders: u64,
    /// Alarms that it raised.
    pub alarms: u64,
}

impl HubLife {
    /// How often it was away for this reason.
    #[must_use]
    pub fn times(&self, cause: AbsenceCause) -> u64 {
        self.absences.iter().filter(|absence| absence.cause == cause).count() as u64
    }
}

/// A time in which the hub did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Why.
    pub cause: AbsenceCause,
    /// Its first instant.
    pub from: Instant,
    /// When the hub was there again; none where the run ended before.
    pub to: Option<Instant>,
}

/// Why a hub was not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsenceCause {
    /// It had crashed, or was shut down.
    Down,
    /// It was put to sleep.
    Suspended,
    /// Its store had failed: it was up, and could do nothing until it was restarted.
    Latched,
}

impl AbsenceCause {
    /// Every cause.
    pub const ALL: [AbsenceCause; 3] =
        [AbsenceCause::Down, AbsenceCause::Suspended, AbsenceCause::Latched];

    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AbsenceCause::Down => "down",
            AbsenceCause::Suspended => "suspended",
            AbsenceCause::Latched => "latched",
        }
    }
}

/// Both in the making.
#[derive(Clone, Default)]
pub(super) struct HubWatch {
    pub(super) tally: Tally,
    pub(super) life: HubLife,
    is_latched: bool,
}

impl HubWatch {
    /// Notes an event, if it is about the hub or about a message that it does not end.
    pub(super) fn see(&mut self, at: Instant, seen: &Seen) {
        match seen {
            Seen::Reported { kind: Kind::Delayed, .. } => self.tally.delay_notices += 1,
            Seen::Reported { kind: Kind::Relayed, .. } => self.tally.relay_notices += 1,
            Seen::Refused { .. } => self.tally.refused += 1,
            Seen::Reloaded { .. } => self.life.reloads += 1,
            Seen::Ordered { .. } => self.life.orders += 1,
            Seen::Alarmed { alarm } => self.alarm(at, *alarm),
            Seen::Crashed => self.leave(at, AbsenceCause::Down),
            Seen::Suspended => self.leave(at, AbsenceCause::Suspended),
            Seen::Restarted => {
                self.is_latched = false;
                self.come_back(at);
            }
            Seen::Resumed => {
                self.come_back(at);
                // One whose store has failed wakes to do nothing.
                if self.is_latched {
                    self.leave(at, AbsenceCause::Latched);
                }
            }
            _ => {}
        }
    }

    fn alarm(&mut self, at: Instant, alarm: Alarm) {
        self.life.alarms += 1;
        let is_there = self.life.absences.last().is_none_or(|absence| absence.to.is_some());
        if alarm == Alarm::StoreFailed {
            self.is_latched = true;
            if is_there {
                self.leave(at, AbsenceCause::Latched);
            }
        }
    }

    /// It is away for another reason from now on, if it was away at all.
    fn leave(&mut self, at: Instant, cause: AbsenceCause) {
        if self.life.absences.last().is_some_and(|absence| absence.to.is_none()) {
            self.come_back(at);
        }
        self.life.absences.push(Absence { cause, from: at, to: None });
    }

    fn come_back(&mut self, at: Instant) {
        if let Some(absence) = self.life.absences.last_mut() {
            absence.to = Some(at);
        }
    }

    /// Takes over what the judge alone can count.
    pub(super) fn finish(&mut self, oracle: &Oracle) {
        self.tally.duplicates = oracle.duplicates();
        self.tally.ambiguous = oracle.ambiguous();
        self.tally.lost = oracle.lost();
        self.tally.largest_amplification = u64::from(oracle.largest_amplification());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    #[test]
    fn a_hub_whose_store_has_failed_is_away_until_it_is_restarted() {
        let hour = |hours| Instant::ZERO + Span::from_hours(hours);
        let mut watch = HubWatch::default();
        let (failed, corrupt) = (Alarm::StoreFailed, Alarm::StoreCorrupt);
        for (hours, seen) in [
            (1, Seen::Alarmed { alarm: failed }),
            (2, Seen::Alarmed { alarm: failed }),
            (3, Seen::Suspended),
            (4, Seen::Resumed),
            (5, Seen::Crashed),
            (6, Seen::Alarmed { alarm: failed }),
            (7, Seen::Restarted),
            (8, Seen::Suspended),
            (9, Seen::Resumed),
            (10, Seen::Alarmed { alarm: corrupt }),
        ] {
            watch.see(hour(hours), &seen);
        }
        let (down, suspended) = (AbsenceCause::Down, AbsenceCause::Suspended);
        let latched = AbsenceCause::Latched;
        let absence = |(cause, from, to)| Absence { cause, from: hour(from), to: Some(hour(to)) };
        let expected =
            [(latched, 1, 3), (suspended, 3, 4), (latched, 4, 5), (down, 5, 7), (suspended, 8, 9)];
        assert_eq!(watch.life.absences, expected.map(absence));
        assert_eq!(watch.life.alarms, 4);
    }

    #[test]
    fn an_absence_lasts_until_the_hub_is_there_again() {
        let hour = |hours| Instant::ZERO + Span::from_hours(hours);
        let mut watch = HubWatch::default();
        let alarm = Alarm::WallClockWentBack;
        for (hours, seen) in [
            (1, Seen::Crashed),
            (2, Seen::Restarted),
            (2, Seen::Alarmed { alarm }),
            (3, Seen::Suspended),
            (4, Seen::Resumed),
            (5, Seen::Reloaded { event: 0 }),
            (6, Seen::Crashed),
        ] {
            watch.see(hour(hours), &seen);
        }
        let (down, suspended) = (AbsenceCause::Down, AbsenceCause::Suspended);
        let absence =
            |cause, from, to: Option<u64>| Absence { cause, from: hour(from), to: to.map(hour) };
        assert_eq!(
            watch.life.absences,
            [absence(down, 1, Some(2)), absence(suspended, 3, Some(4)), absence(down, 6, None)]
        );
        assert_eq!((watch.life.times(down), watch.life.times(suspended)), (2, 1));
        assert_eq!((watch.life.reloads, watch.life.orders, watch.life.alarms), (1, 0, 1));
    }
}
