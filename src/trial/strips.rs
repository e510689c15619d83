//! The strips of some sites in the making: calls, flushes, deliveries and returns over time.

use super::{RunRecord, Strip};
use crate::base::{Instant, RouteId, SiteId};
use crate::oracle::Oracle;

/// The strips of a run. What falls into the same thousandth of the horizon is marked once.
#[derive(Clone)]
pub(super) struct Strips {
    chosen: Vec<Strip>,
    /// The strip of each site, by its number; [`NONE`] for one that has none.
    of_site: Vec<u8>,
    /// The flush that is on for each route of these sites, with its beginning.
    flushes: Vec<(RouteId, SiteId, Option<Instant>)>,
    /// The place in `flushes` of each route, by its number; [`NONE`] for one that has none.
    of_route: Vec<u8>,
    /// One part of the axis, in microseconds.
    bin: u64,
}

const NONE: u8 = u8::MAX;

/// What is marked on a strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Call,
    Delivery,
    Ndr,
}

impl Strips {
    /// The sites of so many that have a strip: all, or some that are spread evenly.
    pub(super) fn spread(sites: usize) -> impl Iterator<Item = SiteId> {
        let count = sites.min(RunRecord::STRIPS);
        let number = move |strip| strip * (sites - 1) / count.saturating_sub(1).max(1);
        (0..count).map(move |strip| SiteId(number(strip) as u32))
    }

    /// Strips for these of so many sites; `routes` holds the site of each route. Of a site with more
    /// routes than can be numbered, the first ones' flushes are shown.
    pub(super) fn new(
        of: impl Iterator<Item = SiteId>,
        sites: usize,
        routes: &[SiteId],
        horizon: Instant,
    ) -> Strips {
        let mut of_site = vec![NONE; sites];
        let mut chosen = Vec::new();
        for site in of {
            of_site[site.index()] = chosen.len() as u8;
            chosen.push(Strip {
                site,
                calls: Vec::new(),
                flushes: Vec::new(),
                deliveries: Vec::new(),
                ndrs: Vec::new(),
            });
        }
        let mut of_route = vec![NONE; routes.len()];
        let mut flushes = Vec::new();
        for (route, site) in (0..).map(RouteId).zip(routes) {
            if of_site[site.index()] != NONE && flushes.len() < usize::from(NONE) {
                of_route[route.index()] = flushes.len() as u8;
                flushes.push((route, *site, None));
            }
        }
        let bin = (horizon.micros() / Strip::BINS).max(1);
        Strips { chosen, of_site, flushes, of_route, bin }
    }

    fn strip(&mut self, site: SiteId) -> Option<&mut Strip> {
        self.chosen.get_mut(usize::from(self.of_site[site.index()]))
    }

    /// Marks something on the strip of a site, if it has one.
    pub(super) fn mark(&mut self, at: Instant, site: SiteId, mark: Mark) {
        let bin = self.bin;
        let Some(strip) = self.strip(site) else { return };
        let marks = match mark {
            Mark::Call => &mut strip.calls,
            Mark::Delivery => &mut strip.deliveries,
            Mark::Ndr => &mut strip.ndrs,
        };
        let same = |last: &Instant| last.micros() / bin == at.micros() / bin;
        if !marks.last().is_some_and(same) {
            marks.push(at);
        }
    }

    /// Something happened on a route: its flush may have begun or ended.
    #[inline(always)]
    pub(super) fn look(&mut self, at: Instant, route: RouteId, oracle: &Oracle) {
        let place = usize::from(self.of_route[route.index()]);
        if place < self.flushes.len() {
            self.look_at(at, place, oracle);
        }
    }

    /// The same for a route that is followed, which few of many are.
    #[inline(never)]
    fn look_at(&mut self, at: Instant, place: usize, oracle: &Oracle) {
        let (route, site, since) = &mut self.flushes[place];
        let (route, site) = (*route, *site);
        match (oracle.is_flushing(route), *since) {
            (true, None) => *since = Some(at),
            (false, Some(begun_at)) => {
                *since = None;
                if let Some(strip) = self.strip(site) {
                    strip.flushes.push((begun_at, at));
                }
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// Something happened to the hub: any flush may have begun or ended.
    pub(super) fn look_around(&mut self, at: Instant, oracle: &Oracle) {
        for place in 0..self.flushes.len() {
            self.look_at(at, place, oracle);
        }
    }

    /// The strips; a flush that is still on ends with the run.
    pub(super) fn finish(&mut self, at: Instant) -> Vec<Strip> {
        for (_, site, since) in std::mem::take(&mut self.flushes) {
            if let (Some(begun_at), Some(strip)) = (since, self.strip(site)) {
                strip.flushes.push((begun_at, at));
            }
        }
        std::mem::take(&mut self.chosen)
    }
}
