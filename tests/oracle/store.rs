//! The store behind the hub fails, or lies: what that excuses, and what it does not.

use restante::base::{Notify, Span};
use restante::scenario::{DiskFaults, Scenario, Syncs};

use crate::history::{briefs, check, judged, recipient, world, world_with};

fn on_disk(disk: DiskFaults) -> Scenario {
    world_with(|world| {
        world.disk = disk;
        world.sources[0].recipients.push(recipient("mill", Notify::ABSENT));
    })
}

/// A disk that can be full.
fn small() -> Scenario {
    on_disk(DiskFaults { size_limit_bytes: Some(1 << 18), ..DiskFaults::default() })
}

/// A disk of which one write fails.
fn failing() -> Scenario {
    on_disk(DiskFaults { fails_at_write: Some(17), ..DiskFaults::default() })
}

/// A disk whose syncs lie.
fn lying() -> Scenario {
    on_disk(DiskFaults { syncs: Syncs::Lying, ..DiskFaults::default() })
}

#[test]
fn i2_what_falls_due_after_the_alarm_is_due_at_the_restart() {
    const BACK: &str = "50h crash; 51h restart; 51h queue orders.0@48h;";
    let beginning = "0s accept orders.0; ";
    for world in [small(), failing()] {
        for (history, breaches) in [
            (format!("47h alarm failed; {BACK} 51h ndr orders.0 4.4.7"), ""),
            (format!("48h alarm failed; {BACK} 51h ndr orders.0 4.4.7"), ""),
            (format!("48h+1us alarm failed; {BACK}"), "I2 2d orders.0"),
            (format!("47h alarm failed; {BACK} 51h+1us ndr orders.0 4.4.7"), "I2 2d 3h orders.0"),
            ("47h alarm failed; 60h finish".to_owned(), ""),
            ("47h alarm failed; 47h suspend; 49h resume; 60h finish".to_owned(), ""),
            ("47h crash; 49h alarm failed; 60h finish".to_owned(), ""),
            ("47h alarm clock; 60h finish".to_owned(), "I2 2d orders.0"),
            ("60h finish".to_owned(), "I2 2d orders.0"),
        ] {
            let oracle = judged(&world, &format!("{beginning}{history}"));
            assert_eq!(briefs(&oracle).join("; "), breaches, "{history}");
        }
    }
    check(&world(), beginning, &[("47h alarm failed; 60h finish", "I2 2d orders.0")]);
}

#[test]
fn an_alarm_is_excused_as_often_as_its_fault_can_strike() {
    let twice = "0s accept orders.0; 9h alarm failed; 9h alarm failed; 10h crash; 11h restart;
        11h queue orders.0@48h; 47h alarm failed; 60h finish";
    check(&small(), twice, &[("", "")]);
    check(&failing(), twice, &[("", "I2 2d orders.0")]);
}

#[test]
fn i6_nothing_is_acknowledged_from_the_alarm_to_the_restart() {
    check(
        &small(),
        "0s accept memos.0; ",
        &[
            ("1h accept orders.0; 1h alarm failed", ""),
            ("1h alarm failed; 1h accept orders.0", "I6 1h orders.0"),
            ("1h alarm failed; 2h accept orders.0 since 1h", "I6 2h orders.0"),
            ("24h alarm failed; 24h ndr memos.0 4.4.7", "I6 1d memos.0.failed"),
            ("1h alarm failed; 2h crash; 3h restart; 3h queue memos.0@24h; 3h accept orders.0", ""),
        ],
    );
    check(&world(), "1h alarm failed; ", &[("1h accept orders.0", "")]);
}

