//! Reports about mail that is late or went on without further word, and how any report is born.
//!
//! In: the instants at which a sender is to be told. Out: reports, which are mail. Whether anybody
//! wants to be told is the rules' to say.

use super::deadlines::class_of;
use super::intake::Arrival;
use super::shelf::{Handle, Ticket};
use super::terms::Terms;
use super::timers::Timer;
use super::{Effect, Extensions, Mode, Notice, Outbox, Queue, Record, Rules};
use crate::base::{Instant, Kind, MessageId, Notify, Priority, RouteId, Span, Status};

/// What a report weighs in the queue: its text, the delivery status and the headers of what it is
/// about (RFC 3464 asks for no more). Whoever composes the bytes is not bound by it.
const REPORT_SIZE_BYTES: u32 = 2_048;

impl<R: Rules> Queue<R> {
    /// Sets the instant at which the sender of a message that still waits is told so: by the rules,
    /// or at the by-time of a DELIVERBY `N` (RFC 2852 4), whichever comes first and so stands for
    /// both. `told_after` is how long after its time began to count it was told last; who was told once
    /// is not told at a by-time any more.
    #[inline(always)]
    pub(super) fn arm_notice(
        &mut self,
        handle: Handle,
        mode: Mode,
        told_after: Option<Span>,
        by_time: Option<Instant>,
    ) {
        let by_rules = self.rules.delay_notice(&self.policy, mode, told_after);
        let by_time = by_time.filter(|_| told_after.is_none());
        if by_rules.is_some() || by_time.is_some() {
            self.set_notice(handle, by_rules, by_time);
        }
    }

    #[inline(never)]
    fn set_notice(&mut self, handle: Handle, by_rules: Option<Span>, by_time: Option<Instant>) {
        if self.delay_reader(handle).is_none() {
            return;
        }
        let by_rules = by_rules.map(|after| self.counts_from(handle) + after);
        let at = by_rules.into_iter().chain(by_time).min();
        // What has ended by then is not late: at one instant the deadline comes first.
        if let Some(at) = at.filter(|at| *at < self.deadline_of(handle)) {
            self.timers.set(at, Timer::Notice(self.shelf.ticket(handle)));
        }
    }

    /// The way to one who is to be told that a message is late.
    fn delay_reader(&self, handle: Handle) -> Option<RouteId> {
        let entry = self.shelf.entry(handle);
        let kind = Kind::Delayed;
        match self.rules.notice(entry.sender_route(), kind, entry.marks.notify()) {
            Notice::Report(route) => Some(route),
            Notice::DeadLetter | Notice::Suppress => None,
        }
    }

    /// A message still waits at the instant set for its notice. Nothing is said where its time is up
    /// as well, as it is after a long time down.
    pub(super) fn tell_delay(
        &mut self,
        now: Instant,
        at: Instant,
        ticket: Ticket,
        out: &mut impl Outbox,
    ) {
        let handle = ticket.handle;
        if self.shelf.live(ticket).is_none() || self.deadline_of(handle) <= now {
            return;
        }
        let Some(reader) = self.delay_reader(handle) else { return };
        self.count_tries(handle);
        let by_time = self.terms(handle).and_then(Terms::notify_by);
        let last = self.shelf.entry(handle).status;
        let status = last.filter(|_| by_time != Some(at)).unwrap_or(Status::EXPIRED);
        self.report(now, handle, Told { kind: Kind::Delayed, status, route: reader }, out);
        let (route, _) = self.shelf.place(handle);
        let mode = self.lanes[route.index()].mode;
        self.arm_notice(handle, mode, Some(at.since(self.counts_from(handle))), by_time);
        self.dial(now, reader, out);
    }

    /// The way to one who is to be told that a message went on to a host that will say nothing more
    /// of it: no DSN, where its delivery was to be told (RFC 3461 5.2.2), or no DELIVERBY, where its
    /// by-time was (RFC 2852), unless nothing was to be told at all.
    #[inline(always)]
    pub(super) fn relay_reader(&self, handle: Handle, offers: &Extensions) -> Option<RouteId> {
        let entry = self.shelf.entry(handle);
        let notify = entry.marks.notify();
        let keeps_no_time = offers.deliver_by.is_none() && notify != Notify::NEVER;
        let notifies = || self.terms(handle).is_some_and(|terms| terms.notify_by().is_some());
        let wanted = match offers.dsn {
            _ if keeps_no_time && notifies() => notify.with(Kind::Relayed),
            true => Notify::NEVER,
            false => notify,
        };
        if !wanted.wants(Kind::Relayed) {
            return None;
        }
        match self.rules.notice(entry.sender_route(), Kind::Relayed, wanted) {
            Notice::Report(route) => Some(route),
            Notice::DeadLetter | Notice::Suppress => None,
        }
    }

    /// A report about a message is born, as a message of its own. The end of what a failed or a
    /// relayed one is about is the same record; what a delayed one is about goes on.
    pub(super) fn report(
        &mut self,
        now: Instant,
        handle: Handle,
        told: Told,
        out: &mut impl Outbox,
    ) {
        let Told { kind, status, route } = told;
        let entry = self.shelf.entry(handle);
        let (about, attempts) = (entry.message, entry.attempts);
        let deadline = now + self.deadlines.timeout(class_of(kind, Priority::Normal));
        let (born_at, size_bytes) = (now, REPORT_SIZE_BYTES);
        let at = now;
        self.record(
            Record::Reported { about, kind, at, deadline, route, size_bytes, status, attempts },
            out,
        );
        match kind {
            Kind::Failed | Kind::Relayed => self.remove(handle),
            Kind::Delayed | Kind::Mail => {}
        }
        self.shelve(&report(kind, about, born_at, deadline, route, size_bytes));
        let attempts = u32::from(attempts);
        self.bid(
            Effect::Report { about, kind, status, attempts, route, size_bytes, born_at, deadline },
            out,
        );
    }
}

/// What a report says, and to whom.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// Which report.
    pub(super) kind: Kind,
    /// The status in it.
    pub(super) status: Status,
    /// The way to the sender.
    pub(super) route: RouteId,
}

/// The report about a message, as a message: reverse-path `<>`, normal priority.
pub(super) fn report(
    kind: Kind,
    about: MessageId,
    born_at: Instant,
    deadline: Instant,
    route: RouteId,
    size_bytes: u32,
) -> Arrival {
    Arrival {
        message: about.report(kind),
        accepted_at: born_at,
        deadline,
        priority: Priority::Normal,
        size_bytes,
        route,
        sender: None,
        notify: Notify::NEVER,
        release_at: None,
        deliver_by: None,
    }
}
