//! When messages arrive, and what each of them is.
//!
//! In: the keys of `[[traffic]]` that say so. Out: arrivals, sizes and priorities that fit together,
//! and the bounds of the time in which messages can arrive.

use std::ops::Range;

use crate::base::{Instant, MessageId, Priority, Span};
use crate::scenario::choice::Choice;
use crate::scenario::file::{
    BurstsTable, EveryTable, Moments, OnOffTable, PoissonTable, TrafficTable,
};
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quantity::{LONGEST, Moment};
use crate::scenario::text::Written;
use crate::scenario::{Arrivals, Varied};

/// The size of a message where the file does not say.
const SIZE_BYTES: u32 = 4_096;
/// The most messages of one source.
const MOST_MESSAGES: u64 = MessageId::ORDINALS as u64;

/// The messages of one source.
#[derive(Clone, Debug)]
pub(super) struct Messages {
    /// When they arrive.
    pub(super) arrivals: Arrivals,
    /// Their sizes in bytes.
    pub(super) size_bytes: Varied<u32>,
    /// Their priorities.
    pub(super) priority: Varied<Priority>,
}

impl Messages {
    /// What each of so many sources of a `[[traffic]]` sends, as its keys say.
    pub(super) fn read(
        table: &Located<TrafficTable>,
        sources: usize,
        complaints: &mut Complaints,
    ) -> Messages {
        check_one_way(table, complaints);
        let size_bytes = table.size.as_ref().and_then(|key| key.read(&key.place, complaints));
        let size_bytes = size_bytes.unwrap_or(Varied::Same(SIZE_BYTES));
        let priority = table.priority.as_ref().and_then(|key| key.read(&key.place, complaints));
        let priority = priority.unwrap_or(Varied::Same(Priority::Normal));
        let value = &**table;
        let arrivals = if let Some(at) = &value.at {
            return at_instants(table, at, size_bytes, priority, complaints);
        } else if let Some(every) = &value.every {
            read_every(every, complaints)
        } else if let Some(poisson) = &value.poisson {
            read_poisson(poisson, sources, complaints)
        } else if let Some(bursts) = &value.bursts {
            read_bursts(bursts, complaints)
        } else if let Some(on_off) = &value.on_off {
            read_on_off(on_off, complaints)
        } else {
            Arrivals::At(Vec::new())
        };
        for (what, place, _) in lists(table, &size_bytes, &priority) {
            let message = format!("a list of {what} without a list of arrivals");
            let complaint = Complaint::at(place, message, "one for each of which messages?");
            complaints
                .add(complaint.help("a list goes with `at`; a table of weights goes with all"));
        }
        Messages { arrivals, size_bytes, priority }
    }
}

/// Messages at given instants, put in order with what belongs to each.
fn at_instants(
    table: &TrafficTable,
    at: &Located<Moments>,
    size_bytes: Varied<u32>,
    priority: Varied<Priority>,
    complaints: &mut Complaints,
) -> Messages {
    let list = match &**at {
        Choice::Long(list) => list.as_slice(),
        Choice::Short(never) => {
            complaints.read_text(&at.place, never);
            &[]
        }
    };
    if matches!(&**at, Choice::Long(list) if list.is_empty()) {
        let complaint = Complaint::at(&at.place, "traffic that never arrives", "an empty list");
        complaints.add(complaint.help("a source that sends nothing has at = \"never\""));
    }
    for (what, place, length) in lists(table, &size_bytes, &priority) {
        if length != list.len() {
            let message = format!("{what}: {length}, messages: {}", list.len());
            let complaint = Complaint::at(place, message, "one for each message, in order");
            complaints.add(complaint.also(&at.place, "the messages"));
        }
    }
    let read = list.iter().enumerate();
    let mut instants: Vec<(Instant, usize)> =
        read.filter_map(|(number, written)| Some((complaints.read(written)?, number))).collect();
    instants.sort_unstable();
    let order = || instants.iter().map(|(_, number)| *number);
    Messages {
        arrivals: Arrivals::At(instants.iter().map(|(at, _)| *at).collect()),
        size_bytes: in_order(size_bytes, order()),
        priority: in_order(priority, order()),
    }
}

/// What the file lists for each message: its name, its place, and how long the list is.
fn lists<'a>(
    table: &'a TrafficTable,
    size_bytes: &Varied<u32>,
    priority: &Varied<Priority>,
) -> impl Iterator<Item = (&'static str, &'a Range<usize>, usize)> {
    let sizes = table.size.as_ref().map(|key| &key.place).zip(length(size_bytes));
    let priorities = table.priority.as_ref().map(|key| &key.place).zip(length(priority));
    let lists = [("sizes", sizes), ("priorities", priorities)];
    lists.into_iter().filter_map(|(what, list)| list.map(|(place, length)| (what, place, length)))
}

/// How long the list is that says it for each message; none where there is no list.
fn length<T>(varied: &Varied<T>) -> Option<usize> {
    match varied {
        Varied::Each(list) => Some(list.len()),
        Varied::Same(_) | Varied::Between(..) | Varied::Weighted(_) => None,
    }
}

