//! A scenario as it is meant: everything named, numbered and in plain units; nothing in it can be
//! wrong any more.
//!
//! It says what was asked for. It holds no queue, draws nothing and judges nothing.

use crate::base::{Instant, Priority, RouteId, Rule, SiteId, Span};

/// One promise about a hub, and the world in which it is to hold.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Where the file was found, as the user named it, with `/` between the parts.
    pub path: String,
    /// `folder/stem`: the name in reports, `basic/never-calls`.
    pub name: String,
    /// The promise, in one line.
    pub title: String,
    /// Why the scenario exists.
    pub why: String,
    /// The seeds to run it with; at least one.
    pub seeds: Vec<u64>,
    /// When the run is broken off, whatever is still open then.
    pub horizon: Instant,
    /// How the hub under test is set up.
    pub policy: Policy,
    /// The hosts; a [`SiteId`] is an index into this table. Names are unique.
    pub sites: Vec<Site>,
    /// The ways to the domains; a [`RouteId`] is an index into this table. Domains are unique
    /// without regard to case.
    pub routes: Vec<Route>,
    /// Where mail comes from; a message's source is an index into this table. Names are unique.
    pub sources: Vec<Source>,
    /// What the run is held to, beside the invariants.
    pub expect: Expect,
    /// How the run is written down.
    pub record: Record,
}

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
#[derive(Clone, Debug)]
pub struct Policy {
    /// The policy to start from.
    pub name: PolicyName,
    /// The keys that the scenario sets otherwise.
    pub changes: PolicyChanges,
    /// The policy as plain numbers.
    pub terms: Terms,
}

/// The keys of a policy that a scenario set; the others are as the named policy has them.
#[derive(Clone, Debug, Default)]
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
    /// Connections that one route may have open at once.
    pub connections_per_route: Option<u32>,
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
    /// Time-out of mail for each [`Priority`], by its number.
    pub timeout: [Span; 3],
    /// Time-out of reports.
    pub timeout_report: Span,
    /// Waits between tries, the last one repeating; empty for no second try.
    pub retry: Vec<Span>,
    /// How long a transfer under way at the deadline may go on.
    pub transfer_grace: Span,
}

/// A host at the far end of a line. `count = 1000` in a file makes a thousand of them.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name: `branch`, or `branch-17` where the file says `count`.
    pub name: String,
    /// When the hub can reach it.
    pub presence: Presence,
    /// The line to it.
    pub line: Line,
}

/// When a host can be reached.
#[derive(Clone, Debug)]
pub enum Presence {
    /// Always, but for the outages: from the first instant, up to and without the second, in order.
    Always {
        /// When it cannot be reached.
        outages: Vec<(Instant, Instant)>,
    },
    /// Only while it calls.
    OnCall(Calls),
}

/// When a host calls. An instant is that of its ETRN's arrival at the hub.
#[derive(Clone, Debug)]
pub enum Calls {
    /// It never does.
    Never,
    /// At these instants, in order.
    At(Vec<Instant>),
    /// Again and again.
    Every {
        /// The first call is drawn evenly from the first instant up to and with the second.
        first: (Instant, Instant),
        /// The way from one call to the next.
        interval: Span,
        /// By how many thousandths of the interval each way is drawn shorter or longer.
        jitter_permille: u32,
        /// No call at or after this instant.
        until: Instant,
    },
}

/// A line, the same in both directions.
#[derive(Clone, Debug)]
pub struct Line {
    /// Bits a second; none for a line that takes no time.
    pub rate_bits_s: Option<u64>,
    /// One way along the line.
    pub delay: Span,
    /// Time that each message takes besides its bytes.
    pub per_message: Span,
    /// How long a call lasts; none where the host hangs up when it has been served.
    pub call_length: Option<Span>,
    /// Of a thousand calls, how many drop.
    pub drop_permille: u32,
    /// A call that drops does so at an instant drawn evenly from this long after its beginning.
    pub drop_within: Span,
}

