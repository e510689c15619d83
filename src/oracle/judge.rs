//! The judge in person: keeps the books, hears every event, says what was found.
//!
//! What follows from an event is beside: [`super::course`] for one about a message, [`super::calls`]
//! for one about a host or an order, [`super::recovery`] for one about the hub itself,
//! [`super::alarms`] for an alarm of its store.

use super::Breach;
use super::charter::{Charter, Life};
use super::dials::{self, Dials};
use super::docket::Docket;
use super::doubts::Doubts;
use super::ends_once::Births;
use super::fates::Fates;
use super::flushes::{Flush, Flushes, Keeping};
use super::ledger::{Ledger, Standing, Unfinished};
use super::orders::Orders;
use super::outages::Outages;
use super::recovery::Roll;
use super::slot::Slot;
use super::store::Store;
use super::{call_served, ends_by_deadline};
use crate::base::{Instant, MessageId, RouteId, Rule, Span};
use crate::scenario::{Fidelity, Scenario};
use crate::trace::{Accepted, Asked, Observer, Seen};

/// The judge of one run.
///
/// It hears what was seen outside and finds each breach at the first instant at which it is one, in
/// order of time. Each rule is told at most once for each message. Memory: eight to sixteen bytes
/// for each message in flight whose time-out is that of its priority, some 300 for each source (and at
/// most 1 KiB where many of its messages were in flight at once), nothing for what was delivered, some
/// 40 bytes for each run of messages of a source that were not.
#[derive(Clone, Debug)]
pub struct Oracle {
    pub(super) charter: Charter,
    pub(super) ledger: Ledger,
    pub(super) flushes: Flushes,
    pub(super) dials: Dials,
    pub(super) orders: Orders,
    pub(super) outages: Outages,
    pub(super) store: Store,
    pub(super) births: Births,
    pub(super) fates: Fates,
    pub(super) doubts: Doubts,
    pub(super) roll: Roll,
    pub(super) docket: Docket,
    pub(super) largest_lateness: Span,
    /// When the message was accepted whose end was heard last; none where it was not open, or had ended
    /// before a crash undid that.
    pub(super) ended: Option<Instant>,
    /// After this instant something may be due: nothing is looked at before.
    alarm: Instant,
}

impl Oracle {
    /// The most breaches that are kept in full.
    pub const BREACHES: usize = Docket::KEPT;

