//! The queue beside a plain model of it, through whatever may happen: both bid the same, to the
//! letter and in the same order.
//!
//! After each input also: what waits is counted alike; the next wake-up is not in the past and not
//! after what is due; nothing is kept past its deadline but in its grace. Whatever begins ends once,
//! and all ends when nothing more happens but time. What a failure shrinks to belongs in a
//! transcript.

mod model;
mod room;
mod script;
mod world;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::proptest;
use proptest::test_runner::Config;
use room::{Limits, Room};
use script::{Script, Setup};
use world::World;

fn run(setup: Setup, script: &Script) {
    let mut world = World::new(setup);
    for (wait, act) in script {
        world.act(*wait, act);
    }
    world.run_out();
}

fn limits() -> impl Strategy<Value = Limits> {
    let limit = || prop_oneof![Just(None), Just(Some(1)), Just(Some(2)), Just(Some(3))];
    (1..=3_u32, limit(), limit())
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_queue_does_what_its_model_does(setup in script::setup(), script in script::script()) {
        run(setup, &script);
    }

    #[test]
    fn a_queue_goes_on_from_its_records(
        setup in script::setup(),
        script in script::script_with_restarts(),
    ) {
        run(setup, &script);
    }

    #[test]
    fn a_route_waits_for_room_only_where_there_is_none(
        limits in limits(),
        script in script::script(),
    ) {
        let mut room = Room::new(limits);
        for (wait, act) in &script {
            room.act(*wait, act);
        }
        room.run_out();
    }
}
