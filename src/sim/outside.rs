//! The world around what is under test: it carries out what is bid, and tells what can be seen.
//!
//! An effect is carried out when it is bid. What it leads to comes back as an event, now or later;
//! nothing is told to the subject from here.

use std::collections::VecDeque;

use super::agenda::{Agenda, Event};
use super::fingerprint::{Chain, Entity, words_of};
use super::line::Place;
use super::sessions::{Carried, Session, Sessions, Stage};
use super::site::{Reach, Site};
use super::traffic::{Mail, Source};
use crate::base::{Instant, MessageId, Priority, RouteId, SiteId, Status};
use crate::queue::{ConnectionId, Effect, Outbox};
use crate::trace::{Accepted, Asked, Observer, Seen};

/// Everything but the subject.
pub(super) struct Outside<O> {
    pub(super) now: Instant,
    pub(super) agenda: Agenda,
    /// Steps that follow at once, in order.
    pub(super) soon: VecDeque<Event>,
    pub(super) sites: Vec<Site>,
    pub(super) sessions: Sessions,
    pub(super) observer: O,
    pub(super) sources: Vec<Source>,
    /// Accepted recipients that have not ended, reports among them.
    pub(super) open: i64,
    routes: Vec<SiteId>,
    pub(super) asked: Asked,
    /// What was seen of the hub itself.
    pub(super) hub_seen: Chain,
}

impl<O: Observer> Outside<O> {
    pub(super) fn new(
        sites: Vec<Site>,
        routes: Vec<SiteId>,
        sources: Vec<Source>,
        observer: O,
    ) -> Outside<O> {
        Outside {
            now: Instant::ZERO,
            agenda: Agenda::default(),
            soon: VecDeque::new(),
            sessions: Sessions::default(),
            open: 0,
            sites,
            routes,
            sources,
            observer,
            asked: Asked::Node(0),
            hub_seen: Chain::default(),
        }
    }

    /// Tells what can be seen.
    pub(super) fn tell(&mut self, seen: &Seen) {
        let (entity, words) = words_of(seen);
        let chain = match entity {
            Entity::Source(source) => &mut self.sources[source].seen,
            Entity::Site(site) => &mut self.sites[site].seen,
            Entity::Hub => &mut self.hub_seen,
        };
        chain.add(self.now, words);
        self.observer.see(self.now, seen);
    }

    fn accepted(&mut self, message: MessageId, accepted_at: Instant, queue_deadline: Instant) {
        let Mail { priority, size_bytes, route, sender } =
            self.sources[message.source() as usize].mail;
        self.open += 1;
        self.tell(&Seen::Accepted(Accepted {
            message,
            accepted_at,
            route,
            sender_route: sender,
            priority,
            size_bytes,
            release_at: None,
            queue_deadline,
        }));
    }

    fn connect(&mut self, connection: ConnectionId, route: RouteId) {
        // A bug may dial for a route that there is not: nobody is there to answer.
        let Some(&site) = self.routes.get(route.index()) else { return };
        self.tell(&Seen::Connecting { route, site });
        self.sessions.add(connection, route, site);
        self.sites[site.index()].connections.push(connection);
        let host = &self.sites[site.index()];
        if host.answers(self.now) {
            let after = host.line.round_trips(1);
            self.go_on(connection, Stage::Connect, self.now + after);
        } else {
            self.go_on(connection, Stage::Unanswered, self.now);
        }
    }

    fn transfer(&mut self, connection: ConnectionId, carried: Carried) {
        let Some(session) = self.sessions.get(connection) else { return };
        session.carries = Some(carried);
        let site = session.site;
        self.tell(&Seen::TransferBegan { message: carried.message, site });
        let after = self.sites[site.index()].line.round_trips(1);
        self.go_on(connection, Stage::Command, self.now + after);
    }

