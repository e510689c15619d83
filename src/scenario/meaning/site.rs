//! Sites: when each can be reached, over which line, and a thousand of them where one is written.
//!
//! In: the tables `[[site]]`. Out: the table of sites, and the groups by which routes find them.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::{Instant, SiteId, Span};
use crate::scenario::choice::Choice;
use crate::scenario::file::{Calls as CallsWritten, CallsTable, LineTable, SiteTable};
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quantity::{LONGEST, Moment};
use crate::scenario::text::Written;
use crate::scenario::{Calls, Line, Offers, Presence, Says, Site};

/// The most sites of one scenario.
const MOST_SITES: u64 = 1_000_000;
/// How long a host that was promised mail waits for a connection, where the file does not say.
const PATIENCE: Span = Span::from_minutes(1);
/// After how long a host that found the line busy calls again, where the file does not say.
const REDIAL: Span = Span::from_minutes(2);
/// The end of the time in which a call that drops does so, where the file does not say.
const DROP_WITHIN: Span = Span::from_minutes(5);

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

/// Every site and every group of them.
#[derive(Debug, Default)]
pub(super) struct Sites {
    table: Vec<Site>,
    groups: Vec<SiteGroup>,
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

    /// The finished table.
    pub(super) fn into_table(self) -> Vec<Site> {
        self.table
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
        let presence = Presence::Always { outages: Vec::new(), flapping: None };
        self.table.push(Site {
            name: name.to_owned(),
            presence,
            line: free_line(),
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
        let presence = presence(table, complaints);
        let is_on_call = matches!(presence, Presence::OnCall(_));
        let line = table.line.as_ref().map(|line| read_line(line, is_on_call, complaints));
        let line = line.unwrap_or_else(free_line);
        let Some(name) = name else { return };
        let group = SiteGroup {
            at: table.name.place.clone(),
            first: SiteId(self.table.len() as u32),
            count: count.unwrap_or(1) as u32,
            is_counted: count.is_some(),
            is_on_call,
            name,
        };
        for number in group.numbers() {
            let name = match group.count {
                1 => group.name.clone(),
                _ => format!("{}-{number}", group.name),
            };
            if !self.claim(&name, &group.at, complaints) {
                return;
            }
            self.table.push(Site {
                name,
                presence: presence.clone(),
                line: line.clone(),
                says: Says::EachDomain,
                offers: Offers::default(),
                troubles: Vec::new(),
            });
        }
        self.groups.push(group);
    }

    /// Takes a name, or complains that it is taken.
    fn claim(&mut self, name: &str, at: &Range<usize>, complaints: &mut Complaints) -> bool {
        if let Some(first) = self.names.get(name) {
            let complaint = Complaint::at(at, format!("two sites called `{name}`"), "again here");
            complaints.add(complaint.also(first, "first here"));
            return false;
        }
        self.names.insert(name.to_owned(), at.clone());
        true
    }
}

fn presence(table: &SiteTable, complaints: &mut Complaints) -> Presence {
    if let Some(calls) = &table.calls {
        if let Some(outages) = &table.outages {
            let message = "outages of a site that calls";
            let complaint =
                Complaint::at(&outages.place, message, "it is on the line only on a call");
            complaints.add(complaint.also(&calls.place, "it calls"));
        }
        return Presence::OnCall(read_calls(calls, complaints));
    }
    let mut outages = Vec::new();
    for window in table.outages.as_ref().map_or(&[][..], |list| list.as_slice()) {
        let Some((from, until)) = complaints.read(window) else { continue };
        if outages.last().is_some_and(|(_, last)| *last > from) {
            let message = "an outage that begins before the one before it has ended";
            complaints.add(Complaint::at(&window.place, message, "write them in order"));
        }
        outages.push((from, until));
    }
    Presence::Always { outages, flapping: None }
}

fn read_calls(written: &Located<CallsWritten>, complaints: &mut Complaints) -> Calls {
    let table = match &**written {
        Choice::Short(word) => {
            complaints.read_text(&written.place, word);
            return Calls::Never;
        }
        Choice::Long(table) => table,
    };
    match (&table.at, &table.every) {
        (Some(at), None) => {
            let others = [
                ("jitter", table.jitter.as_ref().map(|key| &key.place)),
                ("first", table.first.as_ref().map(|key| &key.place)),
                ("until", table.until.as_ref().map(|key| &key.place)),
            ];
            for (key, place) in others.into_iter().filter_map(|(key, at)| Some((key, at?))) {
                let message = format!("`{key}` beside `at`");
                complaints.add(Complaint::at(place, message, "it belongs to `every`"));
            }
            call_instants(at, complaints)
        }
        (None, Some(every)) => {
            let interval = complaints.read(every).unwrap_or(LONGEST);
            repeated_calls(table, interval, complaints)
        }
        (Some(at), Some(every)) => {
            let complaint =
                Complaint::at(&every.place, "both `at` and `every`", "calls come one way");
            complaints.add(complaint.also(&at.place, "and the other way here"));
            Calls::Never
        }
        (None, None) => {
            let message = "calls without `at` and without `every`";
            let complaint = Complaint::at(&written.place, message, "when does it call?");
            complaints.add(complaint.help("a site that never calls has calls = \"never\""));
            Calls::Never
        }
    }
}

fn call_instants(at: &Located<Vec<Written<Moment>>>, complaints: &mut Complaints) -> Calls {
    if at.is_empty() {
        let complaint = Complaint::at(&at.place, "no call in the list", "an empty list");
        complaints.add(complaint.help("a site that never calls has calls = \"never\""));
    }
    let mut instants = BTreeMap::new();
    for written in at.iter() {
        let Some(instant) = complaints.read(written) else { continue };
        if let Some(first) = instants.insert(instant, &written.place) {
            let message = "two calls at one instant";
            let complaint = Complaint::at(&written.place, message, "again here");
            complaints.add(complaint.also(first, "first here"));
        }
    }
    Calls::At(instants.into_keys().collect())
}

fn repeated_calls(table: &CallsTable, interval: Span, complaints: &mut Complaints) -> Calls {
    let after_one = Instant::ZERO + interval;
    let first = complaints.read_if(table.first.as_ref()).unwrap_or((after_one, after_one));
    let until = complaints.read_if(table.until.as_ref()).unwrap_or(Instant::NEVER);
    if let Some(written) = table.until.as_ref().filter(|_| first.0 >= until) {
        let message = "calls that end before the first";
        let complaint = Complaint::at(&written.place, message, "no call would come");
        complaints.add(complaint.help(format!("the first call is not before {}", first.0)));
    }
    Calls::Every {
        first,
        interval,
        jitter_permille: complaints.read_if(table.jitter.as_ref()).unwrap_or(0),
        until,
    }
}

/// A line that takes no time and never fails.
fn free_line() -> Line {
    Line {
        rate_bits_s: None,
        delay: Span::ZERO,
        per_message: Span::ZERO,
        call_length: None,
        patience: PATIENCE,
        busy_permille: 0,
        redial: REDIAL,
        redials: 0,
        drops_at: Vec::new(),
        drop_permille: 0,
        drop_within: DROP_WITHIN,
    }
}

fn read_line(table: &LineTable, is_on_call: bool, complaints: &mut Complaints) -> Line {
    if !is_on_call {
        let of_calls = [
            ("call_length", table.call_length.as_ref().map(|key| &key.place)),
            ("drop", table.drop.as_ref().map(|key| &key.place)),
        ];
        for (key, at) in of_calls.into_iter().filter_map(|(key, at)| Some((key, at?))) {
            let message = format!("`{key}` of a site that does not call");
            complaints.add(Complaint::at(at, message, "this site is always on the line"));
        }
    }
    if let (Some(within), None) = (&table.drop_within, &table.drop) {
        let complaint =
            Complaint::at(&within.place, "`drop_within` without `drop`", "no call drops");
        complaints.add(complaint.help("say how many calls drop: drop = \"20%\""));
    }
    Line {
        rate_bits_s: complaints.read_if(table.rate.as_ref()),
        delay: complaints.read_if(table.delay.as_ref()).unwrap_or(Span::ZERO),
        per_message: complaints.read_if(table.per_message.as_ref()).unwrap_or(Span::ZERO),
        call_length: complaints.read_if(table.call_length.as_ref()),
        patience: PATIENCE,
        busy_permille: 0,
        redial: REDIAL,
        redials: 0,
        drops_at: Vec::new(),
        drop_permille: complaints.read_if(table.drop.as_ref()).unwrap_or(0),
        drop_within: complaints.read_if(table.drop_within.as_ref()).unwrap_or(DROP_WITHIN),
    }
}