/// What is said for each message, in another order of the messages.
fn in_order<T: Copy>(varied: Varied<T>, order: impl Iterator<Item = usize>) -> Varied<T> {
    match varied {
        Varied::Each(list) => {
            Varied::Each(order.filter_map(|number| list.get(number)).copied().collect())
        }
        varied => varied,
    }
}

/// Mail arrives one way, and no more than one.
fn check_one_way(table: &Located<TrafficTable>, complaints: &mut Complaints) {
    let ways = [
        ("at", table.at.as_ref().map(|way| &way.place)),
        ("every", table.every.as_ref().map(|way| &way.place)),
        ("poisson", table.poisson.as_ref().map(|way| &way.place)),
        ("bursts", table.bursts.as_ref().map(|way| &way.place)),
        ("on_off", table.on_off.as_ref().map(|way| &way.place)),
    ];
    let mut ways = ways.into_iter().filter_map(|(key, at)| Some((key, at?)));
    match (ways.next(), ways.next()) {
        (None, _) => {
            let message = "traffic that never arrives";
            let complaint = Complaint::at(&table.place, message, "when does it?");
            complaints.add(
                complaint.help("say one of `at`, `every`, `poisson`, `bursts`, `on_off`, `replay`"),
            );
        }
        (Some((one, first)), Some((other, second))) => {
            let message = format!("both `{one}` and `{other}`");
            let complaint = Complaint::at(second, message, "arrivals come one way");
            complaints.add(complaint.also(first, "and another way here"));
        }
        (Some(_), None) => {}
    }
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
    let at = bursts(&table.at, complaints);
    let most = MOST_MESSAGES / (at.len() as u64).max(1);
    let arrivals = Arrivals::Bursts {
        at,
        messages: complaints.whole(&table.messages, 1, most).unwrap_or(1),
        spacing: complaints.read_if(table.spacing.as_ref()).unwrap_or(Span::ZERO),
    };
    check_end(&arrivals, &table.place, complaints);
    arrivals
}

/// The beginnings of bursts, in order.
fn bursts(list: &Located<Vec<Written<Moment>>>, complaints: &mut Complaints) -> Vec<Instant> {
    if list.is_empty() {
        complaints.add(Complaint::at(&list.place, "traffic that never arrives", "an empty list"));
    }
    let mut instants: Vec<Instant> =
        list.iter().filter_map(|written| complaints.read(written)).collect();
    instants.sort_unstable();
    instants
}

fn read_on_off(table: &Located<OnOffTable>, complaints: &mut Complaints) -> Arrivals {
    let arrivals = Arrivals::OnOff {
        first: complaints.read_if(table.first.as_ref()).unwrap_or(Instant::ZERO),
        on: complaints.read(&table.on).unwrap_or(LONGEST),
        off: complaints.read(&table.off).unwrap_or(Span::ZERO),
        interval: complaints.read(&table.interval).unwrap_or(Span::ZERO),
        jitter_permille: complaints.read_if(table.jitter.as_ref()).unwrap_or(0),
        messages: complaints.whole(&table.messages, 1, MOST_MESSAGES).unwrap_or(1),
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

/// The first instant at which a message can arrive.
pub(super) fn first_arrival(arrivals: &Arrivals) -> Instant {
    match arrivals {
        Arrivals::At(at) | Arrivals::Bursts { at, .. } => {
            at.first().copied().unwrap_or(Instant::NEVER)
        }
        Arrivals::Every { first, .. } | Arrivals::OnOff { first, .. } => *first,
        Arrivals::Poisson { from, .. } => *from,
    }
}

/// The last instant at which a message can arrive, the jitter at its longest.
pub(super) fn last_arrival(arrivals: &Arrivals) -> Instant {
    match arrivals {
        Arrivals::At(instants) => instants.last().copied().unwrap_or(Instant::ZERO),
        Arrivals::Every { first, interval, jitter_permille, messages } => {
            let longest = longest_way(*interval, *jitter_permille);
            *first + span(longest * u128::from(messages - 1) / 1_000)
        }
        Arrivals::Poisson { until, .. } => *until,
        Arrivals::OnOff { first, on, off, interval, jitter_permille, messages } => {
            // A way uses up at most its own length of the time on, whether it is cut at the end of
            // that time or goes on in the next; a time off is passed whenever a whole time on is.
            let used = longest_way(*interval, *jitter_permille) * u128::from(messages - 1) / 1_000;
            let times_off = used / u128::from(on.micros().max(1));
            *first + span(used.saturating_add(times_off.saturating_mul(off.micros().into())))
        }
        Arrivals::Bursts { at, messages, spacing } => {
            at.last().copied().unwrap_or(Instant::ZERO) + spacing.saturating_mul(messages - 1)
        }
    }
}

/// The longest way that the jitter allows, in thousandths of a microsecond.
fn longest_way(interval: Span, jitter_permille: u32) -> u128 {
    u128::from(interval.micros()) * u128::from(1_000 + jitter_permille)
}

fn span(micros: u128) -> Span {
    Span::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}
