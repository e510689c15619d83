//! Events: what befalls the hub, in order.
//!
//! In: the tables `[[event]]`, the policy that the hub starts with, the routes and the sources. Out:
//! the events by instant, and the crashes that wait for a record.

use std::collections::BTreeMap;
use std::ops::Range;

use super::hub;
use super::route::Routes;
use crate::base::{Instant, MessageId, Order, Span, Target};
use crate::scenario::fault::Aim;
use crate::scenario::file::{CrashTable, EventTable};
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints, suggestion};
use crate::scenario::text::Written;
use crate::scenario::{Crash, Happening, HubEvent, Keep, Policy, Source};

/// How long a crash keeps the hub down, where the file does not say.
const DOWN: Span = Span::from_minutes(1);

/// Everything that befalls the hub.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// By instant; those of one instant as the file has them.
    pub(super) table: Vec<HubEvent>,
    /// By record.
    pub(super) crashes_at_record: Vec<(u64, Crash)>,
}

/// When something comes.
enum When {
    At(Instant),
    AtRecord(u64),
}

impl Events {
    /// The events of a file.
    pub(super) fn read(
        tables: &[Located<EventTable>],
        policy: &Policy,
        routes: &Routes,
        sources: &[Source],
        complaints: &mut Complaints,
    ) -> Events {
        let mut timed = Vec::new();
        let mut at_record = BTreeMap::new();
        for table in tables {
            check_one(table, complaints);
            match when(table, complaints) {
                Some(When::At(at)) => timed.push((at, table)),
                Some(When::AtRecord(number)) => {
                    let Some(written) = &table.crash else { continue };
                    let crash = crash(written, complaints);
                    if let Some((first, _)) = at_record.insert(number, (&table.place, crash)) {
                        let message = format!("two crashes at record {number}");
                        let complaint = Complaint::at(&table.place, message, "again here");
                        complaints.add(complaint.also(first, "first here"));
                    }
                }
                None => {}
            }
        }
        timed.sort_by_key(|(at, _)| *at);
        let mut reader = Reader { policy: policy.clone(), routes, sources, complaints };
        let mut events = Vec::new();
        for (at, table) in timed {
            let Some(what) = reader.happening(table) else { continue };
            events.push((HubEvent { at, what }, table));
        }
        check_quiet(&events, complaints);
        Events {
            table: events.into_iter().map(|(event, _)| event).collect(),
            crashes_at_record: at_record.into_iter().map(|(n, (_, crash))| (n, crash)).collect(),
        }
    }

    /// When the last message can arrive or the last event come, all time that the hub is away after
    /// it, and all by which the wall clock is set back: by so much a release may come later.
    pub(super) fn last(&self, last_arrival: Instant, sources: &[Source]) -> Instant {
        // A sender that a crash left without its 250 sends again.
        let resend = sources.iter().map(|source| source.resend).max().unwrap_or(Span::ZERO);
        let away = |crash: &Crash| crash.down.saturating_add(resend);
        let by_event = |event: &HubEvent| match &event.what {
            Happening::Crash(crash) => away(crash),
            Happening::Suspend(length) => *length,
            Happening::ClockStep(micros) => Span::from_micros(micros.min(&0).unsigned_abs()),
            Happening::Order(..) | Happening::Reload(_) | Happening::List => Span::ZERO,
        };
        let last_event = self.table.last().map_or(Instant::ZERO, |event| event.at);
        let at_record = self.crashes_at_record.iter().map(|(_, crash)| away(crash));
        let longer = self.table.iter().map(by_event).chain(at_record);
        longer.fold(last_arrival.max(last_event), |last, span| last + span)
    }

    /// The longest that a message can be the hub's under any policy that holds in the run.
    pub(super) fn longest_obligation(&self, policy: &Policy) -> Span {
        let reloaded = self.table.iter().filter_map(|event| match &event.what {
            Happening::Reload(policy) => Some(&**policy),
            _ => None,
        });
        let obligation =
            |it: &Policy| it.terms.longest_timeout().saturating_add(it.terms.transfer_grace);
        reloaded.map(obligation).fold(obligation(policy), Span::max)
    }
}

