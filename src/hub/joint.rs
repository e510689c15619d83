//! The hub: the queue, and what of it is still to be stored.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::envelope::{Content, Letter};
use super::outgoing::{Entry, Outgoing};
use super::recovery::{self, Recovered, StartError};
use crate::base::{Census, Instant, Status};
use crate::queue::{
    ClientId, ConnectionId, Effect, EtrnAnswer, Input, Listing, Outbox, Policy, Production, Queue,
    Record, Routes, Rules, Submission,
};
use crate::spool::Contents;

/// A hub at work. See the [module](super) for its contract.
///
/// After each call its driver asks for what is to be stored ([`Hub::take_outgoing`]), has it stored, and
/// says what came of it ([`Hub::stored`], [`Hub::latch`]).
#[derive(Clone)]
pub struct Hub<R = Production> {
    queue: Queue<R>,
    pending: Outgoing,
    last_number: u64,
    storing: Storing,
    /// Whether the clocks are to be stored, with or without anything else.
    notes_clocks: bool,
    /// The queue was told that its records up to and with this one are stored, by its own count.
    told_upto: u64,
    /// The queue waits for its records up to and with this one, by its own count.
    asked_upto: u64,
    /// Connections that are open or being opened.
    open: BTreeSet<ConnectionId>,
    /// Those who asked for mail and were not answered, in the order in which they did.
    asked: Vec<ClientId>,
}

/// Where the hub is with its storing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Storing {
    /// Nothing is under way.
    Idle,
    /// The records up to and with this one are, by the queue's count.
    UnderWay(u64),
    /// It failed, and is not tried again.
    Latched,
}

impl<R: Rules> Hub<R> {
    /// A hub with what was recovered from its spool, which may be nothing, at
    /// [`Recovered::now`].
    ///
    /// # Errors
    /// Where the policy or the records are not those of such a queue.
    pub fn start(
        rules: R,
        policy: Policy,
        routes: Routes,
        recovered: Recovered,
    ) -> Result<Hub<R>, StartError> {
        Hub::start_altered(rules, policy, routes, recovered, Some)
    }

    /// The same, with each record changed as it is read, or left out where none is given back.
    ///
    /// # Errors
    /// Where the policy or the records are not those of such a queue.
    pub fn start_altered(
        rules: R,
        policy: Policy,
        routes: Routes,
        mut recovered: Recovered,
        change: impl FnMut(Record) -> Option<Record>,
    ) -> Result<Hub<R>, StartError> {
        let records = recovered.records().filter_map(change);
        let restored = Queue::restore(rules, policy, routes, recovered.now(), records);
        let queue = restored.map_err(StartError::Restore)?;
        let ended = recovered.ended(queue.list().map(|listed| listed.message));
        let mut last_number = recovered.last_number();
        let outdated = recovered.take_outdated();
        let (names, new) = recovered.into_names();
        let domains = (!new.is_empty()).then(|| {
            last_number += 1;
            (last_number, new)
        });
        let names = Arc::new(names);
        let pending = Outgoing { names, domains, ended, outdated, ..Outgoing::default() };
        Ok(Hub {
            queue,
            pending,
            last_number,
            storing: Storing::Idle,
            notes_clocks: false,
            told_upto: 0,
            asked_upto: 0,
            open: BTreeSet::new(),
            asked: Vec::new(),
        })
    }

