//! Those who watch a run: each hears every event once, in order, and cannot disturb it.

use super::{Census, Seen};
use crate::base::Instant;

/// One who watches a run. Several watch together through one that hands on to each.
///
/// Instants never go back. An observer that keeps time itself (a deadline that passes in silence)
/// settles what fell due before `at` before it looks at what happened at `at`.
pub trait Observer {
    /// Something happened.
    fn see(&mut self, at: Instant, seen: &Seen);

    /// A message of this source is about to come up: reads what will be needed of it then, so that it is in
    /// the cache. What is read means nothing.
    fn touch(&self, source: u32) -> u64 {
        let _ = source;
        0
    }

    /// The queue was counted, at one of the run's fixed sampling instants; `census` is how it stood
    /// when all that is due before or at `at` had been done.
    fn sample(&mut self, at: Instant, census: &Census) {
        let _ = (at, census);
    }

    /// The run is over: nothing more happens up to and with `at`.
    fn finish(&mut self, at: Instant) {
        let _ = at;
    }
}

impl<O: Observer> Observer for &mut O {
    #[inline(always)]
    fn see(&mut self, at: Instant, seen: &Seen) {
        (**self).see(at, seen);
    }

    fn touch(&self, source: u32) -> u64 {
        (**self).touch(source)
    }

    fn sample(&mut self, at: Instant, census: &Census) {
        (**self).sample(at, census);
    }

    fn finish(&mut self, at: Instant) {
        (**self).finish(at);
    }
}
