//! The policies of a run, each from when it is in force: a reload moves nothing that was accepted
//! before it.

use std::collections::BTreeMap;

use crate::base::{Instant, Kind, Priority, Span};
use crate::scenario::{Happening, RouteMode, Scenario, Terms};

/// What the hub was held to, and is.
#[derive(Clone, Debug)]
pub(super) struct Policies {
    first: Terms,
    /// Those that came after it, in order of time.
    later: Vec<(Instant, Terms)>,
    /// What each reload of the scenario brings, by the number of its event.
    to_come: BTreeMap<u32, Terms>,
}

impl Policies {
    pub(super) fn new(scenario: &Scenario) -> Policies {
        let terms = (0..).zip(&scenario.events).filter_map(|(number, event)| match &event.what {
            Happening::Reload(policy) => Some((number, policy.terms.clone())),
            _ => None,
        });
        Policies {
            first: scenario.policy.terms.clone(),
            later: Vec::new(),
            to_come: terms.collect(),
        }
    }

    /// The policy of an event is in force from now on.
    pub(super) fn reload(&mut self, at: Instant, event: u32) {
        if let Some(terms) = self.to_come.get(&event) {
            self.later.push((at, terms.clone()));
        }
    }

    /// Every policy that has been in force, the first one first.
    fn all(&self) -> impl Iterator<Item = &Terms> {
        std::iter::once(&self.first).chain(self.later.iter().map(|(_, terms)| terms))
    }

    /// The time-out that the run began with.
    pub(super) const fn plain_timeout(&self, kind: Kind, priority: Priority) -> Span {
        timeout(&self.first, kind, priority)
    }

    /// The time-out, where one policy alone has been in force.
    pub(super) fn only_timeout(&self, kind: Kind, priority: Priority) -> Option<Span> {
        self.later.is_empty().then(|| self.plain_timeout(kind, priority))
    }

    /// The time-out of what is accepted at an instant; where a policy came into force at that very
    /// instant, that of the policy before it too.
    pub(super) fn timeouts_at(
        &self,
        kind: Kind,
        priority: Priority,
        accepted_at: Instant,
    ) -> (Span, Option<Span>) {
        let count = self.later.partition_point(|(from, _)| *from <= accepted_at);
        if count == 0 {
            return (timeout(&self.first, kind, priority), None);
        }
        let (from, terms) = &self.later[count - 1];
        let before = if count == 1 { &self.first } else { &self.later[count - 2].1 };
        let before = (*from == accepted_at).then(|| timeout(before, kind, priority));
        (timeout(terms, kind, priority), before)
    }

    /// How long a transfer under way at the deadline may go on; no reload changes it.
    pub(super) const fn grace(&self) -> Span {
        self.first.transfer_grace
    }

    /// How long a connection may take until it is greeted; no reload changes it.
    pub(super) fn patience(&self) -> Span {
        let [connect, greeting] = self.first.phase_before_greeting;
        connect.saturating_add(greeting)
    }

    /// Whether a policy of the run made no second try.
    pub(super) fn had_no_retries(&self) -> bool {
        self.all().any(|terms| terms.retry.is_empty())
    }

    /// Whether a policy of the run let routes wait for one another's connections.
    pub(super) fn shared_connections(&self) -> bool {
        self.all().any(|terms| terms.connections.is_some() || terms.connections_per_site.is_some())
    }

    /// The shortest time after which a policy of the run told the sender of a delay.
    pub(super) fn delay_notice(&self, mode: RouteMode) -> Option<Span> {
        let notice = |terms: &Terms| match mode {
            RouteMode::Held => terms.delay_notice_held,
            RouteMode::Direct => terms.delay_notice_direct,
        };
        self.all().filter_map(notice).min()
    }
}

const fn timeout(terms: &Terms, kind: Kind, priority: Priority) -> Span {
    match kind {
        Kind::Mail => terms.timeout[priority as usize],
        Kind::Failed | Kind::Delayed | Kind::Relayed => terms.timeout_report,
    }
}