/// When a table's event comes; none, and a complaint, where it does not say so in one way.
fn when(table: &Located<EventTable>, complaints: &mut Complaints) -> Option<When> {
    match (&table.at, &table.at_record) {
        (Some(at), None) => complaints.read(at).map(When::At),
        (None, Some(number)) => {
            if table.crash.is_none() {
                let message = "`at_record` of what is no crash";
                let complaint =
                    Complaint::at(&number.place, message, "only a crash can wait for it");
                complaints.add(complaint.help("say at = \"30h\", or crash = {}"));
            }
            complaints.whole(number, 1, u64::MAX).map(When::AtRecord)
        }
        (Some(at), Some(number)) => {
            let message = "both `at` and `at_record`";
            let complaint = Complaint::at(&number.place, message, "an event comes once");
            complaints.add(complaint.also(&at.place, "and here"));
            None
        }
        (None, None) => {
            let message = "an event that never comes";
            let complaint = Complaint::at(&table.place, message, "when does it?");
            complaints.add(complaint.help("say when, for example at = \"30h\""));
            None
        }
    }
}

/// An event is one thing, neither none nor several.
fn check_one(table: &Located<EventTable>, complaints: &mut Complaints) {
    let others = [
        ("crash", table.crash.as_ref().map(|key| &key.place)),
        ("suspend", table.suspend.as_ref().map(|key| &key.place)),
        ("clock_step", table.clock_step.as_ref().map(|key| &key.place)),
        ("reload", table.reload.as_ref().map(|key| &key.place)),
        ("list", table.list.as_ref().map(|key| &key.place)),
    ];
    let orders = orders(table).map(|(order, it)| (order.name(), it.map(|key| &key.place)));
    let all = others.into_iter().chain(orders);
    let mut found = all.filter_map(|(key, at)| Some((key, at?)));
    match (found.next(), found.next()) {
        (None, _) => {
            let message = "an event in which nothing happens";
            let complaint = Complaint::at(&table.place, message, "what does?");
            let help = "say one of `crash`, `suspend`, `clock_step`, `reload`, `list` or an order";
            complaints.add(complaint.help(help));
        }
        (Some((one, first)), Some((other, second))) => {
            let message = format!("both `{one}` and `{other}`");
            let complaint = Complaint::at(second, message, "an event is one thing");
            let complaint = complaint.also(first, "and another here");
            complaints.add(complaint.help("write an [[event]] for each"));
        }
        (Some(_), None) => {}
    }
}

fn crash(table: &CrashTable, complaints: &mut Complaints) -> Crash {
    Crash {
        down: complaints.read_if(table.down.as_ref()).unwrap_or(DOWN),
        keep: complaints.read_if(table.keep.as_ref()).unwrap_or(Keep::Drawn),
    }
}

/// A hub that is down or asleep cannot be told anything: only its clock can be set.
fn check_quiet(events: &[(HubEvent, &Located<EventTable>)], complaints: &mut Complaints) {
    let mut away: Option<(Instant, &Range<usize>, &str)> = None;
    for (event, table) in events {
        if let Some((until, first, what)) = away
            && event.at < until
            && !matches!(event.what, Happening::ClockStep(_))
        {
            let message = format!("an event while the hub is {what}");
            let complaint = Complaint::at(&table.place, message, format!("it is so until {until}"));
            complaints.add(complaint.also(first, format!("{what} here")));
            continue;
        }
        match &event.what {
            Happening::Crash(crash) => away = Some((event.at + crash.down, &table.place, "down")),
            Happening::Suspend(length) => {
                away = Some((event.at + *length, &table.place, "suspended"));
            }
            _ => {}
        }
    }
}

