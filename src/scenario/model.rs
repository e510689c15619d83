//! A scenario as it is meant: everything named, numbered and in plain units; nothing in it can be
//! wrong any more.
//!
//! It says what was asked for. It holds no queue, draws nothing and judges nothing.

use crate::base::{
    ByMode, Instant, Notify, Order, Priority, RouteId, Rule, SiteId, Span, Status, Target,
};

/// One promise about a hub, and the world in which it is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// What the wall clock says at the start, in microseconds since 1970-01-01T00:00:00Z.
    pub start_unix_us: i64,
    /// In which order independent events of one instant come.
    pub ties: Ties,
    /// How the hub under test is set up.
    pub policy: Policy,
    /// How long a record takes to reach stable storage; nothing: each is there as soon as it is written.
    pub persist_delay: Span,
    /// What befalls the hub at given instants, in order; of equal instants as the file has them.
    pub events: Vec<HubEvent>,
    /// Crashes in the moment in which the record of that number is written, counted from 1 over the
    /// whole run; in order.
    pub crashes_at_record: Vec<(u64, Crash)>,
    /// What hosts say for a node when they do not say their own domains; [`Says::Nodes`] are indices.
    pub nodes: Vec<String>,
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

/// In which order independent events of one instant come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ties {
    /// By what they are, then by number, as `sim` has it written down.
    #[default]
    Fixed,
    /// Shuffled by the seed, those of one site or one source left in their order.
    Shuffled,
}

/// Something that befalls the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubEvent {
    /// When.
    pub at: Instant,
    /// What.
    pub what: Happening,
}

/// What can befall the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It goes down, and is restored.
    Crash(Crash),
    /// It is put to sleep for so long.
    Suspend(Span),
    /// Its wall clock is set forward, or back where negative, by so many microseconds.
    ClockStep(i64),
    /// An administrator orders something.
    Order(Order, Target),
    /// The policy is changed, for mail accepted from then on: the whole of what holds then.
    Reload(Box<Policy>),
    /// An operator lists the queue.
    List,
}

/// How the hub goes down and comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash {
    /// How long it is down.
    pub down: Span,
    /// What is kept of the records not yet acknowledged as persisted.
    pub keep: Keep,
}

/// How many of the records not yet acknowledged survive a crash: always the first so many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// As many as are drawn, from none to all.
    Drawn,
    /// All: the hub was shut down in good order.
    All,
    /// None.
    None,
    /// So many, or all if they are fewer.
    First(u64),
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
    /// Time-out of mail for each [`Priority`], by its number.
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
    /// These nodes, in order, by number in [`Scenario::nodes`]; none at all: it says nothing.
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

/// When a host can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always, but for the outages: from the first instant, up to and without the second, in order.
    Always {
        /// When it cannot be reached.
        outages: Vec<(Instant, Instant)>,
        /// Comes and goes, besides.
        flapping: Option<Flapping>,
    },
    /// Only while it calls.
    OnCall(Calls),
}

/// A host that comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flapping {
    /// How long it can be reached at a time.
    pub up: Span,
    /// How long it cannot.
    pub down: Span,
    /// By how many thousandths each is drawn shorter or longer.
    pub jitter_permille: u32,
    /// It goes down for the first time then.
    pub from: Instant,
    /// It does not go down at or after this instant.
    pub until: Instant,
}

/// When a host calls. An instant is that of its ETRN's arrival at the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Calls {
    /// It never does.
    Never,
    /// At these instants, in order: the run goes on until the last of them.
    At(Vec<Instant>),
    /// By a timetable, written out up to the horizon; the run may end before.
    Timetable {
        /// In order.
        instants: Vec<Instant>,
        /// Each call comes late, by a time drawn evenly between these two.
        late: (Span, Span),
    },
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

/// The way to one domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The domain, as the file has it.
    pub domain: String,
    /// The host that its mail goes to.
    pub site: SiteId,
    /// Held until the host calls, or sent at once.
    pub mode: RouteMode,
    /// The named queue that it belongs to.
    pub queue: Option<String>,
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

/// What may differ from message to message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Varied<T> {
    /// The same for all.
    Same(T),
    /// Drawn evenly between these two.
    Between(T, T),
    /// Drawn from these, each as likely as its weight.
    Weighted(Vec<(T, u32)>),
    /// One for each message, in order.
    Each(Vec<T>),
}

