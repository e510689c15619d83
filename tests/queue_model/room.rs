//! A queue with limits on its connections, through whatever may happen: it keeps to them, and nothing
//! waits that has room.
//!
//! The plain model knows no such limits, since who is served first is not its matter. What a message
//! waits for is read from the listing; what connections there are, from what was bid.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use restante::base::{Instant, MessageId, Order, RouteId, SiteId, Span, State, Target};
use restante::queue::{
    ClientId, ConnectionId, Effect, ForwardPath, Input, Mode, Policy, Production, Queue, Route,
    Routes, Submission,
};

use crate::script::{Act, Meant, Settings, Wait, Word};
use crate::world::{NODES, ROUTES};

/// How many connections there may be: for one route, for one site, over all.
pub(crate) type Limits = (u32, Option<u32>, Option<u32>);

/// The queue, and the connections that it has.
pub(crate) struct Room {
    queue: Queue,
    limits: Limits,
    now: Instant,
    submitted: u64,
    lines: BTreeMap<ConnectionId, Line>,
}

struct Line {
    route: RouteId,
    greeted: bool,
    busy: bool,
}

/// Three routes lead to one site, and the last to another.
const fn site(route: RouteId) -> SiteId {
    SiteId(route.0 / 3)
}

fn policy((route, site, all): Limits) -> Policy {
    Policy {
        timeout: [20, 40, 60].map(Span::from_minutes),
        timeout_report: Span::from_minutes(30),
        retry: vec![Span::from_minutes(5)],
        connections_per_route: NonZeroU32::new(route).expect("at least one"),
        connections_per_site: site.and_then(NonZeroU32::new),
        connections: all.and_then(NonZeroU32::new),
        ..Policy::ims()
    }
}

impl Room {
    pub(crate) fn new(limits: Limits) -> Room {
        let route = |number: u32| Route {
            domain: NODES[number as usize].to_owned(),
            mode: if number.is_multiple_of(2) { Mode::Held } else { Mode::Direct },
            owner: ClientId(1),
            site: site(RouteId(number)),
            queue: None,
        };
        let routes = Routes::new((0..ROUTES).map(route).collect()).expect("each domain once");
        let mut queue = Queue::new(Production, policy(limits), routes).expect("to work with");
        queue.handle(Instant::ZERO, Input::Persisted { upto: u64::MAX }, &mut Vec::new());
        Room { queue, limits, now: Instant::ZERO, submitted: 0, lines: BTreeMap::new() }
    }

    /// Lets time pass and does one thing.
    pub(crate) fn act(&mut self, wait: Wait, act: &Act) {
        self.pass(wait);
        match act {
            Act::Submit { priority, sender, recipients, .. } => {
                let message = MessageId::mail(7, self.submitted).expect("few messages");
                self.submitted += 1;
                let path = |&(route, notify)| ForwardPath { route: RouteId(route), notify };
                self.tell(Input::Submit(Submission {
                    message,
                    priority: *priority,
                    size_bytes: 100,
                    sender: sender.map(RouteId),
                    release_at: None,
                    deliver_by: None,
                    recipients: &recipients.iter().map(path).collect::<Vec<_>>(),
                }));
            }
            Act::Order { order, target } => self.order(*order, *target),
            Act::Reload(settings) => self.reload(*settings),
            Act::Etrn { node, .. } => {
                self.tell(Input::Etrn { client: ClientId(1), node: NODES[*node] });
            }
            Act::Line { which, word } => {
                let lines = self.lines.keys().copied();
                if let Some(id) = lines.cycle().nth(which % self.lines.len().max(1)) {
                    self.say(id, *word);
                }
            }
            Act::Stale { .. } | Act::Persist { .. } | Act::Restart | Act::Wake => {
                self.tell(Input::Wake);
            }
        }
    }

    /// Lets all time pass that anything waits for.
    pub(crate) fn run_out(&mut self) {
        while self.queue.next_wakeup() != Instant::NEVER {
            self.now = self.now.max(self.queue.next_wakeup());
            self.tell(Input::Wake);
        }
        assert_eq!(self.queue.census(), restante::queue::Census::default());
    }

