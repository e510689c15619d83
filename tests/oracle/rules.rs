//! For each rule a table: what is lawful beside what is not, and exactly what the judge finds.

use restante::base::Span;
use restante::scenario::Scenario;

use crate::history::{check, world, world_with};

fn with_slack() -> Scenario {
    world_with(|world| world.expect.slack = Span::from_secs(1))
}

fn without_retries() -> Scenario {
    world_with(|world| world.policy.terms.retry = Vec::new())
}

fn with_notices() -> Scenario {
    world_with(|world| world.policy.terms.delay_notice_direct = Some(Span::from_hours(1)))
}

#[test]
fn i1_every_message_is_accepted_once_and_ends_once() {
    check(
        &world(),
        "",
        &[
            ("0s accept memos.0; 1s begin memos.0 hq; 2s deliver memos.0 hq", ""),
            ("0s accept memos.0; 1s cancel memos.0; 72h finish", ""),
            ("0s accept memos.0; 0s accept memos.1; 0s accept orders.0", ""),
            ("0s accept memos.3; 0s accept memos.5; 0s accept memos.4", ""),
            ("0s accept memos.0; 1s accept memos.0", "I1 1s memos.0"),
            ("0s accept memos.0; 1s cancel memos.0; 2s accept memos.0", "I1 2s memos.0"),
            ("0s accept memos.0; 1s cancel memos.0; 2s cancel memos.0", "I1 2s memos.0"),
            (
                "0s accept memos.0; 1s accept memos.1; 2s cancel memos.1; 3s cancel memos.1;
                 4s cancel memos.1",
                "I1 3s memos.1",
            ),
            ("0s cancel memos.0", "I1 0s memos.0"),
            (
                "0s accept memos.0; 24h ndr memos.0 4.4.7; 24h ndr memos.0 4.4.7",
                "I1 1d memos.0; I4 1d memos.0; I1 1d memos.0.failed",
            ),
            ("0s accept memos.0; 1s remove memos.0", "I1 1s memos.0"),
            ("0s accept memos.0; 1s order cancel hq; 2s remove memos.0", "I1 2s memos.0"),
            ("0s accept memos.0; 1s order cancel hq; 1s remove memos.0", ""),
            ("0s accept memos.0; 1s order cancel all; 1s remove memos.0", ""),
            ("0s accept memos.0; 1s order cancel branch; 1s remove memos.0", "I1 1s memos.0"),
            ("0s accept memos.0; 1s order expire hq; 1s remove memos.0", "I1 1s memos.0"),
        ],
    );
}

#[test]
fn i1_the_sender_of_what_fails_is_told_at_that_instant() {
    check(
        &world(),
        "",
        &[
            ("0s accept memos.0; 24h ndr memos.0 4.4.7", ""),
            ("0s accept news.0; 72h dead news.0 4.4.7; 200h finish", ""),
            ("0s accept news.0; 72h suppress news.0 4.4.7", "I1 3d news.0"),
            ("0s accept news.0; 72h report news.0 failed 4.4.7; 80h finish", "I8 3d news.0"),
            ("0s accept memos.0; 24h ndr memos.0 4.4.7; 72h dead memos.0.failed 4.4.7", ""),
            ("0s accept memos.0; 24h dead memos.0 4.4.7", "I1 1d memos.0"),
            ("0s accept memos.0; 24h suppress memos.0 4.4.7", "I1 1d memos.0"),
            ("0s accept memos.0; 24h report memos.0 failed 4.4.7; 30h finish", "I1 1d memos.0"),
            (
                "0s accept memos.0; 24h report memos.0 failed 4.4.7; 24h+1us accept memos.0.failed",
                "I1 1d memos.0; I1 1d 0.000001s memos.0.failed",
            ),
            ("0s accept memos.0; 1s accept memos.0.failed", "I1 1s memos.0.failed"),
            (
                "0s accept memos.0; 24h ndr memos.0 4.4.7; 25h deliver memos.0.failed hq;
                 26h accept memos.0.failed",
                "I1 1d 2h memos.0.failed",
            ),
        ],
    );
}

