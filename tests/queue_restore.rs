//! A queue rebuilt from its records, case by case.

use restante::base::{
    Instant, Kind, MessageId, Notify, Order, Priority, RouteId, SiteId, Span, State, Status, Target,
};
use restante::queue::{
    ClientId, Effect, Extensions, Input, Mode, Policy, Production, Queue, Record, RestoreError,
    Route, Routes, Tried,
};

const HELD: RouteId = RouteId(0);
const DIRECT: RouteId = RouteId(1);
const STRANGE: RouteId = RouteId(2);
const DEADLINE: Instant = Instant::from_micros(48 * 3_600_000_000);
const REFUSED: Status = Status::new(4, 2, 2);

fn routes() -> Routes {
    let route = |domain: &str, mode| Route {
        domain: domain.to_owned(),
        mode,
        owner: ClientId(1),
        site: SiteId(0),
        queue: None,
    };
    Routes::new(vec![route("a.example", Mode::Held), route("d.example", Mode::Direct)])
        .expect("two domains")
}

fn restore(at: Instant, records: &[Record]) -> Result<Queue, RestoreError> {
    Queue::restore(Production, Policy::ims(), routes(), at, records.iter().copied())
}

fn message(ordinal: u64) -> MessageId {
    MessageId::mail(0, ordinal).expect("a small number")
}

fn minute(minutes: u64) -> Instant {
    Instant::ZERO + Span::from_minutes(minutes)
}

fn accepted(ordinal: u64, route: RouteId, sender: Option<RouteId>) -> Record {
    Record::Accepted {
        message: message(ordinal),
        accepted_at: Instant::ZERO,
        deadline: DEADLINE,
        priority: Priority::Normal,
        size_bytes: 10,
        route,
        sender,
        notify: Notify::ABSENT,
        release_at: None,
        deliver_by: None,
    }
}

fn deferred(attempts: u16, next_try: Option<Instant>) -> Record {
    Record::Deferred { message: message(0), attempts, status: REFUSED, next_try }
}

fn failed(route: RouteId, tried: Tried, next_try: Option<Instant>) -> Record {
    Record::RouteFailed { route, at: minute(5), status: Status::NO_ANSWER, tried, next_try }
}

fn returned(route: RouteId) -> Record {
    Record::Reported {
        about: message(0),
        kind: Kind::Failed,
        at: minute(1),
        deadline: minute(1) + Span::from_hours(48),
        route,
        size_bytes: 2_048,
        status: Status::EXPIRED,
        attempts: 0,
    }
}

#[test]
fn records_that_cannot_be_this_queues_are_refused() {
    let unknown_route = |record, route| RestoreError::UnknownRoute { record, route };
    let unknown = |record| RestoreError::UnknownMessage { record, message: message(0) };
    let delivered = Record::Delivered { message: message(0) };
    let here = accepted(0, HELD, None);
    let route_failed = failed(STRANGE, Tried::AllThatWait, None);
    for (records, expected) in [
        (vec![accepted(0, STRANGE, None)], unknown_route(1, STRANGE)),
        (vec![accepted(0, HELD, Some(STRANGE))], unknown_route(1, STRANGE)),
        (vec![here, returned(STRANGE)], unknown_route(2, STRANGE)),
        (vec![here, route_failed], unknown_route(2, STRANGE)),
        (vec![Record::RouteAnswered { route: STRANGE }], unknown_route(1, STRANGE)),
        (vec![delivered], unknown(1)),
        (vec![here, delivered, delivered], unknown(3)),
        (vec![deferred(1, None)], unknown(1)),
        (vec![here, returned(HELD), returned(HELD)], unknown(3)),
    ] {
        let got = restore(minute(2), &records).map(|_| ());
        assert_eq!(got, Err(expected), "{records:?}");
    }
}

#[test]
fn a_refusal_says_whose_fault_it_is() {
    let messages = [accepted(0, STRANGE, None), Record::Delivered { message: message(0) }]
        .map(|record| restore(minute(0), &[record]).err().map(|error| error.to_string()));
    let expected = [
        "record 1 needs route 2, which is not configured; put it back",
        "record 1 is about message 0.0, which is not there: the records are not whole",
    ];
    assert_eq!(messages, expected.map(|text| Some(text.to_owned())));
}

