//! What a spool costs on a real disk, beside the least that keeping the same bytes costs: one `write`
//! to the end of a file and one `fdatasync`. And how long it takes to open one that holds a million.

use std::cell::OnceCell;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use restante::base::MessageId;
use restante::spool::{Batch, Folder, Settings, Spool};
use tempfile::TempDir;

/// A record and an envelope as long as those of most mail.
const RECORD: [u8; 48] = [1; 48];
const ENVELOPE: [u8; 120] = [2; 120];

/// A folder on the disk that the build is on: that of temporary files may be memory.
fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the bench")
}

/// Accepts messages, group after group.
struct Intake {
    batch: Batch,
    body: Vec<u8>,
    accepted: u64,
}

impl Intake {
    fn new(body_bytes: usize) -> Intake {
        let body = (0..body_bytes).map(|n| (n * n) as u8).collect();
        Intake { batch: Batch::new(), body, accepted: 0 }
    }

    /// The next so many messages.
    fn group(&mut self, messages: u64) -> &Batch {
        self.batch.clear();
        for ordinal in self.accepted..self.accepted + messages {
            let message = MessageId::mail(0, ordinal).expect("few messages");
            self.batch.accept(message, ordinal + 1, &RECORD);
            self.batch.envelope(message, &ENVELOPE);
            self.batch.body(message, &self.body);
        }
        self.accepted += messages;
        &self.batch
    }
}

/// Groups of messages, each at rest before the next one begins.
fn commits(criterion: &mut Criterion, body_bytes: usize) {
    let mut group = criterion.benchmark_group(format!("accept, {} KiB each", body_bytes / 1024));
    for messages in [1, 8, 64, 256] {
        group.throughput(Throughput::Elements(messages));
        group.bench_function(BenchmarkId::new("spool", messages), |bencher| {
            let folder = folder();
            let volume = Folder::new(folder.path());
            let mut spool = Spool::open(&volume, Settings::default()).expect("a new spool");
            let mut intake = Intake::new(body_bytes);
            bencher.iter(|| spool.commit(intake.group(messages)).expect("room on the disk"));
        });
        group.bench_function(BenchmarkId::new("bare", messages), |bencher| {
            let folder = folder();
            let options = OpenOptions::new().append(true).create(true).to_owned();
            let mut file: File = options.open(folder.path().join("bare")).expect("a new file");
            let bytes = vec![3; Intake::new(body_bytes).group(messages).size_bytes()];
            bencher.iter(|| {
                file.write_all(&bytes).expect("room on the disk");
                file.sync_data().expect("a disk that works");
            });
        });
    }
    group.finish();
}

const MILLION: u64 = 1_000_000;

/// The spool of a million messages without bodies, as it was when it was closed and as a crash leaves it.
fn million() -> TempDir {
    let folder = folder();
    let volume = Folder::new(folder.path());
    let mut spool = Spool::open(&volume, Settings::default()).expect("a new spool");
    let mut batch = Batch::new();
    for ordinal in 0..MILLION {
        let message = MessageId::mail(0, ordinal).expect("few messages");
        batch.accept(message, ordinal + 1, &RECORD);
        batch.envelope(message, &ENVELOPE);
        if ordinal % 10_000 == 9_999 {
            spool.commit(&batch).expect("room on the disk");
            batch.clear();
        }
    }
    // All is written and synced, and nothing tidied up.
    let crashed = folder.path().join("crashed");
    fs::create_dir(&crashed).expect("room on the disk");
    fs::copy(folder.path().join(Spool::NAME), crashed.join(Spool::NAME)).expect("room");
    spool.close().expect("closed");
    folder
}

/// Opens the spool in a folder and reads its records.
fn open(folder: &Path) -> Spool {
    let spool = Spool::open(&Folder::new(folder), Settings::default()).expect("a spool");
    assert_eq!(spool.read().expect("readable").records().len() as u64, MILLION);
    spool
}

fn openings(criterion: &mut Criterion) {
    let folder = OnceCell::new();
    let mut group = criterion.benchmark_group("open a million");
    group.sample_size(10).throughput(Throughput::Elements(MILLION));
    group.bench_function("closed", |bencher| {
        let folder = folder.get_or_init(million);
        bencher.iter_with_large_drop(|| open(folder.path()));
    });
    group.bench_function("crashed", |bencher| {
        let folder = folder.get_or_init(million);
        let crashed = || {
            let copy = tempfile::tempdir_in(folder.path()).expect("room on the disk");
            let name = |of: &Path| of.join(Spool::NAME);
            fs::copy(name(&folder.path().join("crashed")), name(copy.path())).expect("room");
            copy
        };
        bencher.iter_batched(crashed, |copy| (open(copy.path()), copy), BatchSize::PerIteration);
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    for body_bytes in [4_096, 1_024] {
        commits(&mut criterion, body_bytes);
    }
    openings(&mut criterion);
    criterion.final_summary();
}
