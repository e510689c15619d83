//! The connections that are open at once: where each is, what it carries, how long it may be silent.

use super::shelf::Handle;
use super::{ConnectionId, Extensions, Phase};
use crate::base::{Instant, RouteId};

/// One connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connection {
    /// For which route.
    pub(super) route: RouteId,
    /// What its session waits for.
    pub(super) phase: Phase,
    /// What its host offered in its greeting.
    pub(super) offers: Extensions,
    /// The message that it carries.
    pub(super) carries: Option<Handle>,
    /// When its peer has been silent for too long.
    pub(super) silent_until: Instant,
    /// When its timer comes up, at or before `silent_until`. Other timers of it are stale.
    pub(super) armed_at: Instant,
}

impl Connection {
    /// Whether the host has greeted.
    pub(super) const fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Connect | Phase::Greeting)
    }

    /// Notes where the session is, and until when its peer may be silent. Given back is the instant
    /// for which a timer is to be set, if the one that is set comes later: one that is early comes
    /// up, finds that the peer has spoken, and is set again.
    pub(super) fn listen(&mut self, phase: Phase, silent_until: Instant) -> Option<Instant> {
        self.phase = phase;
        self.silent_until = silent_until;
        if silent_until >= self.armed_at {
            return None;
        }
        self.armed_at = silent_until;
        Some(silent_until)
    }
}

/// All connections of a queue. Places are used again, each time with the next generation.
#[derive(Clone, Default)]
pub(super) struct Connections {
    places: Vec<Place>,
    free: Vec<u32>,
}

#[derive(Clone)]
struct Place {
    generation: u32,
    connection: Option<Connection>,
}

impl Connections {
    /// Adds a connection that is about to be opened, by `silent_until`.
    pub(super) fn add(&mut self, route: RouteId, silent_until: Instant) -> ConnectionId {
        let connection = Connection {
            route,
            phase: Phase::Connect,
            offers: Extensions::default(),
            carries: None,
            silent_until,
            armed_at: silent_until,
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { generation: 0, connection: None });
            self.places.len() as u32 - 1
        });
        let place = &mut self.places[slot as usize];
        place.connection = Some(connection);
        ConnectionId { slot, generation: place.generation }
    }

    /// A connection; none if it is over, or never was.
    pub(super) fn get(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        let place = self.places.get_mut(id.slot as usize)?;
        place.connection.as_mut().filter(|_| place.generation == id.generation)
    }

    /// Takes a connection out: whatever is heard of it from now on is stale.
    pub(super) fn remove(&mut self, id: ConnectionId) -> Option<Connection> {
        let place = self.places.get_mut(id.slot as usize)?;
        if place.generation != id.generation {
            return None;
        }
        let connection = place.connection.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(id.slot);
        Some(connection)
    }

    /// The connection that carries a message; O(connections), asked only where a transfer is cut.
    pub(super) fn carrying(&self, handle: Handle) -> Option<ConnectionId> {
        (0..).zip(&self.places).find_map(|(slot, place)| {
            let carries = place.connection.is_some_and(|c| c.carries == Some(handle));
            carries.then_some(ConnectionId { slot, generation: place.generation })
        })
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        (self.places.len() - self.free.len()) as u32
    }
}
