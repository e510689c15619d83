//! I5 call-before-delivery: nothing goes to a held route outside a flush.
//!
//! What a flush is, is reckoned from what was seen ([`super::flushes`]). A transfer that began in one
//! may be finished after it; none may begin. Where effects come late, one may be seen to begin that the
//! hub let go while the flush was on.

use super::Breach;
use super::charter::{Charter, Way};
use super::flushes::{Flush, Flushes};
use crate::base::{Instant, MessageId, Rule};
use crate::scenario::RouteMode;

/// Judges that a message went its way: a transfer began, or ended that was not seen to begin.
pub(super) fn check(
    charter: &Charter,
    flushes: &Flushes,
    at: Instant,
    message: MessageId,
    way: Way,
) -> Option<Breach> {
    if way.mode != RouteMode::Held {
        return None;
    }
    match flushes.flush(way.route) {
        Flush::Open => None,
        why => Some(breach(charter, at, message, way, why)),
    }
}

#[cold]
fn breach(charter: &Charter, at: Instant, message: MessageId, way: Way, why: Flush) -> Breach {
    let domain = charter.domain(way.route);
    Breach {
        rule: Rule::CallBeforeDelivery,
        at,
        message: Some(message),
        site: Some(way.site),
        expected: format!("mail for {domain} goes only in a flush that an ETRN opened"),
        seen: format!("at {at} it was sent outside one: {}", why.text()),
    }
}
