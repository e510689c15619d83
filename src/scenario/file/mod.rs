//! A scenario file as it is written: every key, what it means, its unit and its default.
//!
//! In: TOML. Out: the same as tables and texts with their places; `restante schema` prints these
//! comments. Nothing is read further than "a text", "a whole number", "a list": times, names and
//! sums are read in `meaning`.

mod disk;
mod event;
mod expect;
mod hub;
mod route;
mod site;
mod traffic;
mod trouble;

use schemars::JsonSchema;
use serde::Deserialize;

use super::calendar::WallClock;
use super::located::Located;
use super::model::{CsvRows, Fidelity, Ties};
use super::quantity::{Interval, Moment};
use super::text::{Number, Written};
use super::word::Prose;

pub(crate) use disk::DiskTable;
pub(crate) use event::{CrashTable, EventTable};
pub(crate) use expect::ExpectTable;
pub(crate) use hub::{HubTable, ReloadTable};
pub(crate) use route::RouteTable;
pub(crate) use site::{CallsTable, FlappingTable, LineTable, SiteTable};
pub(crate) use traffic::{
    BurstsTable, EveryTable, Moments, Notices, OnOffTable, PoissonTable, TrafficTable,
};
pub(crate) use trouble::TroubleTable;

/// One promise about a hub that holds mail for hosts until they call, and the world in which it is
/// to hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(title = "restante scenario")]
pub(crate) struct File {
    /// The promise, in one line.
    pub(crate) title: Written<Prose>,
    /// Why the scenario exists: the article, RFC section or decision that it holds the hub to.
    #[schemars(example = "KB Q184051: mail held for ETRN must be returned at its time-out.")]
    pub(crate) why: Written<Prose>,
    /// The seeds to run it with, each once. Default: `[1]`.
    #[schemars(example = [1, 2, 3], length(min = 1))]
    pub(crate) seeds: Option<Located<Vec<Number>>>,
    /// When the run is broken off, since the hub was started. Default: the last possible arrival or
    /// event, and after it twice the longest time-out with its grace, all time that the hub is down
    /// or suspended, the slack and 1 h.
    pub(crate) horizon: Option<Written<Moment>>,
    /// What the wall clock says when the hub is started: timetables and release times are reckoned
    /// from it. Default: `"2001-01-01T00:00:00Z"`, a Monday.
    pub(crate) start: Option<Written<WallClock>>,
    /// In which order independent events of one instant come: `fixed`, by what they are and by
    /// number, or `shuffled` by the seed. Default: `fixed`.
    pub(crate) ties: Option<Written<Ties>>,
    /// At which fidelities it runs: `queue` (the queue alone, on storage that never fails), `hub` (the
    /// queue and its spool, on a simulated disk). Default: both; only `hub` with a key of
    /// `[hub.disk]` by which the store can fail: `full_at`, `fails_at_write`, lying `syncs`.
    #[schemars(example = ["queue", "hub"], length(min = 1))]
    pub(crate) fidelity: Option<Located<Vec<Written<Fidelity>>>>,
    /// The hub under test. Default: the policy `ims`, unchanged.
    pub(crate) hub: Option<HubTable>,
    /// What befalls the hub. Default: nothing.
    #[serde(default)]
    pub(crate) event: Vec<Located<EventTable>>,
    /// Hosts at the far end of a line. Default: none.
    #[serde(default)]
    pub(crate) site: Vec<Located<SiteTable>>,
    /// The way to one domain, or to one for each of many sites.
    pub(crate) route: Vec<Located<RouteTable>>,
    /// Mail that arrives.
    pub(crate) traffic: Vec<Located<TrafficTable>>,
    /// What the run is held to, beside the invariants. Default: nothing more.
    pub(crate) expect: Option<Located<ExpectTable>>,
    /// How the run is written down. Default: every row.
    pub(crate) report: Option<ReportTable>,
}

/// How the run is written down.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct ReportTable {
    /// Which rows of `messages.csv` are kept: `none`, `failed` (what was not delivered, or had
    /// broken a rule by then) or `all`. Default: `all`.
    pub(crate) csv: Option<Written<CsvRows>>,
    /// The way between two rows of `timeseries.csv`. Default: the least of 1 s, 10 s, 1 min, 5 min,
    /// 15 min, 30 min, 1 h, 2 h, 6 h, 12 h, 1 d, 2 d, 4 d and so on that gives at most 400 rows.
    #[schemars(example = "1h")]
    pub(crate) sample_interval: Option<Written<Interval>>,
}
