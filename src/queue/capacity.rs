//! How many connections there may be at once: over all, and to each site.
//!
//! In: connections that begin and end. Out: whether there is room, and who waited longest for it. A
//! route waits once, however many of its messages do. What else keeps a route from dialling is not
//! known here.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Policy, Routes};
use crate::base::{RouteId, SiteId};

/// The connections there are, and the routes that wait for room.
#[derive(Clone)]
pub(super) struct Capacity {
    connections: u32,
    /// Those of each site. Counted without a limit too: a new policy may bring one.
    by_site: Vec<u32>,
    /// Routes that wait for room over all, the first to be served first.
    for_any: VecDeque<RouteId>,
    /// Routes whose site has no room.
    for_site: BTreeMap<SiteId, VecDeque<RouteId>>,
    /// All of both.
    waiting: BTreeSet<RouteId>,
}

impl Capacity {
    /// No connections yet.
    pub(super) fn new(routes: &Routes) -> Capacity {
        let sites = routes.iter().map(|(_, route)| route.site.index() + 1).max().unwrap_or(0);
        Capacity {
            connections: 0,
            by_site: vec![0; sites],
            for_any: VecDeque::new(),
            for_site: BTreeMap::new(),
            waiting: BTreeSet::new(),
        }
    }

    /// Takes room for one connection of a route; where there is none, the route waits for it.
    pub(super) fn enter(&mut self, policy: &Policy, route: RouteId, site: SiteId) -> Room {
        if !self.site_has_room(policy, site) {
            if self.waiting.insert(route) {
                self.for_site.entry(site).or_default().push_back(route);
            }
            return Room::Full;
        }
        if !self.has_room(policy) {
            if self.waiting.insert(route) {
                self.for_any.push_back(route);
            }
            return Room::Full;
        }
        self.connections += 1;
        self.by_site[site.index()] += 1;
        Room::Taken
    }

    /// A connection to a site has ended: the room it had is free.
    pub(super) fn leave(&mut self, site: SiteId) {
        self.connections -= 1;
        self.by_site[site.index()] -= 1;
        self.advance(site);
    }

    /// Lets the route that waited longest for a site wait for room over all: the site has room for it,
    /// or the one before it did not need the room.
    pub(super) fn advance(&mut self, site: SiteId) {
        let Some(routes) = self.for_site.get_mut(&site) else { return };
        self.for_any.extend(routes.pop_front());
        if routes.is_empty() {
            self.for_site.remove(&site);
        }
    }

    /// All sites may have room again: the limits have changed.
    pub(super) fn advance_all(&mut self) {
        for (_, routes) in std::mem::take(&mut self.for_site) {
            self.for_any.extend(routes);
        }
    }

    /// The route that has waited longest, if there is room for it. It waits no more.
    pub(super) fn next_waiting(&mut self, policy: &Policy) -> Option<RouteId> {
        if !self.has_room(policy) {
            return None;
        }
        let route = self.for_any.pop_front()?;
        self.waiting.remove(&route);
        Some(route)
    }

    /// Whether a route waits for room.
    pub(super) fn is_waiting(&self, route: RouteId) -> bool {
        self.waiting.contains(&route)
    }

    fn has_room(&self, policy: &Policy) -> bool {
        policy.connections.is_none_or(|most| self.connections < most.get())
    }

    fn site_has_room(&self, policy: &Policy, site: SiteId) -> bool {
        policy.connections_per_site.is_none_or(|most| self.by_site[site.index()] < most.get())
    }
}

/// Whether there was room for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// There was; it is taken.
    Taken,
    /// There was none.
    Full,
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::super::{ClientId, Mode, Route};
    use super::*;

    /// Routes 0, 1 and 2 lead to site 0, routes 3 and 4 to site 1.
    fn capacity() -> (Capacity, impl Fn(u32) -> (RouteId, SiteId)) {
        let site = |route: u32| SiteId(u32::from(route > 2));
        let route = |number: u32| Route {
            domain: format!("{number}.example"),
            mode: Mode::Held,
            owner: ClientId(0),
            site: site(number),
            queue: None,
        };
        let routes = Routes::new((0..5).map(route).collect()).expect("five domains");
        (Capacity::new(&routes), move |number| (RouteId(number), site(number)))
    }

    fn policy(connections: Option<u32>, per_site: Option<u32>) -> Policy {
        Policy {
            connections: connections.and_then(NonZeroU32::new),
            connections_per_site: per_site.and_then(NonZeroU32::new),
            ..Policy::ims()
        }
    }

    #[test]
    fn room_goes_to_the_route_that_has_waited_longest() {
        let (mut capacity, way) = capacity();
        let policy = policy(Some(1), None);
        let enter = |capacity: &mut Capacity, number| {
            let (route, site) = way(number);
            capacity.enter(&policy, route, site)
        };
        assert_eq!(enter(&mut capacity, 0), Room::Taken);
        for number in [4, 1, 4] {
            assert_eq!(enter(&mut capacity, number), Room::Full);
        }
        assert_eq!(capacity.next_waiting(&policy), None);
        capacity.leave(SiteId(0));
        assert_eq!(capacity.next_waiting(&policy), Some(RouteId(4)));
        assert_eq!(enter(&mut capacity, 4), Room::Taken);
        capacity.leave(SiteId(1));
        assert_eq!(capacity.next_waiting(&policy), Some(RouteId(1)));
        assert_eq!(capacity.next_waiting(&policy), None);
    }

    #[test]
    fn a_site_without_room_keeps_no_other_waiting() {
        let (mut capacity, way) = capacity();
        let policy = policy(Some(3), Some(1));
        let enter = |capacity: &mut Capacity, number| {
            let (route, site) = way(number);
            capacity.enter(&policy, route, site)
        };
        assert_eq!(enter(&mut capacity, 0), Room::Taken);
        assert_eq!(enter(&mut capacity, 1), Room::Full);
        assert_eq!(enter(&mut capacity, 2), Room::Full);
        assert_eq!(enter(&mut capacity, 3), Room::Taken);
        assert_eq!(capacity.next_waiting(&policy), None, "nobody waits for room over all");
        capacity.leave(SiteId(0));
        assert_eq!(capacity.next_waiting(&policy), Some(RouteId(1)));
        assert!(!capacity.is_waiting(RouteId(1)) && capacity.is_waiting(RouteId(2)));
        // Route 1 had nothing to send any more.
        capacity.advance(SiteId(0));
        assert_eq!(capacity.next_waiting(&policy), Some(RouteId(2)));
        assert_eq!(enter(&mut capacity, 2), Room::Taken, "the room that was left");
    }

    #[test]
    fn new_limits_let_all_try_again() {
        let (mut capacity, way) = capacity();
        let tight = policy(None, Some(1));
        for number in [0, 1, 2] {
            let (route, site) = way(number);
            let _ = capacity.enter(&tight, route, site);
        }
        capacity.advance_all();
        let wide = policy(None, None);
        let next: Vec<_> = std::iter::from_fn(|| capacity.next_waiting(&wide)).collect();
        assert_eq!(next, [RouteId(1), RouteId(2)]);
    }
}
