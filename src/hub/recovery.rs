//! What a hub starts from: the records of its spool in the queue's words, and when it is.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;

use super::names::RouteNames;
use super::written::{self, Unreadable, Written};
use crate::base::{Instant, MessageId, Order, RouteId, Span, Target};
use crate::queue::{Record, RestoreError, Routes};
use crate::spool::Contents;

/// What was found in a spool, for these routes.
#[derive(Debug)]
pub struct Recovered {
    contents: Contents,
    names: RouteNames,
    now: Instant,
    wall_went_back: bool,
    outdated: Vec<u64>,
}

/// A hub cannot start with this spool and these routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// A record is no record: the spool was damaged, or written by a later version.
    Garbled {
        /// Its number.
        record: u64,
    },
    /// There is mail for a domain that has no route any more.
    NoRoute {
        /// The domain.
        domain: String,
    },
    /// The records are not those of such a queue, or the policy is not to be worked with.
    Restore(RestoreError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Garbled { record } => write!(
                f,
                "record {record} of the spool cannot be read: it was damaged, or written by a later version; restore it from a copy"
            ),
            StartError::NoRoute { domain } => {
                write!(f, "mail waits for {domain}, which has no route any more; put it back")
            }
            StartError::Restore(error) => error.fmt(f),
        }
    }
}

impl Error for StartError {}

impl Recovered {
    /// Reads what is in a spool as the wall clock says this, in microseconds since 1970.
    ///
    /// Hub time goes on from where the spool last had it, by as much as the wall clock did since, and not at
    /// all where that went back.
    ///
    /// # Errors
    /// Where a record cannot be read, or mail waits for what has no route.
    pub fn read(
        contents: Contents,
        routes: &Routes,
        wall_unix_us: i64,
    ) -> Result<Recovered, StartError> {
        let names = RouteNames::new(domains(&contents)?, routes);
        let (now, wall_went_back) = contents.clocks.map_or((Instant::ZERO, false), |clocks| {
            let passed_us = wall_unix_us.saturating_sub(clocks.wall_unix_us);
            let passed = Span::from_micros(u64::try_from(passed_us).unwrap_or(0));
            (clocks.hub + passed, passed_us < 0)
        });
        let outdated = outdated_in(&contents, &names)?;
        Ok(Recovered { contents, names, now, wall_went_back, outdated })
    }

    /// What hub time is.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Whether the wall clock is behind where the spool last had it, so that how long the hub was away is
    /// not known: an operator is to be told.
    #[must_use]
    pub const fn wall_went_back(&self) -> bool {
        self.wall_went_back
    }

    /// The queue's records, in order. What is about no message and a route that is gone is passed over.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        let record = |written| match written {
            Ok(Written::Record(record)) => Some(record),
            Ok(Written::Domains(_)) | Err(_) => None,
        };
        let records = self.contents.records().iter();
        records.filter_map(move |(_, _, bytes)| record(written::read(bytes, &self.names)))
    }

    /// The messages that are in the spool and not among these: an order about many ended them, and the hub went
    /// down before they were taken out one by one.
    pub(super) fn ended(&self, live: impl Iterator<Item = MessageId>) -> Vec<MessageId> {
        if !self.records().any(|record| is_cancel_of_many(&record)) {
            return Vec::new();
        }
        let live: BTreeSet<MessageId> = live.collect();
        let rows = self.contents.records().iter().filter_map(|(_, message, _)| message);
        let ended: BTreeSet<MessageId> = rows.filter(|message| !live.contains(message)).collect();
        ended.into_iter().collect()
    }

    pub(super) fn last_number(&self) -> u64 {
        self.contents.last_number()
    }

    pub(super) fn take_outdated(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.outdated)
    }

    /// The numbers of routes, and the domains that have new ones.
    pub(super) fn into_names(mut self) -> (RouteNames, Vec<String>) {
        let new = self.names.take_new();
        (self.names, new)
    }
}

/// The numbers of the records about no single message that are needed no more; every record can be read. What
/// is about no message and a route that is gone is not needed.
///
/// # Errors
/// Where a record cannot be read, or mail waits for what has no route.
pub(super) fn outdated_in(contents: &Contents, names: &RouteNames) -> Result<Vec<u64>, StartError> {
    let mut apart = Vec::new();
    let mut oldest = u64::MAX;
    for (number, message, bytes) in contents.records().iter() {
        match (message, written::read(bytes, names)) {
            (_, Err(Unreadable::Garbled)) => return Err(StartError::Garbled { record: number }),
            (Some(_), Err(Unreadable::NoRoute(route))) => {
                let domain = names.domain(route).unwrap_or("a domain without a name");
                return Err(StartError::NoRoute { domain: domain.to_owned() });
            }
            (None, Err(Unreadable::NoRoute(_))) => apart.push((number, None)),
            (None, Ok(Written::Record(record))) => apart.push((number, Some(record))),
            (None, Ok(Written::Domains(_))) => {}
            (Some(_), Ok(_)) => oldest = oldest.min(number),
        }
    }
    Ok(outdated(&apart, oldest))
}

