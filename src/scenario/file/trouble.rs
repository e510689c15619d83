//! The table `[[site.trouble]]`: what goes wrong at a host, in which phase of a session, how often.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::fault::{Deed, EnhancedStatus};
use crate::scenario::located::Located;
use crate::scenario::model::TroublePhase;
use crate::scenario::quantity::{Chance, Moment, Volume};
use crate::scenario::text::{Number, Written};

/// What goes wrong at a host, on each session that comes to a phase or on some of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct TroubleTable {
    /// The phase in which it does: `lookup` (of its name), `connect`, `greeting`, `command` (MAIL,
    /// RCPT and DATA), `data` or `final_dot`.
    pub(crate) phase: Written<TroublePhase>,
    /// What it does: `refuse` with a status, `hang` so that nothing more is heard, or `drop` the line;
    /// a look-up and a connection cannot drop.
    pub(crate) does: Written<Deed>,
    /// The enhanced status of a refusal (RFC 3463), for now (4) or for ever (5). Default: by phase,
    /// `lookup` 4.4.3, `connect` 4.4.1, `greeting` 4.3.2, `command` 4.2.0, `data` and `final_dot`
    /// 4.3.0.
    pub(crate) status: Option<Written<EnhancedStatus>>,
    /// After how much of the message the line drops; only for a `drop` in the phase `data`. Default:
    /// 0 B.
    #[schemars(example = "5000B")]
    pub(crate) after: Option<Written<Volume>>,
    /// On which of the occasions it does, counted from 1 over the run; either this or `chance`.
    /// Default: on each.
    #[schemars(example = [1, 3])]
    pub(crate) nth: Option<Located<Vec<Number>>>,
    /// On how many of a hundred occasions it does; either this or `nth`. Default: on each.
    pub(crate) chance: Option<Written<Chance>>,
    /// From when. Default: 0 s.
    pub(crate) from: Option<Written<Moment>>,
    /// Up to and without this time. Default: it never ends.
    pub(crate) until: Option<Written<Moment>>,
}
