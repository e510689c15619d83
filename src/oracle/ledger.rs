//! What is open: every message that was accepted and has not ended, and when it falls due.
//!
//! In: acceptances, tries and ends. Out: how a message stands, and who is overdue. A message in
//! flight costs its slot of eight bytes in a ring that is at most half empty while it grows, and
//! nothing else; one that has ended costs nothing. Loose are the few that have no window of their
//! own (reports of delay and relay, further recipients, stragglers of a window): some 80 bytes each.
//! So is the life of a message apart where it is not the plain time-out of its priority: of one that
//! is released later, is to be delivered by a time, or was accepted under a later policy.
//!
//! It knows no rule: what follows from being overdue, the rules say.

use std::collections::BTreeMap;

use super::charter::Life;
use super::slot::Slot;
use super::streams::{Stream, Streams, message_of, stream_of};
use super::watch::{First, Watch};
use super::window::{Place, Window};
use crate::base::{Instant, Kind, MessageId, Status};

/// The book of what is open.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    streams: Streams,
    loose: BTreeMap<MessageId, Slot>,
    /// What a slot that stands apart does not say.
    lives: BTreeMap<MessageId, Life>,
    watch: Watch,
    mail: Unfinished,
    reports: Unfinished,
}

/// Messages that have not ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Their obligation has not fallen due.
    pub open: u64,
    /// It has.
    pub stranded: u64,
}

/// How a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Accepted, not ended.
    Open(Slot),
    /// Accepted and ended; of a report, and of a further recipient, also: never accepted.
    Ended,
    /// Never accepted.
    Unheard,
}

/// A message that has not ended by the instant at which it was due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overdue {
    pub(super) message: MessageId,
    pub(super) slot: Slot,
    pub(super) due: Instant,
}

/// The end of a message that was open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    /// What was known of it.
    pub(super) slot: Slot,
    /// When it was due, without the grace of a transfer still under way.
    pub(super) due: Instant,
}

impl Ledger {
    /// An empty book for so many sources.
    pub(super) fn new(sources: usize) -> Ledger {
        Ledger {
            streams: Streams::new(sources),
            loose: BTreeMap::new(),
            lives: BTreeMap::new(),
            watch: Watch::new(),
            mail: Unfinished::default(),
            reports: Unfinished::default(),
        }
    }

    fn tally(&mut self, message: MessageId) -> &mut Unfinished {
        if message.kind() == Kind::Mail { &mut self.mail } else { &mut self.reports }
    }

    /// Enters a message that was accepted; false if that is not the first time (of reports and
    /// further recipients that have ended nothing is known: they are entered again).
    #[must_use]
    #[inline(always)]
    pub(super) fn accept(&mut self, message: MessageId, slot: Slot) -> bool {
        let is_new = match self.streams.of_mut(message) {
            None => self.accept_loose(message, slot),
            Some(window) if window.is_sparse(message.ordinal()) => {
                return self.accept_after_giving_way(message, slot);
            }
            Some(window) => match window.accept(message.ordinal(), slot) {
                Place::InOrder => {
                    if !window.arm() {
                        self.watch.arm(stream_of(message), slot.deadline());
                    }
                    true
                }
                Place::OutOfOrder => {
                    self.watch.list(message, slot.deadline());
                    true
                }
                Place::Below if message.kind() != Kind::Mail => self.accept_loose(message, slot),
                Place::Below | Place::Taken => false,
            },
        };
        if is_new {
            self.tally(message).open += 1;
        }
        is_new
    }

    /// Enters a message whose life is not the plain one.
    #[cold]
    #[must_use]
    pub(super) fn accept_apart(&mut self, message: MessageId, mut slot: Slot, life: Life) -> bool {
        slot.set_apart();
        let is_new = self.accept(message, slot);
        if is_new {
            self.lives.insert(message, life);
        }
        is_new
    }

