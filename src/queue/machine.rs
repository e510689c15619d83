//! The queue itself: what it holds, and the one way in.

use std::collections::VecDeque;

use super::capacity::Capacity;
use super::connection::Connections;
use super::deadlines::{CLASSES, Deadlines, Due};
use super::entry::Standing;
use super::lane::Lane;
use super::shelf::{Handle, Shelf};
use super::terms::AllTerms;
use super::timers::{Timer, Timers};
use super::{
    AtDeadline, ConnectionId, Effect, Input, Outbox, Overdue, Policy, PolicyError, Production,
    Record, Routes, Rules,
};
use crate::base::{Census, Instant, Kind, Priority, RouteId, Span, State, Status};

/// A store-and-forward queue. See the [module](super) for its contract.
///
/// The cost of a step is O(1) but for what it does with messages; none grows with all that wait.
#[derive(Clone)]
pub struct Queue<R = Production> {
    pub(super) rules: R,
    pub(super) policy: Policy,
    pub(super) routes: Routes,
    pub(super) lanes: Vec<Lane>,
    pub(super) shelf: Shelf,
    pub(super) deadlines: Deadlines,
    pub(super) terms: AllTerms,
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
#[derive(Clone, Default)]
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
        Ok(Queue {
            lanes: routes.iter().map(|(_, route)| Lane::new(route.mode)).collect(),
            shelf: Shelf::new(),
            deadlines: Deadlines::new(timeouts(&rules, &policy)),
            terms: AllTerms::new(),
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
    #[inline(always)]
    pub fn handle(&mut self, now: Instant, input: Input<'_>, out: &mut impl Outbox) {
        // What is stored lets out what rested on it, in the order in which it was bid, before anything new
        // is.
        if let Input::Persisted { upto } = input {
            self.journal.persisted(upto, out);
        }
        if self.wakeup <= now {
            self.settle(now, out);
        }
        self.take(now, input, out);
        self.rearm();
        // What came too late, by its by-time, is due already.
        if self.wakeup <= now {
            self.settle(now, out);
            self.rearm();
        }
        self.journal.announce(out);
    }

    #[inline(always)]
    fn take(&mut self, now: Instant, input: Input<'_>, out: &mut impl Outbox) {
        match input {
            Input::Submit(submission) => self.submit(now, submission, out),
            Input::Etrn { client, node } => self.etrn(now, client, node, out),
            Input::Phase { connection, phase } => self.progress(now, connection, phase),
            Input::Connected { connection, offers } => {
                self.connected(now, connection, offers, out);
            }
            Input::Replied { connection, status } => self.replied(now, connection, status, out),
            Input::Dropped { connection, status } => self.lost(now, now, connection, status, out),
            Input::Order { order, target } => {
                self.order(now, order, target, out);
                // Of what was cut.
                self.fill_room(now, out);
            }
            Input::Reload { policy } => {
                self.reload(policy, out);
                self.limits_changed(now, out);
            }
            Input::Persisted { .. } | Input::Wake => {}
        }
    }

    /// Puts a new policy in force, or refuses it. Its time-outs are for mail accepted from now on, at a
    /// cost that does not know how much waits; all else of it counts when it is next asked for, so a
    /// route that may have more connections than before opens them when it next has cause to.
    fn reload(&mut self, policy: &Policy, out: &mut impl Outbox) {
        let fault = policy.check().err();
        if fault.is_none() {
            self.policy = policy.clone();
            self.deadlines.set_timeouts(timeouts(&self.rules, policy));
        }
        self.bid(Effect::Reloaded { fault }, out);
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

    /// Reads what will be needed when the next message for a route comes, so that it is in the cache by then:
    /// with a hundred thousand routes it is not, and to wait for one thing after the other costs more than
    /// all that is done with them. What is read means nothing.
    #[must_use]
    pub fn touch(&self, route: RouteId) -> u64 {
        self.lanes.get(route.index()).map_or(0, |lane| lane.touch(&self.shelf))
    }

    /// The same for the next call.
    #[must_use]
    pub fn touch_for_call(&self, route: RouteId) -> u64 {
        self.lanes.get(route.index()).map_or(0, |lane| lane.touch_for_call(&self.shelf))
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

    #[inline(never)]
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
                    Timer::Release(ticket) => self.released(now, ticket, out),
                    Timer::Silence { connection, .. } => self.silence(now, at, connection, out),
                    Timer::RouteTry { route, number } => self.route_try(now, route, number, out),
                    Timer::MessageTry(ticket) => self.message_try(now, ticket, out),
                    Timer::Notice(ticket) => self.tell_delay(now, at, ticket, out),
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
        self.count_tries(handle);
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

    /// Where a message stands: by itself, or with its lane ([`Lane::waiting_state`]). This is the whole
    /// table.
    pub(super) fn state_of(&self, handle: Handle) -> State {
        let own_state = self.shelf.entry(handle).standing.own_state();
        own_state.unwrap_or_else(|| {
            let lane = &self.lanes[self.shelf.place(handle).0.index()];
            if lane.has_refused(&self.shelf, handle) { lane.refused_state() } else { lane.state }
        })
    }

    /// Moves a message from one standing to another, and its count with it. One that comes to wait
    /// waits for its turn, whatever it was refused before.
    pub(super) fn stand(&mut self, handle: Handle, standing: Standing) {
        let (route, priority) = self.shelf.place(handle);
        let lane = &mut self.lanes[route.index()];
        let was = self.shelf.entry(handle).standing;
        let before = if let Some(state) = was.own_state() {
            state
        } else {
            let state = lane.end_wait(priority, self.shelf.ticket(handle), &self.shelf);
            self.shelf.pardon(handle);
            state
        };
        lane.waiting += u32::from(standing == Standing::Waiting);
        lane.kept -= u32::from(was.is_kept());
        lane.kept += u32::from(standing.is_kept());
        self.shelf.entry_mut(handle).standing = standing;
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
            let counts = &mut self.census.messages;
            counts[lane.state as usize] -= lane.waiting;
            counts[lane.refused_state() as usize] -= lane.refused;
            lane.state = state;
            counts[lane.state as usize] += lane.waiting;
            counts[lane.refused_state() as usize] += lane.refused;
        }
    }

    /// Writes a record down; what is bid from now on rests on it.
    #[inline(always)]
    pub(super) fn record(&mut self, record: Record, out: &mut impl Outbox) {
        self.journal.recorded += 1;
        out.put(Effect::Record(record));
    }

    /// Bids something that others can notice: at once, or when all that was recorded is persisted.
    #[inline(always)]
    pub(super) fn bid(&mut self, effect: Effect, out: &mut impl Outbox) {
        if self.journal.persisted >= self.journal.recorded {
            out.put(effect);
        } else {
            // A copy: what is lent has to be in memory, and nearly every effect goes out from registers.
            let resting = effect;
            self.journal.rest(&resting);
        }
    }

    /// Cuts a connection, at once: that promises nothing which a crash could undo, and a host that is
    /// left on the line until all is persisted may still take what was given up (RFC 1047). A transfer
    /// that was bid and not carried out is not carried out any more. Where the connection itself is
    /// still to be begun, both go their way in order: nothing is sent on it in between.
    pub(super) fn abort(
        &mut self,
        connection: ConnectionId,
        status: Status,
        out: &mut impl Outbox,
    ) {
        let abort = Effect::Abort { connection, status };
        let is_dial = |(_, effect): &(u64, Effect)| matches!(effect, Effect::Connect { connection: its, .. } if *its == connection);
        if self.journal.resting.iter().any(is_dial) {
            return self.bid(abort, out);
        }
        let is_transfer = |effect: &Effect| matches!(effect, Effect::Transfer { connection: its, .. } if *its == connection);
        self.journal.resting.retain(|(_, effect)| !is_transfer(effect));
        out.put(abort);
    }
}

/// How long each class of mail is kept, as the rules have it.
fn timeouts(rules: &impl Rules, policy: &Policy) -> [Span; CLASSES] {
    let [urgent, normal, non_urgent] = Priority::ALL.map(|p| rules.timeout(policy, Kind::Mail, p));
    let reports = rules.timeout(policy, Kind::Failed, Priority::Normal);
    [urgent, normal, non_urgent, reports]
}

impl Journal {
    #[inline(never)]
    fn rest(&mut self, effect: &Effect) {
        self.resting.push_back((self.recorded, *effect));
    }

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
