//! From the file as written to the scenario as meant: names become numbers, `count` becomes many,
//! defaults are filled in, and what cannot be is complained of.
//!
//! In: the tables of `file`. Out: a [`Scenario`], worth something only if nothing was complained of:
//! after a complaint some lawful value takes the place of the wrong one, so that one pass finds all.

mod arrivals;
mod envelope;
mod hub;
mod replay;
mod route;
mod run;
mod site;
mod traffic;

use self::route::Routes;
use self::site::Sites;
use self::traffic::{Surroundings, Traffic};
use crate::base::Span;
use crate::scenario::file::File;
use crate::scenario::problem::Complaints;
use crate::scenario::{Expect, Record, Scenario, Ties};

pub(crate) use self::replay::Neighbours;

/// The scenario that a file means. `path` is where it was found, as the user named it; `neighbours`
/// reads the files beside it.
pub(crate) fn scenario(
    path: &str,
    file: &File,
    neighbours: Neighbours<'_>,
    complaints: &mut Complaints,
) -> Scenario {
    let path = path.replace('\\', "/");
    let policy = hub::policy(file.hub.as_ref(), complaints);
    let mut sites = Sites::read(&file.site, complaints);
    let routes = Routes::read(&file.route, &mut sites, complaints);
    let around = Surroundings {
        path: &path,
        neighbours,
        start_unix_us: run::START_UNIX_US,
        sites: &sites,
        routes: &routes,
    };
    let traffic = Traffic::read(&file.traffic, around, complaints);
    let expect: Expect = run::expect(file.expect.as_ref(), complaints);
    let horizon = run::horizon(file, traffic.last_arrival, &policy, &expect, complaints);
    let record: Record = run::record(file.report.as_ref(), horizon, complaints);
    Scenario {
        name: run::name_of(&path),
        title: complaints.read(&file.title).unwrap_or_default(),
        why: complaints.read(&file.why).unwrap_or_default(),
        seeds: run::seeds(file.seeds.as_ref(), complaints),
        horizon,
        start_unix_us: run::START_UNIX_US,
        ties: Ties::Fixed,
        policy,
        persist_delay: Span::ZERO,
        events: Vec::new(),
        crashes_at_record: Vec::new(),
        nodes: Vec::new(),
        sites: sites.into_table(),
        routes: routes.into_table(),
        sources: traffic.sources,
        expect,
        record,
        path,
    }
}