#[test]
fn i6_what_was_acknowledged_before_the_alarm_is_there_after_the_restart() {
    check(
        &small(),
        "0s accept orders.0; 1h alarm failed; 2h crash; 3h restart; ",
        &[
            ("3h queue orders.0@48h", ""),
            ("3h queue", "I6 3h orders.0"),
            ("3h queue orders.0@49h", "I7 3h orders.0"),
            ("3h queue orders.0@48h orders.7@48h", "I6 3h orders.7"),
        ],
    );
    // Since the alarm nothing could be written down: no end, and no report.
    check(
        &small(),
        "0s accept news.0; 0s accept memos.0; ",
        &[
            (
                "24h ndr memos.0 4.4.7; 25h deliver memos.0.failed hq; 72h crash; 73h restart; 73h queue",
                "",
            ),
            (
                "24h ndr memos.0 4.4.7; 25h deliver memos.0.failed hq; 71h alarm failed; 72h crash;
                 73h restart; 73h queue",
                "I6 3d 1h news.0",
            ),
            (
                "24h alarm failed; 25h crash; 26h restart; 26h queue news.0@72h memos.0.failed@72h",
                "",
            ),
            (
                "23h alarm failed; 25h crash; 26h restart; 26h queue news.0@72h memos.0.failed@72h",
                "I3 23h memos.0; I7 1d 2h memos.0.failed",
            ),
        ],
    );
}

#[test]
fn what_was_done_at_a_restart_is_known_though_its_store_fails_at_once() {
    check(
        &small(),
        "0s accept memos.0; 23h crash; 25h restart; 25h queue memos.0@24h; 25h alarm failed;
         26h crash; 27h restart; ",
        &[
            ("27h queue memos.0.failed@73h", ""),
            ("27h queue memos.0.failed@72h", "I7 1d 3h memos.0.failed"),
            ("27h queue memos.0@24h; 27h ndr memos.0 4.4.7", ""),
        ],
    );
    // One whose store fails before it is up has done nothing since it went down.
    check(
        &small(),
        "0s accept memos.0; 23h crash; 25h alarm failed; 26h crash; 27h restart; ",
        &[
            ("27h queue memos.0@24h; 27h ndr memos.0 4.4.7", ""),
            ("27h queue memos.0.failed@72h", "I3 23h memos.0; I7 1d 3h memos.0.failed"),
        ],
    );
    let late = "0s accept memos.0; 23h crash; 25h restart; 25h queue memos.0@24h; 25h alarm failed;
        26h crash; 27h restart; 27h queue memos.0@24h; 27h+3s ndr memos.0 4.4.7";
    assert_eq!(judged(&small(), late).largest_lateness(), Span::from_secs(3));
}

#[test]
fn i10_a_delivery_that_a_failed_store_could_not_note_may_come_again() {
    const AGAIN: &str = "4h crash; 5h restart; 5h queue memos.0@24h; 6h begin memos.0 hq;
        6h deliver memos.0 hq; 7h finish";
    let caught = ["I6 5h memos.0", "I10 6h memos.0", "I1 6h memos.0"];
    for (history, breaches) in [
        ("1h begin memos.0 hq; 2h deliver memos.0 hq; 2h alarm failed", &[][..]),
        ("1h begin memos.0 hq; 2h-1us deliver memos.0 hq; 2h alarm failed", &caught),
        ("1h begin memos.0 hq; 2h alarm failed; 3h deliver memos.0 hq", &[]),
        ("2h alarm failed; 2h begin memos.0 hq; 3h deliver memos.0 hq", &caught),
        ("1h begin memos.0 hq; 2h deliver memos.0 hq", &caught),
    ] {
        let history = format!("0s accept memos.0; {history}; {AGAIN}");
        let oracle = judged(&small(), &history);
        assert_eq!(briefs(&oracle), breaches, "{history}");
        let excused = u64::from(breaches.is_empty());
        assert_eq!((oracle.ambiguous(), oracle.duplicates()), (excused, excused), "{history}");
        assert_eq!(briefs(&judged(&world(), &history)), caught, "nothing is declared: {history}");
    }
}

#[test]
fn i10_what_was_on_its_way_to_a_slow_disk_when_it_failed_may_come_again() {
    let slow = world_with(|world| {
        world.disk = small().disk;
        world.persist_delay = Span::from_secs(10);
        world.expect.slack = Span::from_secs(10);
    });
    let again = "2h alarm failed; 3h crash; 4h restart; 4h queue memos.0@24h";
    check(
        &slow,
        "0s accept memos.0; ",
        &[
            (&format!("2h-10s deliver memos.0 hq; {again}"), ""),
            (&format!("2h-10s-1us deliver memos.0 hq; {again}"), "I6 4h memos.0"),
        ],
    );
}

