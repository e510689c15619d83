//! The numbers that routes have in the spool.
//!
//! The queue numbers routes as they are configured, and an operator may configure them otherwise before
//! the next start. In the spool a domain has the number that it was first given, for ever: mail goes where
//! it was meant to go, or the hub does not start.

use crate::base::RouteId;
use crate::queue::Routes;

/// The numbers of domains, in the spool and in the queue.
#[derive(Clone, Debug, Default)]
pub(super) struct RouteNames {
    /// Every domain that was ever configured, by its number in the spool.
    domains: Vec<String>,
    /// How many of them the spool knows already.
    stored: usize,
    /// The number in the spool of each route of the queue.
    of_route: Vec<u32>,
    /// The route of each number; none where it is not configured any more.
    routes: Vec<Option<RouteId>>,
}

impl RouteNames {
    /// The numbers for these routes, where the spool has these domains already. Those that are new come
    /// after them.
    pub(super) fn new(stored: Vec<String>, routes: &Routes) -> RouteNames {
        let mut names = RouteNames {
            stored: stored.len(),
            routes: vec![None; stored.len()],
            domains: stored,
            of_route: Vec::new(),
        };
        let known = names.sorted();
        for (route, configured) in routes.iter() {
            let domain = configured.domain.to_ascii_lowercase();
            let place = known.binary_search_by(|(name, _)| name.as_str().cmp(&domain));
            let number = place.map_or(names.domains.len() as u32, |place| known[place].1);
            if place.is_err() {
                names.domains.push(domain);
                names.routes.push(None);
            }
            names.routes[number as usize] = Some(route);
            names.of_route.push(number);
        }
        names
    }

    fn sorted(&self) -> Vec<(String, u32)> {
        let mut sorted: Vec<_> = self.domains.iter().cloned().zip(0..).collect();
        sorted.sort_unstable();
        sorted
    }

    /// The number of a route in the spool.
    pub(super) fn number(&self, route: RouteId) -> u32 {
        self.of_route[route.index()]
    }

    /// The route of a number in the spool; none where it is not configured any more.
    pub(super) fn route(&self, number: u32) -> Option<RouteId> {
        self.routes.get(number as usize).copied().flatten()
    }

    /// The domain of a number in the spool; none where it has none of that number.
    pub(super) fn domain(&self, number: u32) -> Option<&str> {
        self.domains.get(number as usize).map(String::as_str)
    }

    /// The domains that are not in the spool yet; they count as stored from now on.
    pub(super) fn take_new(&mut self) -> Vec<String> {
        let new = self.domains[self.stored..].to_vec();
        self.stored = self.domains.len();
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SiteId;
    use crate::queue::{ClientId, Mode, Route};

    fn routes(domains: &[&str]) -> Routes {
        let route = |domain: &&str| Route {
            domain: (*domain).to_owned(),
            mode: Mode::Held,
            owner: ClientId(0),
            site: SiteId(0),
            queue: None,
        };
        Routes::new(domains.iter().map(route).collect()).expect("domains that differ")
    }

    #[test]
    fn a_domain_keeps_its_number_whatever_is_configured_later() {
        let mut names = RouteNames::new(Vec::new(), &routes(&["b.example", "a.example"]));
        let stored = names.take_new();
        assert_eq!(stored, ["b.example", "a.example"]);
        assert!(names.take_new().is_empty());
        let mut names = RouteNames::new(stored, &routes(&["A.example", "c.example"]));
        assert_eq!((names.number(RouteId(0)), names.number(RouteId(1))), (1, 2));
        assert_eq!(
            [0, 1, 2, 3].map(|number| names.route(number)),
            [None, Some(RouteId(0)), Some(RouteId(1)), None]
        );
        assert_eq!((names.domain(0), names.domain(3)), (Some("b.example"), None));
        assert_eq!(names.take_new(), ["c.example"]);
    }
}
