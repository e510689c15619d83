//! What the hub is held to, copied from the scenario into tables that are quick to ask.
//!
//! All that the judge knows of a message beforehand is here: its route, its sender's, its time-out,
//! whom it asks to be told, and what faults are declared that excuse the hub. Nothing that the queue
//! says of a message is believed where the scenario says it too.

use std::collections::BTreeMap;

use super::names::Names;
use super::nodes::Nodes;
use super::policies::Policies;
use crate::base::{
    ByMode, Instant, Kind, MessageId, Notify, Priority, RouteId, SiteId, Span, Status,
};
use crate::scenario::{
    Address, Crashes, Does, Fidelity, Offers, Release, RouteMode, Scenario, Site, Syncs,
    TroublePhase,
};
use crate::trace::Accepted;

/// The scenario as the judge needs it.
#[derive(Clone, Debug)]
pub(super) struct Charter {
    parties: Vec<Party>,
    /// The recipients after the first, of the sources that have some.
    further: BTreeMap<u32, Vec<Addressee>>,
    releases: BTreeMap<u32, Release>,
    routes: Vec<(SiteId, RouteMode)>,
    hosts: Vec<Host>,
    pub(super) policies: Policies,
    pub(super) nodes: Nodes,
    pub(super) faults: Faults,
    slack: Span,
    sites: Names,
    domains: Names,
}

/// What the scenario declares to go wrong with the hub itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Faults {
    /// How long what was done may not be written down yet.
    pub(super) persist_delay: Span,
    /// Whether the hub goes down at all.
    pub(super) crashes: bool,
    /// How often its store may fail to write.
    pub(super) write_failures: u64,
    /// Whether a sync of its disk brings nothing to rest.
    pub(super) lying_syncs: bool,
}

/// Who writes to whom, for one source; the ways stand here in full, so that one look suffices.
#[derive(Clone, Copy, Debug)]
struct Party {
    recipient: Addressee,
    sender: Option<Way>,
    deliver_by: Option<(Span, ByMode)>,
}

/// One recipient of a source.
#[derive(Clone, Copy, Debug)]
struct Addressee {
    way: Way,
    notify: Notify,
}

/// The way that a message must take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) route: RouteId,
    pub(super) site: SiteId,
    pub(super) mode: RouteMode,
}

/// What a host takes, and how it may fail.
#[derive(Clone, Copy, Debug)]
struct Host {
    offers: Offers,
    /// Its name may be found not to exist (a class 5 before it has greeted).
    may_be_unknown: bool,
}

/// From when to when a message is the hub's to keep, by the judge's own reckoning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) accepted_at: Instant,
    /// Before when it must not leave; nothing where it was not asked for.
    pub(super) release_at: Option<Instant>,
    pub(super) deadline: Instant,
}

impl Life {
    /// From when its time counts: acceptance, or its release if that is later.
    pub(super) fn begins(&self) -> Instant {
        self.release_at.map_or(self.accepted_at, |release| release.max(self.accepted_at))
    }
}

impl Charter {
    pub(super) fn new(scenario: &Scenario, fidelity: Fidelity) -> Charter {
        let way = |address: &Address| {
            let route = &scenario.routes[address.route.index()];
            Way { route: address.route, site: route.site, mode: route.mode }
        };
        let addressee = |recipient: &crate::scenario::Recipient| Addressee {
            way: way(&recipient.address),
            notify: recipient.notify,
        };
        let sources = (0..).zip(&scenario.sources);
        Charter {
            parties: (scenario.sources.iter())
                .map(|source| Party {
                    recipient: addressee(&source.recipients[0]),
                    sender: source.sender.as_ref().map(way),
                    deliver_by: source.deliver_by,
                })
                .collect(),
            further: (sources.clone())
                .filter(|(_, source)| source.recipients.len() > 1)
                .map(|(number, source)| {
                    (number, source.recipients[1..].iter().map(addressee).collect())
                })
                .collect(),
            releases: sources
                .filter_map(|(number, source)| Some((number, source.release?)))
                .collect(),
            routes: scenario.routes.iter().map(|route| (route.site, route.mode)).collect(),
            hosts: scenario.sites.iter().map(Host::new).collect(),
            policies: Policies::new(scenario),
            nodes: Nodes::new(scenario),
            faults: Faults::new(scenario, fidelity),
            slack: scenario.slack(fidelity),
            sites: Names::new(scenario.sites.iter().map(|site| site.name.as_str())),
            domains: Names::new(scenario.routes.iter().map(|route| route.domain.as_str())),
        }
    }

