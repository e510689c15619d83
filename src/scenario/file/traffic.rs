//! `[[traffic]]` as it is written: who sends to whom, what, when, and what the envelope asks for.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{ByMode, Priority};
use crate::scenario::calendar::WallClock;
use crate::scenario::choice::{Choice, OneOrMany};
use crate::scenario::envelope::{NoMail, NoNotice, Notice};
use crate::scenario::located::Located;
use crate::scenario::quantity::{Interval, Jitter, Length, Moment};
use crate::scenario::replay::LogPath;
use crate::scenario::text::{Number, Written};
use crate::scenario::varied::{Sizes, Variety};

use crate::scenario::word::{Mailbox, Name, ReversePath};

/// Mail from one sender, or a log of mail from many. Exactly one of `at`, `every`, `poisson`,
/// `bursts`, `on_off` and `replay` says when it arrives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct TrafficTable {
    /// Its name, unlike every other.
    #[schemars(example = &"orders")]
    pub(crate) name: Written<Name>,
    /// The reverse-path: an address whose domain has a route, for reports go there, or `"<>"`; `{n}` is
    /// the number of the site in `to`, and where its domain has fewer sites they take turns. Default: none;
    /// it must be there but for `replay`, whose log has it.
    pub(crate) from: Option<Written<ReversePath>>,
    /// The recipient; `{n}` makes one source of mail for each site that the route is for, called
    /// `orders-17`. A list makes a source for each, called as the site: `orders-branch-17`, or
    /// `orders-branch.1` and so on where several of the list lead to one site. Default:
    /// none; it must be there but for `replay`, whose log has it.
    #[schemars(example = "clerk@branch-{n}.example")]
    pub(crate) to: Option<Located<OneOrMany<Mailbox>>>,
    /// Further recipients of each message, which the hub takes together; `{n}` is as in `from`.
    /// Default: none.
    #[schemars(example = serde_json::json!(["b@office.example", { "to": "c@office.example", "notify": "never" }]))]
    pub(crate) also: Option<Located<Vec<Located<Also>>>>,
    /// Of what the sender wants to be told (RFC 3461 4.1): `"never"`, or a list of `success`,
    /// `failure` and `delay`. Default: of failure and delay, as where no NOTIFY is given.
    #[schemars(example = ["success", "failure"])]
    pub(crate) notify: Option<Located<Notices>>,
    /// By when it is to be delivered, and what is to happen else (RFC 2852). Default: no such wish.
    pub(crate) deliver_by: Option<Located<DeliverByTable>>,
    /// For how long it is not to leave the hub: HOLDFOR (RFC 4865). Default: it may leave at once.
    #[schemars(example = "36h")]
    pub(crate) hold_for: Option<Written<Interval>>,
    /// Until when by the wall clock it is not to leave the hub: HOLDUNTIL (RFC 4865); the clock
    /// begins at `start`. Default: it may leave at once.
    pub(crate) hold_until: Option<Written<WallClock>>,
    /// After how long its sender sends it again when the hub refused it for now, or went down before
    /// it gave its 250. Default: 15 min.
    #[schemars(example = "15m")]
    pub(crate) resend: Option<Written<Interval>>,
    /// The envelope's priority: `urgent`, `normal` or `non-urgent`; a table of weights by which it is
    /// drawn; or, with `at`, a list of one for each message. Default: `normal`.
    pub(crate) priority: Option<Located<Variety<Priority>>>,
    /// The size of each message: one; two with `..` between, from which it is drawn evenly; a table
    /// of weights by which it is drawn; or, with `at`, a list of one for each message. Default: 4 KiB.
    pub(crate) size: Option<Located<Variety<Sizes>>>,
    /// Arrivals at these instants, from each source; `"never"` for a source that sends nothing.
    /// Default: none.
    #[schemars(example = ["0s", "1h"])]
    pub(crate) at: Option<Located<Moments>>,
    /// Arrivals one after the other, from each source. Default: none.
    pub(crate) every: Option<Located<EveryTable>>,
    /// Arrivals at random, independent of one another. Default: none.
    pub(crate) poisson: Option<Located<PoissonTable>>,
    /// Many arrivals close together, time and again, from each source. Default: none.
    pub(crate) bursts: Option<Located<BurstsTable>>,
    /// Arrivals one after the other for a time, then none for a time, again and again, from each
    /// source. Default: none.
    pub(crate) on_off: Option<Located<OnOffTable>>,
    /// Arrivals as a log has them: a CSV file (RFC 4180), its path from the folder of the scenario,
    /// with the columns `at_s` (seconds since the hub was started, with at most six decimals), `from`
    /// (an address; `<>` or nothing where it has no sender), `to` (an address), `size_bytes`,
    /// and, where there is one, `priority` (`normal` where it is empty). Rows may stand in any order.
    /// Each pair of `from` and `to` is a source, called `orders-017` by its rank among the pairs in
    /// the order of their letters. Default: none.
    pub(crate) replay: Option<Written<LogPath>>,
}

/// One more recipient: an address, or a table.
pub(crate) type Also = Choice<Mailbox, AlsoTable>;
/// Of what a sender wants to be told: `"never"`, or a list.
pub(crate) type Notices = Choice<NoNotice, Vec<Written<Notice>>>;
/// When mail arrives: `"never"`, or a list of instants.
pub(crate) type Moments = Choice<NoMail, Vec<Written<Moment>>>;

/// One more recipient of each message.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct AlsoTable {
    /// The recipient.
    pub(crate) to: Written<Mailbox>,
    /// Of what the sender wants to be told about this recipient. Default: as for `to`.
    #[schemars(example = &"never")]
    pub(crate) notify: Option<Located<Notices>>,
}

/// By when a message is to be delivered (RFC 2852).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct DeliverByTable {
    /// How long after it was sent: the by-time.
    #[schemars(example = "2h")]
    pub(crate) within: Written<Interval>,
    /// What is to happen at the by-time: `return` (it is returned, with 5.4.7) or `notify` (its sender
    /// is told, and it is tried on).
    pub(crate) mode: Written<ByMode>,
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

/// Arrivals for a time, none for a time, again and again.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct OnOffTable {
    /// When it is on for the first time, and the first message arrives. Default: 0 s.
    pub(crate) first: Option<Written<Moment>>,
    /// How long it is on.
    #[schemars(example = "8h")]
    pub(crate) on: Written<Interval>,
    /// How long it is off.
    #[schemars(example = "16h")]
    pub(crate) off: Written<Interval>,
    /// The way from one message to the next while on.
    #[schemars(example = "10m")]
    pub(crate) interval: Written<Interval>,
    /// By how much of the interval each way is drawn shorter or longer. Default: 0%.
    pub(crate) jitter: Option<Written<Jitter>>,
    /// How many messages each source sends.
    #[schemars(example = 100, range(min = 1))]
    pub(crate) messages: Number,
}
