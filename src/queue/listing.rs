//! What an operator sees of a queue: every message that has not ended.
//!
//! In: nothing. Out: one line for each message, in no order that means anything. It costs O(messages).

use super::{Queue, Rules};
use crate::base::{Instant, MessageId, RouteId, State, Status};

/// One message that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Which message, which recipient.
    pub message: MessageId,
    /// The way to it.
    pub route: RouteId,
    /// Where it stands.
    pub state: State,
    /// When it will be returned at the latest.
    pub deadline: Instant,
    /// Tries made for it.
    pub attempts: u32,
    /// What became of the last one; none before the first.
    pub status: Option<Status>,
}

impl<R: Rules> Queue<R> {
    /// Every message that has not ended.
    pub fn list(&self) -> impl Iterator<Item = Listing> {
        self.shelf.handles().map(|handle| {
            let (route, _) = self.shelf.place(handle);
            let lane = &self.lanes[route.index()];
            let mut entry = *self.shelf.entry(handle);
            entry.count_failures(lane.failed_connections, lane.last_failure);
            Listing {
                message: entry.message,
                route,
                state: self.state_of(handle),
                deadline: self.deadline_of(handle),
                attempts: u32::from(entry.attempts),
                status: entry.status,
            }
        })
    }
}
