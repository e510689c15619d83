//! A session as it goes on, phase by phase, and what goes wrong in it.
//!
//! In: what the queue bids of a connection, and the steps of its session. Out: what can be seen of it,
//! and what the subject hears. A trouble takes the place of what a phase would have ended with: what is
//! refused is refused, and a line drops, when the answer would have come; where a host hangs nothing
//! comes at all, until the queue cuts the connection.

use super::agenda::Event;
use super::line::Place;
use super::outside::Outside;
use super::sessions::{Carried, DataEnd, Session, Stage};
use super::subject::Subject;
use super::world::World;
use crate::base::{Instant, MessageId, RouteId, SiteId, Span, Status};
use crate::queue::{ConnectionId, Input, Phase};
use crate::scenario::{Does, TroublePhase};
use crate::trace::{Observer, Seen};

impl<S: Subject, O: Observer> World<'_, S, O> {
    /// A session goes on to its next stage.
    pub(super) fn step(&mut self, session: &Session) {
        let &Session { connection, site, .. } = session;
        match session.stage {
            Stage::Connect => self.answered(session),
            Stage::Greeting => self.greeted(session),
            Stage::Command => {
                self.outside.begin_data(session);
                self.give(Input::Phase { connection, phase: Phase::Data });
            }
            Stage::Data { left_bytes, block_bytes, end } if left_bytes > block_bytes => {
                self.outside.send_block(session, left_bytes - block_bytes, end, Place::Later);
                self.give(Input::Phase { connection, phase: Phase::Data });
            }
            Stage::Data { end: DataEnd::Dot, .. } => self.data_gone(session),
            Stage::Data { end: DataEnd::Refused(status), .. } => self.reply(session, status),
            Stage::FinalDot => self.reply(session, Status::DELIVERED),
            Stage::Data { end: DataEnd::Dropped, .. }
            | Stage::Troubled { does: Does::Drop { .. }, .. } => self.drop_under(session),
            Stage::Troubled { phase, does: Does::Refuse(status) } => match phase {
                TroublePhase::Lookup | TroublePhase::Connect | TroublePhase::Greeting => {
                    if let Some(session) = self.outside.end_session(connection) {
                        self.lose_with(&session, status);
                        self.outside.rest(site);
                    }
                }
                TroublePhase::Command | TroublePhase::Data | TroublePhase::FinalDot => {
                    self.reply(session, status);
                }
            },
            Stage::Idle | Stage::Troubled { does: Does::Hang, .. } => {}
        }
    }

    /// The host has answered: it is to greet.
    fn answered(&mut self, session: &Session) {
        let &Session { connection, seat, site, .. } = session;
        let now = self.outside.now;
        let trip = self.outside.round_trips(site, 1);
        if let Some(does) = self.outside.strike(site, TroublePhase::Greeting) {
            // In the place of the banner; EHLO is not sent.
            self.outside.trouble(seat, TroublePhase::Greeting, does, now + trip);
        } else if trip > Span::ZERO {
            // The banner comes by itself; EHLO goes and its answer comes.
            let greeted_at = now + self.outside.round_trips(site, 2);
            self.outside.go_on(seat, Stage::Greeting, greeted_at);
        } else {
            return self.greeted(session);
        }
        self.give(Input::Phase { connection, phase: Phase::Greeting });
    }

    /// The host has greeted.
    fn greeted(&mut self, session: &Session) {
        let &Session { connection, route, site, .. } = session;
        if let Some(session) = self.outside.sessions.again(session) {
            session.stage = Stage::Idle;
        }
        let offers = self.outside.sites[site.index()].offers;
        self.outside.tell(&Seen::Connected { route, site });
        self.give(Input::Connected { connection, offers });
    }

    /// The data have gone: the final dot goes after them.
    fn data_gone(&mut self, session: &Session) {
        let &Session { connection, seat, site, .. } = session;
        let trip = self.outside.round_trips(site, 1);
        let answer_at = self.outside.now + trip;
        if let Some(does) = self.outside.strike(site, TroublePhase::FinalDot) {
            self.outside.trouble(seat, TroublePhase::FinalDot, does, answer_at);
        } else if trip > Span::ZERO {
            self.outside.go_on(seat, Stage::FinalDot, answer_at);
        } else {
            return self.reply(session, Status::DELIVERED);
        }
        self.give(Input::Phase { connection, phase: Phase::FinalDot });
    }

    /// The host gives its last word on a message.
    fn reply(&mut self, session: &Session, status: Status) {
        let &Session { connection, site, .. } = session;
        let Some(Carried { message, size_bytes, attempt: attempts }) = session.carries else {
            return;
        };
        if let Some(session) = self.outside.sessions.again(session) {
            session.carries = None;
            session.stage = Stage::Idle;
        }
        if status.class() == 2 {
            self.outside.open.end(message);
            self.outside.tell(&Seen::Delivered { message, site, attempts, size_bytes });
        } else {
            self.outside.tell(&Seen::TransferFailed { message, site, status });
        }
        self.give(Input::Replied { connection, status });
    }

    /// The line drops under a session, and under all others of its host.
    fn drop_under(&mut self, session: &Session) {
        self.cut_line(session.site);
        // A name is looked up without the host's line.
        if let Some(session) = self.outside.end_session(session.connection) {
            self.lose(&session);
        }
    }

    /// A session is lost, wherever it was.
    pub(super) fn lose(&mut self, session: &Session) {
        self.lose_with(session, session.stage.status_of_loss());
    }

    fn lose_with(&mut self, session: &Session, status: Status) {
        self.outside.tell_loss(session, status);
        self.give(Input::Dropped { connection: session.connection, status });
    }
}