    /// Puts the next block of a message on the line.
    pub(super) fn send_block(&mut self, connection: ConnectionId, left_bytes: u64, place: Place) {
        let Some(session) = self.sessions.get(connection) else { return };
        let host = &mut self.sites[session.site.index()];
        let block_bytes = host.line.block_bytes(left_bytes, host.connections.len());
        let gone_at = host.line.send(self.now, block_bytes, place);
        self.go_on(connection, Stage::Data { left_bytes, block_bytes }, gone_at);
    }

    /// Notes the stage of a session, and when its next step is.
    pub(super) fn go_on(&mut self, connection: ConnectionId, stage: Stage, next_at: Instant) {
        let Some(step) = self.sessions.go_on(connection, stage) else { return };
        let step = Event::Step { slot: connection.slot, step };
        if next_at == self.now {
            self.soon.push_back(step);
        } else {
            self.agenda.push(next_at, step);
        }
    }

    /// Takes a session out that has ended, well or not, and what it was connected to.
    pub(super) fn end_session(&mut self, connection: ConnectionId) -> Option<Session> {
        let session = self.sessions.remove(connection)?;
        let connections = &mut self.sites[session.site.index()].connections;
        connections.retain(|open| *open != connection);
        Some(session)
    }

    /// Tells of a connection that was lost, and of the message on it.
    pub(super) fn tell_loss(&mut self, session: &Session, status: Status) {
        let &Session { site, route, .. } = session;
        if let Some(Carried { message, .. }) = session.carries {
            self.tell(&Seen::TransferFailed { message, site, status });
        }
        self.tell(&Seen::ConnectionFailed { route, site });
    }

    /// A host that has been served hangs up, unless its call has a length.
    pub(super) fn hang_up_if_served(&mut self, site: SiteId) {
        let host = &mut self.sites[site.index()];
        if host.reach == Reach::Up && host.hangs_up_when_served() && host.connections.is_empty() {
            host.reach = Reach::Down;
            self.tell(&Seen::HungUp { site });
        }
    }
}

impl<O: Observer> Outbox for Outside<O> {
    fn put(&mut self, effect: Effect) {
        match effect {
            Effect::Accepted { message, accepted_at, deadline } => {
                self.accepted(message, accepted_at, deadline);
            }
            Effect::Connect { connection, route } => self.connect(connection, route),
            Effect::Transfer { connection, message, size_bytes, attempt } => {
                self.transfer(connection, Carried { message, size_bytes, attempt });
            }
            Effect::Close { connection } => {
                let Some(Session { route, site, .. }) = self.end_session(connection) else {
                    return;
                };
                self.tell(&Seen::ConnectionClosed { route, site });
                self.hang_up_if_served(site);
            }
            Effect::Abort { connection, status } => {
                let Some(session) = self.end_session(connection) else { return };
                self.tell_loss(&session, status);
                self.hang_up_if_served(session.site);
            }
            Effect::EtrnAnswered { client, answer } => {
                let site = SiteId(client.0);
                self.tell(&Seen::EtrnAnswered { site, asked: self.asked, code: answer.code() });
            }
            Effect::Report {
                about,
                kind,
                status,
                attempts,
                route,
                size_bytes,
                born_at,
                deadline,
            } => {
                self.tell(&Seen::Reported { message: about, kind, status, attempts });
                // The failed report ends one message and is another: as many are open as before.
                self.tell(&Seen::Accepted(Accepted {
                    message: about.report(kind),
                    accepted_at: born_at,
                    route,
                    sender_route: None,
                    priority: Priority::Normal,
                    size_bytes,
                    release_at: None,
                    queue_deadline: deadline,
                }));
            }
            Effect::DeadLetter { message, status, attempts } => {
                self.open -= 1;
                self.tell(&Seen::DeadLettered { message, status, attempts });
            }
            Effect::Refused { .. }
            | Effect::Suppressed { .. }
            | Effect::Cancelled { .. }
            | Effect::Reloaded { .. } => {}
            Effect::Record(_) | Effect::Persist { .. } => {
                unreachable!("records stay behind the port, with what stores them")
            }
        }
    }
}
