//! From the file as written to the scenario as meant: names become numbers, `count` becomes many,
//! defaults are filled in, and what cannot be is complained of.
//!
//! In: the tables of `file`. Out: a [`Scenario`], worth something only if nothing was complained of:
//! after a complaint some lawful value takes the place of the wrong one, so that one pass finds all.

mod arrivals;
mod disk;
mod envelope;
mod event;
mod hub;
mod instants;
pub(crate) mod line;
mod presence;
mod replay;
mod route;
mod run;
mod site;
mod timetable;
mod traffic;
mod trouble;

use self::event::Events;
use self::hub::Hub;
use self::route::Routes;
use self::site::Sites;
use self::timetable::WallTime;
use self::traffic::{Surroundings, Traffic};
use crate::scenario::file::File;
use crate::scenario::problem::Complaints;
use crate::scenario::{Crashes, Expect, Record, Scenario};

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
    let hub = Hub::read(file.hub.as_ref(), complaints);
    let disk_table = file.hub.as_ref().and_then(|hub| hub.disk.as_ref());
    let disk = disk::read(disk_table, complaints);
    let fidelities = disk::fidelities(file.fidelity.as_ref(), disk_table, &disk, complaints);
    let mut sites = Sites::read(&file.site, complaints);
    let routes = Routes::read(&file.route, &mut sites, complaints);
    let start_unix_us = complaints.read_if(file.start.as_ref()).unwrap_or(run::START_UNIX_US);
    let around =
        Surroundings { path: &path, neighbours, start_unix_us, sites: &sites, routes: &routes };
    let traffic = Traffic::read(&file.traffic, around, complaints);
    let events = Events::read(&file.event, &hub.policy, &routes, &traffic.sources, complaints);
    let expect: Expect = run::expect(file.expect.as_ref(), hub.persist_delay, complaints);
    let last = events.last(traffic.last_arrival, &traffic.sources);
    let obligation = events.longest_obligation(&hub.policy);
    let horizon = run::horizon(file, last, obligation, &expect, complaints);
    if complaints.is_empty() {
        sites.write_out_timetables(WallTime { start_unix_us, horizon }, complaints);
    }
    let (sites, nodes) = sites.into_tables();
    let record: Record = run::record(file.report.as_ref(), horizon, complaints);
    Scenario {
        name: run::name_of(&path),
        title: complaints.read(&file.title).unwrap_or_default(),
        why: complaints.read(&file.why).unwrap_or_default(),
        seeds: run::seeds(file.seeds.as_ref(), complaints),
        horizon,
        start_unix_us,
        ties: complaints.read_if(file.ties.as_ref()).unwrap_or_default(),
        policy: hub.policy,
        fidelities,
        persist_delay: hub.persist_delay,
        disk,
        events: events.table,
        crashes_at_record: events.crashes_at_record,
        crashes: Crashes::Declared,
        nodes,
        sites,
        routes: routes.into_table(),
        sources: traffic.sources,
        expect,
        record,
        path,
    }
}
