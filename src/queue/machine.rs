//! The queue itself: what it holds, and the one way in.

use std::collections::VecDeque;

use super::capacity::Capacity;
use super::connection::Connections;
use super::deadlines::{CLASSES, Deadlines, Due, class_of};
use super::lane::Lane;
use super::shelf::{Handle, Shelf, Standing};
use super::timers::{Timer, Timers};
use super::{
    AtDeadline, Effect, Input, Outbox, Overdue, Policy, PolicyError, Production, Record, Routes,
    Rules,
};
use crate::base::{Census, Instant, Kind, Priority, RouteId, State};

/// A store-and-forward queue. See the [module](super) for its contract.
///
/// The cost of a step is O(1) but for what it does with messages; none grows with all that wait.
pub struct Queue<R = Production> {
    pub(super) rules: R,
    pub(super) policy: Policy,
    pub(super) routes: Routes,
    pub(super) lanes: Vec<Lane>,
    pub(super) shelf: Shelf,
    pub(super) deadlines: Deadlines,
    pub(super) timers: Timers,
    pub(super) connections: Connections,
    pub(super) capacity: Capacity,
    pub(super) census: Census,
    pub(super) last_serial: u32,
    journal: Journal,
    wakeup: Instant,
}

/// A queue cannot be set up: the operator's to mend.
pub type QueueError = PolicyError;

/// How far the records have come, and the effects that rest on those not yet persisted.
#[derive(Default)]
struct Journal {
    recorded: u64,
    announced: u64,
    persisted: u64,
    resting: VecDeque<(u64, Effect)>,
}

impl<R: Rules> Queue<R> {
    /// An empty queue.
    ///
    /// # Errors
    /// Where the policy has a value that the queue must not work with.
    pub fn new(rules: R, policy: Policy, routes: Routes) -> Result<Queue<R>, QueueError> {
        policy.check()?;
        let timeout = |kind, priority| rules.timeout(&policy, kind, priority);
        let [urgent, normal, non_urgent] = Priority::ALL.map(|p| timeout(Kind::Mail, p));
        let reports = timeout(Kind::Failed, Priority::Normal);
        let timeouts: [_; CLASSES] = [urgent, normal, non_urgent, reports];
        Ok(Queue {
            lanes: routes.iter().map(|(_, route)| Lane::new(route.mode)).collect(),
            shelf: Shelf::new(),
            deadlines: Deadlines::new(timeouts),
            timers: Timers::default(),
            connections: Connections::default(),
            capacity: Capacity::new(&routes),
            census: Census::default(),
            last_serial: 0,
            journal: Journal::default(),
            wakeup: Instant::NEVER,
            rules,
            policy,
            routes,
        })
    }

