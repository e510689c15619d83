//! One run, from scenario to record: the world, the judge and the recorder put together.

mod distribution;
mod record;

pub use crate::sim::Fingerprint;
pub use distribution::Distribution;
pub use record::{Miss, Outcome, Outcomes, Row, RunRecord, Sample, SiteTotals, Strip, Verdict};
