//! Those who send mail to the hub: what each offers, what it was told, what it sends again.
//!
//! A sender believes the hub nothing but its 250, and that is given when all recipients of a message are
//! accepted. Mail that the hub refuses for now, or does not answer for, is sent again as a new message
//! after a time, with the same priority and size, and again until it is taken: a sender never gives up.

use std::collections::BTreeMap;

use super::agenda::Event;
use super::outside::Outside;
use super::subject::Subject;
use super::traffic::{Arrival, Mail};
use super::world::{RunError, World};
use crate::base::{Instant, MessageId, Recipient, Span, Status};
use crate::queue::{ForwardPath, Input, Submission};
use crate::scenario::Scenario;
use crate::trace::{Accepted, Observer, Seen};

/// What the senders wait for.
#[derive(Clone)]
pub(super) struct Senders {
    /// After how long each source sends again.
    resend: Vec<Span>,
    /// What is offered in this very moment.
    at_door: Option<Offer>,
    /// Offers that were not answered when they were made.
    unanswered: BTreeMap<MessageId, Offer>,
    /// What is to be sent again, by its number.
    again: BTreeMap<u32, Mail>,
    last_number: u32,
}

/// A message whose final dot has come and whose 250 has not been given.
#[derive(Clone)]
pub(super) struct Offer {
    /// Which, by its first recipient.
    message: MessageId,
    recipients: Recipient,
    terms: Terms,
    /// The recipients accepted so far, with the deadlines that the queue publishes.
    accepted: Vec<(MessageId, Instant)>,
}

/// What all recipients of an offer have in common.
#[derive(Clone, Copy)]
struct Terms {
    /// When its final dot came, in hub time.
    offered_at: Instant,
    release_at: Option<Instant>,
    mail: Mail,
}

impl Senders {
    pub(super) fn new(scenario: &Scenario) -> Senders {
        Senders {
            resend: scenario.sources.iter().map(|source| source.resend).collect(),
            at_door: None,
            unanswered: BTreeMap::new(),
            again: BTreeMap::new(),
            last_number: 0,
        }
    }

    /// Whether all have what they wait for.
    pub(super) fn are_done(&self) -> bool {
        self.again.is_empty()
    }

    fn offer(&mut self, first: MessageId) -> Option<&mut Offer> {
        let at_door = self.at_door.as_mut().filter(|offer| offer.message == first);
        at_door.or_else(|| self.unanswered.get_mut(&first))
    }

    /// An offer is answered for.
    fn answer(&mut self, first: MessageId) -> Option<Offer> {
        let at_door = self.at_door.take_if(|offer| offer.message == first);
        at_door.or_else(|| self.unanswered.remove(&first))
    }

    /// Every offer that was not answered, the smallest id first: none of them will be.
    pub(super) fn abandon(&mut self) -> Vec<Offer> {
        let at_door = self.at_door.take().map(|offer| (offer.message, offer));
        self.unanswered.extend(at_door);
        std::mem::take(&mut self.unanswered).into_values().collect()
    }
}

impl Offer {
    /// Nothing was said to the final dot.
    pub(super) fn unacknowledged(&self) -> Seen {
        let &Offer { message, recipients, terms: Terms { offered_at, mail, .. }, .. } = self;
        let Mail { priority, .. } = mail;
        Seen::Unacknowledged { message, recipients, offered_at, priority }
    }
}

impl<O: Observer> Outside<O> {
    /// The queue accepts one recipient. The 250 is given with the last of its message, which is nearly
    /// always the first and only one of what is offered in this very moment.
    #[inline(always)]
    pub(super) fn accept(&mut self, message: MessageId, deadline: Instant) {
        if let Some(offer) = &self.senders.at_door
            && offer.message == message
            && offer.recipients == 1
        {
            let terms = offer.terms;
            self.senders.at_door = None;
            return self.tell_accepted(&terms, message, deadline);
        }
        self.accept_one_of(message, deadline);
    }

    #[inline(never)]
    fn accept_one_of(&mut self, message: MessageId, deadline: Instant) {
        // A bug may accept what nobody offers, or a second time: nobody waits for that 250.
        let Some((first, offer)) = message.to(0).ok().and_then(|first| {
            let offer = self.senders.offer(first)?;
            Some((first, offer))
        }) else {
            return;
        };
        if offer.accepted.len() + 1 < usize::from(offer.recipients) {
            offer.accepted.push((message, deadline));
            return;
        }
        if let Some(offer) = self.senders.answer(first) {
            for &(message, deadline) in offer.accepted.iter().chain([&(message, deadline)]) {
                self.tell_accepted(&offer.terms, message, deadline);
            }
        }
    }

