//! I1 ends-once: every accepted recipient ends exactly once, and never in silence.
//!
//! It ends delivered, returned (a failed report is born), as a dead letter where there is nobody to
//! tell, suppressed where nobody wants to be told (RFC 3461 4.1), or cancelled by an administrator.
//! So a breach is: a second acceptance of the same recipient; an end of what is not open; an end
//! without a report where one is owed; a silent end of the wrong kind; a cancellation that nobody
//! ordered; a report that is announced and not accepted as mail at that very instant; a report that
//! nothing announced. A report that nobody wants is I4's.
//!
//! What it does not do: of a further recipient that has ended nothing is kept, so a second
//! acceptance of that one is not seen.

use super::Breach;
use super::charter::Charter;
use super::ledger::Standing;
use crate::base::{Instant, Kind, MessageId, Rule};

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Delivered,
    Returned,
    DeadLettered,
    Suppressed,
    Cancelled,
}

impl End {
    const fn text(self) -> &'static str {
        match self {
            End::Delivered => "delivered",
            End::Returned => "returned by a failed report",
            End::DeadLettered => "put with the dead letters",
            End::Suppressed => "dropped without a report",
            End::Cancelled => "cancelled",
        }
    }
}

/// The reports that were announced at one instant and have not been accepted as mail.
#[derive(Clone, Debug, Default)]
pub(super) struct Births {
    announced: Vec<MessageId>,
    at: Instant,
}

impl Births {
    /// A report was announced.
    pub(super) fn announce(&mut self, at: Instant, report: MessageId) {
        self.at = at;
        self.announced.push(report);
    }

    /// A report was accepted; false if nothing announced it.
    pub(super) fn accept(&mut self, report: MessageId) -> bool {
        let place = self.announced.iter().position(|announced| *announced == report);
        place.map(|place| self.announced.swap_remove(place)).is_some()
    }

    /// The instant at which births are due; never if none is.
    pub(super) fn due(&self) -> Instant {
        if self.announced.is_empty() { Instant::NEVER } else { self.at }
    }

    /// The reports whose time is over, in order.
    pub(super) fn give_up(&mut self) -> Vec<MessageId> {
        self.announced.sort_unstable();
        std::mem::take(&mut self.announced)
    }

    /// A report was announced at this instant to a sender that there is, and no such mail was
    /// accepted.
    pub(super) fn missed(charter: &Charter, at: Instant, report: MessageId) -> Option<Breach> {
        let message = report.report_of()?;
        charter.has_sender(message).then(|| Breach {
            rule: Rule::EndsOnce,
            at,
            message: Some(message),
            site: None,
            expected: format!(
                "the {} report is accepted as mail to the sender at {at}",
                report.kind().name()
            ),
            seen: "the report was announced, and no such mail was accepted".to_owned(),
        })
    }
}

/// A report was accepted that nothing announced at that instant.
#[cold]
pub(super) fn unannounced(at: Instant, report: MessageId) -> Breach {
    Breach {
        rule: Rule::EndsOnce,
        at,
        message: Some(report),
        site: None,
        expected: "a report is accepted once, at the instant at which it is announced".to_owned(),
        seen: format!("at {at} it was accepted as mail, and nothing had announced it"),
    }
}

/// A message was accepted that had been accepted before.
#[cold]
pub(super) fn accepted_again(at: Instant, message: MessageId, before: Standing) -> Breach {
    let before = match before {
        Standing::Open(_) => "while it was still in the queue",
        Standing::Ended | Standing::Unheard => "after it had ended, or after a later one",
    };
    Breach {
        rule: Rule::EndsOnce,
        at,
        message: Some(message),
        site: None,
        expected: "a message is accepted once, and those of one source in order".to_owned(),
        seen: format!("at {at} it was accepted again, {before}"),
    }
}

/// A message ended that was not open.
#[cold]
pub(super) fn ended_again(at: Instant, message: MessageId, before: Standing, end: End) -> Breach {
    let before = match before {
        Standing::Unheard => "though it was never accepted",
        Standing::Open(_) | Standing::Ended => "though it had ended before",
    };
    Breach {
        rule: Rule::EndsOnce,
        at,
        message: Some(message),
        site: None,
        expected: "every accepted message ends once, and no other message does".to_owned(),
        seen: format!("at {at} it was {}, {before}", end.text()),
    }
}

/// A message ended in silence: whether it may.
pub(super) fn untold(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    end: End,
) -> Option<Breach> {
    let expected = match (charter.has_sender(message), end) {
        (true, End::DeadLettered | End::Suppressed) if charter.wants(message, Kind::Failed) => {
            "its sender is told by a failed report, since it has a reverse-path"
        }
        (true, End::DeadLettered) => "it is dropped, since its sender asked not to be told",
        (false, End::Suppressed) => "it is kept as a dead letter, since there is nobody to tell",
        _ => return None,
    };
    Some(Breach {
        rule: Rule::EndsOnce,
        at,
        message: Some(message),
        site: None,
        expected: expected.to_owned(),
        seen: format!("at {at} it was {}", end.text()),
    })
}

/// A message was taken out, and no order to cancel it was given then.
#[cold]
pub(super) fn not_ordered(at: Instant, message: MessageId) -> Breach {
    Breach {
        rule: Rule::EndsOnce,
        at,
        message: Some(message),
        site: None,
        expected: "nothing is cancelled but by an administrator's order".to_owned(),
        seen: format!("at {at} it was cancelled, and no such order was given"),
    }
}
