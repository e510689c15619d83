//! Routes: which domain's mail goes to which site, and whether it is held.
//!
//! In: the tables `[[route]]` and the sites. Out: the table of routes, and the look-ups by which
//! traffic finds them. A direct route that names no site gets a host of its own.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use super::site::{SiteGroup, Sites};
use crate::base::{RouteId, SiteId};
use crate::scenario::file::RouteTable;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints, nearest, suggestion};
use crate::scenario::word::Pattern;
use crate::scenario::{Route, RouteMode};

/// The routes of one `[[route]]` with `{n}` in its domain.
#[derive(Debug)]
struct RouteGroup {
    /// The domain as it was written, in small letters.
    pattern: String,
    /// The first of them.
    first: RouteId,
    /// Which group of sites they lead to.
    group: usize,
}

/// What a `[[route]]` says of each of its routes.
struct Way {
    domain: Pattern,
    mode: RouteMode,
    queue: Option<String>,
}

impl Way {
    /// The route of one domain to one site.
    fn to(&self, domain: String, site: SiteId) -> Route {
        Route { domain, site, mode: self.mode, queue: self.queue.clone() }
    }
}

/// Every route.
#[derive(Debug, Default)]
pub(super) struct Routes {
    table: Vec<Route>,
    groups: Vec<RouteGroup>,
    /// By domain in small letters: the route, and where its domain stands.
    domains: BTreeMap<String, (RouteId, Range<usize>)>,
    /// Groups of sites that a route leads to.
    used: Vec<bool>,
    /// Whether a route could not be read: then what is not found is not complained of.
    is_incomplete: bool,
}

impl Routes {
    /// The routes of a file.
    pub(super) fn read(
        tables: &[Located<RouteTable>],
        sites: &mut Sites,
        complaints: &mut Complaints,
    ) -> Routes {
        let used = vec![false; sites.groups().len()];
        let mut routes = Routes { used, ..Routes::default() };
        for table in tables {
            routes.add(table, sites, complaints);
        }
        let unused = sites.groups().iter().zip(&routes.used).filter(|(_, used)| !**used);
        for (group, _) in unused {
            let name = &group.name;
            let message = format!("a site that nothing routes to: `{name}`");
            complaints.add(
                Complaint::at(&group.at, message, "no [[route]] names it")
                    .help(format!("add a [[route]] with site = \"{name}\", or take the site out")),
            );
        }
        routes
    }

    /// The finished table.
    pub(super) fn into_table(self) -> Vec<Route> {
        self.table
    }

    /// The route of mail for a domain; none, and a complaint at `at`, where there is no such route.
    pub(super) fn find(
        &self,
        domain: &str,
        at: &Range<usize>,
        complaints: &mut Complaints,
    ) -> Option<RouteId> {
        self.look_up(domain, (at, "mail or reports would go nowhere"), complaints)
    }

    /// The route of a domain; none, and a complaint with this label there, where there is no such
    /// route.
    pub(super) fn look_up(
        &self,
        domain: &str,
        (at, label): (&Range<usize>, &str),
        complaints: &mut Complaints,
    ) -> Option<RouteId> {
        let found = self.domains.get(&domain.to_lowercase()).map(|(route, _)| *route);
        if found.is_none() && !self.is_incomplete {
            let known = self.table.iter().map(|route| route.domain.as_str());
            let message = format!("no route for the domain `{domain}`");
            complaints.add(Complaint::at(at, message, label).help(suggestion(
                domain,
                known,
                "the domains are",
            )));
        }
        found
    }

    /// The routes of a domain with `{n}`: the first of them, and the group of sites that they lead
    /// to; none, and a complaint at `at`, where no route is written so.
    pub(super) fn find_numbered(
        &self,
        domain: &Pattern,
        at: &Range<usize>,
        complaints: &mut Complaints,
    ) -> Option<(RouteId, usize)> {
        let found = self.numbered(domain);
        if found.is_none() && !self.is_incomplete {
            let pattern = domain.as_str().to_lowercase();
            let known = self.groups.iter().map(|group| group.pattern.as_str());
            let message = format!("no route with the domain `{}`", domain.as_str());
            complaints.add(
                Complaint::at(at, message, "`{n}` stands where a route has it").help(suggestion(
                    &pattern,
                    known,
                    "domains with `{n}`",
                )),
            );
        }
        found
    }

    /// As [`Routes::find_numbered`], with nobody to complain to.
    pub(super) fn numbered(&self, domain: &Pattern) -> Option<(RouteId, usize)> {
        let pattern = domain.as_str().to_lowercase();
        let found = self.groups.iter().find(|group| group.pattern == pattern);
        found.map(|group| (group.first, group.group))
    }

    /// The site that a route leads to.
    pub(super) fn site_of(&self, route: RouteId) -> SiteId {
        self.table[route.index()].site
    }

