//! The table `[hub]`: the policy to start from, and what is changed in it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::choice::Choice;
use crate::scenario::located::Located;
use crate::scenario::model::PolicyName;
use crate::scenario::quantity::{Interval, Length, Wait};
use crate::scenario::text::{Number, Written};
use crate::scenario::word::NoRetry;

/// A retry ladder: `"none"`, or a list.
pub(crate) type Retry = Choice<NoRetry, Vec<Written<Wait>>>;

/// The hub under test: a named policy, and the keys in which it differs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct HubTable {
    /// The policy to start from: `ims` (the Internet Mail Service of Exchange 5.0 and 5.5) or
    /// `rfc5321` (RFC 5321 4.5.4.1). Default: `ims`.
    pub(crate) policy: Option<Written<PolicyName>>,
    /// Time-out of urgent mail. Default: 24 h with `ims` (a decision: no primary source was found),
    /// 5 d with `rfc5321`.
    pub(crate) timeout_urgent: Option<Written<Interval>>,
    /// Time-out of normal mail. Default: 48 h with `ims` (KB Q184051), 5 d with `rfc5321`.
    pub(crate) timeout_normal: Option<Written<Interval>>,
    /// Time-out of non-urgent mail. Default: 72 h with `ims` (a decision: no primary source was
    /// found), 5 d with `rfc5321`.
    pub(crate) timeout_non_urgent: Option<Written<Interval>>,
    /// Time-out of reports. Default: 48 h with `ims`, 5 d with `rfc5321`.
    pub(crate) timeout_report: Option<Written<Interval>>,
    /// Waits between tries, the last one repeating; `"none"` or `[]` for no second try. Default:
    /// 15 min, 30 min, 1 h, 4 h with `ims` (KB Q146669); 30 min, 1 h, 2 h, 3 h with `rfc5321`.
    #[schemars(example = ["15m", "30m", "1h", "4h"])]
    pub(crate) retry: Option<Located<Retry>>,
    /// How long a transfer that is under way at the deadline may go on; may be nothing. Default:
    /// 20 min.
    pub(crate) transfer_grace: Option<Written<Length>>,
    /// Connections that one route may have open at once. Default: 1.
    #[schemars(example = 1, range(min = 1))]
    pub(crate) connections_per_route: Option<Number>,
    /// Longest wait for a connection to open. Default: 5 min (a decision: the RFC gives none).
    pub(crate) phase_connect: Option<Written<Interval>>,
    /// Longest wait for the greeting. Default: 5 min (RFC 5321 4.5.3.2.1).
    pub(crate) phase_greeting: Option<Written<Interval>>,
    /// Longest wait for an answer to MAIL, RCPT or DATA. Default: 5 min (RFC 5321 4.5.3.2.2).
    pub(crate) phase_command: Option<Written<Interval>>,
    /// Longest wait for one block of data to go. Default: 3 min (RFC 5321 4.5.3.2.5).
    pub(crate) phase_data: Option<Written<Interval>>,
    /// Longest wait for the answer to the final dot. Default: 10 min (RFC 5321 4.5.3.2.6).
    pub(crate) phase_final_dot: Option<Written<Interval>>,
}
