//! I5 call-before-delivery: nothing goes to a held route outside a flush.
//!
//! A flush is reckoned from what was seen. It opens when the hub consents to an ETRN for the route
//! (250, 252 or 253: RFC 1985 5; 251 says that nothing waits) while mail for it is open; a second
//! ETRN joins it. It ends when nothing of the route is left, when a connection of the route fails,
//! or when the hub closes the last one. A transfer that began in a flush may be finished after it;
//! none may begin.

use super::Breach;
use super::charter::{Charter, Way};
use crate::base::{Instant, MessageId, RouteId, Rule};
use crate::scenario::RouteMode;

/// The flushes of all routes.
#[derive(Clone, Debug)]
pub(super) struct Flushes {
    routes: Vec<Traffic>,
    /// Apart, since only what is given up early asks for it.
    last_failures: Vec<Option<Instant>>,
}

/// One route.
#[derive(Clone, Copy, Debug)]
struct Traffic {
    open: u32,
    connections: u32,
    flush: Flush,
}

/// Whether mail may go to a held route, and if not, why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flush {
    NeverCalled,
    Open,
    Served,
    Failed,
    Closed,
}

impl Flush {
    const fn text(self) -> &'static str {
        match self {
            Flush::NeverCalled => "no ETRN for it had found mail and been granted",
            Flush::Open => "a flush was open",
            Flush::Served => "its last flush had ended when nothing was left",
            Flush::Failed => "its last flush had ended when a connection failed",
            Flush::Closed => "its last flush had ended when the hub closed the last connection",
        }
    }
}

impl Flushes {
    /// No calls yet, for so many routes.
    pub(super) fn new(routes: usize) -> Flushes {
        let traffic = Traffic { open: 0, connections: 0, flush: Flush::NeverCalled };
        Flushes { routes: vec![traffic; routes], last_failures: vec![None; routes] }
    }

    fn route(&mut self, route: RouteId) -> Option<&mut Traffic> {
        self.routes.get_mut(route.index())
    }

    /// A message for the route was accepted.
    pub(super) fn enter(&mut self, route: RouteId) {
        if let Some(traffic) = self.route(route) {
            traffic.open += 1;
        }
    }

    /// A message for the route has ended.
    pub(super) fn leave(&mut self, route: RouteId) {
        if let Some(traffic) = self.route(route) {
            traffic.open = traffic.open.saturating_sub(1);
            if traffic.open == 0 {
                traffic.end(Flush::Served);
            }
        }
    }

    /// The hub answered an ETRN for the route.
    pub(super) fn answer(&mut self, route: RouteId, code: u16) {
        if let Some(traffic) = self.route(route)
            && matches!(code, 250 | 252 | 253)
            && traffic.open > 0
        {
            traffic.flush = Flush::Open;
        }
    }

    /// The hub begins to open a connection for the route.
    pub(super) fn connect(&mut self, route: RouteId) {
        if let Some(traffic) = self.route(route) {
            traffic.connections += 1;
        }
    }

    /// A connection for the route failed.
    pub(super) fn fail(&mut self, route: RouteId, at: Instant) {
        if let Some(traffic) = self.route(route) {
            traffic.connections = traffic.connections.saturating_sub(1);
            traffic.end(Flush::Failed);
            self.last_failures[route.index()] = Some(at);
        }
    }

    /// The hub closed a connection for the route.
    pub(super) fn close(&mut self, route: RouteId) {
        if let Some(traffic) = self.route(route) {
            traffic.connections = traffic.connections.saturating_sub(1);
            if traffic.connections == 0 {
                traffic.end(Flush::Closed);
            }
        }
    }

    /// How the route stands.
    pub(super) fn flush(&self, route: RouteId) -> Flush {
        self.routes.get(route.index()).map_or(Flush::NeverCalled, |traffic| traffic.flush)
    }

    /// When a connection for the route failed last.
    pub(super) fn last_failure(&self, route: RouteId) -> Option<Instant> {
        self.last_failures.get(route.index()).copied().flatten()
    }

    /// Bytes on the heap.
    pub(super) fn size_bytes(&self) -> usize {
        self.routes.capacity() * size_of::<Traffic>()
            + self.last_failures.capacity() * size_of::<Option<Instant>>()
    }
}

impl Traffic {
    fn end(&mut self, why: Flush) {
        if self.flush == Flush::Open {
            self.flush = why;
        }
    }
}

/// Judges that a message went its way: a transfer began, or ended that was not seen to begin.
pub(super) fn check(
    charter: &Charter,
    flushes: &Flushes,
    at: Instant,
    message: MessageId,
    way: Way,
) -> Option<Breach> {
    if way.mode != RouteMode::Held {
        return None;
    }
    match flushes.flush(way.route) {
        Flush::Open => None,
        why => Some(breach(charter, at, message, way, why)),
    }
}

#[cold]
fn breach(charter: &Charter, at: Instant, message: MessageId, way: Way, why: Flush) -> Breach {
    let domain = charter.domain(way.route);
    Breach {
        rule: Rule::CallBeforeDelivery,
        at,
        message: Some(message),
        site: Some(way.site),
        expected: format!("mail for {domain} goes only in a flush that an ETRN opened"),
        seen: format!("at {at} it was sent outside one: {}", why.text()),
    }
}
