//! I13 call-served: what a call releases is offered.
//!
//! A call is answered truly (RFC 1985 5.3): 250, 252 or 253 if mail may go for it, 251 if none may,
//! 459 if what it names is not there or not all the host's, 500 or 501 if it names nothing. After
//! consent the hub begins a connection at that instant for each held route that has mail to go and
//! no connection. One whose store has failed answers 458 and begins none. When it closes the last connection of a flush, nothing is left of which no transfer
//! ever began. A connection that is not greeted in time has failed by then (KB Q175982).
//!
//! May not go: what is on hold, paused or not yet released. Where routes share connections, one may
//! wait for another's. How many messages 253 says is not judged.

use super::Breach;
use super::charter::Charter;
use super::nodes::Request;
use crate::base::{Instant, MessageId, RouteId, Rule, SiteId};
use crate::trace::Asked;

/// Whether mail may go for a request that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mail {
    Some,
    None,
    /// It came or went so lately that the answer may have been given before or after.
    Unsure,
}

/// An answer to an ETRN.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    pub(super) site: SiteId,
    pub(super) asked: &'a Asked,
    pub(super) code: u16,
}

impl Answer<'_> {
    /// Whether it says that mail will go.
    pub(super) const fn is_consent(&self) -> bool {
        matches!(self.code, 250 | 252 | 253)
    }
}

/// Judges an answer of a hub whose store has failed: it can start nothing, and says so.
pub(super) fn check_idle_answer(
    charter: &Charter,
    at: Instant,
    answer: &Answer<'_>,
    request: Request,
    mail: Mail,
) -> Option<Breach> {
    match answer.code {
        458 => None,
        _ if answer.is_consent() => {
            Some(wrong_answer(charter, at, answer, "458, since the store has failed"))
        }
        _ => check_answer(charter, at, answer, request, mail),
    }
}

/// Judges an answer.
pub(super) fn check_answer(
    charter: &Charter,
    at: Instant,
    answer: &Answer<'_>,
    request: Request,
    mail: Mail,
) -> Option<Breach> {
    let (expected, is_right) = match (request, mail, answer.code) {
        (Request::Malformed, _, code) => ("500 or 501", matches!(code, 500 | 501)),
        (Request::NotAllowed, _, code) => ("459", code == 459),
        (Request::Allowed, Mail::Some, _) => {
            ("250, 252 or 253, since mail may go for it", answer.is_consent())
        }
        (Request::Allowed, Mail::None, code) => ("251, since no mail may go for it", code == 251),
        (Request::Allowed, Mail::Unsure, code) => ("250 to 253", matches!(code, 250..=253)),
    };
    (!is_right).then(|| wrong_answer(charter, at, answer, expected))
}

#[cold]
fn wrong_answer(charter: &Charter, at: Instant, answer: &Answer<'_>, expected: &str) -> Breach {
    let Answer { site, asked, code } = *answer;
    let node = match *asked {
        Asked::Route(route) => charter.domain(route),
        Asked::Node(number) => charter.nodes.text(number).to_owned(),
    };
    Breach {
        rule: Rule::CallServed,
        at,
        message: None,
        site: Some(site),
        expected: format!("ETRN {node} of {} is answered with {expected}", charter.site(site)),
        seen: format!("at {at} the answer was {code}"),
    }
}

/// The hub consented to deliver what waits for a route, and did not begin to.
#[cold]
pub(super) fn not_begun(
    charter: &Charter,
    at: Instant,
    route: RouteId,
    message: Option<MessageId>,
) -> Breach {
    let domain = charter.domain(route);
    Breach {
        rule: Rule::CallServed,
        at,
        message,
        site: charter.site_of(route),
        expected: format!("a call for {domain} that was granted is followed by a connection"),
        seen: format!("at {at} none had been begun, and mail that may go waited"),
    }
}

/// The hub closed the last connection of a flush with mail left that had never been offered.
#[cold]
pub(super) fn left_behind(
    charter: &Charter,
    at: Instant,
    route: RouteId,
    message: MessageId,
) -> Breach {
    let domain = charter.domain(route);
    Breach {
        rule: Rule::CallServed,
        at,
        message: Some(message),
        site: charter.site_of(route),
        expected: format!("a flush for {domain} offers all that may go before it ends"),
        seen: format!("at {at} the hub closed the last connection, and it had not been offered"),
    }
}

/// A connection was not greeted in time, and the hub did not give it up.
#[cold]
pub(super) fn not_given_up(charter: &Charter, at: Instant, route: RouteId) -> Breach {
    let patience = charter.policies.patience();
    Breach {
        rule: Rule::CallServed,
        at,
        message: None,
        site: charter.site_of(route),
        expected: format!("a connection that is not greeted within {patience} is given up"),
        seen: format!("at {at} one for {} still waited", charter.domain(route)),
    }
}