#[test]
fn a_message_waits_for_its_last_next_try_and_not_for_one_that_was_made() {
    let records =
        [accepted(0, DIRECT, None), deferred(1, Some(minute(15))), deferred(2, Some(minute(45)))];
    let mut queue = restore(minute(20), &records).expect("records of such a queue");
    for (at, connects) in [(20, 0), (44, 0), (45, 1)] {
        let mut effects = Vec::new();
        queue.handle(minute(at), Input::Wake, &mut effects);
        assert_eq!(effects.len(), connects, "at {at} min: {effects:?}");
    }
}

#[test]
fn a_route_waits_for_its_last_next_try_unless_it_answered_since() {
    let failed = |minutes| failed(DIRECT, Tried::AllThatWait, Some(minute(minutes)));
    let lost = |minutes| self::failed(DIRECT, Tried::OneMessage, Some(minute(minutes)));
    let answered = Record::RouteAnswered { route: DIRECT };
    for (records, tried_at) in [
        (vec![], 20),
        (vec![failed(15)], 20),
        (vec![failed(15), failed(45)], 45),
        (vec![lost(45)], 45),
        (vec![failed(45), answered], 20),
        (vec![failed(15), answered, failed(30)], 30),
    ] {
        let records = [vec![accepted(0, DIRECT, None)], records].concat();
        let mut queue = restore(minute(20), &records).expect("records of such a queue");
        let mut effects = Vec::new();
        for at in 20..=45 {
            queue.handle(minute(at), Input::Wake, &mut effects);
            assert_eq!(!effects.is_empty(), at >= tried_at, "at {at} min after {records:?}");
        }
    }
}

#[test]
fn a_route_is_on_its_ladder_where_it_was() {
    let failed = |tried| failed(DIRECT, tried, Some(minute(20)));
    let (all, one) = (failed(Tried::AllThatWait), failed(Tried::OneMessage));
    let answered = Record::RouteAnswered { route: DIRECT };
    for (records, minutes, attempts) in [
        (vec![], 15, 2),
        (vec![all], 30, 3),
        (vec![one], 30, 2),
        (vec![one, all, one], 240, 3),
        (vec![one, answered], 15, 2),
    ] {
        let before = [vec![accepted(0, DIRECT, None), deferred(1, None)], records].concat();
        let mut queue = restore(minute(20), &before).expect("records of such a queue");
        let mut effects = Vec::new();
        queue.handle(minute(20), Input::Wake, &mut effects);
        let [Effect::Connect { connection, .. }] = effects[..] else { panic!("{effects:?}") };
        effects.clear();
        queue.handle(
            minute(20),
            Input::Connected { connection, offers: Extensions::default() },
            &mut effects,
        );
        let [Effect::Transfer { attempt, .. }] = effects[..] else { panic!("{effects:?}") };
        assert_eq!(attempt, attempts, "after {before:?}");
        let status = Status::BAD_CONNECTION;
        queue.handle(minute(20), Input::Dropped { connection, status }, &mut effects);
        let next_try = Some(minute(20 + minutes));
        let climbed = Record::RouteFailed {
            route: DIRECT,
            at: minute(20),
            status,
            tried: Tried::OneMessage,
            next_try,
        };
        assert!(effects.contains(&Effect::Record(climbed)), "after {before:?}: {effects:?}");
    }
}

#[test]
fn a_failed_connection_is_no_try_of_a_message_whose_own_try_came_after_it() {
    let failed = |minutes| Record::RouteFailed {
        route: DIRECT,
        at: minute(minutes),
        status: Status::NO_ANSWER,
        tried: Tried::AllThatWait,
        next_try: Some(minute(20)),
    };
    for (records, expected) in [
        (vec![], 2),
        (vec![failed(14)], 2),
        (vec![failed(15)], 3),
        (vec![failed(13), failed(14), failed(16), failed(17)], 4),
    ] {
        let before = [accepted(0, DIRECT, None), deferred(1, Some(minute(15)))];
        let records = [&before[..], &records].concat();
        let mut queue = restore(minute(20), &records).expect("records of such a queue");
        let mut effects = Vec::new();
        queue.handle(minute(20), Input::Wake, &mut effects);
        let [Effect::Connect { connection, .. }] = effects[..] else { panic!("{effects:?}") };
        queue.handle(
            minute(20),
            Input::Connected { connection, offers: Extensions::default() },
            &mut effects,
        );
        let Some(Effect::Transfer { attempt, .. }) = effects.last() else { panic!("{effects:?}") };
        assert_eq!(*attempt, expected, "after {records:?}");
    }
}

