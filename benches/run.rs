//! The whole run: world, queue and judge, from a scenario to its record, and no file.
//!
//! The workloads are those that speed is measured by, the oracle on and no rows kept. The figure to
//! look at is the time for one message: the inverse of the throughput.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput};
use restante::scenario::{Change, Scenario};
use restante::trial::{self, RunRecord, Verdict};

/// Every run is the same one.
const SEED: u64 = 1;

/// A scenario of the suite, with five times its mail.
fn scenario(path: &str) -> Arc<Scenario> {
    let changes = ["traffic.mail.poisson.messages=100000", "report.csv=none"]
        .map(|change| Change::parse(change).expect("a key and a value"));
    let bytes = fs::read(path).expect("a scenario of this package");
    let scenario = Scenario::read(path, &bytes, &changes);
    Arc::new(scenario.unwrap_or_else(|problem| panic!("{problem}")))
}

fn run(scenario: &Arc<Scenario>) -> RunRecord {
    let never = AtomicBool::new(false);
    trial::run(scenario, SEED, None, &never).expect("a scenario that can be run")
}

fn whole_run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("run");
    group.sampling_mode(SamplingMode::Flat);
    for name in ["dialup-1k", "dialup-10k"] {
        let scenario = scenario(&format!("scenarios/scale/{name}.toml"));
        let first = run(&scenario);
        assert_eq!(first.verdict, Verdict::Passed, "what is slow must first be right");
        group.throughput(Throughput::Elements(first.mail.accepted));
        group.bench_function(name, |bencher| bencher.iter(|| run(&scenario)));
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    whole_run(&mut criterion);
    criterion.final_summary();
}
