//! I7 deadline-fixed: every deadline that the queue publishes is the judge's own.
//!
//! At acceptance and in every listing or report afterwards: a try, an ETRN or a restart moves none.
//! What is published of a message that has ended is not judged: its deadline is not kept.

use super::Breach;
use crate::base::{Instant, MessageId, Rule};

/// Judges a deadline that the queue published for an open message.
pub(super) fn check(
    at: Instant,
    message: MessageId,
    accepted_at: Instant,
    deadline: Instant,
    published: Instant,
) -> Option<Breach> {
    if published == deadline {
        return None;
    }
    Some(breach(at, message, accepted_at, deadline, published))
}

#[cold]
fn breach(
    at: Instant,
    message: MessageId,
    accepted_at: Instant,
    deadline: Instant,
    published: Instant,
) -> Breach {
    let timeout = deadline.since(accepted_at);
    let (apart, direction) = if published > deadline {
        (published.since(deadline), "late")
    } else {
        (deadline.since(published), "early")
    };
    Breach {
        rule: Rule::DeadlineFixed,
        at,
        message: Some(message),
        site: None,
        expected: format!(
            "the queue publishes the deadline {deadline}: it was accepted at {accepted_at}, its \
             time-out is {timeout}"
        ),
        seen: format!("at {at} it published {published}, {apart} too {direction}"),
    }
}
