//! The writer of `messages.csv` by itself: from the rows of a run to the bytes of the file.
//!
//! The figure to look at is the time for one row: the inverse of the throughput.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use std::{fs, io};

use criterion::{Criterion, Throughput};
use restante::report;
use restante::scenario::{Change, Scenario};
use restante::trial::{self, RunRecord};

/// A run of a thousand hosts that keeps all its rows: mail that was fetched, mail that came back, and the
/// reports about it.
fn record() -> RunRecord {
    let path = "scenarios/scale/dialup-1k.toml";
    let changes = [Change::parse("report.csv=all").expect("a key and a value")];
    let bytes = fs::read(path).expect("a scenario of this package");
    let scenario = Scenario::read(path, &bytes, &changes);
    let scenario = Arc::new(scenario.unwrap_or_else(|problem| panic!("{problem}")));
    let never = AtomicBool::new(false);
    trial::run(&scenario, 1, None, &never).expect("a scenario that can be run")
}

fn rows(criterion: &mut Criterion) {
    let record = record();
    let written = || {
        let mut file = Vec::new();
        report::write_messages_csv(&record, &mut file).expect("a vector takes every byte");
        file
    };
    let file = String::from_utf8(written()).expect("text");
    assert_eq!(file.lines().count(), record.rows.len() + 1, "a header and a line for each row");
    let mut group = criterion.benchmark_group("csv");
    group.throughput(Throughput::Elements(record.rows.len() as u64));
    group.bench_function("messages", |bencher| {
        bencher.iter(|| report::write_messages_csv(&record, &mut io::sink()));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    rows(&mut criterion);
    criterion.final_summary();
}
