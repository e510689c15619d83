//! What a hub that has gone down still says: what had become of messages by records that are kept.
//!
//! The birth of a report does not wait for anybody outside, nor does any other end; all else that the hub
//! bid stays unsaid. Nobody hears what became of mail whose 250 was not given.

use super::adaptor::Adaptor;
use crate::base::MessageId;
use crate::queue::{Effect, Outbox};

/// Lets out the ends of messages, and nothing else.
pub(super) struct LastWords<'a, A, O> {
    adaptor: &'a mut A,
    outside: &'a mut O,
    unheard: Unheard,
}

/// Mail whose 250 is not let out, by its first recipients.
#[derive(Default)]
pub(super) struct Unheard(Vec<MessageId>);

impl<'a, A, O> LastWords<'a, A, O> {
    pub(super) fn new(adaptor: &'a mut A, outside: &'a mut O) -> LastWords<'a, A, O> {
        LastWords { adaptor, outside, unheard: Unheard::default() }
    }
}

impl<A: Adaptor, O: Outbox> Outbox for LastWords<'_, A, O> {
    fn put(&mut self, effect: Effect) {
        if let Some(effect) = self.unheard.pass(effect) {
            self.adaptor.effect(effect, self.outside);
        }
    }
}

impl Unheard {
    /// Hands an effect on if it is an end of which somebody may hear.
    pub(super) fn pass(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Accepted { message, .. } => {
                self.0.push(message.whole());
                None
            }
            Effect::Report { about: message, .. }
            | Effect::DeadLetter { message, .. }
            | Effect::Suppressed { message, .. }
            | Effect::Cancelled { message } => (!self.holds(message)).then_some(effect),
            _ => None,
        }
    }

    /// Whether a message, or the one that it is a report about, was accepted and got no 250.
    fn holds(&self, message: MessageId) -> bool {
        let about = message.report_of().unwrap_or(message);
        self.0.contains(&about.whole())
    }
}
