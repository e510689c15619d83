//! I3 no-early-report: nothing is given up before its deadline without a lawful cause.
//!
//! A cause is lawful if it was seen: a permanent status (class 5) after a host refused this message
//! with one, or after a connection for its route failed (what was said there is not seen); or, where
//! the policy makes no second try, one try of it, or of a connection for its route, that failed.
//! A dead letter and a suppressed report are held to the same.

use super::Breach;
use super::charter::Charter;
use super::slot::Slot;
use crate::base::{Instant, MessageId, Rule, Span, Status};

/// A message that was given up.
#[derive(Clone, Copy, Debug)]
pub(super) struct GivenUp {
    pub(super) message: MessageId,
    /// What was known of it before.
    pub(super) slot: Slot,
    /// The reason in the report.
    pub(super) status: Status,
    /// When a connection for its route failed last.
    pub(super) last_failure: Option<Instant>,
}

/// Judges that a message was given up at `at`.
pub(super) fn check(charter: &Charter, at: Instant, given_up: &GivenUp) -> Option<Breach> {
    if at >= given_up.slot.deadline() || is_lawful(charter, given_up) {
        return None;
    }
    Some(breach(charter, at, given_up))
}

fn is_lawful(charter: &Charter, given_up: &GivenUp) -> bool {
    let GivenUp { message, slot, status, last_failure } = *given_up;
    let timeout = charter.timeout_of(message).unwrap_or(Span::FOREVER);
    let accepted_at = slot.deadline() - timeout;
    let was_unreachable = last_failure.is_some_and(|failed_at| failed_at >= accepted_at);
    let is_refused = status.is_permanent() && (slot.was_refused() || was_unreachable);
    let is_last_try = charter.has_no_retries() && (slot.was_tried() || was_unreachable);
    is_refused || is_last_try
}

#[cold]
fn breach(charter: &Charter, at: Instant, given_up: &GivenUp) -> Breach {
    let deadline = given_up.slot.deadline();
    let way = charter.way_of(given_up.message);
    let tried = if given_up.slot.was_tried() {
        "tries had failed, and none for good"
    } else {
        "no host had refused it"
    };
    Breach {
        rule: Rule::NoEarlyReport,
        at,
        message: Some(given_up.message),
        site: way.map(|way| way.site),
        expected: format!("it is kept until its deadline, {deadline}, unless a host refuses it"),
        seen: format!(
            "at {at}, {} before the deadline, it was given up with status {}: {tried}",
            deadline.since(at),
            given_up.status
        ),
    }
}
