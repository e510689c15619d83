//! The world around what is under test: it carries out what is bid, and tells what can be seen.
//!
//! An effect is carried out when it is bid. What it leads to comes back as an event, now or later;
//! nothing is told to the subject from here.

use std::collections::VecDeque;

use super::agenda::{Agenda, Event};
use super::clock::HubClock;
use super::fingerprint::{Chain, Entity, words_of};
use super::hub::Persisting;
use super::line::Place;
use super::open::Open;
use super::sender::Senders;
use super::sessions::{Carried, Session, Sessions, Stage};
use super::site::{Reach, Site};
use super::traffic::Source;
use crate::base::{Instant, Kind, MessageId, Priority, RouteId, SiteId, Status};
use crate::queue::{ConnectionId, Effect, Outbox, PolicyError};
use crate::scenario::Scenario;
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
    pub(super) senders: Senders,
    pub(super) open: Open,
    routes: Vec<SiteId>,
    /// What hosts asked for by ETRN, in the order in which they did, and were not answered yet.
    pub(super) questions: VecDeque<(SiteId, Asked)>,
    pub(super) persisting: Persisting,
    pub(super) clock: HubClock,
    /// What is wrong with a policy that the queue was to take over.
    pub(super) reload_fault: Option<PolicyError>,
    /// What was seen of the hub itself.
    pub(super) hub_seen: Chain,
}

impl<O: Observer> Outside<O> {
    pub(super) fn new(
        scenario: &Scenario,
        sites: Vec<Site>,
        sources: Vec<Source>,
        observer: O,
    ) -> Outside<O> {
        Outside {
            now: Instant::ZERO,
            agenda: Agenda::default(),
            soon: VecDeque::new(),
            sessions: Sessions::default(),
            senders: Senders::new(scenario),
            open: Open::new(scenario),
            routes: scenario.routes.iter().map(|route| route.site).collect(),
            questions: VecDeque::new(),
            persisting: Persisting::new(scenario.persist_delay),
            clock: HubClock::new(scenario),
            reload_fault: None,
            sites,
            sources,
            observer,
            hub_seen: Chain::default(),
        }
    }

    /// What the hub's clock says now.
    pub(super) fn hub_now(&self) -> Instant {
        self.clock.hub_time(self.now)
    }

    /// Tells what can be seen.
    pub(super) fn tell(&mut self, seen: &Seen) {
        let now = self.hub_now();
        let (entity, words) = words_of(seen);
        let chain = match entity {
            Entity::Source(source) => &mut self.sources[source].seen,
            Entity::Site(site) => &mut self.sites[site].seen,
            Entity::Hub => &mut self.hub_seen,
        };
        chain.add(now, words);
        if let Seen::Accepted(Accepted { release_at: Some(at), .. }) = seen {
            chain.add(now, [at.micros()]);
        }
        self.observer.see(now, seen);
    }

    /// A report is born: mail of the hub's own. A failed one ends what it is about.
    fn report(&mut self, about: MessageId, kind: Kind, report: Accepted) {
        if kind == Kind::Failed {
            self.open.end(about);
        }
        self.open.accept(report.message);
        self.tell(&Seen::Accepted(report));
    }

    /// The hub answers the first of a host's questions that it has not answered (RFC 2920 3.1: in the
    /// order in which they were put).
    fn answer(&mut self, site: SiteId, code: u16) {
        // A bug may answer what nobody asked: nobody hears it.
        let first = self.questions.iter().position(|(asking, _)| *asking == site);
        if let Some((_, asked)) = first.and_then(|place| self.questions.remove(place)) {
            self.tell(&Seen::EtrnAnswered { site, asked, code });
        }
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
        if self.questions.iter().any(|(asking, _)| *asking == site) {
            return;
        }
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
            Effect::Accepted { message, deadline, .. } => self.accept(message, deadline),
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
                self.answer(SiteId(client.0), answer.code());
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
                let report = Accepted {
                    message: about.report(kind),
                    accepted_at: born_at,
                    route,
                    sender_route: None,
                    priority: Priority::Normal,
                    size_bytes,
                    release_at: None,
                    queue_deadline: deadline,
                };
                self.report(about, kind, report);
            }
            Effect::DeadLetter { message, status, attempts } => {
                self.open.end(message);
                self.tell(&Seen::DeadLettered { message, status, attempts });
            }
            Effect::Suppressed { message, status, attempts } => {
                self.open.end(message);
                self.tell(&Seen::Suppressed { message, status, attempts });
            }
            Effect::Cancelled { message } => {
                self.open.end(message);
                self.tell(&Seen::Cancelled { message });
            }
            Effect::Refused { message, status } => self.refuse(message, status),
            Effect::Reloaded { fault } => self.reload_fault = fault,
            Effect::Persist { upto } => {
                let (at, event) = self.persisting.ask(self.now, upto);
                self.agenda.push(at, event);
            }
            Effect::Record(_) => {
                unreachable!("records stay behind the port, with what stores them")
            }
        }
    }
}
