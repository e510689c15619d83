//! Calls, by whatever name, and what an administrator's orders make of them.

use restante::base::{RouteId, Span};
use restante::trace::Asked;

use crate::history::{check, judged, world, world_with};

/// Mail waits for branch, and a connection for it is on.
const WAITING: &str = "0s accept orders.0; 1h connect branch; 1h greet branch;";

#[test]
fn i13_a_call_is_answered_truly() {
    check(
        &world(),
        WAITING,
        &[
            ("1h ask branch branch.example 250", ""),
            ("1h ask branch BRANCH.Example 252", ""),
            ("1h ask branch @branch.example 253", ""),
            ("1h ask branch branch.example 251", "I13 1h branch"),
            ("1h ask branch branch.example 458", "I13 1h branch"),
            ("1h ask branch branch.example 459", "I13 1h branch"),
            ("1h ask branch nobody.example 459", ""),
            ("1h ask branch nobody.example 251", "I13 1h branch"),
            ("1h ask branch @example 459", ""),
            ("1h ask branch @example 253", "I13 1h branch"),
            ("1h ask branch #both 459", ""),
            ("1h ask branch #both 253", "I13 1h branch"),
            ("1h ask branch #night 459", ""),
            ("1h ask mill branch.example 459", ""),
            ("1h ask mill branch.example 253", "I13 1h mill"),
            ("1h ask branch b~ranch 501", ""),
            ("1h ask branch b~ranch 500", ""),
            ("1h ask branch b~ranch 459", "I13 1h branch"),
            ("1h etrn mill 251", ""),
            ("1h etrn mill 253", "I13 1h mill"),
            ("1h deliver orders.0 branch; 2h etrn branch 251", "I5 1h orders.0"),
        ],
    );
    check(
        &world_with(|world| world.routes[2].queue = None),
        WAITING,
        &[("1h ask branch #both 253; 1h begin orders.0 branch", "")],
    );
}

#[test]
fn i5_a_call_opens_a_flush_for_each_route_that_it_may_name() {
    check(
        &world(),
        WAITING,
        &[
            ("1h ask branch @branch.example 253; 1h begin orders.0 branch", ""),
            (
                "1h ask branch @example 253; 1h begin orders.0 branch",
                "I13 1h branch; I5 1h orders.0",
            ),
            (
                "1h ask mill branch.example 253; 1h begin orders.0 branch",
                "I13 1h mill; I5 1h orders.0",
            ),
        ],
    );
    let world = world_with(|world| world.routes[2].site = world.routes[1].site);
    check(
        &world,
        "0s accept orders.0; 0s accept grain.0; 1h ask branch #both 253; 1h connect branch;
         1h greet branch; 1h connect mill; 1h greet mill; 1h begin orders.0 branch;",
        &[("1h begin grain.0 branch", ""), ("1h lose branch; 1h begin grain.0 branch", "")],
    );
    let oracle = judged(&world, "");
    assert_eq!(oracle.routes_asked(&Asked::Node(4)), [RouteId(1), RouteId(2)]);
    assert_eq!(oracle.routes_asked(&Asked::Route(RouteId(2))), [RouteId(2)]);
    assert_eq!(oracle.routes_asked(&Asked::Node(6)), []);
}

#[test]
fn i13_after_consent_the_hub_begins_a_connection_at_once() {
    check(
        &world(),
        "0s accept orders.0; ",
        &[
            ("1h call branch 253; 2h finish", ""),
            ("1h etrn branch 253; 2h finish", "I13 1h orders.0"),
            ("1h etrn branch 253; 1h+1us connect branch", "I13 1h orders.0"),
            ("1h etrn branch 253; 1h cancel orders.0; 2h finish", ""),
            ("1h order pause branch; 1h etrn branch 253; 2h finish", ""),
            ("1h order pause all; 1h etrn branch 253; 2h finish", ""),
            ("1h order pause mill; 1h etrn branch 253; 2h finish", "I13 1h orders.0"),
            (
                "1h order pause branch; 1h order resume branch; 1h etrn branch 253; 2h finish",
                "I13 1h orders.0",
            ),
            ("1h etrn branch 253; 1h crash; 2h finish", ""),
            ("1h etrn branch 253; 1h suspend; 2h finish", ""),
        ],
    );
    check(
        &world_with(|world| world.expect.slack = Span::from_secs(1)),
        "0s accept orders.0; 1h etrn branch 253;",
        &[("1h+1s connect branch", ""), ("1h+1s+1us connect branch", "I13 1h 1s orders.0")],
    );
    check(
        &world_with(|world| world.policy.terms.connections = Some(1)),
        "0s accept orders.0; 1h etrn branch 253;",
        &[("2h finish", "")],
    );
}

#[test]
fn i13_what_is_held_back_is_not_released_by_a_call() {
    check(
        &world(),
        "0s accept orders.0; ",
        &[
            ("1h order hold branch; 2h etrn branch 251; 3h finish", ""),
            ("1h order hold orders.0; 2h etrn branch 253; 3h finish", "I13 2h branch"),
            ("1h order hold all; 2h order release orders.0; 2h etrn branch 251", "I13 2h branch"),
            ("1h order hold mill; 2h call branch 253", ""),
            ("1h order hold branch; 2h accept orders.1; 2h call branch 253", ""),
        ],
    );
    check(
        &world(),
        "0s accept orders.0 release 10h; ",
        &[
            ("10h-1us etrn branch 251", ""),
            ("10h-1us etrn branch 253", "I13 9h 59m 59.999999s branch"),
            ("10h call branch 253", ""),
            ("10h etrn branch 251", "I13 10h branch"),
        ],
    );
}

#[test]
fn i13_a_flush_offers_all_that_may_go_before_it_ends() {
    const FLUSH: &str = "0s accept orders.0; 0s accept orders.1; 1h call branch 253;
        1h begin orders.0 branch; 1h fail orders.0 branch 4.2.0;";
    check(
        &world(),
        FLUSH,
        &[
            ("2h close branch", "I13 2h orders.1"),
            ("2h begin orders.1 branch; 2h fail orders.1 branch 4.2.0; 2h close branch", ""),
            ("2h accept orders.2; 2h cancel orders.1; 2h close branch", "I13 2h orders.2"),
            ("2h cancel orders.1; 2h close branch", ""),
            ("2h order hold orders.1; 2h close branch", ""),
            ("2h order pause branch; 2h close branch", ""),
            ("2h cancel orders.1; 2h accept orders.2 release 3h; 2h close branch", ""),
            ("2h cancel orders.1; 1h+1s accept orders.2 release 2h; 2h close branch", ""),
            (
                "2h cancel orders.1; 2h accept orders.2 release 3h; 3h+1us close branch",
                "I13 3h 0.000001s orders.2",
            ),
            ("2h connect branch; 2h close branch", ""),
            ("2h lose branch", ""),
        ],
    );
}

#[test]
fn i13_a_connection_that_is_not_greeted_is_given_up_in_time() {
    check(
        &world(),
        "0s connect hq; ",
        &[
            ("10m-1us finish", ""),
            ("10m finish", "I13 10m hq"),
            ("10m lose hq; 1h finish", ""),
            ("10m+1us lose hq; 1h finish", "I13 10m hq"),
            ("9m greet hq; 1h finish", ""),
            ("9m crash; 1h finish", ""),
            ("5m connect hq; 6m greet hq; 1h finish", "I13 15m hq"),
        ],
    );
}
