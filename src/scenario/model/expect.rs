//! What a run is held to, beside the invariants.

use super::threshold::Threshold;
use crate::base::{Rule, Span};

/// What a run is held to, beside the invariants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// The exhibit or canary that the scenario is run with, and the rule that must catch it; the
    /// scenario is passed when it does. None for the production rules, which must break nothing.
    pub caught: Option<(String, Rule)>,
    /// Allowed lateness beyond deadline and grace, as the file has it; see
    /// [`Scenario::slack`](super::Scenario::slack).
    pub slack: Span,
    /// Counts that must come out, over mail (reports are not counted here).
    pub counts: Vec<(Count, u64)>,
    /// Bounds on statistics of the run.
    pub thresholds: Vec<Threshold>,
}

/// A count over the mail of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Recipients accepted.
    Accepted,
    /// Recipients delivered.
    Delivered,
    /// Recipients ended by a non-delivery report.
    Ndr,
    /// Recipients kept as dead letters.
    DeadLetter,
    /// Recipients that failed, their sender not wanting to be told.
    Suppressed,
    /// Recipients taken out by an administrator.
    Cancelled,
    /// Recipients not ended, their obligation not yet due.
    Open,
    /// Reports of every kind that reached their sender.
    ReportsDelivered,
    /// Reports of delay that were born.
    DelayNotices,
    /// Reports of relaying that were born.
    RelayNotices,
    /// Messages that the hub refused for now, each time counted.
    Refused,
    /// Second deliveries that a fault excuses.
    Duplicates,
    /// Times that a final dot was sent and its answer was not heard.
    Ambiguous,
    /// Recipients that were acknowledged and are gone, which a disk whose syncs lie excuses.
    Lost,
    /// Alarms raised.
    Alarms,
}

impl Count {
    /// Every count.
    pub const ALL: [Count; 15] = [
        Count::Accepted,
        Count::Delivered,
        Count::Ndr,
        Count::DeadLetter,
        Count::Suppressed,
        Count::Cancelled,
        Count::Open,
        Count::ReportsDelivered,
        Count::DelayNotices,
        Count::RelayNotices,
        Count::Refused,
        Count::Duplicates,
        Count::Ambiguous,
        Count::Lost,
        Count::Alarms,
    ];

    /// The key in a scenario file: `accepted`, `dead_letter`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Count::Accepted => "accepted",
            Count::Delivered => "delivered",
            Count::Ndr => "ndr",
            Count::DeadLetter => "dead_letter",
            Count::Suppressed => "suppressed",
            Count::Cancelled => "cancelled",
            Count::Open => "open",
            Count::ReportsDelivered => "reports_delivered",
            Count::DelayNotices => "delay_notices",
            Count::RelayNotices => "relay_notices",
            Count::Refused => "refused",
            Count::Duplicates => "duplicates",
            Count::Ambiguous => "ambiguous",
            Count::Lost => "lost",
            Count::Alarms => "alarms",
        }
    }
}
