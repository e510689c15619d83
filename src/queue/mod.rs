//! The store-and-forward queue: what is decided.
//!
//! In: [`Input`]s with their instants. Out: [`Effect`]s, in the order in which they are to be carried
//! out, and [`Queue::next_wakeup`]. Nothing else changes a queue; it has no clock, no socket, no file
//! and no randomness, and it sees no address: the envelope's text stays with whoever drives it.
//!
//! [`Queue::handle`] first settles all that is due at or before its instant, then takes the input (a
//! word that records are stored lets out what rested on them before that).
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
//! | its delay notice, or the by-time of DELIVERBY `N` | expiry wins: the failed report says enough |
//! | its release (RFC 4865), where its by-time comes first | expiry wins: nothing of it leaves |
//! | an administrator's pause, hold, cancel or resume | expiry wins: there is nothing left to order |
//! | a new policy | expiry first, by the deadline that was given; a policy moves none |
//! | a crash and restart | it ends at the first input after the restart |
//! | a step of the wall clock | nothing: deadlines do not know that clock |
//!
//! | at another instant | what comes of it |
//! | --- | --- |
//! | an ETRN at a message's release | the release comes first: the call finds it |
//! | an ETRN at an administrator's order | each as it is told: a call before a hold finds the message, one after does not |
//! | a call in a pause, a resume in its flush | the call is answered, its connections come with the resume |
//! | the 250 at the delay notice | the sender is told of the delay, and the message is delivered |
//! | the failure of a connection at a message's release or own next try | the message waited with its route: a try of it |
//! | the next try of a route or a message at a crash | it is made at the first input after the restart |
//!
//! A by-time of DELIVERBY `R` is a deadline like any other; one that is past at the acceptance ends the
//! message in that very call. After any call nothing is left that is due.
//!
//! Deadlines come before timers of the same instant; a deadline before the end of another's grace;
//! classes in the order urgent, normal, non-urgent, reports; within a class by acceptance. Of timers
//! releases come first, then tries of messages, silent peers, tries of routes, delay notices.
//!
//! Every pair of eight events that can meet, and how the message that both are about ends where the
//! second event comes a microsecond before the first, at the same instant, and a microsecond after it
//! (the deadline lattice in `scenarios/regress`, held to by `tests/lattice`):
//!
//! | first | second | before | at | after |
//! | --- | --- | --- | --- | --- |
//! | expiry | etrn | delivered | returned | returned |
//! | expiry | transfer-end | delivered | delivered | delivered |
//! | expiry | transfer-failure | returned | returned | returned |
//! | expiry | retry | delivered | returned | returned |
//! | expiry | crash | returned | returned | returned |
//! | expiry | clock-step | returned | returned | returned |
//! | expiry | pause | returned | returned | returned |
//! | etrn | transfer-end | delivered | delivered | delivered |
//! | transfer-failure | etrn | returned | delivered | delivered |
//! | retry | etrn | delivered | delivered | delivered |
//! | crash | etrn | delivered | returned | returned |
//! | clock-step | etrn | delivered | delivered | delivered |
//! | pause | etrn | delivered | delivered | delivered |
//! | transfer-end | transfer-failure | returned | delivered | delivered |
//! | transfer-end | retry | delivered | delivered | delivered |
//! | transfer-end | crash | returned | delivered | delivered |
//! | transfer-end | clock-step | delivered | delivered | delivered |
//! | transfer-end | pause | delivered | delivered | delivered |
//! | transfer-failure | retry | delivered | delivered | delivered |
//! | transfer-failure | crash | delivered | delivered | delivered |
//! | transfer-failure | clock-step | delivered | delivered | delivered |
//! | transfer-failure | pause | delivered | delivered | delivered |
//! | retry | crash | delivered | delivered | delivered |
//! | retry | clock-step | delivered | delivered | delivered |
//! | retry | pause | delivered | delivered | delivered |
//! | crash | clock-step | returned | returned | returned |
//! | crash | pause | delivered | delivered | delivered |
//! | clock-step | pause | delivered | delivered | delivered |

mod capacity;
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
pub use routes::{Mode, Named, Route, Routes, RoutesError};
pub use rules::{AtDeadline, FailedTry, NextTry, Notice, Overdue, Production, Rules};
