//! Hosts against the production queue: what is seen, line by line.
//!
//! Every case is a small world and a change to it; the first message is there at the start, 1,000 bytes.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use crate::base::{Instant, Order, Priority, RouteId, Span, Status, Target};
use crate::queue::Production;
use crate::scenario::{
    Arrivals, Calls, Course, Does, Flapping, Happening, HubEvent, Line, Occasions, Presence, Says,
    Scenario, Ties, Trouble, TroublePhase, Varied,
};
use crate::sim::{InMemory, RunEnd, Untouched, World};
use crate::trace::{Asked, Observer, Seen};

/// A host that calls after an hour, and one that is always there, for which mail is sent at once.
const WORLD: &str = r#"
title = "Hosts"
why = "Each case changes what it is about."
horizon = "12h"

[[site]]
name = "branch"
calls = { at = ["1h"] }

[[site]]
name = "depot"

[[route]]
domain = "branch.example"
site = "branch"
mode = "held"

[[route]]
domain = "depot.example"
site = "depot"
mode = "direct"

[[traffic]]
name = "orders"
from = "sales@depot.example"
to = "clerk@branch.example"
at = ["0s"]
size = "1000B"
"#;

/// What is seen of hosts and their sessions, one event a line.
#[derive(Default)]
struct Story(String);

impl Observer for Story {
    fn see(&mut self, at: Instant, seen: &Seen) {
        let what = match *seen {
            Seen::Called { .. } => "called".to_owned(),
            Seen::HungUp { .. } => "hung up".to_owned(),
            Seen::EtrnAnswered { asked: Asked::Route(_), code, .. } => format!("answer {code}"),
            Seen::EtrnAnswered { asked: Asked::Node(node), code, .. } => {
                format!("node {node}: answer {code}")
            }
            Seen::Connecting { .. } => "connecting".to_owned(),
            Seen::Connected { .. } => "connected".to_owned(),
            Seen::ConnectionFailed { .. } => "lost".to_owned(),
            Seen::ConnectionClosed { .. } => "closed".to_owned(),
            Seen::TransferBegan { .. } => "began".to_owned(),
            Seen::TransferFailed { status, .. } => format!("failed {status}"),
            Seen::Ambiguous { .. } => "ambiguous".to_owned(),
            Seen::Delivered { .. } => "delivered".to_owned(),
            _ => return,
        };
        writeln!(self.0, "{at}: {what}").expect("a string takes all");
    }
}

fn world(change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut scenario =
        Scenario::read("tests/hosts.toml", WORLD.as_bytes(), &[]).expect("the world can be read");
    change(&mut scenario);
    scenario
}

fn run<O: Observer>(scenario: &Scenario, seed: u64, observer: O) -> RunEnd {
    let subject = InMemory::new(scenario, Production, Untouched).expect("the queue takes it");
    let world = World::new(scenario, seed, subject, observer).noting_course();
    world.run(&AtomicBool::new(false)).expect("the run ends")
}

fn story(change: impl FnOnce(&mut Scenario)) -> Vec<String> {
    let mut story = Story::default();
    run(&world(change), 1, &mut story);
    story.0.lines().map(str::to_owned).collect()
}

fn course(change: impl FnOnce(&mut Scenario)) -> Course {
    run(&world(change), 1, Story::default()).course.expect("it was to be noted")
}

fn line(scenario: &mut Scenario) -> &mut Line {
    &mut scenario.sites[0].line
}

fn at(minutes: u64) -> Instant {
    Instant::ZERO + Span::from_minutes(minutes)
}

/// What goes wrong in a phase the first time.
fn once(phase: TroublePhase, does: Does) -> Trouble {
    let (from, until) = (Instant::ZERO, Instant::NEVER);
    Trouble { phase, does, occasions: Occasions::Nth(vec![1]), from, until }
}

const LATER: Does = Does::Refuse(Status::new(4, 2, 1));
const DROP: Does = Does::Drop { after_bytes: 0 };

#[test]
fn a_host_that_calls_is_served_and_hangs_up() {
    let served = "1h: called, 1h: answer 253, 1h: connecting, 1h: connected, 1h: began, \
                  1h: delivered, 1h: closed, 1h: hung up";
    assert_eq!(story(|_| ()).join(", "), served);
}

