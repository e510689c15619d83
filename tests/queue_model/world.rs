//! Queue and model side by side, and who tells both the same and compares what they bid.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use restante::base::{DeliverBy, Instant, Kind, MessageId, Order, RouteId, SiteId, Span, Target};
use restante::queue::{
    ClientId, ConnectionId, Effect, ForwardPath, Input, Limits, Listing, Mode, Policy, Production,
    Queue, Record, Route, Routes, Submission,
};

use crate::model::{Mail, Model, Standing};
use crate::script::{Act, Ladder, Meant, Settings, Setup, Wait, Word};

/// The routes of every run: two held ones and two direct ones.
pub(crate) const ROUTES: u32 = 4;
/// What an ETRN may name: each route, one in the wrong case, one that is not there.
pub(crate) const NODES: [&str; 6] =
    ["a.example", "b.example", "d.example", "e.example", "A.EXAMPLE", "x.example"];

fn routes() -> Vec<Route> {
    let route = |domain: &str, mode, owner| Route {
        domain: domain.to_owned(),
        mode,
        owner: ClientId(owner),
        site: SiteId(owner),
        queue: None,
    };
    vec![
        route("a.example", Mode::Held, 1),
        route("b.example", Mode::Held, 1),
        route("d.example", Mode::Direct, 1),
        route("e.example", Mode::Direct, 2),
    ]
}

/// Times so short and so even that much of what happens falls on one instant.
fn policy(setup: &Setup, settings: Settings) -> Policy {
    let minutes = |minutes: &[u64]| minutes.iter().copied().map(Span::from_minutes).collect();
    let (timeout, timeout_report, notices) = match settings {
        Settings::Plain => ([20, 40, 60], 30, [None, None]),
        Settings::Hasty => ([10, 20, 30], 15, [Some(5), Some(3)]),
        Settings::Patient => ([30, 40, 80], 40, [Some(30), None]),
        Settings::Bad => ([0, 40, 60], 30, [None, None]),
    };
    let [delay_notice_held, delay_notice_direct] = notices.map(|it| it.map(Span::from_minutes));
    let reserve_messages = if setup.messages == u32::MAX { 0 } else { 3 };
    Policy {
        timeout: timeout.map(Span::from_minutes),
        timeout_report: Span::from_minutes(timeout_report),
        delay_notice_held,
        delay_notice_direct,
        limits: Limits { messages: setup.messages, reserve_messages, ..Limits::NONE },
        retry: match setup.ladder {
            Ladder::None => Vec::new(),
            Ladder::Even => minutes(&[5]),
            Ladder::Rising => minutes(&[3, 7, 15]),
        },
        transfer_grace: Span::from_minutes(setup.grace_minutes),
        connections_per_route: NonZeroU32::new(setup.connections).expect("at least one"),
        ..Policy::ims()
    }
}

/// Both queues, and what the world outside knows of them.
pub(crate) struct World {
    setup: Setup,
    policy: Policy,
    queue: Queue,
    model: Model,
    now: Instant,
    submitted: u64,
    /// Connections that were bid and are not over, and those that are.
    lines: Vec<ConnectionId>,
    gone: Vec<ConnectionId>,
    /// Those that a message was sent on.
    busy: BTreeSet<ConnectionId>,
    /// Every record so far; those before `base` belong to the life before the last restart.
    records: Vec<Record>,
    base: usize,
    persisted: usize,
    /// What was accepted and has not ended, by the records, with its deadline.
    account: Account,
    /// What was said to be accepted, with its deadline.
    announced: BTreeMap<MessageId, Instant>,
}

impl World {
    pub(crate) fn new(setup: Setup) -> World {
        let table = Routes::new(routes()).expect("each domain once");
        let policy = policy(&setup, setup.terms);
        World {
            queue: Queue::new(Production, policy.clone(), table).expect("a policy to work with"),
            model: Model::new(policy.clone(), routes()),
            policy,
            now: Instant::ZERO,
            submitted: 0,
            lines: Vec::new(),
            gone: Vec::new(),
            busy: BTreeSet::new(),
            records: Vec::new(),
            base: 0,
            persisted: 0,
            account: Account::default(),
            announced: BTreeMap::new(),
            setup,
        }
    }

