//! The world around what is under test: it carries out what is bid, and tells what can be seen.
//!
//! An effect is carried out when it is bid. What it leads to comes back as an event, now or later;
//! nothing is told to the subject from here.

use std::collections::VecDeque;
use std::sync::Arc;

use super::agenda::{Agenda, Event};
use super::clock::HubClock;
use super::fingerprint::{Chain, Entity, Names, words_of};
use super::hub::Persisting;
use super::open::Open;
use super::sender::Senders;
use super::sessions::{Session, Sessions};
use super::setup::least_patience;
use super::site::Site;
use super::stream::Key;
use super::traffic::{Mail, Source};
use crate::base::{Clocks, Instant, Kind, MessageId, Priority, SiteId, Span};
use crate::queue::{Effect, Outbox, PolicyError};
use crate::scenario::{Course, Scenario, Sent, SiteCourse};
use crate::trace::{Accepted, Asked, Observer, Seen};

/// Everything but the subject.
#[derive(Clone)]
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
    pub(super) routes: Vec<SiteId>,
    pub(super) key: Key,
    /// What was drawn, if that is to be written down.
    pub(super) course: Option<Box<Course>>,
    /// What hosts asked for by ETRN, in the order in which they did, and were not answered yet.
    pub(super) questions: VecDeque<(SiteId, Asked)>,
    pub(super) persisting: Persisting,
    pub(super) clock: HubClock,
    /// How long a host may be silent while a message goes, whichever policy is in force.
    pub(super) patience: Span,
    /// What is wrong with a policy that the queue was to take over.
    pub(super) reload_fault: Option<PolicyError>,
    /// What was seen of the hub itself.
    pub(super) hub_seen: Chain,
    names: Arc<Names>,
}

impl<O: Observer> Outside<O> {
    pub(super) fn new(
        scenario: &Scenario,
        sites: Vec<Site>,
        sources: Vec<Source>,
        key: Key,
        agenda: Agenda,
        observer: O,
    ) -> Outside<O> {
        Outside {
            now: Instant::ZERO,
            agenda,
            soon: VecDeque::new(),
            sessions: Sessions::new(scenario.sites.len()),
            senders: Senders::new(scenario),
            open: Open::new(scenario),
            routes: scenario.routes.iter().map(|route| route.site).collect(),
            questions: VecDeque::new(),
            persisting: Persisting::new(scenario.persist_delay),
            clock: HubClock::new(scenario),
            patience: least_patience(scenario),
            reload_fault: None,
            sites,
            sources,
            key,
            course: None,
            observer,
            hub_seen: Chain::default(),
            names: Arc::new(Names::new(scenario)),
        }
    }

    /// What the hub's clock says now.
    pub(super) const fn hub_now(&self) -> Instant {
        self.clock.now()
    }

    /// Time goes on to this instant.
    pub(super) fn go_on_to(&mut self, now: Instant) {
        self.now = now;
        self.clock.go_on_to(now);
    }

    /// What both of the hub's clocks say now.
    pub(super) fn clocks(&self) -> Clocks {
        Clocks { hub: self.hub_now(), wall_unix_us: self.clock.wall_us(self.now) }
    }

    /// Tells what can be seen.
    #[inline(always)]
    pub(super) fn tell(&mut self, seen: &Seen) {
        let now = self.hub_now();
        let (entity, words) = words_of(seen, &self.names);
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
            self.hear(site, code);
        }
    }

    /// Enters an event; one that is to come now follows at once.
    pub(super) fn enter(&mut self, at: Instant, event: Event) {
        if at == self.now {
            self.soon.push_back(event);
        } else {
            self.agenda.push(at, event);
        }
    }

    /// Notes a message as it first arrives, if that is to be written down.
    pub(super) fn note_sent(&mut self, source: u32, mail: Mail) {
        let Mail { priority, size_bytes } = mail;
        if let Some(course) = &mut self.course {
            course.sources[source as usize].push(Sent { at: self.now, size_bytes, priority });
        }
    }

    /// Notes what a run drew for a site, if that is to be written down.
    pub(super) fn note(&mut self, site: SiteId, add: impl FnOnce(&mut SiteCourse)) {
        if let Some(course) = &mut self.course {
            add(&mut course.sites[site.index()]);
        }
    }
}

impl<O: Observer> Outbox for Outside<O> {
    #[inline(always)]
    fn put(&mut self, effect: Effect) {
        match effect {
            Effect::Accepted { message, deadline, .. } => self.accept(message, deadline),
            Effect::Connect { connection, route } => self.connect(connection, route),
            Effect::Transfer { connection, message, size_bytes, attempt } => {
                self.transfer(connection, message, size_bytes, attempt);
            }
            Effect::Close { connection } => {
                let Some(Session { route, site, .. }) = self.end_session(connection) else {
                    return;
                };
                self.tell(&Seen::ConnectionClosed { route, site });
                self.rest(site);
            }
            Effect::Abort { connection, status } => {
                let Some(session) = self.end_session(connection) else { return };
                self.tell_loss(&session, status);
                self.rest(session.site);
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
                if at == self.now {
                    self.soon.push_front(event);
                } else {
                    self.agenda.push(at, event);
                }
            }
            Effect::Record(_) => {
                unreachable!("records stay behind the port, with what stores them")
            }
        }
    }
}
