//! What the outside saw of a hub, in plain numbers, and who may watch.
//!
//! In: nothing. Out: the vocabulary ([`Seen`], [`Census`]) in which a run is told, and the one trait
//! ([`Observer`]) by which it is heard. No event says what the queue meant, only what it did; no
//! observer can answer back.

mod observer;
mod seen;

pub use crate::base::Census;
pub use observer::Observer;
pub use seen::{Accepted, Alarm, Asked, Seen};
