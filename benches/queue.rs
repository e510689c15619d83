//! The queue's step by itself: no world, no judge, and a host that does at once what it is bid.

use std::collections::VecDeque;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use restante::base::{Instant, MessageId, Notify, Priority, RouteId, SiteId, Span, Status};
use restante::queue::{
    ClientId, Effect, Extensions, ForwardPath, Input, Mode, Outbox, Policy, Production, Queue,
    Route, Routes, Submission,
};

/// Where the mail goes.
const BRANCH: RouteId = RouteId(0);
/// Where the reports about it go, to wait there.
const OFFICE: RouteId = RouteId(1);
const OWNER: ClientId = ClientId(0);

/// A queue, and a host that persists every record, opens every connection and takes every message
/// in the same instant.
struct Hub {
    queue: Queue,
    host: Host,
}

#[derive(Default)]
struct Host {
    answers: VecDeque<Input<'static>>,
    delivered: u64,
    returned: u64,
}

impl Outbox for Host {
    fn put(&mut self, effect: Effect) {
        match effect {
            Effect::Persist { upto } => self.answers.push_back(Input::Persisted { upto }),
            Effect::Connect { connection, .. } => {
                self.answers
                    .push_back(Input::Connected { connection, offers: Extensions::default() });
            }
            Effect::Transfer { connection, .. } => {
                self.delivered += 1;
                let status = Status::DELIVERED;
                self.answers.push_back(Input::Replied { connection, status });
            }
            Effect::Report { .. } => self.returned += 1,
            Effect::Record(_)
            | Effect::Accepted { .. }
            | Effect::Refused { .. }
            | Effect::Suppressed { .. }
            | Effect::Cancelled { .. }
            | Effect::Reloaded { .. }
            | Effect::EtrnAnswered { .. }
            | Effect::Close { .. }
            | Effect::Abort { .. }
            | Effect::DeadLetter { .. } => {}
        }
    }
}

impl Hub {
    /// Holds so many messages, accepted a second apart.
    fn holding(messages: u64) -> Hub {
        let route = |domain: &str| Route {
            domain: domain.to_owned(),
            mode: Mode::Held,
            owner: OWNER,
            site: SiteId(0),
            queue: None,
        };
        let routes = Routes::new(vec![route("branch.example"), route("office.example")]);
        let routes = routes.expect("two domains");
        let queue = Queue::new(Production, Policy::ims(), routes).expect("a policy of the house");
        let mut hub = Hub { queue, host: Host::default() };
        hub.accept(0..messages);
        hub
    }

    fn accept(&mut self, ordinals: std::ops::Range<u64>) {
        for ordinal in ordinals {
            let submission = Submission {
                message: MessageId::mail(0, ordinal).expect("a small number"),
                priority: Priority::Normal,
                size_bytes: 4_096,
                sender: Some(OFFICE),
                release_at: None,
                deliver_by: None,
                recipients: &[ForwardPath { route: BRANCH, notify: Notify::ABSENT }],
            };
            self.take(Instant::ZERO + Span::from_secs(ordinal), Input::Submit(submission));
        }
    }

    fn flush(&mut self, at: Instant) {
        self.take(at, Input::Etrn { client: OWNER, node: "branch.example" });
    }

    /// Wakes as often as the queue asks for it, until so many messages are returned.
    fn return_all(&mut self, messages: u64) {
        while self.host.returned < messages {
            self.take(self.queue.next_wakeup(), Input::Wake);
        }
    }

    fn take(&mut self, now: Instant, input: Input<'_>) {
        self.queue.handle(now, input, &mut self.host);
        while let Some(answer) = self.host.answers.pop_front() {
            self.queue.handle(now, answer, &mut self.host);
        }
    }
}

fn steps(criterion: &mut Criterion) {
    const ACCEPTED: u64 = 1_000;
    const FLUSHED: u64 = 1_000;
    const RETURNED: u64 = 10_000;
    let mut group = criterion.benchmark_group("queue");

    group.throughput(Throughput::Elements(ACCEPTED));
    group.bench_function("accept", |bencher| {
        let routine = |hub: &mut Hub| hub.accept(10_000..10_000 + ACCEPTED);
        bencher.iter_batched_ref(|| Hub::holding(10_000), routine, BatchSize::LargeInput);
    });

    group.throughput(Throughput::Elements(FLUSHED));
    group.bench_function("flush", |bencher| {
        let at = Instant::ZERO + Span::from_hours(24);
        let routine = |hub: &mut Hub| {
            hub.flush(at);
            assert_eq!(hub.host.delivered, FLUSHED);
        };
        bencher.iter_batched_ref(|| Hub::holding(FLUSHED), routine, BatchSize::LargeInput);
    });

    group.throughput(Throughput::Elements(RETURNED));
    group.bench_function("expire", |bencher| {
        let routine = |hub: &mut Hub| hub.return_all(RETURNED);
        bencher.iter_batched_ref(|| Hub::holding(RETURNED), routine, BatchSize::LargeInput);
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    steps(&mut criterion);
    criterion.final_summary();
}
