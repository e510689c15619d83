//! Class A: mail that rests in a state which expiry does not visit.
//!
//! Most of them pass over a message at its deadline by where it stands. What is passed over is not
//! looked at again before a restart.

use super::{Bug, Class, Exhibit};
use crate::base::{Instant, Kind, Rule, Span, State, Status};
use crate::queue::{AtDeadline, Input, Overdue, Policy, Production, Record, Rules};
use crate::sim::Adaptor;

/// At its deadline nothing is done about a message for which this holds.
struct PassesOver(fn(&Overdue) -> bool);

impl Rules for PassesOver {
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        let PassesOver(is_passed_over) = self;
        if is_passed_over(overdue) {
            AtDeadline::Ignore
        } else {
            Production.at_deadline(policy, overdue)
        }
    }
}

pub(super) const HELD_NEVER_EXPIRES: Exhibit = Exhibit {
    id: "q184051-held-never-expires",
    class: Class::Resident,
    source: "Microsoft Knowledge Base Q184051, Exchange Server 5.0 and 5.5",
    cause: "expiry passes over messages that wait for ETRN: they stay for ever, the sender never hears",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/q184051.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| overdue.state == State::Held)),
};

pub(super) const EXPIRY_ONLY_ON_REQUEUE: Exhibit = Exhibit {
    id: "kumomta-539-expiry-only-on-requeue",
    class: Class::Resident,
    source: "KumoMTA issue 539",
    cause: "age is looked at only when a message is put back: one that a hanging session has is kept",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/kumomta-539-expiry-only-on-requeue.toml"),
    bug: Bug::Rules(&ExpiryOnlyOnRequeue),
};

struct ExpiryOnlyOnRequeue;

impl Rules for ExpiryOnlyOnRequeue {
    /// What a session has in its hands may go on without bound, and ends when it is put back.
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        match overdue.state {
            State::Connecting | State::Ready | State::InTransfer => {
                AtDeadline::Grace(Span::FOREVER)
            }
            _ => Production.at_deadline(policy, overdue),
        }
    }
}

pub(super) const HELD_LIST: Exhibit = Exhibit {
    id: "opensmtpd-held-list",
    class: Class::Resident,
    source: "OpenSMTPD, scheduler_ramqueue.c",
    cause: "expiry walks the list of what is pending; what is held or suspended is on other lists",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/opensmtpd-held-list.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| {
        matches!(overdue.state, State::Held | State::Paused | State::OnHold)
    })),
};

pub(super) const IN_FLIGHT: Exhibit = Exhibit {
    id: "opensmtpd-739-inflight",
    class: Class::Resident,
    source: "OpenSMTPD issues 739 and 793",
    cause: "a message in flight is not expired, and once its session has gone nobody comes back to it",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/opensmtpd-739-inflight.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| overdue.state == State::InTransfer)),
};

pub(super) const HOLD_FILTER: Exhibit = Exhibit {
    id: "mox-hold-filter",
    class: Class::Resident,
    source: "Mox, queue.go",
    cause: "messages on hold are filtered out of the query that finds what to try, and what to expire",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/mox-hold-filter.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| overdue.state == State::OnHold)),
};

pub(super) const FROZEN: Exhibit = Exhibit {
    id: "exim-frozen",
    class: Class::Resident,
    source: "Exim specification, timeout_frozen_after, which is 0 unless set",
    cause: "a bounce that failed is frozen, and what is frozen is passed over before its age is read",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/exim-frozen.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| {
        overdue.kind != Kind::Mail && overdue.state == State::Scheduled
    })),
};

pub(super) const PAUSED: Exhibit = Exhibit {
    id: "stalwart-paused",
    class: Class::Resident,
    source: "Stalwart, the loop of the queue manager",
    cause: "a paused loop goes round before it comes to expiry, and catches nothing up after the pause",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/stalwart-paused.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| overdue.state == State::Paused)),
};

pub(super) const SKIPPED_AFTER_FAILURE: Exhibit = Exhibit {
    id: "exchange-2000-skip",
    class: Class::Resident,
    source: "Microsoft Knowledge Base 826948, Exchange 2000 Server",
    cause: "a message whose connection failed drops out of the index until the service is restarted",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/exchange-2000-skip.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| overdue.state == State::Scheduled)),
};

