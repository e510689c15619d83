//! Queue and model side by side, and who tells both the same and compares what they bid.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use restante::base::{Instant, Kind, MessageId, Priority, RouteId, Span, Status};
use restante::queue::{
    ClientId, ConnectionId, Effect, Input, Mode, Policy, Production, Queue, Record, Route, Routes,
    Submission,
};

use crate::model::{Mail, Model, Standing};
use crate::script::{Act, Ladder, Setup, Wait, Word};

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
    };
    vec![
        route("a.example", Mode::Held, 1),
        route("b.example", Mode::Held, 1),
        route("d.example", Mode::Direct, 1),
        route("e.example", Mode::Direct, 2),
    ]
}

/// Times so short and so even that much of what happens falls on one instant.
fn policy(setup: &Setup) -> Policy {
    let minutes = |minutes: &[u64]| minutes.iter().copied().map(Span::from_minutes).collect();
    Policy {
        timeout: [20, 40, 60].map(Span::from_minutes),
        timeout_report: Span::from_minutes(30),
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
    owed: BTreeMap<MessageId, Instant>,
    /// What was said to be accepted, with its deadline.
    announced: BTreeMap<MessageId, Instant>,
}

impl World {
    pub(crate) fn new(setup: Setup) -> World {
        let table = Routes::new(routes()).expect("each domain once");
        World {
            queue: Queue::new(Production, policy(&setup), table).expect("a policy to work with"),
            model: Model::new(policy(&setup), routes()),
            now: Instant::ZERO,
            submitted: 0,
            lines: Vec::new(),
            gone: Vec::new(),
            busy: BTreeSet::new(),
            records: Vec::new(),
            base: 0,
            persisted: 0,
            owed: BTreeMap::new(),
            announced: BTreeMap::new(),
            setup,
        }
    }

    /// Lets time pass and does one thing.
    pub(crate) fn act(&mut self, wait: Wait, act: &Act) {
        self.pass(wait);
        match act {
            Act::Submit { priority, sender, recipients } => {
                let message = MessageId::mail(7, self.submitted).expect("few messages");
                self.submitted += 1;
                self.tell(Input::Submit(Submission {
                    message,
                    priority: *priority,
                    size_bytes: 100 + self.submitted as u32,
                    sender: sender.map(RouteId),
                    recipients: &recipients.iter().copied().map(RouteId).collect::<Vec<_>>(),
                }));
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
        assert!(self.owed.is_empty(), "these never ended: {:?}", self.owed);
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
            Word::GoesOn(status) if self.busy.contains(&connection) => {
                Input::Replied { connection, status }
            }
            Word::Greets | Word::GoesOn(_) => Input::Connected { connection },
            Word::Goes(phase) => Input::Phase { connection, phase },
            Word::Says(status) => Input::Replied { connection, status },
            Word::Drops => {
                self.lines.retain(|line| *line != connection);
                self.gone.push(connection);
                Input::Dropped { connection, status: Status::BAD_CONNECTION }
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
                note(&policy(&self.setup), &mut self.owed, &record);
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
            Effect::EtrnAnswered { .. } | Effect::DeadLetter { .. } => {}
        }
    }

    fn announce(&mut self, message: MessageId, deadline: Instant) {
        let before = self.announced.insert(message, deadline);
        assert_eq!(before, None, "{message} is announced twice");
    }

    /// By the records alone: nothing is owed past its deadline but for the grace.
    fn nothing_is_overdue(&self) {
        let grace = policy(&self.setup).transfer_grace;
        let overdue = self.owed.iter().find(|(_, deadline)| **deadline + grace <= self.now);
        assert_eq!(overdue, None, "kept too long at {}", self.now);
    }

    /// The hub crashes: what was not persisted is gone, and so is every connection.
    fn restart(&mut self) {
        let whole = self.persisted == self.records.len();
        self.records.truncate(self.persisted);
        let before = self.model.live();
        let table = Routes::new(routes()).expect("each domain once");
        let records = self.records.iter().copied();
        self.queue = Queue::restore(Production, policy(&self.setup), table, self.now, records)
            .expect("the records are the queue's own");
        self.model = Model::restore(policy(&self.setup), routes(), self.now, &self.records);
        self.base = self.records.len();
        (self.lines, self.gone, self.busy) = (Vec::new(), Vec::new(), BTreeSet::new());
        self.owed = BTreeMap::new();
        for record in &self.records {
            note(&policy(&self.setup), &mut self.owed, record);
        }
        self.acknowledged_survived();
        if whole {
            self.tries_survived(&before);
        }
    }

    /// What was announced and has not ended is there, with the deadline that was announced.
    fn acknowledged_survived(&mut self) {
        let ended: BTreeSet<_> = self.records.iter().filter_map(ended).collect();
        for (message, deadline) in &self.announced {
            let expected = (!ended.contains(message)).then_some(deadline);
            assert_eq!(self.owed.get(message), expected, "{message} after a restart");
        }
        let there = self.model.live().into_iter().map(|mail| (mail.message, mail.deadline));
        assert_eq!(there.collect::<BTreeMap<_, _>>(), self.owed);
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
            Standing::Waiting | Standing::InTransfer => None,
        }
    }
}

fn chosen(ids: &[ConnectionId], which: usize) -> Option<ConnectionId> {
    ids.get(which % ids.len().max(1)).copied()
}

fn ended(record: &Record) -> Option<MessageId> {
    match *record {
        Record::Delivered { message }
        | Record::Returned { message, .. }
        | Record::DeadLettered { message, .. } => Some(message),
        _ => None,
    }
}

/// Keeps the account of what is owed; nothing begins twice and nothing ends twice.
fn note(policy: &Policy, owed: &mut BTreeMap<MessageId, Instant>, record: &Record) {
    if let Some(message) = ended(record) {
        assert!(owed.remove(&message).is_some(), "{message} ends, and is not owed");
    }
    let begun = match *record {
        Record::Accepted { message, accepted_at, priority, .. } => {
            Some((message, accepted_at + policy.timeout_of(Kind::Mail, priority)))
        }
        Record::Returned { message, at, .. } => {
            let timeout = policy.timeout_of(Kind::Failed, Priority::Normal);
            Some((message.report(Kind::Failed), at + timeout))
        }
        _ => None,
    };
    if let Some((message, deadline)) = begun {
        assert_eq!(owed.insert(message, deadline), None, "{message} begins twice");
    }
}