    fn tell_accepted(&mut self, terms: &Terms, message: MessageId, queue_deadline: Instant) {
        let &Terms { offered_at, release_at, mail: Mail { priority, size_bytes } } = terms;
        let envelope = &self.sources[message.source() as usize].envelope;
        let recipient = usize::from(message.recipient());
        let Some(&ForwardPath { route, .. }) = envelope.recipients().get(recipient) else { return };
        let sender_route = envelope.sender;
        self.open.accept(message);
        self.tell(&Seen::Accepted(Accepted {
            message,
            accepted_at: offered_at,
            route,
            sender_route,
            priority,
            size_bytes,
            release_at,
            queue_deadline,
        }));
    }

    /// The queue refuses a message for now.
    pub(super) fn refuse(&mut self, message: MessageId, status: Status) {
        let Some(offer) = self.senders.answer(message) else { return };
        self.tell(&Seen::Refused { message, status });
        self.send_again(message.source(), offer.terms.mail, self.now);
    }

    /// A message that was not taken at an instant is to be sent again.
    pub(super) fn send_again(&mut self, source: u32, mail: Mail, not_taken_at: Instant) {
        let number = self.senders.last_number.wrapping_add(1);
        self.senders.last_number = number;
        self.senders.again.insert(number, mail);
        let resend = self.senders.resend[source as usize];
        self.agenda.push(not_taken_at + resend, Event::Resend { source, number });
    }

    /// Those whose 250 was not given when the hub went down send again when it is up, at an instant.
    pub(super) fn give_up_offers(&mut self, up_at: Instant) {
        for offer in self.senders.abandon() {
            self.tell(&offer.unacknowledged());
            self.send_again(offer.message.source(), offer.terms.mail, up_at);
        }
    }
}

impl<S: Subject, O: Observer> World<'_, S, O> {
    /// The next message of a source has its final dot at the hub.
    pub(super) fn arrive(&mut self, source: u32) -> Result<(), RunError> {
        let from = &mut self.outside.sources[source as usize];
        let Arrival { ordinal, mail, next } = from.arrive(self.outside.now, &self.key);
        self.outside.note_sent(source, mail);
        match next {
            Some(at) => self.outside.agenda.push(at, Event::Arrival { source }),
            None => self.sources_busy -= 1,
        }
        if self.hub.is_away() {
            self.outside.send_again(source, mail, self.outside.now);
            return Ok(());
        }
        self.offer(source, ordinal, mail)
    }

    /// A source sends a message again, as a new one.
    pub(super) fn resend(&mut self, source: u32, number: u32) -> Result<(), RunError> {
        let Some(mail) = self.outside.senders.again.remove(&number) else { return Ok(()) };
        if self.hub.is_away() {
            self.outside.send_again(source, mail, self.outside.now);
            return Ok(());
        }
        let ordinal = self.outside.sources[source as usize].take_ordinal();
        self.offer(source, ordinal, mail)
    }

    /// Offers a message to the hub, which is there.
    fn offer(&mut self, source: u32, ordinal: u64, mail: Mail) -> Result<(), RunError> {
        let message = MessageId::mail(source, ordinal).map_err(RunError::TooMany)?;
        let envelope = &self.outside.sources[source as usize].envelope;
        // Nearly every envelope is of this kind, and here it is known what nobody has to look for in it.
        if let Some(only) = envelope.only_recipient() {
            self.submit(Submission {
                message,
                priority: mail.priority,
                size_bytes: mail.size_bytes,
                sender: envelope.sender,
                release_at: None,
                deliver_by: None,
                recipients: &[only],
            });
        } else {
            self.offer_other(message, mail);
        }
        Ok(())
    }

    /// Offers a message of several recipients, or that asks for more than its delivery.
    #[inline(never)]
    fn offer_other(&mut self, message: MessageId, mail: Mail) {
        // What the queue bids goes to the sources too, so that it cannot be lent their own.
        let envelope = self.outside.sources[message.source() as usize].envelope.clone();
        let wall_us = self.outside.clock.wall_us(self.outside.now);
        self.submit(envelope.submission(message, mail, self.outside.hub_now(), wall_us));
    }

    #[inline(always)]
    fn submit(&mut self, submission: Submission<'_>) {
        let Submission { message, priority, size_bytes, release_at, .. } = submission;
        let mail = Mail { priority, size_bytes };
        self.outside.senders.at_door = Some(Offer {
            message,
            recipients: submission.recipients.len() as Recipient,
            terms: Terms { offered_at: self.outside.hub_now(), release_at, mail },
            accepted: Vec::new(),
        });
        self.give(Input::Submit(submission));
        if let Some(offer) = self.outside.senders.at_door.take() {
            self.outside.senders.unanswered.insert(message, offer);
        }
    }
}
