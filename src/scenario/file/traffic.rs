//! The table `[[traffic]]`: mail that arrives, and when.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Priority;
use crate::scenario::choice::OneOrMany;
use crate::scenario::located::Located;
use crate::scenario::quantity::{Interval, Jitter, Length, Moment, Size};
use crate::scenario::text::{Number, Written};
use crate::scenario::word::{Mailbox, Name, ReversePath};

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