    /// Lets time pass and does one thing.
    pub(crate) fn act(&mut self, wait: Wait, act: &Act) {
        self.pass(wait);
        match act {
            Act::Submit { priority, sender, recipients, release, by } => {
                let message = MessageId::mail(7, self.submitted).expect("few messages");
                self.submitted += 1;
                let after = |minutes| self.now + Span::from_minutes(minutes);
                let path = |&(route, notify)| ForwardPath { route: RouteId(route), notify };
                self.tell(Input::Submit(Submission {
                    message,
                    priority: *priority,
                    size_bytes: 100 + self.submitted as u32,
                    sender: sender.map(RouteId),
                    release_at: release.map(after),
                    deliver_by: by.map(|(minutes, mode)| DeliverBy { at: after(minutes), mode }),
                    recipients: &recipients.iter().map(path).collect::<Vec<_>>(),
                }));
            }
            Act::Order { order, target } => self.order(*order, *target),
            Act::Reload(settings) => {
                let policy = policy(&self.setup, *settings);
                self.tell(Input::Reload { policy: &policy });
                if !matches!(settings, Settings::Bad) {
                    self.policy = policy;
                }
            }
            Act::Etrn { client, node } => {
                self.tell(Input::Etrn { client: ClientId(*client), node: NODES[*node] });
            }
            Act::Line { which, word } => {
                if let Some(id) = chosen(&self.lines, *which) {
                    self.say(id, *word);
                }
            }
            Act::Stale { which, word } => {
                let never = ConnectionId { slot: 99, generation: 0 };
                self.say(chosen(&self.gone, *which).unwrap_or(never), *word);
            }
            Act::Persist { back } => {
                let recorded = self.records.len() - self.base;
                self.tell(Input::Persisted { upto: recorded.saturating_sub(*back) as u64 });
            }
            Act::Restart => self.restart(),
            Act::Wake => self.tell(Input::Wake),
        }
    }

    /// Lets all time pass that anything waits for, every record being persisted.
    pub(crate) fn run_out(&mut self) {
        self.setup.persist_at_once = true;
        self.act(Wait::Nothing, &Act::Persist { back: 0 });
        while self.queue.next_wakeup() != Instant::NEVER {
            self.now = self.now.max(self.queue.next_wakeup());
            self.tell(Input::Wake);
        }
        let owed = &self.account.owed;
        assert!(owed.is_empty(), "these never ended: {owed:?}");
        assert_eq!(self.queue.census(), restante::queue::Census::default());
    }

    fn pass(&mut self, wait: Wait) {
        let due = self.model.next_due_at();
        let micro = Span::from_micros(1);
        let to = match wait {
            Wait::Micro => self.now + micro,
            Wait::Minutes(minutes) => self.now + Span::from_minutes(minutes),
            Wait::BeforeDue if due != Instant::NEVER => due - micro,
            Wait::Due if due != Instant::NEVER => due,
            Wait::Nothing | Wait::BeforeDue | Wait::Due => self.now,
        };
        self.now = self.now.max(to);
    }

    fn say(&mut self, connection: ConnectionId, word: Word) {
        let input = match word {
            Word::GoesOn(status, _) if self.busy.contains(&connection) => {
                Input::Replied { connection, status }
            }
            Word::Greets(offers) | Word::GoesOn(_, offers) => {
                Input::Connected { connection, offers }
            }
            Word::Goes(phase) => Input::Phase { connection, phase },
            Word::Says(status) => Input::Replied { connection, status },
            Word::Drops(status) => {
                self.lines.retain(|line| *line != connection);
                self.gone.push(connection);
                Input::Dropped { connection, status }
            }
        };
        self.tell(input);
    }

