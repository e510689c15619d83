//! The world around what is under test: it carries out what is bid, and tells what can be seen.
//!
//! An effect is carried out when it is bid. What it leads to comes back as an event, now or later;
//! nothing is told to the subject from here.

use std::collections::VecDeque;

use super::agenda::{Agenda, Event};
use super::fingerprint::{Chain, Entity, words_of};
use super::sessions::{Carried, Session, Sessions};
use super::site::Site;
use super::stream::Key;
use super::traffic::{Mail, Source};
use crate::base::{Instant, MessageId, Priority, SiteId};
use crate::queue::{Effect, ForwardPath, Outbox};
use crate::scenario::{Course, Sent, SiteCourse};
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
    pub(super) routes: Vec<SiteId>,
    pub(super) key: Key,
    /// What was drawn, if that is to be written down.
    pub(super) course: Option<Box<Course>>,
    pub(super) asked: Asked,
    /// What was seen of the hub itself.
    pub(super) hub_seen: Chain,
}

impl<O: Observer> Outside<O> {
    pub(super) fn new(
        sites: Vec<Site>,
        routes: Vec<SiteId>,
        sources: Vec<Source>,
        key: Key,
        agenda: Agenda,
        observer: O,
    ) -> Outside<O> {
        Outside {
            now: Instant::ZERO,
            agenda,
            soon: VecDeque::new(),
            sessions: Sessions::default(),
            open: 0,
            sites,
            routes,
            sources,
            key,
            course: None,
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
        let from = &self.sources[message.source() as usize];
        let (Mail { priority, size_bytes }, sender) = (from.mail, from.sender);
        let recipient = usize::from(message.recipient());
        // A bug may accept a recipient that there is not.
        let Some(ForwardPath { route, .. }) = from.recipients.get(recipient).copied() else {
            return;
        };
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
                self.rest(site);
            }
            Effect::Abort { connection, status } => {
                let Some(session) = self.end_session(connection) else { return };
                self.tell_loss(&session, status);
                self.rest(session.site);
            }
            Effect::EtrnAnswered { client, answer } => {
                let site = SiteId(client.0);
                self.tell(&Seen::EtrnAnswered { site, asked: self.asked, code: answer.code() });
                self.hear(site, answer.code());
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