impl<O: Observer> Outside<O> {
    /// The queue opens a connection.
    pub(super) fn connect(&mut self, connection: ConnectionId, route: RouteId) {
        // A bug may dial for a route that there is not: nobody is there to answer.
        let Some(&site) = self.routes.get(route.index()) else { return };
        self.tell(&Seen::Connecting { route, site });
        let seat = self.sessions.add(connection, route, site);
        self.agenda.seat(seat, site);
        if let Some(does) = self.strike(site, TroublePhase::Lookup) {
            return self.trouble(seat, TroublePhase::Lookup, does, self.now);
        }
        let host = &mut self.sites[site.index()];
        host.connected(connection);
        if !host.answers(self.now) {
            let silent = Does::Refuse(Status::NO_ANSWER);
            return self.trouble(seat, TroublePhase::Connect, silent, self.now);
        }
        let answer_at = self.now + self.round_trips(site, 1);
        match self.strike(site, TroublePhase::Connect) {
            Some(does) => self.trouble(seat, TroublePhase::Connect, does, answer_at),
            None => self.go_on(seat, Stage::Connect, answer_at),
        }
    }

    /// The queue sends a message.
    pub(super) fn transfer(
        &mut self,
        connection: ConnectionId,
        message: MessageId,
        size_bytes: u32,
        attempt: u32,
    ) {
        let Some(session) = self.sessions.get(connection) else { return };
        session.carries = Some(Carried { message, size_bytes, attempt });
        let Session { seat, site, .. } = *session;
        self.tell(&Seen::TransferBegan { message, site });
        if self.sends_at_once(seat, site, size_bytes) {
            return;
        }
        let answer_at = self.now + self.round_trips(site, 1);
        match self.strike(site, TroublePhase::Command) {
            Some(does) => self.trouble(seat, TroublePhase::Command, does, answer_at),
            None => self.go_on(seat, Stage::Command, answer_at),
        }
    }

    /// Puts all of a message on the line, where nothing comes between the command and its end that the
    /// queue would have to hear of: no way there and back, no trouble, and less time than it is patient
    /// for in any case. False where it must go phase by phase.
    fn sends_at_once(&mut self, seat: u32, site: SiteId, size_bytes: u32) -> bool {
        let host = &mut self.sites[site.index()];
        let left_bytes = u64::from(size_bytes);
        let is_plain = host.troubles.is_none()
            && host.line.round_trips(1) == Span::ZERO
            && host.line.block_bytes(left_bytes, host.connections.len()) == left_bytes;
        if !is_plain {
            return false;
        }
        let gone_at = host.line.gone_at(self.now, left_bytes, Place::First);
        if gone_at >= self.now + self.patience {
            return false;
        }
        host.line.take_until(gone_at);
        let (block_bytes, end) = (left_bytes, DataEnd::Dot);
        self.go_on(seat, Stage::Data { left_bytes, block_bytes, end }, gone_at);
        true
    }

