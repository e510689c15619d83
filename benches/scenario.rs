//! Reading a scenario: from the text of its file to what it means.
//!
//! An element of the throughput is what there is most of: the one site of a small scenario, the 10,000
//! of a large one, the instants of a resolved one.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use restante::scenario::{Scenario, resolved};
use restante::trial::{Draws, Manner, run_as};

const SMALL: &str = "scenarios/basic/never-calls.toml";
const LARGE: &str = "scenarios/scale/dialup-10k.toml";
/// The scenario that is written without chance: each of its messages by its instant.
const DRAWN: &str = "scenarios/scale/dialup-1k.toml";

fn read(path: &str, bytes: &[u8]) -> Scenario {
    Scenario::read(path, bytes, &[]).unwrap_or_else(|problem| panic!("{problem}"))
}

fn text(path: &str) -> Vec<u8> {
    fs::read(path).expect("a scenario of this package")
}

/// A scenario without chance, and how many messages it names.
fn written_out() -> (String, u64) {
    let scenario = Arc::new(read(DRAWN, &text(DRAWN)));
    let seed = scenario.seeds[0];
    let plain = Manner::plain(seed, scenario.fidelities[0]);
    let manner = Manner { draws: Draws::Kept, ..plain };
    let run = run_as(&scenario, &manner, &AtomicBool::new(false)).expect("it can be run");
    let course = run.course.as_ref().expect("it was to be kept");
    (resolved(&scenario, seed, course), run.mail.accepted)
}

fn readings(criterion: &mut Criterion) {
    let (without_chance, messages) = written_out();
    let mut group = criterion.benchmark_group("scenario");
    for (name, bytes, elements) in [
        ("small", text(SMALL), 1),
        ("10,000 sites", text(LARGE), 10_000),
        ("resolved", without_chance.into_bytes(), messages),
    ] {
        group.throughput(Throughput::Elements(elements));
        group.bench_function(name, |bencher| {
            bencher.iter_with_large_drop(|| read("bench.toml", &bytes));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    readings(&mut criterion);
    criterion.final_summary();
}
