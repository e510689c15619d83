//! `sites.csv`: what each host did and what became of its mail.
//!
//! In: a record's totals and the scenario's sites and routes. Out: CSV, a row a site, by number.

use super::cell::{push_integers, push_seconds, quoted};
use crate::base::Micros;
use crate::scenario::{RouteMode, Scenario};
use crate::trial::{RunRecord, SiteTotals};

const HEADER: &str = "site,domains,mode,calls,flushes,empty_calls,refused_calls,connections,\
                      failed_connections,accepted,delivered,delivered_bytes,ndrs,dead_letters,\
                      unfinished,longest_wait_s\n";

/// The whole file.
pub(super) fn csv(record: &RunRecord) -> Vec<u8> {
    let mut file = HEADER.as_bytes().to_vec();
    let ways = ways(&record.scenario);
    for ((site, way), totals) in record.scenario.sites.iter().zip(&ways).zip(&record.sites) {
        for cell in [&site.name, &way.domains] {
            file.extend_from_slice(&quoted(cell));
            file.push(b',');
        }
        file.extend_from_slice(way.mode.as_bytes());
        file.push(b',');
        push_totals(&mut file, totals);
    }
    file
}

/// What the routes say of one site.
#[derive(Clone, Default)]
struct Way {
    /// Its domains, in the order of the routes.
    domains: String,
    /// `held`, `direct`, both, or nothing where no route leads to it.
    mode: &'static str,
}

/// One way for each site, in one pass over the routes.
fn ways(scenario: &Scenario) -> Vec<Way> {
    let mut ways = vec![Way::default(); scenario.sites.len()];
    for route in &scenario.routes {
        let way = &mut ways[route.site.index()];
        if !way.domains.is_empty() {
            way.domains.push(' ');
        }
        way.domains.push_str(&route.domain);
        way.mode = match (way.mode, route.mode) {
            ("" | "held", RouteMode::Held) => "held",
            ("" | "direct", RouteMode::Direct) => "direct",
            _ => "held direct",
        };
    }
    ways
}

fn push_totals(file: &mut Vec<u8>, totals: &SiteTotals) {
    push_integers(
        file,
        [
            totals.calls,
            totals.flushes,
            totals.empty_calls,
            totals.refused_calls,
            totals.connections,
            totals.failed_connections,
            totals.accepted,
            totals.delivered,
            totals.delivered_bytes,
            totals.ndrs,
            totals.dead_letters,
            totals.unfinished,
        ],
    );
    file.push(b',');
    if let Some(wait) = totals.longest_wait {
        push_seconds(file, Micros::from(wait));
    }
    file.push(b'\n');
}
