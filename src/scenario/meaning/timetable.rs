//! Timetables: calls by the days of the week and the clock on the wall of some time zone.
//!
//! In: the times of a table, and when the run begins and ends by the wall clock. Out: instants of the
//! run. A step of the hub's own clock is none of its business: the host has another.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::base::{Instant, Span};
use crate::scenario::calendar::WeekTime;
use crate::scenario::file::CallsTable;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::text::Written;

/// The most calls of all hosts with one timetable.
const MOST_CALLS: usize = 10_000_000;

/// The timetable of a `[[site]]`.
#[derive(Debug)]
pub(super) struct Timetable {
    times: Vec<WeekTime>,
    zone: TimeZone,
    /// How late each call comes: drawn evenly between these two.
    pub(super) late: (Span, Span),
    until: Instant,
    /// Where the list of its times stands.
    at: Range<usize>,
}

/// From when and until when a run goes by the wall clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct WallTime {
    /// What the wall clock says at the start, in microseconds since 1970-01-01T00:00:00Z.
    pub(super) start_unix_us: i64,
    /// When the run is broken off.
    pub(super) horizon: Instant,
}

impl Timetable {
    /// The timetable of a table, with its list of times.
    pub(super) fn read(
        table: &CallsTable,
        times: &Located<Vec<Written<WeekTime>>>,
        complaints: &mut Complaints,
    ) -> Timetable {
        let since_start = |at: Instant| at.since(Instant::ZERO);
        let late = complaints.read_if(table.late.as_ref()).unwrap_or_default();
        Timetable {
            late: (since_start(late.0), since_start(late.1)),
            times: complaints.read_all(times).unwrap_or_default(),
            zone: complaints.read_if(table.zone.as_ref()).unwrap_or(TimeZone::UTC),
            until: complaints.read_if(table.until.as_ref()).unwrap_or(Instant::NEVER),
            at: times.place.clone(),
        }
    }

    /// The instants of the calls of each of so many hosts, without their lateness; a complaint where
    /// they are too many, or one could come after the next.
    pub(super) fn instants(
        &self,
        wall: WallTime,
        hosts: u32,
        complaints: &mut Complaints,
    ) -> Vec<Instant> {
        let most = MOST_CALLS / hosts as usize;
        let instants = self.written_out(wall, most);
        if instants.len() > most {
            let message = format!("a timetable of more than {MOST_CALLS} calls of all its hosts");
            let complaint = Complaint::at(&self.at, message, "too many up to the horizon");
            complaints.add(complaint.help("say until when, or set a nearer horizon"));
            return Vec::new();
        }
        let gaps = instants.iter().zip(instants.iter().skip(1));
        let least = gaps.map(|(one, next)| next.since(*one)).min();
        let (soonest, latest) = self.late;
        if let Some(least) = least.filter(|least| soonest.saturating_add(*least) <= latest) {
            let message = "a call that may be so late that the next comes before it";
            let label = format!("{least} from one to the next");
            let complaint = Complaint::at(&self.at, message, label);
            complaints.add(complaint.help("make `late` shorter than the way between two calls"));
        }
        instants
    }

    /// The instants up to the end, in order; no more than one over `most`.
    fn written_out(&self, wall: WallTime, most: usize) -> Vec<Instant> {
        let start = timestamp(wall.start_unix_us);
        let end = timestamp(wall.start_unix_us.saturating_add_unsigned(wall.horizon.micros()));
        let [first, last] = [start, end].map(|at| self.zone.to_datetime(at).date());
        let mut instants = BTreeSet::new();
        // A time that a change of the clocks skips may come on the day after its own.
        let mut date = first.yesterday().unwrap_or(first);
        while date <= last && instants.len() <= most {
            for time in self.times.iter().filter(|time| time.is_on(date)) {
                // jiff's way with a time that is skipped (later by what is skipped) or doubled (the
                // earlier) is that of RFC 5545 3.3.5.
                let local = date.to_datetime(time.time);
                let Ok(timestamp) = self.zone.to_timestamp(local) else { continue };
                let after_us = timestamp.as_microsecond() - wall.start_unix_us;
                let Ok(after_us) = u64::try_from(after_us) else { continue };
                let instant = Instant::from_micros(after_us);
                if instant <= wall.horizon && instant < self.until {
                    instants.insert(instant);
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        instants.into_iter().take(most + 1).collect()
    }
}

/// A point of jiff's calendar; its last where there is none so late.
fn timestamp(unix_us: i64) -> Timestamp {
    Timestamp::from_microsecond(unix_us).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::text::Kind;

    #[test]
    fn so_many_calls_are_written_out_for_all_hosts_and_no_more() {
        let timetable = Timetable {
            times: vec![WeekTime::read("daily 08:00").expect("a time")],
            zone: TimeZone::UTC,
            late: (Span::ZERO, Span::ZERO),
            until: Instant::NEVER,
            at: 0..0,
        };
        let hosts = u32::try_from(MOST_CALLS / 3).expect("small");
        for (days, calls, complained) in [(3, 3, false), (4, 0, true), (36_525, 0, true)] {
            let horizon = Instant::ZERO + Span::from_hours(24 * days);
            let mut complaints = Complaints::default();
            let wall = WallTime { start_unix_us: 0, horizon };
            assert_eq!(timetable.instants(wall, hosts, &mut complaints).len(), calls, "{days} d");
            assert_eq!(!complaints.is_empty(), complained, "{days} d");
        }
    }
}