/// The way to one domain.
#[derive(Clone, Debug)]
pub struct Route {
    /// The domain, as the file has it.
    pub domain: String,
    /// The host that its mail goes to.
    pub site: SiteId,
    /// Held until the host calls, or sent at once.
    pub mode: RouteMode,
}

/// What the hub does with mail for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteMode {
    /// Holds it until the host sends ETRN (RFC 1985).
    Held,
    /// Sends it at once, and again by the retry ladder.
    Direct,
}

/// One stream of mail: one sender, one recipient.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name: `orders`, or `orders-17` where its recipient's site is one of many.
    pub name: String,
    /// The reverse-path; none for `<>`.
    pub sender: Option<Address>,
    /// The recipient.
    pub recipient: Address,
    /// The envelope's priority.
    pub priority: Priority,
    /// The size of each message, in bytes.
    pub size_bytes: u32,
    /// When its messages arrive.
    pub arrivals: Arrivals,
}

/// A mailbox and the route of its domain.
#[derive(Clone, Debug)]
pub struct Address {
    /// `clerk@branch.example`.
    pub mailbox: String,
    /// The route of its domain.
    pub route: RouteId,
}

/// When the messages of a source reach the hub.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// At these instants, in order; one instant may stand more than once.
    At(Vec<Instant>),
    /// One after the other.
    Every {
        /// The first.
        first: Instant,
        /// The way from one to the next.
        interval: Span,
        /// By how many thousandths of the interval each way is drawn shorter or longer.
        jitter_permille: u32,
        /// How many.
        messages: u64,
    },
    /// At random, independent of one another.
    Poisson {
        /// From when.
        from: Instant,
        /// Up to and without this instant.
        until: Instant,
        /// The mean way from one to the next.
        mean: Span,
    },
    /// Many close together, time and again.
    Bursts {
        /// When each burst begins, in order.
        at: Vec<Instant>,
        /// Messages in each.
        messages: u64,
        /// The way from one message of a burst to the next.
        spacing: Span,
    },
}

/// What a run is held to, beside the invariants.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The exhibit or canary that the scenario is run with, and the rule that must catch it; the
    /// scenario is passed when it does. None for the production rules, which must break nothing.
    pub caught: Option<(String, Rule)>,
    /// Allowed lateness beyond deadline and grace.
    pub slack: Span,
    /// Counts that must come out, over mail (reports are not counted here).
    pub counts: Vec<(Count, u64)>,
}

/// A count over the mail of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Recipients accepted.
    Accepted,
    /// Recipients delivered.
    Delivered,
    /// Recipients ended by a non-delivery report.
    Ndr,
    /// Recipients kept as dead letters.
    DeadLetter,
    /// Recipients not ended, their obligation not yet due.
    Open,
    /// Reports of every kind that reached their sender.
    ReportsDelivered,
}

impl Count {
    /// Every count.
    pub const ALL: [Count; 6] = [
        Count::Accepted,
        Count::Delivered,
        Count::Ndr,
        Count::DeadLetter,
        Count::Open,
        Count::ReportsDelivered,
    ];

    /// The key in a scenario file: `accepted`, `dead_letter`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Count::Accepted => "accepted",
            Count::Delivered => "delivered",
            Count::Ndr => "ndr",
            Count::DeadLetter => "dead_letter",
            Count::Open => "open",
            Count::ReportsDelivered => "reports_delivered",
        }
    }
}

/// How a run is written down.
#[derive(Clone, Debug)]
pub struct Record {
    /// Which rows of `messages.csv` are kept.
    pub csv: CsvRows,
    /// The way between two rows of `timeseries.csv`.
    pub sample_interval: Span,
}

/// Which rows of `messages.csv` are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvRows {
    /// None: the counts alone are kept.
    None,
    /// Those of messages that were not delivered or broke a rule.
    Failed,
    /// Every one.
    All,
}
