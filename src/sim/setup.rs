//! A scenario's hub, in the queue's own terms.
//!
//! The queue is set up from the policy's name and what the scenario changes, by the queue's own
//! tables. The judge reads the scenario's plain numbers. If the two differ, that is a fault, and shows.

use std::num::NonZeroU32;

use crate::base::Span;
use crate::queue::{ClientId, Mode, Phase, Policy, Route, Routes, RoutesError};
use crate::scenario::{self, Happening, PolicyName, RouteMode, Scenario};

/// The queue's policy for a scenario.
pub(super) fn policy_of(policy: &scenario::Policy) -> Policy {
    let mut named = match policy.name {
        PolicyName::Ims => Policy::ims(),
        PolicyName::Rfc5321 => Policy::rfc5321(),
    };
    let changes = &policy.changes;
    named.delay_notice_held = changes.delay_notice_held.unwrap_or(named.delay_notice_held);
    named.delay_notice_direct = changes.delay_notice_direct.unwrap_or(named.delay_notice_direct);
    named.connections_per_site = changes.connections_per_site.and_then(NonZeroU32::new);
    named.connections = changes.connections.and_then(NonZeroU32::new);
    let limits = &mut named.limits;
    limits.messages = changes.limit_messages.unwrap_or(limits.messages);
    limits.size_bytes = changes.limit_size_bytes.unwrap_or(limits.size_bytes);
    limits.reserve_messages = changes.reserve_messages.unwrap_or(limits.reserve_messages);
    limits.reserve_bytes = changes.reserve_size_bytes.unwrap_or(limits.reserve_bytes);
    let [urgent, normal, non_urgent] = &mut named.timeout;
    let [connect, greeting, command, data, final_dot] = &mut named.phase_timeout;
    for (setting, change) in [
        (urgent, changes.timeout_urgent),
        (normal, changes.timeout_normal),
        (non_urgent, changes.timeout_non_urgent),
        (&mut named.timeout_report, changes.timeout_report),
        (&mut named.transfer_grace, changes.transfer_grace),
        (connect, changes.phase_connect),
        (greeting, changes.phase_greeting),
        (command, changes.phase_command),
        (data, changes.phase_data),
        (final_dot, changes.phase_final_dot),
    ] {
        *setting = change.unwrap_or(*setting);
    }
    if let Some(retry) = &changes.retry {
        named.retry.clone_from(retry);
    }
    if let Some(connections) = changes.connections_per_route.and_then(NonZeroU32::new) {
        named.connections_per_route = connections;
    }
    named
}

/// How long a queue waits for a sign of life while a message goes, be it told of the data or not, by the least
/// patient of the policies that a scenario puts in force.
pub(super) fn least_patience(scenario: &Scenario) -> Span {
    let reloads = scenario.events.iter().filter_map(|event| match &event.what {
        Happening::Reload(policy) => Some(policy.as_ref()),
        _ => None,
    });
    let policies = std::iter::once(&scenario.policy).chain(reloads);
    let patience = policies.flat_map(|policy| {
        let timeout = policy_of(policy).phase_timeout;
        [Phase::Command, Phase::Data].map(|phase| timeout[phase as usize])
    });
    patience.min().unwrap_or(Span::ZERO)
}

/// The queue's routes for a scenario: each is its site's to ask for.
///
/// # Errors
/// Where a domain has two routes; a scenario that was read has none such.
pub(super) fn routes_of(scenario: &Scenario) -> Result<Routes, RoutesError> {
    let route = |route: &scenario::Route| Route {
        domain: route.domain.clone(),
        mode: match route.mode {
            RouteMode::Held => Mode::Held,
            RouteMode::Direct => Mode::Direct,
        },
        owner: ClientId(route.site.0),
        site: route.site,
        queue: route.queue.clone(),
    };
    Routes::new(scenario.routes.iter().map(route).collect())
}
