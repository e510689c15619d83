//! I7 deadline-fixed: every deadline that the queue publishes is the judge's own.
//!
//! At acceptance and in every listing or report afterwards: a try, an ETRN or a restart moves none.
//! What is published of a message that has ended is not judged: its deadline is not kept.

use super::Breach;
use super::charter::Charter;
use crate::base::{Instant, MessageId, Rule};

/// Judges a deadline that the queue published for an open message.
pub(super) fn check(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    deadline: Instant,
    published: Instant,
) -> Option<Breach> {
    if published == deadline {
        return None;
    }
    Some(breach(charter, at, message, deadline, published))
}

#[cold]
fn breach(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    deadline: Instant,
    published: Instant,
) -> Breach {
    let why = charter.timeout_of(message).map_or_else(String::new, |timeout| {
        format!(": it was accepted at {}, its time-out is {timeout}", deadline - timeout)
    });
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
        expected: format!("the queue publishes the deadline {deadline}{why}"),
        seen: format!("at {at} it published {published}, {apart} too {direction}"),
    }
}
