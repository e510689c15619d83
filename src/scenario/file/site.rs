//! The table `[[site]]`: hosts, when they call, and the line to them.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::choice::Choice;
use crate::scenario::located::Located;
use crate::scenario::quantity::{Chance, Drawn, Interval, Jitter, Length, Moment, Rate, Window};
use crate::scenario::text::{Number, Written};
use crate::scenario::word::{Name, Never};

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