    /// The host has said that the data may come.
    fn begin_data(&mut self, session: &Session) {
        let &Session { seat, site, .. } = session;
        let size_bytes = session.carries.map_or(0, |carried| u64::from(carried.size_bytes));
        let (bytes, end) = match self.strike(site, TroublePhase::Data) {
            Some(does @ Does::Hang) => {
                return self.trouble(seat, TroublePhase::Data, does, self.now);
            }
            Some(Does::Refuse(status)) => (size_bytes, DataEnd::Refused(status)),
            // What has fewer bytes gets through.
            Some(Does::Drop { after_bytes }) if after_bytes <= size_bytes => {
                (after_bytes, DataEnd::Dropped)
            }
            Some(Does::Drop { .. }) | None => (size_bytes, DataEnd::Dot),
        };
        self.send_block(session, bytes, end, Place::First);
    }

    /// Puts the next block of a message on the line.
    fn send_block(&mut self, session: &Session, left_bytes: u64, end: DataEnd, place: Place) {
        let host = &mut self.sites[session.site.index()];
        let block_bytes = host.line.block_bytes(left_bytes, host.connections.len());
        let gone_at = host.line.send(self.now, block_bytes, place);
        self.go_on(session.seat, Stage::Data { left_bytes, block_bytes, end }, gone_at);
    }

    /// What goes wrong with a session that comes to a phase.
    #[inline(always)]
    fn strike(&mut self, site: SiteId, phase: TroublePhase) -> Option<Does> {
        // Nearly no host has any.
        self.sites[site.index()].troubles.as_ref()?;
        self.strike_one(site, phase)
    }

    fn strike_one(&mut self, site: SiteId, phase: TroublePhase) -> Option<Does> {
        let Outside { now, key, sites, course, .. } = self;
        let troubles = sites[site.index()].troubles.as_mut()?;
        troubles.strike(phase, *now, key, |index, occasion| {
            if let Some(course) = course {
                course.sites[site.index()].strikes[index].push(occasion);
            }
        })
    }

    /// Something goes wrong with a session; `answer_at` is when the phase would have ended.
    fn trouble(&mut self, seat: u32, phase: TroublePhase, does: Does, answer_at: Instant) {
        let stage = Stage::Troubled { phase, does };
        match does {
            // No step follows.
            Does::Hang => _ = self.sessions.go_on(seat, stage),
            Does::Refuse(_) | Does::Drop { .. } => self.go_on(seat, stage, answer_at),
        }
    }

    /// Notes the stage of the session in a seat, and when its next step is.
    // Inlined: a stage that is made in registers is stored from there, and not read back whole first.
    #[inline(always)]
    fn go_on(&mut self, seat: u32, stage: Stage, next_at: Instant) {
        let Some(step) = self.sessions.go_on(seat, stage) else { return };
        self.enter(next_at, Event::Step { seat, step });
    }

    fn round_trips(&self, site: SiteId, count: u64) -> Span {
        self.sites[site.index()].line.round_trips(count)
    }

    /// Takes a session out that has ended, well or not, and what it was connected to.
    pub(super) fn end_session(&mut self, connection: ConnectionId) -> Option<Session> {
        let session = self.sessions.remove(connection)?;
        self.sites[session.site.index()].disconnected(connection);
        Some(session)
    }

    /// Tells of a connection that was lost, and of the message on it.
    pub(super) fn tell_loss(&mut self, session: &Session, status: Status) {
        let &Session { site, route, .. } = session;
        if let Some(Carried { message, .. }) = session.carries {
            if session.stage.awaits_last_word() {
                self.tell(&Seen::Ambiguous { message, site });
            }
            self.tell(&Seen::TransferFailed { message, site, status });
        }
        self.tell(&Seen::ConnectionFailed { route, site });
    }
}
