//! A queue rebuilt from its records.
//!
//! In: every record that was persisted, in order. Out: a queue with the same messages, the same
//! deadlines, the same tries made, the same orders in force. Nothing is in transfer, no flush is on;
//! what fell due in between ends at the first input.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use super::entry::Standing;
use super::intake::Arrival;
use super::lane::Gate;
use super::notices::report;
use super::shelf::Handle;
use super::terms::Terms;
use super::{Mode, Policy, Queue, QueueError, Record, Routes, Rules, Tried};
use crate::base::{Instant, Kind, MessageId, Order, RouteId, Target};

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
    /// for a call. Deadlines are those of the records, whatever the policy says now; a sender who has
    /// not been told of a delay is, by the policy as it is now.
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
        replay.go_on(&mut queue, now);
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
    /// When its sender was told of a delay.
    told_at: Option<Instant>,
}

impl Replay {
    fn new(routes: usize) -> Replay {
        Replay { live: BTreeMap::new(), failed_at: vec![Vec::new(); routes] }
    }

    /// Lets each message wait for what it waited for: its own next try, or its release. Where that has
    /// come, it waits with its route, and has since.
    fn go_on<R: Rules>(self, queue: &mut Queue<R>, now: Instant) {
        for replayed in self.live.values() {
            let Replayed { handle, next_try, told_at } = *replayed;
            self.count_from_then(queue, replayed);
            queue.keep_until_release(now, handle);
            if let Some(at) = next_try.filter(|at| *at > now)
                && queue.shelf.entry(handle).standing == Standing::Waiting
            {
                queue.schedule(handle, at);
            }
            let told_after = told_at.map(|at| at.since(queue.counts_from(handle)));
            let (route, _) = queue.shelf.place(handle);
            let mode = queue.lanes[route.index()].mode;
            let by_time = queue.terms(handle).and_then(Terms::notify_by);
            queue.arm_notice(handle, mode, told_after, by_time);
        }
    }

    /// What befell its route before a message came to wait with it was no try of it.
    fn count_from_then<R: Rules>(&self, queue: &mut Queue<R>, replayed: &Replayed) {
        let Replayed { handle, next_try, .. } = *replayed;
        let release_at = queue.terms(handle).and_then(|terms| terms.release_at);
        let waits_since = next_try.max(release_at).unwrap_or(Instant::ZERO);
        let (route, _) = queue.shelf.place(handle);
        let before = self.failed_at[route.index()].partition_point(|it| *it < waits_since) as u32;
        let entry = queue.shelf.entry_mut(handle);
        entry.failures_counted = entry.failures_counted.max(before);
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
                message,
                accepted_at,
                deadline,
                priority,
                size_bytes,
                route,
                sender,
                notify,
                release_at,
                deliver_by,
            } => {
                lane(queue, route)?;
                sender.map_or(Ok(()), |sender| lane(queue, sender))?;
                let arrival = Arrival {
                    message,
                    accepted_at,
                    deadline,
                    priority,
                    size_bytes,
                    route,
                    sender,
                    notify,
                    release_at,
                    deliver_by,
                };
                self.add(queue, number, arrival)?;
            }
            Record::Delivered { message }
            | Record::DeadLettered { message, .. }
            | Record::Suppressed { message, .. } => {
                let handle = self.take(number, message)?;
                queue.remove(handle);
            }
            Record::Ordered { order, target } => self.ordered(queue, number, order, target)?,
            Record::Reported { about, kind, at, deadline, route, size_bytes, .. } => {
                lane(queue, route)?;
                match kind {
                    Kind::Failed | Kind::Relayed => {
                        let handle = self.take(number, about)?;
                        queue.remove(handle);
                    }
                    Kind::Delayed | Kind::Mail => {
                        self.get(number, about)?.told_at = Some(at);
                    }
                }
                let report = report(kind, about, at, deadline, route, size_bytes);
                self.add(queue, number, report)?;
            }
            Record::Deferred { message, attempts, status, next_try } => {
                let replayed = self.get(number, message)?;
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

    /// Replays an order: those that last are in force again.
    fn ordered<R: Rules>(
        &mut self,
        queue: &mut Queue<R>,
        number: u64,
        order: Order,
        target: Target,
    ) -> Result<(), RestoreError> {
        match target {
            Target::Message { message, .. } => {
                self.get(number, message)?;
            }
            Target::Route(route) if queue.routes_in(target).is_empty() => {
                return Err(RestoreError::UnknownRoute { record: number, route });
            }
            Target::Route(_) | Target::All => {}
        }
        match order {
            Order::Pause => queue.routes_in(target).for_each(|it| queue.pause(RouteId(it))),
            Order::Resume => queue.routes_in(target).for_each(|it| queue.resume(RouteId(it))),
            Order::Hold | Order::Release | Order::Cancel => {
                for ticket in queue.tickets(target) {
                    self.ordered_one(queue, number, order, ticket.handle)?;
                }
            }
            Order::Expire | Order::Flush => {}
        }
        Ok(())
    }

    /// Replays a hold, a release or a cancel of one message. Releases that have not come yet are seen to
    /// at the end.
    fn ordered_one<R: Rules>(
        &mut self,
        queue: &mut Queue<R>,
        number: u64,
        order: Order,
        handle: Handle,
    ) -> Result<(), RestoreError> {
        let message = queue.shelf.entry(handle).message;
        match order {
            Order::Hold => {
                let replayed = Replayed { ..*self.get(number, message)? };
                self.count_from_then(queue, &replayed);
                queue.hold(handle);
                self.get(number, message)?.next_try = None;
            }
            Order::Cancel => {
                self.take(number, message)?;
                queue.remove(handle);
            }
            _ => queue.release(Instant::NEVER, handle),
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
        let handle = queue.shelve(&arrival);
        let replayed = Replayed { handle, next_try: None, told_at: None };
        match self.live.insert(message, replayed) {
            None => Ok(()),
            Some(_) => Err(RestoreError::AcceptedTwice { record, message }),
        }
    }

    fn get(&mut self, record: u64, message: MessageId) -> Result<&mut Replayed, RestoreError> {
        self.live.get_mut(&message).ok_or(RestoreError::UnknownMessage { record, message })
    }

    fn take(&mut self, record: u64, message: MessageId) -> Result<Handle, RestoreError> {
        let replayed = self.live.remove(&message);
        replayed.map(|it| it.handle).ok_or(RestoreError::UnknownMessage { record, message })
    }
}
