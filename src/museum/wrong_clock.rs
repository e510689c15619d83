//! Class C: the wrong clock, the wrong deadline.

use super::{Bug, Exhibit, ExhibitKind};
use crate::base::{Kind, Priority, Rule, Span};
use crate::queue::{Policy, Production, Rules};

pub(super) const WRONG_PRIORITY: Exhibit = Exhibit {
    id: "q166587-wrong-priority",
    kind: ExhibitKind::Historical,
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
