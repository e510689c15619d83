//! The table `[expect]`: what a run is held to.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::quantity::Length;
use crate::scenario::text::{Number, Written};
use crate::scenario::word::{ExhibitName, RuleName};

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
