//! Traffic: who sends to whom.
//!
//! In: the tables `[[traffic]]`, the sites and the routes. Out: one source for each stream of mail,
//! and the last instant at which any of it can arrive or be released.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use super::arrivals::{Messages, first_arrival, last_arrival};
use super::envelope::{self, Envelope, release_of};
use super::replay::{self, Neighbours};
use super::route::Routes;
use super::site::Sites;
use crate::base::{Instant, MessageId, Notify, RouteId};
use crate::scenario::choice::{Choice, OneOrMany};
use crate::scenario::file::TrafficTable;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::word::{Mailbox, MailboxPattern};
use crate::scenario::{Address, Recipient, Source};

/// What the traffic of a file is read against.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The path of the scenario, as it is shown.
    pub(super) path: &'a str,
    /// How the files beside it are read.
    pub(super) neighbours: Neighbours<'a>,
    /// What the wall clock says at the start, in microseconds since 1970-01-01T00:00:00Z.
    pub(super) start_unix_us: i64,
    /// The sites.
    pub(super) sites: &'a Sites,
    /// The routes.
    pub(super) routes: &'a Routes,
}

/// Every source of mail.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// The sources.
    pub(super) sources: Vec<Source>,
    /// The last instant at which a message can arrive, or may leave if that is later.
    pub(super) last_arrival: Instant,
    /// Whose name stands where.
    names: BTreeMap<String, Range<usize>>,
}

/// One stream of mail: the source that it becomes, but for what all of one `[[traffic]]` have in
/// common.
#[derive(Debug)]
pub(super) struct Stream {
    /// What its source's name has behind that of the traffic: `17`; none where it is the only one.
    pub(super) suffix: Option<String>,
    /// The sender; none for `<>`.
    pub(super) sender: Option<Address>,
    /// The recipients of each message.
    pub(super) recipients: Vec<Recipient>,
    /// When messages arrive, and what they are.
    pub(super) messages: Messages,
}

/// One recipient of a `[[traffic]]`.
struct Way {
    /// What its source's name has behind that of the traffic: `17`; none where it is the only one.
    suffix: Option<String>,
    /// What stands for `{n}`; none where there is none.
    number: Option<String>,
    address: Address,
}

impl Traffic {
    /// The traffic of a file.
    pub(super) fn read(
        tables: &[Located<TrafficTable>],
        around: Surroundings<'_>,
        complaints: &mut Complaints,
    ) -> Traffic {
        let mut traffic = Traffic::default();
        for table in tables {
            traffic.add(table, around, complaints);
        }
        traffic
    }

    fn add(
        &mut self,
        table: &Located<TrafficTable>,
        around: Surroundings<'_>,
        complaints: &mut Complaints,
    ) {
        let name = complaints.read(&table.name);
        let envelope = Envelope::read(table, complaints);
        let streams = if let Some(key) = &table.replay {
            replay::check_alone(table, complaints);
            let log = replay::log(key, around.path, around.neighbours, complaints);
            let log =
                log.map(|log| replay::streams(&log, envelope.notify, around.routes, complaints));
            log.unwrap_or_default()
        } else {
            streams(table, envelope.notify, around, complaints)
        };
        let sent = || streams.iter().map(|stream| &stream.messages.arrivals);
        let first = sent().map(first_arrival).min().unwrap_or(Instant::NEVER);
        envelope.check_release(table, first, around.start_unix_us, complaints);
        for last in sent().map(last_arrival) {
            let release = envelope.release.map(|it| release_of(it, last, around.start_unix_us));
            self.last_arrival = self.last_arrival.max(release.unwrap_or(last));
        }
        if streams.len() > MessageId::SOURCES as usize - self.sources.len() {
            let message = format!("more than {} sources of mail", MessageId::SOURCES);
            complaints.add(Complaint::at(&table.name.place, message, "too many recipients"));
            return;
        }
        let Some(name) = name else { return };
        for stream in streams {
            let name = match &stream.suffix {
                Some(suffix) => format!("{name}-{suffix}"),
                None => name.clone(),
            };
            if !self.claim(&name, &table.name.place, complaints) {
                return;
            }
            self.sources.push(source(name, stream, &envelope));
        }
    }

