//! What a queue costs in memory, as the system counts it. The only test of its binary: no other
//! one's memory is in the numbers.

#![cfg(target_os = "linux")]

use restante::base::{Instant, MessageId, Notify, Priority, RouteId, SiteId, Span, Status};
use restante::queue::{
    Census, ClientId, ConnectionId, Effect, Extensions, ForwardPath, Input, Mode, Outbox, Policy,
    Production, Queue, Route, Routes, Submission,
};

const MESSAGES: u32 = 1_000_000;
const ROUTES: u32 = 1_000;
const OWNER: ClientId = ClientId(1);

/// Keeps what must be answered and lets the rest go.
#[derive(Default)]
struct Answers {
    persist: Option<u64>,
    connected: Option<ConnectionId>,
    transfer: Option<ConnectionId>,
}

impl Outbox for Answers {
    fn put(&mut self, effect: Effect) {
        match effect {
            Effect::Persist { upto } => self.persist = Some(upto),
            Effect::Connect { connection, .. } => self.connected = Some(connection),
            Effect::Transfer { connection, .. } => self.transfer = Some(connection),
            _ => {}
        }
    }
}

struct Hub {
    queue: Queue,
    now: Instant,
    answers: Answers,
}

impl Hub {
    fn new() -> Hub {
        let route = |n| Route {
            domain: format!("{n}.example"),
            mode: Mode::Held,
            owner: OWNER,
            site: SiteId(n),
            queue: None,
        };
        let routes = Routes::new((0..ROUTES).map(route).collect()).expect("each domain once");
        let queue = Queue::new(Production, Policy::ims(), routes).expect("a policy to work with");
        Hub { queue, now: Instant::ZERO, answers: Answers::default() }
    }

    /// Tells the queue, and whatever it asks for is done at once.
    fn tell(&mut self, input: Input<'_>) {
        self.queue.handle(self.now, input, &mut self.answers);
        loop {
            let input = if let Some(upto) = self.answers.persist.take() {
                Input::Persisted { upto }
            } else if let Some(connection) = self.answers.connected.take() {
                Input::Connected { connection, offers: Extensions::default() }
            } else if let Some(connection) = self.answers.transfer.take() {
                Input::Replied { connection, status: Status::DELIVERED }
            } else {
                return;
            };
            self.queue.handle(self.now, input, &mut self.answers);
        }
    }

    fn fill(&mut self, from: u32) {
        for number in from..from + MESSAGES {
            self.now += Span::from_micros(1);
            let message = MessageId::mail(0, u64::from(number)).expect("few messages");
            self.tell(Input::Submit(Submission {
                message,
                priority: Priority::Normal,
                size_bytes: 1_000,
                sender: None,
                release_at: None,
                deliver_by: None,
                recipients: &[ForwardPath {
                    route: RouteId(number % ROUTES),
                    notify: Notify::ABSENT,
                }],
            }));
        }
    }

    fn flush(&mut self) {
        for number in 0..ROUTES {
            self.now += Span::from_micros(1);
            self.tell(Input::Etrn { client: OWNER, node: &format!("{number}.example") });
        }
    }
}

/// The most memory that this process has had at once, in bytes.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system's account");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    let number = line.trim().strip_suffix(" kB").and_then(|number| number.parse::<u64>().ok());
    number.expect("a number of kilobytes") * 1_024
}

#[test]
fn a_held_message_costs_56_bytes_and_one_that_ended_nothing() {
    let mut hub = Hub::new();
    let empty = peak_bytes();
    hub.fill(0);
    let full = peak_bytes();
    assert_eq!(hub.queue.census().messages.iter().sum::<u32>(), MESSAGES);
    let cost = full - empty;
    assert!(cost <= 56 * u64::from(MESSAGES), "a million that wait cost {cost} bytes");

    // Long before their deadlines they end, and others come: each would leave eight bytes in
    // the index of deadlines were it never cleared.
    for round in 1..=3 {
        hub.flush();
        assert_eq!(hub.queue.census(), Census::default());
        hub.fill(round * MESSAGES);
    }
    let grown = peak_bytes() - full;
    assert!(grown <= u64::from(MESSAGES), "three million that ended left {grown} bytes");
}
