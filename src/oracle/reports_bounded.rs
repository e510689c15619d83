//! I4 reports-bounded: no more reports than were asked for, and of each kind at most one.
//!
//! For each recipient at most one failed, one delayed and one relayed report, and never more than
//! two: what was relayed has not failed. A report of a kind that NOTIFY does not ask for is one too
//! many (RFC 3461 4.1). A delayed report is about what is still in the queue, and comes when the
//! policy tells of delays on such a route and not before its time, or at the by-time of DELIVERBY N
//! (RFC 2852 4); a relayed one is about what was delivered to a host that makes no reports (RFC 3461
//! 5.2.2). So the reports for one accepted message are bounded by twice its recipients.

use super::Breach;
use super::charter::{Charter, Life, Way};
use super::fates::{Fate, Fates, Told};
use super::ledger::Standing;
use crate::base::{ByMode, Instant, Kind, MessageId, Rule};

/// The most reports about one recipient.
const MOST: u32 = 2;

/// A report that was born.
#[derive(Clone, Copy, Debug)]
pub(super) struct Born {
    pub(super) message: MessageId,
    pub(super) kind: Kind,
    /// How the message stood when it was announced; not asked of a failed one, which ends it.
    pub(super) standing: Option<Standing>,
    /// Its life, if it was in the queue.
    pub(super) life: Option<Life>,
}

/// Judges that a report was born to a sender that there is.
pub(super) fn check(
    charter: &Charter,
    fates: &Fates,
    at: Instant,
    born: &Born,
    told: Told,
) -> Option<Breach> {
    let name = born.kind.name();
    if !told.is_first {
        return Some(breach(
            at,
            born,
            format!("at most one {name} report is made about a recipient"),
            format!("at {at} another one was made"),
        ));
    }
    if told.in_all > MOST {
        let expected = format!("at most {MOST} reports are made about a recipient");
        let seen = format!("at {at} there were {}, the last a {name} one", told.in_all);
        return Some(breach(at, born, expected, seen));
    }
    let expected = unlawful(charter, fates, at, born)?;
    Some(breach(at, born, expected, format!("at {at} a {name} report was made")))
}

/// What a report should have been like, if it should not have been as it was.
fn unlawful(charter: &Charter, fates: &Fates, at: Instant, born: &Born) -> Option<String> {
    let Born { message, kind, standing, life } = *born;
    match kind {
        Kind::Delayed if !matches!(standing, Some(Standing::Open(_))) => {
            Some("a delayed report is about what is in the queue".to_owned())
        }
        Kind::Failed | Kind::Delayed if !charter.wants(message, kind) => {
            Some(format!("no {} report is made, since its sender asked for none", kind.name()))
        }
        Kind::Delayed => {
            let way = charter.way_of(message)?;
            let due = life.and_then(|life| notice_due(charter, message, way, &life));
            match due {
                None => {
                    Some("no report of its delay is made, since nothing asks for one".to_owned())
                }
                Some(due) if at < due => {
                    Some(format!("no report of its delay is made before {due}"))
                }
                Some(_) => None,
            }
        }
        Kind::Relayed => {
            let has_ended = standing == Some(Standing::Ended);
            let was_delivered = has_ended && fates.of(message) == Fate::Delivered;
            (!was_delivered || !charter.is_relayed(message)).then(|| {
                "a relayed report is about what went to a host that makes none, if asked for"
                    .to_owned()
            })
        }
        Kind::Failed | Kind::Mail => None,
    }
}

/// From when a report of delay may be made; none if there is no cause for one.
fn notice_due(charter: &Charter, message: MessageId, way: Way, life: &Life) -> Option<Instant> {
    let by_policy = charter.policies.delay_notice(way.mode).map(|wait| life.begins() + wait);
    let by_time = charter.by_time(message, ByMode::Notify);
    let by_time = by_time.map(|within| life.accepted_at + within);
    by_policy.into_iter().chain(by_time).min()
}

#[cold]
fn breach(at: Instant, born: &Born, expected: String, seen: String) -> Breach {
    Breach {
        rule: Rule::ReportsBounded,
        at,
        message: Some(born.message),
        site: None,
        expected,
        seen,
    }
}
