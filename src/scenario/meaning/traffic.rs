//! Traffic: who sends to whom, and when.
//!
//! In: the tables `[[traffic]]`, the sites and the routes. Out: one source for each sender and
//! recipient, and the last instant at which any of them can send.

use std::collections::BTreeMap;
use std::ops::Range;

use super::route::Routes;
use super::site::Sites;
use crate::base::{Instant, MessageId, Notify, Priority, RouteId, Span};
use crate::scenario::choice::Choice;
use crate::scenario::file::{BurstsTable, EveryTable, PoissonTable, TrafficTable};
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quantity::{LONGEST, Moment};
use crate::scenario::text::Written;
use crate::scenario::word::MailboxPattern;
use crate::scenario::{Address, Arrivals, Recipient, Source, Varied};

/// The size of a message where the file does not say.
const SIZE_BYTES: u32 = 4_096;
/// After how long a refused message is sent again, where the file does not say.
const RESEND: Span = Span::from_minutes(15);
/// The most messages of one source.
const MOST_MESSAGES: u64 = MessageId::ORDINALS as u64;

/// Every source of mail.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// The sources.
    pub(super) sources: Vec<Source>,
    /// The last instant at which a message can arrive.
    pub(super) last_arrival: Instant,
    /// Whose name stands where.
    names: BTreeMap<String, Range<usize>>,
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
        sites: &Sites,
        routes: &Routes,
        complaints: &mut Complaints,
    ) -> Traffic {
        let mut traffic = Traffic::default();
        for table in tables {
            traffic.add(table, sites, routes, complaints);
        }
        traffic
    }

    fn add(
        &mut self,
        table: &Located<TrafficTable>,
        sites: &Sites,
        routes: &Routes,
        complaints: &mut Complaints,
    ) {
        let name = complaints.read(&table.name);
        let sender = complaints.read(&table.from).flatten();
        let priority = complaints.read_if(table.priority.as_ref()).unwrap_or(Priority::Normal);
        let size_bytes = complaints.read_if(table.size.as_ref()).unwrap_or(SIZE_BYTES);
        let recipients = recipients(table, sites, routes, complaints);
        let arrivals = arrivals(table, recipients.len(), complaints);
        self.last_arrival = self.last_arrival.max(last_arrival(&arrivals));

        let room = MessageId::SOURCES as usize - self.sources.len();
        if recipients.len() > room {
            let message = format!("more than {} sources of mail", MessageId::SOURCES);
            complaints.add(Complaint::at(&table.to.place, message, "too many recipients"));
            return;
        }
        let Some(name) = name else { return };
        let senders = senders(table, sender.as_ref(), &recipients, routes, complaints);
        for (recipient, sender) in recipients.into_iter().zip(senders) {
            let name = match recipient.suffix {
                Some(suffix) => format!("{name}-{suffix}"),
                None => name.clone(),
            };
            if !self.claim(&name, &table.name.place, complaints) {
                return;
            }
            self.sources.push(Source {
                name,
                sender,
                recipients: vec![Recipient { address: recipient.address, notify: Notify::ABSENT }],
                priority: Varied::Same(priority),
                size_bytes: Varied::Same(size_bytes),
                arrivals: arrivals.clone(),
                release: None,
                deliver_by: None,
                resend: RESEND,
            });
        }
    }

    /// Takes a name, or complains that it is taken.
    fn claim(&mut self, name: &str, at: &Range<usize>, complaints: &mut Complaints) -> bool {
        if let Some(first) = self.names.get(name) {
            let message = format!("two sources of mail called `{name}`");
            let complaint = Complaint::at(at, message, "again here");
            complaints.add(complaint.also(first, "first here"));
            return false;
        }
        self.names.insert(name.to_owned(), at.clone());
        true
    }
}

