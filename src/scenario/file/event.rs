//! The table `[[event]]`: what befalls the hub at an instant, and what an administrator orders.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ReloadTable;
use crate::scenario::fault::{Aim, All};
use crate::scenario::located::Located;
use crate::scenario::model::Keep;
use crate::scenario::quantity::{Interval, Length, Moment, Step};
use crate::scenario::text::{Number, Written};

/// One thing that befalls the hub; of those of one instant the one that stands first comes first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct EventTable {
    /// When. Default: none; only a crash may have `at_record` in its place.
    #[schemars(example = "30h")]
    pub(crate) at: Option<Written<Moment>>,
    /// The hub crashes in the moment in which it writes the record of this number, counted from 1
    /// over the whole run; only for `crash`. Default: none.
    #[schemars(example = 17, range(min = 1))]
    pub(crate) at_record: Option<Number>,
    /// The hub goes down and is restored from what reached stable storage. Default: it does not.
    pub(crate) crash: Option<Located<CrashTable>>,
    /// The hub is put to sleep for so long; its clock goes on. Default: it is not.
    #[schemars(example = "20m")]
    pub(crate) suspend: Option<Written<Interval>>,
    /// The wall clock is set forward by so much, or back where it is negative. Default: it is not.
    pub(crate) clock_step: Option<Written<Step>>,
    /// No further connections are opened, to `"all"` or to one domain. Default: no such order.
    #[schemars(example = "branch.example")]
    pub(crate) pause: Option<Written<Aim>>,
    /// Connections are opened again, to `"all"` or to one domain. Default: no such order.
    #[schemars(example = "branch.example")]
    pub(crate) resume: Option<Written<Aim>>,
    /// What is there now is held until it is released: `"all"`, all for one domain, or one message,
    /// called by its source and its number from 1 (`orders#3`; `orders#3+1` is its second
    /// recipient). Default: no such order.
    #[schemars(example = &"orders#3")]
    pub(crate) hold: Option<Written<Aim>>,
    /// What is held may go again: `"all"`, all for one domain, or one message. Default: no such
    /// order.
    #[schemars(example = &"orders#3")]
    pub(crate) release: Option<Written<Aim>>,
    /// Messages are taken out, and nobody is told: `"all"`, all for one domain, or one message.
    /// Default: no such order.
    #[schemars(example = &"orders#3")]
    pub(crate) cancel: Option<Written<Aim>>,
    /// Messages are returned as though their time were up: `"all"`, all for one domain, or one
    /// message. Default: no such order.
    #[schemars(example = &"orders#3")]
    pub(crate) expire: Option<Written<Aim>>,
    /// Mail is delivered as though its host had called: `"all"`, or that for one domain. Default: no
    /// such order.
    #[schemars(example = "branch.example")]
    pub(crate) flush: Option<Written<Aim>>,
    /// The policy changes in these keys. Default: it does not.
    pub(crate) reload: Option<Located<ReloadTable>>,
    /// An operator lists the queue. Default: nobody does.
    pub(crate) list: Option<Written<All>>,
}

/// How the hub goes down and comes back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct CrashTable {
    /// How long it is down; may be nothing. Default: 1 min.
    #[schemars(example = "10m")]
    pub(crate) down: Option<Written<Length>>,
    /// How many of the records that are not yet in stable storage survive, always the first of
    /// them: a number that is `drawn`, `all`, `none`, or so many. Default: `drawn`.
    #[schemars(example = &"drawn")]
    pub(crate) keep: Option<Written<Keep>>,
}
