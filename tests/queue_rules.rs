//! A queue whose rules decide otherwise does as they say, whatever state a message is in: a bug of the
//! museum is such a rule.

use restante::base::{
    ByMode, DeliverBy, Instant, Kind, MessageId, Notify, Order, Priority, RouteId, SiteId, Span,
    State, Status, Target,
};
use restante::queue::{
    AtDeadline, ClientId, ConnectionId, Effect, Extensions, FailedTry, ForwardPath, Input, Mode,
    Named, NextTry, Notice, Overdue, Phase, Policy, Production, Queue, Route, Routes, Rules,
    Submission,
};

const HELD: RouteId = RouteId(0);
const DIRECT: RouteId = RouteId(1);
const FIRST: ConnectionId = ConnectionId { slot: 0, generation: 0 };

fn minute(minutes: u64) -> Instant {
    Instant::ZERO + Span::from_minutes(minutes)
}

/// A queue with all time-outs at ten minutes, whose peers may be silent for ever.
fn queue<R: Rules>(rules: R) -> Queue<R> {
    let route = |domain: &str, mode| Route {
        domain: domain.to_owned(),
        mode,
        owner: ClientId(1),
        site: SiteId(0),
        queue: None,
    };
    let routes =
        Routes::new(vec![route("a.example", Mode::Held), route("d.example", Mode::Direct)]);
    let policy = Policy {
        timeout: [Span::from_minutes(10); 3],
        phase_timeout: [Span::from_hours(100); Phase::COUNT],
        ..Policy::ims()
    };
    let mut queue = Queue::new(rules, policy, routes.expect("two domains")).expect("a policy");
    queue.handle(Instant::ZERO, Input::Persisted { upto: u64::MAX }, &mut Vec::new());
    queue
}

fn message(ordinal: u64) -> MessageId {
    MessageId::mail(0, ordinal).expect("a small number")
}

fn mail(ordinal: u64, recipient: &[ForwardPath]) -> Submission<'_> {
    Submission {
        message: message(ordinal),
        priority: Priority::Normal,
        size_bytes: 10,
        sender: None,
        release_at: None,
        deliver_by: None,
        recipients: recipient,
    }
}

/// Brings the first message into a state in which it is at its deadline, ten minutes on.
fn bring<R: Rules>(queue: &mut Queue<R>, state: State) {
    let to = |route| [ForwardPath { route, notify: Notify::ABSENT }];
    let (held, direct) = (to(HELD), to(DIRECT));
    let order = |order| Input::Order { order, target: Target::All };
    let greeted = Input::Connected { connection: FIRST, offers: Extensions::default() };
    let dropped = Input::Dropped { connection: FIRST, status: Status::NO_ANSWER };
    let future = Submission {
        release_at: Some(minute(60)),
        deliver_by: Some(DeliverBy { at: minute(10), mode: ByMode::Return }),
        ..mail(0, &held)
    };
    let urgent = Submission { priority: Priority::Urgent, ..mail(1, &direct) };
    let inputs = match state {
        State::Held => vec![Input::Submit(mail(0, &held))],
        State::Scheduled => vec![Input::Submit(mail(0, &direct)), dropped],
        State::Connecting => vec![Input::Submit(mail(0, &direct))],
        State::Ready => vec![Input::Submit(mail(0, &direct)), Input::Submit(urgent), greeted],
        State::InTransfer => vec![Input::Submit(mail(0, &direct)), greeted],
        State::Future => vec![Input::Submit(future)],
        State::Paused => vec![order(Order::Pause), Input::Submit(mail(0, &held))],
        State::OnHold => vec![Input::Submit(mail(0, &held)), order(Order::Hold)],
    };
    for input in inputs {
        queue.handle(Instant::ZERO, input, &mut Vec::new());
    }
    assert_eq!(listed_state(queue), Some(state));
}

fn listed_state<R: Rules>(queue: &Queue<R>) -> Option<State> {
    queue.list().find(|listing| listing.message == message(0)).map(|listing| listing.state)
}

struct Always(AtDeadline);

impl Rules for Always {
    fn at_deadline(&self, _: &Policy, overdue: &Overdue) -> AtDeadline {
        assert_eq!((overdue.kind, overdue.deadline), (Kind::Mail, minute(10)));
        self.0
    }
}