#[test]
fn i2_whatever_waits_ends_by_its_deadline() {
    check(
        &world(),
        "",
        &[
            ("0s accept orders.0; 48h ndr orders.0 4.4.7", ""),
            ("0s accept orders.0; 48h-1us finish", ""),
            ("0s accept orders.0; 48h finish", "I2 2d orders.0"),
            ("0s accept orders.0; 48h accept orders.1; 48h ndr orders.0 4.4.7", ""),
            ("0s accept orders.0; 48h+1us accept orders.1", "I2 2d orders.0"),
            ("0s accept orders.0; 48h+1us ndr orders.0 4.4.7; 50h finish", "I2 2d orders.0"),
            ("0s accept memos.0; 100h finish", "I2 1d memos.0"),
            ("0s accept news.0; 100h finish", "I2 3d news.0"),
            (
                "0s accept news.0; 0s accept orders.0; 1h accept orders.1; 0s accept memos.0;
                 500h finish",
                "I2 1d memos.0; I2 2d orders.0; I2 2d 1h orders.1; I2 3d news.0",
            ),
            (
                "0s accept orders.0; 1h accept orders.1; 2h accept orders.2; 3h cancel orders.1;
                 49h+1us cancel orders.0; 60h finish",
                "I2 2d orders.0; I2 2d 2h orders.2",
            ),
            ("0s accept memos.0; 24h ndr memos.0 4.4.7; 72h-1us finish", ""),
            ("0s accept memos.0; 24h ndr memos.0 4.4.7; 72h finish", "I2 3d memos.0.failed"),
        ],
    );
    check(
        &with_notices(),
        "0s accept memos.0; 1h tell memos.0 delayed 4.4.1; 2h deliver memos.0 hq;",
        &[("49h finish", "I2 2d 1h memos.0.delayed"), ("3h deliver memos.0.delayed hq", "")],
    );
}

#[test]
fn i2_a_deadline_out_of_order_is_kept_all_the_same() {
    check(
        &world(),
        "",
        &[
            (
                "9h accept orders.0; 10h accept orders.1 since 5h; 56h accept orders.2; 58h finish",
                "I2 2d 5h orders.1; I2 2d 9h orders.0",
            ),
            (
                "5h accept orders.1; 6h accept orders.3; 7h accept orders.2; 100h finish",
                "I2 2d 5h orders.1; I2 2d 6h orders.3; I2 2d 7h orders.2",
            ),
            (
                "0s accept orders.0; 1h accept orders.1; 2h fail orders.1 branch 5.1.1;
                 2h ndr orders.1 5.1.1; 48h ndr orders.0 4.4.7; 500h finish",
                "I2 2d 2h orders.1.failed; I2 4d orders.0.failed",
            ),
        ],
    );
}

#[test]
fn i2_a_transfer_under_way_at_the_deadline_has_grace() {
    const CALL: &str = "0s accept orders.0; 47h call branch 253;";
    check(
        &world(),
        CALL,
        &[
            ("47h begin orders.0 branch; 48h deliver orders.0 branch", ""),
            ("48h-1us begin orders.0 branch; 48h+20m deliver orders.0 branch; 50h finish", ""),
            ("48h-1us begin orders.0 branch; 48h+20m-1us finish", ""),
            ("48h-1us begin orders.0 branch; 48h+20m finish", "I2 2d 20m orders.0"),
            (
                "48h-1us begin orders.0 branch; 48h+20m+1us deliver orders.0 branch",
                "I2 2d 20m orders.0",
            ),
            (
                "47h begin orders.0 branch; 48h+20m fail orders.0 branch 4.4.2;
             48h+20m ndr orders.0 4.4.7; 50h finish",
                "",
            ),
            (
                "47h begin orders.0 branch; 48h+5m fail orders.0 branch 4.4.2;
             48h+5m ndr orders.0 4.4.7; 50h finish",
                "",
            ),
            (
                "47h begin orders.0 branch; 48h+5m fail orders.0 branch 4.4.2;
             48h+5m+1us ndr orders.0 4.4.7; 50h finish",
                "I2 2d 5m orders.0",
            ),
            (
                "47h begin orders.0 branch; 48h+5m fail orders.0 branch 4.4.2;
             48h+5m begin orders.0 branch; 48h+6m deliver orders.0 branch",
                "I2 2d 5m orders.0",
            ),
            (
                "47h begin orders.0 branch; 48h fail orders.0 branch 4.4.2; 48h ndr orders.0 4.4.7",
                "",
            ),
            (
                "47h begin orders.0 branch; 48h fail orders.0 branch 4.4.2; 49h finish",
                "I2 2d orders.0",
            ),
            (
                "47h begin orders.0 branch; 48h-1us fail orders.0 branch 4.4.2; 48h+1us finish",
                "I2 2d orders.0",
            ),
            ("48h begin orders.0 branch; 48h+1us deliver orders.0 branch", "I2 2d orders.0"),
            ("48h begin orders.0 branch; 48h deliver orders.0 branch", ""),
        ],
    );
}

