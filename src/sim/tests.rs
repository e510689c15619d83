//! Small runs in which the hub is away for a time, as those outside see them.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use super::{Adaptor, InMemory, RunEnd, RunError, Untouched, World};
use crate::base::{ByMode, Instant, Kind, MessageId, Notify, Order, RouteId, Span, Target};
use crate::queue::{Production, Record};
use crate::scenario::{Crash, Happening, HubEvent, Keep, Release, Scenario};
use crate::trace::{Alarm, Observer, Seen};

/// One host that calls, one sender in an office that is always there.
const TEXT: &str = r#"
title = "A hub that is away for a time"
why = "For tests."
horizon = "10d"

[[site]]
name = "branch"
calls = CALLS

[[route]]
domain = "branch.example"
site = "branch"
mode = "held"

[[route]]
domain = "office.example"
mode = "direct"

[[traffic]]
name = "orders"
from = "sales@office.example"
to = "clerk@branch.example"
at = MAIL
"#;

fn scenario(mail: &str, calls: &str) -> Scenario {
    let text = TEXT.replace("CALLS", &calls_at(calls)).replace("MAIL", mail);
    let read = Scenario::read("scenarios/test/away.toml", text.as_bytes(), &[]);
    let mut scenario = read.expect("the text is a scenario's");
    scenario.sources[0].resend = Span::from_minutes(15);
    scenario
}

fn calls_at(list: &str) -> String {
    if list == "[]" { "\"never\"".to_owned() } else { format!("{{ at = {list} }}") }
}

fn at(minutes: u64, seconds: u64) -> Instant {
    Instant::ZERO + Span::from_secs(60 * minutes + seconds)
}

fn event(at: Instant, what: Happening) -> HubEvent {
    HubEvent { at, what }
}

fn crash(minutes: u64, keep: Keep) -> Crash {
    Crash { down: Span::from_minutes(minutes), keep }
}

fn message(ordinal: u64) -> MessageId {
    MessageId::mail(0, ordinal).expect("small")
}

/// Notes everything, and that instants never go back.
#[derive(Default)]
struct Notebook(Vec<(Instant, Seen)>);

impl Observer for Notebook {
    fn see(&mut self, at: Instant, seen: &Seen) {
        assert!(self.0.last().is_none_or(|(before, _)| *before <= at), "{seen:?} at {at}");
        self.0.push((at, *seen));
    }
}

type Course = Vec<(Instant, Seen)>;

fn run_with(scenario: &Scenario, adaptor: impl Adaptor) -> Result<(Course, RunEnd), RunError> {
    let mut notebook = Notebook::default();
    let subject = InMemory::new(scenario, Production, adaptor)?;
    let end = World::new(scenario, 1, subject, &mut notebook).run(&AtomicBool::new(false))?;
    Ok((notebook.0, end))
}

fn run(scenario: &Scenario) -> Course {
    run_with(scenario, Untouched).expect("the run comes to its end").0
}

/// What is picked of a course, with its instants.
fn pick<T>(course: &Course, picked: impl Fn(&Seen) -> Option<T>) -> Vec<(Instant, T)> {
    course.iter().filter_map(|(at, seen)| Some((*at, picked(seen)?))).collect()
}

fn listed(course: &Course) -> Vec<u32> {
    let listed = pick(course, |seen| match seen {
        Seen::Listed { message, .. } => Some(message.ordinal()),
        _ => None,
    });
    listed.into_iter().map(|(_, ordinal)| ordinal).collect()
}

fn accepted(course: &Course) -> Vec<(Instant, (u32, Instant))> {
    pick(course, |seen| match seen {
        Seen::Accepted(it) if it.message.kind() == Kind::Mail => {
            Some((it.message.ordinal(), it.accepted_at))
        }
        _ => None,
    })
}

fn reported(course: &Course) -> Vec<(Instant, u32)> {
    pick(course, |seen| match seen {
        Seen::Reported { message, .. } => Some(message.ordinal()),
        _ => None,
    })
}

fn delivered(course: &Course) -> Vec<u32> {
    let delivered = pick(course, |seen| match seen {
        Seen::Delivered { message, .. } => Some(message.ordinal()),
        _ => None,
    });
    delivered.into_iter().map(|(_, ordinal)| ordinal).collect()
}

