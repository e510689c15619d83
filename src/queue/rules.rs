//! Each decision of the queue, by itself.
//!
//! Production uses the provided methods: [`Production`] overrides none. A bug of the museum overrides
//! one. The methods see plain facts and change nothing.

use super::{ClientId, Policy, Routes};
use crate::base::{Instant, Kind, Priority, RouteId, Span, State};

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

/// Who is told that a message failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The sender, by a report on this route.
    Report(RouteId),
    /// Nobody can be: it is kept for an operator.
    DeadLetter,
}

/// The decisions of a queue.
pub trait Rules {
    /// How long is a message of this kind and priority kept?
    fn timeout(&self, policy: &Policy, kind: Kind, priority: Priority) -> Span {
        policy.timeout_of(kind, priority)
    }

    /// What becomes of a message whose deadline has come?
    ///
    /// It expires in every state but one. KB Q184051 is what happens where a state is left out.
    fn at_deadline(&self, policy: &Policy, state: State) -> AtDeadline {
        match state {
            State::InTransfer => AtDeadline::Grace(policy.transfer_grace),
            State::Held | State::Scheduled | State::Connecting | State::Ready => AtDeadline::Expire,
        }
    }

    /// Which routes does an ETRN of `client` for `node` release? None: it is not allowed.
    ///
    /// A plain node is exactly that name, whatever its case (RFC 1985 5.2), and its mail goes to
    /// nobody's bidding but its owner's.
    fn released(&self, routes: &Routes, client: ClientId, node: &str) -> Vec<RouteId> {
        routes.find(node).filter(|route| routes.owner(*route) == client).into_iter().collect()
    }

    /// When is the next try, after `failures` in a row, the last one at `now`?
    fn next_try(&self, policy: &Policy, failures: u32, now: Instant) -> NextTry {
        policy.wait_after(failures).map_or(NextTry::GiveUp, |wait| NextTry::At(now + wait))
    }

    /// Who is told that a message failed? RFC 5321 6.1: never the null reverse-path.
    fn notice(&self, sender: Option<RouteId>) -> Notice {
        sender.map_or(Notice::DeadLetter, Notice::Report)
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

    fn at_deadline(&self, policy: &Policy, state: State) -> AtDeadline {
        (**self).at_deadline(policy, state)
    }

    fn released(&self, routes: &Routes, client: ClientId, node: &str) -> Vec<RouteId> {
        (**self).released(routes, client, node)
    }

    fn next_try(&self, policy: &Policy, failures: u32, now: Instant) -> NextTry {
        (**self).next_try(policy, failures, now)
    }

    fn notice(&self, sender: Option<RouteId>) -> Notice {
        (**self).notice(sender)
    }
}
