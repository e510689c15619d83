//! The judge: hears what was seen of a hub and says at the first instant at which it is broken which
//! rule was broken.
//!
//! In: a [`crate::scenario::Scenario`] once, then every [`crate::trace::Seen`] event. Out: breaches,
//! told so that a reader needs nothing else, counts, and the largest lateness. Each rule has a file
//! of its own, named after it.
//!
//! It reckons each deadline itself, from the acceptance that the sender saw and the scenario's plain
//! numbers. It does not name the queue, the simulator or anything that they decide with; it believes
//! nothing that the queue says of itself; it keeps nothing of a message that has ended but the
//! breaches. It judges I1, I2, I3, I5, I7, I9 and I11.

mod breach;
mod call_before_delivery;
mod charter;
mod deadline_fixed;
mod docket;
mod ends_by_deadline;
mod ends_once;
mod judge;
mod ledger;
mod no_early_report;
mod nothing_after_the_end;
mod right_host;
mod slot;
mod streams;
mod watch;
mod window;

pub use breach::Breach;
pub use judge::Oracle;
pub use ledger::Unfinished;