#[test]
fn a_message_is_accepted_once() {
    let here = accepted(0, HELD, Some(DIRECT));
    let twice = RestoreError::AcceptedTwice { record: 2, message: message(0) };
    assert_eq!(restore(minute(0), &[here, here]).err(), Some(twice));
    let text =
        "record 2 accepts message 0.0, which is there already: the records are not one queue's";
    assert_eq!(twice.to_string(), text);
    let report = Record::Accepted {
        message: message(0).report(Kind::Failed),
        accepted_at: minute(0),
        deadline: DEADLINE,
        priority: Priority::Normal,
        size_bytes: 10,
        route: HELD,
        sender: None,
        notify: Notify::ABSENT,
        release_at: None,
        deliver_by: None,
    };
    let twice = RestoreError::AcceptedTwice { record: 3, message: message(0).report(Kind::Failed) };
    assert_eq!(restore(minute(0), &[here, report, returned(HELD)]).err(), Some(twice));
}

#[test]
fn what_expired_while_the_queue_was_down_ends_at_the_first_input() {
    let records = [accepted(0, HELD, Some(DIRECT)), accepted(1, HELD, None)];
    let now = Instant::ZERO + Span::from_hours(50);
    let mut queue = restore(now, &records).expect("records of such a queue");
    let mut effects = Vec::new();
    queue.handle(now, Input::Wake, &mut effects);
    queue.handle(now, Input::Persisted { upto: 2 }, &mut effects);
    let (id, status) = (message(0), Status::EXPIRED);
    for expected in [
        Effect::Report {
            about: id,
            kind: Kind::Failed,
            status,
            attempts: 0,
            route: DIRECT,
            size_bytes: 2_048,
            born_at: now,
            deadline: now + Span::from_hours(48),
        },
        Effect::DeadLetter { message: message(1), status, attempts: 0 },
    ] {
        assert!(effects.contains(&expected), "{expected:?} is not among {effects:?}");
    }
    let left = queue.census().messages.iter().sum::<u32>();
    assert_eq!(left, 1, "the report alone is left");
}

#[test]
fn a_bad_policy_is_refused_before_any_record() {
    let policy = Policy { retry: vec![Span::ZERO], ..Policy::ims() };
    let error = Queue::restore(Production, policy, routes(), Instant::ZERO, []).err();
    assert!(matches!(error, Some(RestoreError::Policy(_))), "{error:?}");
}

#[test]
fn records_of_what_is_not_there_are_refused_whatever_they_say_of_it() {
    let unknown_route = |record, route| RestoreError::UnknownRoute { record, route };
    let unknown = |record, of| RestoreError::UnknownMessage { record, message: of };
    let (here, id) = (accepted(0, HELD, Some(DIRECT)), message(0));
    let ordered = |order, target| Record::Ordered { order, target };
    let about = |kind| Record::Reported {
        about: id,
        kind,
        at: minute(1),
        deadline: DEADLINE,
        route: DIRECT,
        size_bytes: 10,
        status: Status::EXPIRED,
        attempts: 0,
    };
    let suppressed = Record::Suppressed { message: id, at: minute(1), status: REFUSED };
    let it = Target::Message { route: HELD, message: id };
    for (records, expected) in [
        (vec![suppressed], unknown(1, id)),
        (vec![about(Kind::Delayed)], unknown(1, id)),
        (vec![here, about(Kind::Relayed), about(Kind::Delayed)], unknown(3, id)),
        (vec![ordered(Order::Hold, it)], unknown(1, id)),
        (vec![here, ordered(Order::Cancel, it), ordered(Order::Release, it)], unknown(3, id)),
        (vec![here, ordered(Order::Cancel, Target::All), suppressed], unknown(3, id)),
        (vec![ordered(Order::Pause, Target::Route(STRANGE))], unknown_route(1, STRANGE)),
    ] {
        let got = restore(minute(2), &records).map(|_| ());
        assert_eq!(got, Err(expected), "{records:?}");
    }
}