#[test]
fn i2_the_slack_is_added_to_every_limit() {
    check(
        &with_slack(),
        "",
        &[
            ("0s accept orders.0; 48h+1s ndr orders.0 4.4.7", ""),
            ("0s accept orders.0; 48h+1s-1us finish", ""),
            ("0s accept orders.0; 48h+1s finish", "I2 2d 1s orders.0"),
            ("0s accept orders.0; 48h+1s+1us ndr orders.0 4.4.7", "I2 2d 1s orders.0"),
            (
                "0s accept memos.0; 23h begin memos.0 hq; 24h+5m fail memos.0 hq 4.4.2;
                 24h+5m+1s ndr memos.0 4.4.7",
                "",
            ),
            (
                "0s accept memos.0; 23h begin memos.0 hq; 24h+5m fail memos.0 hq 4.4.2;
                 24h+5m+1s+1us ndr memos.0 4.4.7",
                "I2 1d 5m 1s memos.0",
            ),
            ("0s accept memos.0; 23h begin memos.0 hq; 24h+20m+1s deliver memos.0 hq", ""),
            (
                "0s accept memos.0; 23h begin memos.0 hq; 24h+20m+1s fail memos.0 hq 4.4.2;
                 24h+20m+1s+1us ndr memos.0 4.4.7",
                "I2 1d 20m 1s memos.0",
            ),
            (
                "0s accept memos.0; 23h begin memos.0 hq; 24h+20m+1s+1us deliver memos.0 hq",
                "I2 1d 20m 1s memos.0",
            ),
        ],
    );
}

#[test]
fn i3_nothing_is_given_up_early_without_a_cause_that_was_seen() {
    const REFUSED: &str = "0s accept memos.0; 1h begin memos.0 hq; 2h fail memos.0 hq 5.1.1;";
    const DEFERRED: &str = "0s accept memos.0; 1h begin memos.0 hq; 2h fail memos.0 hq 4.2.0;";
    check(
        &world(),
        REFUSED,
        &[("2h ndr memos.0 5.1.1", ""), ("2h ndr memos.0 4.4.7", "I3 2h memos.0")],
    );
    check(
        &world(),
        DEFERRED,
        &[
            ("2h ndr memos.0 5.1.1", "I3 2h memos.0"),
            ("2h ndr memos.0 4.2.0", "I3 2h memos.0"),
            ("24h-1us ndr memos.0 4.2.0", "I3 23h 59m 59.999999s memos.0"),
            ("24h ndr memos.0 4.2.0", ""),
        ],
    );
    check(
        &world(),
        "",
        &[
            ("0s accept memos.0; 2h connect hq; 2h lose hq; 2h ndr memos.0 5.4.1", "I3 2h memos.0"),
            ("0s accept news.0; 71h dead news.0 4.4.7", "I3 2d 23h news.0"),
            ("0s accept news.0; 71h suppress news.0 4.4.7", "I1 2d 23h news.0; I3 2d 23h news.0"),
            ("0s accept news.0; 71h cancel news.0", ""),
            ("0s accept memos.0; 1h order expire memos.0; 1h ndr memos.0 4.4.7", ""),
            ("0s accept memos.0; 1h order expire hq; 1h ndr memos.0 4.4.7", ""),
            ("0s accept memos.0; 1h order expire mill; 1h ndr memos.0 4.4.7", "I3 1h memos.0"),
            ("0s accept memos.0; 1h order expire hq; 2h ndr memos.0 4.4.7", "I3 2h memos.0"),
            ("0s order expire hq; 1h accept memos.0; 1h ndr memos.0 4.4.7", "I3 1h memos.0"),
        ],
    );
}

