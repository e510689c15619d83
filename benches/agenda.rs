//! The agenda by itself, beside std's binary heap: the least event is taken and entered again, so that as
//! many wait as before.
//!
//! An event comes again an exponential time later, by which its place among the others is any. The heap
//! holds what the agenda does, the instant and who it is, packed into the same sixteen bytes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use restante::base::{Instant, SiteId, Span};
use restante::sim::{Agenda, Event, Key, Stream};

/// So many waits are drawn beforehand: what is measured is not the drawing.
const WAITS: usize = 1 << 16;

fn waits() -> Vec<Span> {
    let (key, mut stream) = (Key::new(1), Stream::new("agenda", "waits"));
    let mut draws = stream.draws(&key);
    (0..WAITS).map(|_| draws.exponential(Span::from_hours(24))).collect()
}

fn agenda_of(pending: u32, waits: &[Span]) -> Agenda {
    let mut agenda = Agenda::default();
    for (number, wait) in (0..pending).zip(waits.iter().cycle()) {
        agenda.push(Instant::ZERO + *wait, Event::Call { site: SiteId(number) });
    }
    agenda
}

fn heap_of(pending: u32, waits: &[Span]) -> BinaryHeap<Reverse<u128>> {
    let events = (0..pending).zip(waits.iter().cycle());
    events.map(|(number, wait)| packed(Instant::ZERO + *wait, number)).collect()
}

/// The earlier is the greater.
fn packed(at: Instant, number: u32) -> Reverse<u128> {
    Reverse(u128::from(at.micros()) << 64 | u128::from(number))
}

fn unpacked(Reverse(event): Reverse<u128>) -> (Instant, u32) {
    (Instant::from_micros((event >> 64) as u64), event as u32)
}

fn pop_and_push(criterion: &mut Criterion) {
    let waits = waits();
    let mut group = criterion.benchmark_group("pop-and-push");
    group.throughput(Throughput::Elements(1));
    for pending in [1_000, 100_000, 1_000_000] {
        group.bench_function(BenchmarkId::new("agenda", pending), |bencher| {
            let mut agenda = agenda_of(pending, &waits);
            let mut waits = waits.iter().cycle();
            bencher.iter(|| {
                let (at, event) = agenda.pop().expect("none is taken that is not entered again");
                let wait = waits.next().expect("a cycle has no end");
                agenda.push(at + *wait, event);
            });
        });
        group.bench_function(BenchmarkId::new("heap", pending), |bencher| {
            let mut heap = heap_of(pending, &waits);
            let mut waits = waits.iter().cycle();
            bencher.iter(|| {
                let least = heap.pop().expect("none is taken that is not entered again");
                let (at, number) = unpacked(least);
                let wait = waits.next().expect("a cycle has no end");
                heap.push(packed(at + *wait, number));
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    pop_and_push(&mut criterion);
    criterion.final_summary();
}
