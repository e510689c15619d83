//! I6 acknowledged-survives: what was acknowledged survives a crash; what was not may vanish, whole.
//!
//! The queue is listed after each restart, and when an operator asks. Every message that was
//! accepted and has not ended must be in the list, and no other. Where what is done is written down
//! later, the crash decides: a delivery may be undone, and an end for which there was a cause may
//! have been written down and never been told. A message whose sender got no 250 is there with all
//! its recipients or with none, but for those that can have ended before. A hub whose store has failed
//! acknowledges nothing until it is restarted; one that finds its spool not whole has lost what was in
//! it. A disk whose syncs lie excuses what is missing after a crash, and what is back although it had
//! ended.

use super::Breach;
use super::charter::Charter;
use crate::base::{Instant, MessageId, Rule};

/// Judges how many are there of the recipients of a message that was not acknowledged and that had no
/// cause to end.
pub(super) fn check_whole(
    at: Instant,
    message: MessageId,
    recipients: usize,
    listed: usize,
) -> Option<Breach> {
    if listed == 0 || listed == recipients {
        return None;
    }
    Some(Breach {
        rule: Rule::AcknowledgedSurvives,
        at,
        message: Some(message),
        site: None,
        expected: format!("all {recipients} recipients of it are in the queue, or none"),
        seen: format!("at {at} the queue was listed, and {listed} of them were in it"),
    })
}

/// An open message was not in the list.
#[cold]
pub(super) fn lost(charter: &Charter, at: Instant, message: MessageId) -> Breach {
    Breach {
        rule: Rule::AcknowledgedSurvives,
        at,
        message: Some(message),
        site: charter.way_of(message).map(|way| way.site),
        expected: "what was acknowledged and has not ended is in the queue".to_owned(),
        seen: format!("at {at} the queue was listed, and it was not in it"),
    }
}

/// The hub did not come up again, since its spool is not whole, and a message was open.
#[cold]
pub(super) fn unreadable(charter: &Charter, at: Instant, message: MessageId) -> Breach {
    Breach {
        rule: Rule::AcknowledgedSurvives,
        at,
        message: Some(message),
        site: charter.way_of(message).map(|way| way.site),
        expected: "what was acknowledged and has not ended is in the queue".to_owned(),
        seen: format!("at {at} the hub did not come up again: it found its spool not whole"),
    }
}

/// A message was taken, or a report was born, of a hub that can write nothing down.
#[cold]
pub(super) fn kept_nowhere(at: Instant, message: MessageId, since: Instant) -> Breach {
    Breach {
        rule: Rule::AcknowledgedSurvives,
        at,
        message: Some(message),
        site: None,
        expected: format!(
            "nothing is taken from {since} on, when the store failed, to the restart"
        ),
        seen: format!("at {at} it was accepted, and could not be written down"),
    }
}

/// A message is gone whose end was told to nobody, though its sender was to be told.
#[cold]
pub(super) fn unreported(at: Instant, message: MessageId) -> Breach {
    Breach {
        rule: Rule::AcknowledgedSurvives,
        at,
        message: Some(message),
        site: None,
        expected: "it is in the queue, or the failed report about it is".to_owned(),
        seen: format!("at {at} the queue was listed, and neither was in it"),
    }
}

/// A message was in the list that had ended, or had never been accepted.
#[cold]
pub(super) fn risen(at: Instant, message: MessageId, was_accepted: Risen) -> Breach {
    let before = match was_accepted {
        Risen::Ended => "though it had ended",
        Risen::Unheard => "though it was never accepted",
    };
    Breach {
        rule: Rule::AcknowledgedSurvives,
        at,
        message: Some(message),
        site: None,
        expected: "only what was accepted and has not ended is in the queue".to_owned(),
        seen: format!("at {at} the queue was listed, and it was in it, {before}"),
    }
}

/// What was in the list and should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Risen {
    Ended,
    Unheard,
}
