//! What goes wrong at a host, in which phase of a session and on which occasions.

use crate::base::{Instant, Status};

/// Something that goes wrong at a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// In which phase of a session.
    pub phase: TroublePhase,
    /// What.
    pub does: Does,
    /// On which of the occasions on which a session comes to that phase.
    pub occasions: Occasions,
    /// From when.
    pub from: Instant,
    /// Up to and without this instant.
    pub until: Instant,
}

/// A phase of a session in which something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroublePhase {
    /// The host's name is looked up.
    Lookup,
    /// The connection is opened.
    Connect,
    /// The host greets.
    Greeting,
    /// MAIL, RCPT and DATA.
    Command,
    /// The message goes.
    Data,
    /// The final dot was sent.
    FinalDot,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// It is refused, with this status: class 4 or 5.
    Refuse(Status),
    /// Nothing more is heard.
    Hang,
    /// The line drops; in the phase `Data`, after so many bytes of the message.
    Drop {
        /// How many.
        after_bytes: u64,
    },
}

/// On which occasions something goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasions {
    /// On each.
    All,
    /// On those of these numbers, counted from 1; in order.
    Nth(Vec<u64>),
    /// On so many of a thousand, drawn.
    Chance(u32),
}
