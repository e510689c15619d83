//! What may not go although it waits: paused, on hold, not yet released; and what was ordered.
//!
//! In: an administrator's orders, and messages with a release (RFC 4865). Out: what is held back at
//! an instant, and whether an end was ordered. An order that was given just before the hub went down
//! may be lost with it: what it was about is in doubt from then on. Word of a message may come after an
//! order that was about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Instant, MessageId, Order, RouteId, Target};

/// Orders, and what they and releases hold back.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders {
    given: Vec<Given>,
    is_all_paused: bool,
    /// The routes that are otherwise.
    exceptions: BTreeSet<RouteId>,
    on_hold: BTreeSet<(RouteId, MessageId)>,
    releases: BTreeMap<(RouteId, MessageId), Instant>,
    is_all_in_doubt: bool,
    in_doubt: BTreeSet<RouteId>,
}

/// An order that was given.
#[derive(Clone, Copy, Debug)]
struct Given {
    at: Instant,
    order: Order,
    target: Target,
}

/// The place of every message of a route in a map by route and message.
fn all_of(route: RouteId) -> std::ops::RangeInclusive<(RouteId, MessageId)> {
    (route, MessageId::from_bits(0))..=(route, MessageId::from_bits(u64::MAX))
}

/// Whether a target is this message, or all of its route, or everything.
pub(super) fn covers(target: Target, route: RouteId, message: MessageId) -> bool {
    match target {
        Target::All => true,
        Target::Route(its) => its == route,
        Target::Message { message: its, .. } => its == message,
    }
}

impl Orders {
    /// An order was given. What a hold is about is said by [`Orders::hold`].
    pub(super) fn give(&mut self, at: Instant, order: Order, target: Target) {
        self.given.push(Given { at, order, target });
        match (order, target) {
            (Order::Pause | Order::Resume, Target::All) => {
                self.is_all_paused = order == Order::Pause;
                self.exceptions.clear();
            }
            (Order::Pause | Order::Resume, Target::Route(route)) => {
                if self.is_all_paused == (order == Order::Pause) {
                    self.exceptions.remove(&route);
                } else {
                    self.exceptions.insert(route);
                }
            }
            (Order::Release, target) => {
                self.on_hold.retain(|(route, message)| !covers(target, *route, *message));
            }
            _ => {}
        }
    }

    /// A message is on hold.
    pub(super) fn hold(&mut self, route: RouteId, message: MessageId) {
        self.on_hold.insert((route, message));
    }

    /// Word of a message comes only now that the hub has had since an instant: what was ordered
    /// meanwhile is about it too. What was ordered at that very instant may be, or not.
    pub(super) fn catch_up(&mut self, route: RouteId, message: MessageId, since: Instant) {
        let first = self.given.partition_point(|given| given.at < since);
        let meant = self.given[first..].iter().filter(|it| covers(it.target, route, message));
        for given in meant {
            match given.order {
                Order::Hold if given.at == since => {
                    self.in_doubt.insert(route);
                }
                Order::Hold => {
                    self.on_hold.insert((route, message));
                }
                Order::Release => {
                    self.on_hold.remove(&(route, message));
                }
                _ => {}
            }
        }
    }

    /// A message must not leave before its release.
    pub(super) fn retain(&mut self, route: RouteId, message: MessageId, release_at: Instant) {
        self.releases.insert((route, message), release_at);
    }

    /// A message has ended.
    #[inline(always)]
    pub(super) fn end(&mut self, route: RouteId, message: MessageId) {
        if !self.on_hold.is_empty() {
            self.on_hold.remove(&(route, message));
        }
        if !self.releases.is_empty() {
            self.releases.remove(&(route, message));
        }
    }

    /// Whether connections for a route are forbidden.
    pub(super) fn is_paused(&self, route: RouteId) -> bool {
        self.is_all_paused != self.exceptions.contains(&route)
    }

    /// The messages of a route that may not go at an instant.
    pub(super) fn held_back(&self, route: RouteId, at: Instant) -> BTreeSet<MessageId> {
        if self.on_hold.is_empty() && self.releases.is_empty() {
            return BTreeSet::new();
        }
        let on_hold = self.on_hold.range(all_of(route)).map(|(_, message)| *message);
        let releases = self.releases.range(all_of(route));
        let later = releases.filter(|(_, release)| **release > at).map(|((_, it), _)| *it);
        on_hold.chain(later).collect()
    }

    /// As many messages may not go at most, whatever their route; some of them have been released.
    pub(super) fn held_back_at_most(&self) -> usize {
        self.on_hold.len() + self.releases.len()
    }

    /// Whether the release of a message of a route came in this time, ends included.
    pub(super) fn any_released(&self, route: RouteId, from: Instant, until: Instant) -> bool {
        let releases = self.releases.range(all_of(route));
        !self.releases.is_empty()
            && releases.into_iter().any(|(_, release)| (from..=until).contains(release))
    }