#[test]
fn i5_a_hub_whose_store_has_failed_starts_nothing() {
    check(
        &small(),
        "0s accept orders.0; 1h call branch 253; ",
        &[
            ("2h begin orders.0 branch; 2h alarm failed", ""),
            ("2h alarm failed; 2h begin orders.0 branch", "I5 2h orders.0"),
            ("2h alarm failed; 3h order flush branch; 3h begin orders.0 branch", "I5 3h orders.0"),
            ("2h alarm failed; 3h order flush all; 3h begin orders.0 branch", "I5 3h orders.0"),
        ],
    );
    check(
        &world(),
        "0s accept orders.0; 1h call branch 253; ",
        &[("2h alarm failed; 2h begin orders.0 branch", "")],
    );
}

#[test]
fn i13_a_hub_whose_store_has_failed_says_458_and_calls_nobody() {
    check(
        &small(),
        "0s accept orders.0; 1h alarm failed; ",
        &[
            ("1h etrn branch 458; 2h finish", ""),
            ("1h etrn branch 253", "I13 1h branch"),
            ("1h etrn branch 250", "I13 1h branch"),
            ("1h etrn branch 251", "I13 1h branch"),
            ("1h etrn branch 459", "I13 1h branch"),
            ("1h etrn mill 251", ""),
            ("1h etrn mill 458", ""),
            ("1h etrn mill 253", "I13 1h mill"),
            ("1h ask branch nobody.example 459", ""),
            ("1h ask branch nobody.example 458", ""),
            ("1h ask branch b~ranch 501", ""),
            ("2h crash; 3h restart; 3h queue orders.0@48h; 3h etrn branch 458", "I13 3h branch"),
        ],
    );
    let owed = "0s accept orders.0; 1h etrn branch 253; 1h alarm failed; 2h finish";
    let silent = "0s accept orders.0; 1h etrn branch 253; 1h connect branch; 1h alarm failed;
        2h finish";
    check(&small(), owed, &[("", "")]);
    check(&world(), owed, &[("", "I13 1h orders.0")]);
    check(&small(), silent, &[("", "")]);
    check(&world(), silent, &[("", "I13 1h 10m branch")]);
    check(
        &world(),
        "0s accept orders.0; 1h alarm failed; 1h etrn branch 458",
        &[("", "I13 1h branch")],
    );
}

#[test]
fn an_order_that_a_failed_store_could_not_note_may_be_lost() {
    const BACK: &str = "3h crash; 4h restart; 4h queue orders.0@48h;";
    for (story, served) in [
        ("2h order hold branch; 2h alarm failed", ""),
        ("2h alarm failed; 2h+30m order hold branch", ""),
        ("2h-1us order hold branch; 2h alarm failed", "I13 4h branch"),
    ] {
        let story = format!("0s accept orders.0; {story}; {BACK}");
        for (answer, breaches) in [("4h etrn branch 251", ""), ("4h call branch 253", served)] {
            let history = format!("{story} {answer}");
            assert_eq!(briefs(&judged(&small(), &history)).join("; "), breaches, "{history}");
        }
    }
}

#[test]
fn a_list_of_a_hub_whose_store_has_failed_says_nothing_of_what_is_there() {
    check(
        &small(),
        "0s accept orders.0; 1h alarm failed; ",
        &[
            ("2h queue", ""),
            ("2h queue orders.0@48h orders.7@48h memos.0@24h", ""),
            ("2h queue orders.0@49h", "I7 2h orders.0"),
            ("2h queue; 3h crash; 4h restart; 4h queue", "I6 4h orders.0"),
            ("3h crash; 4h restart; 4h queue orders.0@48h; 5h queue", "I6 5h orders.0"),
        ],
    );
    check(&world(), "0s accept orders.0; 1h alarm failed; 2h queue", &[("", "I6 2h orders.0")]);
}

