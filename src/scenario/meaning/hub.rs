//! The policy of the hub under test.
//!
//! In: `[hub]`. Out: the changes as the file has them, and the judge's terms by its own table.

use crate::scenario::choice::Choice;
use crate::scenario::file::HubTable;
use crate::scenario::problem::Complaints;
use crate::scenario::{Policy, PolicyChanges, PolicyName, Terms};

/// The most connections of one route: as many as there are ports.
const MOST_CONNECTIONS: u64 = 65_535;

/// The policy of `[hub]`; that of `ims` where there is no such table.
pub(super) fn policy(hub: Option<&HubTable>, complaints: &mut Complaints) -> Policy {
    let absent = HubTable::default();
    let hub = hub.unwrap_or(&absent);
    let name = complaints.read_if(hub.policy.as_ref()).unwrap_or(PolicyName::Ims);
    let connections = hub.connections_per_route.as_ref();
    let connections = connections.and_then(|number| complaints.whole(number, 1, MOST_CONNECTIONS));
    let changes = PolicyChanges {
        timeout_urgent: complaints.read_if(hub.timeout_urgent.as_ref()),
        timeout_normal: complaints.read_if(hub.timeout_normal.as_ref()),
        timeout_non_urgent: complaints.read_if(hub.timeout_non_urgent.as_ref()),
        timeout_report: complaints.read_if(hub.timeout_report.as_ref()),
        retry: hub.retry.as_ref().and_then(|retry| match &**retry {
            Choice::Short(word) => complaints.read_text(&retry.place, word).map(|()| Vec::new()),
            Choice::Long(waits) => complaints.read_all(waits),
        }),
        transfer_grace: complaints.read_if(hub.transfer_grace.as_ref()),
        delay_notice_held: None,
        delay_notice_direct: None,
        connections_per_site: None,
        connections: None,
        limit_messages: None,
        limit_size_bytes: None,
        reserve_messages: None,
        reserve_size_bytes: None,
        connections_per_route: connections.map(|number| number as u32),
        phase_connect: complaints.read_if(hub.phase_connect.as_ref()),
        phase_greeting: complaints.read_if(hub.phase_greeting.as_ref()),
        phase_command: complaints.read_if(hub.phase_command.as_ref()),
        phase_data: complaints.read_if(hub.phase_data.as_ref()),
        phase_final_dot: complaints.read_if(hub.phase_final_dot.as_ref()),
    };
    Policy { name, terms: Terms::of(name, &changes), changes }
}