    /// Whether something of a route was put on hold or taken off it since an instant.
    pub(super) fn any_held_or_freed(&self, route: RouteId, since: Instant) -> bool {
        let recent = self.given.iter().rev().take_while(|given| given.at >= since);
        recent.filter(|given| matches!(given.order, Order::Hold | Order::Release)).any(|given| {
            match given.target {
                Target::All => true,
                Target::Route(its) | Target::Message { route: its, .. } => its == route,
            }
        })
    }

    /// Whether an order for a message, or for what it waits with, was given since an instant.
    pub(super) fn was_given(
        &self,
        order: Order,
        since: Instant,
        route: RouteId,
        message: MessageId,
    ) -> bool {
        let recent = self.given.iter().rev().take_while(|given| given.at >= since);
        recent
            .filter(|given| given.order == order)
            .any(|given| covers(given.target, route, message))
    }

    /// The hub went down: what was ordered since an instant may be lost.
    pub(super) fn doubt(&mut self, since: Instant) {
        for given in self.given.iter().rev().take_while(|given| given.at >= since) {
            match given.target {
                Target::All => self.is_all_in_doubt = true,
                Target::Route(route) | Target::Message { route, .. } => {
                    self.in_doubt.insert(route);
                }
            }
        }
    }

    /// Whether it is not known what of a route is paused or on hold.
    pub(super) fn is_in_doubt(&self, route: RouteId) -> bool {
        self.is_all_in_doubt || self.in_doubt.contains(&route)
    }

    /// Bytes on the heap, from above.
    pub(super) fn size_bytes(&self) -> usize {
        let entry = size_of::<((RouteId, MessageId), Instant)>() * 11 / 5;
        self.given.capacity() * size_of::<Given>()
            + (self.on_hold.len() + self.releases.len()) * entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_hold_or_not_released_is_held_back_once() {
        let (route, other) = (RouteId(1), RouteId(2));
        let message = |ordinal| MessageId::mail(0, ordinal).expect("small");
        let at = Instant::from_micros;
        let mut orders = Orders::default();
        for ordinal in 0..3 {
            orders.retain(route, message(ordinal), at(10 * ordinal));
        }
        orders.hold(route, message(0));
        orders.hold(route, message(2));
        orders.hold(other, message(9));
        let held = |orders: &Orders, now| -> Vec<_> {
            orders.held_back(route, at(now)).into_iter().collect()
        };
        assert_eq!(held(&orders, 5), [message(0), message(1), message(2)]);
        assert_eq!(held(&orders, 10), [message(0), message(2)], "released at that very instant");
        orders.give(at(12), Order::Release, Target::Route(route));
        assert_eq!(held(&orders, 12), [message(2)]);
        orders.end(route, message(2));
        assert_eq!(held(&orders, 12), []);
        assert_eq!(orders.held_back(other, at(12)).len(), 1);
    }

    #[test]
    fn what_was_ordered_before_word_of_a_message_came_is_about_it_too() {
        let (route, message) = (RouteId(1), MessageId::mail(0, 0).expect("small"));
        let at = Instant::from_micros;
        for (orders_given, is_held, is_in_doubt) in [
            (&[(4, Order::Hold)][..], false, false),
            (&[(5, Order::Hold)], false, true),
            (&[(6, Order::Hold)], true, false),
            (&[(6, Order::Hold), (7, Order::Release)], false, false),
            (&[(6, Order::Release), (7, Order::Hold)], true, false),
        ] {
            let mut orders = Orders::default();
            for (given_at, order) in orders_given {
                orders.give(at(*given_at), *order, Target::All);
            }
            orders.catch_up(route, message, at(5));
            let found = (!orders.held_back(route, at(9)).is_empty(), orders.is_in_doubt(route));
            assert_eq!(found, (is_held, is_in_doubt), "{orders_given:?}");
        }
    }

    #[test]
    fn the_last_word_on_a_route_counts() {
        let (one, other) = (RouteId(1), RouteId(2));
        let mut orders = Orders::default();
        for (order, target, paused) in [
            (Order::Pause, Target::Route(one), [true, false]),
            (Order::Pause, Target::All, [true, true]),
            (Order::Resume, Target::Route(one), [false, true]),
            (Order::Pause, Target::Route(one), [true, true]),
            (Order::Resume, Target::Route(other), [true, false]),
            (Order::Resume, Target::All, [false, false]),
        ] {
            orders.give(Instant::ZERO, order, target);
            assert_eq!([one, other].map(|route| orders.is_paused(route)), paused, "{target:?}");
        }
    }

    #[test]
    fn an_order_covers_what_it_names_since_it_was_given() {
        let (route, message) = (RouteId(1), MessageId::mail(0, 0).expect("small"));
        for (target, covered) in [
            (Target::All, true),
            (Target::Route(route), true),
            (Target::Route(RouteId(2)), false),
            (Target::Message { route, message }, true),
            (Target::Message { route, message: message.report(crate::base::Kind::Failed) }, false),
        ] {
            let mut orders = Orders::default();
            orders.give(Instant::from_micros(5), Order::Cancel, target);
            let given =
                |since, order| orders.was_given(order, Instant::from_micros(since), route, message);
            assert_eq!(given(5, Order::Cancel), covered, "{target:?}");
            assert!(!given(6, Order::Cancel) && !given(5, Order::Expire));
        }
    }
}
