//! Histories drawn at random: a lawful one is not blamed, and one unlawful change in it is.

use proptest::collection::vec;
use proptest::prelude::*;
use restante::base::{Instant, Kind, MessageId, Order, Rule, SiteId, Span, Status, Target};
use restante::oracle::Oracle;
use restante::trace::{Accepted, Asked, Observer, Seen};

use crate::history::{accepted, briefs, world};

type Event = (Instant, Seen);

const GRACE: Span = Span::from_minutes(20);
const BRANCH: u32 = 1;

/// How a message fares. Spans are from its acceptance, those of grace from its deadline.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Delivered { began: Span, took: Span },
    Refused { after: Span },
    DeferredThenExpired { after: Span },
    DeliveredInGrace { after: Span },
    CutInGrace { after: Span },
    Cancelled { after: Span },
    Expired,
}

/// Half hours, so that instants coincide; below the shortest time-out of 24 hours by one of them.
fn half_hours() -> impl Strategy<Value = Span> {
    (0_u64..24).prop_map(|count| Span::from_minutes(30 * count))
}

fn in_grace() -> impl Strategy<Value = Span> {
    (0_u64..=20).prop_map(Span::from_minutes)
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        (half_hours(), half_hours()).prop_map(|(began, took)| Fate::Delivered { began, took }),
        half_hours().prop_map(|after| Fate::Refused { after }),
        half_hours().prop_map(|after| Fate::DeferredThenExpired { after }),
        in_grace().prop_map(|after| Fate::DeliveredInGrace { after }),
        in_grace().prop_map(|after| Fate::CutInGrace { after }),
        half_hours().prop_map(|after| Fate::Cancelled { after }),
        Just(Fate::Expired),
    ]
}

/// A source, the instant of acceptance, and what then becomes of the message.
type Mail = (u32, Span, Fate);

fn mail() -> impl Strategy<Value = Vec<Mail>> {
    vec((0_u32..5, half_hours(), fate()), 1..40).prop_map(|mut mail| {
        mail.sort_by_key(|(_, accepted_at, _)| *accepted_at);
        mail
    })
}

/// A change that makes a lawful history unlawful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    DropEnd,
    RepeatEnd,
    MoveDeadline,
    WrongSite,
    SendAgain,
    DeliverTwice,
    DropCalls,
    DropOrders,
    ExpireEarly,
}

const CHANGES: [(Change, Rule); 9] = [
    (Change::DropEnd, Rule::EndsByDeadline),
    (Change::RepeatEnd, Rule::EndsOnce),
    (Change::MoveDeadline, Rule::DeadlineFixed),
    (Change::WrongSite, Rule::RightHost),
    (Change::SendAgain, Rule::NothingAfterTheEnd),
    (Change::DeliverTwice, Rule::NoDuplicate),
    (Change::DropCalls, Rule::CallBeforeDelivery),
    (Change::DropOrders, Rule::EndsOnce),
    (Change::ExpireEarly, Rule::NoEarlyReport),
];

/// A hub without fault, one message after the other.
struct Hub {
    events: Vec<Event>,
    /// Come before all else of their instant.
    orders: Vec<Event>,
    /// By how much a message that was never tried is given up before its deadline.
    hurry: Span,
}

impl Hub {
    fn does(&mut self, at: Instant, seen: Seen) {
        self.events.push((at, seen));
    }

    fn begins(&mut self, at: Instant, accepted: &Accepted) {
        let (message, site) = (accepted.message, SiteId(accepted.route.0));
        if accepted.route.0 >= BRANCH {
            let route = accepted.route;
            self.does(at, Seen::EtrnAnswered { site, asked: Asked::Route(route), code: 253 });
            self.does(at, Seen::Connecting { route, site });
            self.does(at, Seen::Connected { route, site });
        }
        self.does(at, Seen::TransferBegan { message, site });
    }

    fn delivers(&mut self, at: Instant, accepted: &Accepted) {
        let (message, site) = (accepted.message, SiteId(accepted.route.0));
        self.does(at, Seen::Delivered { message, site, attempts: 1, size_bytes: 1 });
    }

    fn fails(&mut self, at: Instant, accepted: &Accepted, status: Status) {
        let (message, site) = (accepted.message, SiteId(accepted.route.0));
        self.does(at, Seen::TransferFailed { message, site, status });
    }

    fn gives_up(&mut self, at: Instant, lost: &Accepted, status: Status) {
        let (message, attempts) = (lost.message, 0);
        if lost.sender_route.is_none() {
            self.does(at, Seen::DeadLettered { message, status, attempts });
            return;
        }
        self.does(at, Seen::Reported { message, kind: Kind::Failed, status, attempts });
        let report = accepted(message.report(Kind::Failed), at);
        self.does(at, Seen::Accepted(report));
        if message.ordinal() % 3 == 0 {
            self.gives_up(report.queue_deadline, &report, Status::EXPIRED);
        } else {
            self.begins(at, &report);
            self.delivers(at + Span::from_hours(1), &report);
        }
    }

