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

/// The place of a connection.
#[derive(Clone, Default)]
struct Seat {
    session: Option<Session>,
    /// The last step of the place, whoever's it was.
    step: u32,
}

/// All sessions, by the place of their connection.
#[derive(Clone, Default)]
pub(super) struct Sessions {
    places: Vec<Seat>,
    /// Sessions that go on although the subject took them for over and gave their place to another.
    displaced: Vec<Session>,
    count: usize,
}

impl Sessions {
    pub(super) fn add(&mut self, connection: ConnectionId, route: RouteId, site: SiteId) {
        let place = connection.slot as usize;
        if place >= self.places.len() {
            self.places.resize(place + 1, Seat::default());
        }
        let seat = &mut self.places[place];
        let (stage, carries, step) = (Stage::Connect, None, seat.step);
        let session = Session { connection, route, site, stage, carries, step };
        self.displaced.extend(seat.session.replace(session));
        self.count += 1;
    }

    /// Notes the stage of a session; the step that it awaits from now on.
    #[inline(always)]
    pub(super) fn go_on(&mut self, connection: ConnectionId, stage: Stage) -> Option<u32> {
        let is_meant = |session: &Session| session.connection == connection;
        let (session, last_step) = self.find(connection.slot, is_meant)?;
        *last_step = last_step.wrapping_add(1);
        session.stage = stage;
        session.step = *last_step;
        Some(*last_step)
    }

    /// The session of a connection, if it is not over.
    pub(super) fn get(&mut self, connection: ConnectionId) -> Option<&mut Session> {
        let is_meant = |session: &Session| session.connection == connection;
        self.find(connection.slot, is_meant).map(|(session, _)| session)
    }

    /// The session at a place that awaits this step.
    pub(super) fn awaiting(&mut self, slot: u32, step: u32) -> Option<&mut Session> {
        self.find(slot, |session| session.step == step).map(|(session, _)| session)
    }

    /// A session at a place, with the last step of that place.
    #[inline(always)]
    fn find(
        &mut self,
        slot: u32,
        is_meant: impl Fn(&Session) -> bool,
    ) -> Option<(&mut Session, &mut u32)> {
        let Seat { session, step } = self.places.get_mut(slot as usize)?;
        let session = match session {
            Some(session) if is_meant(session) => session,
            _ => {
                let mut displaced = self.displaced.iter_mut();
                displaced.find(|one| one.connection.slot == slot && is_meant(one))?
            }
        };
        Some((session, step))
    }

    /// Takes a session out. Steps that were awaited are stale from now on.
    pub(super) fn remove(&mut self, connection: ConnectionId) -> Option<Session> {
        let session = *self.get(connection)?;
        let seat = &mut self.places[connection.slot as usize];
        seat.step = seat.step.wrapping_add(1);
        if seat.session.is_some_and(|one| one.connection == connection) {
            seat.session = None;
        } else {
            self.displaced.retain(|one| one.connection != connection);
        }
        self.count -= 1;
        Some(session)
    }

    /// Every connection whose session is not over, by its place.
    pub(super) fn connections(&self) -> Vec<ConnectionId> {
        let seated = self.places.iter().filter_map(|seat| seat.session.as_ref());
        let all = seated.chain(&self.displaced);
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
