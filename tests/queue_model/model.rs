//! The queue once more, written for clearness alone: lists that are searched from end to end.
//!
//! In: the inputs that the queue gets. Out: the effects that it must bid, in their order. It shares
//! the queue's words (inputs, effects, policy) and none of its machinery: no index, no chain, no
//! cursor, no count, no timer that can be stale. What is due is found by looking at everything.

mod replay;
mod sending;

use restante::base::{Instant, Kind, MessageId, Priority, RouteId, State, Status};
use restante::queue::{
    Census, ClientId, ConnectionId, Effect, EtrnAnswer, Input, Mode, Phase, Policy, Record, Route,
    Submission,
};

/// A message that has not ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mail {
    pub(crate) message: MessageId,
    pub(crate) deadline: Instant,
    pub(crate) standing: Standing,
    pub(crate) attempts: u32,
    pub(crate) status: Option<Status>,
    route: RouteId,
    sender: Option<RouteId>,
    priority: Priority,
    size_bytes: u32,
    /// The number of its acceptance: of two, the older has the smaller.
    age: u32,
    /// Failed connections of its route that were counted in `attempts` or were none of its own.
    failures_counted: usize,
    /// Until when it may stay in transfer past its deadline.
    grace_until: Option<Instant>,
    /// It was refused, and no call came since.
    refused: bool,
}

impl Mail {
    /// Whether it waits with its route for its turn.
    fn waits(&self) -> bool {
        self.standing == Standing::Waiting && !self.refused
    }
}

/// What a message is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Waiting,
    Scheduled(Instant),
    InTransfer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    AwaitsCall,
    AwaitsTry(Instant),
    Open,
}

struct Way {
    mode: Mode,
    gate: Gate,
    /// Failed tries in a row.
    failures: u32,
    /// What befell each connection that could not be made.
    failed: Vec<Status>,
}

#[derive(Clone, Copy)]
struct Line {
    id: ConnectionId,
    route: RouteId,
    phase: Phase,
    greeted: bool,
    carries: Option<MessageId>,
    silent_until: Instant,
}

#[derive(Clone, Copy)]
enum Due {
    Deadline(MessageId),
    GraceEnd(MessageId),
    Silence(ConnectionId),
    RouteTry(RouteId),
    MessageTry(MessageId),
}

/// The queue's model. See the module.
pub(crate) struct Model {
    policy: Policy,
    routes: Vec<Route>,
    ways: Vec<Way>,
    mails: Vec<Mail>,
    lines: Vec<Line>,
    /// How often each place for a connection was used, and those that are free: the last one freed
    /// is the first one used.
    used: Vec<u32>,
    free: Vec<u32>,
    last_age: u32,
    recorded: u64,
    persisted: u64,
    resting: Vec<(u64, Effect)>,
    out: Vec<Effect>,
}