    /// Takes a name, or complains that it is taken.
    fn claim(&mut self, name: &str, at: &Range<usize>, complaints: &mut Complaints) -> bool {
        match self.names.entry(name.to_owned()) {
            Entry::Vacant(free) => drop(free.insert(at.clone())),
            Entry::Occupied(taken) => {
                let message = format!("two sources of mail called `{name}`");
                let complaint = Complaint::at(at, message, "again here");
                complaints.add(complaint.also(taken.get(), "first here"));
                return false;
            }
        }
        true
    }
}

fn source(name: String, stream: Stream, envelope: &Envelope) -> Source {
    Source {
        name,
        sender: stream.sender,
        recipients: stream.recipients,
        priority: stream.messages.priority,
        size_bytes: stream.messages.size_bytes,
        arrivals: stream.messages.arrivals,
        release: envelope.release,
        deliver_by: envelope.deliver_by,
        resend: envelope.resend,
    }
}

/// The streams of a table that says itself who sends to whom, and when.
fn streams(
    table: &Located<TrafficTable>,
    notify: Notify,
    around: Surroundings<'_>,
    complaints: &mut Complaints,
) -> Vec<Stream> {
    let from = needed("from", "\"sales@office.example\"", table.from.as_ref(), table, complaints);
    let to = needed("to", "\"clerk@branch-{n}.example\"", table.to.as_ref(), table, complaints);
    let ways = to.map_or_else(Vec::new, |to| ways(to, around, complaints));
    let messages = Messages::read(table, ways.len(), complaints);
    let sender = from.and_then(|from| Some((complaints.read(from)??, &from.place)));
    let senders =
        sender.map(|(pattern, at)| companions(&pattern, at, table, &ways, around, complaints));
    let others = others(table, notify, &ways, around, complaints);
    let mut streams = Vec::new();
    for (number, way) in ways.into_iter().enumerate() {
        let first = Recipient { address: way.address, notify };
        let others = others.iter().filter_map(|all| all.get(number).cloned());
        streams.push(Stream {
            suffix: way.suffix,
            sender: senders.as_ref().and_then(|all| all.get(number).cloned()),
            recipients: std::iter::once(first).chain(others).collect(),
            messages: messages.clone(),
        });
    }
    streams
}

/// A key that mail needs which no log describes; none, and a complaint, where it is missing.
fn needed<'t, T>(
    name: &str,
    example: &str,
    key: Option<&'t T>,
    table: &Located<TrafficTable>,
    complaints: &mut Complaints,
) -> Option<&'t T> {
    if key.is_none() {
        let message = format!("missing key `{name}`");
        let complaint = Complaint::at(&table.place, message, "[[traffic]] needs it");
        complaints.add(complaint.help(format!("for example {name} = {example}")));
    }
    key
}

/// The first recipients of a table: each makes a source.
fn ways(
    to: &Located<OneOrMany<Mailbox>>,
    around: Surroundings<'_>,
    complaints: &mut Complaints,
) -> Vec<Way> {
    let Surroundings { sites, routes, .. } = around;
    match &**to {
        Choice::Short(text) => {
            let pattern = complaints.read_text(&to.place, text);
            let all = pattern.into_iter();
            let all =
                all.flat_map(|pattern| expand(&pattern, &to.place, sites, routes, complaints));
            all.map(|one| Way { suffix: one.number.clone(), ..one }).collect()
        }
        Choice::Long(list) => {
            if list.is_empty() {
                complaints.add(Complaint::at(&to.place, "mail to nobody", "an empty list"));
            }
            let mut all = Vec::new();
            for written in list {
                let Some(pattern) = complaints.read(written) else { continue };
                all.extend(expand(&pattern, &written.place, sites, routes, complaints));
            }
            named_by_site(all, sites, routes)
        }
    }
}

/// Each way with the name of its site, numbered where several lead to that site: `branch`, or
/// `branch.1` and `branch.2`.
fn named_by_site(ways: Vec<Way>, sites: &Sites, routes: &Routes) -> Vec<Way> {
    let site = |one: &Way| routes.site_of(one.address.route);
    let mut together = BTreeMap::<_, u32>::new();
    for one in &ways {
        *together.entry(site(one)).or_default() += 1;
    }
    let mut met = BTreeMap::<_, u32>::new();
    let named = ways.into_iter().map(|one| {
        let site = site(&one);
        let name = sites.name_of(site);
        let number = met.entry(site).or_default();
        *number += 1;
        let suffix =
            if together[&site] == 1 { name.to_owned() } else { format!("{name}.{number}") };
        Way { suffix: Some(suffix), ..one }
    });
    named.collect()
}

