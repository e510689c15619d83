//! One run, from scenario to record: the world, the judge and the recorder put together.
//!
//! In: a scenario, a seed, and the exhibit that is to take the place of the production rules, if any.
//! Out: a [`RunRecord`]. It opens no file, and shows nothing.

mod court;
mod crashes;
mod distribution;
mod groups;
mod hub;
mod judgement;
mod open_rows;
mod panic;
mod record;
mod recorder;
mod rows;
mod run;
mod strips;
mod threshold;

pub use crate::sim::{CrashPoint, Fingerprint, OperationKind, RunError};
pub use crashes::{CrashFailure, CrashFault, CrashReport, crash_everywhere};
pub use distribution::Distribution;
pub use hub::{Absence, AbsenceCause, HubLife, Tally};
pub use panic::words_of_panic;
pub use record::{
    CountsJudged, Miss, Outcome, Outcomes, Row, RunRecord, Sample, SiteTotals, Strip, Verdict,
};
pub use rows::Rows;
pub use run::{Draws, Manner, run, run_as};
pub use threshold::Reading;