    /// Tells both, compares, and acknowledges the records where that is done at once.
    fn tell(&mut self, input: Input<'_>) {
        let mut effects = Vec::new();
        self.queue.handle(self.now, input, &mut effects);
        let expected = self.model.handle(self.now, input);
        assert_eq!(effects, expected, "at {}, told {input:?}", self.now);
        assert_eq!(self.queue.census(), self.model.census(), "at {}, told {input:?}", self.now);
        self.listed_alike();
        let (wakeup, due) = (self.queue.next_wakeup(), self.model.next_due_at());
        assert!(self.now < wakeup && wakeup <= due, "wakes at {wakeup}, {due} is due");
        assert_eq!(self.model.overstayed(self.now).map(|mail| mail.message), None);
        for effect in &effects {
            self.see(effect);
        }
        self.nothing_is_overdue();
        if let (true, Some(Effect::Persist { upto })) = (self.setup.persist_at_once, effects.last())
        {
            self.tell(Input::Persisted { upto: *upto });
        } else if let Input::Persisted { upto } = input {
            self.persisted = self.persisted.max(self.base + upto as usize);
        }
    }

    fn see(&mut self, effect: &Effect) {
        match *effect {
            Effect::Record(record) => {
                self.records.push(record);
                self.account.note(&record);
            }
            Effect::Persist { upto } => {
                assert_eq!(self.base + upto as usize, self.records.len());
            }
            Effect::Accepted { message, deadline, .. } => self.announce(message, deadline),
            Effect::Report { about, kind, deadline, .. } => {
                self.announce(about.report(kind), deadline);
            }
            Effect::Connect { connection, .. } => {
                let known = self.lines.contains(&connection) || self.gone.contains(&connection);
                assert!(!known, "{connection:?} was used before");
                self.lines.push(connection);
            }
            Effect::Close { connection } | Effect::Abort { connection, .. } => {
                self.lines.retain(|line| *line != connection);
                self.gone.push(connection);
            }
            Effect::Transfer { connection, message, .. } => {
                self.busy.insert(connection);
                assert!(self.announced.contains_key(&message), "{message} goes unannounced");
            }
            Effect::EtrnAnswered { .. }
            | Effect::DeadLetter { .. }
            | Effect::Suppressed { .. }
            | Effect::Cancelled { .. }
            | Effect::Refused { .. }
            | Effect::Reloaded { .. } => {}
        }
    }

    fn order(&mut self, order: Order, target: Meant) {
        let target = match target {
            Meant::All => Target::All,
            Meant::Route(route) => Target::Route(RouteId(route)),
            Meant::Message(which) => {
                match self.model.live().get(which % self.model.live().len().max(1)) {
                    Some(mail) => Target::Message { route: mail.route, message: mail.message },
                    None => Target::All,
                }
            }
            Meant::Stranger(route) => {
                let message = MessageId::mail(9, 0).expect("a small number");
                Target::Message { route: RouteId(route), message }
            }
        };
        self.tell(Input::Order { order, target });
    }

    /// The listing of the queue is that of its model.
    fn listed_alike(&self) {
        let mut listed: Vec<Listing> = self.queue.list().collect();
        let mut expected: Vec<Listing> = self
            .model
            .live()
            .iter()
            .map(|mail| Listing {
                message: mail.message,
                route: mail.route,
                state: self.model.state(mail),
                deadline: mail.deadline,
                attempts: mail.attempts,
                status: mail.status,
            })
            .collect();
        listed.sort_by_key(|listing| listing.message);
        expected.sort_by_key(|listing| listing.message);
        assert_eq!(listed, expected, "listed at {}", self.now);
    }

    fn announce(&mut self, message: MessageId, deadline: Instant) {
        let before = self.announced.insert(message, deadline);
        assert_eq!(before, None, "{message} is announced twice");
    }

    /// By the records alone: nothing is owed past its deadline but for the grace.
    fn nothing_is_overdue(&self) {
        let (now, grace) = (self.now, self.policy.transfer_grace);
        let overdue = self.account.owed.iter().find(|(_, owed)| owed.0 + grace <= now);
        assert_eq!(overdue, None, "kept too long at {}", self.now);
    }