fn is_cancel_of_many(record: &Record) -> bool {
    let Record::Ordered { order: Order::Cancel, target } = record else { return false };
    !matches!(target, Target::Message { .. })
}

/// The domains that have numbers, in their order.
fn domains(contents: &Contents) -> Result<Vec<String>, StartError> {
    let none = RouteNames::default();
    let mut domains = Vec::new();
    for (number, message, bytes) in contents.records().iter() {
        if message.is_some() {
            continue;
        }
        match written::read(bytes, &none) {
            Ok(Written::Domains(more)) => domains.extend(more),
            Ok(Written::Record(_)) | Err(Unreadable::NoRoute(_)) => {}
            Err(Unreadable::Garbled) => return Err(StartError::Garbled { record: number }),
        }
    }
    Ok(domains)
}

/// Which of the records that are about no single message a queue with messages from `oldest` on does not
/// need: those of routes that are gone; orders about what was there before, where nothing of it is left;
/// pauses that another has taken the place of; failures that no message waited through, where they set no
/// next try or the route has answered since.
fn outdated(apart: &[(u64, Option<Record>)], oldest: u64) -> Vec<u64> {
    let mut outdated = Vec::new();
    let mut answered: Vec<RouteId> = Vec::new();
    let mut paused: Vec<Target> = Vec::new();
    for &(number, record) in apart.iter().rev() {
        let is_old = number < oldest;
        let is_outdated = match record {
            None => true,
            Some(Record::Ordered { order: Order::Pause | Order::Resume, target }) => {
                let is_covered = paused.contains(&Target::All) || paused.contains(&target);
                paused.push(target);
                is_covered
            }
            Some(Record::Ordered { .. }) => is_old,
            Some(Record::RouteFailed { route, next_try, .. }) => {
                is_old && (next_try.is_none() || answered.contains(&route))
            }
            Some(Record::RouteAnswered { route }) => {
                let is_repeated = answered.contains(&route);
                answered.push(route);
                is_old && is_repeated
            }
            Some(_) => false,
        };
        outdated.extend(is_outdated.then_some(number));
    }
    outdated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Status;
    use crate::queue::Tried;

    fn failed(route: u32, next_try: Option<u64>) -> Record {
        Record::RouteFailed {
            route: RouteId(route),
            at: Instant::ZERO,
            status: Status::NO_ANSWER,
            tried: Tried::AllThatWait,
            next_try: next_try.map(Instant::from_micros),
        }
    }

    #[test]
    fn what_no_message_that_is_left_has_seen_is_outdated() {
        let ordered = |order, target| Record::Ordered { order, target };
        let answered = |route| Record::RouteAnswered { route: RouteId(route) };
        let one = Target::Route(RouteId(1));
        for (records, oldest, expected) in [
            (vec![Some(ordered(Order::Hold, Target::All))], 1, vec![]),
            (vec![Some(ordered(Order::Hold, Target::All))], 2, vec![1]),
            (vec![None], 0, vec![1]),
            (vec![Some(ordered(Order::Pause, one)), Some(ordered(Order::Resume, one))], 0, vec![1]),
            (
                vec![Some(ordered(Order::Pause, one)), Some(ordered(Order::Pause, Target::All))],
                0,
                vec![1],
            ),
            (
                vec![Some(ordered(Order::Pause, Target::All)), Some(ordered(Order::Resume, one))],
                0,
                vec![],
            ),
            (vec![Some(failed(0, None)), Some(failed(0, Some(5)))], 9, vec![1]),
            (vec![Some(failed(0, None)), Some(failed(0, Some(5)))], 1, vec![]),
            (vec![Some(failed(0, Some(5))), Some(answered(0))], 9, vec![1]),
            (vec![Some(failed(1, Some(5))), Some(answered(0))], 9, vec![]),
            (vec![Some(answered(0)), Some(failed(0, Some(5))), Some(answered(0))], 9, vec![2, 1]),
        ] {
            let apart: Vec<_> = (1..).zip(records.clone()).collect();
            assert_eq!(outdated(&apart, oldest), expected, "{records:?} {oldest}");
        }
    }
}
