//! What is under test, behind one narrow port.
//!
//! The world hands on what happens and carries out what is bid. It does not know whether a queue
//! alone, a hub with a spool, or a whole server stands behind the port.

use super::adaptor::{Adaptor, Untouched};
use super::setup::{policy_of, routes_of};
use super::storage::{Acknowledges, Life, Storage};
use super::world::RunError;
use crate::base::{Instant, MessageId};
use crate::queue::{
    Census, Effect, Input, Listing, Outbox, Policy, Queue, Record, RestoreError, Routes, Rules,
};
use crate::scenario::Scenario;

/// Something that takes inputs at instants and bids effects.
pub trait Subject {
    /// Takes an input; what it bids is put into `outside`, in order.
    fn handle(&mut self, now: Instant, input: Input<'_>, outside: &mut impl Outbox) -> Life;

    /// When it next has something to do by itself.
    fn next_wakeup(&self) -> Instant;

    /// What waits in it.
    fn census(&self) -> Census;

    /// Every message that has not ended, in any order.
    fn list(&self) -> Vec<Listing>;

    /// Its life ends in the moment in which the record of this number is written, counted from 1 over the
    /// whole run.
    fn end_at_record(&mut self, record: u64);

    /// How many records were written and are not acknowledged as persisted.
    fn unacknowledged(&self) -> u64;

    /// It goes down: of the records not acknowledged the first so many are kept. It is given nothing
    /// until it is restarted. What had become of messages by those records, and was not bid yet, is bid
    /// now: it has happened.
    fn crash(&mut self, now: Instant, kept: u64, outside: &mut impl Outbox);

    /// It is up again, from what was kept.
    ///
    /// # Errors
    /// Where what was kept cannot be a queue's.
    fn restart(&mut self, now: Instant) -> Result<(), RestoreError>;

    /// The fingerprint's lane `disk`: what it wrote down, by the names of the sources and the routes.
    fn disk_lane(&self, scenario: &Scenario) -> u128;
}

/// Fidelity `queue`: the queue by itself, on storage that never fails.
pub struct InMemory<R, A = Untouched> {
    queue: Queue<R>,
    rules: R,
    /// The policy in force, with which a queue is restored.
    policy: Policy,
    routes: Routes,
    adaptor: A,
    storage: Storage,
    /// Whether a queue that is new or restored is still to be told in advance that its records are
    /// persisted, since the storage takes no time for them.
    owes_promise: bool,
    /// Whether the adaptor dropped the last wake: no other is given before another input.
    sleeps_on: bool,
}

impl<R: Rules + Clone, A: Adaptor> InMemory<R, A> {
    /// Puts a scenario's queue behind the port.
    ///
    /// # Errors
    /// Where the queue refuses the policy or the routes.
    pub fn new(scenario: &Scenario, rules: R, adaptor: A) -> Result<InMemory<R, A>, RunError> {
        let routes = routes_of(scenario).map_err(RunError::Routes)?;
        let policy = policy_of(&scenario.policy);
        let storage = Storage::new(scenario);
        let queue =
            Queue::new(rules.clone(), policy.clone(), routes.clone()).map_err(RunError::Policy)?;
        let owes_promise = storage.acknowledges() == Acknowledges::AtOnce;
        let sleeps_on = false;
        Ok(InMemory { queue, rules, policy, routes, adaptor, storage, owes_promise, sleeps_on })
    }
}

impl<R: Rules + Clone, A: Adaptor> Subject for InMemory<R, A> {
    fn handle(&mut self, now: Instant, input: Input<'_>, outside: &mut impl Outbox) -> Life {
        let recipients = match &input {
            Input::Submit(submission) => submission.recipients.len(),
            Input::Persisted { upto } => {
                self.storage.acknowledge(*upto);
                0
            }
            Input::Reload { policy } => {
                self.policy.clone_from(policy);
                0
            }
            _ => 0,
        };
        let InMemory { queue, adaptor, storage, .. } = self;
        let is_wake = matches!(input, Input::Wake);
        let Some(input) = adaptor.input(now, input) else {
            self.sleeps_on |= is_wake;
            return Life::GoesOn;
        };
        self.sleeps_on = false;
        let lets_out = LetsOut::All;
        let mut desk =
            Desk { now, recipients, lets_out, unheard: Vec::new(), adaptor, storage, outside };
        if std::mem::take(&mut self.owes_promise) {
            queue.handle(now, Input::Persisted { upto: u64::MAX }, &mut desk);
        }
        queue.handle(now, input, &mut desk);
        match desk.lets_out {
            LetsOut::All => Life::GoesOn,
            LetsOut::Ends | LetsOut::Nothing => Life::Ended,
        }
    }