pub(super) const ONE_BRANCH: Exhibit = Exhibit {
    id: "sendmail-8.2-one-branch",
    class: Class::Resident,
    source: "Sendmail release notes, 8.2",
    cause: "age is looked at on one branch of failure only: what waits for a name server never expires",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/sendmail-8.2-one-branch.toml"),
    bug: Bug::Rules(&PassesOver(|overdue| overdue.status == Some(Status::NO_LOOKUP))),
};

pub(super) const LAZY: Exhibit = Exhibit {
    id: "rabbitmq-10692-lazy",
    class: Class::Resident,
    source: "RabbitMQ issue 10692",
    cause: "expiry is looked at only when someone comes: where nobody does, nothing expires",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/rabbitmq-10692-lazy.toml"),
    bug: Bug::Adaptor(|| Box::new(Lazy)),
};

struct Lazy;

impl Adaptor for Lazy {
    fn input<'i>(&mut self, _: Instant, input: Input<'i>) -> Option<Input<'i>> {
        (!matches!(input, Input::Wake)).then_some(input)
    }
}

pub(super) const RELOAD: Exhibit = Exhibit {
    id: "madmail-49-reload",
    class: Class::Resident,
    source: "madmail pull request 49",
    cause: "what is loaded after a restart comes back by a path that knows nothing of expiry",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/madmail-49-reload.toml"),
    bug: Bug::Adaptor(|| Box::new(Reload)),
};

struct Reload;

impl Adaptor for Reload {
    fn read(&mut self, mut record: Record) -> Option<Record> {
        if let Record::Accepted { deadline, .. } | Record::Reported { deadline, .. } = &mut record {
            *deadline = Instant::NEVER;
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Instant = Instant::from_micros(48 * 3_600_000_000);

    /// Mail that was tried once in vain, or a report that was.
    fn overdue(kind: Kind, state: State, status: Status) -> Overdue {
        let (deadline, now) = (DEADLINE, DEADLINE);
        Overdue { kind, state, deadline, now, attempts: 1, status: Some(status) }
    }

    #[test]
    fn each_leaves_alone_what_its_source_left_alone_and_nothing_else() {
        use State::{Connecting, Future, Held, InTransfer, OnHold, Paused, Ready, Scheduled};
        const UNDER_WAY: &[State] = &[Connecting, Ready, InTransfer];
        let all = [Held, Scheduled, Connecting, Ready, InTransfer, Future, Paused, OnHold];
        for (exhibit, kind, status, expected) in [
            (&HELD_NEVER_EXPIRES, Kind::Mail, Status::NO_ANSWER, [Held].as_slice()),
            (&EXPIRY_ONLY_ON_REQUEUE, Kind::Mail, Status::NO_ANSWER, UNDER_WAY),
            (&HELD_LIST, Kind::Mail, Status::NO_ANSWER, &[Held, Paused, OnHold]),
            (&IN_FLIGHT, Kind::Mail, Status::NO_ANSWER, &[InTransfer]),
            (&HOLD_FILTER, Kind::Mail, Status::NO_ANSWER, &[OnHold]),
            (&FROZEN, Kind::Failed, Status::NO_ANSWER, &[Scheduled]),
            (&FROZEN, Kind::Mail, Status::NO_ANSWER, &[]),
            (&PAUSED, Kind::Mail, Status::NO_ANSWER, &[Paused]),
            (&SKIPPED_AFTER_FAILURE, Kind::Mail, Status::NO_ANSWER, &[Scheduled]),
            (&ONE_BRANCH, Kind::Mail, Status::NO_ANSWER, &[]),
            (&ONE_BRANCH, Kind::Mail, Status::NO_LOOKUP, all.as_slice()),
        ] {
            let Bug::Rules(rules) = &exhibit.bug else { panic!("{} has no rules", exhibit.id) };
            let policy = Policy::ims();
            let differs = |state: &State| {
                let overdue = overdue(kind, *state, status);
                rules.at_deadline(&policy, &overdue) != Production.at_deadline(&policy, &overdue)
            };
            let seen: Vec<State> = all.into_iter().filter(differs).collect();
            assert_eq!(seen, expected, "{} {kind:?} {status}", exhibit.id);
        }
    }

    #[test]
    fn one_who_is_lazy_hears_all_but_the_alarm_clock() {
        let mut lazy = Lazy;
        assert!(lazy.input(DEADLINE, Input::Wake).is_none());
        assert!(lazy.input(DEADLINE, Input::Persisted { upto: 1 }).is_some());
    }
}
