//! Each decision of the queue, by itself.
//!
//! Production uses the provided methods: [`Production`] overrides none. A bug of the museum overrides
//! one. The methods see plain facts and change nothing.

use super::{ClientId, Mode, Named, Policy, Routes};
use crate::base::{Instant, Kind, Notify, Priority, RouteId, Span, State, Status};

/// A message whose deadline has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Mail, or which report.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Its deadline.
    pub deadline: Instant,
    /// The instant at which that is noticed: the deadline, or later after a time asleep or down.
    pub now: Instant,
    /// Tries made for it.
    pub attempts: u32,
    /// What became of the last one; none before the first.
    pub status: Option<Status>,
}

/// A try that failed for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedTry {
    /// How many failed in a row, this one among them.
    pub failures: u32,
    /// When this one did.
    pub now: Instant,
    /// The deadline of the message; none where a whole route failed.
    pub deadline: Option<Instant>,
}

/// What happens to a message at its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtDeadline {
    /// It ends now.
    Expire,
    /// It is under way and may finish, for so long.
    Grace(Span),
    /// Nothing: it stays, and is not looked at again.
    Ignore,
}

/// What follows a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextTry {
    /// Another one at this instant.
    At(Instant),
    /// No further one: the message fails.
    GiveUp,
}

/// Who is told what became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The sender, by a report on this route.
    Report(RouteId),
    /// Nobody can be: what failed is kept for an operator.
    DeadLetter,
    /// Nobody wants to be.
    Suppress,
}

/// The decisions of a queue.
pub trait Rules {
    /// How long is a message of this kind and priority kept?
    fn timeout(&self, policy: &Policy, kind: Kind, priority: Priority) -> Span {
        policy.timeout_of(kind, priority)
    }

    /// From when does the time-out of a message count? Our decision: where it is held back by request
    /// (RFC 4865), from its release.
    fn counts_from(&self, accepted_at: Instant, release_at: Option<Instant>) -> Instant {
        release_at.map_or(accepted_at, |release_at| release_at.max(accepted_at))
    }

    /// What becomes of a message whose deadline has come?
    ///
    /// It expires in every state but one. KB Q184051 is what happens where a state is left out.
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        match overdue.state {
            State::InTransfer => AtDeadline::Grace(policy.transfer_grace),
            State::Held
            | State::Scheduled
            | State::Connecting
            | State::Ready
            | State::Future
            | State::Paused
            | State::OnHold => AtDeadline::Expire,
        }
    }

    /// Which routes does an ETRN of `client` for `node` release? None: it is not allowed.
    ///
    /// Those that it names, if every one of them is the client's own: `@com` goes to nobody who does
    /// not own all of it, whatever waits (RFC 1985 5.2, and our decision for `@node` and `#queue`).
    fn released(&self, routes: &Routes, client: ClientId, node: &str) -> Named {
        let named = routes.named(node);
        let is_owner = named.iter().all(|route| routes.owner(*route) == client);
        if is_owner { named } else { Named::NONE }
    }

    /// When is the next try?
    fn next_try(&self, policy: &Policy, failed: &FailedTry) -> NextTry {
        let wait = policy.wait_after(failed.failures);
        wait.map_or(NextTry::GiveUp, |wait| NextTry::At(failed.now + wait))
    }

    /// Who is told what became of a message? RFC 5321 6.1: never the null reverse-path. RFC 3461 4.1:
    /// nobody who did not ask for this kind of report.
    fn notice(&self, sender: Option<RouteId>, kind: Kind, notify: Notify) -> Notice {
        match sender {
            None => Notice::DeadLetter,
            Some(route) if notify.wants(kind) => Notice::Report(route),
            Some(_) => Notice::Suppress,
        }
    }

    /// How long after its time began to count is the sender of a message that still waits told so,
    /// the last time having been after `told_after`? Once at the most: KB 247129 is what happens else.
    fn delay_notice(&self, policy: &Policy, mode: Mode, told_after: Option<Span>) -> Option<Span> {
        match (told_after, mode) {
            (Some(_), _) => None,
            (None, Mode::Held) => policy.delay_notice_held,
            (None, Mode::Direct) => policy.delay_notice_direct,
        }
    }
}

/// The rules as they should be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Production;

impl Rules for Production {}

impl<R: Rules + ?Sized> Rules for &R {
    fn timeout(&self, policy: &Policy, kind: Kind, priority: Priority) -> Span {
        (**self).timeout(policy, kind, priority)
    }

    fn counts_from(&self, accepted_at: Instant, release_at: Option<Instant>) -> Instant {
        (**self).counts_from(accepted_at, release_at)
    }

    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        (**self).at_deadline(policy, overdue)
    }

    fn released(&self, routes: &Routes, client: ClientId, node: &str) -> Named {
        (**self).released(routes, client, node)
    }

    fn next_try(&self, policy: &Policy, failed: &FailedTry) -> NextTry {
        (**self).next_try(policy, failed)
    }

    fn notice(&self, sender: Option<RouteId>, kind: Kind, notify: Notify) -> Notice {
        (**self).notice(sender, kind, notify)
    }

    fn delay_notice(&self, policy: &Policy, mode: Mode, told_after: Option<Span>) -> Option<Span> {
        (**self).delay_notice(policy, mode, told_after)
    }
}
