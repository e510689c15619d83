//! The course of a run: everything in it that was drawn, written out.
//!
//! In: what the world notes as it draws. Out: plain lists, from which a scenario without chance is
//! written. What a scenario says outright is not in it, but for calls and messages: those are here
//! whole, whether drawn or not.

use crate::base::{Instant, Priority};

/// What a run drew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// For each site of the scenario, in order.
    pub sites: Vec<SiteCourse>,
    /// For each source of the scenario, in order: its messages in the order in which they first
    /// arrived; what was sent again is not in it a second time.
    pub sources: Vec<Vec<Sent>>,
    /// Each crash that happened, in order, and how many of the records that were not yet acknowledged
    /// it left.
    pub crashes: Vec<(CrashCause, u64)>,
}

/// What was drawn for one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteCourse {
    /// When a call of it came through, in order.
    pub calls: Vec<Instant>,
    /// When its line dropped by chance, in order.
    pub drops: Vec<Instant>,
    /// When it could not be reached because it flapped: from the first instant, up to and without the
    /// second, in order.
    pub outages: Vec<(Instant, Instant)>,
    /// For each trouble of the site, in order: the occasions on which it struck, by the numbers that
    /// [`Occasions::Nth`](super::Occasions::Nth) counts, in order.
    pub strikes: Vec<Vec<u64>>,
}

/// One message as it first arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When its final dot reached the hub.
    pub at: Instant,
    /// Its size in bytes.
    pub size_bytes: u32,
    /// The envelope's priority.
    pub priority: Priority,
}

/// Which entry of the scenario made the hub crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrashCause {
    /// The one of this number among its events, from 0.
    Event(u32),
    /// The one of this number among its crashes at a record, from 0.
    AtRecord(u32),
}