    /// Takes an input that is no mail: mail comes by [`Hub::submit`], and is refused here. Instants must not go
    /// back.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, out: &mut impl Outbox) {
        if self.storing == Storing::Latched {
            return Hub::<R>::refuse(input, out);
        }
        match input {
            // Without its envelope it could never be told of.
            Input::Submit(_) => return Hub::<R>::refuse(input, out),
            Input::Etrn { client, .. } => self.asked.push(client),
            Input::Dropped { connection, .. } => drop(self.open.remove(&connection)),
            _ => {}
        }
        self.tell(now, input, None, 0, out);
    }

    /// Takes mail that is offered, with its envelope and its body.
    pub fn submit(
        &mut self,
        now: Instant,
        submission: Submission<'_>,
        letter: Letter,
        out: &mut impl Outbox,
    ) {
        let input = Input::Submit(submission);
        if self.storing == Storing::Latched {
            return Hub::<R>::refuse(input, out);
        }
        let recipients = submission.recipients.len();
        let left = self.tell(now, input, Some(letter), recipients, out);
        // What was refused does not stay in the spool.
        if left.is_some_and(|letter| letter.content == Content::InSpool) {
            self.pending.ended.push(submission.message);
        }
    }

    /// What a hub answers that cannot store: neither is mail taken nor anything begun.
    fn refuse(input: Input<'_>, out: &mut impl Outbox) {
        match input {
            Input::Submit(Submission { message, .. }) => {
                out.put(Effect::Refused { message, status: Status::HUB_UNABLE });
            }
            Input::Etrn { client, .. } => {
                out.put(Effect::EtrnAnswered { client, answer: EtrnAnswer::Unable });
            }
            _ => {}
        }
    }

    /// Tells the queue; the letter comes back where it was not accepted.
    fn tell(
        &mut self,
        now: Instant,
        input: Input<'_>,
        letter: Option<Letter>,
        recipients: usize,
        out: &mut impl Outbox,
    ) -> Option<Letter> {
        let Hub { queue, pending, last_number, asked_upto, open, asked, .. } = self;
        let mut desk =
            Desk { pending, last_number, asked_upto, open, asked, letter, recipients, out };
        queue.handle(now, input, &mut desk);
        desk.letter
    }

    /// What is to be stored now; none where nothing is, while something is under way, and once the store
    /// has failed. It is under way from now on.
    pub fn take_outgoing(&mut self) -> Option<Outgoing> {
        let is_due = self.notes_clocks || !self.pending.is_empty();
        if self.storing != Storing::Idle || !is_due {
            return None;
        }
        self.notes_clocks = false;
        self.storing = Storing::UnderWay(self.asked_upto);
        let names = Arc::clone(&self.pending.names);
        Some(std::mem::replace(&mut self.pending, Outgoing { names, ..Outgoing::default() }))
    }

    /// Looks in the spool for records about no single message that are needed no more, and has them taken out
    /// with the next group. A start does it by itself; a driver whose hub runs for long does it every day or so.
    /// It reads all records: some tenths of a second for a million messages.
    ///
    /// # Errors
    /// Where a record cannot be read.
    pub fn sweep(&mut self, contents: &Contents) -> Result<(), StartError> {
        self.pending.outdated = recovery::outdated_in(contents, &self.pending.names)?;
        Ok(())
    }

    /// The wall clock was set, or it is some time since the clocks were stored: they are the next time, be
    /// there records or not.
    pub fn note_clocks(&mut self) {
        self.notes_clocks = true;
    }

    /// What is to be stored and was not taken yet, as it is lost where the hub goes down.
    #[must_use]
    pub const fn pending(&self) -> &Outgoing {
        &self.pending
    }

    /// What was taken is stored: what rested on it is told.
    pub fn stored(&mut self, now: Instant, out: &mut impl Outbox) {
        if let Storing::UnderWay(upto) = self.storing {
            self.storing = Storing::Idle;
            self.told_upto = upto;
            self.tell(now, Input::Persisted { upto }, None, 0, out);
        }
    }

    /// Of all that was not told to be stored the first so many records are, whether they were taken or not:
    /// what rested on them is told. It is for one who knows what is left of a hub that has gone down.
    pub fn stored_in_part(&mut self, now: Instant, records: u64, out: &mut impl Outbox) {
        let upto = self.told_upto + records;
        self.tell(now, Input::Persisted { upto }, None, 0, out);
    }

    /// What was taken could not be stored. Every connection is cut, so that no more is sent than could be
    /// noted; mail that was not taken to be stored is refused, and whoever waits for an answer has one. Of what
    /// was under way nobody knows whether it is stored: its senders are to be left without an answer. From now
    /// on nothing is taken, acknowledged or begun.
    pub fn latch(&mut self, out: &mut impl Outbox) {
        self.storing = Storing::Latched;
        for connection in std::mem::take(&mut self.open) {
            out.put(Effect::Abort { connection, status: Status::BAD_CONNECTION });
        }
        for entry in self.pending.entries.iter().filter(|entry| entry.letter.is_some()) {
            if let Record::Accepted { message, .. } = entry.record {
                out.put(Effect::Refused { message, status: Status::HUB_UNABLE });
            }
        }
        for client in std::mem::take(&mut self.asked) {
            out.put(Effect::EtrnAnswered { client, answer: EtrnAnswer::Unable });
        }
    }

    /// Whether the store has failed.
    #[must_use]
    pub fn is_latched(&self) -> bool {
        self.storing == Storing::Latched
    }

    /// When the hub next has something to do by itself; [`Instant::NEVER`] if it waits for nothing.
    #[must_use]
    pub fn next_wakeup(&self) -> Instant {
        if self.is_latched() { Instant::NEVER } else { self.queue.next_wakeup() }
    }

    /// What waits, by state.
    #[must_use]
    pub fn census(&self) -> Census {
        self.queue.census()
    }

    /// Every message that has not ended, in any order.
    pub fn list(&self) -> impl Iterator<Item = Listing> {
        self.queue.list()
    }
}

/// Keeps the records, notes which connections are open, and hands all else on.
struct Desk<'a, O> {
    pending: &'a mut Outgoing,
    last_number: &'a mut u64,
    asked_upto: &'a mut u64,
    open: &'a mut BTreeSet<ConnectionId>,
    asked: &'a mut Vec<ClientId>,
    letter: Option<Letter>,
    recipients: usize,
    out: &'a mut O,
}

impl<O: Outbox> Outbox for Desk<'_, O> {
    fn put(&mut self, effect: Effect) {
        match effect {
            Effect::Record(record) => return self.keep(record),
            Effect::Persist { upto } => {
                *self.asked_upto = upto;
                return;
            }
            Effect::Connect { connection, .. } => drop(self.open.insert(connection)),
            Effect::Close { connection } | Effect::Abort { connection, .. } => {
                self.open.remove(&connection);
            }
            Effect::EtrnAnswered { client, .. } => {
                let first = self.asked.iter().position(|asking| *asking == client);
                first.map(|first| self.asked.remove(first));
            }
            Effect::Cancelled { message } => self.pending.ended.push(message),
            _ => {}
        }
        self.out.put(effect);
    }
}

impl<O> Desk<'_, O> {
    fn keep(&mut self, record: Record) {
        *self.last_number += 1;
        let (letter, further) = match record {
            Record::Accepted { message, .. } if message.recipient() == 0 => {
                (self.letter.take(), self.recipients.saturating_sub(1))
            }
            Record::Accepted { message, .. } => {
                (None, self.recipients.saturating_sub(1 + usize::from(message.recipient())))
            }
            _ => (None, 0),
        };
        let number = *self.last_number;
        self.pending.entries.push(Entry { number, record, letter, further });
    }
}
