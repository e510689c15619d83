//! The judge and the recorder on one bench: the recorder asks the judge, never the other way.

use super::recorder::Recorder;
use crate::base::{Instant, Kind};
use crate::oracle::Oracle;
use crate::trace::{Census, Observer, Seen};

/// Those who watch a run.
#[derive(Clone)]
pub(super) struct Court {
    pub(super) oracle: Oracle,
    pub(super) recorder: Recorder,
}

impl Observer for Court {
    fn see(&mut self, at: Instant, seen: &Seen) {
        // When a message was accepted is forgotten with its end, so it is asked for before. What was
        // delivered before a crash undid that had its end then.
        let accepted_at = match *seen {
            Seen::Delivered { message, .. }
            | Seen::Reported { message, kind: Kind::Failed, .. }
            | Seen::DeadLettered { message, .. }
            | Seen::Suppressed { message, .. }
            | Seen::Cancelled { message } => {
                self.oracle.accepted_at(message).filter(|_| !self.oracle.is_revived(message))
            }
            _ => None,
        };
        self.oracle.see(at, seen);
        self.recorder.see(at, seen, accepted_at, &self.oracle);
    }

    fn sample(&mut self, at: Instant, census: &Census) {
        self.recorder.sample(at, census);
    }

    fn finish(&mut self, at: Instant) {
        self.oracle.finish(at);
        self.recorder.finish(at, &self.oracle);
    }
}