/// The recipients that an address stands for: one, or one for each of a route's sites.
fn expand(
    pattern: &MailboxPattern,
    at: &Range<usize>,
    sites: &Sites,
    routes: &Routes,
    complaints: &mut Complaints,
) -> Vec<Way> {
    if pattern.domain.is_numbered() {
        let found = routes.find_numbered(&pattern.domain, at, complaints);
        let Some((first, group)) = found else { return Vec::new() };
        let numbers = sites.groups()[group].numbers().zip(first.0..);
        return numbers
            .map(|(number, route)| Way {
                suffix: None,
                address: Address { mailbox: pattern.mailbox.fill(&number), route: RouteId(route) },
                number: Some(number),
            })
            .collect();
    }
    if pattern.mailbox.is_numbered() {
        let complaint = Complaint::at(at, "`{n}` before the `@` alone", "the number of what?");
        complaints.add(complaint.help("`{n}` stands in the domain too, as in its [[route]]"));
        return Vec::new();
    }
    let route = routes.find(pattern.domain.as_str(), at, complaints);
    let mailbox = pattern.mailbox.as_str().to_owned();
    let only = route.map(|route| Address { mailbox, route });
    only.map(|address| Way { suffix: None, number: None, address }).into_iter().collect()
}

/// The further recipients of a table: for each of them, the one that goes with each way.
fn others(
    table: &TrafficTable,
    notify: Notify,
    ways: &[Way],
    around: Surroundings<'_>,
    complaints: &mut Complaints,
) -> Vec<Vec<Recipient>> {
    let Some(also) = &table.also else { return Vec::new() };
    if also.len() >= usize::from(MessageId::RECIPIENTS) {
        let message = format!("more than {} recipients of one message", MessageId::RECIPIENTS);
        complaints.add(Complaint::at(&also.place, message, "too many further recipients"));
    }
    let mut all = Vec::new();
    for other in also.iter() {
        let (pattern, at, notify) = match &**other {
            Choice::Short(text) => (complaints.read_text(&other.place, text), &other.place, notify),
            Choice::Long(long) => {
                let own = envelope::notify(long.notify.as_ref(), complaints);
                (complaints.read(&long.to), &long.to.place, own.unwrap_or(notify))
            }
        };
        let Some(pattern) = pattern else { continue };
        let addresses = companions(&pattern, at, table, ways, around, complaints);
        all.push(addresses.into_iter().map(|address| Recipient { address, notify }).collect());
    }
    all
}

/// The address that goes with each way, `{n}` in it being the way's number. Where its domain has fewer
/// sites than there are ways, they take turns: of ten offices the first goes with the first way, the
/// eleventh, and so on. Empty, and a complaint, where one has no route.
fn companions(
    pattern: &MailboxPattern,
    at: &Range<usize>,
    table: &TrafficTable,
    ways: &[Way],
    around: Surroundings<'_>,
    complaints: &mut Complaints,
) -> Vec<Address> {
    let Surroundings { sites, routes, .. } = around;
    let mut address = |number: &str| {
        let route = routes.find(&pattern.domain.fill(number), at, complaints)?;
        Some(Address { mailbox: pattern.mailbox.fill(number), route })
    };
    if !pattern.mailbox.is_numbered() {
        return address("").map_or_else(Vec::new, |address| vec![address; ways.len()]);
    }
    if ways.iter().any(|way| way.number.is_none()) {
        let message = "`{n}` in an address beside a `to` that has none";
        let complaint = Complaint::at(at, message, "the number of what?");
        let to = table.to.as_ref().map(|to| &to.place);
        complaints.add(
            to.into_iter().fold(complaint, |complaint, to| {
                complaint.also(to, "a recipient without a number")
            }),
        );
        return Vec::new();
    }
    let numbers = ways.iter().filter_map(|way| way.number.as_deref());
    let Some((first, group)) = routes.numbered(&pattern.domain) else {
        return numbers.map_while(&mut address).collect();
    };
    let turns: Vec<String> = sites.groups()[group].numbers().collect();
    let in_turn = |number: &str| {
        let place = (number.parse::<usize>().unwrap_or(1) - 1) % turns.len();
        let mailbox = pattern.fill(number, &turns[place]);
        Address { mailbox, route: RouteId(first.0 + place as u32) }
    };
    numbers.map(in_turn).collect()
}