#[test]
fn a_message_stands_where_its_records_leave_it() {
    let ordered = |order, target| Record::Ordered { order, target };
    let it = Target::Message { route: HELD, message: message(0) };
    let with_release = |minutes| match accepted(0, HELD, None) {
        Record::Accepted { message, accepted_at, deadline, priority, size_bytes, .. } => {
            Record::Accepted {
                message,
                accepted_at,
                deadline,
                priority,
                size_bytes,
                route: HELD,
                sender: None,
                notify: Notify::ABSENT,
                release_at: Some(minute(minutes)),
                deliver_by: None,
            }
        }
        record => record,
    };
    let (hold, release) = (ordered(Order::Hold, it), ordered(Order::Release, Target::All));
    let (pause, resume) = (Order::Pause, Order::Resume);
    for (records, state) in [
        (vec![accepted(0, HELD, None)], State::Held),
        (vec![accepted(0, HELD, None), hold], State::OnHold),
        (vec![accepted(0, HELD, None), hold, release], State::Held),
        (vec![accepted(0, HELD, None), hold, deferred(1, None)], State::OnHold),
        (vec![with_release(20)], State::Held),
        (vec![with_release(21)], State::Future),
        (vec![with_release(21), hold], State::OnHold),
        (vec![with_release(21), hold, release], State::Future),
        (vec![with_release(19), hold, release], State::Held),
        (vec![accepted(0, HELD, None), ordered(pause, Target::All)], State::Paused),
        (vec![ordered(pause, Target::Route(HELD)), accepted(0, HELD, None)], State::Paused),
        (vec![ordered(pause, Target::Route(DIRECT)), accepted(0, HELD, None)], State::Held),
        (
            vec![
                accepted(0, HELD, None),
                ordered(pause, Target::All),
                ordered(resume, Target::Route(HELD)),
            ],
            State::Held,
        ),
        (vec![accepted(0, DIRECT, None), deferred(1, Some(minute(21)))], State::Scheduled),
    ] {
        let queue = restore(minute(20), &records).expect("records of such a queue");
        let listed: Vec<_> =
            queue.list().map(|listing| (listing.state, listing.deadline)).collect();
        assert_eq!(listed, [(state, DEADLINE)], "{records:?}");
        assert_eq!(queue.census().messages[state as usize], 1, "{records:?}");
    }
}

#[test]
fn each_message_keeps_the_deadline_of_its_record() {
    // More time-outs than there are FIFOs, older acceptances behind younger ones.
    let deadline = |ordinal: u64| minute(1_000 + ordinal * 7 % 400);
    let records: Vec<Record> = (0..400)
        .map(|ordinal| match accepted(ordinal, HELD, None) {
            Record::Accepted { message, priority, size_bytes, notify, .. } => Record::Accepted {
                message,
                accepted_at: minute(ordinal % 3),
                deadline: deadline(ordinal),
                priority,
                size_bytes,
                route: HELD,
                sender: None,
                notify,
                release_at: None,
                deliver_by: None,
            },
            record => record,
        })
        .collect();
    let mut queue = restore(minute(500), &records).expect("records of such a queue");
    assert!(queue.list().all(|it| it.deadline == deadline(u64::from(it.message.ordinal()))));
    let mut effects = Vec::new();
    queue.handle(minute(500), Input::Persisted { upto: u64::MAX }, &mut effects);
    for at in 1_000..1_400 {
        assert_eq!(queue.next_wakeup(), minute(at));
        effects.clear();
        queue.handle(minute(at), Input::Wake, &mut effects);
        let ended = effects.iter().filter_map(|effect| match effect {
            Effect::DeadLetter { message, .. } => Some(deadline(u64::from(message.ordinal()))),
            _ => None,
        });
        assert_eq!(ended.collect::<Vec<_>>(), [minute(at)]);
    }
}

#[test]
fn a_message_that_was_released_waits_for_no_try_of_its_own() {
    let it = Target::Message { route: DIRECT, message: message(0) };
    let ordered = |order| Record::Ordered { order, target: it };
    let deferred = deferred(1, Some(minute(30)));
    let held = [accepted(0, DIRECT, None), deferred, ordered(Order::Hold)];
    for (orders, connects_at) in [(vec![], None), (vec![ordered(Order::Release)], Some(20))] {
        let records = [&held[..], &orders].concat();
        let mut queue = restore(minute(20), &records).expect("records of such a queue");
        let connects = |minutes: &u64| {
            let mut effects = Vec::new();
            queue.handle(minute(*minutes), Input::Wake, &mut effects);
            !effects.is_empty()
        };
        assert_eq!((20..40).find(connects), connects_at, "after {records:?}");
    }
}
