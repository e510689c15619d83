//! The judge and the recorder on one bench: the recorder asks the judge, never the other way.

use super::recorder::Recorder;
use crate::base::Instant;
use crate::oracle::Oracle;
use crate::trace::{Census, Observer, Seen};

/// Those who watch a run.
#[derive(Clone)]
pub(super) struct Court {
    pub(super) oracle: Oracle,
    pub(super) recorder: Recorder,
}

impl Observer for Court {
    #[inline(always)]
    fn see(&mut self, at: Instant, seen: &Seen) {
        self.oracle.see(at, seen);
        self.recorder.see(at, seen, &self.oracle);
    }

    fn touch(&self, source: u32) -> u64 {
        self.oracle.touch(source) ^ self.recorder.touch(source)
    }

    fn sample(&mut self, at: Instant, census: &Census) {
        self.recorder.sample(at, census);
    }

    fn finish(&mut self, at: Instant) {
        self.oracle.finish(at);
        self.recorder.finish(at, &self.oracle);
    }
}
