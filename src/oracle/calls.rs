//! Calls, connections and orders: what follows from an event about a host or a route.

use std::collections::BTreeSet;

use super::Breach;
use super::call_served::{self, Answer, Mail};
use super::judge::Oracle;
use super::nodes::Request;
use super::orders;
use crate::base::{Instant, MessageId, Order, RouteId, SiteId, Span, Target};
use crate::scenario::RouteMode;
use crate::trace::{Asked, Seen};

impl Oracle {
    /// Hears of what befell a host or a route. Where that is told it is known what it was: inlined, so that
    /// nobody asks again.
    #[inline(always)]
    pub(super) fn hear_of_call(&mut self, at: Instant, seen: &Seen) {
        match *seen {
            Seen::EtrnAnswered { site, asked, code } => self.answer(at, site, asked, code),
            Seen::Connecting { route, .. } => self.begin_connection(at, route),
            Seen::Connected { route, .. } => {
                self.dials.settle(route);
                self.set_alarm();
            }
            Seen::ConnectionFailed { route, .. } => self.fail_connection(at, route),
            Seen::ConnectionClosed { route, .. } => self.close(at, route),
            Seen::Ordered { order, target } => self.order(at, order, target),
            _ => {}
        }
    }

    fn begin_connection(&mut self, at: Instant, route: RouteId) {
        self.flushes.connect(route);
        self.dials.begin(route, at);
        self.set_alarm();
    }

    fn fail_connection(&mut self, at: Instant, route: RouteId) {
        self.flushes.fail(route, at);
        self.dials.excuse(route);
        self.dials.settle(route);
        self.set_alarm();
    }

    fn answer(&mut self, at: Instant, site: SiteId, asked: Asked, code: u16) {
        let request = self.charter.nodes.request(site, asked);
        let mail = if request == Request::Allowed { self.mail(at, asked) } else { Mail::None };
        let answer = Answer { site, asked: &asked, code };
        if self.store.is_latched() {
            self.note(call_served::check_idle_answer(&self.charter, at, &answer, request, mail));
            return;
        }
        self.note(call_served::check_answer(&self.charter, at, &answer, request, mail));
        if request != Request::Allowed || !answer.is_consent() {
            return;
        }
        let since = self.outages.reach(at);
        for place in 0..self.charter.nodes.routes(&asked).len() {
            let route = self.charter.nodes.routes(&asked)[place];
            self.flushes.consent(route, at, since);
            self.owe(at, route);
        }
        self.set_alarm();
    }

    /// Whether mail may go for what was asked.
    fn mail(&self, at: Instant, asked: Asked) -> Mail {
        let mut mail = Mail::None;
        for route in self.charter.nodes.routes(&asked) {
            match self.mail_of(at, *route) {
                Mail::Unsure => return Mail::Unsure,
                Mail::Some => mail = Mail::Some,
                Mail::None => {}
            }
        }
        mail
    }

    fn mail_of(&self, at: Instant, route: RouteId) -> Mail {
        let since = self.outages.reach(at);
        let held_back = self.orders.held_back(route, at).len();
        // What was put on hold under way is on its way, and is on hold.
        let is_half_held = held_back > 0 && self.flushes.is_connected(route);
        let is_late = self.charter.lag() > Span::ZERO
            && (self.flushes.has_changed(route, since)
                || self.orders.any_released(route, since, at)
                || self.orders.any_held_or_freed(route, since));
        let is_unknown = self.orders.is_in_doubt(route) || self.store.has_muddled(route);
        if is_half_held || is_late || is_unknown {
            Mail::Unsure
        } else if self.flushes.open(route) as usize > held_back {
            Mail::Some
        } else {
            Mail::None
        }
    }

    /// Notes that a connection is owed to a route, if it is.
    fn owe(&mut self, at: Instant, route: RouteId) {
        if self.charter.mode_of(route) != Some(RouteMode::Held)
            || self.flushes.is_connected(route)
            || self.charter.policies.shared_connections()
            || self.orders.is_paused(route)
            || self.mail_of(at, route) != Mail::Some
        {
            return;
        }
        self.dials.owe(route, at);
    }

    /// A connection that was owed was not begun: a breach if mail still waits for it.
    pub(super) fn check_begun(&mut self, at: Instant, route: RouteId) -> Option<Breach> {
        let is_idle = !self.flushes.is_connected(route) && !self.orders.is_paused(route);
        if !is_idle || self.mail_of(at, route) == Mail::None {
            return None;
        }
        let waiting = self.first_that_may_go(at, route, Offers::Any);
        Some(call_served::not_begun(&self.charter, at, route, waiting))
    }

    fn close(&mut self, at: Instant, route: RouteId) {
        if self.flushes.close(route, at) && !self.orders.is_paused(route) {
            self.end_flush(at, route);
        }
        if !self.flushes.is_connected(route) {
            self.dials.settle(route);
        }
    }

    /// The last connection of an open flush was closed.
    #[inline(never)]
    fn end_flush(&mut self, at: Instant, route: RouteId) {
        let is_in_doubt = self.flushes.is_in_doubt(route);
        self.flushes.end(route, at);
        let is_held = self.charter.mode_of(route) == Some(RouteMode::Held);
        if is_held
            && self.flushes.fresh(route) > 0
            && !is_in_doubt
            && !self.orders.is_in_doubt(route)
        {
            // What is released at this very instant may come just after.
            let before = at - Span::from_micros(1);
            let left = self.first_that_may_go(before, route, Offers::None);
            let breach = left.map(|it| call_served::left_behind(&self.charter, at, route, it));
            self.note(breach);
        }
    }

    /// A message of a route that may go at an instant; O(messages in flight).
    #[cold]
    fn first_that_may_go(&self, at: Instant, route: RouteId, offers: Offers) -> Option<MessageId> {
        let held_back = self.orders.held_back(route, at);
        let waiting = self.ledger.open_messages().filter(|(message, slot)| {
            (offers == Offers::Any || !slot.was_offered())
                && self.charter.way_of(*message).is_some_and(|way| way.route == route)
                && !held_back.contains(message)
        });
        waiting.map(|(message, _)| message).min()
    }

    fn order(&mut self, at: Instant, order: Order, target: Target) {
        self.orders.give(at, order, target);
        match (order, target) {
            (Order::Hold, target) => self.hold(at, target),
            // It can start nothing.
            (Order::Flush, _) if self.store.is_latched() => {}
            (Order::Flush, Target::All) => {
                for route in (0..).map(RouteId).take(self.charter.routes()) {
                    self.flushes.consent(route, at, self.outages.reach(at));
                }
            }
            (Order::Flush, Target::Route(route)) => {
                self.flushes.consent(route, at, self.outages.reach(at));
            }
            _ => {}
        }
    }

    /// Puts on hold what is there now; O(messages in flight).
    fn hold(&mut self, at: Instant, target: Target) {
        let mut routes = BTreeSet::new();
        for (message, _) in self.ledger.open_messages() {
            if let Some(way) = self.charter.way_of(message)
                && orders::covers(target, way.route, message)
            {
                self.orders.hold(way.route, message);
                routes.insert(way.route);
            }
        }
        for route in routes {
            self.doubt_flush(at, route);
        }
    }
}

/// Which messages are meant, by the transfers of them that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offers {
    Any,
    None,
}