#[test]
fn what_goes_wrong_in_a_phase_is_heard_there_and_by_its_time_out() {
    use TroublePhase::{Command, Connect, Data, FinalDot, Greeting, Lookup};
    for (phase, does, after) in [
        (Lookup, LATER, "1h: lost, 1h 1m: hung up"),
        (Lookup, Does::Hang, "1h 1m: hung up, 1h 5m: lost"),
        (Connect, LATER, "1h: lost, 1h: hung up"),
        (Connect, Does::Hang, "1h 5m: lost, 1h 5m: hung up"),
        (Greeting, LATER, "1h: lost, 1h: hung up"),
        (Greeting, Does::Hang, "1h 5m: lost, 1h 5m: hung up"),
        (Greeting, DROP, "1h: hung up, 1h: lost"),
    ] {
        let told = story(|world| world.sites[0].troubles = vec![once(phase, does)]);
        assert_eq!(told[3..].join(", "), after, "{phase:?} {does:?}");
    }
    for (phase, does, after) in [
        (Command, LATER, "1h: failed 4.2.1, 1h: closed, 1h: hung up"),
        (Command, Does::Hang, "1h 5m: failed 4.4.2, 1h 5m: lost, 1h 5m: hung up"),
        (Command, DROP, "1h: hung up, 1h: failed 4.4.2, 1h: lost"),
        (Data, LATER, "1h: failed 4.2.1, 1h: closed, 1h: hung up"),
        (Data, Does::Hang, "1h 3m: failed 4.4.2, 1h 3m: lost, 1h 3m: hung up"),
        (Data, Does::Drop { after_bytes: 1_000 }, "1h: hung up, 1h: failed 4.4.2, 1h: lost"),
        (Data, Does::Drop { after_bytes: 1_001 }, "1h: delivered, 1h: closed, 1h: hung up"),
        (FinalDot, LATER, "1h: failed 4.2.1, 1h: closed, 1h: hung up"),
        (
            FinalDot,
            Does::Hang,
            "1h 10m: ambiguous, 1h 10m: failed 4.4.2, 1h 10m: lost, 1h 10m: hung up",
        ),
        (FinalDot, DROP, "1h: hung up, 1h: ambiguous, 1h: failed 4.4.2, 1h: lost"),
    ] {
        let told = story(|world| world.sites[0].troubles = vec![once(phase, does)]);
        assert_eq!(told[5..].join(", "), after, "{phase:?} {does:?}");
    }
}

/// A line that takes its time: 2 s there and back, 1,000 bytes a second, and 2 s for each message.
fn slow(world: &mut Scenario) {
    let line = line(world);
    line.rate_bits_s = Some(8_000);
    line.delay = Span::from_secs(1);
    line.per_message = Span::from_secs(2);
}

#[test]
fn what_goes_wrong_comes_when_the_answer_would_have_come() {
    use TroublePhase::{Command, Connect, Data, FinalDot, Greeting};
    for (trouble, last) in [
        (None, "1h 13s: hung up"),
        (Some((Connect, LATER)), "1h 2s: hung up"),
        (Some((Greeting, LATER)), "1h 4s: hung up"),
        (Some((Command, LATER)), "1h 8s: hung up"),
        (Some((Data, LATER)), "1h 11s: hung up"),
        (Some((Data, Does::Drop { after_bytes: 500 })), "1h 10.5s: lost"),
        (Some((FinalDot, LATER)), "1h 13s: hung up"),
        (Some((FinalDot, DROP)), "1h 13s: lost"),
    ] {
        let told = story(|world| {
            slow(world);
            let trouble = trouble.map(|(phase, does)| once(phase, does));
            world.sites[0].troubles = trouble.into_iter().collect();
        });
        assert_eq!(told.last().map(String::as_str), Some(last), "{trouble:?}");
    }
}

#[test]
fn the_time_out_of_the_data_is_felt_with_and_without_a_delay() {
    let last = |taken: Span, delay: Span, data: Option<Span>| {
        let told = story(|world| {
            (line(world).per_message, line(world).delay) = (taken, delay);
            world.policy.changes.phase_data = data;
        });
        let is_end = |it: &&String| it.ends_with("delivered") || it.ends_with("failed 4.4.2");
        let end = told.iter().find(is_end).expect("it ends");
        end.rsplit(": ").next().map(str::to_owned)
    };
    let (seconds, none) = (Span::from_secs, Span::ZERO);
    for (taken, data, end) in [
        (seconds(179), None, "delivered"),
        (seconds(181), None, "failed 4.4.2"),
        (seconds(240), None, "failed 4.4.2"),
        (seconds(9), Some(seconds(10)), "delivered"),
        (seconds(20), Some(seconds(10)), "failed 4.4.2"),
        (seconds(400), Some(seconds(600)), "delivered"),
    ] {
        for delay in [none, Span::from_micros(1)] {
            let seen = last(taken, delay, data);
            assert_eq!(seen.as_deref(), Some(end), "{taken} with {data:?}, delay {delay}");
        }
    }
}

