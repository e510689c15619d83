//! The table `[hub]`: the policy to start from, and what is changed in it, at the start or later.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Value;

use super::DiskTable;
use crate::scenario::choice::Choice;
use crate::scenario::located::Located;
use crate::scenario::model::PolicyName;
use crate::scenario::quantity::{Interval, IntervalOrNever, Length, Volume, Wait};
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
    /// Connections that all routes to one site may have open at once. Default: no limit.
    #[schemars(example = 2, range(min = 1))]
    pub(crate) connections_per_site: Option<Number>,
    /// Connections that may be open at once. Default: no limit.
    #[schemars(example = 100, range(min = 1))]
    pub(crate) connections: Option<Number>,
    /// After how long the sender of held mail is told, once, that it waits; or `"never"`. Default:
    /// never (KB 247129: a notice for each held message flooded the queue).
    #[schemars(example = "12h")]
    pub(crate) delay_notice_held: Option<Written<IntervalOrNever>>,
    /// After how long the sender of mail on a direct route is told, once, that it waits; or
    /// `"never"`. Default: never.
    #[schemars(example = "12h")]
    pub(crate) delay_notice_direct: Option<Written<IntervalOrNever>>,
    /// Messages that may wait at once, each recipient being one; what comes then is refused for now.
    /// Default: no limit.
    #[schemars(example = 10_000, range(min = 1))]
    pub(crate) limit_messages: Option<Number>,
    /// What all that waits may weigh together; what comes then is refused for now. Default: no limit.
    pub(crate) limit_size: Option<Written<Volume>>,
    /// How many of `limit_messages` are kept for reports. Default: 0.
    #[schemars(example = 100)]
    pub(crate) reserve_messages: Option<Number>,
    /// How much of `limit_size` is kept for reports. Default: 0 B.
    #[schemars(example = "1MiB")]
    pub(crate) reserve_size: Option<Written<Volume>>,
    /// How long a record takes to reach stable storage; may be nothing. Default: 0 s.
    #[schemars(example = "10ms")]
    pub(crate) persist_delay: Option<Written<Length>>,
    /// The disk on which the hub keeps its spool. Default: one that never fails.
    pub(crate) disk: Option<DiskTable>,
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

/// The keys of `[hub]` that hold otherwise from now on. What a running hub cannot change is no key
/// here: the schema, to which every file is held, leaves it out.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct ReloadTable(pub(crate) HubTable);

/// Whether a key of `[hub]` can be reloaded.
fn is_reloadable(key: &str) -> bool {
    let fixed = ["policy", "transfer_grace", "persist_delay", "disk"];
    !fixed.contains(&key) && !key.starts_with("phase_")
}

/// The schema of [`HubTable`] without the keys that cannot be reloaded; the default of each of the
/// others is what held before.
impl JsonSchema for ReloadTable {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("ReloadTable")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = HubTable::json_schema(generator);
        let keys = schema.get_mut("properties").and_then(Value::as_object_mut);
        if let Some(keys) = keys {
            keys.retain(|key, _| is_reloadable(key));
            for description in keys.values_mut().filter_map(|key| key.get_mut("description")) {
                let text = description.as_str().unwrap_or_default();
                let (what, _) = text.split_once("Default:").unwrap_or((text, ""));
                *description = format!("{what}Default: as before.").into();
            }
        }
        schema
    }
}
