//! The table `[[route]]`: the way to a domain.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::model::RouteMode;
use crate::scenario::text::Written;
use crate::scenario::word::{Domain, Name};

/// The way to one domain; `{n}` in the domain makes one for each of a site's `count`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct RouteTable {
    /// The domain, unlike every other whatever the case of its letters; `{n}` stands for the number
    /// of the site.
    pub(crate) domain: Written<Domain>,
    /// The site that its mail goes to. Default: for a direct route a host of its own, called as the
    /// domain, that is always on a line that takes no time; a held route must name one.
    pub(crate) site: Option<Written<Name>>,
    /// Whether the hub holds the mail until the site calls (`held`: the site needs `calls`), or sends
    /// it at once and tries again by the retry ladder (`direct`).
    pub(crate) mode: Written<RouteMode>,
    /// The named queue that it belongs to: a host asks for it as `#night`. Default: none.
    #[schemars(example = &"night")]
    pub(crate) queue: Option<Written<Name>>,
}