#[test]
fn i3_where_the_policy_makes_no_second_try_one_that_failed_is_enough() {
    check(
        &without_retries(),
        "0s accept memos.0;",
        &[
            ("1s connect hq; 2s lose hq; 2s ndr memos.0 4.4.1", ""),
            ("1s connect hq; 2s lose hq; 3s accept memos.1; 3s ndr memos.1 4.4.1", "I3 3s memos.1"),
            ("1s begin memos.0 hq; 2s fail memos.0 hq 4.2.0; 2s ndr memos.0 4.2.0", ""),
            ("2s ndr memos.0 4.4.1", "I3 2s memos.0"),
        ],
    );
}

#[test]
fn i5_nothing_goes_to_a_held_route_outside_a_flush() {
    check(
        &world(),
        "",
        &[
            ("0s accept memos.0; 1h begin memos.0 hq; 1h deliver memos.0 hq", ""),
            (
                "0s accept orders.0; 1h call branch 250; 1h begin orders.0 branch;
                 1h deliver orders.0 branch",
                "",
            ),
            (
                "0s accept orders.0; 1h order flush branch; 1h begin orders.0 branch;
                 1h deliver orders.0 branch; 2h accept orders.1; 3h begin orders.1 branch",
                "I5 3h orders.1",
            ),
            ("0s accept orders.0; 1h order flush all; 1h begin orders.0 branch", ""),
            ("0s accept orders.0; 1h order flush mill; 1h begin orders.0 branch", "I5 1h orders.0"),
            ("0s accept orders.0; 1h begin orders.0 branch", "I5 1h orders.0"),
            ("0s accept orders.0; 1h deliver orders.0 branch", "I5 1h orders.0"),
            (
                "0s accept orders.0; 1h begin orders.0 branch; 1h deliver orders.0 branch",
                "I5 1h orders.0",
            ),
            (
                "0s accept orders.0; 1h etrn branch 251; 1h begin orders.0 branch",
                "I13 1h branch; I5 1h orders.0",
            ),
            (
                "0s accept orders.0; 1h etrn branch 458; 1h begin orders.0 branch",
                "I13 1h branch; I5 1h orders.0",
            ),
            (
                "0s accept orders.0; 1h etrn mill 253; 1h begin orders.0 branch",
                "I13 1h mill; I5 1h orders.0",
            ),
            (
                "0s etrn branch 250; 0s accept orders.0; 1h begin orders.0 branch",
                "I13 0s branch; I5 1h orders.0",
            ),
            (
                "0s accept memos.0; 0s accept grain.0; 24h ndr memos.0 4.4.7; 48h ndr grain.0 4.4.7;
                 48h deliver memos.0.failed hq; 48h begin grain.0.failed branch",
                "I5 2d grain.0.failed",
            ),
        ],
    );
}

#[test]
fn i5_a_flush_covers_what_comes_until_nothing_is_left() {
    const SERVED: &str = "0s accept orders.0; 1h call branch 253; 1h begin orders.0 branch;";
    check(
        &world(),
        SERVED,
        &[
            (
                "1h accept orders.1; 2h deliver orders.0 branch; 2h begin orders.1 branch;
             2h deliver orders.1 branch",
                "",
            ),
            (
                "2h deliver orders.0 branch; 2h accept orders.1; 2h begin orders.1 branch",
                "I5 2h orders.1",
            ),
            ("1h accept alarms.0; 2h deliver orders.0 branch; 2h begin alarms.0 branch", ""),
            (
                "2h cancel orders.0; 2h accept orders.1; 3h etrn branch 253; 3h begin orders.1 branch",
                "",
            ),
        ],
    );
}

