//! A scenario taken apart: groups of hosts that have nothing to do with each other.
//!
//! In: a scenario, how many hosts a group is to have. Out: [`Excerpt`]s, each a scenario of its own, in
//! which what happens is what happens to the same hosts in the whole. Hosts hang together if mail for one
//! of them comes from whom another sends to: its reports may meet the other's on one connection. None is
//! taken apart in which something is about all hosts at once. It runs nothing and draws nothing.

use super::{Crashes, Says, Scenario, Ties};
use crate::base::{RouteId, SiteId, Span};

/// Groups of sites, with the routes that lead to them and the sources that send to these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    groups: Vec<Group>,
}

/// One group, by the numbers that the whole scenario has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    sites: Vec<SiteId>,
    routes: Vec<RouteId>,
    sources: Vec<u32>,
}

/// A part of a scenario as a scenario of its own: its sites, routes and sources are numbered anew, in the
/// order in which they stand in the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The part.
    pub scenario: Scenario,
    /// The number in the whole of each site.
    pub sites: Vec<SiteId>,
    /// The number in the whole of each route.
    pub routes: Vec<RouteId>,
    /// The number in the whole of each source.
    pub sources: Vec<u32>,
}

impl Partition {
    /// Takes a scenario apart into groups of at least so many sites, but for the last. None if it cannot
    /// be, or if one of them would have no mail.
    #[must_use]
    pub fn of(scenario: &Scenario, least_sites: usize) -> Option<Partition> {
        if !is_separable(scenario) {
            return None;
        }
        let islands = Islands::of(scenario);
        let mut group_of_island = vec![usize::MAX; scenario.sites.len()];
        let mut groups = vec![Group::default()];
        let mut sizes = vec![0; scenario.sites.len()];
        for site in 0..scenario.sites.len() {
            sizes[islands.of_site[site]] += 1;
        }
        // Islands in the order of their first sites; each goes whole.
        let mut filled = 0;
        for island in &islands.of_site {
            if group_of_island[*island] == usize::MAX {
                if filled >= least_sites {
                    groups.push(Group::default());
                    filled = 0;
                }
                group_of_island[*island] = groups.len() - 1;
                filled += sizes[*island];
            }
        }
        if groups.len() < 2 {
            return None;
        }
        let group_of = |site: SiteId| group_of_island[islands.of_site[site.index()]];
        for site in (0..scenario.sites.len() as u32).map(SiteId) {
            groups[group_of(site)].sites.push(site);
        }
        for (number, route) in (0..).map(RouteId).zip(&scenario.routes) {
            groups[group_of(route.site)].routes.push(number);
        }
        for (number, source) in (0..).zip(&scenario.sources) {
            let site = scenario.routes[source.recipient().route.index()].site;
            groups[group_of(site)].sources.push(number);
        }
        // A group without mail would be over at once, and the whole is not.
        let have_mail = groups.iter().all(|group| !group.sources.is_empty());
        have_mail.then_some(Partition { groups })
    }

    /// How many groups there are: two at least.
    #[must_use]
    pub fn count(&self) -> usize {
        self.groups.len()
    }

    /// The group of this number as a scenario of its own.
    ///
    /// # Panics
    /// Where there is no such group, or `whole` is not the scenario that was taken apart.
    #[must_use]
    pub fn excerpt(&self, whole: &Scenario, number: usize) -> Excerpt {
        let Group { sites, routes, sources } = self.groups[number].clone();
        let new_site = |site: SiteId| SiteId(place_of(&sites, &site));
        let new_route = |route: RouteId| RouteId(place_of(&routes, &route));
        let mut scenario = Scenario {
            sites: sites.iter().map(|site| whole.sites[site.index()].clone()).collect(),
            routes: routes.iter().map(|route| whole.routes[route.index()].clone()).collect(),
            sources: sources.iter().map(|source| whole.sources[*source as usize].clone()).collect(),
            ..whole.without_hosts()
        };
        for route in &mut scenario.routes {
            route.site = new_site(route.site);
        }
        for source in &mut scenario.sources {
            for recipient in &mut source.recipients {
                recipient.address.route = new_route(recipient.address.route);
            }
            if let Some(sender) = &mut source.sender {
                sender.route = new_route(sender.route);
            }
        }
        Excerpt { scenario, sites, routes, sources }
    }
}

impl Scenario {
    fn without_hosts(&self) -> Scenario {
        Scenario {
            path: self.path.clone(),
            name: self.name.clone(),
            title: self.title.clone(),
            why: self.why.clone(),
            seeds: self.seeds.clone(),
            fidelities: self.fidelities.clone(),
            policy: self.policy.clone(),
            events: self.events.clone(),
            crashes_at_record: self.crashes_at_record.clone(),
            nodes: self.nodes.clone(),
            expect: self.expect.clone(),
            record: self.record.clone(),
            sites: Vec::new(),
            routes: Vec::new(),
            sources: Vec::new(),
            ..*self
        }
    }
}

fn place_of<T: Ord>(sorted: &[T], wanted: &T) -> u32 {
    let place = sorted.binary_search(wanted);
    place.expect("a group has all that its sites have to do with") as u32
}

/// Whether nothing in a scenario is about all hosts at once, and none has several connections, whose order
/// would go by how many others there are.
fn is_separable(scenario: &Scenario) -> bool {
    let changes = &scenario.policy.changes;
    let has_limits = changes.connections.is_some()
        || changes.limit_messages.is_some()
        || changes.limit_size_bytes.is_some()
        || changes.reserve_messages.is_some()
        || changes.reserve_size_bytes.is_some();
    let mut is_taken = vec![false; scenario.sites.len()];
    let has_own_route = |site: SiteId| !std::mem::replace(&mut is_taken[site.index()], true);
    scenario.events.is_empty()
        && scenario.crashes_at_record.is_empty()
        && scenario.crashes == Crashes::Declared
        && scenario.persist_delay == Span::ZERO
        && scenario.ties == Ties::Fixed
        && scenario.policy.terms.connections_per_route == 1
        && !has_limits
        && scenario.sites.iter().all(|site| site.says == Says::EachDomain)
        && scenario.routes.iter().map(|route| route.site).all(has_own_route)
}

/// Which sites hang together.
struct Islands {
    /// The island of each site: the number of the first site of it.
    of_site: Vec<usize>,
}

impl Islands {
    fn of(scenario: &Scenario) -> Islands {
        let mut islands = Islands { of_site: (0..scenario.sites.len()).collect() };
        let site_of = |route: RouteId| scenario.routes[route.index()].site.index();
        for source in &scenario.sources {
            let first = site_of(source.recipient().route);
            let others = source.recipients.iter().map(|recipient| recipient.address.route);
            let sender = source.sender.as_ref().map(|sender| sender.route);
            for route in others.chain(sender) {
                islands.join(first, site_of(route));
            }
        }
        for site in 0..islands.of_site.len() {
            islands.of_site[site] = islands.first_of(site);
        }
        islands
    }

    /// The first site of an island. What is on the way there is led to it, so that nobody goes it twice.
    fn first_of(&mut self, site: usize) -> usize {
        let mut first = site;
        while self.of_site[first] != first {
            first = self.of_site[first];
        }
        let mut passed = site;
        while passed != first {
            passed = std::mem::replace(&mut self.of_site[passed], first);
        }
        first
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first_of(one), self.first_of(other));
        self.of_site[one.max(other)] = one.min(other);
    }
}
