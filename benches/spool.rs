//! What a spool costs on a real disk, beside the least that keeping the same bytes costs: one `write`
//! to the end of a file and one `fdatasync`.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
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

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    for body_bytes in [4_096, 1_024] {
        commits(&mut criterion, body_bytes);
    }
    criterion.final_summary();
}
