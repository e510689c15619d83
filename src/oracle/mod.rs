//! The judge: hears what was seen of a hub and says at the first instant at which it is broken which
//! rule was broken.
//!
//! In: a [`crate::scenario::Scenario`] once, then every [`crate::trace::Seen`] event. Out: breaches,
//! told so that a reader needs nothing else, counts, and the largest lateness. Each rule has a file
//! of its own, named after it.
//!
//! It reckons each deadline itself, from the acceptance that the sender saw and the scenario's plain
//! numbers. It does not name the queue, the simulator or anything that they decide with; it believes
//! nothing that the queue says of itself; what faults excuse is read in the scenario before the run.
//! Of a message that was delivered it keeps nothing, of one that was given up hardly anything. It
//! judges I1 to I13.

mod acknowledged_survives;
mod alarms;
mod breach;
mod call_before_delivery;
mod call_served;
mod calls;
mod charter;
mod course;
mod deadline_fixed;
mod dials;
mod docket;
mod doubts;
mod ends_by_deadline;
mod ends_once;
mod fates;
mod flushes;
mod judge;
mod ledger;
mod names;
mod no_duplicate;
mod no_early_report;
mod no_report_on_report;
mod nodes;
mod not_before_release;
mod nothing_after_the_end;
mod orders;
mod outages;
mod policies;
mod recovery;
mod reports_bounded;
mod right_host;
mod runs;
mod slot;
mod store;
mod streams;
mod watch;
mod window;

pub use breach::Breach;
pub use judge::Oracle;
pub use ledger::Unfinished;