/// Reads what happens, one event after the other.
struct Reader<'a> {
    /// The policy that holds before the next event.
    policy: Policy,
    routes: &'a Routes,
    sources: &'a [Source],
    complaints: &'a mut Complaints,
}

impl Reader<'_> {
    /// What a table says; none where it says nothing, or, with a complaint, what cannot be.
    fn happening(&mut self, table: &Located<EventTable>) -> Option<Happening> {
        if let Some(written) = &table.crash {
            return Some(Happening::Crash(crash(written, self.complaints)));
        }
        if let Some(written) = &table.suspend {
            return self.complaints.read(written).map(Happening::Suspend);
        }
        if let Some(written) = &table.clock_step {
            return self.complaints.read(written).map(Happening::ClockStep);
        }
        if let Some(written) = &table.reload {
            self.policy = hub::reloaded(&self.policy, &written.0, self.complaints);
            return Some(Happening::Reload(Box::new(self.policy.clone())));
        }
        if let Some(written) = &table.list {
            return self.complaints.read(written).map(|()| Happening::List);
        }
        let (order, written) = orders(table).find_map(|(order, it)| Some((order, it?)))?;
        let target = self.target(order, written)?;
        Some(Happening::Order(order, target))
    }

    /// What an order is about; none, and a complaint, where there is no such thing.
    fn target(&mut self, order: Order, written: &Written<Aim>) -> Option<Target> {
        let at = &written.place;
        match self.complaints.read(written)? {
            Aim::All => Some(Target::All),
            Aim::Domain(domain) => {
                let label = "no such route";
                self.routes.look_up(&domain, (at, label), self.complaints).map(Target::Route)
            }
            Aim::Message { source, number, recipient } => {
                if matches!(order, Order::Pause | Order::Resume | Order::Flush) {
                    let message = format!("`{}` of one message", order.name());
                    let complaint = Complaint::at(at, message, "expected \"all\" or a domain");
                    self.complaints.add(complaint.help("it is an order about a route"));
                    return None;
                }
                self.message(&source, number, recipient, at)
            }
        }
    }

    /// One recipient of the message of a source with a number from 1.
    fn message(
        &mut self,
        source: &str,
        number: u64,
        recipient: usize,
        at: &Range<usize>,
    ) -> Option<Target> {
        let index = self.sources.iter().position(|it| it.name == source);
        let Some(index) = index else {
            let known = self.sources.iter().map(|it| it.name.as_str());
            let help = suggestion(source, known, "the sources are");
            let message = format!("no source of mail is called `{source}`");
            self.complaints.add(Complaint::at(at, message, "no such source").help(help));
            return None;
        };
        let ordinal = number.checked_sub(1);
        let first = ordinal.and_then(|ordinal| MessageId::mail(index as u32, ordinal).ok());
        let recipients = &self.sources[index].recipients;
        match (first.and_then(|first| first.to(recipient).ok()), recipients.get(recipient)) {
            (Some(message), Some(to)) => Some(Target::Message { route: to.address.route, message }),
            (Some(_), None) => {
                let message = format!("no recipient has the number {recipient}");
                let label = format!("the message has {}, counted from 0", recipients.len());
                self.complaints.add(Complaint::at(at, message, label));
                None
            }
            (None, _) => {
                let message = format!("no message has the number {number}");
                let label = format!("expected a number from 1 to {}", MessageId::ORDINALS);
                self.complaints.add(Complaint::at(at, message, label));
                None
            }
        }
    }
}

/// The orders of a table: at most one, if it is right.
fn orders(table: &EventTable) -> impl Iterator<Item = (Order, Option<&Written<Aim>>)> {
    Order::ALL.into_iter().map(|order| {
        let written = match order {
            Order::Pause => &table.pause,
            Order::Resume => &table.resume,
            Order::Hold => &table.hold,
            Order::Release => &table.release,
            Order::Cancel => &table.cancel,
            Order::Expire => &table.expire,
            Order::Flush => &table.flush,
        };
        (order, written.as_ref())
    })
}
