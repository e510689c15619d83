//! A scenario file as it is written: every key, what it means, its unit and its default.
//!
//! In: TOML. Out: the same as tables and texts with their places; `restante schema` prints these
//! comments. Nothing is read further than "a text", "a whole number", "a list": times, names and
//! sums are read in `meaning`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::choice::{Choice, OneOrMany};
use super::located::Located;
use super::model::{CsvRows, PolicyName, RouteMode};
use super::quantity::{Chance, Drawn, Interval, Jitter, Length, Moment, Rate, Size, Wait, Window};
use super::text::{Number, Written};
use super::word::{
    Domain, ExhibitName, Mailbox, Name, Never, NoRetry, Prose, ReversePath, RuleName,
};
use crate::base::Priority;

/// One promise about a hub that holds mail for hosts until they call, and the world in which it is
/// to hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(title = "restante scenario")]
pub(crate) struct File {
    /// The promise, in one line.
    pub(crate) title: Written<Prose>,
    /// Why the scenario exists: the article, RFC section or decision that it holds the hub to.
    #[schemars(example = "KB Q184051: mail held for ETRN must be returned at its time-out.")]
    pub(crate) why: Written<Prose>,
    /// The seeds to run it with, each once. Default: `[1]`.
    #[schemars(example = [1, 2, 3], length(min = 1))]
    pub(crate) seeds: Option<Located<Vec<Number>>>,
    /// When the run is broken off, since the hub was started. Default: the last possible arrival,
    /// and twice the longest time-out with its grace, the slack and 1 h after it.
    pub(crate) horizon: Option<Written<Moment>>,
    /// The hub under test. Default: the policy `ims`, unchanged.
    pub(crate) hub: Option<HubTable>,
    /// Hosts at the far end of a line. Default: none.
    #[serde(default)]
    pub(crate) site: Vec<Located<SiteTable>>,
    /// The way to one domain, or to one for each of many sites.
    pub(crate) route: Vec<Located<RouteTable>>,
    /// Mail that arrives.
    pub(crate) traffic: Vec<Located<TrafficTable>>,
    /// What the run is held to, beside the invariants. Default: nothing more.
    pub(crate) expect: Option<Located<ExpectTable>>,
    /// How the run is written down. Default: every row.
    pub(crate) report: Option<ReportTable>,
}

/// The hub under test: a named policy, and the keys in which it differs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct HubTable {
    /// The policy to start from: `ims` (the Internet Mail Service of Exchange 5.0 and 5.5) or
    /// `rfc5321` (RFC 5321 4.5.4.1). Default: `ims`.
    pub(crate) policy: Option<Written<PolicyName>>,
    /// Time-out of urgent mail. Default: 24 h with `ims` (a decision: no primary source was found),
    /// 5 d with `rfc5321`.
    pub(crate) timeout_urgent: Option<Written<Interval>>,
    /// Time-out of normal mail. Default: 48 h with `ims` (KB Q184051), 5 d with `rfc5321`.
    pub(crate) timeout_normal: Option<Written<Interval>>,
    /// Time-out of non-urgent mail. Default: 72 h with `ims` (a decision: no primary source was
    /// found), 5 d with `rfc5321`.
    pub(crate) timeout_non_urgent: Option<Written<Interval>>,
    /// Time-out of reports. Default: 48 h with `ims`, 5 d with `rfc5321`.
    pub(crate) timeout_report: Option<Written<Interval>>,
    /// Waits between tries, the last one repeating; `"none"` or `[]` for no second try. Default:
    /// 15 min, 30 min, 1 h, 4 h with `ims` (KB Q146669); 30 min, 1 h, 2 h, 3 h with `rfc5321`.
    #[schemars(example = ["15m", "30m", "1h", "4h"])]
    pub(crate) retry: Option<Located<Retry>>,
    /// How long a transfer that is under way at the deadline may go on; may be nothing. Default:
    /// 20 min.
    pub(crate) transfer_grace: Option<Written<Length>>,
    /// Connections that one route may have open at once. Default: 1.
    #[schemars(example = 1, range(min = 1))]
    pub(crate) connections_per_route: Option<Number>,
    /// Longest wait for a connection to open. Default: 5 min (a decision: the RFC gives none).
    pub(crate) phase_connect: Option<Written<Interval>>,
    /// Longest wait for the greeting. Default: 5 min (RFC 5321 4.5.3.2.1).
    pub(crate) phase_greeting: Option<Written<Interval>>,
    /// Longest wait for an answer to MAIL, RCPT or DATA. Default: 5 min (RFC 5321 4.5.3.2.2).
    pub(crate) phase_command: Option<Written<Interval>>,
    /// Longest wait for one block of data to go. Default: 3 min (RFC 5321 4.5.3.2.5).
    pub(crate) phase_data: Option<Written<Interval>>,
    /// Longest wait for the answer to the final dot. Default: 10 min (RFC 5321 4.5.3.2.6).
    pub(crate) phase_final_dot: Option<Written<Interval>>,
}