    pub(super) const fn sources(&self) -> usize {
        self.parties.len()
    }

    pub(super) const fn routes(&self) -> usize {
        self.routes.len()
    }

    pub(super) const fn slack(&self) -> Span {
        self.slack
    }

    /// How long after its cause something may be seen: what rests on a record waits for it.
    pub(super) fn lag(&self) -> Span {
        self.slack.max(self.faults.persist_delay)
    }

    /// Reads who writes to whom in a source: the route to its first recipient.
    pub(super) fn touch(&self, source: u32) -> Option<RouteId> {
        self.parties.get(source as usize).map(|party| party.recipient.way.route)
    }

    fn party(&self, message: MessageId) -> Option<&Party> {
        self.parties.get(message.source() as usize)
    }

    fn addressee(&self, message: MessageId) -> Option<&Addressee> {
        match message.recipient() {
            0 => self.party(message).map(|party| &party.recipient),
            number => self.further.get(&message.source())?.get(usize::from(number) - 1),
        }
    }

    /// The way that a message must take: mail to its recipient, a report to the sender. None if the
    /// scenario has no such source or recipient, or nobody to report to.
    #[inline(always)]
    pub(super) fn way_of(&self, message: MessageId) -> Option<Way> {
        if message.kind() == Kind::Mail {
            self.addressee(message).map(|addressee| addressee.way)
        } else {
            self.party(message)?.sender
        }
    }

    /// Whether there is somebody to tell what became of a message: mail with a reverse-path.
    pub(super) fn has_sender(&self, message: MessageId) -> bool {
        message.kind() == Kind::Mail
            && self.party(message).is_some_and(|party| party.sender.is_some())
    }

    /// Whether its sender wants this kind of report about a recipient (RFC 3461 4.1).
    pub(super) fn wants(&self, message: MessageId, kind: Kind) -> bool {
        self.addressee(message).is_some_and(|addressee| addressee.notify.wants(kind))
    }

    /// Whether its sender wants no report of any kind.
    pub(super) fn wants_nothing(&self, message: MessageId) -> bool {
        self.addressee(message).is_some_and(|addressee| addressee.notify == Notify::NEVER)
    }

    /// Whether a failed report is owed when a message fails.
    pub(super) fn owes_report(&self, message: MessageId) -> bool {
        self.has_sender(message) && self.wants(message, Kind::Failed)
    }

    /// The by-time that a message asks for, counted from its acceptance, if it asks for this mode.
    pub(super) fn by_time(&self, message: MessageId, mode: ByMode) -> Option<Span> {
        let (within, its_mode) = self.party(message)?.deliver_by?;
        (message.kind() == Kind::Mail && its_mode == mode).then_some(within)
    }

    /// From when to when an accepted message is the hub's to keep.
    ///
    /// Its priority and its release are the world's word. With a reload at the very instant of its
    /// acceptance it may have been before that or after.
    #[inline(always)]
    pub(super) fn life_of(&self, accepted: &Accepted) -> Life {
        let Accepted { message, priority, .. } = *accepted;
        if let Some(timeout) = self.policies.only_timeout(message.kind(), priority) {
            return self.life_with(accepted, timeout);
        }
        self.life_after_reloads(accepted)
    }

    #[cold]
    fn life_after_reloads(&self, accepted: &Accepted) -> Life {
        let timeout = |timeouts| self.life_with(accepted, timeouts);
        let (life, before) = self.policies.timeouts_at(
            accepted.message.kind(),
            accepted.priority,
            accepted.accepted_at,
        );
        let life = timeout(life);
        match before.map(timeout) {
            Some(before) if before.deadline == accepted.queue_deadline => before,
            _ => life,
        }
    }

    fn life_with(&self, accepted: &Accepted, timeout: Span) -> Life {
        let Accepted { message, accepted_at, release_at, .. } = *accepted;
        let mut life = Life { accepted_at, release_at, deadline: Instant::NEVER };
        life.deadline = life.begins() + timeout;
        if let Some(within) = self.by_time(message, ByMode::Return) {
            life.deadline = life.deadline.min(accepted_at + within);
        }
        life
    }