    fn add(&mut self, table: &RouteTable, sites: &mut Sites, complaints: &mut Complaints) {
        let domain = complaints.read(&table.domain);
        let mode = complaints.read(&table.mode);
        let queue = complaints.read_if(table.queue.as_ref());
        let group = self.site_group(table, sites, complaints);
        let (Some(domain), Some(mode)) = (domain, mode) else {
            self.is_incomplete = true;
            return;
        };
        let way = Way { domain, mode, queue };
        match (group, &table.site) {
            (Some(group), _) => {
                let sites = &sites.groups()[group];
                check_mode(table, mode, sites, complaints);
                self.add_to_group(table, &way, (group, sites), complaints);
            }
            (None, Some(_)) => self.is_incomplete = true,
            (None, None) => self.add_own(table, &way, sites, complaints),
        }
    }

    /// The group of sites that the route names; none, and a complaint, where there is no such site.
    fn site_group(
        &mut self,
        table: &RouteTable,
        sites: &Sites,
        complaints: &mut Complaints,
    ) -> Option<usize> {
        let written = table.site.as_ref()?;
        let name = complaints.read(written)?;
        let index = |name: &str| sites.groups().iter().position(|group| group.name == name);
        let names = || sites.groups().iter().map(|group| group.name.as_str());
        let found = index(&name);
        if found.is_none() {
            let message = format!("no site is called `{name}`");
            complaints.add(
                Complaint::at(&written.place, message, "no such site").help(suggestion(
                    &name,
                    names(),
                    "sites",
                )),
            );
        }
        // A site that was probably meant is not complained of again as one that nothing routes to.
        if let Some(meant) = found.or_else(|| index(nearest(&name, names())?)) {
            self.used[meant] = true;
        }
        found
    }

    fn add_own(
        &mut self,
        table: &RouteTable,
        way: &Way,
        sites: &mut Sites,
        complaints: &mut Complaints,
    ) {
        let at = &table.domain.place;
        let domain = &way.domain;
        if way.mode == RouteMode::Held {
            let complaint =
                Complaint::at(&table.mode.place, "a held route without a site", "held for whom?");
            complaints.add(complaint.help("name the site that calls for the mail: site = \"...\""));
            self.is_incomplete = true;
        } else if domain.is_numbered() {
            let complaint =
                Complaint::at(at, "`{n}` without a site to count", "the number of what?");
            complaints.add(complaint.help("name a site that has a `count`: site = \"...\""));
            self.is_incomplete = true;
        } else if self.claim(domain.as_str(), at, complaints) {
            let site = sites.add_own(domain.as_str(), at, complaints);
            self.table.push(way.to(domain.as_str().to_owned(), site));
        }
    }

    fn add_to_group(
        &mut self,
        table: &RouteTable,
        way: &Way,
        (group, sites): (usize, &SiteGroup),
        complaints: &mut Complaints,
    ) {
        let domain = &way.domain;
        if !check_number(&table.domain, domain, sites, complaints) {
            self.is_incomplete = true;
            return;
        }
        let first = RouteId(self.table.len() as u32);
        for (number, site) in sites.numbers().zip(sites.first.0..) {
            let domain = domain.fill(&number);
            if !self.claim(&domain, &table.domain.place, complaints) {
                return;
            }
            self.table.push(way.to(domain, SiteId(site)));
        }
        if domain.is_numbered() {
            let pattern = domain.as_str().to_lowercase();
            self.groups.push(RouteGroup { pattern, first, group });
        }
    }

    /// Takes a domain for the next route, or complains that it is taken.
    fn claim(&mut self, domain: &str, at: &Range<usize>, complaints: &mut Complaints) -> bool {
        match self.domains.entry(domain.to_lowercase()) {
            Entry::Vacant(free) => {
                free.insert((RouteId(self.table.len() as u32), at.clone()));
            }
            Entry::Occupied(taken) => {
                let message = format!("two routes for the domain `{domain}`");
                let complaint = Complaint::at(at, message, "again here");
                complaints.add(complaint.also(&taken.get().1, "first here"));
                self.is_incomplete = true;
                return false;
            }
        }
        true
    }
}

/// A held route needs a site that calls.
fn check_mode(table: &RouteTable, mode: RouteMode, sites: &SiteGroup, complaints: &mut Complaints) {
    if mode == RouteMode::Held && !sites.is_on_call {
        let message = "a held route to a site that is always on the line";
        complaints.add(
            Complaint::at(&table.mode.place, message, "nobody would call for this mail")
                .also(&sites.at, "this site has no `calls`")
                .help("give the site `calls`, or make the route \"direct\""),
        );
    }
}

/// Many sites need an `{n}`, and an `{n}` needs a site with a `count`.
fn check_number<T>(
    written: &Located<T>,
    domain: &Pattern,
    sites: &SiteGroup,
    complaints: &mut Complaints,
) -> bool {
    let complaint = match (domain.is_numbered(), sites.is_counted, sites.count) {
        (false, _, 2..) => {
            let message = format!("one domain for {} sites", sites.count);
            Complaint::at(&written.place, message, "no `{n}` in it")
                .help("write `{n}` where the number of the site is to stand")
        }
        (true, false, _) => {
            let message = "`{n}` for a site without a `count`";
            Complaint::at(&written.place, message, "the number of what?")
                .help("give the site a `count`, or write the domain without `{n}`")
        }
        _ => return true,
    };
    complaints.add(complaint.also(&sites.at, "this site"));
    false
}
