//! Sites: a thousand of them where one is written, and what each says, offers and suffers.
//!
//! In: the tables `[[site]]`. Out: the table of sites, the nodes that they ask for, and the groups by
//! which routes find them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use super::presence::Reach;
use super::timetable::{Timetable, WallTime};
use super::{line, trouble};
use crate::base::SiteId;
use crate::scenario::file::SiteTable;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::word::{Offer, Pattern};
use crate::scenario::{Calls, Offers, Presence, Says, Site};

/// The most sites of one scenario.
const MOST_SITES: u64 = 1_000_000;

/// The sites of one `[[site]]`.
#[derive(Debug)]
pub(super) struct SiteGroup {
    /// The name in the file.
    pub(super) name: String,
    /// Where the name stands.
    pub(super) at: Range<usize>,
    /// The first of them.
    pub(super) first: SiteId,
    /// How many there are.
    pub(super) count: u32,
    /// Whether the file says how many: only then `{n}` has a meaning.
    pub(super) is_counted: bool,
    /// Whether they are on the line only while they call.
    pub(super) is_on_call: bool,
}

impl SiteGroup {
    /// The numbers of its sites as text, filled up with zeros to one width, so that names sort.
    pub(super) fn numbers(&self) -> impl Iterator<Item = String> {
        let width = self.count.to_string().len();
        (1..=self.count).map(move |number| format!("{number:0width$}"))
    }
}

/// What hosts ask for, each once, in the order in which it is asked for first.
#[derive(Debug, Default)]
struct Nodes {
    table: Vec<String>,
    numbers: BTreeMap<String, u32>,
}

impl Nodes {
    /// The number of a node.
    fn number_of(&mut self, node: String) -> u32 {
        *self.numbers.entry(node).or_insert_with_key(|node| {
            self.table.push(node.clone());
            self.table.len() as u32 - 1
        })
    }
}

/// Every site and every group of them.
#[derive(Debug, Default)]
pub(super) struct Sites {
    table: Vec<Site>,
    groups: Vec<SiteGroup>,
    /// What hosts ask for that do not ask for their own domains.
    nodes: Nodes,
    /// By group: the timetables that are still to be written out.
    timetables: Vec<(usize, Timetable)>,
    /// Whose name stands where.
    names: BTreeMap<String, Range<usize>>,
}

impl Sites {
    /// The sites of a file.
    pub(super) fn read(tables: &[Located<SiteTable>], complaints: &mut Complaints) -> Sites {
        let mut sites = Sites::default();
        for table in tables {
            sites.add_group(table, complaints);
        }
        sites
    }

    /// Every group, in the order of the file.
    pub(super) fn groups(&self) -> &[SiteGroup] {
        &self.groups
    }

    /// A site's name.
    pub(super) fn name_of(&self, site: SiteId) -> &str {
        &self.table[site.index()].name
    }

    /// Writes out every timetable, now that it is known when the run ends.
    pub(super) fn write_out_timetables(&mut self, wall: WallTime, complaints: &mut Complaints) {
        for (group, timetable) in std::mem::take(&mut self.timetables) {
            let SiteGroup { first, count, .. } = self.groups[group];
            let all = timetable.instants(wall, count, complaints);
            for site in &mut self.table[first.index()..][..count as usize] {
                if let Presence::OnCall(Calls::Timetable { instants, .. }) = &mut site.presence {
                    instants.clone_from(&all);
                }
            }
        }
    }

    /// The finished tables: of sites, and of nodes.
    pub(super) fn into_tables(self) -> (Vec<Site>, Vec<String>) {
        (self.table, self.nodes.table)
    }

    /// A host of a direct route's own: always on a line that takes no time. `at` is where its name
    /// stands.
    pub(super) fn add_own(
        &mut self,
        name: &str,
        at: &Range<usize>,
        complaints: &mut Complaints,
    ) -> SiteId {
        let site = SiteId(self.table.len() as u32);
        self.claim(name, at, complaints);
        self.table.push(Site {
            name: name.to_owned(),
            presence: Presence::Always { outages: Vec::new(), flapping: None },
            line: line::free(),
            says: Says::EachDomain,
            offers: Offers::default(),
            troubles: Vec::new(),
        });
        site
    }

