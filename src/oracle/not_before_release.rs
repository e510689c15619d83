//! I12 not-before-release: nothing leaves before its release, even on ETRN (RFC 4865).

use super::Breach;
use super::charter::{Charter, Life};
use crate::base::{Instant, MessageId, Rule, SiteId};

/// Judges that a message went its way: a transfer began, or ended that was not seen to begin.
pub(super) fn check(
    charter: &Charter,
    at: Instant,
    message: MessageId,
    site: SiteId,
    life: &Life,
) -> Option<Breach> {
    let release_at = life.release_at.filter(|release_at| at < *release_at)?;
    Some(Breach {
        rule: Rule::NotBeforeRelease,
        at,
        message: Some(message),
        site: Some(site),
        expected: format!("nothing of it is sent before its release, {release_at}"),
        seen: format!(
            "at {at}, {} too early, it was sent to {}",
            release_at.since(at),
            charter.site(site)
        ),
    })
}
