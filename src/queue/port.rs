//! The queue's one door: what it is told, what it bids.
//!
//! Inputs come in order of time; effects are carried out in the order given. What was done comes back
//! as an input. Nothing here does anything.

use super::{Policy, PolicyError, Record};
use crate::base::{
    DeliverBy, Instant, Kind, MessageId, Notify, Order, Priority, RouteId, Span, Status, Target,
};

/// Who sends an ETRN: the owner of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientId(pub u32);

/// A connection that the queue asked for. Numbers are used again with another generation, so that a
/// late word about an old connection is not taken for one about the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId {
    /// Its place among the connections open at once.
    pub slot: u32,
    /// How often the place was used before.
    pub generation: u32,
}

/// What a session waits for; each has its own time-out (RFC 5321 4.5.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// The connection to open.
    Connect = 0,
    /// The banner, and the answer to EHLO.
    Greeting = 1,
    /// The answer to MAIL, RCPT or DATA.
    Command = 2,
    /// A block of the message to go.
    Data = 3,
    /// The answer to the final dot.
    FinalDot = 4,
}

impl Phase {
    /// How many phases there are.
    pub const COUNT: usize = 5;
}

/// Mail that is offered: the final dot has come.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    /// The first recipient's id; the others' follow from it.
    pub message: MessageId,
    /// The envelope's priority.
    pub priority: Priority,
    /// Its size in bytes.
    pub size_bytes: u32,
    /// The route back to the sender; none for the reverse-path `<>`.
    pub sender: Option<RouteId>,
    /// Before when it must not leave (RFC 4865); its time-out counts from there.
    pub release_at: Option<Instant>,
    /// By when it is to be delivered (RFC 2852).
    pub deliver_by: Option<DeliverBy>,
    /// Each recipient, at least one and at most [`MessageId::RECIPIENTS`].
    pub recipients: &'a [ForwardPath],
}

/// One recipient of mail that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForwardPath {
    /// The way to it.
    pub route: RouteId,
    /// Of what its sender wants to be told.
    pub notify: Notify,
}

/// What a host offered in its answer to EHLO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// DSN (RFC 3461): it makes the reports from there on.
    pub dsn: bool,
    /// DELIVERBY (RFC 2852), with the least time that it takes.
    pub deliver_by: Option<Span>,
}

/// What the queue is told.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Mail is offered.
    Submit(Submission<'a>),
    /// A client asks for its mail (RFC 1985).
    Etrn {
        /// Who.
        client: ClientId,
        /// For which node: the command's argument.
        node: &'a str,
    },
    /// The session on a connection has come to a phase, or on in it: the peer gave a sign of life.
    Phase {
        /// Which connection.
        connection: ConnectionId,
        /// Where it is now.
        phase: Phase,
    },
    /// The host has greeted: the connection can carry mail.
    Connected {
        /// Which connection.
        connection: ConnectionId,
        /// What it offered.
        offers: Extensions,
    },
    /// The host gave its last word on the message in transfer.
    Replied {
        /// On which connection.
        connection: ConnectionId,
        /// What it said; class 2 is success.
        status: Status,
    },
    /// A connection could not be opened, or is gone. Where the host has not been reached yet
    /// ([`Phase::Connect`]), class 5 says that there is no such host ([`Status::NO_DOMAIN`]): nothing that
    /// waits for the route can be helped. Later, class 5 is about the host as it is now, like class 4.
    Dropped {
        /// Which connection.
        connection: ConnectionId,
        /// What befell it.
        status: Status,
    },
    /// All records up to and with this number are on stable storage. [`u64::MAX`] says it in advance
    /// of storage that has each record as soon as it is written.
    Persisted {
        /// The number of the last such record, counted from 1 since the queue was made or restored.
        upto: u64,
    },
    /// An administrator orders something.
    Order {
        /// What.
        order: Order,
        /// Of what.
        target: Target,
    },
    /// The policy is changed, for mail accepted from now on: no deadline that was given moves.
    Reload {
        /// The new one.
        policy: &'a Policy,
    },
    /// Nothing but that time has passed.
    Wake,
}

