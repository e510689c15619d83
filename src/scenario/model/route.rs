//! The way to a domain, and an address on it.

use crate::base::{RouteId, SiteId};

/// The way to one domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The domain, as the file has it.
    pub domain: String,
    /// The host that its mail goes to.
    pub site: SiteId,
    /// Held until the host calls, or sent at once.
    pub mode: RouteMode,
    /// The named queue that it belongs to.
    pub queue: Option<String>,
}

/// What the hub does with mail for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteMode {
    /// Holds it until the host sends ETRN (RFC 1985).
    Held,
    /// Sends it at once, and again by the retry ladder.
    Direct,
}

/// A mailbox and the route of its domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `clerk@branch.example`.
    pub mailbox: String,
    /// The route of its domain.
    pub route: RouteId,
}