#[test]
fn only_what_is_lost_after_the_final_dot_is_ambiguous() {
    let lost_at = |seconds| {
        story(|world| {
            slow(world);
            line(world).drops_at = vec![at(60) + Span::from_secs(seconds)];
        })
    };
    let before = ["1h 10s: hung up", "1h 10s: failed 4.4.2", "1h 10s: lost"];
    let after = ["1h 12s: hung up", "1h 12s: ambiguous", "1h 12s: failed 4.4.2", "1h 12s: lost"];
    assert_eq!(lost_at(10)[5..], before);
    assert_eq!(lost_at(12)[5..], after);
}

#[test]
fn a_host_asks_for_what_it_says_in_its_order() {
    let said = |nodes: Vec<u32>| {
        story(|world| {
            world.nodes = vec!["BRANCH.example".to_owned(), "depot.example".to_owned()];
            world.sites[0].says = Says::Nodes(nodes);
        })
    };
    let asked = "1h: called, 1h: node 1: answer 459, 1h: node 0: answer 253, 1h: connecting, \
                 1h: node 0: answer 253, 1h: connected";
    assert_eq!(said(vec![1, 0, 0])[..6].join(", "), asked);
    assert_eq!(said(vec![1]), ["1h: called", "1h: node 1: answer 459", "1h: hung up"]);
    assert_eq!(said(vec![]), ["1h: called", "1h: hung up"]);
}

#[test]
fn a_host_waits_only_for_what_it_was_promised_and_only_for_so_long() {
    let hang = || vec![once(TroublePhase::Lookup, Does::Hang)];
    let nothing_yet = story(|world| {
        world.sources[0].arrivals = Arrivals::At(vec![at(120)]);
    });
    assert_eq!(nothing_yet, ["1h: called", "1h: answer 251", "1h: hung up"]);
    for (patience, length, hung_up) in [
        (Span::ZERO, None, "1h: hung up"),
        (Span::from_secs(90), None, "1h 1m 30s: hung up"),
        (Span::ZERO, Some(Span::from_minutes(2)), "1h 2m: hung up"),
    ] {
        let told = story(|world| {
            world.sites[0].troubles = hang();
            line(world).patience = patience;
            line(world).call_length = length;
        });
        assert_eq!(told[3..], [hung_up, "1h 5m: lost"]);
    }
}

#[test]
fn a_host_that_was_promised_mail_waits_for_a_hub_that_is_not_ready_yet() {
    let ordered = |minutes, seconds, order| HubEvent {
        at: at(minutes) + Span::from_secs(seconds),
        what: Happening::Order(order, Target::All),
    };
    let paused = |resumes: Option<(u64, u64)>| {
        story(|world| {
            world.events = vec![ordered(30, 0, Order::Pause)];
            let resumed =
                resumes.map(|(minutes, seconds)| ordered(minutes, seconds, Order::Resume));
            world.events.extend(resumed);
        })
    };
    assert_eq!(paused(None)[..3], ["1h: called", "1h: answer 253", "1h 1m: hung up"]);
    let served = "1h 30s: connecting, 1h 30s: connected, 1h 30s: began, 1h 30s: delivered, \
                  1h 30s: closed, 1h 30s: hung up";
    assert_eq!(paused(Some((60, 30)))[2..].join(", "), served);

    let slow_disk = story(|world| world.persist_delay = Span::from_secs(1));
    assert_eq!(slow_disk.last().map(String::as_str), Some("1h 1s: hung up"));
    let no_patience = story(|world| {
        world.persist_delay = Span::from_secs(1);
        world.sources[0].arrivals = Arrivals::At(vec![at(59) + Span::from_micros(59_500_000)]);
        line(world).patience = Span::ZERO;
    });
    assert_eq!(no_patience[..2], ["1h: called", "1h: hung up"]);
}

