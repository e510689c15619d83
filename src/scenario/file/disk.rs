//! The table `[hub.disk]`: what is wrong with the disk on which the hub keeps its spool.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::model::{AtCrash, Syncs};
use crate::scenario::quantity::Volume;
use crate::scenario::text::{Number, Written};

/// The disk on which the hub keeps its spool; it matters at fidelity `hub` alone.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct DiskTable {
    /// What becomes at a crash of what was written and not synced: it is `dropped`, `kept`,
    /// `reordered` (some writes are there, whichever came first) or `torn` (some sectors of some
    /// writes are there). Default: `dropped`.
    pub(crate) at_crash: Option<Written<AtCrash>>,
    /// How much the disk holds; what is written beyond it fails (ENOSPC). Default: no limit.
    #[schemars(example = "256KiB")]
    pub(crate) full_at: Option<Written<Volume>>,
    /// The write of this number fails (EIO), once, counted from 1 over the run. Default: none does.
    #[schemars(example = 17, range(min = 1))]
    pub(crate) fails_at_write: Option<Number>,
    /// What a sync is worth: `honest`, or `lying`, when it is answered and brings nothing to rest.
    /// Default: `honest`.
    pub(crate) syncs: Option<Written<Syncs>>,
}