    /// Enters a message again that had ended, or one that is there although nobody was told that it
    /// was accepted; false if it is open. Its life is to be said apart.
    #[cold]
    #[must_use]
    pub(super) fn revive(&mut self, message: MessageId, mut slot: Slot, life: Life) -> bool {
        if self.standing(message) == Standing::Unheard {
            // Among those of its source: there its end is known once it has one.
            return self.accept_apart(message, slot, life);
        }
        slot.reopen();
        slot.set_apart();
        let is_new = self.open_slot(message).is_none() && self.accept_loose(message, slot);
        if is_new {
            self.lives.insert(message, life);
            self.tally(message).open += 1;
        }
        is_new
    }

    /// The life of an open message that stands apart.
    pub(super) fn life(&self, message: MessageId) -> Option<&Life> {
        self.lives.get(&message)
    }

    /// Gives up the front of a window, until the message fits that is to be accepted in it.
    #[cold]
    #[inline(never)]
    fn accept_after_giving_way(&mut self, message: MessageId, slot: Slot) -> bool {
        let is_sparse = |window: &&mut Window| window.is_sparse(message.ordinal());
        while let Some(window) = self.streams.of_mut(message).filter(is_sparse) {
            if let Some((ordinal, slot)) = window.give_up() {
                self.loosen(message_of(stream_of(message), ordinal), slot);
            }
        }
        self.accept(message, slot)
    }

    #[cold]
    fn accept_loose(&mut self, message: MessageId, mut slot: Slot) -> bool {
        if self.loose.contains_key(&message) {
            return false;
        }
        slot.list();
        self.loose.insert(message, slot);
        self.watch.list(message, slot.deadline());
        true
    }

    /// Keeps what a window gave up.
    fn loosen(&mut self, message: MessageId, mut slot: Slot) {
        if !slot.is_listed() {
            slot.list();
            self.watch.list(message, slot.deadline());
            if slot.is_stranded() {
                self.watch.pass(message, slot.deadline());
            }
        }
        self.loose.insert(message, slot);
    }

    /// How a message stands.
    pub(super) fn standing(&self, message: MessageId) -> Standing {
        let window = self.streams.of(message);
        let slot = window.and_then(|window| window.get(message.ordinal()));
        let open = slot.filter(|slot| slot.is_open());
        if let Some(slot) = open.or_else(|| self.loose.get(&message).copied()) {
            return Standing::Open(slot);
        }
        let is_gone = slot.is_some_and(Slot::is_ended);
        match window {
            Some(window) if message.kind() == Kind::Mail => {
                if is_gone || window.is_below(message.ordinal()) {
                    Standing::Ended
                } else {
                    Standing::Unheard
                }
            }
            _ => Standing::Ended,
        }
    }

    #[inline(always)]
    fn open_slot(&mut self, message: MessageId) -> Option<&mut Slot> {
        let window = self.streams.of_mut(message);
        let slot = window.and_then(|window| window.get_open(message.ordinal()));
        match slot {
            Some(slot) => Some(slot),
            None => self.loose.get_mut(&message),
        }
    }

    /// A transfer of a message begins; its slot as it was before, none if it is not open.
    #[must_use]
    #[inline(always)]
    pub(super) fn begin(&mut self, message: MessageId, at: Instant) -> Option<Slot> {
        let slot = self.open_slot(message)?;
        let before = *slot;
        slot.begin(at);
        Some(before)
    }

    /// A transfer of a message fails; its slot as it was before, none if it is not open.
    pub(super) fn fail(&mut self, message: MessageId, status: Status) -> Option<Slot> {
        let slot = self.open_slot(message)?;
        let before = *slot;
        slot.fail(status);
        Some(before)
    }

