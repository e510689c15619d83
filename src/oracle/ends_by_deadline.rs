//! I2 ends-by-deadline: every message ends no later than it is due, plus the slack.
//!
//! It is due at its deadline, in whatever state it waits. One state alone has grace: a transfer that
//! began before the deadline and is under way at it may go on for `transfer_grace`; if it fails in
//! that time the message is due at that instant. A transfer that begins at the very deadline has no
//! grace, since expiry comes first; one that is delivered at the very deadline is in time.
//!
//! What falls due while the hub is down or asleep is due at its return.
//!
//! To end at the limit itself is in time. The breach is told at the limit, not when somebody looks.

use super::Breach;
use super::charter::Charter;
use super::ledger::{Ended, Overdue};
use super::outages::Outages;
use super::slot::Slot;
use crate::base::{Instant, Rule, Span};

/// When a message is due now that a transfer of it has failed; none if nothing changes. `before` is
/// its slot before that.
pub(super) fn due_after_failure(before: Slot, at: Instant, grace: Span) -> Option<Instant> {
    let deadline = before.deadline();
    let is_in_grace = before.has_grace() && at > deadline && !before.is_stranded();
    is_in_grace.then(|| at.min(deadline + grace))
}

/// When a message is due that did not end by its deadline, since a transfer of it was under way;
/// none if it has no grace, or had it.
pub(super) fn due_after_grace(overdue: &Overdue, grace: Span) -> Option<Instant> {
    let end_of_grace = overdue.slot.deadline() + grace;
    (overdue.slot.has_grace() && overdue.due < end_of_grace).then_some(end_of_grace)
}

/// By how much a message ended after it was due.
pub(super) fn lateness(ended: &Ended, at: Instant, grace: Span, outages: &Outages) -> Span {
    if at <= ended.due {
        return Span::ZERO;
    }
    let end_of_grace = ended.slot.deadline() + grace;
    let due = if ended.slot.has_grace() { ended.due.max(end_of_grace) } else { ended.due };
    at.since(outages.put_off(due))
}

/// A message was due, the slack is over, and it has not ended.
#[cold]
pub(super) fn stranded(
    charter: &Charter,
    overdue: &Overdue,
    accepted_at: Instant,
    floor: Instant,
) -> Breach {
    let Overdue { message, slot, due } = *overdue;
    let deadline = slot.deadline();
    let limit = due.max(floor) + charter.slack();
    let way = charter.way_of(message);
    let after = deadline.since(accepted_at);
    let mut expected = format!("it ends by its deadline, {deadline} ({after} after acceptance)");
    if floor > due {
        expected.push_str(&format!(", or when the hub is back, at {floor}"));
    } else if due > deadline {
        let grace = due.since(deadline);
        expected.push_str(&format!(", or {grace} later for the transfer then under way"));
    }
    if charter.slack() > Span::ZERO {
        expected.push_str(&format!(", with a slack of {}", charter.slack()));
    }
    let state = if slot.is_in_transfer() { "in transfer to" } else { "waiting for" };
    let domain = way.map_or_else(|| "nobody".to_owned(), |way| charter.domain(way.route));
    Breach {
        rule: Rule::EndsByDeadline,
        at: limit,
        message: Some(message),
        site: way.map(|way| way.site),
        expected,
        seen: format!("at {limit} it had not ended: it was {state} {domain}"),
    }
}
