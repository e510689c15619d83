//! The judge in person: hears every event, keeps the ledger, asks each rule.

use super::call_before_delivery::{self, Flush, Flushes};
use super::charter::{Charter, Way};
use super::docket::Docket;
use super::ends_once::{self, Births, End};
use super::ledger::{Ended, Ledger, Standing, Unfinished};
use super::no_early_report::{self, GivenUp};
use super::nothing_after_the_end::{self, Deed};
use super::{Breach, deadline_fixed, ends_by_deadline, right_host};
use crate::base::{Instant, Kind, MessageId, RouteId, Rule, SiteId, Span, Status};
use crate::scenario::Scenario;
use crate::trace::{Accepted, Asked, Observer, Seen};

/// The judge of one run.
///
/// It hears what was seen outside and finds each breach at the first instant at which it is one, in
/// order of time. Each rule is told at most once for each message. Memory: eight to sixteen bytes
/// for each message in flight, some 200 for each source (and at most 1 KiB where many of its messages
/// were in flight at once), nothing for what has ended.
#[derive(Clone, Debug)]
pub struct Oracle {
    charter: Charter,
    ledger: Ledger,
    flushes: Flushes,
    births: Births,
    docket: Docket,
    largest_lateness: Span,
    /// After this instant something may be due: nothing is looked at before.
    alarm: Instant,
}

impl Oracle {
    /// The most breaches that are kept in full.
    pub const BREACHES: usize = Docket::KEPT;

    /// A judge who has heard nothing yet; what it needs of the scenario is copied.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Oracle {
        let charter = Charter::new(scenario);
        Oracle {
            ledger: Ledger::new(charter.sources()),
            flushes: Flushes::new(charter.routes()),
            births: Births::default(),
            docket: Docket::new(),
            largest_lateness: Span::ZERO,
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
        self.charter.deadline_of(accepted)
    }

    /// When a message that has not ended was accepted, by the judge's own reckoning; none if it has
    /// ended.
    #[must_use]
    pub fn accepted_at(&self, message: MessageId) -> Option<Instant> {
        match self.ledger.standing(message) {
            Standing::Open(slot) => Some(slot.deadline() - self.charter.timeout_of(message)?),
            Standing::Ended | Standing::Unheard => None,
        }
    }

    /// Whether a flush of a held route is on, recomputed from what was seen.
    #[must_use]
    pub fn is_flushing(&self, route: RouteId) -> bool {
        self.flushes.flush(route) == Flush::Open
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
        self.ledger.size_bytes() + self.flushes.size_bytes() + self.docket.size_bytes()
    }

    fn note(&mut self, breach: Option<Breach>) {
        if let Some(breach) = breach {
            self.docket.note(breach);
        }
    }

