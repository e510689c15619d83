//! Class C: the wrong clock, the wrong deadline.

use super::{Bug, Class, Exhibit};
use crate::base::{Instant, Kind, Priority, Rule, Span, State};
use crate::queue::{AtDeadline, FailedTry, NextTry, Overdue, Policy, Production, Rules};

pub(super) const STRICT: Exhibit = Exhibit {
    id: "exim-4.43-strict",
    class: Class::WrongClock,
    source: "Exim change log, 4.43",
    cause: "the deadline is compared with < for <=: at that very instant it has not come yet",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/exim-4.43-strict.toml"),
    bug: Bug::Rules(&Strict),
};

struct Strict;

impl Rules for Strict {
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        match Production.at_deadline(policy, overdue) {
            // The next look at it: the clock has gone on by the least that it can.
            AtDeadline::Expire if overdue.now == overdue.deadline => {
                AtDeadline::Grace(Span::from_micros(1))
            }
            decision => decision,
        }
    }
}

pub(super) const CLOCK_REFRESH: Exhibit = Exhibit {
    id: "exim-4.31-clock-refresh",
    class: Class::WrongClock,
    source: "Exim change logs, 4.31 and 4.82",
    cause: "each try sets the clock back to its beginning: what is tried in vain never reaches its end",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/exim-4.31-clock-refresh.toml"),
    bug: Bug::Rules(&ClockRefresh),
};

struct ClockRefresh;

impl Rules for ClockRefresh {
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        match overdue.attempts {
            0 => Production.at_deadline(policy, overdue),
            _ => AtDeadline::Grace(policy.timeout_of(overdue.kind, Priority::Normal)),
        }
    }
}

pub(super) const EARLY: Exhibit = Exhibit {
    id: "kumomta-early",
    class: Class::WrongClock,
    source: "KumoMTA, the scheduled queue",
    cause: "a message whose next try would come after its deadline is returned at once, up to 4 h early",
    rule: Rule::NoEarlyReport,
    scenario: script!("scenarios/museum/kumomta-early.toml"),
    bug: Bug::Rules(&Early),
};

struct Early;

impl Rules for Early {
    fn next_try(&self, policy: &Policy, failed: &FailedTry) -> NextTry {
        match (Production.next_try(policy, failed), failed.deadline) {
            (NextTry::At(at), Some(deadline)) if at >= deadline => NextTry::GiveUp,
            (next, _) => next,
        }
    }
}

pub(super) const WRONG_PRIORITY: Exhibit = Exhibit {
    id: "q166587-wrong-priority",
    class: Class::WrongClock,
    source: "Microsoft Knowledge Base Q166587, Exchange Server 5.0",
    cause: "the priority is read from the wrong property: all mail has the time-out of normal mail",
    rule: Rule::DeadlineFixed,
    scenario: script!("scenarios/museum/q166587.toml"),
    bug: Bug::Rules(&WrongPriority),
};

struct WrongPriority;

impl Rules for WrongPriority {
    fn timeout(&self, policy: &Policy, kind: Kind, _: Priority) -> Span {
        Production.timeout(policy, kind, Priority::Normal)
    }
}

pub(super) const DEFERRED_DELIVERY: Exhibit = Exhibit {
    id: "q214682-deferred",
    class: Class::WrongClock,
    source: "Microsoft Knowledge Base Q214682, Exchange Server",
    cause: "age counts from submission although delivery was deferred: it runs out before its time",
    rule: Rule::NoEarlyReport,
    scenario: script!("scenarios/museum/q214682-deferred.toml"),
    bug: Bug::Rules(&DeferredDelivery),
};

struct DeferredDelivery;

impl Rules for DeferredDelivery {
    fn counts_from(&self, accepted_at: Instant, _: Option<Instant>) -> Instant {
        accepted_at
    }
}

pub(super) const DEADLINE_OVERWRITTEN: Exhibit = Exhibit {
    id: "stalwart-deadline-overwritten",
    class: Class::WrongClock,
    source: "Stalwart, delivery.rs",
    cause: "a temporary failure writes the time of the next try over the deadline",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/stalwart-deadline-overwritten.toml"),
    bug: Bug::Rules(&DeadlineOverwritten),
};

struct DeadlineOverwritten;

impl Rules for DeadlineOverwritten {
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        match policy.wait_after(overdue.attempts) {
            Some(wait) if overdue.state == State::Scheduled => AtDeadline::Grace(wait),
            _ => Production.at_deadline(policy, overdue),
        }
    }
}

pub(super) const EQUALS: Exhibit = Exhibit {
    id: "maddy-678-equals",
    class: Class::WrongClock,
    source: "maddy issue 678",
    cause: "the limit is compared with == for >=: who looks a moment too late never sees it passed",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/maddy-678-equals.toml"),
    bug: Bug::Rules(&Equals),
};

struct Equals;

impl Rules for Equals {
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        if overdue.now == overdue.deadline {
            Production.at_deadline(policy, overdue)
        } else {
            AtDeadline::Ignore
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Instant = Instant::from_micros(48 * 3_600_000_000);
    const ON_TIME: Overdue = Overdue {
        kind: Kind::Mail,
        state: State::Held,
        deadline: DEADLINE,
        now: DEADLINE,
        attempts: 0,
        status: None,
    };

    #[test]
    fn each_moves_the_end_by_what_its_source_says() {
        let late = Overdue { now: DEADLINE + Span::from_micros(1), ..ON_TIME };
        let tried = Overdue { attempts: 1, ..ON_TIME };
        let scheduled = Overdue { state: State::Scheduled, attempts: 9, ..ON_TIME };
        let in_transfer = Overdue { state: State::InTransfer, ..ON_TIME };
        let grace = AtDeadline::Grace(Policy::ims().transfer_grace);
        let grace_of = |hours| AtDeadline::Grace(Span::from_hours(hours));
        for (rules, overdue, expected) in [
            (&Strict as &dyn Rules, ON_TIME, AtDeadline::Grace(Span::from_micros(1))),
            (&Strict, late, AtDeadline::Expire),
            (&Strict, in_transfer, grace),
            (&ClockRefresh, ON_TIME, AtDeadline::Expire),
            (&ClockRefresh, tried, grace_of(48)),
            (&DeadlineOverwritten, tried, AtDeadline::Expire),
            (&DeadlineOverwritten, scheduled, grace_of(4)),
            (&Equals, ON_TIME, AtDeadline::Expire),
            (&Equals, late, AtDeadline::Ignore),
        ] {
            assert_eq!(rules.at_deadline(&Policy::ims(), &overdue), expected, "{overdue:?}");
        }
    }

    #[test]
    fn only_a_try_that_would_come_too_late_is_given_up() {
        let now = DEADLINE - Span::from_hours(4);
        for (failures, deadline, expected) in [
            (4, Some(DEADLINE), NextTry::GiveUp),
            (4, None, NextTry::At(DEADLINE)),
            (3, Some(DEADLINE), NextTry::At(now + Span::from_hours(1))),
        ] {
            let failed = FailedTry { failures, now, deadline };
            assert_eq!(Early.next_try(&Policy::ims(), &failed), expected, "{failed:?}");
        }
    }
}
