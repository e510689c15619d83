//! How the hub under test is set up: a named policy, what is changed in it, and what it comes to.

use crate::base::Span;

/// The two named policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyName {
    /// The Internet Mail Service of Exchange 5.0 and 5.5.
    Ims,
    /// What RFC 5321 4.5.4.1 recommends.
    Rfc5321,
}

/// A named policy with single keys changed.
///
/// `changes` is what the file said; `terms` is what it comes to by the judge's own tables. The queue
/// is set up from the name and the changes by its own tables, so that a slip in either shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The policy to start from.
    pub name: PolicyName,
    /// The keys that the scenario sets otherwise.
    pub changes: PolicyChanges,
    /// The policy as plain numbers.
    pub terms: Terms,
}

/// The keys of a policy that a scenario set; the others are as the named policy has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyChanges {
    /// Time-out of urgent mail.
    pub timeout_urgent: Option<Span>,
    /// Time-out of normal mail.
    pub timeout_normal: Option<Span>,
    /// Time-out of non-urgent mail.
    pub timeout_non_urgent: Option<Span>,
    /// Time-out of reports.
    pub timeout_report: Option<Span>,
    /// Waits between tries, the last one repeating; empty for no second try.
    pub retry: Option<Vec<Span>>,
    /// How long a transfer under way at the deadline may go on.
    pub transfer_grace: Option<Span>,
    /// After how long the sender of held mail is told; none: never.
    pub delay_notice_held: Option<Option<Span>>,
    /// After how long the sender of mail on a direct route is told; none: never.
    pub delay_notice_direct: Option<Option<Span>>,
    /// Connections that one route may have open at once.
    pub connections_per_route: Option<u32>,
    /// Connections that all routes to one site may have open at once.
    pub connections_per_site: Option<u32>,
    /// Connections that may be open at once.
    pub connections: Option<u32>,
    /// Messages that may wait.
    pub limit_messages: Option<u32>,
    /// What they may weigh together, in bytes.
    pub limit_size_bytes: Option<u64>,
    /// How many of the messages are kept for reports.
    pub reserve_messages: Option<u32>,
    /// How much of the size is kept for reports, in bytes.
    pub reserve_size_bytes: Option<u64>,
    /// Longest wait for a connection to open.
    pub phase_connect: Option<Span>,
    /// Longest wait for the greeting (RFC 5321 4.5.3.2.1).
    pub phase_greeting: Option<Span>,
    /// Longest wait for an answer to MAIL, RCPT or DATA (RFC 5321 4.5.3.2.2 to 4.5.3.2.4).
    pub phase_command: Option<Span>,
    /// Longest wait for one block of data to go (RFC 5321 4.5.3.2.5).
    pub phase_data: Option<Span>,
    /// Longest wait for the answer to the final dot (RFC 5321 4.5.3.2.6).
    pub phase_final_dot: Option<Span>,
}

/// What the judge holds a hub to, in plain numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Time-out of mail for each [`Priority`](crate::base::Priority), by its number.
    pub timeout: [Span; 3],
    /// Time-out of reports.
    pub timeout_report: Span,
    /// Waits between tries, the last one repeating; empty for no second try.
    pub retry: Vec<Span>,
    /// How long a transfer under way at the deadline may go on.
    pub transfer_grace: Span,
    /// After how long the sender of held mail is told; none: never.
    pub delay_notice_held: Option<Span>,
    /// After how long the sender of mail on a direct route is told; none: never.
    pub delay_notice_direct: Option<Span>,
    /// Connections that one route may have open at once.
    pub connections_per_route: u32,
    /// Connections that all routes to one site may have open at once; none: no limit.
    pub connections_per_site: Option<u32>,
    /// Connections that may be open at once; none: no limit.
    pub connections: Option<u32>,
    /// How long a peer may stay silent before it has greeted: the opening, then the greeting.
    pub phase_before_greeting: [Span; 2],
}
