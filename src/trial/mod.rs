//! One run, from scenario to record: the world, the judge and the recorder put together.

mod distribution;
mod record;

pub use distribution::Distribution;
pub use record::{
    Fingerprint, Miss, Outcome, Outcomes, Row, RunRecord, Sample, SiteTotals, Strip, Verdict,
};