#[test]
fn a_busy_line_is_dialled_again_so_often_and_no_more() {
    let calls = |redials, busy_permille, seed| {
        let world = world(|world| {
            let line = line(world);
            (line.redials, line.busy_permille) = (redials, busy_permille);
            line.redial = Span::from_minutes(2);
        });
        run(&world, seed, Story::default()).course.expect("it was to be noted").sites[0]
            .calls
            .clone()
    };
    assert_eq!(calls(5, 0, 1), [at(60)]);
    assert_eq!(calls(5, 1_000, 1), []);
    let of_seeds: Vec<_> = (0..40).flat_map(|seed| calls(2, 500, seed)).collect();
    let through = |minutes| of_seeds.iter().filter(|call| **call == at(minutes)).count();
    let counts = [through(60), through(62), through(64)];
    assert_eq!(counts.iter().sum::<usize>(), of_seeds.len());
    assert!(of_seeds.len() < 40 && counts.iter().all(|count| *count > 0), "{counts:?}");
}

#[test]
fn late_calls_keep_their_order_and_their_bounds() {
    let instants: Vec<Instant> = (1..=30).map(|number| at(60 + number)).collect();
    let (least, most) = (Span::from_secs(30), Span::from_minutes(10));
    let calls = course(|world| {
        let late = (least, most);
        let instants = instants.clone();
        world.sites[0].presence = Presence::OnCall(Calls::Timetable { instants, late });
        world.sources[0].arrivals = Arrivals::At(vec![at(300)]);
    })
    .sites
    .swap_remove(0)
    .calls;
    assert_eq!(calls.len(), instants.len());
    assert!(calls.is_sorted());
    for (call, on_time) in calls.iter().zip(&instants) {
        assert!(*on_time + least <= *call && call.since(*on_time) <= Span::from_minutes(15));
    }
    assert!(
        calls
            .iter()
            .zip(&instants)
            .any(|(call, on_time)| call.since(*on_time) > Span::from_minutes(5))
    );
}

/// Mail for the host that is always there, over a line that takes a second for it.
fn to_depot(world: &mut Scenario) {
    world.sources[0].recipients[0].address.route = RouteId(1);
    world.sites[1].line.rate_bits_s = Some(8_000);
}

#[test]
fn a_host_that_is_always_there_is_there_again_as_soon_as_its_line_has_dropped() {
    let told = story(|world| {
        to_depot(world);
        world.sites[0].presence = Presence::OnCall(Calls::Never);
        world.sites[1].line.drops_at = vec![Instant::from_micros(500_000), at(15)];
    });
    let cut = "0s: connecting, 0s: connected, 0s: began, 0.5s: failed 4.4.2, 0.5s: lost";
    assert_eq!(told[..5].join(", "), cut);
    let again = "15m 0.5s: connecting, 15m 0.5s: connected, 15m 0.5s: began, \
                 15m 1.5s: delivered, 15m 1.5s: closed";
    assert_eq!(told[5..].join(", "), again);
}

#[test]
fn a_host_that_flaps_answers_in_between_and_drops_what_is_on() {
    let flapping = |up, down, from, world: &mut Scenario| {
        to_depot(world);
        world.sites[0].presence = Presence::OnCall(Calls::Never);
        let (up, down) = (Span::from_minutes(up), Span::from_minutes(down));
        let pattern = Flapping { up, down, jitter_permille: 0, from, until: at(600) };
        world.sites[1].presence = Presence::Always { outages: Vec::new(), flapping: Some(pattern) };
    };
    let told = story(|world| flapping(60, 20, at(0), world));
    let tries = "0s: connecting, 0s: lost, 15m: connecting, 15m: lost, 45m: connecting";
    assert_eq!(told[..5].join(", "), tries);
    assert_eq!(told.last().map(String::as_str), Some("45m 1s: closed"));
    let cut = story(|world| flapping(60, 20, Instant::from_micros(400_000), world));
    assert_eq!(cut[3..5], ["0.4s: failed 4.4.2", "0.4s: lost"]);
    let outages = course(|world| flapping(10, 5, at(0), world)).sites.swap_remove(1).outages;
    assert_eq!(outages[..2], [(at(0), at(5)), (at(15), at(20))]);
}

