//! What a queue waits for besides deadlines: the next try of a route or a message, a silent peer, a
//! release, a sender to be told of a delay.
//!
//! In: instants with what they are for. Out: what has come up, in order. A timer that no longer
//! matters is not taken out: who set it sees by its number that it is stale.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::ConnectionId;
use super::shelf::Ticket;
use crate::base::{Instant, RouteId};

/// What a timer is for. At equal instants they come up in this order, so that a message whose own try
/// or release comes as a connection of its route fails waits with the route: whether it does is told by
/// instants alone, as the records have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A message may leave from now on; stale if it does not stand before its release.
    Release(Ticket),
    /// A message's own next try.
    MessageTry(Ticket),
    /// A peer has been silent for as long as its phase allows. By route, since which slot a connection has goes
    /// by what else there was.
    Silence { route: RouteId, connection: ConnectionId },
    /// A route's next try; stale unless it is the last that was set.
    RouteTry { route: RouteId, number: u32 },
    /// The sender of a message that still waits is to be told so.
    Notice(Ticket),
}

/// Every timer of a queue.
#[derive(Clone, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, Timer)>>,
}

impl Timers {
    pub(super) fn set(&mut self, at: Instant, timer: Timer) {
        self.heap.push(Reverse((at, timer)));
    }

    /// When the next one comes up.
    pub(super) fn next(&self) -> Instant {
        self.heap.peek().map_or(Instant::NEVER, |Reverse((at, _))| *at)
    }

    /// The next one that came up at or before `now`.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(Instant, Timer)> {
        if self.next() > now {
            return None;
        }
        self.heap.pop().map(|Reverse(due)| due)
    }
}
