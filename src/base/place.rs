//! Where mail goes: numbers for sites and routes, and where a message stands on its way.

use std::fmt;

/// The number of a route: one domain and the way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub u32);

/// The number of a site: a host at the far end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId(pub u32);

impl RouteId {
    /// The number as an index into a table of routes.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl SiteId {
    /// The number as an index into a table of sites.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where a message that has not ended stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum State {
    /// Waits for its host to call.
    Held = 0,
    /// Waits for the next try, its own or its route's.
    Scheduled = 1,
    /// Waits for a connection that is being opened: connect or greeting.
    Connecting = 2,
    /// Waits for its turn on an open connection.
    Ready = 3,
    /// On a connection, between MAIL and the answer to the final dot.
    InTransfer = 4,
    /// May not leave before its release (RFC 4865).
    Future = 5,
    /// Its route, or the whole hub, is paused.
    Paused = 6,
    /// An administrator holds it.
    OnHold = 7,
}

impl State {
    /// How many states there are.
    pub const COUNT: usize = State::ALL.len();
    /// Every state, in the order of a message's way.
    pub const ALL: [State; 8] = [
        State::Held,
        State::Scheduled,
        State::Connecting,
        State::Ready,
        State::InTransfer,
        State::Future,
        State::Paused,
        State::OnHold,
    ];

    /// The word in reports: `held`, `in_transfer`, `on_hold`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            State::Held => "held",
            State::Scheduled => "scheduled",
            State::Connecting => "connecting",
            State::Ready => "ready",
            State::InTransfer => "in_transfer",
            State::Future => "future",
            State::Paused => "paused",
            State::OnHold => "on_hold",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What waits in a hub at one instant, by the queue's own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Messages in each [`State`], by its number.
    pub messages: [u32; State::COUNT],
    /// The size of all of them together, in bytes.
    pub size_bytes: u64,
    /// Connections that are open or being opened.
    pub connections: u32,
}

impl Census {
    /// Messages that have not ended, whatever their state.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.messages.iter().sum()
    }
}
