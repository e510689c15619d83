//! I11 right-host: mail reaches only the host of its recipient's domain.
//!
//! The domain is the scenario's: for mail its source's recipient, for a report its source's sender,
//! never what the queue says. A route that is wrong at acceptance is a breach at once.

use super::Breach;
use super::charter::{Charter, Way};
use crate::base::{Instant, MessageId, RouteId, Rule, SiteId};

/// Judges the route under which the queue accepted a message.
pub(super) fn check_route(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    way: Way,
    route: RouteId,
) -> Option<Breach> {
    if route == way.route {
        return None;
    }
    Some(wrong_route(charter, at, message, way, route))
}

/// Judges the host to which a message goes.
pub(super) fn check_site(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    way: Way,
    site: SiteId,
) -> Option<Breach> {
    if site == way.site {
        return None;
    }
    Some(wrong_site(charter, at, message, way, site))
}

#[cold]
fn wrong_route(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    way: Way,
    route: RouteId,
) -> Breach {
    Breach {
        rule: Rule::RightHost,
        at,
        message: Some(message),
        site: charter.site_of(route),
        expected: format!("it is queued for {}", charter.domain(way.route)),
        seen: format!("at {at} it was queued for {}", charter.domain(route)),
    }
}

#[cold]
fn wrong_site(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    way: Way,
    site: SiteId,
) -> Breach {
    let (domain, expected) = (charter.domain(way.route), charter.site(way.site));
    Breach {
        rule: Rule::RightHost,
        at,
        message: Some(message),
        site: Some(site),
        expected: format!("mail for {domain} goes to {expected}"),
        seen: format!("at {at} it was sent to {}", charter.site(site)),
    }
}
