//! The connections of a run as the far end sees them: where each session is, what is on its way.

use crate::base::{MessageId, RouteId, SiteId, Status};
use crate::queue::ConnectionId;
use crate::scenario::{Does, TroublePhase};

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The connection is on its way to the host.
    Connect,
    /// The host greets.
    Greeting,
    /// Nothing is going on.
    Idle,
    /// MAIL, RCPT and DATA are on their way, together (RFC 2920), and their answers.
    Command,
    /// So many bytes are still to go, the block on the line among them; then this.
    Data { left_bytes: u64, block_bytes: u64, end: DataEnd },
    /// The final dot is on its way, and its answer.
    FinalDot,
    /// Something goes wrong in a phase.
    Troubled { phase: TroublePhase, does: Does },
}

/// What comes after the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataEnd {
    /// The final dot.
    Dot,
    /// A refusal.
    Refused(Status),
    /// The line drops.
    Dropped,
}

impl Stage {
    /// What befell a session that is lost at this stage.
    pub(super) const fn status_of_loss(self) -> Status {
        match self {
            Stage::Connect
            | Stage::Greeting
            | Stage::Troubled {
                phase: TroublePhase::Lookup | TroublePhase::Connect | TroublePhase::Greeting,
                ..
            } => Status::NO_ANSWER,
            Stage::Idle
            | Stage::Command
            | Stage::Data { .. }
            | Stage::FinalDot
            | Stage::Troubled {
                phase: TroublePhase::Command | TroublePhase::Data | TroublePhase::FinalDot,
                ..
            } => Status::BAD_CONNECTION,
        }
    }

    /// Whether the final dot was sent and its answer has not come: the host may have the message.
    pub(super) const fn awaits_last_word(self) -> bool {
        matches!(self, Stage::FinalDot | Stage::Troubled { phase: TroublePhase::FinalDot, .. })
    }
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
#[derive(Clone, Default)]
pub(super) struct Sessions {
    places: Vec<Option<Session>>,
    /// The last step of each place, whoever's it was.
    steps: Vec<u32>,
    /// Sessions that go on although the subject took them for over and gave their place to another.
    displaced: Vec<Session>,
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
        let session = Session { connection, route, site, stage, carries, step };
        self.displaced.extend(self.places[place].replace(session));
        self.count += 1;
    }

    /// Notes the stage of a session; the step that it awaits from now on.
    pub(super) fn go_on(&mut self, connection: ConnectionId, stage: Stage) -> Option<u32> {
        let step = self.steps.get(connection.slot as usize)?.wrapping_add(1);
        let session = self.get(connection)?;
        session.stage = stage;
        session.step = step;
        self.steps[connection.slot as usize] = step;
        Some(step)
    }

    /// The session of a connection, if it is not over.
    pub(super) fn get(&mut self, connection: ConnectionId) -> Option<&mut Session> {
        self.find(connection.slot, |session| session.connection == connection)
    }

    /// The session at a place that awaits this step.
    pub(super) fn awaiting(&mut self, slot: u32, step: u32) -> Option<&mut Session> {
        self.find(slot, |session| session.step == step)
    }

    #[inline(always)]
    fn find(&mut self, slot: u32, is_meant: impl Fn(&Session) -> bool) -> Option<&mut Session> {
        let Sessions { places, displaced, .. } = self;
        match places.get_mut(slot as usize)? {
            Some(session) if is_meant(session) => Some(session),
            _ => displaced.iter_mut().find(|one| one.connection.slot == slot && is_meant(one)),
        }
    }

    /// Takes a session out. Steps that were awaited are stale from now on.
    pub(super) fn remove(&mut self, connection: ConnectionId) -> Option<Session> {
        let session = *self.get(connection)?;
        let place = connection.slot as usize;
        self.steps[place] = self.steps[place].wrapping_add(1);
        if self.places[place].is_some_and(|one| one.connection == connection) {
            self.places[place] = None;
        } else {
            self.displaced.retain(|one| one.connection != connection);
        }
        self.count -= 1;
        Some(session)
    }

    /// Every connection whose session is not over, by its place.
    pub(super) fn connections(&self) -> Vec<ConnectionId> {
        let all = self.places.iter().flatten().chain(&self.displaced);
        let mut connections: Vec<_> = all.map(|session| session.connection).collect();
        connections.sort_unstable();
        connections
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_whose_place_was_taken_goes_on_by_its_own_steps() {
        let connection = |generation| ConnectionId { slot: 0, generation };
        let mut sessions = Sessions::default();
        sessions.add(connection(0), RouteId(0), SiteId(0));
        let first = sessions.go_on(connection(0), Stage::Greeting).expect("it is on");
        sessions.add(connection(1), RouteId(1), SiteId(1));
        let second = sessions.go_on(connection(1), Stage::Connect).expect("it is on");

        let site = |session: Option<&mut Session>| session.map(|session| session.site);
        assert_eq!(sessions.count(), 2);
        assert_eq!(site(sessions.awaiting(0, first)), Some(SiteId(0)));
        assert_eq!(site(sessions.awaiting(0, second)), Some(SiteId(1)));
        assert_eq!(sessions.remove(connection(0)).map(|session| session.site), Some(SiteId(0)));
        assert_eq!(site(sessions.awaiting(0, first)), None);
        assert_eq!(site(sessions.get(connection(1))), Some(SiteId(1)));
        assert!(sessions.remove(connection(1)).is_some());
        assert!(sessions.remove(connection(1)).is_none());
        assert_eq!(sessions.count(), 0);
    }
}
