//! When a host can be reached: always but for its outages, or only while it calls.
//!
//! In: the keys `calls`, `outages` and `flapping` of a site. Out: its [`Presence`]. A timetable is
//! written out later, when the horizon is known.

use std::ops::Range;

use super::instants;
use super::timetable::Timetable;
use crate::base::{Instant, Span};
use crate::scenario::choice::Choice;
use crate::scenario::file::{CallsTable, FlappingTable, SiteTable};
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quantity::LONGEST;
use crate::scenario::{Calls, Flapping, Presence};

/// When the hosts of a `[[site]]` can be reached, and the timetable that is still to be written out.
pub(super) struct Reach {
    /// When; a timetable's instants are missing yet.
    pub(super) presence: Presence,
    /// By which they come.
    pub(super) timetable: Option<Timetable>,
}

impl Reach {
    /// When the hosts of a table can be reached.
    pub(super) fn read(table: &SiteTable, complaints: &mut Complaints) -> Reach {
        let Some(written) = &table.calls else {
            let presence = always(table, complaints);
            return Reach { presence, timetable: None };
        };
        let of_residents = [
            ("outages", table.outages.as_ref().map(|key| &key.place)),
            ("flapping", table.flapping.as_ref().map(|key| &key.place)),
        ];
        for (key, at) in of_residents.into_iter().filter_map(|(key, at)| Some((key, at?))) {
            let message = format!("{key} of a site that calls");
            let complaint = Complaint::at(at, message, "it is on the line only on a call");
            complaints.add(complaint.also(&written.place, "it calls"));
        }
        let (calls, timetable) = match &**written {
            Choice::Short(word) => {
                complaints.read_text(&written.place, word);
                (Calls::Never, None)
            }
            Choice::Long(table) => calls(table, &written.place, complaints),
        };
        Reach { presence: Presence::OnCall(calls), timetable }
    }
}

fn always(table: &SiteTable, complaints: &mut Complaints) -> Presence {
    let mut outages = Vec::new();
    for window in table.outages.as_ref().map_or(&[][..], |list| list.as_slice()) {
        let Some((from, until)) = complaints.read(window) else { continue };
        if outages.last().is_some_and(|(_, last)| *last > from) {
            let message = "an outage that begins before the one before it has ended";
            complaints.add(Complaint::at(&window.place, message, "write them in order"));
        }
        outages.push((from, until));
    }
    let flapping = table.flapping.as_ref().map(|table| flapping(table, complaints));
    Presence::Always { outages, flapping }
}

fn flapping(table: &FlappingTable, complaints: &mut Complaints) -> Flapping {
    let up = complaints.read(&table.up).unwrap_or(LONGEST);
    let from = complaints.read_if(table.from.as_ref()).unwrap_or(Instant::ZERO + up);
    let until = complaints.read_if(table.until.as_ref()).unwrap_or(Instant::NEVER);
    if let Some(written) = table.until.as_ref().filter(|_| from >= until) {
        let message = "a host that stops flapping before it begins";
        let complaint = Complaint::at(&written.place, message, "it would never go down");
        complaints.add(complaint.help(format!("it goes down for the first time at {from}")));
    }
    Flapping {
        up,
        down: complaints.read(&table.down).unwrap_or(LONGEST),
        jitter_permille: complaints.read_if(table.jitter.as_ref()).unwrap_or(0),
        from,
        until,
    }
}

/// The calls of a table that stands at `place`.
fn calls(
    table: &CallsTable,
    place: &Range<usize>,
    complaints: &mut Complaints,
) -> (Calls, Option<Timetable>) {
    let ways = [
        ("at", table.at.as_ref().map(|key| &key.place)),
        ("every", table.every.as_ref().map(|key| &key.place)),
        ("timetable", table.timetable.as_ref().map(|key| &key.place)),
    ];
    let mut ways = ways.into_iter().filter_map(|(key, at)| Some((key, at?)));
    match (ways.next(), ways.next()) {
        (Some((way, _)), None) => misplaced(table, way, complaints),
        (Some((one, first)), Some((other, second))) => {
            let message = format!("both `{one}` and `{other}`");
            let complaint = Complaint::at(second, message, "calls come one way");
            complaints.add(complaint.also(first, "and the other way here"));
        }
        (None, _) => {
            let message = "calls without `at`, `every` or `timetable`";
            let complaint = Complaint::at(place, message, "when does it call?");
            complaints.add(complaint.help("a site that never calls has calls = \"never\""));
        }
    }
    if let Some(at) = &table.at {
        check_any(at, complaints);
        (Calls::At(instants::distinct(at, "calls", complaints)), None)
    } else if let Some(every) = &table.every {
        let interval = complaints.read(every).unwrap_or(LONGEST);
        (repeated(table, interval, complaints), None)
    } else if let Some(times) = &table.timetable {
        check_any(times, complaints);
        let timetable = Timetable::read(table, times, complaints);
        (Calls::Timetable { instants: Vec::new(), late: timetable.late }, Some(timetable))
    } else {
        (Calls::Never, None)
    }
}

/// Complains of each key that does not belong to the way in which the calls come.
fn misplaced(table: &CallsTable, way: &str, complaints: &mut Complaints) {
    const EVERY: &[&str] = &["every"];
    const TIMETABLE: &[&str] = &["timetable"];
    let keys = [
        ("jitter", table.jitter.as_ref().map(|key| &key.place), EVERY),
        ("first", table.first.as_ref().map(|key| &key.place), EVERY),
        ("until", table.until.as_ref().map(|key| &key.place), &["every", "timetable"]),
        ("zone", table.zone.as_ref().map(|key| &key.place), TIMETABLE),
        ("late", table.late.as_ref().map(|key| &key.place), TIMETABLE),
    ];
    let wrong = keys.into_iter().filter(|(_, _, ways)| !ways.contains(&way));
    for (key, at, ways) in wrong.filter_map(|(key, at, ways)| Some((key, at?, ways))) {
        let ways: Vec<String> = ways.iter().map(|way| format!("`{way}`")).collect();
        let label = format!("it belongs to {}", ways.join(" or "));
        complaints.add(Complaint::at(at, format!("`{key}` beside `{way}`"), label));
    }
}

fn check_any<T>(list: &Located<Vec<T>>, complaints: &mut Complaints) {
    if list.is_empty() {
        let complaint = Complaint::at(&list.place, "no call in the list", "an empty list");
        complaints.add(complaint.help("a site that never calls has calls = \"never\""));
    }
}

fn repeated(table: &CallsTable, interval: Span, complaints: &mut Complaints) -> Calls {
    let after_one = Instant::ZERO + interval;
    let first = complaints.read_if(table.first.as_ref()).unwrap_or((after_one, after_one));
    let until = complaints.read_if(table.until.as_ref()).unwrap_or(Instant::NEVER);
    if let Some(written) = table.until.as_ref().filter(|_| first.0 >= until) {
        let message = "calls that end before the first";
        let complaint = Complaint::at(&written.place, message, "no call would come");
        complaints.add(complaint.help(format!("the first call is not before {}", first.0)));
    }
    Calls::Every {
        first,
        interval,
        jitter_permille: complaints.read_if(table.jitter.as_ref()).unwrap_or(0),
        until,
    }
}
