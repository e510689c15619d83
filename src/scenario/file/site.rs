//! The table `[[site]]`: hosts, when they call, and the line to them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::TroubleTable;
use crate::scenario::calendar::{WeekTime, Zone};
use crate::scenario::choice::Choice;
use crate::scenario::located::Located;
use crate::scenario::quantity::{Chance, Drawn, Interval, Jitter, Length, Moment, Rate, Window};
use crate::scenario::text::{Number, Written};
use crate::scenario::word::{Name, Never, Node, Offer};

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
    /// When it calls: `"never"`, `{ at = [..] }`, `{ every = .. }` or `{ timetable = [..] }`. A
    /// call's instant is that of its ETRN's arrival at the hub. Default: it does not call, it is
    /// always on the line.
    #[schemars(example = &"never")]
    pub(crate) calls: Option<Located<Calls>>,
    /// When it cannot be reached, in order; only for a site that is always on the line. Default:
    /// never.
    #[schemars(example = ["1h..3h"])]
    pub(crate) outages: Option<Located<Vec<Written<Window>>>>,
    /// How it comes and goes, besides its outages; only for a site that is always on the line.
    /// Default: it does not.
    pub(crate) flapping: Option<Located<FlappingTable>>,
    /// What it asks for on a call, one ETRN (RFC 1985) for each text, in this order: a domain,
    /// `@domain` for it and all below it, `#queue` for a named queue, or whatever else it is to say.
    /// `{n}` stands for the number of the site; `[]` is a host that says nothing. Default: each of
    /// its domains, by name.
    #[schemars(example = ["branch.example", "@example", "#night"])]
    pub(crate) says: Option<Located<Vec<Written<Node>>>>,
    /// What it offers in its answer to EHLO: `DSN` (RFC 3461), `DELIVERBY` (RFC 2852), which may have
    /// the least time in seconds that it takes. Default: nothing.
    #[schemars(example = ["DSN", "DELIVERBY 120"])]
    pub(crate) offers: Option<Located<Vec<Written<Offer>>>>,
    /// What goes wrong at it; where several fit, the first does. Default: nothing.
    #[serde(default)]
    pub(crate) trouble: Vec<Located<TroubleTable>>,
    /// The line to it. Default: a line that takes no time and never fails.
    pub(crate) line: Option<Located<LineTable>>,
}

/// When a site calls: `"never"`, or a table.
pub(crate) type Calls = Choice<Never, CallsTable>;

/// When a site calls.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct CallsTable {
    /// The instants of its calls; only one of this, `every` and `timetable`. Default: none.
    #[schemars(example = ["36h", "48h - 1us"])]
    pub(crate) at: Option<Located<Vec<Written<Moment>>>>,
    /// The way from one call to the next; only one of this, `at` and `timetable`. Default: none.
    pub(crate) every: Option<Written<Interval>>,
    /// The times of the week at which it calls, by the wall clock: days and a time of the day; only
    /// one of this, `at` and `every`. A time that a change of the clocks skips comes later by what is
    /// skipped; one that comes twice counts once, the earlier. Default: none.
    #[schemars(example = ["mon-fri 08:00", "sat,sun 10:30", "daily 22:00:30"])]
    pub(crate) timetable: Option<Located<Vec<Written<WeekTime>>>>,
    /// The time zone of the timetable, by its name in the IANA database. Default: `UTC`.
    pub(crate) zone: Option<Written<Zone>>,
    /// How late each call of the timetable comes: a time, or two between which it is drawn evenly.
    /// Default: 0 s.
    #[schemars(example = "0s..30m")]
    pub(crate) late: Option<Written<Drawn>>,
    /// With `every`, by how much of the interval each way is drawn shorter or longer. Default:
    /// 0%.
    pub(crate) jitter: Option<Written<Jitter>>,
    /// With `every`, the first call: a time, or two between which it is drawn evenly. Default: one
    /// interval after the start.
    pub(crate) first: Option<Written<Drawn>>,
    /// No call at or after this time; not with `at`. Default: it never ends.
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
    /// How long a host that was promised mail (253) waits for a connection before it hangs up; only
    /// for a site with `calls`. Default: 1 min.
    #[schemars(example = "1m")]
    pub(crate) patience: Option<Written<Interval>>,
    /// How many of a hundred calls find the line busy, those that are made again too; only for a
    /// site with `calls`. Default: 0%.
    pub(crate) busy: Option<Written<Chance>>,
    /// After how long a host that found the line busy calls again. Default: 2 min.
    #[schemars(example = "2m")]
    pub(crate) redial: Option<Written<Interval>>,
    /// How often a host that found the line busy calls again for one call. Default: 3.
    #[schemars(example = 3)]
    pub(crate) redials: Option<Number>,
    /// When the line drops, whatever goes on. Default: never.
    #[schemars(example = ["1h"])]
    pub(crate) drops_at: Option<Located<Vec<Written<Moment>>>>,
    /// How many of a hundred calls drop; only for a site with `calls`. Default: 0%.
    pub(crate) drop: Option<Written<Chance>>,
    /// A call that drops does so at an instant drawn evenly from this long after its beginning.
    /// Default: 5 min.
    #[schemars(example = "5m")]
    pub(crate) drop_within: Option<Written<Interval>>,
}

/// A host that comes and goes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct FlappingTable {
    /// How long it can be reached at a time.
    #[schemars(example = "10m")]
    pub(crate) up: Written<Interval>,
    /// How long it cannot.
    #[schemars(example = "2m")]
    pub(crate) down: Written<Interval>,
    /// By how much of its length each time is drawn shorter or longer. Default: 0%.
    pub(crate) jitter: Option<Written<Jitter>>,
    /// When it goes down for the first time. Default: when it has been up once, since the start.
    #[schemars(example = "1h")]
    pub(crate) from: Option<Written<Moment>>,
    /// It does not go down at or after this time. Default: it never ends.
    #[schemars(example = "3d")]
    pub(crate) until: Option<Written<Moment>>,
}
