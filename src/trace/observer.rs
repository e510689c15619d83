//! Those who watch a run: each hears every event once, in order, and cannot disturb it.

use super::{Census, Seen};
use crate::base::Instant;

/// One who watches a run. Several watch together as a tuple, with no dynamic dispatch between.
///
/// Instants never go back. An observer that keeps time itself (a deadline that passes in silence)
/// settles what fell due before `at` before it looks at what happened at `at`.
pub trait Observer {
    /// Something happened.
    fn see(&mut self, at: Instant, seen: &Seen);

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

macro_rules! observe_together {
    ($($one:ident),+) => {
        impl<$($one: Observer),+> Observer for ($($one,)+) {
            fn see(&mut self, at: Instant, seen: &Seen) {
                #[allow(non_snake_case, reason = "a tuple's parts are named by their types")]
                let ($($one,)+) = self;
                $($one.see(at, seen);)+
            }

            fn sample(&mut self, at: Instant, census: &Census) {
                #[allow(non_snake_case, reason = "a tuple's parts are named by their types")]
                let ($($one,)+) = self;
                $($one.sample(at, census);)+
            }

            fn finish(&mut self, at: Instant) {
                #[allow(non_snake_case, reason = "a tuple's parts are named by their types")]
                let ($($one,)+) = self;
                $($one.finish(at);)+
            }
        }
    };
}

observe_together!(A, B);
observe_together!(A, B, C);
observe_together!(A, B, C, D);

impl<O: Observer> Observer for &mut O {
    fn see(&mut self, at: Instant, seen: &Seen) {
        (**self).see(at, seen);
    }

    fn sample(&mut self, at: Instant, census: &Census) {
        (**self).sample(at, census);
    }

    fn finish(&mut self, at: Instant) {
        (**self).finish(at);
    }
}

/// Nobody watches.
impl Observer for () {
    fn see(&mut self, _: Instant, _: &Seen) {}
}
