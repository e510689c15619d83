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
    /// Its seat, which is its own as long as it is not over.
    pub(super) seat: u32,
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

/// A place for a session.
#[derive(Clone, Copy, Default)]
struct Seat {
    session: Option<Session>,
    /// The last step of the seat, whoever's it was.
    step: u32,
}

/// All sessions, each in a seat of its own. The first session of a site has the seat of the site's number,
/// further ones have seats behind those: what happens at one instant in the order of the seats goes by the
/// sites, and not by which slots the queue had free for its connections.
#[derive(Clone)]
pub(super) struct Sessions {
    seats: Vec<Seat>,
    /// How many sites there are.
    sites: usize,
    /// Seats behind those of the sites that nobody has.
    free: Vec<u32>,
    /// The seat of the last connection in each slot.
    of_slot: Vec<u32>,
    /// Sessions that go on although the subject took them for over and gave their slot to another, and
    /// their seats.
    displaced: Vec<(ConnectionId, u32)>,
    count: usize,
}

impl Sessions {
    /// No sessions yet, with so many sites.
    pub(super) fn new(sites: usize) -> Sessions {
        Sessions {
            seats: vec![Seat::default(); sites],
            sites,
            free: Vec::new(),
            of_slot: Vec::new(),
            displaced: Vec::new(),
            count: 0,
        }
    }

    /// Begins a session; its seat.
    pub(super) fn add(&mut self, connection: ConnectionId, route: RouteId, site: SiteId) -> u32 {
        let number = self.free_seat(site);
        let slot = connection.slot as usize;
        if slot >= self.of_slot.len() {
            self.of_slot.resize(slot + 1, number);
        }
        let before = std::mem::replace(&mut self.of_slot[slot], number);
        if let Some(session) = self.seats[before as usize].session
            && session.connection.slot == connection.slot
        {
            self.displaced.push((session.connection, before));
        }
        let seat = &mut self.seats[number as usize];
        let (stage, carries, step) = (Stage::Connect, None, seat.step);
        seat.session =
            Some(Session { connection, seat: number, route, site, stage, carries, step });
        self.count += 1;
        number
    }

    fn free_seat(&mut self, site: SiteId) -> u32 {
        if self.seats[site.index()].session.is_none() {
            return site.0;
        }
        self.free.pop().unwrap_or_else(|| {
            self.seats.push(Seat::default());
            self.seats.len() as u32 - 1
        })
    }

    /// The seat of a session that is not over.
    #[inline(always)]
    fn seat_of(&self, connection: ConnectionId) -> Option<u32> {
        let number = *self.of_slot.get(connection.slot as usize)?;
        let session = &self.seats[number as usize].session;
        if session.is_some_and(|session| session.connection == connection) {
            return Some(number);
        }
        let displaced = self.displaced.iter().find(|(its, _)| *its == connection);
        displaced.map(|(_, number)| *number)
    }

    /// Notes the stage of the session in a seat; the step that it awaits from now on.
    #[inline(always)]
    pub(super) fn go_on(&mut self, seat: u32, stage: Stage) -> Option<u32> {
        let Seat { session, step } = &mut self.seats[seat as usize];
        let session = session.as_mut()?;
        *step = step.wrapping_add(1);
        session.stage = stage;
        session.step = *step;
        Some(*step)
    }

    /// The session of which this is a copy, if it is not over.
    #[inline(always)]
    pub(super) fn again(&mut self, copy: &Session) -> Option<&mut Session> {
        let session = self.seats[copy.seat as usize].session.as_mut()?;
        (session.connection == copy.connection).then_some(session)
    }

    /// The session of a connection, if it is not over.
    pub(super) fn get(&mut self, connection: ConnectionId) -> Option<&mut Session> {
        let number = self.seat_of(connection)?;
        self.seats[number as usize].session.as_mut()
    }

    /// The session in a seat, if it awaits this step.
    pub(super) fn awaiting(&self, seat: u32, step: u32) -> Option<&Session> {
        self.seats[seat as usize].session.as_ref().filter(|session| session.step == step)
    }

    /// Takes a session out. Steps that were awaited are stale from now on.
    pub(super) fn remove(&mut self, connection: ConnectionId) -> Option<Session> {
        let number = self.seat_of(connection)?;
        let seat = &mut self.seats[number as usize];
        let session = seat.session.take()?;
        seat.step = seat.step.wrapping_add(1);
        self.displaced.retain(|(_, its)| *its != number);
        if number as usize >= self.sites {
            self.free.push(number);
        }
        self.count -= 1;
        Some(session)
    }

    /// Every connection whose session is not over, by its seat.
    pub(super) fn connections(&self) -> Vec<ConnectionId> {
        let sessions = self.seats.iter().filter_map(|seat| seat.session.as_ref());
        sessions.map(|session| session.connection).collect()
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn connection(slot: u32, generation: u32) -> ConnectionId {
        ConnectionId { slot, generation }
    }

    #[test]
    fn a_session_whose_slot_was_taken_goes_on_by_its_own_steps() {
        let [first, second] = [connection(0, 0), connection(0, 1)];
        let mut sessions = Sessions::new(2);
        let seat = sessions.add(first, RouteId(1), SiteId(1));
        let step = sessions.go_on(seat, Stage::Greeting).expect("it is on");
        let other_seat = sessions.add(second, RouteId(0), SiteId(0));
        let other_step = sessions.go_on(other_seat, Stage::Connect).expect("it is on");

        let site = |session: Option<&Session>| session.map(|session| session.site);
        assert_eq!(sessions.count(), 2);
        assert_eq!(sessions.connections(), [second, first]);
        assert_eq!(site(sessions.awaiting(seat, step)), Some(SiteId(1)));
        assert_eq!(site(sessions.awaiting(other_seat, other_step)), Some(SiteId(0)));
        assert_eq!(sessions.remove(first).map(|session| session.site), Some(SiteId(1)));
        assert_eq!(site(sessions.awaiting(seat, step)), None);
        assert_eq!(sessions.get(second).map(|session| session.site), Some(SiteId(0)));
        assert!(sessions.remove(second).is_some());
        assert!(sessions.remove(second).is_none());
        assert_eq!(sessions.count(), 0);
    }

    #[test]
    fn the_first_session_of_a_site_has_its_seat_and_the_others_sit_behind_all_sites() {
        let mut sessions = Sessions::new(2);
        let mut begin = |slot, site| sessions.add(connection(slot, 0), RouteId(site), SiteId(site));
        assert_eq!([begin(0, 1), begin(1, 1), begin(2, 0), begin(3, 1)], [1, 2, 0, 3]);
        for slot in [1, 0] {
            assert!(sessions.remove(connection(slot, 0)).is_some());
        }
        let mut begin = |slot, site| sessions.add(connection(slot, 1), RouteId(site), SiteId(site));
        assert_eq!([begin(0, 0), begin(1, 1)], [2, 1]);
        assert_eq!(sessions.count(), 4);
    }
}
