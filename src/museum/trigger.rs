//! Class D: the call for mail, and the index that finds what it is for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bug, Class, Exhibit};
use crate::base::{Instant, MessageId, Order, Rule, Status, Target};
use crate::queue::{
    ClientId, ConnectionId, Effect, EtrnAnswer, Input, Named, Outbox, Production, Routes, Rules,
};
use crate::sim::Adaptor;

/// Whether a node is the very name of a domain: no subtree, no queue (RFC 1985 5.2).
fn is_plain(node: &str) -> bool {
    !node.starts_with(['@', '#'])
}

pub(super) const CASE: Exhibit = Exhibit {
    id: "postfix-2000-case",
    class: Class::Trigger,
    source: "Postfix history, 2000-11-20",
    cause: "the index of domains minds the case of letters: ETRN FOO.Example finds nothing",
    rule: Rule::CallServed,
    scenario: script!("scenarios/museum/postfix-2000-case.toml"),
    bug: Bug::Rules(&Case),
};

struct Case;

impl Rules for Case {
    fn released(&self, routes: &Routes, client: ClientId, node: &str) -> Named {
        let is_found =
            !is_plain(node) || routes.iter().any(|(_, route)| route.domain.as_str() == node);
        if is_found { Production.released(routes, client, node) } else { Named::NONE }
    }
}

pub(super) const FLUSH_ALL: Exhibit = Exhibit {
    id: "postfix-2001-flush-all",
    class: Class::Trigger,
    source: "Postfix history, 2001-10-06",
    cause: "ETRN for a domain that is not known flushes the whole queue",
    rule: Rule::CallBeforeDelivery,
    scenario: script!("scenarios/museum/postfix-2001-flush-all.toml"),
    bug: Bug::Rules(&FlushAll),
};

struct FlushAll;

impl Rules for FlushAll {
    fn released(&self, routes: &Routes, client: ClientId, node: &str) -> Named {
        if is_plain(node) && routes.find(node).is_none() {
            routes.iter().map(|(route, _)| route).collect()
        } else {
            Production.released(routes, client, node)
        }
    }
}

pub(super) const REFRESH: Exhibit = Exhibit {
    id: "postfix-2002-refresh",
    class: Class::Trigger,
    source: "Postfix history, 2002-03-29",
    cause: "the housekeeping of the index releases what is held",
    rule: Rule::CallBeforeDelivery,
    scenario: script!("scenarios/museum/postfix-2002-refresh.toml"),
    bug: Bug::Adaptor(|| Box::new(Refresh)),
};

struct Refresh;

impl Adaptor for Refresh {
    fn input<'i>(&mut self, _: Instant, input: Input<'i>) -> Option<Input<'i>> {
        Some(match input {
            Input::Wake => Input::Order { order: Order::Flush, target: Target::All },
            input => input,
        })
    }
}

pub(super) const DURING_SCAN: Exhibit = Exhibit {
    id: "postfix-2006-during-scan",
    class: Class::Trigger,
    source: "Postfix history, 2006-12-13",
    cause: "an ETRN that comes while the queue is being worked on is consented to, and lost",
    rule: Rule::CallServed,
    scenario: script!("scenarios/museum/postfix-2006-during-scan.toml"),
    bug: Bug::Adaptor(|| Box::<DuringScan>::default()),
};

#[derive(Default)]
struct DuringScan {
    /// Connections that are on.
    connections: BTreeSet<ConnectionId>,
    /// ETRNs that were lost and are still to be answered.
    unanswered: u32,
}

