//! I8 no-report-on-report: no report goes to the null reverse-path, and none is about a report
//! (RFC 5321 6.1, RFC 3461 6.2).

use super::Breach;
use super::charter::Charter;
use crate::base::{Instant, Kind, MessageId, Rule};

/// Judges that a report of any kind was made about a message.
pub(super) fn check(
    charter: &Charter,
    at: Instant,
    about: MessageId,
    kind: Kind,
) -> Option<Breach> {
    if charter.has_sender(about) {
        return None;
    }
    let why = if about.kind() == Kind::Mail { "its reverse-path is <>" } else { "it is a report" };
    Some(Breach {
        rule: Rule::NoReportOnReport,
        at,
        message: Some(about),
        site: None,
        expected: format!("no report is made about it, since {why}"),
        seen: format!("at {at} a {} report was made", kind.name()),
    })
}
