//! The table `[expect]`: what a run is held to.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::located::Located;
use crate::scenario::quantity::Length;
use crate::scenario::text::{Number, Written};
use crate::scenario::threshold::Bound;
use crate::scenario::word::{ExhibitName, RuleName};

/// What the run is held to, beside the invariants. Counts are over mail; reports are counted only
/// where a key says so.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct ExpectTable {
    /// The exhibit or canary to run in the place of the production rules; the scenario is passed
    /// when `rule` catches it. Default: the production rules, which must break nothing.
    pub(crate) exhibit: Option<Written<ExhibitName>>,
    /// The rule that must catch the exhibit. Default: none.
    pub(crate) rule: Option<Written<RuleName>>,
    /// By how much a message may end later than its deadline and grace allow; at fidelity `hub` it may
    /// be later by another `persist_delay`, since what is done while a group of records is stored waits
    /// for the next. Default: the `persist_delay` of the hub.
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
    /// Recipients that failed, their sender not wanting to be told. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) suppressed: Option<Number>,
    /// Recipients taken out by an administrator. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) cancelled: Option<Number>,
    /// Recipients not ended when the run was, their obligation not yet due. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) open: Option<Number>,
    /// Reports of every kind that reached their sender. Default: not judged.
    #[schemars(example = 1)]
    pub(crate) reports_delivered: Option<Number>,
    /// Reports of delay that were born. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) delay_notices: Option<Number>,
    /// Reports of relaying that were born. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) relay_notices: Option<Number>,
    /// Messages that the hub refused for now, each time counted. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) refused: Option<Number>,
    /// Second deliveries that a fault excuses. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) duplicates: Option<Number>,
    /// Times that a final dot was sent and its answer was not heard. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) ambiguous: Option<Number>,
    /// Recipients that were acknowledged and that a disk whose syncs lie lost. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) lost: Option<Number>,
    /// Alarms raised. Default: not judged.
    #[schemars(example = 0)]
    pub(crate) alarms: Option<Number>,
    /// Bounds on statistics of the run: `min`, `max`, `mean` or a percentile (`p99`, `p99.9`) of
    /// `time_to_terminal`, `time_to_delivery`, `time_to_return` (bounds are times with a unit),
    /// `attempts`, `waiting`, `connections` (bounds are whole numbers) or `waiting_bytes` (bounds
    /// are sizes with a unit), held to a bound by `<`, `<=`, `==`, `>=` or `>`. Default: none.
    #[schemars(example = ["p99(time_to_terminal) <= 48h5m", "max(waiting) < 10000"])]
    pub(crate) thresholds: Option<Located<Vec<Written<Bound>>>>,
}
