//! The strips of the first sites in the making: calls, flushes, deliveries and returns over time.

use super::{RunRecord, Strip};
use crate::base::{Instant, RouteId, SiteId};
use crate::oracle::Oracle;

/// The strips of a run. What falls into the same thousandth of the horizon is marked once.
pub(super) struct Strips {
    by_site: Vec<Strip>,
    /// The flush that is on for each route of these sites, with its beginning.
    flushes: Vec<(RouteId, SiteId, Option<Instant>)>,
    /// One part of the axis, in microseconds.
    bin: u64,
}

/// What is marked on a strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Call,
    Delivery,
    Ndr,
}

impl Strips {
    /// Strips for the first of so many sites; `routes` holds the site of each route.
    pub(super) fn new(sites: usize, routes: &[SiteId], horizon: Instant) -> Strips {
        let count = sites.min(RunRecord::STRIPS);
        let blank = Strip {
            calls: Vec::new(),
            flushes: Vec::new(),
            deliveries: Vec::new(),
            ndrs: Vec::new(),
        };
        let shown = (0..).map(RouteId).zip(routes).filter(|(_, site)| site.index() < count);
        Strips {
            by_site: vec![blank; count],
            flushes: shown.map(|(route, site)| (route, *site, None)).collect(),
            bin: (horizon.micros() / Strip::BINS).max(1),
        }
    }

    /// Marks something on the strip of a site, if it has one.
    pub(super) fn mark(&mut self, at: Instant, site: SiteId, mark: Mark) {
        let Some(strip) = self.by_site.get_mut(site.index()) else { return };
        let marks = match mark {
            Mark::Call => &mut strip.calls,
            Mark::Delivery => &mut strip.deliveries,
            Mark::Ndr => &mut strip.ndrs,
        };
        let same = |last: &Instant| last.micros() / self.bin == at.micros() / self.bin;
        if !marks.last().is_some_and(same) {
            marks.push(at);
        }
    }

    /// Something happened on a route: its flush may have begun or ended.
    pub(super) fn look(&mut self, at: Instant, route: RouteId, oracle: &Oracle) {
        let found = self.flushes.binary_search_by_key(&route, |(route, ..)| *route);
        let Ok(place) = found else { return };
        let (_, site, since) = &mut self.flushes[place];
        match (oracle.is_flushing(route), *since) {
            (true, None) => *since = Some(at),
            (false, Some(begun_at)) => {
                *since = None;
                self.by_site[site.index()].flushes.push((begun_at, at));
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// The strips; a flush that is still on ends with the run.
    pub(super) fn finish(&mut self, at: Instant) -> Vec<Strip> {
        for (_, site, since) in &mut self.flushes {
            if let Some(begun_at) = since.take() {
                self.by_site[site.index()].flushes.push((begun_at, at));
            }
        }
        std::mem::take(&mut self.by_site)
    }
}
