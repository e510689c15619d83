//! One run, from scenario to record: the world, the judge and the recorder put together.
//!
//! In: a scenario, a seed, and the exhibit that is to take the place of the production rules, if any.
//! Out: a [`RunRecord`]. It opens no file, and shows nothing.

mod court;
mod distribution;
mod record;
mod recorder;
mod rows;
mod run;
mod strips;

pub use crate::sim::Fingerprint;
pub use crate::sim::RunError;
pub use distribution::Distribution;
pub use record::{
    CountsJudged, Miss, Outcome, Outcomes, Row, RunRecord, Sample, SiteTotals, Strip, Verdict,
};
pub use run::run;
