//! Fidelity `queue`: the queue by itself, on storage that never fails.

use super::adaptor::{Adaptor, Untouched};
use super::fingerprint::Lane;
use super::last_words::{LastWords, Unheard};
use super::setup::{policy_of, routes_of};
use super::storage::{Acknowledges, Storage};
use super::subject::{Life, Restarted, StoreFailed, Subject};
use super::world::RunError;
use crate::base::{Clocks, Instant, RouteId};
use crate::queue::{Census, Effect, Input, Listing, Outbox, Policy, Queue, Record, Routes, Rules};
use crate::scenario::Scenario;

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
    #[inline(always)]
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
        let unheard = Unheard::default();
        let mut desk = Desk { now, recipients, lets_out, unheard, adaptor, storage, outside };
        if std::mem::take(&mut self.owes_promise) {
            promise(queue, now, &mut desk);
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

    fn touch(&self, source: Option<u32>, route: RouteId) -> u64 {
        match source {
            Some(source) => self.storage.touch(source) ^ self.queue.touch(route),
            None => self.queue.touch_for_call(route),
        }
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

    /// Its storage never fails.
    fn persist(&mut self, _: Clocks, _: &mut impl Outbox) -> Result<(), StoreFailed> {
        Ok(())
    }

    /// It has no clock of its own to find again.
    fn note_clocks(&mut self, _: &mut impl Outbox) {}

    fn crash(&mut self, clocks: Clocks, kept: u64, outside: &mut impl Outbox) {
        let InMemory { queue, adaptor, storage, .. } = self;
        let upto = storage.crash(kept);
        if storage.acknowledges() == Acknowledges::Later {
            let mut last_words = LastWords::new(adaptor, outside);
            queue.handle(clocks.hub, Input::Persisted { upto }, &mut last_words);
        }
    }

    fn restart(&mut self, clocks: Clocks) -> Result<Restarted, RunError> {
        let InMemory { queue, rules, policy, routes, adaptor, storage, .. } = self;
        let now = clocks.hub;
        storage.note_reading(now);
        let records = storage.records().filter_map(|record| adaptor.read(record));
        *queue = Queue::restore(rules.clone(), policy.clone(), routes.clone(), now, records)
            .map_err(RunError::Restore)?;
        self.owes_promise = self.storage.acknowledges() == Acknowledges::AtOnce;
        self.sleeps_on = false;
        Ok(Restarted::Up { now, wall_went_back: None })
    }

    fn disk_lane(&self) -> Lane {
        self.storage.lane().clone()
    }
}

/// Tells a queue in advance that all of its records are persisted.
#[cold]
#[inline(never)]
fn promise(queue: &mut Queue<impl Rules>, now: Instant, desk: &mut impl Outbox) {
    queue.handle(now, Input::Persisted { upto: u64::MAX }, desk);
}

/// Hands the records to the storage and lets the other effects out.
struct Desk<'a, A, O> {
    now: Instant,
    /// How many recipients the mail has that is offered.
    recipients: usize,
    lets_out: LetsOut,
    unheard: Unheard,
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
    // Inlined, as are those after it: where an effect is bid it is known which, so that nobody asks again.
    #[inline(always)]
    fn put(&mut self, effect: Effect) {
        if self.lets_out != LetsOut::All {
            // A copy: what is lent has to be in memory.
            let late = effect;
            return self.put_last(&late);
        }
        match effect {
            Effect::Record(record) => self.write(record),
            Effect::Persist { .. } => match self.storage.acknowledges() {
                // It is there already, and the queue was told so in advance.
                Acknowledges::AtOnce => {}
                Acknowledges::Later => self.outside.put(effect),
            },
            effect => self.adaptor.hand_on(effect, self.outside),
        }
    }
}

impl<A: Adaptor, O: Outbox> Desk<'_, A, O> {
    /// Takes an effect after the end.
    #[cold]
    fn put_last(&mut self, effect: &Effect) {
        if matches!(effect, Effect::Record(_)) {
            self.lets_out = LetsOut::Nothing;
        } else if let Some(effect) = self.unheard.pass(*effect)
            && self.lets_out == LetsOut::Ends
        {
            self.adaptor.effect(effect, self.outside);
        }
    }

    #[inline(always)]
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