/// A world in which everything is drawn that can be.
fn all_by_chance(world: &mut Scenario) {
    slow(world);
    let chance = |phase, does, permille| Trouble {
        occasions: Occasions::Chance(permille),
        ..once(phase, does)
    };
    world.sites[0].presence = Presence::OnCall(Calls::Every {
        first: (at(0), at(60)),
        interval: Span::from_minutes(40),
        jitter_permille: 300,
        until: at(600),
    });
    let line = line(world);
    (line.busy_permille, line.redial, line.redials) = (300, Span::from_minutes(2), 2);
    (line.drop_permille, line.drop_within) = (400, Span::from_minutes(1));
    world.sites[0].troubles = vec![
        chance(TroublePhase::Command, LATER, 200),
        chance(TroublePhase::FinalDot, DROP, 100),
        chance(TroublePhase::FinalDot, LATER, 200),
    ];
    let (from, until, mean) = (at(0), at(500), Span::from_minutes(5));
    let orders = &mut world.sources[0];
    orders.arrivals = Arrivals::Poisson { from, until, mean };
    orders.size_bytes = Varied::Between(100, 20_000);
    orders.priority = Varied::Weighted(Priority::ALL.map(|one| (one, 1)).to_vec());
    let mut stock = world.sources[0].clone();
    stock.name = "stock".to_owned();
    world.sources.push(stock);
    world.sources.swap(0, 1);
    to_depot(world);
    world.sites[1].presence = Presence::Always {
        outages: Vec::new(),
        flapping: Some(Flapping {
            up: Span::from_minutes(10),
            down: Span::from_minutes(5),
            jitter_permille: 500,
            from: at(1),
            until: at(600),
        }),
    };
}

/// The same world, all that was drawn in it written out.
fn by_course(world: &mut Scenario, course: &Course) {
    for (site, course) in world.sites.iter_mut().zip(&course.sites) {
        site.presence = match site.presence {
            Presence::OnCall(_) => Presence::OnCall(Calls::At(course.calls.clone())),
            Presence::Always { .. } => {
                Presence::Always { outages: course.outages.clone(), flapping: None }
            }
        };
        (site.line.busy_permille, site.line.drop_permille) = (0, 0);
        site.line.drops_at.clone_from(&course.drops);
        for (trouble, struck) in site.troubles.iter_mut().zip(&course.strikes) {
            trouble.occasions = Occasions::Nth(struck.clone());
        }
    }
    for (source, sent) in world.sources.iter_mut().zip(&course.sources) {
        source.arrivals = Arrivals::At(sent.iter().map(|sent| sent.at).collect());
        source.size_bytes = Varied::Each(sent.iter().map(|sent| sent.size_bytes).collect());
        source.priority = Varied::Each(sent.iter().map(|sent| sent.priority).collect());
    }
}

#[test]
fn a_run_by_what_was_noted_of_another_is_that_run() {
    let mut drops = 0;
    for seed in 1..=20 {
        let drawn = world(all_by_chance);
        let end = run(&drawn, seed, Story::default());
        let mut course = end.course.expect("it was to be noted");
        let [branch, depot] = course.sites.as_slice() else { panic!("there are two sites") };
        assert!(!branch.calls.is_empty() && !depot.outages.is_empty());
        drops += branch.drops.len();
        let mut written = drawn;
        by_course(&mut written, &course);
        let again = run(&written, seed + 100, Story::default());
        assert_eq!(again.lanes.seen, end.lanes.seen, "seed {seed}");
        assert_eq!(again.lanes.disk, end.lanes.disk, "seed {seed}");
        // These are no chance any more.
        for site in &mut course.sites {
            site.drops.clear();
            site.outages.clear();
        }
        assert!(again.course == Some(course), "another course, seed {seed}");
    }
    assert!(drops > 0, "no line dropped");
}

#[test]
fn what_does_not_depend_on_each_other_comes_out_the_same_in_any_order() {
    let seen = |ties, seed| {
        let world = world(|world| {
            world.ties = ties;
            let mut stock = world.sources[0].clone();
            stock.name = "stock".to_owned();
            stock.arrivals = Arrivals::At(vec![at(60); 3]);
            world.sources.push(stock);
            world.sources.swap(0, 1);
            to_depot(world);
        });
        run(&world, seed, Story::default()).lanes.fingerprint(&world).seen
    };
    for seed in 0..10 {
        assert_eq!(seen(Ties::Shuffled, seed), seen(Ties::Fixed, 0));
    }
}