impl Adaptor for DuringScan {
    /// What is lost is asked for without a node, so that the queue answers it and does no more.
    fn input<'i>(&mut self, _: Instant, input: Input<'i>) -> Option<Input<'i>> {
        Some(match input {
            Input::Etrn { client, node } if !node.is_empty() && !self.connections.is_empty() => {
                self.unanswered += 1;
                Input::Etrn { client, node: "" }
            }
            Input::Dropped { connection, .. } => {
                self.connections.remove(&connection);
                input
            }
            input => input,
        })
    }

    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        out.put(match effect {
            Effect::EtrnAnswered { client, answer: EtrnAnswer::NoNode } if self.unanswered > 0 => {
                self.unanswered -= 1;
                Effect::EtrnAnswered { client, answer: EtrnAnswer::Started(1) }
            }
            Effect::Connect { connection, .. } => {
                self.connections.insert(connection);
                effect
            }
            Effect::Close { connection } | Effect::Abort { connection, .. } => {
                self.connections.remove(&connection);
                effect
            }
            effect => effect,
        });
    }
}

pub(super) const SUBSTRING: Exhibit = Exhibit {
    id: "sendmail-substring",
    class: Class::Trigger,
    source: "Sendmail, ETRN @domain",
    cause: "a subtree is found by its ending alone, not on a label: another's mail is released",
    rule: Rule::CallBeforeDelivery,
    scenario: script!("scenarios/museum/sendmail-substring.toml"),
    bug: Bug::Rules(&Substring),
};

struct Substring;

impl Rules for Substring {
    fn released(&self, routes: &Routes, client: ClientId, node: &str) -> Named {
        let Some(ending) = node.strip_prefix('@').map(str::to_ascii_lowercase) else {
            return Production.released(routes, client, node);
        };
        let named: Named = routes
            .iter()
            .filter(|(_, route)| route.domain.to_ascii_lowercase().ends_with(&ending))
            .map(|(route, _)| route)
            .collect();
        let is_known = named.iter().any(|route| routes.owner(*route) == client);
        if is_known { named } else { Named::NONE }
    }
}

pub(super) const SNAPSHOT: Exhibit = Exhibit {
    id: "q159209-snapshot",
    class: Class::Trigger,
    source: "Microsoft Knowledge Base Q159209, Exchange Server 5.0",
    cause: "a session sends what was queued when it began; what comes meanwhile is left behind",
    rule: Rule::CallServed,
    scenario: script!("scenarios/museum/q159209-snapshot.toml"),
    bug: Bug::Adaptor(|| Box::<Snapshot>::default()),
};

#[derive(Default)]
struct Snapshot {
    /// For each connection that is on, what came after it was begun.
    came_after: BTreeMap<ConnectionId, BTreeSet<MessageId>>,
}

impl Snapshot {
    fn note_arrival(&mut self, message: MessageId) {
        for came_after in self.came_after.values_mut() {
            came_after.insert(message);
        }
    }
}

impl Adaptor for Snapshot {
    /// A connection is closed where it should carry what came after its beginning.
    fn effect(&mut self, mut effect: Effect, out: &mut dyn Outbox) {
        match effect {
            Effect::Accepted { message, .. } => self.note_arrival(message),
            Effect::Report { about, kind, .. } => self.note_arrival(about.report(kind)),
            Effect::Connect { connection, .. } => {
                self.came_after.insert(connection, BTreeSet::new());
            }
            Effect::Transfer { connection, message, .. } => {
                let came_after = self.came_after.get(&connection);
                if came_after.is_some_and(|came_after| came_after.contains(&message)) {
                    effect = Effect::Close { connection };
                }
            }
            _ => {}
        }
        if let Effect::Close { connection } | Effect::Abort { connection, .. } = effect {
            self.came_after.remove(&connection);
        }
        out.put(effect);
    }
}

pub(super) const NO_BANNER: Exhibit = Exhibit {
    id: "q175982-no-banner",
    class: Class::Trigger,
    source: "Microsoft Knowledge Base Q175982, Exchange Server 5.5",
    cause: "a host that accepts the connection and says nothing keeps it for ever",
    rule: Rule::CallServed,
    scenario: script!("scenarios/museum/q175982-no-banner.toml"),
    bug: Bug::Adaptor(|| Box::new(NoBanner)),
};

struct NoBanner;

