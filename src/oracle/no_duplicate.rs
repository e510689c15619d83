//! I10 no-duplicate: what was delivered is not sent again.
//!
//! A crash may undo the delivery that was not written down (RFC 1047): then the message is in the
//! queue again and open, and its second delivery is counted, not blamed. A transfer that begins
//! breaks the rule already.

use super::Breach;
use super::charter::Charter;
use super::nothing_after_the_end::Deed;
use crate::base::{Instant, MessageId, Rule, SiteId};

/// A message was sent that had been delivered.
#[cold]
pub(super) fn breach(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    site: SiteId,
    deed: Deed,
) -> Breach {
    Breach {
        rule: Rule::NoDuplicate,
        at,
        message: Some(message),
        site: Some(site),
        expected: "a message is delivered once".to_owned(),
        seen: format!("at {at}, after its delivery, {} {}", deed.text(), charter.site(site)),
    }
}