    /// Settles all that is due at or before `now`, then takes the input. Instants must not go back.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, out: &mut impl Outbox) {
        if self.wakeup <= now {
            self.settle(now, out);
        }
        match input {
            Input::Submit(submission) => self.submit(now, submission, out),
            Input::Etrn { client, node } => self.etrn(now, client, node, out),
            Input::Phase { connection, phase } => self.progress(now, connection, phase),
            Input::Connected { connection, .. } => self.connected(now, connection, out),
            Input::Replied { connection, status } => self.replied(now, connection, status, out),
            Input::Dropped { connection, status } => self.lost(now, now, connection, status, out),
            Input::Persisted { upto } => self.journal.persisted(upto, out),
            Input::Order { .. } | Input::Reload { .. } | Input::Wake => {}
        }
        self.journal.announce(out);
        self.rearm();
    }

    /// Notes when the queue next has something to do.
    pub(super) fn rearm(&mut self) {
        self.wakeup = self.deadlines.next().min(self.timers.next());
    }

    /// When the queue next has something to do by itself; [`Instant::NEVER`] if nothing waits for
    /// time. It is to be given [`Input::Wake`] then, unless another input comes first.
    #[must_use]
    pub fn next_wakeup(&self) -> Instant {
        self.wakeup
    }

    /// What waits, by state.
    #[must_use]
    pub fn census(&self) -> Census {
        Census { connections: self.connections.count(), ..self.census }
    }

    /// The routes that the queue was set up with.
    #[must_use]
    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    fn settle(&mut self, now: Instant, out: &mut impl Outbox) {
        loop {
            let timer_at = self.timers.next();
            if let Some((at, due)) = self.deadlines.take_due(timer_at.min(now), &self.shelf) {
                match due {
                    Due::Deadline(ticket) => self.deadline_reached(now, at, ticket.handle, out),
                    Due::GraceEnd(ticket) => self.expire(now, at, ticket.handle, out),
                }
            } else if let Some((at, timer)) = self.timers.take_due(now) {
                match timer {
                    Timer::Silence(connection) => self.silence(now, at, connection, out),
                    Timer::RouteTry { route, number } => self.route_try(now, route, number, out),
                    Timer::MessageTry(ticket) => self.message_try(now, ticket, out),
                }
            } else {
                return;
            }
        }
    }

    fn deadline_reached(
        &mut self,
        now: Instant,
        deadline: Instant,
        handle: Handle,
        out: &mut impl Outbox,
    ) {
        let entry = self.shelf.entry(handle);
        let overdue = Overdue {
            kind: entry.message.kind(),
            state: self.state_of(handle),
            deadline,
            now,
            attempts: u32::from(entry.attempts),
            status: entry.status,
        };
        match self.rules.at_deadline(&self.policy, &overdue) {
            AtDeadline::Expire => self.expire(now, deadline, handle, out),
            AtDeadline::Grace(grace) => {
                let ticket = self.shelf.ticket(handle);
                let entry = self.shelf.entry_mut(handle);
                if entry.standing == Standing::InTransfer {
                    entry.standing = Standing::Overdue;
                }
                self.deadlines.enter_grace(deadline + grace, ticket);
            }
            AtDeadline::Ignore => {}
        }
    }

    /// Where a message stands: by itself, or with its lane. This is the whole table.
    pub(super) fn state_of(&self, handle: Handle) -> State {
        let own_state = self.shelf.entry(handle).standing.own_state();
        own_state.unwrap_or_else(|| {
            let lane = &self.lanes[self.shelf.place(handle).0.index()];
            if lane.has_refused(&self.shelf, handle) { State::Held } else { lane.state }
        })
    }

    /// Moves a message from one standing to another, and its count with it.
    pub(super) fn stand(&mut self, handle: Handle, standing: Standing) {
        let before = self.state_of(handle);
        let entry = self.shelf.entry_mut(handle);
        let waited = std::mem::replace(&mut entry.standing, standing) == Standing::Waiting;
        let lane = &mut self.lanes[self.shelf.place(handle).0.index()];
        lane.waiting -= u32::from(waited);
        lane.waiting += u32::from(standing == Standing::Waiting);
        let after = standing.own_state().unwrap_or(lane.state);
        self.census.messages[before as usize] -= 1;
        self.census.messages[after as usize] += 1;
    }

    /// Counts the messages of a lane that wait for their turn as what they are now, whatever moved its
    /// gate or its connections.
    pub(super) fn recount(&mut self, route: RouteId) {
        let lane = &mut self.lanes[route.index()];
        let state = lane.waiting_state();
        if state != lane.state {
            self.census.messages[lane.state as usize] -= lane.waiting;
            self.census.messages[state as usize] += lane.waiting;
            lane.state = state;
        }
    }

    /// Writes a record down; what is bid from now on rests on it.
    pub(super) fn record(&mut self, record: Record, out: &mut impl Outbox) {
        self.journal.recorded += 1;
        out.put(Effect::Record(record));
    }

    /// Bids something that others can notice: at once, or when all that was recorded is persisted.
    pub(super) fn bid(&mut self, effect: Effect, out: &mut impl Outbox) {
        if self.journal.persisted >= self.journal.recorded {
            out.put(effect);
        } else {
            self.journal.resting.push_back((self.journal.recorded, effect));
        }
    }

    /// The class of deadlines that a message belongs to.
    pub(super) fn class(&self, handle: Handle) -> usize {
        class_of(self.shelf.entry(handle).message.kind(), self.shelf.place(handle).1)
    }
}

impl Journal {
    fn announce(&mut self, out: &mut impl Outbox) {
        if self.announced < self.recorded {
            self.announced = self.recorded;
            out.put(Effect::Persist { upto: self.recorded });
        }
    }

    fn persisted(&mut self, upto: u64, out: &mut impl Outbox) {
        // A word about more than was recorded is not believed, unless it is said in advance of all.
        let upto = if upto == u64::MAX { upto } else { upto.min(self.recorded) };
        self.persisted = self.persisted.max(upto);
        while let Some((rests_on, effect)) = self.resting.front()
            && *rests_on <= self.persisted
        {
            out.put(*effect);
            self.resting.pop_front();
        }
    }
}