    /// Looks at all that had to happen before `before` and did not.
    #[cold]
    fn settle(&mut self, before: Instant) {
        if self.births.due() < before {
            self.settle_births();
        }
        let slack = self.charter.slack();
        while let Some(overdue) = self.ledger.overdue(before - slack) {
            let due = ends_by_deadline::due_after_grace(&overdue, self.charter.grace());
            if let Some(due) = due {
                self.ledger.postpone(overdue.message, due);
            } else {
                self.ledger.strand(overdue.message);
                self.docket.note(ends_by_deadline::stranded(&self.charter, &overdue));
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

    fn set_alarm(&mut self) {
        let due = self.ledger.next_due() + self.charter.slack();
        self.alarm = due.min(self.births.due());
    }

    fn accept(&mut self, at: Instant, accepted: &Accepted) {
        let Accepted { message, route, queue_deadline, .. } = *accepted;
        if message.kind() != Kind::Mail && !self.births.accept(message) {
            self.docket.note(ends_once::unannounced(at, message));
        }
        let deadline = self.charter.deadline_of(accepted);
        if !self.ledger.accept(message, deadline) {
            let standing = self.ledger.standing(message);
            self.docket.note(ends_once::accepted_again(at, message, standing));
            return;
        }
        self.set_alarm();
        self.note(deadline_fixed::check(&self.charter, at, message, deadline, queue_deadline));
        if let Some(way) = self.charter.way_of(message) {
            self.flushes.enter(way.route);
            self.note(right_host::check_route(&self.charter, at, message, way, route));
        }
    }

    fn begin(&mut self, at: Instant, message: MessageId, site: SiteId) {
        if !self.ledger.begin(message, at) {
            self.check_end(at, message, site, Deed::Began);
        } else if let Some(way) = self.charter.way_of(message) {
            self.check_call(at, message, way);
            self.note(right_host::check_site(&self.charter, at, message, way, site));
        }
    }

    fn fail(&mut self, at: Instant, message: MessageId, status: Status) {
        let Some(before) = self.ledger.fail(message, status) else { return };
        let due = ends_by_deadline::due_after_failure(before, at, self.charter.grace());
        if let Some(due) = due {
            self.ledger.postpone(message, due);
            self.set_alarm();
        }
    }

    fn deliver(&mut self, at: Instant, message: MessageId, site: SiteId) {
        let Some(ended) = self.end(at, message, End::Delivered) else {
            self.check_end(at, message, site, Deed::Delivered);
            return;
        };
        let Some(way) = self.charter.way_of(message) else { return };
        if !ended.slot.is_in_transfer() {
            self.check_call(at, message, way);
        }
        self.note(right_host::check_site(&self.charter, at, message, way, site));
        self.flushes.leave(way.route);
    }

    fn give_up(&mut self, at: Instant, message: MessageId, status: Status, end: End) {
        let Some(Ended { slot, .. }) = self.end(at, message, end) else { return };
        let way = self.charter.way_of(message);
        let last_failure = way.and_then(|way| self.flushes.last_failure(way.route));
        let given_up = GivenUp { message, slot, status, last_failure };
        self.note(ends_once::untold(&self.charter, at, message, end));
        self.note(no_early_report::check(&self.charter, at, &given_up));
        if let Some(way) = way {
            self.flushes.leave(way.route);
        }
    }

    fn report(&mut self, at: Instant, message: MessageId, kind: Kind, status: Status) {
        self.births.announce(at, message.report(kind));
        self.alarm = self.alarm.min(at);
        if kind == Kind::Failed {
            self.give_up(at, message, status, End::Returned);
        }
    }

    fn cancel(&mut self, at: Instant, message: MessageId) {
        if self.end(at, message, End::Cancelled).is_some()
            && let Some(way) = self.charter.way_of(message)
        {
            self.flushes.leave(way.route);
        }
    }

    /// Ends a message in the ledger; where it was not open, that is a breach and none comes back.
    fn end(&mut self, at: Instant, message: MessageId, end: End) -> Option<Ended> {
        let ended = self.ledger.end(message);
        if let Some(ended) = &ended {
            let lateness = ends_by_deadline::lateness(ended, at, self.charter.grace());
            self.largest_lateness = self.largest_lateness.max(lateness);
        } else {
            let standing = self.ledger.standing(message);
            self.docket.note(ends_once::ended_again(at, message, standing, end));
        }
        ended
    }

    fn check_call(&mut self, at: Instant, message: MessageId, way: Way) {
        let breach = call_before_delivery::check(&self.charter, &self.flushes, at, message, way);
        self.note(breach);
    }

    fn check_end(&mut self, at: Instant, message: MessageId, site: SiteId, deed: Deed) {
        let standing = self.ledger.standing(message);
        self.note(nothing_after_the_end::check(&self.charter, at, message, site, standing, deed));
    }
}

impl Observer for Oracle {
    fn see(&mut self, at: Instant, seen: &Seen) {
        if self.alarm < at {
            self.settle(at);
        }
        match *seen {
            Seen::Accepted(ref accepted) => self.accept(at, accepted),
            Seen::TransferBegan { message, site } => self.begin(at, message, site),
            Seen::Delivered { message, site, .. } => self.deliver(at, message, site),
            Seen::TransferFailed { message, status, .. } => self.fail(at, message, status),
            Seen::Reported { message, kind, status, .. } => self.report(at, message, kind, status),
            Seen::DeadLettered { message, status, .. } => {
                self.give_up(at, message, status, End::DeadLettered);
            }
            Seen::Suppressed { message, status, .. } => {
                self.give_up(at, message, status, End::Suppressed);
            }
            Seen::Cancelled { message } => self.cancel(at, message),
            Seen::EtrnAnswered { asked: Asked::Route(route), code, .. } => {
                self.flushes.answer(route, code);
            }
            Seen::Connecting { route, .. } => self.flushes.connect(route),
            Seen::ConnectionFailed { route, .. } => self.flushes.fail(route, at),
            Seen::ConnectionClosed { route, .. } => self.flushes.close(route),
            _ => {}
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
