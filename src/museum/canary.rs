//! Canaries: bugs without a public source, one for each rule that no historical exhibit breaks yet.

use super::{Bug, Class, Exhibit};
use crate::base::{Instant, RouteId, Rule};
use crate::queue::{Effect, Input, Outbox, Submission};
use crate::sim::Adaptor;

const SOURCE: &str = "none: made to show that the rule's alarm rings";

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