    fn handles(&mut self, mail: &Accepted, fate: Fate) {
        let Accepted { message, accepted_at, queue_deadline: deadline, .. } = *mail;
        self.does(accepted_at, Seen::Accepted(*mail));
        match fate {
            Fate::Delivered { began, took } => {
                self.begins(accepted_at + began, mail);
                self.delivers((accepted_at + began + took).min(deadline + GRACE), mail);
            }
            Fate::Refused { after } => {
                let status = Status::new(5, 1, 1);
                self.begins(accepted_at, mail);
                self.fails(accepted_at + after, mail, status);
                self.gives_up(accepted_at + after, mail, status);
            }
            Fate::DeferredThenExpired { after } => {
                self.begins(accepted_at + after, mail);
                self.fails(accepted_at + after, mail, Status::BAD_CONNECTION);
                self.gives_up(deadline, mail, Status::BAD_CONNECTION);
            }
            Fate::DeliveredInGrace { after } => {
                self.begins(deadline - Span::from_micros(1), mail);
                self.delivers(deadline + after, mail);
            }
            Fate::CutInGrace { after } => {
                self.begins(deadline - Span::from_micros(1), mail);
                self.fails(deadline + after, mail, Status::BAD_CONNECTION);
                self.gives_up(deadline + after, mail, Status::BAD_CONNECTION);
            }
            Fate::Cancelled { after } => {
                let (order, target) = (Order::Cancel, Target::Route(mail.route));
                self.does(accepted_at + after, Seen::Cancelled { message });
                self.orders.push((accepted_at + after, Seen::Ordered { order, target }));
            }
            Fate::Expired => self.gives_up(deadline - self.hurry, mail, Status::EXPIRED),
        }
    }
}

/// The events of a faultless hub, by time; at equal instants as the messages were accepted.
fn told(mail: &[Mail], hurry: Span) -> Vec<Event> {
    let mut hub = Hub { events: Vec::new(), orders: Vec::new(), hurry };
    let mut ordinals = [0; 5];
    for (source, after, fate) in mail {
        let ordinal = &mut ordinals[*source as usize];
        let message = MessageId::mail(*source, *ordinal).expect("small");
        *ordinal += 1;
        hub.handles(&accepted(message, Instant::ZERO + *after), *fate);
    }
    let mut events = hub.orders;
    events.extend(hub.events);
    events.sort_by_key(|(at, seen)| (*at, !matches!(seen, Seen::Ordered { .. })));
    events
}

fn judged(events: &[Event]) -> Oracle {
    let mut oracle = Oracle::new(&world());
    for (at, seen) in events {
        oracle.see(*at, seen);
    }
    oracle.finish(Instant::ZERO + Span::from_hours(1_000));
    oracle
}

fn is_end(seen: &Seen) -> bool {
    matches!(
        seen,
        Seen::Delivered { .. }
            | Seen::Reported { .. }
            | Seen::DeadLettered { .. }
            | Seen::Cancelled { .. }
    )
}

/// The place of one of the events that `which` picks out, drawn by `nth`.
fn pick(events: &[Event], nth: usize, which: impl Fn(&Seen) -> bool) -> Option<usize> {
    let places: Vec<_> = (0..events.len()).filter(|place| which(&events[*place].1)).collect();
    (!places.is_empty()).then(|| places[nth % places.len()])
}

/// The history with the change in it; none where it has nothing to change.
fn changed(mail: &[Mail], change: Change, nth: usize) -> Option<Vec<Event>> {
    let mut events = told(mail, Span::ZERO);
    match change {
        Change::DropEnd => {
            let place = pick(&events, nth, is_end)?;
            events.remove(place);
        }
        Change::RepeatEnd => {
            let place = pick(&events, nth, is_end)?;
            events.insert(place, events[place]);
        }
        Change::MoveDeadline => {
            let place = pick(&events, nth, |seen| matches!(seen, Seen::Accepted(_)))?;
            if let Seen::Accepted(accepted) = &mut events[place].1 {
                accepted.queue_deadline += Span::from_micros(1);
            }
        }
        Change::WrongSite => {
            let place = pick(&events, nth, |seen| matches!(seen, Seen::TransferBegan { .. }))?;
            if let Seen::TransferBegan { site, .. } = &mut events[place].1 {
                site.0 = (site.0 + 1) % 3;
            }
        }
        Change::SendAgain | Change::DeliverTwice => {
            let wanted = change == Change::DeliverTwice;
            let is_wanted = |seen: &Seen| matches!(seen, Seen::Delivered { .. }) == wanted;
            let place = pick(&events, nth, |seen| is_end(seen) && is_wanted(seen))?;
            let message = events[place].1.message()?;
            let site = SiteId(accepted(message, Instant::ZERO).route.0);
            let at = events.last()?.0;
            events.push((at, Seen::TransferBegan { message, site }));
        }
        Change::DropCalls => {
            pick(&events, nth, |seen| matches!(seen, Seen::EtrnAnswered { .. }))?;
            events.retain(|(_, seen)| !matches!(seen, Seen::EtrnAnswered { .. }));
        }
        Change::DropOrders => {
            pick(&events, nth, |seen| matches!(seen, Seen::Ordered { .. }))?;
            events.retain(|(_, seen)| !matches!(seen, Seen::Ordered { .. }));
        }
        Change::ExpireEarly => {
            mail.iter().find(|(.., fate)| matches!(fate, Fate::Expired))?;
            events = told(mail, Span::from_micros(1));
        }
    }
    Some(events)
}

proptest! {
    #[test]
    fn a_lawful_history_is_not_blamed(mail in mail()) {
        let oracle = judged(&told(&mail, Span::ZERO));
        prop_assert_eq!(briefs(&oracle), Vec::<String>::new());
        prop_assert_eq!((oracle.open(), oracle.stranded()), (0, 0));
        prop_assert_eq!(oracle.largest_lateness(), Span::ZERO);
    }

    #[test]
    fn one_unlawful_change_is_blamed_by_its_rule(
        mail in mail(),
        (change, rule) in prop::sample::select(&CHANGES[..]),
        nth in 0_usize..1_000,
    ) {
        let Some(events) = changed(&mail, change, nth) else { return Ok(()) };
        let oracle = judged(&events);
        let is_blamed = oracle.counts().any(|(broken, _)| broken == rule);
        prop_assert!(is_blamed, "{rule} by {change:?}: {:?}", briefs(&oracle));
    }
}