#[test]
fn grace_in_any_state_ends_a_message_at_its_end() {
    for state in State::ALL {
        let mut queue = queue(Always(AtDeadline::Grace(Span::from_minutes(4))));
        bring(&mut queue, state);
        queue.handle(minute(14) - Span::from_micros(1), Input::Wake, &mut Vec::new());
        assert_eq!(listed_state(&queue), Some(state));
        let mut effects = Vec::new();
        queue.handle(minute(14), Input::Wake, &mut effects);
        let ended = |effect: &Effect| matches!(effect, Effect::DeadLetter { message, .. } if *message == self::message(0));
        assert!(effects.iter().any(ended), "{state}: {effects:?}");
        assert_eq!(listed_state(&queue), None, "{state}");
    }
}

#[test]
fn what_is_ignored_at_its_deadline_stays_in_any_state() {
    for state in State::ALL {
        let mut queue = queue(Always(AtDeadline::Ignore));
        bring(&mut queue, state);
        queue.handle(minute(14), Input::Wake, &mut Vec::new());
        assert_eq!(listed_state(&queue), Some(state));
        queue.handle(minute(600), Input::Wake, &mut Vec::new());
        assert!(listed_state(&queue).is_some(), "{state}");
    }
}

struct Nagging;

impl Rules for Nagging {
    fn delay_notice(&self, _: &Policy, _: Mode, told_after: Option<Span>) -> Option<Span> {
        Some(told_after.unwrap_or(Span::ZERO).saturating_add(Span::from_minutes(3)))
    }
}

#[test]
fn rules_that_tell_of_a_delay_again_and_again_are_obeyed() {
    let mut queue = queue(Nagging);
    let recipient = [ForwardPath { route: HELD, notify: Notify::ABSENT }];
    let from_office = Submission { sender: Some(HELD), ..mail(0, &recipient) };
    queue.handle(Instant::ZERO, Input::Submit(from_office), &mut Vec::new());
    for at in 1..=9 {
        let mut effects = Vec::new();
        queue.handle(minute(at), Input::Wake, &mut effects);
        let told = |it: &&Effect| matches!(it, Effect::Report { kind: Kind::Delayed, .. });
        assert_eq!(effects.iter().filter(told).count(), usize::from(at % 3 == 0), "at {at} min");
    }
}

/// Decides everything otherwise than it should be.
struct Contrary;

impl Rules for Contrary {
    fn timeout(&self, _: &Policy, _: Kind, _: Priority) -> Span {
        Span::from_minutes(7)
    }

    fn counts_from(&self, _: Instant, _: Option<Instant>) -> Instant {
        minute(8)
    }

    fn at_deadline(&self, _: &Policy, _: &Overdue) -> AtDeadline {
        AtDeadline::Ignore
    }

    fn released(&self, _: &Routes, _: ClientId, _: &str) -> Named {
        Named::AtMostOne(Some(DIRECT))
    }

    fn next_try(&self, _: &Policy, _: &FailedTry) -> NextTry {
        NextTry::GiveUp
    }

    fn notice(&self, _: Option<RouteId>, _: Kind, _: Notify) -> Notice {
        Notice::Suppress
    }

    fn delay_notice(&self, _: &Policy, _: Mode, _: Option<Span>) -> Option<Span> {
        Some(Span::from_minutes(9))
    }
}

/// What rules decide of one message, one decision after the other.
fn decisions<R: Rules>(rules: R) -> [String; 7] {
    let routes = queue(Production).routes().clone();
    let policy = Policy::ims();
    let (kind, deadline, now) = (Kind::Mail, minute(10), minute(11));
    let state = State::Held;
    let overdue = Overdue { kind, state, deadline, now, attempts: 0, status: None };
    let failed = FailedTry { failures: 1, now, deadline: None };
    let notice = rules.notice(Some(HELD), Kind::Failed, Notify::ABSENT);
    [
        format!("{:?}", rules.timeout(&policy, kind, Priority::Normal)),
        format!("{:?}", rules.counts_from(minute(1), Some(minute(2)))),
        format!("{:?}", rules.at_deadline(&policy, &overdue)),
        format!("{:?}", rules.released(&routes, ClientId(1), "a.example")),
        format!("{:?}", rules.next_try(&policy, &failed)),
        format!("{notice:?}"),
        format!("{:?}", rules.delay_notice(&policy, Mode::Held, None)),
    ]
}

#[test]
fn rules_that_are_borrowed_decide_as_they_do() {
    let (contrary, proper) = (decisions(Contrary), decisions(Production));
    for (number, (one, other)) in contrary.iter().zip(&proper).enumerate() {
        assert_ne!(one, other, "decision {number}");
    }
    assert_eq!(decisions(&Contrary), contrary);
    assert_eq!(decisions(Production), proper);
}