    /// A judge of a run at fidelity `queue` who has heard nothing yet; what it needs of the scenario is
    /// copied.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Oracle {
        Oracle::at(scenario, Fidelity::Queue)
    }

    /// A judge of a run at a fidelity: a hub stores in groups, so that it is allowed more time.
    #[must_use]
    pub fn at(scenario: &Scenario, fidelity: Fidelity) -> Oracle {
        let charter = Charter::new(scenario, fidelity);
        let lag = charter.lag();
        let keeping = if lag > Span::ZERO { Keeping::Changes } else { Keeping::Nothing };
        Oracle {
            ledger: Ledger::new(charter.sources()),
            flushes: Flushes::new(charter.routes(), keeping),
            dials: Dials::new(charter.routes(), charter.policies.patience()),
            orders: Orders::default(),
            outages: Outages::new(lag),
            store: Store::new(charter.faults),
            births: Births::default(),
            fates: Fates::default(),
            doubts: Doubts::new(charter.faults),
            roll: Roll::default(),
            docket: Docket::new(),
            largest_lateness: Span::ZERO,
            ended: None,
            alarm: Instant::NEVER,
            charter,
        }
    }

    /// The first breaches, in order of time; at most [`Oracle::BREACHES`].
    #[must_use]
    pub fn breaches(&self) -> &[Breach] {
        self.docket.breaches()
    }

    /// The rules that were broken, I1 first, each with the number of messages it was broken over.
    pub fn counts(&self) -> impl Iterator<Item = (Rule, u64)> {
        self.docket.counts()
    }

    /// The rule that was broken first over a message.
    #[must_use]
    pub fn first_rule_of(&self, message: MessageId) -> Option<Rule> {
        self.docket.first_rule_of(message)
    }

    /// Every message over which a rule was broken, in order, with the first such rule.
    pub fn offenders(&self) -> impl Iterator<Item = (MessageId, Rule)> {
        self.docket.offenders()
    }

    /// The largest time by which a message ended after it was due (deadline, and grace where it had
    /// that); the slack is not taken off. What never ended is late by as much as had passed since its
    /// deadline when the run finished.
    #[must_use]
    pub const fn largest_lateness(&self) -> Span {
        self.largest_lateness
    }

    /// The judge's deadline for a message that was accepted.
    #[must_use]
    pub fn deadline_of(&self, accepted: &Accepted) -> Instant {
        self.charter.life_of(accepted).deadline
    }

    /// When the message was accepted whose end was heard last, by the judge's own reckoning; none where that
    /// was not its first end.
    #[must_use]
    pub const fn ended(&self) -> Option<Instant> {
        self.ended
    }

    /// Whether a flush of a held route is on, recomputed from what was seen.
    #[must_use]
    pub fn is_flushing(&self, route: RouteId) -> bool {
        self.flushes.flush(route) == Flush::Open
    }

    /// The routes that a request names, whosoever they are.
    #[must_use]
    pub fn routes_asked<'a>(&'a self, asked: &'a Asked) -> &'a [RouteId] {
        self.charter.nodes.routes(asked)
    }

    /// How often a delivery was in doubt: its final dot was not answered, or a crash undid it.
    #[must_use]
    pub const fn ambiguous(&self) -> u64 {
        self.doubts.ambiguous()
    }

    /// Deliveries beyond the first that a doubt excuses.
    #[must_use]
    pub const fn duplicates(&self) -> u64 {
        self.doubts.duplicates()
    }

    /// Recipients that were acknowledged and are gone, where that is excused: the disk's syncs lie.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.store.lost()
    }

    /// The most reports that were made about one recipient of one message.
    #[must_use]
    pub const fn largest_amplification(&self) -> u32 {
        self.fates.most_reports()
    }

    /// Whether a message fell due and has not ended. What is neither this nor ended is open.
    #[must_use]
    pub fn is_stranded(&self, message: MessageId) -> bool {
        matches!(self.ledger.standing(message), Standing::Open(slot) if slot.is_stranded())
    }

    /// Mail that has not ended.
    #[must_use]
    pub const fn unfinished_mail(&self) -> Unfinished {
        self.ledger.mail()
    }

    /// Reports that have not ended.
    #[must_use]
    pub const fn unfinished_reports(&self) -> Unfinished {
        self.ledger.reports()
    }

    /// Messages and reports that have not ended and have not fallen due.
    #[must_use]
    pub const fn open(&self) -> u64 {
        self.ledger.mail().open + self.ledger.reports().open
    }

    /// Messages and reports that fell due and have not ended.
    #[must_use]
    pub const fn stranded(&self) -> u64 {
        self.ledger.mail().stranded + self.ledger.reports().stranded
    }

    /// Bytes that what was heard takes on the heap: from above where a map cannot tell, without the
    /// scenario's names and the texts of breaches.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.ledger.size_bytes()
            + self.flushes.size_bytes()
            + self.dials.size_bytes()
            + self.orders.size_bytes()
            + self.fates.size_bytes()
            + self.doubts.size_bytes()
            + self.store.size_bytes()
            + self.docket.size_bytes()
    }

    /// When a message that has not ended was accepted, by the judge's own reckoning; none if it has ended,
    /// were it before a crash undid that.
    #[must_use]
    pub fn accepted_at(&self, message: MessageId) -> Option<Instant> {
        match self.ledger.standing(message) {
            Standing::Open(slot) if !self.doubts.is_revived(message) => {
                Some(self.life_of(message, slot).accepted_at)
            }
            Standing::Open(_) | Standing::Ended | Standing::Unheard => None,
        }
    }

    pub(super) fn note(&mut self, breach: Option<Breach>) {
        if let Some(breach) = breach {
            self.docket.note(breach);
        }
    }

    /// From when to when an open message is the hub's to keep.
    pub(super) fn life_of(&self, message: MessageId, slot: Slot) -> Life {
        let apart = if slot.is_apart() { self.ledger.life(message) } else { None };
        apart.copied().unwrap_or_else(|| self.plain_life(message, slot))
    }

    /// The life of a message whose slot says all of it.
    pub(super) fn plain_life(&self, message: MessageId, slot: Slot) -> Life {
        let deadline = slot.deadline();
        let timeout = self.charter.policies.plain_timeout(message.kind(), slot.priority());
        Life { accepted_at: deadline - timeout, release_at: None, deadline }
    }

    /// Looks at all that had to happen before `before` and did not.
    #[cold]
    fn settle(&mut self, before: Instant) {
        if self.births.due() < before {
            self.settle_births();
        }
        // Nothing is owed while the hub is away; at its return it is, with the slack.
        let floor = self.outages.floor();
        if !self.outages.is_away() && floor + self.charter.slack() < before {
            let mut found = Vec::new();
            self.settle_dials(before, &mut found);
            self.settle_messages(before, floor, &mut found);
            found.sort_by_key(|breach| breach.at);
            for breach in found {
                self.docket.note(breach);
            }
        }
        self.set_alarm();
    }

    /// Births are due at the instant of the last event, so before all else that is due.
    fn settle_births(&mut self) {
        let at = self.births.due();
        for report in self.births.give_up() {
            self.note(Births::missed(&self.charter, at, report));
        }
    }

    fn settle_messages(&mut self, before: Instant, floor: Instant, found: &mut Vec<Breach>) {
        let slack = self.charter.slack();
        let grace = self.charter.policies.grace();
        while let Some(overdue) = self.ledger.overdue(before - slack) {
            if let Some(due) = ends_by_deadline::due_after_grace(&overdue, grace) {
                self.ledger.postpone(overdue.message, due);
                continue;
            }
            self.ledger.strand(overdue.message);
            let accepted_at = self.life_of(overdue.message, overdue.slot).accepted_at;
            found.push(ends_by_deadline::stranded(&self.charter, &overdue, accepted_at, floor));
        }
    }

    fn settle_dials(&mut self, before: Instant, found: &mut Vec<Breach>) {
        let lag = self.charter.lag();
        while let Some(overdue) = self.dials.overdue(before - lag) {
            found.extend(match overdue {
                dials::Overdue::NotBegun(due, route) => self.check_begun(due + lag, route),
                dials::Overdue::NotGreeted(due, route) => {
                    Some(call_served::not_given_up(&self.charter, due + lag, route))
                }
            });
        }
    }

    pub(super) fn set_alarm(&mut self) {
        self.alarm = self.births.due();
        if !self.outages.is_away() {
            let floor = self.outages.floor() + self.charter.slack();
            let message = self.ledger.next_due() + self.charter.slack();
            let dial = self.dials.next_due() + self.charter.lag();
            self.alarm = self.alarm.min(message.min(dial).max(floor));
        }
    }
}