/// What the queue bids. Those that others can notice come only after the records they rest on are
/// persisted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// To be written down: the next record.
    Record(Record),
    /// To be brought to stable storage: all records up to and with this number. At most once a call.
    Persist {
        /// The number of the last record of this call, counted from 1 since the queue was made or
        /// restored.
        upto: u64,
    },
    /// One recipient of a message is accepted; the 250 may be given when all its recipients are.
    Accepted {
        /// Which message, which recipient.
        message: MessageId,
        /// When its final dot came.
        accepted_at: Instant,
        /// When it will be returned at the latest, as listings show it.
        deadline: Instant,
    },
    /// Mail is refused for now, whole: no recipient of it is accepted.
    Refused {
        /// Which message, by its first recipient.
        message: MessageId,
        /// Why.
        status: Status,
    },
    /// The answer to an ETRN. Those of one client come in the order in which it asked (RFC 2920).
    EtrnAnswered {
        /// Who asked.
        client: ClientId,
        /// What to say.
        answer: EtrnAnswer,
    },
    /// Open a connection.
    Connect {
        /// Its name from now on.
        connection: ConnectionId,
        /// For which route.
        route: RouteId,
    },
    /// Send a message on a connection that can carry mail.
    Transfer {
        /// On which.
        connection: ConnectionId,
        /// Which message.
        message: MessageId,
        /// Its size in bytes.
        size_bytes: u32,
        /// Which try for this message it is, from 1.
        attempt: u32,
    },
    /// Close a connection in good order (QUIT).
    Close {
        /// Which connection.
        connection: ConnectionId,
    },
    /// Cut a connection at once, whatever it is doing. Unlike all other effects it does not
    /// rest on records, once the connection was begun.
    Abort {
        /// Which connection.
        connection: ConnectionId,
        /// Why.
        status: Status,
    },
    /// Make a report and send it on its way: it is a message of its own, already queued.
    Report {
        /// What it is about. A `Failed` or `Relayed` report comes with the end of that message.
        about: MessageId,
        /// Which report.
        kind: Kind,
        /// The status in it.
        status: Status,
        /// The tries that had been made.
        attempts: u32,
        /// The way to the sender.
        route: RouteId,
        /// Its size in bytes.
        size_bytes: u32,
        /// When the report was born; its own time counts from here.
        born_at: Instant,
        /// The report's own deadline.
        deadline: Instant,
    },
    /// Keep a message for an operator: it failed, and its reverse-path is `<>` (RFC 5321 6.1).
    DeadLetter {
        /// Which message.
        message: MessageId,
        /// Why.
        status: Status,
        /// The tries that had been made.
        attempts: u32,
    },
    /// A message failed, and its sender had asked not to be told (RFC 3461 4.1).
    Suppressed {
        /// Which message.
        message: MessageId,
        /// Why it failed.
        status: Status,
        /// The tries that had been made.
        attempts: u32,
    },
    /// An administrator took a message out.
    Cancelled {
        /// Which message.
        message: MessageId,
    },
    /// The new policy is in force, or it is not to be worked with and the old one stays.
    Reloaded {
        /// What is wrong with it.
        fault: Option<PolicyError>,
    },
}

/// An answer to ETRN (RFC 1985 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EtrnAnswer {
    /// 458: it cannot be done now. Never the queue's own answer: that of a hub that cannot store.
    Unable,
    /// 251: nothing waits for the node.
    NothingWaiting,
    /// 253: so many messages wait and are started.
    Started(u32),
    /// 459: no such node, or not this client's.
    NotAllowed,
    /// 500: no node was named.
    NoNode,
    /// 501: what was named is no node.
    BadNode,
}

impl EtrnAnswer {
    /// The reply code.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            EtrnAnswer::Unable => 458,
            EtrnAnswer::NothingWaiting => 251,
            EtrnAnswer::Started(_) => 253,
            EtrnAnswer::NotAllowed => 459,
            EtrnAnswer::NoNode => 500,
            EtrnAnswer::BadNode => 501,
        }
    }
}

/// One who carries out what the queue bids, in order.
pub trait Outbox {
    /// Takes the next effect.
    fn put(&mut self, effect: Effect);
}

impl Outbox for Vec<Effect> {
    fn put(&mut self, effect: Effect) {
        self.push(effect);
    }
}