fn recipients(
    table: &TrafficTable,
    sites: &Sites,
    routes: &Routes,
    complaints: &mut Complaints,
) -> Vec<Way> {
    match &*table.to {
        Choice::Short(text) => {
            let pattern = complaints.read_text(&table.to.place, text);
            let pattern = pattern.map(|pattern| (pattern, &table.to.place));
            let all = pattern
                .into_iter()
                .flat_map(|(pattern, at)| expand(&pattern, at, sites, routes, complaints));
            all.map(|one| Way { suffix: one.number.clone(), ..one }).collect()
        }
        Choice::Long(list) => {
            if list.is_empty() {
                complaints.add(Complaint::at(&table.to.place, "mail to nobody", "an empty list"));
            }
            let mut all = Vec::new();
            for written in list {
                let Some(pattern) = complaints.read(written) else { continue };
                all.extend(expand(&pattern, &written.place, sites, routes, complaints));
            }
            let site = |one: &Way| sites.name_of(routes.site_of(one.address.route)).to_owned();
            all.into_iter().map(|one| Way { suffix: Some(site(&one)), ..one }).collect()
        }
    }
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

/// The sender for each recipient, none for `<>`; empty, and a complaint, where one has no route.
fn senders(
    table: &TrafficTable,
    pattern: Option<&MailboxPattern>,
    recipients: &[Way],
    routes: &Routes,
    complaints: &mut Complaints,
) -> Vec<Option<Address>> {
    let Some(pattern) = pattern else { return recipients.iter().map(|_| None).collect() };
    let at = &table.from.place;
    let mut address = |number: &str| {
        let route = routes.find(&pattern.domain.fill(number), at, complaints)?;
        Some(Address { mailbox: pattern.mailbox.fill(number), route })
    };
    if !pattern.mailbox.is_numbered() {
        let Some(address) = address("") else { return Vec::new() };
        return recipients.iter().map(|_| Some(address.clone())).collect();
    }
    if recipients.iter().any(|recipient| recipient.number.is_none()) {
        let message = "`{n}` in a sender whose recipients have none";
        let complaint = Complaint::at(at, message, "the number of what?");
        complaints.add(complaint.also(&table.to.place, "a recipient without a number"));
        return Vec::new();
    }
    let mut senders = Vec::new();
    for number in recipients.iter().filter_map(|recipient| recipient.number.as_deref()) {
        let Some(address) = address(number) else { return Vec::new() };
        senders.push(Some(address));
    }
    senders
}

fn arrivals(
    table: &Located<TrafficTable>,
    sources: usize,
    complaints: &mut Complaints,
) -> Arrivals {
    let ways = [
        ("at", table.at.as_ref().map(|way| &way.place)),
        ("every", table.every.as_ref().map(|way| &way.place)),
        ("poisson", table.poisson.as_ref().map(|way| &way.place)),
        ("bursts", table.bursts.as_ref().map(|way| &way.place)),
    ];
    let mut ways = ways.into_iter().filter_map(|(key, at)| Some((key, at?)));
    match (ways.next(), ways.next()) {
        (None, _) => {
            let message = "traffic that never arrives";
            let complaint = Complaint::at(&table.place, message, "when does it?");
            complaints.add(complaint.help("say one of `at`, `every`, `poisson`, `bursts`"));
        }
        (Some((one, first)), Some((other, second))) => {
            let message = format!("both `{one}` and `{other}`");
            let complaint = Complaint::at(second, message, "arrivals come one way");
            complaints.add(complaint.also(first, "and another way here"));
        }
        (Some(_), None) => {}
    }
    let value = &**table;
    if let Some(at) = &value.at {
        Arrivals::At(instants(at, complaints))
    } else if let Some(every) = &value.every {
        read_every(every, complaints)
    } else if let Some(poisson) = &value.poisson {
        read_poisson(poisson, sources, complaints)
    } else if let Some(bursts) = &value.bursts {
        read_bursts(bursts, complaints)
    } else {
        Arrivals::At(Vec::new())
    }
}

/// The instants of a list, in order.
fn instants(list: &Located<Vec<Written<Moment>>>, complaints: &mut Complaints) -> Vec<Instant> {
    if list.is_empty() {
        complaints.add(Complaint::at(&list.place, "traffic that never arrives", "an empty list"));
    }
    let mut instants: Vec<Instant> =
        list.iter().filter_map(|written| complaints.read(written)).collect();
    instants.sort_unstable();
    instants
}

fn read_every(table: &Located<EveryTable>, complaints: &mut Complaints) -> Arrivals {
    let arrivals = Arrivals::Every {
        first: complaints.read_if(table.first.as_ref()).unwrap_or(Instant::ZERO),
        interval: complaints.read(&table.interval).unwrap_or(Span::ZERO),
        jitter_permille: complaints.read_if(table.jitter.as_ref()).unwrap_or(0),
        messages: complaints.whole(&table.messages, 1, MOST_MESSAGES).unwrap_or(1),
    };
    check_end(&arrivals, &table.place, complaints);
    arrivals
}

/// The mean way between two messages of one source: the time, over its share of the messages.
fn read_poisson(
    table: &Located<PoissonTable>,
    sources: usize,
    complaints: &mut Complaints,
) -> Arrivals {
    // What a source sends is drawn: with half the ids as its mean it does not run out of them.
    let sources = (sources as u64).max(1);
    let most = (MOST_MESSAGES / 2).saturating_mul(sources);
    let messages = complaints.whole(&table.messages, 1, most).unwrap_or(1);
    let from = complaints.read_if(table.from.as_ref()).unwrap_or(Instant::ZERO);
    let until = complaints.read(&table.until);
    if until.is_some_and(|until| until <= from) {
        let message = "a time that ends before it begins";
        complaints.add(Complaint::at(&table.until.place, message, "`until` is not after `from`"));
    }
    let until = until.unwrap_or(from);
    let micros = u128::from(until.since(from).micros()) * u128::from(sources);
    let mean = Span::from_micros(u64::try_from(micros / u128::from(messages)).unwrap_or(u64::MAX));
    if mean == Span::ZERO && until > from {
        let message = "more than one message of each source in a microsecond";
        complaints.add(Complaint::at(&table.messages.place, message, "too many for the time"));
    }
    Arrivals::Poisson { from, until, mean }
}

fn read_bursts(table: &Located<BurstsTable>, complaints: &mut Complaints) -> Arrivals {
    let at = instants(&table.at, complaints);
    let most = MOST_MESSAGES / (at.len() as u64).max(1);
    let arrivals = Arrivals::Bursts {
        at,
        messages: complaints.whole(&table.messages, 1, most).unwrap_or(1),
        spacing: complaints.read_if(table.spacing.as_ref()).unwrap_or(Span::ZERO),
    };
    check_end(&arrivals, &table.place, complaints);
    arrivals
}

fn check_end(arrivals: &Arrivals, at: &Range<usize>, complaints: &mut Complaints) {
    if last_arrival(arrivals) > Instant::ZERO + LONGEST {
        let message = "messages after more than 100 years";
        complaints.add(Complaint::at(at, message, "the last one would be too late"));
    }
}

/// The last instant at which a message can arrive, the jitter at its longest.
fn last_arrival(arrivals: &Arrivals) -> Instant {
    match arrivals {
        Arrivals::At(instants) => instants.last().copied().unwrap_or(Instant::ZERO),
        Arrivals::Every { first, interval, jitter_permille, messages } => {
            let longest = u128::from(interval.micros()) * u128::from(1_000 + jitter_permille);
            let all = longest * u128::from(messages - 1) / 1_000;
            *first + Span::from_micros(u64::try_from(all).unwrap_or(u64::MAX))
        }
        Arrivals::Poisson { until, .. } => *until,
        Arrivals::OnOff { .. } => Instant::NEVER,
        Arrivals::Bursts { at, messages, spacing } => {
            at.last().copied().unwrap_or(Instant::ZERO) + spacing.saturating_mul(messages - 1)
        }
    }
}
