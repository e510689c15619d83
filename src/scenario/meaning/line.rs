//! Lines: how fast, how long, how often they fail.
//!
//! In: the table `line` of a site. Out: a [`Line`] with its defaults.

use super::instants;
use crate::base::Span;
use crate::scenario::Line;
use crate::scenario::file::LineTable;
use crate::scenario::problem::{Complaint, Complaints};

/// How long a host that was promised mail waits for a connection, where the file does not say.
const PATIENCE: Span = Span::from_minutes(1);
/// After how long a host that found the line busy calls again, where the file does not say.
const REDIAL: Span = Span::from_minutes(2);
/// How often it does so for one call, where the file does not say.
const REDIALS: u32 = 3;
/// The most often that it can.
const MOST_REDIALS: u64 = 1_000_000;
/// The end of the time in which a call that drops does so, where the file does not say.
const DROP_WITHIN: Span = Span::from_minutes(5);

/// A line that takes no time and never fails.
pub(crate) fn free() -> Line {
    Line {
        rate_bits_s: None,
        delay: Span::ZERO,
        per_message: Span::ZERO,
        call_length: None,
        patience: PATIENCE,
        busy_permille: 0,
        redial: REDIAL,
        redials: 0,
        drops_at: Vec::new(),
        drop_permille: 0,
        drop_within: DROP_WITHIN,
    }
}

/// The line of a table, to a host that is always on it.
pub(super) fn of_resident(table: &LineTable, complaints: &mut Complaints) -> Line {
    let of_calls = [
        ("call_length", table.call_length.as_ref().map(|key| &key.place)),
        ("patience", table.patience.as_ref().map(|key| &key.place)),
        ("busy", table.busy.as_ref().map(|key| &key.place)),
        ("redial", table.redial.as_ref().map(|key| &key.place)),
        ("redials", table.redials.as_ref().map(|key| &key.place)),
        ("drop", table.drop.as_ref().map(|key| &key.place)),
    ];
    for (key, at) in of_calls.into_iter().filter_map(|(key, at)| Some((key, at?))) {
        let message = format!("`{key}` of a site that does not call");
        complaints.add(Complaint::at(at, message, "this site is always on the line"));
    }
    read(table, complaints)
}

/// The line of a table, to a host that calls.
pub(super) fn of_caller(table: &LineTable, complaints: &mut Complaints) -> Line {
    let busy = [
        ("redial", table.redial.as_ref().map(|key| &key.place)),
        ("redials", table.redials.as_ref().map(|key| &key.place)),
    ];
    let busy = busy.into_iter().filter(|_| table.busy.is_none());
    for (key, at) in busy.filter_map(|(key, at)| Some((key, at?))) {
        let message = format!("`{key}` without `busy`");
        let complaint = Complaint::at(at, message, "no call finds the line busy");
        complaints.add(complaint.help("say how many calls do: busy = \"20%\""));
    }
    read(table, complaints)
}

fn read(table: &LineTable, complaints: &mut Complaints) -> Line {
    if let (Some(within), None) = (&table.drop_within, &table.drop) {
        let complaint =
            Complaint::at(&within.place, "`drop_within` without `drop`", "no call drops");
        complaints.add(complaint.help("say how many calls drop: drop = \"20%\""));
    }
    let redials = table.redials.as_ref();
    let redials = redials.and_then(|number| complaints.whole(number, 0, MOST_REDIALS));
    let redials = redials.map_or(REDIALS, |number| number as u32);
    let drops_at = table.drops_at.as_ref();
    Line {
        rate_bits_s: complaints.read_if(table.rate.as_ref()),
        delay: complaints.read_if(table.delay.as_ref()).unwrap_or(Span::ZERO),
        per_message: complaints.read_if(table.per_message.as_ref()).unwrap_or(Span::ZERO),
        call_length: complaints.read_if(table.call_length.as_ref()),
        patience: complaints.read_if(table.patience.as_ref()).unwrap_or(PATIENCE),
        busy_permille: complaints.read_if(table.busy.as_ref()).unwrap_or(0),
        redial: complaints.read_if(table.redial.as_ref()).unwrap_or(REDIAL),
        redials: table.busy.as_ref().map_or(0, |_| redials),
        drops_at: drops_at.map_or_else(Vec::new, |at| instants::distinct(at, "drops", complaints)),
        drop_permille: complaints.read_if(table.drop.as_ref()).unwrap_or(0),
        drop_within: complaints.read_if(table.drop_within.as_ref()).unwrap_or(DROP_WITHIN),
    }
}