    fn next_wakeup(&self) -> Instant {
        if self.sleeps_on { Instant::NEVER } else { self.queue.next_wakeup() }
    }

    fn census(&self) -> Census {
        self.queue.census()
    }

    fn list(&self) -> Vec<Listing> {
        self.queue.list().collect()
    }

    fn end_at_record(&mut self, record: u64) {
        self.storage.end_at(record);
    }

    fn unacknowledged(&self) -> u64 {
        self.storage.unacknowledged()
    }

    fn crash(&mut self, now: Instant, kept: u64, outside: &mut impl Outbox) {
        let InMemory { queue, adaptor, storage, .. } = self;
        let upto = storage.crash(kept);
        if storage.acknowledges() == Acknowledges::Later {
            let (recipients, lets_out) = (0, LetsOut::Ends);
            let mut desk =
                Desk { now, recipients, lets_out, unheard: Vec::new(), adaptor, storage, outside };
            queue.handle(now, Input::Persisted { upto }, &mut desk);
        }
    }

    fn restart(&mut self, now: Instant) -> Result<(), RestoreError> {
        let InMemory { queue, rules, policy, routes, adaptor, storage, .. } = self;
        storage.note_reading(now);
        let records = storage.records().filter_map(|record| adaptor.read(record));
        *queue = Queue::restore(rules.clone(), policy.clone(), routes.clone(), now, records)?;
        self.owes_promise = self.storage.acknowledges() == Acknowledges::AtOnce;
        self.sleeps_on = false;
        Ok(())
    }

    fn disk_lane(&self, scenario: &Scenario) -> u128 {
        self.storage.lane(scenario)
    }
}

/// Hands the records to the storage and lets the other effects out.
struct Desk<'a, A, O> {
    now: Instant,
    /// How many recipients the mail has that is offered.
    recipients: usize,
    lets_out: LetsOut,
    /// The mail whose 250 is not let out, by first recipients: nobody hears what became of it.
    unheard: Vec<MessageId>,
    adaptor: &'a mut A,
    storage: &'a mut Storage,
    outside: &'a mut O,
}

/// Which effects are let out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LetsOut {
    /// All: the life goes on.
    All,
    /// The life has ended with the last record: only what that record alone brought about, as the birth
    /// of a report does not wait for anybody outside.
    Ends,
    /// None: they belong to records that were not written any more.
    Nothing,
}

impl<A: Adaptor, O: Outbox> Outbox for Desk<'_, A, O> {
    fn put(&mut self, effect: Effect) {
        if self.lets_out != LetsOut::All {
            return self.put_last(effect);
        }
        match effect {
            Effect::Record(record) => self.write(record),
            Effect::Persist { .. } => match self.storage.acknowledges() {
                // It is there already, and the queue was told so in advance.
                Acknowledges::AtOnce => {}
                Acknowledges::Later => self.outside.put(effect),
            },
            effect => self.adaptor.effect(effect, self.outside),
        }
    }
}

impl<A: Adaptor, O: Outbox> Desk<'_, A, O> {
    /// Takes an effect after the end.
    #[cold]
    fn put_last(&mut self, effect: Effect) {
        match effect {
            Effect::Record(_) => self.lets_out = LetsOut::Nothing,
            Effect::Accepted { message, .. } => self.unheard.extend(first_of(message)),
            Effect::Report { about: message, .. }
            | Effect::DeadLetter { message, .. }
            | Effect::Suppressed { message, .. }
            | Effect::Cancelled { message }
                if self.lets_out == LetsOut::Ends && !self.is_unheard(message) =>
            {
                self.adaptor.effect(effect, self.outside);
            }
            _ => {}
        }
    }

    /// Whether a message, or the one that it is a report about, was accepted and got no 250.
    fn is_unheard(&self, message: MessageId) -> bool {
        let about = message.report_of().unwrap_or(message);
        first_of(about).is_some_and(|first| self.unheard.contains(&first))
    }

    fn write(&mut self, record: Record) {
        // The recipients of a message are written together.
        let further = match record {
            Record::Accepted { message, .. } => {
                self.recipients.saturating_sub(1 + usize::from(message.recipient()))
            }
            _ => 0,
        };
        let record = self.adaptor.write(record);
        if self.storage.write(self.now, record, further as u64) == Life::Ended {
            self.lets_out = LetsOut::Ends;
        }
    }
}

/// A message by its first recipient.
fn first_of(message: MessageId) -> Option<MessageId> {
    message.to(0).ok()
}
