//! A scenario as it is meant: everything named, numbered and in plain units; nothing in it can be
//! wrong any more.
//!
//! It says what was asked for. It holds no queue, draws nothing and judges nothing.

mod arrivals;
mod disk;
mod event;
mod expect;
mod fidelity;
mod policy;
mod presence;
mod route;
mod site;
mod source;
mod threshold;
mod trouble;
mod varied;

use crate::base::{Instant, Span};

pub use arrivals::Arrivals;
pub use disk::{AtCrash, DiskFaults, Syncs};
pub use event::{Crash, Crashes, Happening, HubEvent, Keep};
pub use expect::{Count, Expect};
pub use fidelity::Fidelity;
pub use policy::{Policy, PolicyChanges, PolicyName, Terms};
pub use presence::{Calls, Flapping, Presence};
pub use route::{Address, Route, RouteMode};
pub use site::{Line, Offers, Says, Site};
pub use source::{Recipient, Release, Source};
pub use threshold::{Metric, Relation, Statistic, Threshold};
pub use trouble::{Does, Occasions, Trouble, TroublePhase};
pub use varied::Varied;

/// One promise about a hub, and the world in which it is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Where the file was found, as the user named it, with `/` between the parts.
    pub path: String,
    /// `folder/stem`: the name in reports, `basic/never-calls`.
    pub name: String,
    /// The promise, in one line.
    pub title: String,
    /// Why the scenario exists.
    pub why: String,
    /// The seeds to run it with; at least one.
    pub seeds: Vec<u64>,
    /// When the run is broken off, whatever is still open then.
    pub horizon: Instant,
    /// What the wall clock says at the start, in microseconds since 1970-01-01T00:00:00Z.
    pub start_unix_us: i64,
    /// In which order independent events of one instant come.
    pub ties: Ties,
    /// The fidelities at which it runs: at least one, each once, in the order of [`Fidelity::ALL`].
    pub fidelities: Vec<Fidelity>,
    /// How the hub under test is set up.
    pub policy: Policy,
    /// How long a record takes to reach stable storage; nothing: each is there as soon as it is written.
    pub persist_delay: Span,
    /// What is wrong with the disk of the hub; it matters at fidelity `hub` alone.
    pub disk: DiskFaults,
    /// What befalls the hub at given instants, in order; of equal instants as the file has them.
    pub events: Vec<HubEvent>,
    /// Crashes in the moment in which the record of that number is written, counted from 1 over the
    /// whole run; in order.
    pub crashes_at_record: Vec<(u64, Crash)>,
    /// When the hub may go down. No key of the file says it.
    pub crashes: Crashes,
    /// What hosts say for a node when they do not say their own domains; [`Says::Nodes`] are indices.
    pub nodes: Vec<String>,
    /// The hosts; a [`SiteId`](crate::base::SiteId) is an index into this table. Names are unique.
    pub sites: Vec<Site>,
    /// The ways to the domains; a [`RouteId`](crate::base::RouteId) is an index into this table. Domains are unique
    /// without regard to case.
    pub routes: Vec<Route>,
    /// Where mail comes from; a message's source is an index into this table. Names are unique.
    pub sources: Vec<Source>,
    /// What the run is held to, beside the invariants.
    pub expect: Expect,
    /// How the run is written down.
    pub record: Record,
}

impl Scenario {
    /// How long after it was done something may be written down at the latest. A hub stores in groups:
    /// what is done while one is on its way waits for the next.
    #[must_use]
    pub const fn longest_storing(&self, fidelity: Fidelity) -> Span {
        match fidelity {
            Fidelity::Queue => self.persist_delay,
            Fidelity::Hub => self.persist_delay.saturating_mul(2),
        }
    }

    /// By how much a message may end later than its deadline and grace allow: as the file says, and
    /// longer by what a hub waits for the group before.
    #[must_use]
    pub const fn slack(&self, fidelity: Fidelity) -> Span {
        match fidelity {
            Fidelity::Queue => self.expect.slack,
            Fidelity::Hub => self.expect.slack.saturating_add(self.persist_delay),
        }
    }

    /// Whether what keeps the hub's mail can fail, beyond what a crash loses of unsynced writes.
    #[must_use]
    pub fn store_can_fail(&self) -> bool {
        self.disk.can_fail()
    }
}

/// In which order independent events of one instant come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ties {
    /// By what they are, then by number, as `sim` has it written down.
    #[default]
    Fixed,
    /// Shuffled by the seed, those of one site or one source left in their order.
    Shuffled,
}

/// How a run is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which rows of `messages.csv` are kept.
    pub csv: CsvRows,
    /// The way between two rows of `timeseries.csv`.
    pub sample_interval: Span,
}

/// Which rows of `messages.csv` are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvRows {
    /// None: the counts alone are kept.
    None,
    /// Those of messages that were not delivered or broke a rule.
    Failed,
    /// Every one.
    All,
}
