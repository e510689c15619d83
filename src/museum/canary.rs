//! Canaries: bugs without a public source, one for each rule that no historical exhibit breaks yet.

use super::{Bug, Exhibit, ExhibitKind};
use crate::base::{RouteId, Rule};
use crate::queue::{
    ClientId, Effect, FailedTry, NextTry, Outbox, Policy, Production, Routes, Rules,
};
use crate::sim::Adaptor;

const SOURCE: &str = "none: made to show that the rule's alarm rings";

pub(super) const REPORTS_TWICE: Exhibit = Exhibit {
    id: "canary-reports-twice",
    kind: ExhibitKind::Canary,
    source: SOURCE,
    cause: "every report is sent on its way a second time",
    rule: Rule::EndsOnce,
    scenario: script!("scenarios/museum/canary-reports-twice.toml"),
    bug: Bug::Adaptor(|| Box::new(ReportsTwice)),
};

struct ReportsTwice;

impl Adaptor for ReportsTwice {
    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        if matches!(effect, Effect::Report { .. }) {
            out.put(effect);
        }
        out.put(effect);
    }
}

pub(super) const GIVES_UP_EARLY: Exhibit = Exhibit {
    id: "canary-gives-up-early",
    kind: ExhibitKind::Canary,
    source: SOURCE,
    cause: "after three failed tries a message is returned, although its time is not up",
    rule: Rule::NoEarlyReport,
    scenario: script!("scenarios/museum/canary-gives-up-early.toml"),
    bug: Bug::Rules(&GivesUpEarly),
};

struct GivesUpEarly;

impl Rules for GivesUpEarly {
    fn next_try(&self, policy: &Policy, failed: &FailedTry) -> NextTry {
        match failed.failures {
            0..3 => Production.next_try(policy, failed),
            _ => NextTry::GiveUp,
        }
    }
}

pub(super) const RELEASES_ALL: Exhibit = Exhibit {
    id: "canary-releases-all",
    kind: ExhibitKind::Canary,
    source: SOURCE,
    cause: "an ETRN for one node releases the mail of every node",
    rule: Rule::CallBeforeDelivery,
    scenario: script!("scenarios/museum/canary-releases-all.toml"),
    bug: Bug::Rules(&ReleasesAll),
};

struct ReleasesAll;

impl Rules for ReleasesAll {
    fn released(&self, routes: &Routes, _: ClientId, _: &str) -> Vec<RouteId> {
        routes.iter().map(|(route, _)| route).collect()
    }
}

pub(super) const CUT_IGNORED: Exhibit = Exhibit {
    id: "canary-cut-ignored",
    kind: ExhibitKind::Canary,
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

pub(super) const WRONG_HOST: Exhibit = Exhibit {
    id: "canary-wrong-host",
    kind: ExhibitKind::Canary,
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
