//! How each route stands, recomputed from what was seen: its mail, its connections, its flush.
//!
//! A flush opens when the hub consents to an ETRN for the route (250, 252 or 253: RFC 1985 5; 251
//! says that nothing waits) while mail for it is open, or when an administrator orders it; a second
//! ETRN joins it. It ends when nothing of the route is left, when a connection of the route fails,
//! when the hub closes the last one, or when the hub goes down. A pause does not end it. Whether it
//! ends when all that is left may not go, being on hold or not yet released, is in doubt until the
//! next call: nothing is laid to the hub's charge either way.

use super::slot::Slot;
use crate::base::{Instant, RouteId};

/// The flushes of all routes.
#[derive(Clone, Debug)]
pub(super) struct Flushes {
    routes: Vec<Traffic>,
    /// Apart, since only what is out of the ordinary asks for it.
    past: Vec<Past>,
    keeping: Keeping,
}

/// Whether it is kept when a route's mail changed last: only where effects come late is it asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeping {
    Changes,
    Nothing,
}

/// One route.
#[derive(Clone, Copy, Debug)]
struct Traffic {
    open: u32,
    /// Of the open, those of which no transfer has begun yet.
    fresh: u32,
    connections: u32,
    flush: Flush,
}

/// When things happened last to a route.
#[derive(Clone, Copy, Debug, Default)]
struct Past {
    last_failure: Option<Instant>,
    /// A connection ended, well or not.
    last_end: Option<Instant>,
    /// A flush ended since nothing was left.
    last_service: Option<Instant>,
    last_change: Option<Instant>,
    /// A flush was open up to here, and what it let go may be seen later.
    open_until: Option<Instant>,
    /// The hub consented then, and no mail was seen: it may have had some.
    asked: Option<Instant>,
    /// Whether the hub may take the flush for ended that is open here.
    is_in_doubt: bool,
}

/// Whether mail may go to a held route, and if not, why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flush {
    NeverCalled,
    Open,
    Served,
    Failed,
    Closed,
    Crashed,
}

impl Flush {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Flush::NeverCalled => "no ETRN for it had found mail and been granted",
            Flush::Open => "a flush was open",
            Flush::Served => "its last flush had ended when nothing was left",
            Flush::Failed => "its last flush had ended when a connection failed",
            Flush::Closed => "its last flush had ended when the hub closed the last connection",
            Flush::Crashed => "its last flush had ended when the hub went down or its store failed",
        }
    }
}

impl Flushes {
    /// No calls yet, for so many routes.
    pub(super) fn new(routes: usize, keeping: Keeping) -> Flushes {
        let flush = Flush::NeverCalled;
        let traffic = Traffic { open: 0, fresh: 0, connections: 0, flush };
        Flushes { routes: vec![traffic; routes], past: vec![Past::default(); routes], keeping }
    }

    fn route(&mut self, route: RouteId) -> Option<&mut Traffic> {
        self.routes.get_mut(route.index())
    }

    fn change(&mut self, route: RouteId, at: Instant) {
        if self.keeping == Keeping::Changes {
            self.past[route.index()].last_change = Some(at);
        }
    }

    /// A message for the route, accepted at an instant, is open from now on.
    ///
    /// Where word of it comes late, a flush that ended since nothing was left had it to go on with, and
    /// one that found nothing had it to begin with.
    #[inline(always)]
    pub(super) fn enter(&mut self, route: RouteId, slot: Slot, accepted_at: Instant, at: Instant) {
        let Some(traffic) = self.routes.get_mut(route.index()) else { return };
        traffic.open += 1;
        traffic.fresh += u32::from(!slot.was_offered());
        if traffic.flush != Flush::Open && accepted_at < at {
            let past = &mut self.past[route.index()];
            let is_served = traffic.flush == Flush::Served;
            if is_served && past.last_service >= Some(accepted_at)
                || past.asked >= Some(accepted_at)
            {
                traffic.flush = Flush::Open;
                // It may as well have come just after, as what is born of the very end that left
                // nothing.
                past.is_in_doubt = true;
            }
        }
        self.change(route, at);
    }

    /// What is left of the route may not go: the hub may take its flush for ended.
    pub(super) fn doubt(&mut self, route: RouteId) {
        if let Some(past) = self.past.get_mut(route.index()) {
            past.is_in_doubt = true;
        }
    }

    /// Whether the hub may have taken the last flush of a route for ended before that was seen.
    pub(super) fn is_in_doubt(&self, route: RouteId) -> bool {
        self.past.get(route.index()).is_some_and(|past| past.is_in_doubt)
    }

    /// Whether a flush of the route was open since an instant and has ended.
    pub(super) fn was_open(&self, route: RouteId, since: Instant) -> bool {
        self.past.get(route.index()).and_then(|past| past.open_until) >= Some(since)
    }

