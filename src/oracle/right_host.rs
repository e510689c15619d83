//! I11 right-host: mail reaches only the host of its recipient's domain.
//!
//! The domain is the scenario's: for mail its source's recipient, for a report its source's sender,
//! never what the queue says. A route that is wrong at acceptance is a breach at once.

use super::Breach;
use super::charter::Charter;
use crate::base::{Instant, MessageId, RouteId, Rule, SiteId};

/// Judges the route under which the queue accepted a message.
pub(super) fn check_route(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    route: RouteId,
) -> Option<Breach> {
    match charter.route_of(message) {
        Some(expected) if expected != route => {
            Some(wrong_route(charter, at, message, expected, route))
        }
        _ => None,
    }
}

/// Judges the host to which a message goes.
pub(super) fn check_site(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    site: SiteId,
) -> Option<Breach> {
    let route = charter.route_of(message)?;
    match charter.site_of(route) {
        Some(expected) if expected != site => {
            Some(wrong_site(charter, at, message, route, expected, site))
        }
        _ => None,
    }
}

#[cold]
fn wrong_route(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    expected: RouteId,
    route: RouteId,
) -> Breach {
    Breach {
        rule: Rule::RightHost,
        at,
        message: Some(message),
        site: charter.site_of(route),
        expected: format!("it is queued for {}", charter.domain(expected)),
        seen: format!("at {at} it was queued for {}", charter.domain(route)),
    }
}

#[cold]
fn wrong_site(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    route: RouteId,
    expected: SiteId,
    site: SiteId,
) -> Breach {
    let (domain, expected) = (charter.domain(route), charter.site(expected));
    Breach {
        rule: Rule::RightHost,
        at,
        message: Some(message),
        site: Some(site),
        expected: format!("mail for {domain} goes to {expected}"),
        seen: format!("at {at} it was sent to {}", charter.site(site)),
    }
}