#[test]
fn i5_a_flush_ends_with_a_connection_that_fails_or_the_last_that_is_closed() {
    const TWO: &str = "0s accept orders.0; 0s accept orders.1; 0s accept orders.2;
        1h call branch 253; 1h connect branch; 1h greet branch; 1h begin orders.0 branch;
        1h begin orders.1 branch; 1h begin orders.2 branch; 1h fail orders.1 branch 4.2.0;
        1h fail orders.2 branch 4.2.0;";
    check(
        &world(),
        TWO,
        &[
            ("2h close branch; 2h begin orders.1 branch", ""),
            ("2h close branch; 2h close branch; 2h begin orders.1 branch", "I5 2h orders.1"),
            ("2h lose branch; 2h deliver orders.0 branch; 3h finish", ""),
            ("2h lose branch; 2h begin orders.1 branch", "I5 2h orders.1"),
            ("2h etrn branch 253; 2h lose branch; 2h begin orders.1 branch", "I5 2h orders.1"),
            ("2h lose branch; 2h lose branch; 3h call branch 252; 3h begin orders.1 branch", ""),
            (
                "2h order pause branch; 2h close branch; 2h close branch; 3h order resume branch;
                 3h connect branch; 3h greet branch; 3h begin orders.1 branch",
                "",
            ),
            ("2h lose hq; 2h begin orders.1 branch", ""),
        ],
    );
}

#[test]
fn i7_every_deadline_that_is_published_is_the_judges_own() {
    check(
        &world(),
        "",
        &[
            ("0s accept orders.0 until 48h", ""),
            ("3h accept alarms.0 until 27h", ""),
            ("0s accept orders.0 until 24h", "I7 0s orders.0"),
            ("0s accept alarms.0 until 48h", "I7 0s alarms.0"),
            ("3h accept orders.0 since 2h until 50h", ""),
            ("3h accept orders.0 since 2h until 50h+1us", "I7 3h orders.0"),
        ],
    );
}

#[test]
fn i9_and_i10_nothing_is_sent_of_what_was_given_up_or_delivered() {
    const RETURNED: &str =
        "0s accept memos.0; 24h ndr memos.0 4.4.7; 25h deliver memos.0.failed hq;";
    check(
        &world(),
        RETURNED,
        &[
            ("25h fail memos.0 hq 4.4.2", ""),
            ("26h begin memos.0 hq", "I9 1d 2h memos.0"),
            ("26h deliver memos.0 hq", "I1 1d 2h memos.0; I9 1d 2h memos.0"),
            (
                "26h begin memos.0 hq; 27h deliver memos.0 hq; 28h deliver memos.0 hq",
                "I9 1d 2h memos.0; I1 1d 3h memos.0",
            ),
            ("26h begin memos.0.failed hq", "I10 1d 2h memos.0.failed"),
        ],
    );
    check(
        &world(),
        "",
        &[
            (
                "0s accept memos.0; 1s deliver memos.0 hq; 2s deliver memos.0 hq",
                "I1 2s memos.0; I10 2s memos.0",
            ),
            ("0s accept news.0; 72h dead news.0 4.4.7; 73h begin news.0 branch", "I9 3d 1h news.0"),
            ("0s accept memos.0; 1s deliver memos.0 hq; 2s begin memos.0 hq", "I10 2s memos.0"),
            ("0s accept memos.0; 1s cancel memos.0; 2s begin memos.0 hq", "I9 2s memos.0"),
            ("0s begin memos.0 hq", ""),
            ("0s deliver memos.0 hq", "I1 0s memos.0"),
        ],
    );
}

#[test]
fn i11_mail_reaches_only_the_host_of_its_domain() {
    check(
        &world(),
        "",
        &[
            ("0s accept memos.0; 1s begin memos.0 branch", "I11 1s memos.0"),
            ("0s accept memos.0; 1s begin memos.0 hq; 1s deliver memos.0 mill", "I11 1s memos.0"),
            (
                "0s accept memos.0; 1s begin memos.0 branch; 2s deliver memos.0 branch",
                "I11 1s memos.0",
            ),
            (
                "0s accept memos.0 for mill; 1s begin memos.0 hq; 1s deliver memos.0 hq",
                "I11 0s memos.0",
            ),
            (
                "0s accept grain.0; 48h ndr grain.0 4.4.7; 49h call branch 253;
                 49h begin grain.0.failed branch",
                "",
            ),
            (
                "0s accept grain.0; 48h ndr grain.0 4.4.7; 49h call branch 253;
                 49h begin grain.0.failed mill",
                "I11 2d 1h grain.0.failed",
            ),
        ],
    );
}
