//! What a host may ask for by ETRN (RFC 1985 5.2), by the judge's own reading of each node.
//!
//! In: the nodes that the scenario's hosts say. Out: which routes each names, and whether a host may
//! have them. A plain node is that very domain, `@node` the domain and all below it on a label
//! boundary, `#name` the routes of a named queue; case means nothing. A host may ask for what leads
//! to it and for nothing else, so for a subtree or a queue only where all of it does.

use std::collections::BTreeMap;
use std::slice;

use super::names::Names;
use crate::base::{RouteId, SiteId};
use crate::scenario::Scenario;
use crate::trace::Asked;

/// Every node of a scenario, read.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    readings: Vec<Node>,
    texts: Names,
    /// The site of each route.
    owners: Vec<SiteId>,
}

/// What a node says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    /// Nothing that can be a name.
    Malformed,
    /// These routes: none at all if nobody has the name.
    Routes(Vec<RouteId>),
}

/// What a host's request comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// It is no request.
    Malformed,
    /// What it names is not there, or is not all the host's.
    NotAllowed,
    /// It names what is the host's.
    Allowed,
}

impl Nodes {
    pub(super) fn new(scenario: &Scenario) -> Nodes {
        let index = if scenario.nodes.is_empty() { Index::default() } else { Index::new(scenario) };
        Nodes {
            readings: scenario.nodes.iter().map(|node| index.read(node)).collect(),
            texts: Names::new(scenario.nodes.iter().map(String::as_str)),
            owners: scenario.routes.iter().map(|route| route.site).collect(),
        }
    }

    /// The routes that were asked for, whosoever they are.
    pub(super) fn routes<'a>(&'a self, asked: &'a Asked) -> &'a [RouteId] {
        match asked {
            Asked::Route(route) => slice::from_ref(route),
            Asked::Node(number) => match self.readings.get(*number as usize) {
                Some(Node::Routes(routes)) => routes,
                Some(Node::Malformed) | None => &[],
            },
        }
    }

    /// What a request of a site comes to.
    pub(super) fn request(&self, site: SiteId, asked: Asked) -> Request {
        if let Asked::Node(number) = asked
            && self.readings.get(number as usize) == Some(&Node::Malformed)
        {
            return Request::Malformed;
        }
        let routes = self.routes(&asked);
        let is_own = |route: &RouteId| self.owners.get(route.index()) == Some(&site);
        if !routes.is_empty() && routes.iter().all(is_own) {
            Request::Allowed
        } else {
            Request::NotAllowed
        }
    }

    /// The text of a node, for a text.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).unwrap_or("a node that the scenario does not have")
    }
}

/// Where a name's routes are found; kept only while the nodes are read.
#[derive(Default)]
struct Index {
    /// By domain, the last label first, a point before each: all below a domain begins as it does.
    by_labels: BTreeMap<String, RouteId>,
    by_queue: BTreeMap<String, Vec<RouteId>>,
}

fn labels(domain: &str) -> String {
    let reversed = domain.rsplit('.').flat_map(|label| [".", label]);
    reversed.collect::<String>().to_ascii_lowercase()
}

impl Index {
    fn new(scenario: &Scenario) -> Index {
        let mut index = Index::default();
        for (number, route) in (0..).map(RouteId).zip(&scenario.routes) {
            index.by_labels.insert(labels(&route.domain), number);
            if let Some(queue) = &route.queue {
                index.by_queue.entry(queue.to_ascii_lowercase()).or_default().push(number);
            }
        }
        index
    }

    fn read(&self, node: &str) -> Node {
        let name = node.strip_prefix(['@', '#']).unwrap_or(node);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) {
            return Node::Malformed;
        }
        Node::Routes(match node.as_bytes()[0] {
            b'#' => self.by_queue.get(&name.to_ascii_lowercase()).cloned().unwrap_or_default(),
            b'@' => self.subtree(&labels(name)),
            _ => self.by_labels.get(&labels(name)).copied().into_iter().collect(),
        })
    }

    /// A domain, and what has a further label below it.
    fn subtree(&self, top: &str) -> Vec<RouteId> {
        let below = format!("{top}.");
        let inside = self.by_labels.range(below.clone()..);
        let inside = inside.take_while(|(labels, _)| labels.starts_with(&below));
        let itself = self.by_labels.get(top).into_iter();
        itself.chain(inside.map(|(_, route)| route)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut index = Index::default();
        let domains = ["foo.com", "a.foo.com", "b.a.Foo.com", "notfoo.com", "foo-bar.com"];
        for (number, domain) in (0..).map(RouteId).zip(domains) {
            index.by_labels.insert(labels(domain), number);
        }
        index.by_queue.insert("night".to_owned(), vec![RouteId(1), RouteId(3)]);
        index
    }

    #[test]
    fn a_node_names_a_domain_a_subtree_or_a_queue_whatever_its_case() {
        for (node, routes) in [
            ("foo.com", &[0][..]),
            ("FOO.Com", &[0]),
            ("@foo.com", &[0, 1, 2]),
            ("@A.foo.com", &[1, 2]),
            ("@com", &[0, 1, 2, 3, 4]),
            ("@oo.com", &[]),
            ("@foo.com.au", &[]),
            ("#night", &[1, 3]),
            ("#NIGHT", &[1, 3]),
            ("#day", &[]),
            ("night", &[]),
            ("a..b", &[]),
        ] {
            let mut routes: Vec<_> = routes.iter().copied().map(RouteId).collect();
            let Node::Routes(mut named) = index().read(node) else { panic!("{node} is a name") };
            routes.sort_unstable();
            named.sort_unstable();
            assert_eq!(named, routes, "{node}");
        }
    }

    #[test]
    fn what_can_be_no_name_is_malformed() {
        for node in ["", "@", "#", "a b", "@@foo.com", "foo,com", "b\u{fc}ro.example", "#a#b"] {
            assert_eq!(index().read(node), Node::Malformed, "{node}");
        }
    }
}
