//! I9 nothing-after-the-end: what has ended is sent nowhere.
//!
//! The rule is made for the delivery that follows a failed report. How a message ended is not kept,
//! so a transfer or delivery after any end breaks it; a second delivery is I1's business as well.

use super::Breach;
use super::charter::Charter;
use super::ledger::Standing;
use crate::base::{Instant, MessageId, Rule, SiteId};

/// What was done with a message that is not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// A transfer began.
    Began,
    /// It was delivered.
    Delivered,
}

/// Judges a deed over a message that is not open; `standing` says how it stood before.
#[cold]
pub(super) fn check(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    site: SiteId,
    standing: Standing,
    deed: Deed,
) -> Option<Breach> {
    if standing != Standing::Ended {
        return None;
    }
    let deed = match deed {
        Deed::Began => "a transfer of it began to",
        Deed::Delivered => "it was delivered to",
    };
    Some(Breach {
        rule: Rule::NothingAfterTheEnd,
        at,
        message: Some(message),
        site: Some(site),
        expected: "nothing is sent of a message that has ended".to_owned(),
        seen: format!("at {at}, after its end, {deed} {}", charter.site(site)),
    })
}
