//! A host at the far end of a line: what it asks for, what it offers, and the line itself.

use super::presence::Presence;
use super::trouble::Trouble;
use crate::base::{Instant, Span};

/// A host at the far end of a line. `count = 1000` in a file makes a thousand of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name: `branch`, or `branch-17` where the file says `count`.
    pub name: String,
    /// When the hub can reach it.
    pub presence: Presence,
    /// The line to it.
    pub line: Line,
    /// What it asks for when it calls.
    pub says: Says,
    /// What it offers in its answer to EHLO.
    pub offers: Offers,
    /// What goes wrong at it, the first that fits an occasion first.
    pub troubles: Vec<Trouble>,
}

/// What a host asks for when it calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// Each domain that leads to it, by name.
    EachDomain,
    /// These nodes, in order, by number in [`nodes`](crate::scenario::Scenario::nodes); none at all:
    /// it says nothing.
    Nodes(Vec<u32>),
}

/// What a host offers in its answer to EHLO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// DSN (RFC 3461).
    pub dsn: bool,
    /// DELIVERBY (RFC 2852), with the least time that it takes.
    pub deliver_by: Option<Span>,
}

/// A line, the same in both directions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Bits a second; none for a line that takes no time.
    pub rate_bits_s: Option<u64>,
    /// One way along the line.
    pub delay: Span,
    /// Time that each message takes besides its bytes.
    pub per_message: Span,
    /// How long a call lasts; none where the host hangs up when it has been served.
    pub call_length: Option<Span>,
    /// How long a host that was promised mail (253) waits for a connection before it hangs up.
    pub patience: Span,
    /// Of a thousand calls, how many find the line busy.
    pub busy_permille: u32,
    /// After how long a host that found it busy calls again.
    pub redial: Span,
    /// How often it does so for one call.
    pub redials: u32,
    /// Instants at which the line drops, whatever goes on; in order.
    pub drops_at: Vec<Instant>,
    /// Of a thousand calls, how many drop.
    pub drop_permille: u32,
    /// A call that drops does so at an instant drawn evenly from this long after its beginning.
    pub drop_within: Span,
}