    /// Ends a message; none if it is not open.
    #[inline(always)]
    pub(super) fn end(&mut self, message: MessageId) -> Option<Ended> {
        let window = self.streams.of_mut(message);
        let slot = match window.and_then(|window| window.end(message.ordinal())) {
            Some(slot) => slot,
            None => self.loose.remove(&message)?,
        };
        let listed = if slot.is_listed() { self.watch.unlist(message) } else { None };
        if slot.is_apart() {
            self.lives.remove(&message);
        }
        let tally = self.tally(message);
        if slot.is_stranded() {
            tally.stranded -= 1;
        } else {
            tally.open -= 1;
        }
        Some(Ended { slot, due: listed.unwrap_or(slot.deadline()) })
    }

    /// Nobody is overdue before this instant; it may be too early, never too late.
    pub(super) const fn next_due(&self) -> Instant {
        self.watch.next()
    }

    /// The first open message that was due before the instant and has not been looked at. The
    /// caller says what becomes of it: [`Ledger::postpone`] or [`Ledger::strand`].
    pub(super) fn overdue(&mut self, before: Instant) -> Option<Overdue> {
        loop {
            match self.watch.first(before)? {
                First::Listed(due, message) => {
                    self.watch.pass(message, due);
                    if let Standing::Open(slot) = self.standing(message) {
                        return Some(Overdue { message, slot, due });
                    }
                }
                First::Stream(bound, stream) => {
                    if let Some(overdue) = self.overdue_in(stream, bound) {
                        return Some(overdue);
                    }
                }
            }
        }
    }

    /// The first message of a stream if it was due at the bound; else the bound is put right.
    fn overdue_in(&mut self, stream: Stream, bound: Instant) -> Option<Overdue> {
        let window = self.streams.get_mut(stream)?;
        let Some((ordinal, due)) = window.first_due() else {
            window.disarm();
            self.watch.rearm(None);
            return None;
        };
        if due > bound {
            self.watch.rearm(Some(due));
            return None;
        }
        let slot = window.get(ordinal)?;
        window.pass();
        Some(Overdue { message: message_of(stream, ordinal), slot, due })
    }

    /// A message is due at another instant than its deadline.
    pub(super) fn postpone(&mut self, message: MessageId, due: Instant) {
        if let Some(slot) = self.open_slot(message) {
            slot.list();
            self.watch.list(message, due);
        }
    }

    /// A message has fallen due, and has not ended.
    pub(super) fn strand(&mut self, message: MessageId) {
        if let Some(slot) = self.open_slot(message) {
            slot.strand();
            let tally = self.tally(message);
            tally.open -= 1;
            tally.stranded += 1;
        }
    }

    /// Mail that has not ended.
    pub(super) const fn mail(&self) -> Unfinished {
        self.mail
    }

    /// Reports that have not ended.
    pub(super) const fn reports(&self) -> Unfinished {
        self.reports
    }

    /// Every open message; O(messages in flight), for listings, orders and the end.
    pub(super) fn open_messages(&self) -> impl Iterator<Item = (MessageId, Slot)> {
        let loose = self.loose.iter().map(|(message, slot)| (*message, *slot));
        self.streams.open_slots().chain(loose)
    }

    /// The earliest deadline of what fell due and has not ended; O(messages in flight).
    pub(super) fn longest_stranded(&self) -> Option<Instant> {
        let stranded = self.open_messages().filter(|(_, slot)| slot.is_stranded());
        stranded.map(|(_, slot)| slot.deadline()).min()
    }

    /// Reads what the next message of a source will be entered into (see [`crate::trace::Observer::touch`]).
    pub(super) fn touch(&self, source: u32) -> u64 {
        self.streams.touch(source)
    }

    /// Bytes on the heap, those of ordered maps from above.
    pub(super) fn size_bytes(&self) -> usize {
        self.streams.size_bytes()
            + self.loose.len() * size_of::<(MessageId, Slot)>() * 11 / 5
            + self.lives.len() * size_of::<(MessageId, Life)>() * 11 / 5
            + self.watch.size_bytes()
    }
}