#[test]
fn i6_what_a_lying_disk_lost_in_a_crash_is_excused_and_counted() {
    let beginning = "0s accept orders.0; 0s accept memos.0; ";
    check(
        &lying(),
        beginning,
        &[
            ("1h crash; 2h restart; 2h queue; 99h finish", ""),
            ("1h crash; 2h restart; 2h queue memos.0@24h; 24h ndr memos.0 4.4.7", ""),
            ("1h crash; 2h restart; 2h queue memos.0@24h; 30h finish", "I2 1d memos.0"),
            ("1h crash; 2h restart; 2h queue memos.0@25h", "I7 2h memos.0"),
            ("1h crash; 2h restart; 2h queue orders.7@48h", "I6 2h orders.7"),
            ("1h crash; 2h restart; 2h queue memos.0@24h; 3h queue", "I6 3h memos.0"),
            ("1h queue", "I6 1h orders.0; I6 1h memos.0"),
        ],
    );
    let lost = format!("{beginning}1h crash; 2h restart; 2h queue memos.0@24h");
    let (excused, caught) = (judged(&lying(), &lost), judged(&small(), &lost));
    assert_eq!((briefs(&excused), excused.lost(), excused.open()), (Vec::new(), 1, 1));
    assert_eq!((briefs(&caught), caught.lost()), (vec!["I6 2h orders.0".to_owned()], 0));
    let half = "1h crash; 1h unacknowledged orders.0 2 since 1h; 2h restart; 2h queue orders.0@49h";
    check(&lying(), half, &[("", "")]);
    check(&small(), half, &[("", "I6 2h orders.0")]);
}

#[test]
fn what_a_lying_disk_gives_back_though_it_had_ended_is_excused() {
    let delivered = "0s accept orders.0; 1h call branch 253; 1h begin orders.0 branch;
        1h deliver orders.0 branch; 1h close branch; 2h crash; 3h restart; 3h queue orders.0@48h; ";
    check(
        &lying(),
        delivered,
        &[
            ("4h call branch 253; 4h begin orders.0 branch; 4h deliver orders.0 branch", ""),
            ("48h ndr orders.0 4.4.7; 99h finish", ""),
            ("4h accept orders.1; 4h begin orders.1 branch", ""),
            ("4h accept grain.0; 4h begin grain.0 mill", "I5 4h grain.0"),
            ("4h etrn branch 251", ""),
        ],
    );
    check(&small(), delivered, &[("", "I6 3h orders.0")]);
    let returned = "0s accept memos.0; 24h ndr memos.0 4.4.7; 25h crash; 26h restart;
        26h queue memos.0@24h; 26h ndr memos.0 4.4.7; 27h deliver memos.0.failed hq; 99h finish";
    check(&lying(), returned, &[("", "")]);
    check(
        &small(),
        returned,
        &[(
            "",
            "I6 1d 2h memos.0; I6 1d 2h memos.0.failed; I1 1d 2h memos.0; I4 1d 2h memos.0; I1 1d 2h memos.0.failed",
        )],
    );
    let both = "0s accept memos.0; 24h ndr memos.0 4.4.7; 25h crash; 26h restart;
        26h queue memos.0@24h memos.0.failed@72h; 26h ndr memos.0 4.4.7; 99h finish";
    check(&lying(), both, &[("", "")]);
    let report =
        "0s accept memos.0; 24h ndr memos.0 4.4.7; 25h deliver memos.0.failed hq; 26h crash;
        27h restart; 27h queue memos.0.failed@72h; 28h deliver memos.0.failed hq";
    check(&lying(), report, &[("", "")]);
}

#[test]
fn what_is_not_whole_after_a_crash_is_lost_and_only_a_lying_disk_excuses_it() {
    let corrupt = "0s accept orders.0; 0s accept memos.0; 1h crash; 2h alarm corrupt; ";
    check(&lying(), corrupt, &[("99h finish", ""), ("3h accept alarms.0", "I6 3h alarms.0")]);
    let oracle = judged(&lying(), corrupt);
    assert_eq!((oracle.lost(), oracle.open()), (2, 0));
    for world in [small(), failing(), world()] {
        let lost = "I6 2h orders.0; I6 2h memos.0; I2 1d memos.0; I2 2d orders.0";
        check(&world, corrupt, &[("99h finish", lost)]);
    }
    // Until a crash it has all that was written.
    check(
        &lying(),
        "0s accept orders.0; ",
        &[
            ("2h alarm corrupt; 99h finish", "I6 2h orders.0; I2 2d orders.0"),
            ("2h alarm failed; 99h finish", "I2 2d orders.0"),
            ("1h crash; 2h restart; 2h queue orders.0@48h; 3h alarm failed; 99h finish", ""),
        ],
    );
}
