//! How long it took by the clock on the wall: the one file of a report that differs from run to run.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use serde::Serialize;

/// Where it is written, below the report folder.
pub(super) const PATH: &str = "timing.json";

/// Measures real time from its making.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to measure.
    #[expect(
        clippy::disallowed_methods,
        reason = "what is measured is how long restante itself took"
    )]
    pub(super) fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// The time since its start.
    pub(super) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The content of `timing.json`.
#[derive(Serialize)]
pub(super) struct Timing {
    schema_version: u32,
    jobs: usize,
    wall_us: u64,
    runs: Vec<RunTiming>,
}

/// The time that one run took: simulated, judged, drawn and written.
#[derive(Serialize)]
struct RunTiming {
    folder: String,
    wall_us: u64,
}

impl Timing {
    /// No runs yet.
    pub(super) fn of(jobs: NonZeroUsize) -> Timing {
        Timing { schema_version: 1, jobs: jobs.get(), wall_us: 0, runs: Vec::new() }
    }

    /// Adds a run by its report folder.
    pub(super) fn add(&mut self, folder: String, wall: Duration) {
        self.runs.push(RunTiming { folder, wall_us: micros(wall) });
    }

    /// The file, the whole having taken `wall`.
    pub(super) fn json(mut self, wall: Duration) -> Vec<u8> {
        self.wall_us = micros(wall);
        let mut json = serde_json::to_vec_pretty(&self).expect("plain numbers under plain keys");
        json.push(b'\n');
        json
    }
}

fn micros(wall: Duration) -> u64 {
    u64::try_from(wall.as_micros()).unwrap_or(u64::MAX)
}
