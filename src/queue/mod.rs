//! The store-and-forward queue: what is decided.
//!
//! In: [`Input`]s with their instants. Out: [`Effect`]s, in the order in which they are to be carried
//! out, and [`Queue::next_wakeup`]. Nothing else changes a queue; it has no clock, no socket, no file
//! and no randomness, and it sees no address: the envelope's text stays with whoever drives it.
//!
//! [`Queue::handle`] first settles all that is due at or before its instant, then takes the input.
//! So, where two things meet at one instant:
//!
//! | at the instant of the deadline | what comes of it |
//! | --- | --- |
//! | an ETRN | expiry wins: the message is returned, the flush does not find it |
//! | the route's or the message's next try | expiry wins: no try is made |
//! | a connection that opens | expiry wins: nothing of it is sent |
//! | the 250 to its final dot | delivery wins: the transfer was under way and has grace |
//! | a 4yz to it, or its connection drops | it is returned at once, with the status of that try |
//! | the end of its grace and its 250 | the end wins: it is cut and returned |
//! | a silent peer's time-out | the transfer is cut, and it is returned at once |
//! | the acceptance of another message for the route | expiry first |
//!
//! Deadlines come before timers of the same instant; a deadline before the end of another's grace;
//! classes in the order urgent, normal, non-urgent, reports; within a class by acceptance.

mod connection;
mod deadlines;
mod ending;
mod entry;
mod fifo;
mod gate;
mod intake;
mod lane;
mod listing;
mod machine;
mod notices;
mod orders;
mod policy;
mod port;
mod record;
mod restore;
mod routes;
mod rules;
mod sessions;
mod shelf;
mod terms;
mod timers;
mod tries;

pub use crate::base::Census;
pub use listing::Listing;
pub use machine::{Queue, QueueError};
pub use policy::{Limits, Policy, PolicyError};
pub use port::{
    ClientId, ConnectionId, Effect, EtrnAnswer, Extensions, ForwardPath, Input, Outbox, Phase,
    Submission,
};
pub use record::{Record, Tried};
pub use restore::RestoreError;
pub use routes::{Mode, Route, Routes, RoutesError};
pub use rules::{AtDeadline, FailedTry, NextTry, Notice, Overdue, Production, Rules};
