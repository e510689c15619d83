//! The policy of the hub under test.
//!
//! In: `[hub]`, and what an event reloads of it. Out: the changes as the file has them, and the
//! judge's terms by its own table.

use std::ops::Range;

use crate::base::Span;
use crate::scenario::choice::Choice;
use crate::scenario::file::HubTable;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quantity::Volume;
use crate::scenario::text::{Number, Written};
use crate::scenario::{Policy, PolicyChanges, PolicyName, Terms};

/// The most connections of one kind: as many as there are ports.
const MOST_CONNECTIONS: u64 = 65_535;
/// The most messages that a limit can name: the queue numbers what waits with 32 bits.
const MOST_MESSAGES: u64 = 1_000_000_000;

/// The hub under test.
#[derive(Debug)]
pub(super) struct Hub {
    /// The policy that it starts with.
    pub(super) policy: Policy,
    /// How long a record takes to reach stable storage.
    pub(super) persist_delay: Span,
}

impl Hub {
    /// The hub of `[hub]`; the policy `ims` where there is no such table.
    pub(super) fn read(table: Option<&HubTable>, complaints: &mut Complaints) -> Hub {
        let absent = HubTable::default();
        let table = table.unwrap_or(&absent);
        let name = complaints.read_if(table.policy.as_ref()).unwrap_or(PolicyName::Ims);
        let changes = changes(table, PolicyChanges::default(), complaints);
        Hub {
            policy: Policy { name, terms: Terms::of(name, &changes), changes },
            persist_delay: complaints.read_if(table.persist_delay.as_ref()).unwrap_or(Span::ZERO),
        }
    }
}

/// The policy that holds when a table was reloaded: what is not in it holds as before.
pub(super) fn reloaded(before: &Policy, table: &HubTable, complaints: &mut Complaints) -> Policy {
    let changes = changes(table, before.changes.clone(), complaints);
    Policy { name: before.name, terms: Terms::of(before.name, &changes), changes }
}

/// The changes of a table, upon those that were made before.
fn changes(table: &HubTable, before: PolicyChanges, complaints: &mut Complaints) -> PolicyChanges {
    let mut whole = |number: Option<&Number>, least, most| {
        let number = number.and_then(|number| complaints.whole(number, least, most));
        number.map(|number| number as u32)
    };
    let per_route = whole(table.connections_per_route.as_ref(), 1, MOST_CONNECTIONS);
    let per_site = whole(table.connections_per_site.as_ref(), 1, MOST_CONNECTIONS);
    let connections = whole(table.connections.as_ref(), 1, MOST_CONNECTIONS);
    let limit_messages = whole(table.limit_messages.as_ref(), 1, MOST_MESSAGES);
    let reserve_messages = whole(table.reserve_messages.as_ref(), 0, MOST_MESSAGES);
    let retry = table.retry.as_ref().and_then(|retry| match &**retry {
        Choice::Short(word) => complaints.read_text(&retry.place, word).map(|()| Vec::new()),
        Choice::Long(waits) => complaints.read_all(waits),
    });
    // Each key is a text of its own kind: no one closure could read them all.
    macro_rules! read {
        ($key:ident) => {
            complaints.read_if(table.$key.as_ref())
        };
    }
    let changes = PolicyChanges {
        timeout_urgent: read!(timeout_urgent).or(before.timeout_urgent),
        timeout_normal: read!(timeout_normal).or(before.timeout_normal),
        timeout_non_urgent: read!(timeout_non_urgent).or(before.timeout_non_urgent),
        timeout_report: read!(timeout_report).or(before.timeout_report),
        retry: retry.or(before.retry),
        transfer_grace: read!(transfer_grace).or(before.transfer_grace),
        delay_notice_held: read!(delay_notice_held).or(before.delay_notice_held),
        delay_notice_direct: read!(delay_notice_direct).or(before.delay_notice_direct),
        connections_per_route: per_route.or(before.connections_per_route),
        connections_per_site: per_site.or(before.connections_per_site),
        connections: connections.or(before.connections),
        limit_messages: limit_messages.or(before.limit_messages),
        limit_size_bytes: read!(limit_size).or(before.limit_size_bytes),
        reserve_messages: reserve_messages.or(before.reserve_messages),
        reserve_size_bytes: read!(reserve_size).or(before.reserve_size_bytes),
        phase_connect: read!(phase_connect).or(before.phase_connect),
        phase_greeting: read!(phase_greeting).or(before.phase_greeting),
        phase_command: read!(phase_command).or(before.phase_command),
        phase_data: read!(phase_data).or(before.phase_data),
        phase_final_dot: read!(phase_final_dot).or(before.phase_final_dot),
    };
    check_room(table, &changes, complaints);
    changes
}

/// A reserve is part of a limit, and leaves room for mail.
fn check_room(table: &HubTable, changes: &PolicyChanges, complaints: &mut Complaints) {
    let place = |number: Option<&Number>| number.map(|number| number.place.clone());
    let messages = Room {
        limit: changes.limit_messages.map(u64::from),
        limit_at: place(table.limit_messages.as_ref()),
        reserve: changes.reserve_messages.map(u64::from),
        reserve_at: place(table.reserve_messages.as_ref()),
        keys: ["limit_messages", "reserve_messages"],
        example: "10000",
    };
    let place = |size: Option<&Written<Volume>>| size.map(|size| size.place.clone());
    let size = Room {
        limit: changes.limit_size_bytes,
        limit_at: place(table.limit_size.as_ref()),
        reserve: changes.reserve_size_bytes,
        reserve_at: place(table.reserve_size.as_ref()),
        keys: ["limit_size", "reserve_size"],
        example: "\"100MiB\"",
    };
    messages.check(complaints);
    size.check(complaints);
}

/// A limit and its reserve: what holds, and where this table says so.
struct Room {
    limit: Option<u64>,
    limit_at: Option<Range<usize>>,
    reserve: Option<u64>,
    reserve_at: Option<Range<usize>>,
    keys: [&'static str; 2],
    example: &'static str,
}

impl Room {
    fn check(&self, complaints: &mut Complaints) {
        let [limit_key, reserve_key] = self.keys;
        match (self.limit, self.reserve, &self.limit_at, &self.reserve_at) {
            (None, Some(_), None, Some(at)) => {
                let message = format!("`{reserve_key}` without `{limit_key}`");
                let complaint = Complaint::at(at, message, "kept of what?");
                let example = self.example;
                complaints.add(complaint.help(format!("say the limit: {limit_key} = {example}")));
            }
            (Some(limit), reserve, limit_at, reserve_at) if reserve.unwrap_or(0) >= limit => {
                let (at, label) = match (limit_at, reserve_at) {
                    (_, Some(at)) => (at, format!("expected less than the limit, {limit}")),
                    (Some(at), None) => {
                        (at, format!("expected more than the reserve, {}", reserve.unwrap_or(0)))
                    }
                    // A table that says neither has nothing new to be wrong.
                    (None, None) => return,
                };
                complaints.add(Complaint::at(at, "a limit that leaves no room for mail", label));
            }
            _ => {}
        }
    }
}
