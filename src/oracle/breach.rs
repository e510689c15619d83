//! A broken rule, told so that a reader needs nothing else.

use crate::base::{Instant, MessageId, Rule, SiteId};

/// One breach of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which rule.
    pub rule: Rule,
    /// The first instant at which it was broken.
    pub at: Instant,
    /// Over which message; none where it is about a host alone.
    pub message: Option<MessageId>,
    /// At which site; none where none is concerned.
    pub site: Option<SiteId>,
    /// What the rule demands here.
    pub expected: String,
    /// What was seen instead.
    pub seen: String,
}
