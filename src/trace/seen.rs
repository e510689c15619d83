//! One event at the hub's outer wall.

use crate::base::{Instant, Kind, MessageId, Order, Priority, RouteId, SiteId, Status, Target};

/// A message that the hub took upon itself: the 250 to the final dot was given, or a report was born.
///
/// All but `accepted_at` of a report and `queue_deadline` is the world's own knowledge, not the queue's
/// word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Which message, which recipient.
    pub message: MessageId,
    /// When the final dot reached the hub; for a report, when it was born.
    pub accepted_at: Instant,
    /// The way to the recipient's domain.
    pub route: RouteId,
    /// The way back to the sender; none for the reverse-path `<>`.
    pub sender_route: Option<RouteId>,
    /// The envelope's priority.
    pub priority: Priority,
    /// The size of the message in bytes.
    pub size_bytes: u32,
    /// Before when it must not leave (RFC 4865), where its sender said so.
    pub release_at: Option<Instant>,
    /// The deadline that the queue publishes for it.
    pub queue_deadline: Instant,
}

/// What a host asked for by ETRN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The very domain of a route.
    Route(RouteId),
    /// The text of this number among the scenario's nodes.
    Node(u32),
}

/// Something that an operator must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// At a restart the wall clock was behind where it was when the hub went down: how long it was down
    /// is not known.
    WallClockWentBack,
    /// The hub could not write down what it must not lose. From then on it refuses all mail for now,
    /// acknowledges nothing and starts nothing, until it is restarted.
    StoreFailed,
    /// At a restart the spool was not whole: the hub does not come up again.
    StoreCorrupt,
}

/// What happened, as anyone outside the hub could have noted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A message was accepted, or a report was born.
    Accepted(Accepted),
    /// A host's line came up.
    Called {
        /// Who called.
        site: SiteId,
    },
    /// A host's line went down, as it should or not.
    HungUp {
        /// Whose line.
        site: SiteId,
    },
    /// The hub answered an ETRN (RFC 1985).
    EtrnAnswered {
        /// Who asked.
        site: SiteId,
        /// For what.
        asked: Asked,
        /// The answer: 250 to 253 are consent.
        code: u16,
    },
    /// The hub began to open a connection.
    Connecting {
        /// For which route.
        route: RouteId,
        /// To which host.
        site: SiteId,
    },
    /// The host greeted: the connection can carry mail.
    Connected {
        /// For which route.
        route: RouteId,
        /// To which host.
        site: SiteId,
    },
    /// A connection could not be opened, or was lost or cut before its time.
    ConnectionFailed {
        /// For which route.
        route: RouteId,
        /// To which host.
        site: SiteId,
    },
    /// The hub closed a connection in good order.
    ConnectionClosed {
        /// For which route.
        route: RouteId,
        /// To which host.
        site: SiteId,
    },
    /// The hub began to send a message.
    TransferBegan {
        /// Which message.
        message: MessageId,
        /// To which host.
        site: SiteId,
    },
    /// A message under way was refused, or its connection ended under it.
    TransferFailed {
        /// Which message.
        message: MessageId,
        /// To which host.
        site: SiteId,
        /// What the host said, or what befell the connection.
        status: Status,
    },
    /// The host answered the final dot with 250.
    Delivered {
        /// Which message.
        message: MessageId,
        /// To which host.
        site: SiteId,
        /// The tries that were made for it, this one among them.
        attempts: u32,
        /// Its size in bytes.
        size_bytes: u32,
    },
    /// A report about a message was born.
    Reported {
        /// What the report is about. A `failed` report ends it.
        message: MessageId,
        /// Which report.
        kind: Kind,
        /// The status in the report.
        status: Status,
        /// The tries that had been made.
        attempts: u32,
    },
    /// A message ended with nobody to tell: its reverse-path is `<>`. It is kept and counted.
    DeadLettered {
        /// Which message.
        message: MessageId,
        /// Why.
        status: Status,
        /// The tries that had been made.
        attempts: u32,
    },
    /// A message failed, and its sender had asked not to be told.
    Suppressed {
        /// Which message.
        message: MessageId,
        /// Why it failed.
        status: Status,
        /// The tries that had been made.
        attempts: u32,
    },
    /// An administrator took a message out of the queue.
    Cancelled {
        /// Which message.
        message: MessageId,
    },
    /// The hub refused mail for now, whole.
    Refused {
        /// Which message, by its first recipient.
        message: MessageId,
        /// Why.
        status: Status,
    },
    /// The hub went down before it had given a 250 to this final dot: it may have the message or not, and
    /// if it has it, then whole. Its sender sends it again as a new one.
    Unacknowledged {
        /// Which message, by its first recipient.
        message: MessageId,
        /// How many recipients it has.
        recipients: u16,
        /// When the final dot came.
        offered_at: Instant,
        /// The envelope's priority.
        priority: Priority,
    },
    /// The final dot of a message was sent, and its answer did not come back: the host may have it.
    /// [`Seen::TransferFailed`] follows.
    Ambiguous {
        /// Which message.
        message: MessageId,
        /// Which host.
        site: SiteId,
    },
    /// An administrator gave an order; the hub took it.
    Ordered {
        /// What.
        order: Order,
        /// Of what.
        target: Target,
    },
    /// The policy was changed, for mail accepted from now on, to that of this number among the
    /// scenario's events.
    Reloaded {
        /// The number of the event.
        event: u32,
    },
    /// The hub went down: what was not written down is lost.
    Crashed,
    /// The hub is up again, from what was written down. Its queue is listed at once.
    Restarted,
    /// The hub was put to sleep: it does nothing, its clock goes on.
    Suspended,
    /// The hub is awake again.
    Resumed,
    /// The queue was listed, by an operator or after a restart: a message that is in it.
    Listed {
        /// Which message.
        message: MessageId,
        /// The deadline that the queue publishes for it.
        deadline: Instant,
    },
    /// The listing is complete.
    ListEnded,
    /// The hub raised an alarm.
    Alarmed {
        /// Which.
        alarm: Alarm,
    },
}

impl Seen {
    /// The message that the event is about; none where it is about a host.
    #[must_use]
    pub const fn message(&self) -> Option<MessageId> {
        match *self {
            Seen::Accepted(Accepted { message, .. })
            | Seen::TransferBegan { message, .. }
            | Seen::TransferFailed { message, .. }
            | Seen::Delivered { message, .. }
            | Seen::Reported { message, .. }
            | Seen::DeadLettered { message, .. }
            | Seen::Suppressed { message, .. }
            | Seen::Cancelled { message }
            | Seen::Refused { message, .. }
            | Seen::Unacknowledged { message, .. }
            | Seen::Ambiguous { message, .. }
            | Seen::Listed { message, .. } => Some(message),
            Seen::Called { .. }
            | Seen::HungUp { .. }
            | Seen::EtrnAnswered { .. }
            | Seen::Connecting { .. }
            | Seen::Connected { .. }
            | Seen::ConnectionFailed { .. }
            | Seen::ConnectionClosed { .. }
            | Seen::Ordered { .. }
            | Seen::Reloaded { .. }
            | Seen::Crashed
            | Seen::Restarted
            | Seen::Suspended
            | Seen::Resumed
            | Seen::ListEnded
            | Seen::Alarmed { .. } => None,
        }
    }
}
