//! Canaries: bugs without a public source, one for each rule that no historical exhibit breaks yet.

use super::{Bug, Class, Exhibit};
use crate::base::{Instant, RouteId, Rule};
use crate::queue::{Effect, Input, Outbox, Record, Submission};
use crate::sim::Adaptor;

const SOURCE: &str = "none: made to show that the rule's alarm rings";

pub(super) const CUT_IGNORED: Exhibit = Exhibit {
    id: "canary-cut-ignored",
    class: Class::Canary,
    source: SOURCE,
    cause: "a transfer that is cut at the end of its grace goes on, after the report",
    rule: Rule::NothingAfterTheEnd,
    scenario: script!("scenarios/museum/canary-cut-ignored.toml"),
    bug: Bug::Adaptor(|| Box::new(CutIgnored)),
};

struct CutIgnored;

impl Adaptor for CutIgnored {
    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        if !matches!(effect, Effect::Abort { .. }) {
            out.put(effect);
        }
    }
}

pub(super) const DELIVERED_AGAIN: Exhibit = Exhibit {
    id: "canary-delivered-again",
    class: Class::Canary,
    source: SOURCE,
    cause: "that a message was delivered is not written down: after a crash it is there again",
    rule: Rule::NoDuplicate,
    scenario: script!("scenarios/museum/canary-delivered-again.toml"),
    bug: Bug::Adaptor(|| Box::new(DeliveredAgain)),
};

struct DeliveredAgain;

impl Adaptor for DeliveredAgain {
    fn write(&mut self, record: Record) -> Option<Record> {
        (!matches!(record, Record::Delivered { .. })).then_some(record)
    }
}

pub(super) const RELEASE_IGNORED: Exhibit = Exhibit {
    id: "canary-release-ignored",
    class: Class::Canary,
    source: SOURCE,
    cause: "mail that is not to leave before its release is taken for mail that may leave at once",
    rule: Rule::NotBeforeRelease,
    scenario: script!("scenarios/museum/canary-release-ignored.toml"),
    bug: Bug::Adaptor(|| Box::new(ReleaseIgnored)),
};

struct ReleaseIgnored;

impl Adaptor for ReleaseIgnored {
    fn input<'i>(&mut self, _: Instant, input: Input<'i>) -> Option<Input<'i>> {
        Some(match input {
            Input::Submit(mail) => Input::Submit(Submission { release_at: None, ..mail }),
            input => input,
        })
    }
}

pub(super) const WRITE_LOST: Exhibit = Exhibit {
    id: "canary-write-lost",
    class: Class::Canary,
    source: SOURCE,
    cause: "nothing of any message is written down, and the 250 is given all the same",
    rule: Rule::AcknowledgedSurvives,
    scenario: script!("scenarios/museum/canary-write-lost.toml"),
    bug: Bug::Adaptor(|| Box::new(WriteLost)),
};

struct WriteLost;

impl Adaptor for WriteLost {
    fn write(&mut self, record: Record) -> Option<Record> {
        let is_of_a_route = matches!(
            record,
            Record::Ordered { .. } | Record::RouteFailed { .. } | Record::RouteAnswered { .. }
        );
        is_of_a_route.then_some(record)
    }
}

pub(super) const WRONG_HOST: Exhibit = Exhibit {
    id: "canary-wrong-host",
    class: Class::Canary,
    source: SOURCE,
    cause: "the connections for the first route and the second are mistaken for each other",
    rule: Rule::RightHost,
    scenario: script!("scenarios/museum/canary-wrong-host.toml"),
    bug: Bug::Adaptor(|| Box::new(WrongHost)),
};

struct WrongHost;

impl Adaptor for WrongHost {
    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        out.put(match effect {
            Effect::Connect { connection, route: RouteId(0) } => {
                Effect::Connect { connection, route: RouteId(1) }
            }
            Effect::Connect { connection, route: RouteId(1) } => {
                Effect::Connect { connection, route: RouteId(0) }
            }
            effect => effect,
        });
    }
}