    fn pass(&mut self, wait: Wait) {
        let due = self.queue.next_wakeup();
        self.now = match wait {
            Wait::Micro => self.now + Span::from_micros(1),
            Wait::Minutes(minutes) => self.now + Span::from_minutes(minutes),
            Wait::Due | Wait::BeforeDue if due != Instant::NEVER => self.now.max(due),
            Wait::Nothing | Wait::BeforeDue | Wait::Due => self.now,
        };
    }

    fn order(&mut self, order: Order, meant: Meant) {
        let target = match meant {
            Meant::All => Target::All,
            Meant::Route(route) | Meant::Stranger(route) => Target::Route(RouteId(route)),
            Meant::Message(which) => {
                let listed = self.queue.list().collect::<Vec<_>>();
                let Some(one) = listed.get(which % listed.len().max(1)) else { return };
                Target::Message { route: one.route, message: one.message }
            }
        };
        self.tell(Input::Order { order, target });
    }

    /// Changes the limits that routes share, or none where the policy is not to be worked with.
    fn reload(&mut self, settings: Settings) {
        let (route, site, all) = self.limits;
        let limits = match settings {
            Settings::Plain => (route, Some(1), all),
            Settings::Hasty => (route, site, Some(1)),
            Settings::Patient => (route, None, None),
            Settings::Bad => (route, site, all),
        };
        let mut policy = policy(limits);
        if let Settings::Bad = settings {
            policy.timeout_report = Span::ZERO;
        }
        // What is due is settled by the limits that are in force.
        self.tell(Input::Wake);
        self.limits = limits;
        self.tell(Input::Reload { policy: &policy });
    }

    fn say(&mut self, connection: ConnectionId, word: Word) {
        let Some(line) = self.lines.get_mut(&connection) else { return };
        let input = match word {
            Word::Drops(status) => {
                self.lines.remove(&connection);
                Input::Dropped { connection, status }
            }
            Word::Goes(phase) => Input::Phase { connection, phase },
            Word::GoesOn(status, _) | Word::Says(status) if line.busy => {
                line.busy = false;
                Input::Replied { connection, status }
            }
            Word::GoesOn(_, offers) | Word::Greets(offers) if !line.greeted => {
                line.greeted = true;
                Input::Connected { connection, offers }
            }
            Word::GoesOn(..) | Word::Greets(_) | Word::Says(_) => Input::Wake,
        };
        self.tell(input);
    }

    fn tell(&mut self, input: Input<'_>) {
        let mut effects = Vec::new();
        self.queue.handle(self.now, input, &mut effects);
        for effect in effects {
            match effect {
                Effect::Connect { connection, route } => {
                    assert!(self.has_room(route), "at {}, told {input:?}", self.now);
                    self.lines.insert(connection, Line { route, greeted: false, busy: false });
                }
                Effect::Close { connection } | Effect::Abort { connection, .. } => {
                    self.lines.remove(&connection);
                }
                Effect::Transfer { connection, .. } => {
                    self.lines.get_mut(&connection).expect("a connection that is on").busy = true;
                }
                _ => {}
            }
        }
        assert_eq!(self.queue.census().connections as usize, self.lines.len());
        for route in (0..ROUTES).map(RouteId) {
            assert!(
                self.waiting(route) <= self.opening(route) || !self.has_room(route),
                "at {}, told {input:?}, {route:?} waits although there is room",
                self.now
            );
        }
    }

    /// Messages that wait for a connection of their route or their turn on one.
    fn waiting(&self, route: RouteId) -> usize {
        let waits = |state| matches!(state, State::Connecting | State::Ready);
        self.queue.list().filter(|one| one.route == route && waits(one.state)).count()
    }

    fn opening(&self, route: RouteId) -> usize {
        self.lines.values().filter(|line| line.route == route && !line.greeted).count()
    }

    fn has_room(&self, route: RouteId) -> bool {
        let (of_route, of_site, all) = self.limits;
        let count = |is_meant: &dyn Fn(RouteId) -> bool| {
            self.lines.values().filter(|line| is_meant(line.route)).count() as u32
        };
        count(&|it| it == route) < of_route
            && of_site.is_none_or(|most| count(&|it| site(it) == site(route)) < most)
            && all.is_none_or(|most| count(&|_| true) < most)
    }
}
