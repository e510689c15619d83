//! The queue once more, written for clearness alone: lists that are searched from end to end.
//!
//! In: the inputs that the queue gets. Out: the effects that it must bid, in their order. It shares
//! the queue's words (inputs, effects, policy) and none of its machinery: no index, no chain, no
//! cursor, no count, no timer that can be stale. What is due is found by looking at everything.

mod orders;
mod replay;
mod sending;
mod telling;

use restante::base::{
    ByMode, DeliverBy, Instant, Kind, MessageId, Notify, Priority, RouteId, State, Status,
};
use restante::queue::{
    Census, ClientId, ConnectionId, Effect, EtrnAnswer, Extensions, Input, Mode, Phase, Policy,
    Record, Route, Submission,
};

/// A message that has not ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mail {
    pub(crate) message: MessageId,
    pub(crate) deadline: Instant,
    pub(crate) standing: Standing,
    pub(crate) attempts: u32,
    pub(crate) status: Option<Status>,
    pub(crate) route: RouteId,
    accepted_at: Instant,
    sender: Option<RouteId>,
    notify: Notify,
    release_at: Option<Instant>,
    deliver_by: Option<DeliverBy>,
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
    /// It is to be held when its try is over.
    to_be_held: bool,
    /// When its sender is to be told of a delay.
    notice_at: Option<Instant>,
    /// Its sender was.
    told: bool,
}

impl Mail {
    /// Whether it waits with its route for its turn.
    fn waits(&self) -> bool {
        self.standing == Standing::Waiting && !self.refused
    }

    /// Whether a call can make it leave.
    fn can_leave(&self) -> bool {
        !matches!(self.standing, Standing::Future(_) | Standing::OnHold)
    }

    /// Notes that it ends because its time is up.
    fn note_time_up(&mut self) {
        match self.deliver_by {
            Some(DeliverBy { at, mode: ByMode::Return }) if at == self.deadline => {
                self.status = Some(Status::BY_TIME_PASSED);
            }
            _ => {}
        }
    }
}

/// What a message is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Waiting,
    Scheduled(Instant),
    InTransfer,
    Future(Instant),
    OnHold,
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
    paused: bool,
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
    offers: Extensions,
    carries: Option<MessageId>,
    silent_until: Instant,
}