/// A host at the far end of a line, or many that are alike.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct SiteTable {
    /// Its name, unlike every other.
    pub(crate) name: Written<Name>,
    /// How many there are; more than one are called `branch-1`, `branch-2` and so on, the numbers
    /// filled up with zeros to one width. Default: 1.
    #[schemars(example = 1_000, range(min = 1))]
    pub(crate) count: Option<Number>,
    /// When it calls: `"never"`, `{ at = [..] }` or `{ every = .. }`. A call's instant is that of
    /// its ETRN's arrival at the hub. Default: it does not call, it is always on the line.
    #[schemars(example = &"never")]
    pub(crate) calls: Option<Located<Calls>>,
    /// When it cannot be reached, in order; only for a site that is always on the line. Default:
    /// never.
    #[schemars(example = ["1h..3h"])]
    pub(crate) outages: Option<Located<Vec<Written<Window>>>>,
    /// The line to it. Default: a line that takes no time and never fails.
    pub(crate) line: Option<Located<LineTable>>,
}

/// When a site calls: `"never"`, or a table.
pub(crate) type Calls = Choice<Never, CallsTable>;
/// A retry ladder: `"none"`, or a list.
pub(crate) type Retry = Choice<NoRetry, Vec<Written<Wait>>>;
/// When a site calls.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct CallsTable {
    /// The instants of its calls; either this or `every`. Default: none.
    #[schemars(example = ["36h", "48h - 1us"])]
    pub(crate) at: Option<Located<Vec<Written<Moment>>>>,
    /// The way from one call to the next; either this or `at`. Default: none.
    pub(crate) every: Option<Written<Interval>>,
    /// By how much of the interval each way is drawn shorter or longer. Default: 0%.
    pub(crate) jitter: Option<Written<Jitter>>,
    /// The first call: a time, or two between which it is drawn evenly. Default: one interval after
    /// the start.
    pub(crate) first: Option<Written<Drawn>>,
    /// No call at or after this time. Default: it never ends.
    #[schemars(example = "14d")]
    pub(crate) until: Option<Written<Moment>>,
}

/// A line, the same in both directions.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct LineTable {
    /// Bits a second. Default: so many that a message's bytes take no time.
    pub(crate) rate: Option<Written<Rate>>,
    /// One way along the line. Default: 0 s.
    #[schemars(example = "150ms")]
    pub(crate) delay: Option<Written<Length>>,
    /// Time that each message takes besides its bytes. Default: 0 s.
    #[schemars(example = "0.2s")]
    pub(crate) per_message: Option<Written<Length>>,
    /// How long a call lasts; only for a site with `calls`. Default: the host hangs up when it has
    /// been served.
    #[schemars(example = "10m")]
    pub(crate) call_length: Option<Written<Interval>>,
    /// How many of a hundred calls drop; only for a site with `calls`. Default: 0%.
    pub(crate) drop: Option<Written<Chance>>,
    /// A call that drops does so at an instant drawn evenly from this long after its beginning.
    /// Default: 5 min.
    #[schemars(example = "5m")]
    pub(crate) drop_within: Option<Written<Interval>>,
}

/// The way to one domain; `{n}` in the domain makes one for each of a site's `count`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct RouteTable {
    /// The domain, unlike every other whatever the case of its letters; `{n}` stands for the number
    /// of the site.
    pub(crate) domain: Written<Domain>,
    /// The site that its mail goes to. Default: for a direct route a host of its own, called as the
    /// domain, that is always on a line that takes no time; a held route must name one.
    pub(crate) site: Option<Written<Name>>,
    /// Whether the hub holds the mail until the site calls (`held`: the site needs `calls`), or sends
    /// it at once and tries again by the retry ladder (`direct`).
    pub(crate) mode: Written<RouteMode>,
}