    /// A message for the route has ended.
    #[inline(always)]
    pub(super) fn leave(&mut self, route: RouteId, slot: Slot, at: Instant) {
        let Some(traffic) = self.route(route) else { return };
        traffic.open = traffic.open.saturating_sub(1);
        traffic.fresh = traffic.fresh.saturating_sub(u32::from(!slot.was_offered()));
        if traffic.open == 0 && traffic.flush == Flush::Open {
            traffic.flush = Flush::Served;
            let past = &mut self.past[route.index()];
            (past.last_service, past.open_until) = (Some(at), Some(at));
        }
        self.change(route, at);
    }

    /// The first transfer of a message for the route begins.
    pub(super) fn offer(&mut self, route: RouteId) {
        if let Some(traffic) = self.route(route) {
            traffic.fresh = traffic.fresh.saturating_sub(1);
        }
    }

    /// The hub consents to deliver what waits for the route, and decided so at `since` or later.
    pub(super) fn consent(&mut self, route: RouteId, at: Instant, since: Instant) {
        let had_mail = self.has_changed(route, since);
        let Some(traffic) = self.routes.get_mut(route.index()) else { return };
        let past = &mut self.past[route.index()];
        if traffic.open > 0 || had_mail {
            traffic.flush = Flush::Open;
            past.is_in_doubt = false;
        } else {
            past.asked = Some(at);
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
            let was_open = traffic.end(Flush::Failed);
            let past = &mut self.past[route.index()];
            (past.last_failure, past.last_end) = (Some(at), Some(at));
            let was_asked = past.asked.take().is_some();
            if was_open || was_asked {
                past.open_until = Some(at);
            }
        }
    }

    /// The hub closed a connection for the route; true if it was the last of an open flush.
    pub(super) fn close(&mut self, route: RouteId, at: Instant) -> bool {
        let Some(traffic) = self.route(route) else { return false };
        traffic.connections = traffic.connections.saturating_sub(1);
        let is_last = traffic.connections == 0 && traffic.flush == Flush::Open;
        self.past[route.index()].last_end = Some(at);
        is_last
    }

    /// The flush of a route is over, since its last connection was closed.
    pub(super) fn end(&mut self, route: RouteId, at: Instant) {
        if let Some(traffic) = self.route(route)
            && traffic.end(Flush::Closed)
        {
            self.past[route.index()].open_until = Some(at);
        }
    }

    /// The hub went down or its store failed, and every connection and flush with it.
    pub(super) fn crash(&mut self) {
        for traffic in &mut self.routes {
            traffic.connections = 0;
            traffic.end(Flush::Crashed);
        }
        // What it let go and was not seen is lost with it.
        for past in &mut self.past {
            (past.open_until, past.asked) = (None, None);
        }
    }

    fn traffic(&self, route: RouteId) -> Option<&Traffic> {
        self.routes.get(route.index())
    }

    /// How the route stands.
    pub(super) fn flush(&self, route: RouteId) -> Flush {
        self.traffic(route).map_or(Flush::NeverCalled, |traffic| traffic.flush)
    }

    /// Messages that have not ended.
    pub(super) fn open(&self, route: RouteId) -> u32 {
        self.traffic(route).map_or(0, |traffic| traffic.open)
    }

    /// Messages that have not ended and of which no transfer has begun.
    pub(super) fn fresh(&self, route: RouteId) -> u32 {
        self.traffic(route).map_or(0, |traffic| traffic.fresh)
    }

    /// Whether a connection is open or being opened.
    pub(super) fn is_connected(&self, route: RouteId) -> bool {
        self.traffic(route).is_some_and(|traffic| traffic.connections > 0)
    }

    /// Whether there was a connection since an instant.
    pub(super) fn was_connected(&self, route: RouteId, since: Instant) -> bool {
        let last_end = self.past.get(route.index()).and_then(|past| past.last_end);
        self.is_connected(route) || last_end >= Some(since)
    }

    /// Whether a connection for the route has failed since an instant.
    pub(super) fn has_failed(&self, route: RouteId, since: Instant) -> bool {
        self.past.get(route.index()).and_then(|past| past.last_failure) >= Some(since)
    }

    /// Whether mail for the route came or ended since an instant, where that is kept.
    pub(super) fn has_changed(&self, route: RouteId, since: Instant) -> bool {
        self.past.get(route.index()).and_then(|past| past.last_change) >= Some(since)
    }

    /// Bytes on the heap.
    pub(super) fn size_bytes(&self) -> usize {
        self.routes.capacity() * size_of::<Traffic>() + self.past.capacity() * size_of::<Past>()
    }
}

impl Traffic {
    /// Ends its flush; whether one was open.
    fn end(&mut self, why: Flush) -> bool {
        let was_open = self.flush == Flush::Open;
        if was_open {
            self.flush = why;
        }
        was_open
    }
}
