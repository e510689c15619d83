//! A stream of mail: who sends it to whom, what its envelopes ask for, and when it comes.

use super::arrivals::Arrivals;
use super::route::Address;
use super::varied::Varied;
use crate::base::{ByMode, Notify, Priority, Span};

/// One stream of mail: one sender, one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name: `orders`, or `orders-17` where its recipient's site is one of many.
    pub name: String,
    /// The reverse-path; none for `<>`.
    pub sender: Option<Address>,
    /// The recipients of each message, in order; at least one.
    pub recipients: Vec<Recipient>,
    /// The envelope's priority.
    pub priority: Varied<Priority>,
    /// The size of each message, in bytes.
    pub size_bytes: Varied<u32>,
    /// When its messages arrive.
    pub arrivals: Arrivals,
    /// Until when each is not to leave (RFC 4865); none: it may at once.
    pub release: Option<Release>,
    /// How long after it was sent each is to be delivered, and what is to happen else (RFC 2852).
    pub deliver_by: Option<(Span, ByMode)>,
    /// After how long a message that the hub refused for now, or gave no 250, is sent again.
    pub resend: Span,
}

impl Source {
    /// The first recipient.
    #[must_use]
    pub fn recipient(&self) -> &Address {
        &self.recipients[0].address
    }
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub address: Address,
    /// Of what the sender wants to be told (RFC 3461).
    pub notify: Notify,
}

/// Until when a message is not to leave (RFC 4865).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// HOLDFOR: so long after it was sent.
    After(Span),
    /// HOLDUNTIL: this time by the wall clock, in microseconds since 1970-01-01T00:00:00Z.
    AtUnixUs(i64),
}