/// The names of what happened to the hub and to hosts, with its instants.
fn story(course: &Course) -> Vec<(Instant, &'static str)> {
    pick(course, |seen| match seen {
        Seen::Called { .. } => Some("called"),
        Seen::HungUp { .. } => Some("hung up"),
        Seen::EtrnAnswered { code: 251, .. } => Some("nothing waits"),
        Seen::EtrnAnswered { .. } => Some("promised"),
        Seen::TransferFailed { .. } => Some("transfer failed"),
        Seen::ConnectionFailed { .. } => Some("connection failed"),
        Seen::Delivered { .. } => Some("delivered"),
        Seen::Unacknowledged { .. } => Some("unacknowledged"),
        Seen::Crashed => Some("crashed"),
        Seen::Restarted => Some("restarted"),
        Seen::Suspended => Some("suspended"),
        Seen::Resumed => Some("resumed"),
        Seen::ListEnded => Some("listed"),
        Seen::Alarmed { .. } => Some("alarmed"),
        Seen::Ordered { .. } => Some("ordered"),
        _ => None,
    })
}

#[test]
fn what_was_acknowledged_is_there_after_a_crash_and_the_rest_as_far_as_it_is_kept() {
    for (keep, there) in [
        (Keep::None, &[0][..]),
        (Keep::First(0), &[0]),
        (Keep::First(1), &[0, 1]),
        (Keep::First(9), &[0, 1, 2]),
        (Keep::All, &[0, 1, 2]),
    ] {
        let mut scenario = scenario(r#"["30m", "60m", "60m"]"#, r#"["120m"]"#);
        scenario.persist_delay = Span::from_secs(10);
        scenario.events = vec![event(at(60, 5), Happening::Crash(crash(1, keep)))];
        let course = run(&scenario);
        // What was not acknowledged is sent again a quarter of an hour after the return.
        let (again, its_250) = (at(76, 5), at(76, 15));
        let expected = [(at(30, 10), (0, at(30, 0))), (its_250, (3, again)), (its_250, (4, again))];
        assert_eq!(accepted(&course), expected, "{keep:?}");
        assert_eq!(listed(&course), there, "{keep:?}");
        let delivered = delivered(&course);
        assert_eq!(delivered, [there, &[3, 4]].concat(), "{keep:?}");
        let hub: Vec<_> = story(&course).into_iter().take(5).collect();
        let unacknowledged = (at(60, 5), "unacknowledged");
        let back = at(61, 5);
        assert_eq!(
            hub,
            [
                (at(60, 5), "crashed"),
                unacknowledged,
                unacknowledged,
                (back, "restarted"),
                (back, "listed"),
            ]
        );
    }
}

/// Two recipients, one with a host that calls, one whose sender is told that it went on; orders, reports
/// of every kind.
fn busy(persist_delay: Span) -> Scenario {
    let mut scenario = scenario(r#"["10m", "20m", "21m", "3000m"]"#, r#"["30m"]"#);
    scenario.persist_delay = persist_delay;
    let orders = &mut scenario.sources[0];
    let mut second = orders.recipients[0].clone();
    second.address.route = RouteId(1);
    second.notify = Notify::NEVER.with(Kind::Relayed);
    orders.recipients.push(second);
    orders.deliver_by = Some((Span::from_hours(40), ByMode::Notify));
    let branch = Target::Route(RouteId(0));
    let second = Target::Message { route: RouteId(0), message: message(1) };
    scenario.events = vec![
        event(at(15, 0), Happening::Order(Order::Hold, branch)),
        event(at(25, 0), Happening::Order(Order::Cancel, second)),
        event(at(26, 0), Happening::Order(Order::Release, branch)),
        event(at(3_010, 0), Happening::Order(Order::Pause, Target::All)),
        event(at(3_020, 0), Happening::Order(Order::Resume, Target::All)),
    ];
    scenario
}

/// That what was accepted is there after each return and ends, and that what was not is whole.
fn is_consistent(course: &Course, recipients: usize) -> Result<(), String> {
    let (mut open, mut there) = (BTreeSet::new(), BTreeSet::new());
    let mut unacknowledged = Vec::new();
    for (at, seen) in course {
        match *seen {
            Seen::Accepted(it) => drop(open.insert(it.message)),
            Seen::Delivered { message, .. }
            | Seen::Reported { message, kind: Kind::Failed, .. }
            | Seen::DeadLettered { message, .. }
            | Seen::Suppressed { message, .. }
            | Seen::Cancelled { message } => drop(open.remove(&message)),
            Seen::Crashed => unacknowledged.clear(),
            Seen::Unacknowledged { message, .. } => unacknowledged.push(message),
            Seen::Restarted => there.clear(),
            Seen::Listed { message, .. } => drop(there.insert(message)),
            Seen::ListEnded if !open.is_subset(&there) => {
                return Err(format!("at {at} there are {there:?} of {open:?}"));
            }
            Seen::ListEnded => {
                for first in &unacknowledged {
                    let of = |it: &&MessageId| it.to(0) == Ok(*first);
                    let count = there.iter().filter(of).count();
                    if count != 0 && count != recipients {
                        return Err(format!("at {at} there are {count} recipients of {first}"));
                    }
                }
            }
            _ => {}
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} have not ended")) }
}

#[test]
fn a_crash_at_any_record_loses_nothing_that_was_accepted_and_splits_no_message() {
    let mut crashes = 0;
    for delay in [Span::ZERO, Span::from_micros(700_000)] {
        for keep in [Keep::None, Keep::Drawn, Keep::All] {
            for record in 1.. {
                let mut scenario = busy(delay);
                // A second one soon after the first: the log of what is stored goes on.
                let second = (record + 2, crash(3, keep));
                scenario.crashes_at_record = vec![(record, crash(2, keep)), second];
                let course = run(&scenario);
                let times = course.iter().filter(|(_, seen)| *seen == Seen::Crashed).count();
                if times == 0 {
                    break;
                }
                crashes += times;
                let consistent = is_consistent(&course, 2);
                assert_eq!(consistent, Ok(()), "record {record}, {keep:?}, {delay}");
            }
        }
    }
    assert!(crashes > 60, "{crashes}");
}

#[test]
fn a_run_with_crashes_is_the_same_twice() {
    let mut scenario = busy(Span::from_secs(1));
    scenario.crashes_at_record = vec![(3, crash(2, Keep::Drawn)), (9, crash(2, Keep::Drawn))];
    let run = || run_with(&scenario, Untouched).expect("the run comes to its end");
    let ((one, one_end), (two, two_end)) = (run(), run());
    assert_eq!(one, two);
    assert_eq!(one_end, two_end);
}

#[test]
fn what_fell_due_while_the_hub_was_away_ends_when_it_is_back() {
    let hours = |hours: u64| at(60 * hours, 0);
    for away in [Happening::Crash(crash(120, Keep::None)), Happening::Suspend(Span::from_hours(2))]
    {
        let mut scenario = scenario(r#"["0s", "2820m"]"#, "[]");
        scenario.events = vec![event(hours(47), away)];
        let course = run(&scenario);
        // The second arrives in the moment in which the hub goes, and is taken when it is back.
        let second = hours(49) + Span::from_hours(48);
        assert_eq!(reported(&course), [(hours(49), 0), (second, 2)]);
        assert_eq!(accepted(&course)[1..], [(hours(49), (2, hours(49)))]);
    }
}

#[test]
fn a_hub_that_sleeps_is_gone_for_its_hosts_and_loses_nothing() {
    let mut scenario = scenario(r#"["60m", "150m"]"#, r#"["120m", "150m", "240m"]"#);
    scenario.sites[0].line.rate_bits_s = Some(300);
    scenario.events = vec![event(at(120, 10), Happening::Suspend(Span::from_hours(1)))];
    let course = run(&scenario);
    let (asleep, awake, called) = (at(120, 10), at(180, 10), at(240, 0));
    assert_eq!(
        story(&course)[..12],
        [
            (at(120, 0), "called"),
            (at(120, 0), "promised"),
            (asleep, "suspended"),
            (asleep, "transfer failed"),
            (asleep, "connection failed"),
            (asleep, "hung up"),
            (at(150, 0), "called"),
            (at(150, 0), "hung up"),
            (awake, "resumed"),
            (called, "called"),
            (called, "promised"),
            (delivery(&course), "delivered"),
        ]
    );
    // A message that came while it slept was sent again each quarter of an hour.
    assert_eq!(accepted(&course)[1..], [(at(195, 0), (2, at(195, 0)))]);
    assert_eq!(delivered(&course), [0, 2]);
}

fn delivery(course: &Course) -> Instant {
    let delivered = pick(course, |seen| matches!(seen, Seen::Delivered { .. }).then_some(()));
    delivered[0].0
}

#[test]
fn a_hub_that_is_down_answers_no_call() {
    let mut scenario = scenario(r#"["10m"]"#, r#"["30m", "60m"]"#);
    scenario.events = vec![event(at(25, 0), Happening::Crash(crash(10, Keep::None)))];
    let course = run(&scenario);
    assert_eq!(
        story(&course)[..6],
        [
            (at(25, 0), "crashed"),
            (at(30, 0), "called"),
            (at(30, 0), "hung up"),
            (at(35, 0), "restarted"),
            (at(35, 0), "listed"),
            (at(60, 0), "called"),
        ]
    );
    assert_eq!(delivered(&course), [0]);
}

#[test]
fn an_answer_that_rests_on_records_is_waited_for() {
    let mut scenario = scenario(r#"["119m"]"#, r#"["120m"]"#);
    scenario.persist_delay = Span::from_secs(90);
    let course = run(&scenario);
    let answered = at(120, 30);
    assert_eq!(
        story(&course),
        [
            (at(120, 0), "called"),
            (answered, "promised"),
            (answered, "delivered"),
            // The hub closes the connection when it has the end on record.
            (answered + scenario.persist_delay, "hung up"),
        ]
    );
}

#[test]
fn a_clock_step_moves_no_deadline_but_makes_the_time_down_longer_or_shorter() {
    let minute_us = 60_000_000;
    // Down from 600 to 660 minutes; the return in hub time.
    for (step_at, step_us, back, alarm) in [
        (500, 600 * minute_us, at(660, 0), None),
        (630, 0, at(660, 0), None),
        (630, 120 * minute_us, at(780, 0), None),
        (630, -20 * minute_us, at(640, 0), None),
        (630, -60 * minute_us, at(600, 0), None),
        (630, -61 * minute_us, at(600, 0), Some(Alarm::WallClockWentBack)),
        (660, -90 * minute_us, at(660, 0), None),
        (700, -90 * minute_us, at(660, 0), None),
    ] {
        let mut scenario = scenario(r#"["0s"]"#, "[]");
        let step = event(at(step_at, 0), Happening::ClockStep(step_us));
        scenario.events = vec![event(at(600, 0), Happening::Crash(crash(60, Keep::All))), step];
        scenario.events.sort_by_key(|event| event.at);
        let course = run(&scenario);
        let picked = pick(&course, |seen| match seen {
            Seen::Restarted => Some(("back", None)),
            Seen::Alarmed { alarm } => Some(("alarm", Some(*alarm))),
            Seen::Reported { .. } => Some(("reported", None)),
            _ => None,
        });
        let mut expected = vec![(back, ("back", None)), (at(2_880, 0), ("reported", None))];
        if alarm.is_some() {
            expected.insert(1, (back, ("alarm", alarm)));
        }
        assert_eq!(picked, expected, "a step of {step_us} at {step_at}");
    }
}

#[test]
fn what_is_ordered_of_a_hub_that_is_down_is_done_when_it_is_back() {
    let mut scenario = scenario(r#"["60m"]"#, r#"["120m"]"#);
    scenario.crashes_at_record = vec![(1, crash(10, Keep::None))];
    let order = Happening::Order(Order::Pause, Target::All);
    scenario.events = vec![
        event(at(65, 0), Happening::List),
        event(at(66, 0), Happening::Crash(crash(5, Keep::None))),
        event(at(67, 0), order),
    ];
    let course = run(&scenario);
    let (back, back_again) = (at(70, 0), at(75, 0));
    assert_eq!(
        story(&course)[..9],
        [
            (at(60, 0), "crashed"),
            (at(60, 0), "unacknowledged"),
            (back, "restarted"),
            (back, "listed"),
            (back, "listed"),
            (back, "crashed"),
            (back_again, "restarted"),
            (back_again, "listed"),
            (back_again, "ordered"),
        ]
    );
    assert_eq!(listed(&course), [0, 0, 0], "its record was written");
}

struct DropsDeliveries;

impl Adaptor for DropsDeliveries {
    fn write(&mut self, record: Record) -> Option<Record> {
        (!matches!(record, Record::Delivered { .. })).then_some(record)
    }
}

#[test]
fn a_hub_that_is_back_at_the_first_of_all_instants_tries_at_once() {
    let mut scenario = scenario(r#"["0s"]"#, "[]");
    scenario.sources[0].recipients[0].address.route = RouteId(1);
    scenario.crashes_at_record = vec![(1, crash(0, Keep::All))];
    assert_eq!(delivery(&run(&scenario)), Instant::ZERO);
}

#[test]
fn a_record_that_gets_lost_on_its_way_is_believed_and_not_read_again() {
    let mut scenario = scenario(r#"["60m"]"#, r#"["120m"]"#);
    scenario.persist_delay = Span::from_secs(1);
    scenario.events = vec![event(at(180, 0), Happening::Crash(crash(1, Keep::None)))];
    let honest = run(&scenario);
    assert_eq!((listed(&honest), delivered(&honest)), (vec![], vec![0]));
    let (course, _) = run_with(&scenario, DropsDeliveries).expect("the run comes to its end");
    assert_eq!(listed(&course), [0]);
    let deadline = at(60, 0) + Span::from_hours(48);
    assert_eq!(reported(&course), [(deadline + scenario.persist_delay, 0)]);
}

#[test]
fn mail_that_is_refused_for_now_is_sent_again_until_it_is_taken() {
    let mut scenario = scenario(r#"["10m", "10m", "10m"]"#, r#"["30m", "60m"]"#);
    scenario.policy.changes.limit_messages = Some(2);
    scenario.persist_delay = Span::from_secs(1);
    let course = run(&scenario);
    let refused = pick(&course, |seen| match seen {
        Seen::Refused { message, .. } => Some(message.ordinal()),
        _ => None,
    });
    assert_eq!(refused, [(at(10, 0), 2), (at(25, 0), 3)]);
    assert_eq!(accepted(&course)[2..], [(at(40, 1), (4, at(40, 0)))]);
    assert_eq!(delivered(&course), [0, 1, 4]);
}

#[test]
fn an_order_is_seen_before_what_comes_of_it() {
    let mut scenario = scenario(r#"["10m", "10m"]"#, "[]");
    let first = Target::Message { route: RouteId(0), message: message(0) };
    scenario.events = vec![
        event(at(20, 0), Happening::Order(Order::Cancel, first)),
        event(at(30, 0), Happening::Order(Order::Expire, Target::All)),
    ];
    let course = run(&scenario);
    let picked = pick(&course, |seen| match seen {
        Seen::Ordered { order, .. } => Some((order.name(), None)),
        Seen::Cancelled { message } => Some(("cancelled", Some(*message))),
        Seen::Reported { message, .. } => Some(("reported", Some(*message))),
        _ => None,
    });
    assert_eq!(
        picked,
        [
            (at(20, 0), ("cancel", None)),
            (at(20, 0), ("cancelled", Some(message(0)))),
            (at(30, 0), ("expire", None)),
            (at(30, 0), ("reported", Some(message(1)))),
        ]
    );
}

#[test]
fn a_policy_that_was_reloaded_is_for_later_mail_and_holds_after_a_crash() {
    let mut scenario = scenario(r#"["10m", "60m"]"#, "[]");
    let mut policy = scenario.policy.clone();
    policy.changes.timeout_normal = Some(Span::from_hours(1));
    scenario.events = vec![
        event(at(30, 0), Happening::Reload(Box::new(policy))),
        event(at(40, 0), Happening::Crash(crash(1, Keep::All))),
    ];
    let course = run(&scenario);
    let reloaded = pick(&course, |seen| match seen {
        Seen::Reloaded { event } => Some(*event),
        _ => None,
    });
    assert_eq!(reloaded, [(at(30, 0), 0)]);
    assert_eq!(reported(&course), [(at(120, 0), 1), (at(10, 0) + Span::from_hours(48), 0)]);
}

#[test]
fn a_message_is_held_until_the_wall_clock_says_so_as_it_stood_when_it_was_sent() {
    // Sent at 10 minutes, to be held until 180 by a wall clock that is set at 5 and at 20.
    for (first_step_m, release_m) in [(0, 180), (60, 120), (-60, 240), (300, 10)] {
        let mut scenario = scenario(r#"["10m"]"#, r#"["115m", "125m", "185m", "245m"]"#);
        scenario.sources[0].release =
            Some(Release::AtUnixUs(scenario.start_unix_us + 180 * 60_000_000));
        scenario.events = vec![
            event(at(5, 0), Happening::ClockStep(first_step_m * 60_000_000)),
            event(at(20, 0), Happening::ClockStep(7 * 60_000_000)),
        ];
        let course = run(&scenario);
        let release_at = pick(&course, |seen| match seen {
            Seen::Accepted(it) if it.message == message(0) => it.release_at,
            _ => None,
        });
        assert_eq!(release_at, [(at(10, 0), at(release_m, 0))]);
        let next_call = [115, 125, 185, 245].into_iter().find(|call| *call >= release_m);
        assert_eq!(Some(delivery(&course)), next_call.map(|minutes| at(minutes, 0)));
    }
}
