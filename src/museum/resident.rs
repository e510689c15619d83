//! Class A: mail that rests in a state which expiry does not visit.

use super::{Bug, Exhibit, ExhibitKind};
use crate::base::{Rule, State};
use crate::queue::{AtDeadline, Overdue, Policy, Production, Rules};

pub(super) const HELD_NEVER_EXPIRES: Exhibit = Exhibit {
    id: "q184051-held-never-expires",
    kind: ExhibitKind::Historical,
    source: "Microsoft Knowledge Base Q184051, Exchange Server 5.0 and 5.5",
    cause: "expiry passes over messages that wait for ETRN: they stay for ever, the sender never hears",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/q184051.toml"),
    bug: Bug::Rules(&HeldNeverExpires),
};

struct HeldNeverExpires;

impl Rules for HeldNeverExpires {
    fn at_deadline(&self, policy: &Policy, overdue: &Overdue) -> AtDeadline {
        match overdue.state {
            State::Held => AtDeadline::Ignore,
            _ => Production.at_deadline(policy, overdue),
        }
    }
}