impl Model {
    pub(crate) fn new(policy: Policy, routes: Vec<Route>) -> Model {
        let way = |route: &Route| Way {
            mode: route.mode,
            gate: match route.mode {
                Mode::Held => Gate::AwaitsCall,
                Mode::Direct => Gate::Open,
            },
            failures: 0,
            failed: Vec::new(),
        };
        Model {
            ways: routes.iter().map(way).collect(),
            policy,
            routes,
            mails: Vec::new(),
            lines: Vec::new(),
            used: Vec::new(),
            free: Vec::new(),
            last_age: 0,
            recorded: 0,
            persisted: 0,
            resting: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Settles what is due, takes the input, and says what is bid.
    pub(crate) fn handle(&mut self, now: Instant, input: Input<'_>) -> Vec<Effect> {
        let recorded = self.recorded;
        while let Some((at, due)) = self.next_due()
            && at <= now
        {
            self.settle(now, at, due);
        }
        match input {
            Input::Submit(submission) => self.submit(now, submission),
            Input::Etrn { client, node } => self.etrn(now, client, node),
            Input::Phase { connection, phase } => self.progress(now, connection, phase),
            Input::Connected { connection } => self.connected(now, connection),
            Input::Replied { connection, status } => self.replied(now, connection, status),
            Input::Dropped { connection, status } => self.lost(now, now, connection, status),
            Input::Persisted { upto } => self.persisted(upto),
            Input::Wake => {}
        }
        if self.recorded > recorded {
            self.out.push(Effect::Persist { upto: self.recorded });
        }
        std::mem::take(&mut self.out)
    }

    /// When something is due next.
    pub(crate) fn next_due_at(&self) -> Instant {
        self.next_due().map_or(Instant::NEVER, |(at, _)| at)
    }

    /// Every message that has not ended, with each failed connection that it waited for counted.
    pub(crate) fn live(&self) -> Vec<Mail> {
        let mut live = self.mails.clone();
        for mail in &mut live {
            count_tries(mail, &self.ways[mail.route.index()]);
        }
        live
    }

    /// The first message that is kept longer than it may be.
    pub(crate) fn overstayed(&self, now: Instant) -> Option<Mail> {
        let until = |mail: &Mail| mail.grace_until.unwrap_or(mail.deadline);
        self.mails.iter().find(|mail| until(mail) <= now).copied()
    }

    pub(crate) fn census(&self) -> Census {
        let mut census = Census { connections: self.lines.len() as u32, ..Census::default() };
        for mail in &self.mails {
            let greeted = self.lines.iter().any(|line| line.route == mail.route && line.greeted);
            let state = match (mail.standing, self.ways[mail.route.index()].gate) {
                (Standing::InTransfer, _) => State::InTransfer,
                (Standing::Scheduled(_), _) | (_, Gate::AwaitsTry(_)) => State::Scheduled,
                (_, Gate::AwaitsCall) => State::Held,
                (_, Gate::Open) if mail.refused => State::Held,
                (_, Gate::Open) if greeted => State::Ready,
                (_, Gate::Open) => State::Connecting,
            };
            census.messages[state as usize] += 1;
            census.size_bytes += u64::from(mail.size_bytes);
        }
        census
    }

    /// The first of all that is due: by instant, then deadlines, ends of grace, tries of
    /// messages, silences, tries of routes; among deadlines by class, then by age.
    fn next_due(&self) -> Option<(Instant, Due)> {
        let mut all = Vec::new();
        for mail in &self.mails {
            let class = match mail.message.kind() {
                Kind::Mail => mail.priority as u32,
                _ => 3,
            };
            match mail.grace_until {
                None => {
                    all.push(((mail.deadline, 0, class, mail.age), Due::Deadline(mail.message)));
                }
                Some(until) => all.push(((until, 1, mail.age, 0), Due::GraceEnd(mail.message))),
            }
            if let Standing::Scheduled(at) = mail.standing {
                all.push(((at, 2, mail.age, 0), Due::MessageTry(mail.message)));
            }
        }
        for line in &self.lines {
            let ConnectionId { slot, generation } = line.id;
            all.push(((line.silent_until, 3, slot, generation), Due::Silence(line.id)));
        }
        for (number, way) in (0..).zip(&self.ways) {
            if let Gate::AwaitsTry(at) = way.gate {
                all.push(((at, 4, number, 0), Due::RouteTry(RouteId(number))));
            }
        }
        all.into_iter().min_by_key(|(order, _)| *order).map(|((at, ..), due)| (at, due))
    }

    fn settle(&mut self, now: Instant, at: Instant, due: Due) {
        match due {
            Due::Deadline(message) => {
                let grace = self.policy.transfer_grace;
                let mail = self.mail(message);
                match mail.standing {
                    Standing::InTransfer => mail.grace_until = Some(mail.deadline + grace),
                    Standing::Waiting | Standing::Scheduled(_) => self.fail(now, message),
                }
            }
            Due::GraceEnd(message) => {
                let line = self.lines.iter().find(|line| line.carries == Some(message));
                let id = line.expect("what is in transfer has a line").id;
                self.cut(now, at, id, Status::BAD_CONNECTION);
            }
            Due::Silence(id) => {
                let greeted = self.line(id).is_some_and(|line| line.greeted);
                let status = if greeted { Status::BAD_CONNECTION } else { Status::NO_ANSWER };
                self.cut(now, at, id, status);
            }
            Due::RouteTry(route) => {
                self.open(route);
                self.dial(now, route);
            }
            Due::MessageTry(message) => {
                let route = self.comes_to_its_try(message);
                self.dial(now, route);
            }
        }
    }

    /// A message's own next try comes: it waits with its route from now on.
    fn comes_to_its_try(&mut self, message: MessageId) -> RouteId {
        let route = self.mail(message).route;
        let failed = self.way(route).failed.len();
        let mail = self.mail(message);
        mail.standing = Standing::Waiting;
        mail.failures_counted = failed;
        route
    }

    fn submit(&mut self, now: Instant, submission: Submission<'_>) {
        let Submission { priority, size_bytes, sender, .. } = submission;
        for (number, &route) in submission.recipients.iter().enumerate() {
            let message = submission.message.to(number).expect("few recipients");
            self.record(Record::Accepted {
                message,
                accepted_at: now,
                priority,
                size_bytes,
                route,
                sender,
            });
            let deadline = self.add(now, message, priority, size_bytes, route, sender);
            self.bid(Effect::Accepted { message, accepted_at: now, deadline });
            self.dial(now, route);
        }
    }

    fn add(
        &mut self,
        now: Instant,
        message: MessageId,
        priority: Priority,
        size_bytes: u32,
        route: RouteId,
        sender: Option<RouteId>,
    ) -> Instant {
        self.last_age += 1;
        let deadline = now + self.policy.timeout_of(message.kind(), priority);
        self.mails.push(Mail {
            message,
            deadline,
            standing: Standing::Waiting,
            attempts: 0,
            status: None,
            route,
            sender,
            priority,
            size_bytes,
            age: self.last_age,
            failures_counted: self.ways[route.index()].failed.len(),
            grace_until: None,
            refused: false,
        });
        deadline
    }

    fn etrn(&mut self, now: Instant, client: ClientId, node: &str) {
        let found = self.routes.iter().position(|route| route.domain.eq_ignore_ascii_case(node));
        let route = found.map(|number| RouteId(number as u32));
        let owned = route.filter(|route| self.routes[route.index()].owner == client);
        let Some(own) = owned else {
            return self.bid(Effect::EtrnAnswered {
                client,
                route,
                answer: EtrnAnswer::NotAllowed,
            });
        };
        let count = self.mails.iter().filter(|mail| mail.route == own).count() as u32;
        let answer = match count {
            0 => EtrnAnswer::NothingWaiting,
            count => EtrnAnswer::Started(count),
        };
        self.bid(Effect::EtrnAnswered { client, route, answer });
        let way = self.way(own);
        match (way.mode, way.gate) {
            (Mode::Held, _) if count == 0 => {}
            (Mode::Held, _) | (Mode::Direct, Gate::AwaitsTry(_)) => {
                self.open(own);
                self.dial(now, own);
            }
            (Mode::Direct, Gate::Open | Gate::AwaitsCall) => self.dial(now, own),
        }
    }

    fn open(&mut self, route: RouteId) {
        let way = self.way(route);
        way.gate = Gate::Open;
        for mail in self.mails.iter_mut().filter(|mail| mail.route == route) {
            mail.refused = false;
        }
    }

    fn fail(&mut self, now: Instant, message: MessageId) {
        if let Some(route) = self.give_back(now, message) {
            self.dial(now, route);
        }
    }

    /// Ends a message that failed, and says which route its report waits for.
    fn give_back(&mut self, now: Instant, message: MessageId) -> Option<RouteId> {
        self.count(message);
        let Mail { sender, attempts, status, .. } = *self.mail(message);
        let status = status.unwrap_or(Status::EXPIRED);
        let Some(route) = sender else {
            self.record(Record::DeadLettered { message, at: now, status });
            self.end(message);
            self.bid(Effect::DeadLetter { message, status, attempts });
            return None;
        };
        let size_bytes = 2_048;
        self.record(Record::Returned { message, at: now, route, size_bytes });
        self.end(message);
        let report = message.report(Kind::Failed);
        let deadline = self.add(now, report, Priority::Normal, size_bytes, route, None);
        self.bid(Effect::Report {
            about: message,
            kind: Kind::Failed,
            status,
            attempts,
            route,
            size_bytes,
            born_at: now,
            deadline,
        });
        Some(route)
    }

    /// A flush is over with the last message of its route.
    fn end(&mut self, message: MessageId) {
        let route = self.mail(message).route;
        self.mails.retain(|mail| mail.message != message);
        let empty = self.mails.iter().all(|mail| mail.route != route);
        let way = self.way(route);
        if empty && way.mode == Mode::Held {
            way.gate = Gate::AwaitsCall;
        }
    }

    fn hang_up(&mut self, id: ConnectionId) {
        self.lines.retain(|line| line.id != id);
        self.used[id.slot as usize] += 1;
        self.free.push(id.slot);
    }

    fn count(&mut self, message: MessageId) {
        let mail = self.mails.iter_mut().find(|mail| mail.message == message).expect("lives");
        count_tries(mail, &self.ways[mail.route.index()]);
    }

    /// How many messages of a route wait for their turn.
    fn waiting(&self, route: RouteId) -> usize {
        self.mails.iter().filter(|mail| mail.route == route && mail.waits()).count()
    }

    fn way(&mut self, route: RouteId) -> &mut Way {
        &mut self.ways[route.index()]
    }

    fn mail(&mut self, message: MessageId) -> &mut Mail {
        self.mails.iter_mut().find(|mail| mail.message == message).expect("lives")
    }

    fn line(&mut self, id: ConnectionId) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.id == id)
    }

    fn record(&mut self, record: Record) {
        self.recorded += 1;
        self.out.push(Effect::Record(record));
    }

    fn bid(&mut self, effect: Effect) {
        if self.persisted == self.recorded {
            self.out.push(effect);
        } else {
            self.resting.push((self.recorded, effect));
        }
    }

    fn persisted(&mut self, upto: u64) {
        self.persisted = self.persisted.max(upto.min(self.recorded));
        let (free, resting): (Vec<_>, Vec<_>) =
            self.resting.iter().partition(|(rests_on, _)| *rests_on <= self.persisted);
        self.out.extend(free.into_iter().map(|(_, effect)| effect));
        self.resting = resting;
    }
}

/// Each connection of its route that could not be made was a try of a message that waited with it.
fn count_tries(mail: &mut Mail, way: &Way) {
    let missed = way.failed.len() - mail.failures_counted;
    if mail.standing == Standing::Waiting && missed > 0 {
        mail.attempts += missed as u32;
        mail.failures_counted = way.failed.len();
        mail.status = way.failed.last().copied();
    }
}
