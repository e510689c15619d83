//! What a queue must not forget: replayed in order, the records rebuild it.
//!
//! Each record is one whole change. What is not in them (connections, transfers, flushes) does not
//! outlive a restart, and is meant not to.

use crate::base::{
    DeliverBy, Instant, Kind, MessageId, Notify, Order, Priority, RouteId, Status, Target,
};

/// One change that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// One recipient of a message was accepted.
    Accepted {
        /// Which message, which recipient.
        message: MessageId,
        /// When.
        accepted_at: Instant,
        /// Its deadline: it stays, whatever policy a later queue is restored with.
        deadline: Instant,
        /// Its priority.
        priority: Priority,
        /// Its size in bytes.
        size_bytes: u32,
        /// The way to it.
        route: RouteId,
        /// The way back to the sender; none for `<>`.
        sender: Option<RouteId>,
        /// Of what its sender wants to be told.
        notify: Notify,
        /// Before when it must not leave.
        release_at: Option<Instant>,
        /// By when it is to be delivered.
        deliver_by: Option<DeliverBy>,
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
    /// A report was born. Of kind `Failed` it ends what it is about in the same moment, and of kind
    /// `Relayed` that was delivered; of kind `Delayed` it is tried on.
    Reported {
        /// What it is about.
        about: MessageId,
        /// Which report.
        kind: Kind,
        /// When it was born.
        at: Instant,
        /// Its own deadline.
        deadline: Instant,
        /// The way to the sender.
        route: RouteId,
        /// Its size in bytes.
        size_bytes: u32,
        /// What it tells: the status.
        status: Status,
        /// What it tells: the tries that had been made.
        attempts: u16,
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
    /// A message failed for good, and its sender had asked not to be told.
    Suppressed {
        /// Which message.
        message: MessageId,
        /// When.
        at: Instant,
        /// Why.
        status: Status,
    },
    /// An administrator ordered something that lasts: all but `Expire`, whose ends have records of
    /// their own, and `Flush`, which does not last.
    Ordered {
        /// What.
        order: Order,
        /// Of what.
        target: Target,
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

impl Record {
    /// The report whose birth this records, as mail of its own: all that is left of the record once what
    /// the report is about is known no more. None for every other record.
    #[must_use]
    pub fn born(&self) -> Option<Record> {
        let &Record::Reported { about, kind, at, deadline, route, size_bytes, .. } = self else {
            return None;
        };
        Some(Record::Accepted {
            message: about.report(kind),
            accepted_at: at,
            deadline,
            priority: Priority::Normal,
            size_bytes,
            route,
            sender: None,
            notify: Notify::NEVER,
            release_at: None,
            deliver_by: None,
        })
    }
}

/// Whose try a failed connection was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It could not be made: a try of all that wait with the route.
    AllThatWait,
    /// It was lost under a message: a try of that one, which has a record of its own.
    OneMessage,
}
