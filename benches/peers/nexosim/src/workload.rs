//! The workload in numbers, and what is drawn at random in it. The same for both styles.

use std::time::Duration;

use rand::RngExt;
use rand_distr::{Distribution, Exp};
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// How long a message waits for its host before it is returned.
pub(crate) const TIME_OUT: Duration = Duration::from_secs(48 * 3_600);

/// What a message takes on a call.
pub(crate) const PER_MESSAGE: Duration = Duration::from_millis(200);

/// How much there is of what.
pub(crate) struct Workload {
    pub(crate) sites: usize,
    /// As many as are expected; how many come is chance.
    pub(crate) messages: u64,
    pub(crate) days: u32,
    pub(crate) seed: u64,
}

impl Workload {
    /// When the simulation ends; what is in flight then stays open.
    pub(crate) fn horizon(&self) -> Duration {
        DAY * self.days
    }

    /// The mean time between two messages to one site, in seconds.
    pub(crate) fn mean_gap_s(&self) -> f64 {
        self.horizon().as_secs_f64() * self.sites as f64 / self.messages as f64
    }

    /// Every tenth site never calls.
    pub(crate) fn calls(site: usize) -> bool {
        site % 10 != 9
    }

    /// Chance for one part of the model.
    pub(crate) fn chance(&self, part: u64) -> Chance {
        Chance(Pcg64Mcg::new((u128::from(self.seed) << 64) | u128::from(part) << 1 | 1))
    }
}

/// A stream of random times.
#[derive(Serialize, Deserialize)]
pub(crate) struct Chance(Pcg64Mcg);

impl Chance {
    /// The time to the next message, exponential: arrivals are Poisson.
    pub(crate) fn gap(&mut self, mean_s: f64) -> Duration {
        let exponential = Exp::new(1.0 / mean_s).expect("a mean above 0");
        positive(Duration::from_secs_f64(exponential.sample(&mut self.0)))
    }

    /// The time to a site's first call, within a day.
    pub(crate) fn first_call(&mut self) -> Duration {
        positive(DAY.mul_f64(self.0.random_range(0.0..1.0)))
    }

    /// The time between two calls: a day, give or take a tenth.
    pub(crate) fn next_call(&mut self) -> Duration {
        DAY.mul_f64(self.0.random_range(0.9..1.1))
    }
}

/// An event can only be scheduled in the future.
fn positive(wait: Duration) -> Duration {
    wait.max(Duration::from_nanos(1))
}

/// How the mail ended.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) accepted: u64,
    pub(crate) delivered: u64,
    pub(crate) returned: u64,
}

impl Counts {
    pub(crate) fn json(self) -> String {
        let Counts { accepted, delivered, returned } = self;
        let open = accepted - delivered - returned;
        format!(
            r#"{{"accepted": {accepted}, "delivered": {delivered}, "returned": {returned}, "open": {open}}}"#
        )
    }
}
