//! I3 no-early-report: nothing is given up before its deadline without a lawful cause.
//!
//! A cause is lawful if it was seen, or is declared: a permanent status (class 5) after a host
//! refused this message with one; after a connection for its route failed just now, where the
//! scenario says that the host's name may be found not to exist; or on a connection to a host that
//! cannot meet the by-time of a message that is to be returned then (RFC 2852 4). Or an order to
//! expire it, just given. Or, where a policy of the run makes no second try, one try of it, or of a
//! connection for its route, that failed. A dead letter and a suppressed report are held to the same.

use super::Breach;
use super::charter::Charter;
use super::flushes::Flushes;
use super::orders::Orders;
use super::slot::Slot;
use crate::base::{Instant, MessageId, Order, Rule, Status};

/// A message that was given up before its deadline.
#[derive(Clone, Copy, Debug)]
pub(super) struct GivenUp {
    pub(super) at: Instant,
    pub(super) message: MessageId,
    /// What was known of it before.
    pub(super) slot: Slot,
    pub(super) accepted_at: Instant,
    /// The reason in the report.
    pub(super) status: Status,
    /// Since when a cause may be that is only seen now.
    pub(super) since: Instant,
}

impl GivenUp {
    /// Whether there was a cause to give it up.
    pub(super) fn is_lawful(&self, charter: &Charter, flushes: &Flushes, orders: &Orders) -> bool {
        let GivenUp { at, message, slot, accepted_at, status, since } = *self;
        let Some(way) = charter.way_of(message) else { return slot.was_refused() };
        let is_refused = slot.was_refused()
            || charter.may_be_unknown(message) && flushes.has_failed(way.route, since)
            || charter.cannot_meet(message, at, slot.deadline())
                && flushes.was_connected(way.route, since);
        let is_last_try = charter.policies.had_no_retries()
            && (slot.was_tried() || flushes.has_failed(way.route, accepted_at));
        status.is_permanent() && is_refused
            || is_last_try
            || orders.was_given(Order::Expire, since.max(accepted_at), way.route, message)
    }
}

/// A message was given up before its deadline and without a cause.
#[cold]
pub(super) fn breach(charter: &Charter, given_up: &GivenUp) -> Breach {
    let at = given_up.at;
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
