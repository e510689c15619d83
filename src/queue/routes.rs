//! The ways that mail can go: which domain by which route, whose it is, held or direct.
//!
//! In: the operator's list. Out: numbers for names, and the sets that an ETRN can name. How a route is
//! doing is not known here.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::ops::Deref;

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
    table: Vec<Route>,
    /// By a hash of the domain in small letters, each at the first free place from there on: what nearly every
    /// ETRN names is found without a copy of it, and with one look.
    by_domain: Vec<Option<RouteId>>,
    /// By domain, the last label first: a domain and all below it stand together.
    by_labels: Vec<(String, RouteId)>,
    /// By the name of the queue, whatever its case.
    by_queue: BTreeMap<String, Vec<RouteId>>,
}

/// Routes that were named together. Nearly every ETRN names one, which takes no memory of its own.
#[derive(Clone, Debug)]
pub enum Named {
    /// By the domain itself: none, if nobody has the name.
    AtMostOne(Option<RouteId>),
    /// By what may name any number of them.
    Several(Vec<RouteId>),
}

impl Named {
    /// No route.
    pub const NONE: Named = Named::AtMostOne(None);
}

impl Deref for Named {
    type Target = [RouteId];

    fn deref(&self) -> &[RouteId] {
        match self {
            Named::AtMostOne(route) => route.as_slice(),
            Named::Several(routes) => routes,
        }
    }
}

impl FromIterator<RouteId> for Named {
    fn from_iter<T: IntoIterator<Item = RouteId>>(routes: T) -> Named {
        Named::Several(routes.into_iter().collect())
    }
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
        let mut by_domain = vec![None; (2 * routes.len() + 1).next_power_of_two()];
        let mut by_labels = Vec::with_capacity(routes.len());
        let mut by_queue = BTreeMap::<_, Vec<_>>::new();
        for (number, route) in routes.iter().enumerate() {
            let id = u32::try_from(number).map_err(|_| RoutesError::TooMany(routes.len()))?;
            let free =
                places(&route.domain, by_domain.len()).find(|place| by_domain[*place].is_none());
            by_domain[free.ok_or(RoutesError::TooMany(routes.len()))?] = Some(RouteId(id));
            by_labels.push((labels_of(&route.domain), RouteId(id)));
            if let Some(queue) = &route.queue {
                by_queue.entry(queue.to_ascii_lowercase()).or_default().push(RouteId(id));
            }
        }
        // Stable: what stands in order already, as numbered domains do, costs next to nothing.
        by_labels.sort_by(|(one, _), (other, _)| one.cmp(other));
        let twice = by_labels.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        match twice.map(|pair| pair[1].1).min() {
            Some(second) => Err(RoutesError::DomainTwice(routes[second.index()].domain.clone())),
            None => Ok(Routes { table: routes, by_domain, by_labels, by_queue }),
        }
    }

    /// The route of a domain, whatever its case.
    #[must_use]
    pub fn find(&self, domain: &str) -> Option<RouteId> {
        let is_it = |route: &RouteId| self.table[route.index()].domain.eq_ignore_ascii_case(domain);
        let taken = places(domain, self.by_domain.len()).map_while(|place| self.by_domain[place]);
        taken.into_iter().find(is_it)
    }

    /// The routes that a node of ETRN names (RFC 1985 5.2), in no order that means anything: `node` is
    /// that very domain, `@node` the domain and all below it on a label boundary (`@foo.com` is neither
    /// `notfoo.com` nor `foo.com.au`), `#name` a named queue. Whose they are is not asked.
    #[must_use]
    pub fn named(&self, node: &str) -> Named {
        if let Some(queue) = node.strip_prefix('#') {
            return self
                .by_queue
                .get(&queue.to_ascii_lowercase())
                .into_iter()
                .flatten()
                .copied()
                .collect();
        }
        let Some(top) = node.strip_prefix('@') else {
            return Named::AtMostOne(self.find(node));
        };
        let mut labels = labels_of(top);
        let from = |labels: &str| {
            let before = self.by_labels.partition_point(|(its, _)| its.as_str() < labels);
            self.by_labels[before..].iter()
        };
        let itself = from(&labels).next().filter(|(its, _)| *its == labels);
        labels.push('.');
        let below = from(&labels).take_while(|(its, _)| its.starts_with(&labels));
        itself.into_iter().chain(below).map(|(_, route)| *route).collect()
    }

    /// The host that a route leads to.
    #[must_use]
    pub fn site(&self, route: RouteId) -> SiteId {
        self.table[route.index()].site
    }

    /// Who may ask for a route's mail.
    #[must_use]
    pub fn owner(&self, route: RouteId) -> ClientId {
        self.table[route.index()].owner
    }

    /// Every route by its number.
    pub fn iter(&self) -> impl Iterator<Item = (RouteId, &Route)> {
        (0..).map(RouteId).zip(&self.table)
    }
}

/// Where a domain is looked for among so many places, a power of two: from a hash of it on, eight bytes at a
/// time, that takes no notice of the bit in which capitals differ from small letters. The table is the
/// operator's, so nobody chooses names that are alike in it.
fn places(domain: &str, count: usize) -> impl Iterator<Item = usize> {
    let add = |hash: u64, word: u64| {
        let mixed = (hash ^ (word | 0x2020_2020_2020_2020)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 32)
    };
    let (words, rest) = domain.as_bytes().as_chunks();
    let rest = rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
    let hash = words.iter().map(|word| u64::from_le_bytes(*word)).chain([rest]).fold(0, add);
    let first = hash as usize;
    (0..count).map(move |way| first.wrapping_add(way) & (count - 1))
}

/// The labels of a domain in small letters, the last one first: `example.branch` for `Branch.example`.
fn labels_of(domain: &str) -> String {
    let mut labels = String::with_capacity(domain.len());
    for label in domain.rsplit('.') {
        if !labels.is_empty() {
            labels.push('.');
        }
        labels.push_str(label);
    }
    labels.make_ascii_lowercase();
    labels
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
    fn a_node_names_a_domain_a_subtree_on_a_label_boundary_or_a_queue() {
        let in_queue =
            |domain, queue: &str| Route { queue: Some(queue.to_owned()), ..route(domain) };
        let routes = Routes::new(vec![
            route("foo.com"),
            route("a.foo.com"),
            route("b.a.foo.com"),
            route("notfoo.com"),
            route("foo-bar.com"),
            in_queue("foo.com.au", "night"),
            in_queue("other.example", "Night"),
        ])
        .expect("seven domains");
        for (node, found) in [
            ("foo.com", &[0][..]),
            ("FOO.Com", &[0]),
            ("@foo.com", &[0, 1, 2]),
            ("@A.foo.com", &[1, 2]),
            ("@b.a.foo.com", &[2]),
            ("@com", &[0, 1, 2, 3, 4]),
            ("@example", &[6]),
            ("@oo.com", &[]),
            ("@org", &[]),
            ("#night", &[5, 6]),
            ("#NIGHT", &[5, 6]),
            ("#foo.com", &[]),
            ("night", &[]),
        ] {
            let mut named: Vec<u32> = routes.named(node).iter().map(|route| route.0).collect();
            named.sort_unstable();
            assert_eq!(named, found, "{node}");
        }
    }

    #[test]
    fn a_domain_has_one_route() {
        let twice = Routes::new(vec![route("a.example"), route("A.example")]);
        assert_eq!(twice.map(|_| ()), Err(RoutesError::DomainTwice("A.example".to_owned())));
    }
}