impl Adaptor for NoBanner {
    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        if !matches!(effect, Effect::Abort { status: Status::NO_ANSWER, .. }) {
            out.put(effect);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{RouteId, SiteId};
    use crate::queue::{Mode, Route};

    const BRANCH: ClientId = ClientId(0);
    const DEPOT: ClientId = ClientId(1);

    fn routes() -> Routes {
        let route = |domain: &str, owner: ClientId| Route {
            domain: domain.to_owned(),
            mode: Mode::Held,
            owner,
            site: SiteId(owner.0),
            queue: None,
        };
        let all = [("Branch.example", BRANCH), ("notbranch.example", DEPOT), ("b.example", BRANCH)];
        Routes::new(all.map(|(domain, owner)| route(domain, owner)).to_vec()).expect("three")
    }

    #[test]
    fn each_releases_too_little_or_too_much() {
        for (rules, node, expected) in [
            (&Case as &dyn Rules, "Branch.example", [0].as_slice()),
            (&Case, "branch.example", &[]),
            (&FlushAll, "branch.example", &[0]),
            (&FlushAll, "elsewhere.example", &[0, 1, 2]),
            (&FlushAll, "notbranch.example", &[]),
            (&Substring, "@branch.example", &[0, 1]),
            (&Substring, "@elsewhere.example", &[]),
            (&Substring, "b.example", &[2]),
        ] {
            let released = rules.released(&routes(), BRANCH, node);
            assert_eq!(released.iter().map(|it| it.0).collect::<Vec<_>>(), expected, "{node}");
        }
    }

    const FIRST: ConnectionId = ConnectionId { slot: 0, generation: 0 };

    fn mail(ordinal: u64) -> MessageId {
        MessageId::mail(0, ordinal).expect("small")
    }

    fn accepted(ordinal: u64) -> Effect {
        let (accepted_at, deadline) = (Instant::ZERO, Instant::NEVER);
        Effect::Accepted { message: mail(ordinal), accepted_at, deadline }
    }

    fn transfer(ordinal: u64) -> Effect {
        Effect::Transfer { connection: FIRST, message: mail(ordinal), size_bytes: 1, attempt: 1 }
    }

    #[test]
    fn a_snapshot_has_what_was_there_when_the_session_began() {
        let (connect, close) = (
            Effect::Connect { connection: FIRST, route: RouteId(0) },
            Effect::Close { connection: FIRST },
        );
        let (mut adaptor, mut out) = (Snapshot::default(), Vec::new());
        for effect in [accepted(0), connect, accepted(1), transfer(0), transfer(1)] {
            adaptor.effect(effect, &mut out);
        }
        assert_eq!(out, [accepted(0), connect, accepted(1), transfer(0), close]);
    }

    #[test]
    fn an_etrn_is_lost_while_a_connection_is_on_and_at_no_other_time() {
        let mut adaptor = DuringScan::default();
        let ask = |adaptor: &mut DuringScan| {
            let etrn = Input::Etrn { client: BRANCH, node: "branch.example" };
            match adaptor.input(Instant::ZERO, etrn) {
                Some(Input::Etrn { node, .. }) => node.to_owned(),
                other => panic!("{other:?}"),
            }
        };
        let mut out = Vec::new();
        assert_eq!(ask(&mut adaptor), "branch.example");
        adaptor.effect(Effect::Connect { connection: FIRST, route: RouteId(0) }, &mut out);
        assert_eq!(ask(&mut adaptor), "");
        let answer = |answer| Effect::EtrnAnswered { client: BRANCH, answer };
        adaptor.effect(answer(EtrnAnswer::NoNode), &mut out);
        assert_eq!(out.last(), Some(&answer(EtrnAnswer::Started(1))));
        adaptor.effect(Effect::Close { connection: FIRST }, &mut out);
        assert_eq!(ask(&mut adaptor), "branch.example");
    }

    #[test]
    fn only_a_host_that_has_not_greeted_is_waited_for_without_end() {
        for (status, goes_out) in [(Status::NO_ANSWER, 0), (Status::BAD_CONNECTION, 1)] {
            let mut out = Vec::new();
            NoBanner.effect(Effect::Abort { connection: FIRST, status }, &mut out);
            assert_eq!(out.len(), goes_out, "{status}");
        }
    }
}