    fn add_group(&mut self, table: &SiteTable, complaints: &mut Complaints) {
        let name = complaints.read(&table.name);
        let count = table.count.as_ref();
        let room = MOST_SITES - self.table.len() as u64;
        let count = count.map(|count| complaints.whole(count, 1, room).unwrap_or(1));
        let Reach { presence, timetable } = Reach::read(table, complaints);
        let is_on_call = matches!(presence, Presence::OnCall(_));
        let line = match &table.line {
            None => line::free(),
            Some(line) if is_on_call => line::of_caller(line, complaints),
            Some(line) => line::of_resident(line, complaints),
        };
        let says = read_says(table, is_on_call, complaints);
        let offers = read_offers(table, complaints);
        let troubles = trouble::read(&table.trouble, complaints);
        let Some(name) = name else { return };
        let group = SiteGroup {
            at: table.name.place.clone(),
            first: SiteId(self.table.len() as u32),
            count: count.unwrap_or(1) as u32,
            is_counted: count.is_some(),
            is_on_call,
            name,
        };
        let one = Site {
            name: group.name.clone(),
            presence,
            line,
            says: Says::EachDomain,
            offers,
            troubles,
        };
        for number in group.numbers() {
            let name = match group.count {
                1 => group.name.clone(),
                _ => format!("{}-{number}", group.name),
            };
            if !self.claim(&name, &group.at, complaints) {
                return;
            }
            let says = self.says_of(says.as_deref(), &number);
            self.table.push(Site { name, says, ..one.clone() });
        }
        self.timetables.extend(timetable.map(|timetable| (self.groups.len(), timetable)));
        self.groups.push(group);
    }

    /// What the host with a number says.
    fn says_of(&mut self, nodes: Option<&[Pattern]>, number: &str) -> Says {
        nodes.map_or(Says::EachDomain, |nodes| {
            let numbers = nodes.iter().map(|node| self.nodes.number_of(node.fill(number)));
            Says::Nodes(numbers.collect())
        })
    }

    /// Takes a name, or complains that it is taken.
    fn claim(&mut self, name: &str, at: &Range<usize>, complaints: &mut Complaints) -> bool {
        match self.names.entry(name.to_owned()) {
            Entry::Vacant(free) => drop(free.insert(at.clone())),
            Entry::Occupied(taken) => {
                let message = format!("two sites called `{name}`");
                let complaint = Complaint::at(at, message, "again here");
                complaints.add(complaint.also(taken.get(), "first here"));
                return false;
            }
        }
        true
    }
}

/// What the hosts of a table say on a call; none where each asks for its domains by name.
fn read_says(
    table: &SiteTable,
    is_on_call: bool,
    complaints: &mut Complaints,
) -> Option<Vec<Pattern>> {
    let written = table.says.as_ref()?;
    if !is_on_call {
        let message = "`says` of a site that does not call";
        complaints.add(Complaint::at(&written.place, message, "this site is always on the line"));
    }
    let nodes = complaints.read_all(written)?;
    if table.count.is_none() {
        let numbered = nodes.iter().zip(written.iter()).find(|(node, _)| node.is_numbered());
        if let Some((_, node)) = numbered {
            let message = "`{n}` for a site without a `count`";
            complaints.add(Complaint::at(&node.place, message, "the number of what?"));
        }
    }
    Some(nodes)
}

/// What the hosts of a table offer.
fn read_offers(table: &SiteTable, complaints: &mut Complaints) -> Offers {
    let mut offers = Offers::default();
    for written in table.offers.as_ref().map_or(&[][..], |list| list.as_slice()) {
        let Some(offer) = complaints.read(written) else { continue };
        let is_twice = match offer {
            Offer::Dsn => std::mem::replace(&mut offers.dsn, true),
            Offer::DeliverBy(least) => offers.deliver_by.replace(least).is_some(),
        };
        if is_twice {
            complaints.add(Complaint::at(&written.place, "an offer made twice", "again here"));
        }
    }
    offers
}