impl Observer for Oracle {
    fn touch(&self, source: u32) -> u64 {
        self.ledger.touch(source)
            ^ self.charter.touch(source).map_or(0, |route| self.flushes.open(route).into())
    }

    #[inline(always)]
    fn see(&mut self, at: Instant, seen: &Seen) {
        if self.alarm < at {
            self.settle(at);
        }
        if let Some(message) = seen.message()
            && self.store.forgives(message)
        {
            self.ended = self.accepted_at(message);
            return;
        }
        match *seen {
            Seen::Accepted(ref accepted) => self.accept(at, accepted),
            Seen::TransferBegan { .. }
            | Seen::TransferFailed { .. }
            | Seen::Delivered { .. }
            | Seen::Reported { .. }
            | Seen::DeadLettered { .. }
            | Seen::Suppressed { .. }
            | Seen::Cancelled { .. }
            | Seen::Ambiguous { .. } => self.hear_of_message(at, seen),
            Seen::EtrnAnswered { .. }
            | Seen::Connecting { .. }
            | Seen::Connected { .. }
            | Seen::ConnectionFailed { .. }
            | Seen::ConnectionClosed { .. }
            | Seen::Ordered { .. } => self.hear_of_call(at, seen),
            Seen::Reloaded { .. }
            | Seen::Unacknowledged { .. }
            | Seen::Crashed
            | Seen::Restarted
            | Seen::Suspended
            | Seen::Resumed
            | Seen::Listed { .. }
            | Seen::ListEnded => self.hear_of_hub(at, seen),
            Seen::Alarmed { alarm } => self.hear_of_alarm(at, alarm),
            Seen::Called { .. } | Seen::HungUp { .. } | Seen::Refused { .. } => {}
        }
    }

    /// What was due up to and with `at` and has not ended is stranded; all else stays open.
    fn finish(&mut self, at: Instant) {
        self.settle(at + Span::from_micros(1));
        if let Some(deadline) = self.ledger.longest_stranded() {
            self.largest_lateness = self.largest_lateness.max(at.since(deadline));
        }
    }
}