impl Varied<Priority> {
    /// Whether any message may have this one.
    #[must_use]
    pub fn includes(&self, priority: Priority) -> bool {
        match self {
            Varied::Same(only) => *only == priority,
            Varied::Between(first, last) => (*first..=*last).contains(&priority),
            Varied::Weighted(choices) => {
                choices.iter().any(|(it, weight)| *it == priority && *weight > 0)
            }
            Varied::Each(all) => all.contains(&priority),
        }
    }
}

/// Until when a message is not to leave (RFC 4865).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// HOLDFOR: so long after it was sent.
    After(Span),
    /// HOLDUNTIL: this time by the wall clock, in microseconds since 1970-01-01T00:00:00Z.
    AtUnixUs(i64),
}

/// A mailbox and the route of its domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `clerk@branch.example`.
    pub mailbox: String,
    /// The route of its domain.
    pub route: RouteId,
}

/// When the messages of a source reach the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// On for a time, off for a time, again and again; while on, one after the other.
    OnOff {
        /// When it is on for the first time.
        first: Instant,
        /// How long it is on.
        on: Span,
        /// How long it is off.
        off: Span,
        /// The way from one message to the next while on.
        interval: Span,
        /// By how many thousandths of the interval each way is drawn shorter or longer.
        jitter_permille: u32,
        /// How many messages.
        messages: u64,
    },
}

/// What a run is held to, beside the invariants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// The exhibit or canary that the scenario is run with, and the rule that must catch it; the
    /// scenario is passed when it does. None for the production rules, which must break nothing.
    pub caught: Option<(String, Rule)>,
    /// Allowed lateness beyond deadline and grace.
    pub slack: Span,
    /// Counts that must come out, over mail (reports are not counted here).
    pub counts: Vec<(Count, u64)>,
    /// Bounds on statistics of the run.
    pub thresholds: Vec<Threshold>,
}

/// A bound on a statistic: `p99(time_to_terminal) <= 48h5m`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// As the file has it.
    pub text: String,
    /// Which statistic.
    pub statistic: Statistic,
    /// Of what.
    pub metric: Metric,
    /// How it must compare.
    pub relation: Relation,
    /// With what: microseconds, bytes or a count, as the metric has it.
    pub bound: u64,
}

/// A statistic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The mean, rounded down.
    Mean,
    /// The nearest rank of so many hundredths of a percent: 9900 is the 99th percentile.
    Percentile(u32),
}

/// What a statistic is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// From acceptance to the end, whatever it was, of mail.
    TimeToTerminal,
    /// From acceptance to delivery, of mail.
    TimeToDelivery,
    /// From acceptance to the failed report, of mail.
    TimeToReturn,
    /// Tries made for each message that ended.
    Attempts,
    /// Messages that wait, at the run's sampling instants.
    Waiting,
    /// What they weigh together, in bytes.
    WaitingBytes,
    /// Connections open or being opened, at the run's sampling instants.
    Connections,
}

/// How two numbers must compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
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
    /// Recipients that failed, their sender not wanting to be told.
    Suppressed,
    /// Recipients taken out by an administrator.
    Cancelled,
    /// Recipients not ended, their obligation not yet due.
    Open,
    /// Reports of every kind that reached their sender.
    ReportsDelivered,
    /// Reports of delay that were born.
    DelayNotices,
    /// Reports of relaying that were born.
    RelayNotices,
    /// Messages that the hub refused for now, each time counted.
    Refused,
    /// Second deliveries that a fault excuses.
    Duplicates,
    /// Times that a final dot was sent and its answer was not heard.
    Ambiguous,
    /// Alarms raised.
    Alarms,
}

impl Count {
    /// Every count.
    pub const ALL: [Count; 14] = [
        Count::Accepted,
        Count::Delivered,
        Count::Ndr,
        Count::DeadLetter,
        Count::Suppressed,
        Count::Cancelled,
        Count::Open,
        Count::ReportsDelivered,
        Count::DelayNotices,
        Count::RelayNotices,
        Count::Refused,
        Count::Duplicates,
        Count::Ambiguous,
        Count::Alarms,
    ];

    /// The key in a scenario file: `accepted`, `dead_letter`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Count::Accepted => "accepted",
            Count::Delivered => "delivered",
            Count::Ndr => "ndr",
            Count::DeadLetter => "dead_letter",
            Count::Suppressed => "suppressed",
            Count::Cancelled => "cancelled",
            Count::Open => "open",
            Count::ReportsDelivered => "reports_delivered",
            Count::DelayNotices => "delay_notices",
            Count::RelayNotices => "relay_notices",
            Count::Refused => "refused",
            Count::Duplicates => "duplicates",
            Count::Ambiguous => "ambiguous",
            Count::Alarms => "alarms",
        }
    }
}

/// How a run is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
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