    /// The life of a message that was offered and never acknowledged, as it is found in the queue.
    /// A release by the wall clock is not known here: the published deadline is believed for it.
    pub(super) fn life_of_unacknowledged(
        &self,
        message: MessageId,
        offered_at: Instant,
        priority: Priority,
        published: Instant,
    ) -> Life {
        let (timeout, _) = self.policies.timeouts_at(Kind::Mail, priority, offered_at);
        let release_at = match self.releases.get(&message.source()) {
            None => None,
            Some(Release::After(span)) => Some(offered_at + *span),
            Some(Release::AtUnixUs(_)) => Some((published - timeout).max(offered_at)),
        };
        self.life_of(&Accepted {
            message,
            accepted_at: offered_at,
            route: RouteId(0),
            sender_route: None,
            priority,
            size_bytes: 0,
            release_at,
            queue_deadline: published,
        })
    }

    /// Whether a host must not be given a message that is to be returned by `deadline`: it offers no
    /// DELIVERBY, or needs more time than is left (RFC 2852 4).
    pub(super) fn cannot_meet(&self, message: MessageId, at: Instant, deadline: Instant) -> bool {
        if self.by_time(message, ByMode::Return).is_none() {
            return false;
        }
        let offered = self.host_of(message).and_then(|host| host.offers.deliver_by);
        offered.is_none_or(|least| least > deadline.since(at))
    }

    /// Whether a message that was delivered goes on to a host that makes no reports of its own, so
    /// that its sender is to be told (RFC 3461 5.2.2, RFC 2852 4).
    pub(super) fn is_relayed(&self, message: MessageId) -> bool {
        let Some(Host { offers, .. }) = self.host_of(message) else { return false };
        let by_time = self.by_time(message, ByMode::Notify).is_some();
        self.wants(message, Kind::Relayed) && !offers.dsn
            || by_time && offers.deliver_by.is_none() && !self.wants_nothing(message)
    }

    /// Whether the host of a message may be found not to exist.
    pub(super) fn may_be_unknown(&self, message: MessageId) -> bool {
        self.host_of(message).is_some_and(|host| host.may_be_unknown)
    }

    fn host_of(&self, message: MessageId) -> Option<&Host> {
        self.hosts.get(self.way_of(message)?.site.index())
    }

    /// The site of a route, as the queue may name a wrong one.
    pub(super) fn site_of(&self, route: RouteId) -> Option<SiteId> {
        self.routes.get(route.index()).map(|(site, _)| *site)
    }

    /// Whether a route's mail is held for calls.
    pub(super) fn mode_of(&self, route: RouteId) -> Option<RouteMode> {
        self.routes.get(route.index()).map(|(_, mode)| *mode)
    }

    /// The name of a site, for a text.
    pub(super) fn site(&self, site: SiteId) -> String {
        self.sites.get(site.index()).map_or_else(|| format!("site {}", site.0), str::to_owned)
    }

    /// The domain of a route, for a text.
    pub(super) fn domain(&self, route: RouteId) -> String {
        self.domains.get(route.index()).map_or_else(|| format!("route {}", route.0), str::to_owned)
    }
}

impl Faults {
    fn new(scenario: &Scenario, fidelity: Fidelity) -> Faults {
        let is_crash = |what: &_| matches!(what, crate::scenario::Happening::Crash(_));
        Faults {
            persist_delay: scenario.longest_storing(fidelity),
            crashes: scenario.crashes == Crashes::Anywhere
                || !scenario.crashes_at_record.is_empty()
                || scenario.events.iter().any(|event| is_crash(&event.what)),
            write_failures: match (scenario.disk.size_limit_bytes, scenario.disk.fails_at_write) {
                (Some(_), _) => u64::MAX,
                (None, Some(_)) => 1,
                (None, None) => 0,
            },
            lying_syncs: scenario.disk.syncs == Syncs::Lying,
        }
    }
}

impl Host {
    fn new(site: &Site) -> Host {
        let is_permanent =
            |does: Does| matches!(does, Does::Refuse(why) if Status::is_permanent(why));
        Host {
            offers: site.offers,
            may_be_unknown: site.troubles.iter().any(|trouble| {
                matches!(trouble.phase, TroublePhase::Lookup | TroublePhase::Connect)
                    && is_permanent(trouble.does)
            }),
        }
    }
}
