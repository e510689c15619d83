//! What befalls the hub itself, and when: crashes, sleep, clock steps, orders and reloads.

use super::policy::Policy;
use crate::base::{Instant, Order, Span, Target};

/// Something that befalls the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubEvent {
    /// When.
    pub at: Instant,
    /// What.
    pub what: Happening,
}

impl HubEvent {
    /// Whether the wall clock is set.
    #[must_use]
    pub const fn sets_clock(&self) -> bool {
        matches!(self.what, Happening::ClockStep(_))
    }
}

/// What can befall the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It goes down, and is restored.
    Crash(Crash),
    /// It is put to sleep for so long.
    Suspend(Span),
    /// Its wall clock is set forward, or back where negative, by so many microseconds.
    ClockStep(i64),
    /// An administrator orders something.
    Order(Order, Target),
    /// The policy is changed, for mail accepted from then on: the whole of what holds then.
    Reload(Box<Policy>),
    /// An operator lists the queue.
    List,
}

/// How the hub goes down and comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash {
    /// How long it is down.
    pub down: Span,
    /// What is kept of the records not yet acknowledged as persisted.
    pub keep: Keep,
}

/// When the hub may go down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crashes {
    /// When the scenario says so.
    #[default]
    Declared,
    /// At any instant: `restante run --crash-everywhere` tries each point at which the disk is written
    /// or synced.
    Anywhere,
}

/// How many of the records not yet acknowledged survive a crash: always the first so many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// As many as are drawn, from none to all.
    Drawn,
    /// All: the hub was shut down in good order.
    All,
    /// None.
    None,
    /// So many, or all if they are fewer.
    First(u64),
}
