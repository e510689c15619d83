//! The hub and what befalls it, written out.

use super::quantity::{instant, length, list, size, text};
use super::{File, Inline};
use crate::base::{Span, Target};
use crate::scenario::{
    Course, Crash, CrashCause, DiskFaults, Happening, HubEvent, Keep, PolicyChanges, PolicyName,
    Scenario,
};

/// Writes `[hub]`, its disk where something is wrong with it, and every `[[event]]`.
pub(super) fn write(file: &mut File, scenario: &Scenario, course: &Course) {
    file.head("[hub]");
    let policy = match scenario.policy.name {
        PolicyName::Ims => "ims",
        PolicyName::Rfc5321 => "rfc5321",
    };
    file.key("policy", text(policy));
    let changes = &scenario.policy.changes;
    for (key, value) in reloadable(changes).into_iter().chain(fixed(changes)) {
        file.key(key, value);
    }
    if scenario.persist_delay > Span::ZERO {
        file.key("persist_delay", length(scenario.persist_delay));
    }
    write_disk(file, &scenario.disk);
    for (event, number) in scenario.events.iter().zip(0..) {
        file.head("[[event]]");
        file.key("at", instant(event.at));
        let (key, value) = happening(scenario, event, kept(course, CrashCause::Event(number)));
        file.key(key, value);
    }
    for ((record, crash), number) in scenario.crashes_at_record.iter().zip(0..) {
        file.head("[[event]]");
        file.key("at_record", record.to_string());
        file.key("crash", crash_table(*crash, kept(course, CrashCause::AtRecord(number))));
    }
}

fn write_disk(file: &mut File, disk: &DiskFaults) {
    if *disk == DiskFaults::default() {
        return;
    }
    file.head("[hub.disk]");
    file.key("at_crash", text(disk.at_crash.name()));
    if let Some(limit_bytes) = disk.size_limit_bytes {
        file.key("full_at", size(limit_bytes));
    }
    if let Some(number) = disk.fails_at_write {
        file.key("fails_at_write", number.to_string());
    }
    file.key("syncs", text(disk.syncs.name()));
}

/// How many records a crash left; none at all where it did not come to it.
fn kept(course: &Course, cause: CrashCause) -> u64 {
    let found = course.crashes.iter().find(|(other, _)| *other == cause);
    found.map_or(0, |(_, kept)| *kept)
}

/// The keys of a policy that a running hub can change.
fn reloadable(changes: &PolicyChanges) -> Vec<(&'static str, String)> {
    let notice = |after: Option<Span>| after.map_or_else(|| text("never"), length);
    let retry = changes.retry.as_ref();
    let keys = [
        ("timeout_urgent", changes.timeout_urgent.map(length)),
        ("timeout_normal", changes.timeout_normal.map(length)),
        ("timeout_non_urgent", changes.timeout_non_urgent.map(length)),
        ("timeout_report", changes.timeout_report.map(length)),
        ("retry", retry.map(|waits| list(waits.iter().map(|wait| length(*wait))))),
        ("delay_notice_held", changes.delay_notice_held.map(notice)),
        ("delay_notice_direct", changes.delay_notice_direct.map(notice)),
        ("connections_per_route", changes.connections_per_route.map(|it| it.to_string())),
        ("connections_per_site", changes.connections_per_site.map(|it| it.to_string())),
        ("connections", changes.connections.map(|it| it.to_string())),
        ("limit_messages", changes.limit_messages.map(|it| it.to_string())),
        ("limit_size", changes.limit_size_bytes.map(size)),
        ("reserve_messages", changes.reserve_messages.map(|it| it.to_string())),
        ("reserve_size", changes.reserve_size_bytes.map(size)),
    ];
    keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// Those that it cannot.
fn fixed(changes: &PolicyChanges) -> Vec<(&'static str, String)> {
    let keys = [
        ("transfer_grace", changes.transfer_grace),
        ("phase_connect", changes.phase_connect),
        ("phase_greeting", changes.phase_greeting),
        ("phase_command", changes.phase_command),
        ("phase_data", changes.phase_data),
        ("phase_final_dot", changes.phase_final_dot),
    ];
    keys.into_iter().filter_map(|(key, value)| Some((key, length(value?)))).collect()
}

/// The key of an event, and its value. `kept` is how many records it left, if it is a crash.
fn happening(scenario: &Scenario, event: &HubEvent, kept: u64) -> (&'static str, String) {
    match &event.what {
        Happening::Crash(crash) => ("crash", crash_table(*crash, kept)),
        Happening::Suspend(span) => ("suspend", length(*span)),
        Happening::ClockStep(micros) => {
            let span = length(Span::from_micros(micros.unsigned_abs()));
            let sign = if *micros < 0 { "-" } else { "" };
            ("clock_step", format!("\"{sign}{}", &span[1..]))
        }
        Happening::Order(order, target) => (order.name(), aim(scenario, *target)),
        Happening::Reload(policy) => {
            let mut table = Inline::default();
            for (key, value) in reloadable(&policy.changes) {
                table.key(key, value);
            }
            ("reload", table.text())
        }
        Happening::List => ("list", text("all")),
    }
}

fn crash_table(crash: Crash, kept: u64) -> String {
    let mut table = Inline::default();
    table.key("down", length(crash.down));
    match crash.keep {
        Keep::Drawn => table.key("keep", kept.to_string()),
        Keep::All => table.key("keep", text("all")),
        Keep::None => table.key("keep", text("none")),
        Keep::First(number) => table.key("keep", number.to_string()),
    }
    table.text()
}

/// What an order is about, by name.
fn aim(scenario: &Scenario, target: Target) -> String {
    match target {
        Target::All => text("all"),
        Target::Route(route) => text(&scenario.routes[route.index()].domain),
        Target::Message { message, .. } => {
            let source = &scenario.sources[message.source() as usize].name;
            let number = u64::from(message.ordinal()) + 1;
            let recipient = match message.recipient() {
                0 => String::new(),
                other => format!("+{other}"),
            };
            text(&format!("{source}#{number}{recipient}"))
        }
    }
}
