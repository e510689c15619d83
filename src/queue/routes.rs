//! The ways that mail can go: which domain by which route, whose it is, held or direct.
//!
//! In: the operator's list. Out: numbers for names. How a route is doing is not known here.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use super::ClientId;
use crate::base::{RouteId, SiteId};

/// What is done with mail for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Held until its owner sends ETRN.
    Held,
    /// Sent at once, and again by the retry ladder.
    Direct,
}

/// One domain and the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The domain.
    pub domain: String,
    /// Held or direct.
    pub mode: Mode,
    /// Who may ask for its mail.
    pub owner: ClientId,
    /// The host that it leads to; several may lead to one, and share its connections.
    pub site: SiteId,
    /// The named queue that it belongs to (`ETRN #name`, RFC 1985 5.2).
    pub queue: Option<String>,
}

/// All routes of a queue; a [`RouteId`] is a number in this table.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    routes: Vec<Route>,
    by_domain: BTreeMap<String, RouteId>,
}

/// A table of routes cannot be made: the operator's to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutesError {
    /// Two routes for one domain.
    DomainTwice(String),
    /// More routes than there are numbers.
    TooMany(usize),
}

impl Routes {
    /// The table of `routes`, numbered in their order.
    ///
    /// # Errors
    /// Where a domain has two routes, or there are too many.
    pub fn new(routes: Vec<Route>) -> Result<Routes, RoutesError> {
        let mut by_domain = BTreeMap::new();
        for (number, route) in routes.iter().enumerate() {
            let id = u32::try_from(number).map_err(|_| RoutesError::TooMany(routes.len()))?;
            if by_domain.insert(route.domain.to_ascii_lowercase(), RouteId(id)).is_some() {
                return Err(RoutesError::DomainTwice(route.domain.clone()));
            }
        }
        Ok(Routes { routes, by_domain })
    }

    /// The route of a domain, whatever its case.
    #[must_use]
    pub fn find(&self, domain: &str) -> Option<RouteId> {
        self.by_domain.get(&domain.to_ascii_lowercase()).copied()
    }

    /// Who may ask for a route's mail.
    #[must_use]
    pub fn owner(&self, route: RouteId) -> ClientId {
        self.routes[route.index()].owner
    }

    /// Every route by its number.
    pub fn iter(&self) -> impl Iterator<Item = (RouteId, &Route)> {
        (0..).map(RouteId).zip(&self.routes)
    }
}

impl fmt::Display for RoutesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RoutesError::DomainTwice(domain) => {
                write!(f, "{domain} has two routes; strike one of them")
            }
            RoutesError::TooMany(count) => {
                write!(f, "{count} routes are more than can be numbered")
            }
        }
    }
}

impl Error for RoutesError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(domain: &str) -> Route {
        Route {
            domain: domain.to_owned(),
            mode: Mode::Held,
            owner: ClientId(0),
            site: SiteId(0),
            queue: None,
        }
    }

    #[test]
    fn a_domain_is_found_whatever_its_case() {
        let routes =
            Routes::new(vec![route("a.example"), route("B.Example")]).expect("two domains");
        for (domain, found) in [
            ("a.example", Some(RouteId(0))),
            ("b.example", Some(RouteId(1))),
            ("B.EXAMPLE", Some(RouteId(1))),
            ("c.a.example", None),
            ("example", None),
        ] {
            assert_eq!(routes.find(domain), found, "{domain}");
        }
    }

    #[test]
    fn a_domain_has_one_route() {
        let twice = Routes::new(vec![route("a.example"), route("A.example")]);
        assert_eq!(twice.map(|_| ()), Err(RoutesError::DomainTwice("A.example".to_owned())));
    }
}
