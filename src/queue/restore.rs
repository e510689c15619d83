//! A queue rebuilt from its records.
//!
//! In: every record that was persisted, in order. Out: a queue with the same messages, the same
//! deadlines, the same tries made. Nothing is in transfer, no flush is on; what fell due in between
//! ends at the first input.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use super::ending::report;
use super::intake::Arrival;
use super::lane::Gate;
use super::shelf::Handle;
use super::{Mode, Policy, Queue, QueueError, Record, Routes, Rules, Tried};
use crate::base::{Instant, Kind, MessageId, RouteId};

/// The records cannot be a queue's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// The policy is not to be worked with.
    Policy(QueueError),
    /// A record speaks of a message that no earlier record accepted, or that ended before.
    UnknownMessage {
        /// Which record, counted from 1.
        record: u64,
        /// Of which message.
        message: MessageId,
    },
    /// A record brings a message that is there already.
    AcceptedTwice {
        /// Which record, counted from 1.
        record: u64,
        /// Which message.
        message: MessageId,
    },
    /// A record speaks of a route that is not configured (any more).
    UnknownRoute {
        /// Which record, counted from 1.
        record: u64,
        /// Of which route.
        route: RouteId,
    },
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RestoreError::Policy(error) => error.fmt(f),
            RestoreError::UnknownMessage { record, message } => {
                write!(
                    f,
                    "record {record} is about message {message}, which is not there: the records are not whole"
                )
            }
            RestoreError::AcceptedTwice { record, message } => {
                write!(
                    f,
                    "record {record} accepts message {message}, which is there already: the records are not one queue's"
                )
            }
            RestoreError::UnknownRoute { record, route } => {
                write!(
                    f,
                    "record {record} needs route {}, which is not configured; put it back",
                    route.0
                )
            }
        }
    }
}

impl Error for RestoreError {}

impl<R: Rules> Queue<R> {
    /// Rebuilds a queue at `now` from all its records.
    ///
    /// Direct routes are tried at the first input, or when their next try was set; held ones wait
    /// for a call.
    ///
    /// All that is given counts as persisted, and the new queue numbers its records from 1 again:
    /// [`Effect::Persist`](super::Effect::Persist) and [`Input::Persisted`](super::Input::Persisted)
    /// speak of those it made itself. That a message is accepted once is checked among those that
    /// have not ended.
    ///
    /// # Errors
    /// Where the policy is bad or the records are not those of a queue with these routes.
    pub fn restore(
        rules: R,
        policy: Policy,
        routes: Routes,
        now: Instant,
        records: impl IntoIterator<Item = Record>,
    ) -> Result<Queue<R>, RestoreError> {
        let mut queue = Queue::new(rules, policy, routes).map_err(RestoreError::Policy)?;
        let mut replay = Replay::new(queue.lanes.len());
        for (number, record) in (1..).zip(records) {
            replay.apply(&mut queue, number, record)?;
        }
        replay.schedule(&mut queue, now);
        for route in (0..queue.lanes.len() as u32).map(RouteId) {
            let lane = &queue.lanes[route.index()];
            if lane.mode == Mode::Direct && lane.gate == Gate::Open && lane.waiting > 0 {
                queue.shut_until(route, now);
            }
            queue.recount(route);
        }
        queue.rearm();
        Ok(queue)
    }
}

struct Replay {
    live: BTreeMap<MessageId, Replayed>,
    /// For each route, when it failed for all that waited with it.
    failed_at: Vec<Vec<Instant>>,
}

/// A message that no record so far has ended.
struct Replayed {
    handle: Handle,
    /// Its own next try, as its last record has it; those before have been made.
    next_try: Option<Instant>,
}

impl Replay {
    fn new(routes: usize) -> Replay {
        Replay { live: BTreeMap::new(), failed_at: vec![Vec::new(); routes] }
    }

    /// Lets each message wait for its own next try; where that has come, it waits with its route, and
    /// has since.
    fn schedule<R: Rules>(self, queue: &mut Queue<R>, now: Instant) {
        for Replayed { handle, next_try } in self.live.into_values() {
            match next_try {
                Some(at) if at <= now => {
                    let (route, _) = queue.shelf.place(handle);
                    let before = self.failed_at[route.index()].partition_point(|it| *it < at);
                    queue.shelf.entry_mut(handle).failures_counted = before as u32;
                }
                Some(at) => queue.schedule(handle, at),
                None => {}
            }
        }
    }

    fn apply<R: Rules>(
        &mut self,
        queue: &mut Queue<R>,
        number: u64,
        record: Record,
    ) -> Result<(), RestoreError> {
        let lane = |queue: &Queue<R>, route: RouteId| {
            let known = route.index() < queue.lanes.len();
            known.then_some(()).ok_or(RestoreError::UnknownRoute { record: number, route })
        };
        match record {
            Record::Accepted {
                message, accepted_at, priority, size_bytes, route, sender, ..
            } => {
                lane(queue, route)?;
                sender.map_or(Ok(()), |sender| lane(queue, sender))?;
                let arrival = Arrival { message, accepted_at, priority, size_bytes, route, sender };
                self.add(queue, number, arrival)?;
            }
            Record::Delivered { message }
            | Record::DeadLettered { message, .. }
            | Record::Suppressed { message, .. } => {
                let handle = self.take(number, message)?;
                queue.remove(handle);
            }
            Record::Ordered { .. } => {}
            Record::Reported { about: message, at, route, size_bytes, .. } => {
                lane(queue, route)?;
                let handle = self.take(number, message)?;
                queue.remove(handle);
                let report = report(Kind::Failed, message, at, route, size_bytes);
                self.add(queue, number, report)?;
            }
            Record::Deferred { message, attempts, status, next_try } => {
                let unknown = RestoreError::UnknownMessage { record: number, message };
                let replayed = self.live.get_mut(&message).ok_or(unknown)?;
                replayed.next_try = next_try;
                let (route, _) = queue.shelf.place(replayed.handle);
                let entry = queue.shelf.entry_mut(replayed.handle);
                entry.attempts = attempts;
                entry.status = Some(status);
                entry.failures_counted = queue.lanes[route.index()].failed_connections;
            }
            Record::RouteFailed { route, at, status, tried, next_try } => {
                lane(queue, route)?;
                let lane = &mut queue.lanes[route.index()];
                if tried == Tried::AllThatWait {
                    lane.failed_connections += 1;
                    lane.last_failure = status;
                    self.failed_at[route.index()].push(at);
                }
                if let Some(at) = next_try {
                    lane.failures += 1;
                    queue.shut_until(route, at);
                }
            }
            Record::RouteAnswered { route } => {
                lane(queue, route)?;
                let lane = &mut queue.lanes[route.index()];
                lane.failures = 0;
                if lane.mode == Mode::Direct {
                    lane.gate = Gate::Open;
                }
                queue.recount(route);
            }
        }
        Ok(())
    }

    fn add<R: Rules>(
        &mut self,
        queue: &mut Queue<R>,
        record: u64,
        arrival: Arrival,
    ) -> Result<(), RestoreError> {
        let message = arrival.message;
        let replayed = Replayed { handle: queue.shelve(arrival), next_try: None };
        match self.live.insert(message, replayed) {
            None => Ok(()),
            Some(_) => Err(RestoreError::AcceptedTwice { record, message }),
        }
    }

    fn take(&mut self, record: u64, message: MessageId) -> Result<Handle, RestoreError> {
        let replayed = self.live.remove(&message);
        replayed.map(|it| it.handle).ok_or(RestoreError::UnknownMessage { record, message })
    }
}
