//! What a queue must not forget: replayed in order, the records rebuild it.
//!
//! Each record is one whole change. What is not in them (connections, transfers, flushes) does not
//! outlive a restart, and is meant not to.

use crate::base::{Instant, MessageId, Priority, RouteId, Status};

/// One change that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// One recipient of a message was accepted.
    Accepted {
        /// Which message, which recipient.
        message: MessageId,
        /// When; its deadline counts from here.
        accepted_at: Instant,
        /// Its priority.
        priority: Priority,
        /// Its size in bytes.
        size_bytes: u32,
        /// The way to it.
        route: RouteId,
        /// The way back to the sender; none for `<>`.
        sender: Option<RouteId>,
    },
    /// A message was delivered: it has ended.
    Delivered {
        /// Which message.
        message: MessageId,
    },
    /// A try failed for now.
    Deferred {
        /// Which message.
        message: MessageId,
        /// Tries made so far.
        attempts: u16,
        /// What became of the last.
        status: Status,
        /// Its own next try; none where it waits with its route.
        next_try: Option<Instant>,
    },
    /// A message failed for good: it has ended, and in the same moment its report was born.
    Returned {
        /// Which message.
        message: MessageId,
        /// When; the report's time counts from here.
        at: Instant,
        /// The way of the report to the sender.
        route: RouteId,
        /// The size of the report in bytes.
        size_bytes: u32,
    },
    /// A message failed for good with nobody to tell.
    DeadLettered {
        /// Which message.
        message: MessageId,
        /// When.
        at: Instant,
        /// Why.
        status: Status,
    },
    /// A connection for a route failed.
    RouteFailed {
        /// Which route.
        route: RouteId,
        /// When. A message whose own next try comes later did not wait with the route then.
        at: Instant,
        /// What befell the connection.
        status: Status,
        /// Whose try it was.
        tried: Tried,
        /// The route's next try; none where it waits for a call, where its next try is set already,
        /// or where no further one is made.
        next_try: Option<Instant>,
    },
    /// The host of a route that had failed gave its last word on a message: the route's ladder
    /// begins anew.
    RouteAnswered {
        /// Which route.
        route: RouteId,
    },
}

/// Whose try a failed connection was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It could not be made: a try of all that wait with the route.
    AllThatWait,
    /// It was lost under a message: a try of that one, which has a record of its own.
    OneMessage,
}
