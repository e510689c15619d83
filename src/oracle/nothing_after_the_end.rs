//! I9 nothing-after-the-end: what was given up is sent nowhere.
//!
//! The rule is made for the delivery that follows a failed report; a message that was dropped in
//! silence or cancelled is held to the same. What was delivered is I10's. A transfer that begins
//! breaks the rule already.

use super::Breach;
use super::charter::Charter;
use crate::base::{Instant, MessageId, Rule, SiteId};

/// What was done with a message that is not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// A transfer began.
    Began,
    /// It was delivered.
    Delivered,
}

impl Deed {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Deed::Began => "a transfer of it began to",
            Deed::Delivered => "it was delivered to",
        }
    }
}

/// A message was sent that had been given up.
#[cold]
pub(super) fn breach(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    site: SiteId,
    deed: Deed,
) -> Breach {
    Breach {
        rule: Rule::NothingAfterTheEnd,
        at,
        message: Some(message),
        site: Some(site),
        expected: "nothing is sent of a message that has ended".to_owned(),
        seen: format!("at {at}, after its end, {} {}", deed.text(), charter.site(site)),
    }
}
