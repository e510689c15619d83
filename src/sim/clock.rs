//! What the clocks of a hub say, while the world goes by true time.
//!
//! In: true time, steps of the wall clock, the times for which the hub is down. Out: hub time, in which
//! the queue and all who watch live, and what the wall clock says.
//!
//! Hub time is a boot-time clock: it counts time asleep, and a step of the wall clock moves nothing in
//! it. Only a hub that comes back from being down asks the wall clock how long that took, and goes on by
//! as much, were it forward or not at all: a step in between cannot be told from time that passed.

use crate::base::{Instant, Span};
use crate::scenario::Scenario;
use crate::trace::Alarm;

/// The clocks of a hub.
#[derive(Clone)]
pub(super) struct HubClock {
    /// Hub time now: it is asked for far more often than it changes.
    now: Instant,
    /// By how much hub time is ahead of true time, in microseconds.
    ahead_us: i64,
    /// While the hub is down, what its clock will say when it is back: it says no more before.
    at_most: Instant,
    /// By how much the wall clock is ahead of true time, in microseconds since 1970.
    wall_ahead_us: i64,
}

impl HubClock {
    pub(super) fn new(scenario: &Scenario) -> HubClock {
        HubClock {
            now: Instant::ZERO,
            ahead_us: 0,
            at_most: Instant::NEVER,
            wall_ahead_us: scenario.start_unix_us,
        }
    }

    /// True time goes on to this instant.
    pub(super) fn go_on_to(&mut self, now: Instant) {
        self.now = self.hub_time(now);
    }

    /// Hub time now.
    pub(super) const fn now(&self) -> Instant {
        self.now
    }

    /// Hub time at a true instant.
    pub(super) fn hub_time(&self, at: Instant) -> Instant {
        Instant::from_micros(at.micros().saturating_add_signed(self.ahead_us)).min(self.at_most)
    }

    /// When hub time comes to an instant, if nothing happens to the hub before.
    pub(super) fn true_time(&self, at: Instant) -> Instant {
        match at {
            Instant::NEVER => Instant::NEVER,
            at => Instant::from_micros(at.micros().saturating_sub_signed(self.ahead_us)),
        }
    }

    /// The wall clock is set forward, or back where negative.
    pub(super) fn step_wall(&mut self, step_us: i64) {
        self.wall_ahead_us = self.wall_ahead_us.saturating_add(step_us);
    }

    /// What the wall clock says at a true instant, in microseconds since 1970.
    pub(super) fn wall_us(&self, at: Instant) -> i64 {
        let wall_us = i128::from(at.micros()) + i128::from(self.wall_ahead_us);
        i64::try_from(wall_us).unwrap_or(i64::MAX)
    }

    /// The hub goes down for so long, while the wall clock is set by `steps_us` in all. What it will have
    /// to say of its clock when it is back.
    pub(super) fn go_down(&mut self, now: Instant, down: Span, steps_us: i64) -> Option<Alarm> {
        let wall_elapsed_us = i128::from(down.micros()) + i128::from(steps_us);
        self.at_most = self.hub_time(now) + span_of(wall_elapsed_us);
        self.go_on_to(now);
        (wall_elapsed_us < 0).then_some(Alarm::WallClockWentBack)
    }

    /// What hub time is at the end of the time down, as far as the world knows.
    pub(super) fn back_at(&self) -> Instant {
        self.at_most
    }

    /// The hub is down for so much longer.
    pub(super) fn stay_down(&mut self, now: Instant, longer: Span) {
        self.at_most += longer;
        self.go_on_to(now);
    }

    /// The hub is back, and takes it to be this instant.
    pub(super) fn come_back(&mut self, now: Instant, back_at: Instant) {
        self.at_most = Instant::NEVER;
        let ahead_us = i128::from(back_at.micros()) - i128::from(now.micros());
        self.ahead_us = i64::try_from(ahead_us).unwrap_or(i64::MAX);
        self.go_on_to(now);
    }
}

/// A way of so many microseconds; nothing where it is negative.
fn span_of(micros: i128) -> Span {
    Span::from_micros(u64::try_from(micros.max(0)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> HubClock {
        let (now, at_most) = (Instant::ZERO, Instant::NEVER);
        HubClock { now, ahead_us: 0, at_most, wall_ahead_us: 1_000 }
    }

    #[test]
    fn a_hub_that_comes_back_goes_on_by_the_wall_time_that_passed() {
        // Down at 100 for 60, the wall clock set by so much meanwhile: hub time at 130, and at 160.
        for (step_us, down_at_130, back_at, alarm) in [
            (0, 130, 160, None),
            (40, 130, 200, None),
            (-20, 130, 140, None),
            (-40, 120, 120, None),
            (-60, 100, 100, None),
            (-61, 100, 100, Some(Alarm::WallClockWentBack)),
        ] {
            let (mut clock, at) = (clock(), Instant::from_micros);
            clock.step_wall(7);
            assert_eq!(clock.hub_time(at(100)), at(100));
            assert_eq!(clock.go_down(at(100), Span::from_micros(60), step_us), alarm);
            assert_eq!(clock.hub_time(at(130)), at(down_at_130), "step {step_us}");
            clock.come_back(at(160), clock.back_at());
            assert_eq!(clock.hub_time(at(160)), at(back_at), "step {step_us}");
            assert_eq!(clock.hub_time(at(170)), at(back_at + 10), "step {step_us}");
            assert_eq!(clock.true_time(at(back_at + 10)), at(170), "step {step_us}");
            assert_eq!(clock.true_time(Instant::NEVER), Instant::NEVER);
        }
    }

    #[test]
    fn only_the_wall_clock_is_moved_by_a_step() {
        let (mut clock, now) = (clock(), Instant::from_micros(500));
        for (step_us, wall_us) in [(0, 1_500), (300, 1_800), (-2_400, -600), (1, -599)] {
            clock.step_wall(step_us);
            assert_eq!(clock.wall_us(now), wall_us);
            assert_eq!(clock.hub_time(now), now);
        }
    }
}