#[derive(Clone, Copy)]
enum Due {
    Deadline(MessageId),
    GraceEnd(MessageId),
    Release(MessageId),
    Notice(MessageId),
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
            paused: false,
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
        if let Input::Persisted { upto } = input {
            self.persisted(upto);
        }
        self.settle_all(now);
        match input {
            Input::Submit(submission) => self.submit(now, submission),
            Input::Etrn { client, node } => self.etrn(now, client, node),
            Input::Phase { connection, phase } => self.progress(now, connection, phase),
            Input::Connected { connection, offers } => self.connected(now, connection, offers),
            Input::Replied { connection, status } => self.replied(now, connection, status),
            Input::Dropped { connection, status } => self.lost(now, now, connection, status),
            Input::Order { order, target } => self.order(now, order, target),
            Input::Reload { policy } => self.reload(policy),
            Input::Persisted { .. } | Input::Wake => {}
        }
        self.settle_all(now);
        if self.recorded > recorded {
            self.out.push(Effect::Persist { upto: self.recorded });
        }
        std::mem::take(&mut self.out)
    }

    fn settle_all(&mut self, now: Instant) {
        while let Some((at, due)) = self.next_due()
            && at <= now
        {
            self.settle(now, at, due);
        }
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
            census.messages[self.state(mail) as usize] += 1;
            census.size_bytes += u64::from(mail.size_bytes);
        }
        census
    }

    /// Where a message stands.
    pub(crate) fn state(&self, mail: &Mail) -> State {
        let greeted = self.lines.iter().any(|line| line.route == mail.route && line.greeted);
        let way = &self.ways[mail.route.index()];
        match (mail.standing, way.gate) {
            (Standing::InTransfer, _) => State::InTransfer,
            (Standing::Future(_), _) => State::Future,
            (Standing::OnHold, _) => State::OnHold,
            (Standing::Waiting, _) if way.paused => State::Paused,
            (Standing::Waiting, _) if mail.refused => State::Held,
            (Standing::Scheduled(_), _) | (_, Gate::AwaitsTry(_)) => State::Scheduled,
            (Standing::Waiting, Gate::AwaitsCall) => State::Held,
            (Standing::Waiting, Gate::Open) if greeted => State::Ready,
            (Standing::Waiting, Gate::Open) => State::Connecting,
        }
    }

    /// The first of all that is due: by instant, then deadlines, ends of grace, releases, tries of
    /// messages, silences, tries of routes, notices; among deadlines by class, then by age; among silences
    /// by route.
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
            match mail.standing {
                Standing::Future(at) => {
                    all.push(((at, 2, mail.age, 0), Due::Release(mail.message)));
                }
                Standing::Scheduled(at) => {
                    all.push(((at, 3, mail.age, 0), Due::MessageTry(mail.message)));
                }
                Standing::Waiting | Standing::InTransfer | Standing::OnHold => {}
            }
            if let Some(at) = mail.notice_at {
                all.push(((at, 6, mail.age, 0), Due::Notice(mail.message)));
            }
        }
        for line in &self.lines {
            let (route, slot) = (line.route.0, line.id.slot);
            all.push(((line.silent_until, 4, route, slot), Due::Silence(line.id)));
        }
        for (number, way) in (0..).zip(&self.ways) {
            if let Gate::AwaitsTry(at) = way.gate {
                all.push(((at, 5, number, 0), Due::RouteTry(RouteId(number))));
            }
        }
        all.into_iter().min_by_key(|(order, _)| *order).map(|((at, ..), due)| (at, due))
    }

    fn settle(&mut self, now: Instant, at: Instant, due: Due) {
        match due {
            Due::Deadline(message) => {
                let grace = self.policy.transfer_grace;
                let mail = self.mail(message);
                if mail.standing == Standing::InTransfer {
                    mail.grace_until = Some(mail.deadline + grace);
                } else {
                    self.time_up(now, message);
                }
            }
            Due::Notice(message) => self.tell_delay(now, at, message),
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
            Due::MessageTry(message) | Due::Release(message) => {
                let route = self.waits_again(message);
                self.dial(now, route);
            }
        }
    }

    /// A message's own next try comes, or its release: it waits with its route from now on.
    fn waits_again(&mut self, message: MessageId) -> RouteId {
        let route = self.mail(message).route;
        let failed = self.way(route).failed.len();
        let mail = self.mail(message);
        mail.standing = Standing::Waiting;
        mail.refused = false;
        mail.failures_counted = failed;
        route
    }

    fn submit(&mut self, now: Instant, submission: Submission<'_>) {
        let Submission { priority, size_bytes, sender, release_at, deliver_by, .. } = submission;
        if !self.has_room(&submission) {
            let (message, status) = (submission.message, Status::SYSTEM_FULL);
            return self.out.push(Effect::Refused { message, status });
        }
        let counts_from = release_at.map_or(now, |at| at.max(now));
        let mut deadline = counts_from + self.policy.timeout_of(Kind::Mail, priority);
        if let Some(DeliverBy { at, mode: ByMode::Return }) = deliver_by {
            deadline = deadline.min(at);
        }
        for (number, path) in submission.recipients.iter().enumerate() {
            let record = Record::Accepted {
                message: submission.message.to(number).expect("few recipients"),
                accepted_at: now,
                deadline,
                priority,
                size_bytes,
                route: path.route,
                sender,
                notify: path.notify,
                release_at,
                deliver_by,
            };
            self.record(record);
            let message = self.add(&record);
            if let Some(at) = release_at.filter(|at| *at > now) {
                self.mail(message).standing = Standing::Future(at);
            }
            self.arm_notice(message);
            self.bid(Effect::Accepted { message, accepted_at: now, deadline });
            if deadline > now {
                self.dial(now, path.route);
            }
        }
    }

    fn has_room(&self, submission: &Submission<'_>) -> bool {
        let (limits, copies) = (&self.policy.limits, submission.recipients.len());
        let size: u64 = self.mails.iter().map(|mail| u64::from(mail.size_bytes)).sum();
        let size = size + u64::from(submission.size_bytes) * copies as u64;
        let messages = self.mails.len() + copies;
        messages as u64 + u64::from(limits.reserve_messages) <= u64::from(limits.messages)
            && size <= limits.size_bytes - limits.reserve_bytes
    }

    /// Adds what a record says is accepted or born.
    fn add(&mut self, record: &Record) -> MessageId {
        self.last_age += 1;
        let failures_counted = |route: RouteId| self.ways[route.index()].failed.len();
        let mut mail = Mail {
            message: MessageId::from_bits(0),
            deadline: Instant::NEVER,
            standing: Standing::Waiting,
            attempts: 0,
            status: None,
            route: RouteId(0),
            accepted_at: Instant::ZERO,
            sender: None,
            notify: Notify::NEVER,
            release_at: None,
            deliver_by: None,
            priority: Priority::Normal,
            size_bytes: 0,
            age: self.last_age,
            failures_counted: 0,
            grace_until: None,
            refused: false,
            to_be_held: false,
            notice_at: None,
            told: false,
        };
        match *record {
            Record::Accepted {
                message,
                accepted_at,
                deadline,
                priority,
                size_bytes,
                route,
                ..
            } => {
                (mail.message, mail.accepted_at, mail.deadline) = (message, accepted_at, deadline);
                (mail.priority, mail.size_bytes, mail.route) = (priority, size_bytes, route);
            }
            Record::Reported { about, kind, at, deadline, route, size_bytes, .. } => {
                (mail.message, mail.accepted_at) = (about.report(kind), at);
                (mail.deadline, mail.size_bytes, mail.route) = (deadline, size_bytes, route);
            }
            _ => panic!("{record:?} adds nothing"),
        }
        if let Record::Accepted { sender, notify, release_at, deliver_by, .. } = *record {
            (mail.sender, mail.notify) = (sender, notify);
            (mail.release_at, mail.deliver_by) = (release_at, deliver_by);
        }
        mail.failures_counted = failures_counted(mail.route);
        self.mails.push(mail);
        mail.message
    }

    fn reload(&mut self, policy: &Policy) {
        let fault = restante::queue::Queue::new(
            restante::queue::Production,
            policy.clone(),
            restante::queue::Routes::default(),
        )
        .err();
        if fault.is_none() {
            self.policy = policy.clone();
        }
        self.bid(Effect::Reloaded { fault });
    }

    fn etrn(&mut self, now: Instant, client: ClientId, node: &str) {
        let found = self.routes.iter().position(|route| route.domain.eq_ignore_ascii_case(node));
        let route = found.map(|number| RouteId(number as u32));
        let owned = route.filter(|route| self.routes[route.index()].owner == client);
        let Some(own) = owned else {
            let answer = EtrnAnswer::NotAllowed;
            return self.bid(Effect::EtrnAnswered { client, answer });
        };
        let count = self.leaving(own);
        let answer = match count {
            0 => EtrnAnswer::NothingWaiting,
            count => EtrnAnswer::Started(count),
        };
        self.bid(Effect::EtrnAnswered { client, answer });
        self.call(now, own);
    }

    /// How many messages of a route a call can make leave.
    fn leaving(&self, route: RouteId) -> u32 {
        let leaves = |mail: &&Mail| mail.route == route && mail.can_leave();
        self.mails.iter().filter(leaves).count() as u32
    }

    fn call(&mut self, now: Instant, route: RouteId) {
        let count = self.leaving(route);
        let way = self.way(route);
        match (way.mode, way.gate) {
            (Mode::Held, _) if count == 0 => {}
            (Mode::Held, _) | (Mode::Direct, Gate::AwaitsTry(_)) => {
                self.open(route);
                self.dial(now, route);
            }
            (Mode::Direct, Gate::Open | Gate::AwaitsCall) => {}
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

    /// It fails because its time is up.
    fn time_up(&mut self, now: Instant, message: MessageId) {
        self.count(message);
        self.mail(message).note_time_up();
        self.fail(now, message);
    }

    /// A flush is over with the last message of its route that can leave, or that waits for its turn
    /// where there is no connection.
    fn end(&mut self, message: MessageId) {
        let route = self.mail(message).route;
        self.mails.retain(|mail| mail.message != message);
        self.end_flush_if_served(route);
    }

    fn end_flush_if_served(&mut self, route: RouteId) {
        let is_idle = self.waiting(route) == 0 && self.lines.iter().all(|it| it.route != route);
        let is_empty = self.leaving(route) == 0;
        let way = self.way(route);
        if way.mode == Mode::Held && (is_empty || is_idle) {
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

    /// Waits for no record but those that the dialling waits for, and takes back a transfer that waits.
    fn abort(&mut self, id: ConnectionId, status: Status) {
        let abort = Effect::Abort { connection: id, status };
        let mut resting = self.resting.iter();
        if resting
            .any(|(_, it)| matches!(it, Effect::Connect { connection, .. } if *connection == id))
        {
            return self.bid(abort);
        }
        self.resting.retain(
            |(_, it)| !matches!(it, Effect::Transfer { connection, .. } if *connection == id),
        );
        self.out.push(abort);
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
