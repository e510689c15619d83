//! What an administrator can order, and of what.

use super::{MessageId, RouteId};

/// An administrator's order. All but [`Order::Flush`] outlast a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Open no further connections; what is in transfer may finish. Expiry goes on.
    Pause,
    /// Open connections again.
    Resume,
    /// Hold the messages that are there now until they are released. Expiry goes on.
    Hold,
    /// Let held messages go again.
    Release,
    /// Take messages out, with no report to anybody.
    Cancel,
    /// Return messages as though their time were up.
    Expire,
    /// Deliver now, as though their host had called; no word of a message's own.
    Flush,
}

impl Order {
    /// Every order.
    pub const ALL: [Order; 7] = [
        Order::Pause,
        Order::Resume,
        Order::Hold,
        Order::Release,
        Order::Cancel,
        Order::Expire,
        Order::Flush,
    ];

    /// The word in scenarios and reports: `pause`, `hold`, `expire`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Order::Pause => "pause",
            Order::Resume => "resume",
            Order::Hold => "hold",
            Order::Release => "release",
            Order::Cancel => "cancel",
            Order::Expire => "expire",
            Order::Flush => "flush",
        }
    }
}

/// What an order is about. Pause, resume and flush are about routes: for one message they do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Every route, and all that waits for any.
    All,
    /// One route, and all that waits for it.
    Route(RouteId),
    /// One recipient of one message.
    Message {
        /// The way to it.
        route: RouteId,
        /// Which.
        message: MessageId,
    },
}
