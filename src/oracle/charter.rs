//! What the hub is held to, copied from the scenario into tables that are quick to ask.
//!
//! All that the judge knows of a message beforehand is here: its route, its sender's, its time-out.
//! Nothing that the queue says of a message is believed where the scenario says it too.

use crate::base::{Instant, Kind, MessageId, RouteId, SiteId, Span};
use crate::scenario::{Address, RouteMode, Scenario, Source, Terms, Varied};
use crate::trace::Accepted;

/// The scenario as the judge needs it.
#[derive(Clone, Debug)]
pub(super) struct Charter {
    sources: Vec<Party>,
    routes: Vec<SiteId>,
    terms: Terms,
    slack: Span,
    sites: Names,
    domains: Names,
}

/// Who writes to whom, for one source; the ways stand here in full, so that one look suffices.
#[derive(Clone, Copy, Debug)]
struct Party {
    /// Where all its mail has one priority.
    timeout: Option<Span>,
    recipient: Way,
    sender: Option<Way>,
}

/// The way that a message must take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) route: RouteId,
    pub(super) site: SiteId,
    pub(super) mode: RouteMode,
}

impl Charter {
    pub(super) fn new(scenario: &Scenario) -> Charter {
        let terms = scenario.policy.terms.clone();
        let way = |address: &Address| {
            let route = &scenario.routes[address.route.index()];
            Way { route: address.route, site: route.site, mode: route.mode }
        };
        let party = |source: &Source| Party {
            timeout: match source.priority {
                Varied::Same(priority) => Some(terms.timeout[priority as usize]),
                _ => None,
            },
            recipient: way(source.recipient()),
            sender: source.sender.as_ref().map(way),
        };
        Charter {
            sources: scenario.sources.iter().map(party).collect(),
            routes: scenario.routes.iter().map(|route| route.site).collect(),
            slack: scenario.expect.slack,
            sites: Names::new(scenario.sites.iter().map(|site| site.name.as_str())),
            domains: Names::new(scenario.routes.iter().map(|route| route.domain.as_str())),
            terms,
        }
    }

    pub(super) const fn sources(&self) -> usize {
        self.sources.len()
    }

    pub(super) const fn routes(&self) -> usize {
        self.routes.len()
    }

    pub(super) const fn slack(&self) -> Span {
        self.slack
    }

    pub(super) const fn grace(&self) -> Span {
        self.terms.transfer_grace
    }

    /// Whether the policy makes no second try.
    pub(super) const fn has_no_retries(&self) -> bool {
        self.terms.retry.is_empty()
    }

    fn party(&self, message: MessageId) -> Option<&Party> {
        self.sources.get(message.source() as usize)
    }

    /// The way that a message must take: mail to its recipient, a report to the sender. None if the
    /// scenario has no such source, or nobody to report to.
    pub(super) fn way_of(&self, message: MessageId) -> Option<Way> {
        let party = self.party(message)?;
        if message.kind() == Kind::Mail { Some(party.recipient) } else { party.sender }
    }

    /// Whether somebody must be told when this message fails: mail with a reverse-path.
    pub(super) fn has_sender(&self, message: MessageId) -> bool {
        message.kind() == Kind::Mail
            && self.party(message).is_some_and(|party| party.sender.is_some())
    }

    /// The time-out of a message; the envelope's priority is the scenario's, and the queue's word
    /// is taken only where the scenario has no such source.
    pub(super) fn timeout_of(&self, message: MessageId) -> Option<Span> {
        match message.kind() {
            Kind::Mail => self.party(message).and_then(|party| party.timeout),
            _ => Some(self.terms.timeout_report),
        }
    }

    /// The judge's deadline for a message: acceptance, and its time-out.
    pub(super) fn deadline_of(&self, accepted: &Accepted) -> Instant {
        let timeout = self.timeout_of(accepted.message);
        accepted.accepted_at
            + timeout.unwrap_or_else(|| self.terms.timeout[accepted.priority as usize])
    }

    /// The site of a route, as the queue may name a wrong one.
    pub(super) fn site_of(&self, route: RouteId) -> Option<SiteId> {
        self.routes.get(route.index()).copied()
    }

    /// The name of a site, for a text.
    pub(super) fn site(&self, site: SiteId) -> String {
        self.sites.get(site.index()).map_or_else(|| format!("site {}", site.0), str::to_owned)
    }

    /// The domain of a route, for a text.
    pub(super) fn domain(&self, route: RouteId) -> String {
        self.domains.get(route.index()).map_or_else(|| format!("route {}", route.0), str::to_owned)
    }
}

/// Many names in one text: three allocations for a hundred thousand of them, not as many as names.
#[derive(Clone, Debug)]
struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    fn new<'a>(names: impl Iterator<Item = &'a str>) -> Names {
        let mut text = String::new();
        let ends = names
            .map(|name| {
                text.push_str(name);
                text.len()
            })
            .collect();
        Names { text, ends }
    }

    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_by_its_number() {
        let names = Names::new(["branch-1", "", "hq"].into_iter());
        let back: Vec<_> = (0..4).map(|index| names.get(index)).collect();
        assert_eq!(back, [Some("branch-1"), Some(""), Some("hq"), None]);
    }
}