/// Mail from one sender; exactly one of `at`, `every`, `poisson` and `bursts` says when it arrives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct TrafficTable {
    /// Its name, unlike every other.
    #[schemars(example = &"orders")]
    pub(crate) name: Written<Name>,
    /// The reverse-path: an address whose domain has a route, for reports go there, or `"<>"`.
    pub(crate) from: Written<ReversePath>,
    /// The recipient; `{n}` makes one source of mail for each site that the route is for, called
    /// `orders-17`. A list makes a source for each, called as the site: `orders-branch-17`.
    #[schemars(example = "clerk@branch-{n}.example")]
    pub(crate) to: Located<OneOrMany<Mailbox>>,
    /// The envelope's priority: `urgent`, `normal` or `non-urgent`. Default: `normal`.
    pub(crate) priority: Option<Written<Priority>>,
    /// The size of each message. Default: 4 KiB.
    pub(crate) size: Option<Written<Size>>,
    /// Arrivals at these instants, from each source. Default: none.
    #[schemars(example = ["0s", "1h"])]
    pub(crate) at: Option<Located<Vec<Written<Moment>>>>,
    /// Arrivals one after the other, from each source. Default: none.
    pub(crate) every: Option<Located<EveryTable>>,
    /// Arrivals at random, independent of one another. Default: none.
    pub(crate) poisson: Option<Located<PoissonTable>>,
    /// Many arrivals close together, time and again, from each source. Default: none.
    pub(crate) bursts: Option<Located<BurstsTable>>,
}

/// Arrivals one after the other.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct EveryTable {
    /// The first arrival. Default: 0 s.
    pub(crate) first: Option<Written<Moment>>,
    /// The way from one to the next.
    pub(crate) interval: Written<Interval>,
    /// By how much of the interval each way is drawn shorter or longer. Default: 0%.
    pub(crate) jitter: Option<Written<Jitter>>,
    /// How many messages each source sends.
    #[schemars(example = 24, range(min = 1))]
    pub(crate) messages: Number,
}

/// Arrivals at random, independent of one another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct PoissonTable {
    /// How many messages are expected from `from` to `until`, over all sources together; how many
    /// there are is drawn.
    #[schemars(example = 20_000, range(min = 1))]
    pub(crate) messages: Number,
    /// From when. Default: 0 s.
    pub(crate) from: Option<Written<Moment>>,
    /// Up to and without this time.
    pub(crate) until: Written<Moment>,
}

/// Many arrivals close together, time and again.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct BurstsTable {
    /// When each burst begins.
    #[schemars(example = ["1h"])]
    pub(crate) at: Located<Vec<Written<Moment>>>,
    /// How many messages each source sends in each burst.
    #[schemars(example = 500, range(min = 1))]
    pub(crate) messages: Number,
    /// The way from one message of a burst to the next. Default: 0 s.
    pub(crate) spacing: Option<Written<Length>>,
}

/// What the run is held to, beside the invariants. Counts are over mail; reports are not in them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct ExpectTable {
    /// The exhibit or canary to run in the place of the production rules; the scenario is passed
    /// when `rule` catches it. Default: the production rules, which must break nothing.
    pub(crate) exhibit: Option<Written<ExhibitName>>,
    /// The rule that must catch the exhibit. Default: none.
    pub(crate) rule: Option<Written<RuleName>>,
    /// By how much a message may end later than its deadline and grace allow. Default: 0 s.
    #[schemars(example = "0s")]
    pub(crate) slack: Option<Written<Length>>,
    /// Recipients accepted. Default: not judged.
    #[schemars(example = 1)]
    pub(crate) accepted: Option<Number>,
    /// Recipients delivered. Default: not judged.
    #[schemars(example = 1)]
    pub(crate) delivered: Option<Number>,
    /// Recipients ended by a non-delivery report. Default: not judged.
    #[schemars(example = 1)]
    pub(crate) ndr: Option<Number>,
    /// Recipients kept as dead letters. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) dead_letter: Option<Number>,
    /// Recipients not ended when the run was, their obligation not yet due. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) open: Option<Number>,
    /// Reports of every kind that reached their sender. Default: not judged.
    #[schemars(example = 1)]
    pub(crate) reports_delivered: Option<Number>,
}

/// How the run is written down.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct ReportTable {
    /// Which rows of `messages.csv` are kept: `none`, `failed` (what was not delivered or broke a
    /// rule) or `all`. Default: `all`.
    pub(crate) csv: Option<Written<CsvRows>>,
    /// The way between two rows of `timeseries.csv`. Default: the least of 1 s, 10 s, 1 min, 5 min,
    /// 15 min, 30 min, 1 h, 2 h, 6 h, 12 h, 1 d, 2 d, 4 d and so on that gives at most 400 rows.
    #[schemars(example = "1h")]
    pub(crate) sample_interval: Option<Written<Interval>>,
}
