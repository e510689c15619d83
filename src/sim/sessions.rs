//! The connections of a run as the far end sees them: where each session is, what is on its way.

use crate::base::{MessageId, RouteId, SiteId};
use crate::queue::ConnectionId;

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The connection is on its way to the host.
    Connect,
    /// The host does not answer.
    Unanswered,
    /// The host greets.
    Greeting,
    /// Nothing is going on.
    Idle,
    /// MAIL, RCPT and DATA are on their way, together (RFC 2920), and their answers.
    Command,
    /// So many bytes of the message are still to go, the block on the line among them.
    Data { left_bytes: u64, block_bytes: u64 },
    /// The final dot is on its way, and its answer.
    FinalDot,
}

/// One connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub(super) connection: ConnectionId,
    pub(super) route: RouteId,
    pub(super) site: SiteId,
    pub(super) stage: Stage,
    /// The message on it, with its size and the number of the try.
    pub(super) carries: Option<Carried>,
    /// Which step is awaited; others are stale.
    pub(super) step: u32,
}

/// A message on a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried {
    pub(super) message: MessageId,
    pub(super) size_bytes: u32,
    pub(super) attempt: u32,
}

/// All sessions, by the place of their connection.
#[derive(Default)]
pub(super) struct Sessions {
    places: Vec<Option<Session>>,
    steps: Vec<u32>,
    count: usize,
}

impl Sessions {
    pub(super) fn add(&mut self, connection: ConnectionId, route: RouteId, site: SiteId) {
        let place = connection.slot as usize;
        if place >= self.places.len() {
            self.places.resize(place + 1, None);
            self.steps.resize(place + 1, 0);
        }
        let step = self.steps[place];
        let (stage, carries) = (Stage::Connect, None);
        self.places[place] = Some(Session { connection, route, site, stage, carries, step });
        self.count += 1;
    }

    /// The session of a connection, if it is not over.
    pub(super) fn get(&mut self, connection: ConnectionId) -> Option<&mut Session> {
        let session = self.places.get_mut(connection.slot as usize)?.as_mut();
        session.filter(|session| session.connection == connection)
    }

    /// The session at a place that awaits this step.
    pub(super) fn awaiting(&mut self, slot: u32, step: u32) -> Option<&mut Session> {
        let session = self.places.get_mut(slot as usize)?.as_mut();
        session.filter(|session| session.step == step)
    }

    /// Takes a session out. Steps that were awaited are stale from now on.
    pub(super) fn remove(&mut self, connection: ConnectionId) -> Option<Session> {
        let session = *self.get(connection)?;
        let place = connection.slot as usize;
        self.steps[place] = session.step.wrapping_add(1);
        self.places[place] = None;
        self.count -= 1;
        Some(session)
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}