    /// The hub crashes: what was not persisted is gone, and so is every connection.
    fn restart(&mut self) {
        let whole = self.persisted == self.records.len();
        self.records.truncate(self.persisted);
        let before = self.model.live();
        let table = Routes::new(routes()).expect("each domain once");
        let records = self.records.iter().copied();
        self.queue = Queue::restore(Production, self.policy.clone(), table, self.now, records)
            .expect("the records are the queue's own");
        self.model = Model::restore(self.policy.clone(), routes(), self.now, &self.records);
        self.listed_alike();
        self.base = self.records.len();
        (self.lines, self.gone, self.busy) = (Vec::new(), Vec::new(), BTreeSet::new());
        self.account = Account::default();
        for record in &self.records {
            self.account.note(record);
        }
        self.acknowledged_survived();
        if whole {
            self.tries_survived(&before);
        }
    }

    /// What was announced and has not ended is there, with the deadline that was announced.
    fn acknowledged_survived(&mut self) {
        let Account { owed, ended } = &self.account;
        for (message, deadline) in &self.announced {
            let expected = (!ended.contains(message)).then_some(deadline);
            let found = owed.get(message).map(|(deadline, _)| deadline);
            assert_eq!(found, expected, "{message} after a restart");
        }
        let live = self.model.live().into_iter();
        let there = live.map(|mail| (mail.message, (mail.deadline, mail.route)));
        assert_eq!(there.collect::<BTreeMap<_, _>>(), *owed);
    }

    /// Where all was persisted, a message has had as many tries as before and waits for the same; one
    /// that was in transfer may have lost the try that was cut short.
    fn tries_survived(&self, before: &[Mail]) {
        let after = self.model.live();
        for mail in before.iter().filter(|mail| mail.standing != Standing::InTransfer) {
            let same = after.iter().find(|it| it.message == mail.message).expect("is still there");
            let tries = |mail: &Mail| (mail.attempts, mail.status, self.next_try(mail));
            assert_eq!(tries(same), tries(mail), "{} after a restart", mail.message);
        }
    }

    /// A message's own next try, where that has not come yet.
    fn next_try(&self, mail: &Mail) -> Option<Instant> {
        match mail.standing {
            Standing::Scheduled(at) => Some(at).filter(|at| *at > self.now),
            Standing::Future(at) => Some(at).filter(|at| *at > self.now),
            Standing::Waiting | Standing::InTransfer | Standing::OnHold => None,
        }
    }
}

fn chosen(ids: &[ConnectionId], which: usize) -> Option<ConnectionId> {
    ids.get(which % ids.len().max(1)).copied()
}

/// What is owed by the records: nothing begins twice and nothing ends twice.
#[derive(Default)]
struct Account {
    /// What was accepted and has not ended, with its deadline and its route.
    owed: BTreeMap<MessageId, (Instant, RouteId)>,
    ended: BTreeSet<MessageId>,
}

impl Account {
    fn note(&mut self, record: &Record) {
        match *record {
            Record::Delivered { message }
            | Record::DeadLettered { message, .. }
            | Record::Suppressed { message, .. } => self.end(message),
            Record::Reported { about, kind, deadline, route, .. } => {
                if kind != Kind::Delayed {
                    self.end(about);
                }
                self.begin(about.report(kind), deadline, route);
            }
            Record::Accepted { message, deadline, route, .. } => {
                self.begin(message, deadline, route);
            }
            Record::Ordered { order: Order::Cancel, target } => {
                let is_meant = |message: MessageId, of: RouteId| match target {
                    Target::All => true,
                    Target::Route(route) => route == of,
                    Target::Message { message: meant, .. } => message == meant,
                };
                let owed = self.owed.iter().map(|(message, (_, route))| (*message, *route));
                let meant: Vec<_> = owed.filter(|(it, of)| is_meant(*it, *of)).collect();
                for (message, _) in meant {
                    self.end(message);
                }
            }
            Record::Ordered { .. }
            | Record::Deferred { .. }
            | Record::RouteFailed { .. }
            | Record::RouteAnswered { .. } => {}
        }
    }

    fn begin(&mut self, message: MessageId, deadline: Instant, route: RouteId) {
        assert_eq!(self.owed.insert(message, (deadline, route)), None, "{message} begins twice");
    }

    fn end(&mut self, message: MessageId) {
        assert!(self.owed.remove(&message).is_some(), "{message} ends, and is not owed");
        assert!(self.ended.insert(message), "{message} ends twice");
    }
}
