//! What was asked for: a scenario file, read and understood, or everything that is wrong with it.
//!
//! In: the bytes of a TOML file and what `--set` changes in it. Out: a [`Scenario`], in which names
//! are numbers and nothing can be wrong any more; or a [`Problem`], which shows file, line, column
//! and a way out. It opens no file, draws nothing, and knows neither the queue nor the exhibits.
//!
//! The way of a file: `reading` (bytes, text, TOML), `original` and `change` (`--set`), `shape` (its keys against
//! the schema), `file` (the tables as written), `meaning` (the [`Scenario`]). Texts that stand for
//! something are read in `quantity`, `calendar`, `envelope`, `fault`, `threshold`, `varied` and `word`,
//! and the log that a scenario replays in `replay`; `terms` is the judge's own table of the policies.
//! `resolved` goes the other way: from a scenario and the `course` of a run to a file without chance.

mod calendar;
mod chance;
mod change;
mod choice;
mod course;
mod envelope;
mod fault;
mod file;
mod located;
mod meaning;
mod model;
mod original;
mod partition;
mod problem;
mod quantity;
mod quote;
mod reading;
mod replay;
mod resolved;
mod schema;
mod shape;
mod terms;
mod text;
mod threshold;
mod varied;
mod word;

pub use change::Change;
pub use course::{Course, CrashCause, Sent, SiteCourse};
pub use model::{
    Address, Arrivals, AtCrash, Calls, Count, Crash, Crashes, CsvRows, DiskFaults, Does, Expect,
    Fidelity, Flapping, Happening, HubEvent, Keep, Line, Metric, Occasions, Offers, Policy,
    PolicyChanges, PolicyName, Presence, Recipient, Record, Relation, Release, Route, RouteMode,
    Says, Scenario, Site, Source, Statistic, Syncs, Terms, Threshold, Ties, Trouble, TroublePhase,
    Varied,
};
pub use original::Original;
pub use partition::{Excerpt, Partition};
pub use problem::{Colour, Problem};
pub use reading::SIZE_LIMIT;
pub use resolved::resolved;
pub use schema::schema;

// What another room needs to read its own files in the same way.
pub(crate) use located::Located;
pub(crate) use problem::{Complaint, Complaints, suggestion};
pub(crate) use quantity::{Chance, Length, Rate, Volume};
pub(crate) use quote::quoted;
pub(crate) use reading::{Form, OtherForm, read_text, readable};
pub(crate) use schema::tree_of;
pub(crate) use shape::Shape;
pub(crate) use text::{Kind, Misread, Number, Written};
pub(crate) use word::{Name, Prose};
