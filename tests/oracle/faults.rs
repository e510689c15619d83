//! The hub goes down, or to sleep, or hears no answer: what that excuses, and what it does not.

use restante::base::{Instant, Notify, Span};
use restante::oracle::Oracle;
use restante::scenario::{Crash, Crashes, Does, Fidelity, Happening, HubEvent, Keep, Occasions};
use restante::scenario::{Scenario, Trouble, TroublePhase};

use crate::history::{briefs, check, judged, recipient, tell, world, world_with};

fn crashing(persist_delay: Span) -> Scenario {
    world_with(|world| {
        let what = Happening::Crash(Crash { down: Span::from_hours(1), keep: Keep::Drawn });
        world.events.push(HubEvent { at: Instant::ZERO, what });
        world.persist_delay = persist_delay;
        world.expect.slack = persist_delay;
        world.sources[0].recipients.push(recipient("mill", Notify::ABSENT));
    })
}

const TEN: Span = Span::from_secs(10);

#[test]
fn i6_what_was_acknowledged_survives_a_crash_with_its_deadline() {
    check(
        &crashing(Span::ZERO),
        "0s accept orders.0; 0s accept memos.0; 30m begin memos.0 hq; 30m deliver memos.0 hq;
         1h crash; 2h restart; ",
        &[
            ("2h queue orders.0@48h", ""),
            ("2h queue", "I6 2h orders.0"),
            ("2h queue orders.0@49h", "I7 2h orders.0"),
            ("2h queue memos.0@24h orders.0@48h", "I6 2h memos.0"),
            ("2h queue orders.0@48h orders.7@48h", "I6 2h orders.7"),
            ("2h queue orders.0@48h orders.0.failed@49h", "I3 1h orders.0"),
            ("2h queue orders.0@48h; 3h begin memos.0 hq", "I10 3h memos.0"),
        ],
    );
    check(
        &world(),
        "0s accept orders.0; ",
        &[("1h queue orders.0@48h", ""), ("1h queue", "I6 1h orders.0")],
    );
}

#[test]
fn i6_what_was_not_acknowledged_lives_whole_or_not_at_all() {
    let offered = "1h crash; 1h unacknowledged orders.0 2 since 1h-5s; 2h restart; ";
    check(
        &crashing(TEN),
        offered,
        &[
            ("2h queue; 99h finish", ""),
            ("2h queue orders.0@49h-5s orders.0+1@49h-5s; 3h finish", ""),
            ("2h queue orders.0@49h-5s", "I6 2h orders.0"),
            ("2h queue orders.0+1@49h-5s", "I6 2h orders.0"),
            ("2h queue orders.0@49h orders.0+1@49h-5s", "I7 2h orders.0"),
            (
                "2h queue orders.0@49h-5s orders.0+1@49h-5s; 99h finish",
                "I2 2d 1h 5s orders.0; I2 2d 1h 5s orders.0+1",
            ),
            (
                "2h queue orders.0@49h-5s orders.0+1@49h-5s; 3h call mill 253;
                 3h begin orders.0+1 mill; 3h deliver orders.0+1 mill; 4h deliver orders.0+1 mill",
                "I1 4h orders.0+1; I10 4h orders.0+1",
            ),
        ],
    );
    check(
        &crashing(TEN),
        "1h accept orders.0 since 1h-5s; 1h crash; 1h unacknowledged orders.0 2 since 1h-5s; ",
        &[("2h restart; 2h queue; 99h finish", "")],
    );
}

#[test]
fn i10_a_delivery_that_was_not_written_down_may_come_again_once() {
    const AGAIN: &str = "2h restart; 2h queue memos.0@24h; 3h begin memos.0 hq;
        3h deliver memos.0 hq;";
    for (persist_delay, delivered, breaches, duplicates) in [
        (TEN, "1h-10s", &[][..], 1),
        (TEN, "1h-10s-1us", &["I6 2h memos.0", "I10 3h memos.0", "I1 3h memos.0"], 0),
        (Span::ZERO, "1h", &[], 1),
        (Span::ZERO, "1h-1us", &["I6 2h memos.0", "I10 3h memos.0", "I1 3h memos.0"], 0),
    ] {
        let history =
            format!("0s accept memos.0; {delivered} deliver memos.0 hq; 1h crash; {AGAIN}");
        let oracle = judged(&crashing(persist_delay), &history);
        assert_eq!(briefs(&oracle), breaches, "{history}");
        assert_eq!((oracle.ambiguous(), oracle.duplicates()), (duplicates, duplicates));
        assert_eq!(oracle.open(), 0);
    }
    check(
        &crashing(TEN),
        "0s accept memos.0; 1h deliver memos.0 hq; 1h crash; ",
        &[
            ("2h restart; 2h queue; 99h finish", ""),
            ("2h restart; 2h queue memos.0@25h", "I7 2h memos.0"),
            ("2h restart; 2h queue memos.0@24h; 24h ndr memos.0 4.4.7", ""),
            ("2h restart; 2h queue memos.0@24h; 30h finish", "I2 1d 10s memos.0"),
            (
                "2h restart; 2h queue memos.0@24h; 3h deliver memos.0 hq; 4h deliver memos.0 hq",
                "I1 4h memos.0; I10 4h memos.0",
            ),
        ],
    );
}

#[test]
fn a_final_dot_without_an_answer_excuses_one_more_delivery() {
    const DOUBT: &str = "0s accept memos.0; 1h begin memos.0 hq; 1h doubt memos.0 hq;
        1h fail memos.0 hq 4.4.2; ";
    for (history, ambiguous, duplicates) in [
        ("2h begin memos.0 hq; 2h deliver memos.0 hq", 1, 1),
        ("24h ndr memos.0 4.4.2", 1, 0),
        ("2h begin memos.0 hq; 2h doubt memos.0 hq; 2h fail memos.0 hq 4.4.2", 2, 0),
    ] {
        let oracle = judged(&world(), &format!("{DOUBT}{history}"));
        assert_eq!(briefs(&oracle), Vec::<String>::new());
        assert_eq!((oracle.ambiguous(), oracle.duplicates()), (ambiguous, duplicates), "{history}");
    }
}

#[test]
fn i2_what_falls_due_while_the_hub_is_away_is_due_at_its_return() {
    for (goes, returns) in
        [("crash", "50h restart; 50h queue orders.0@48h"), ("suspend", "50h resume")]
    {
        for (history, breaches) in [
            (format!("47h {goes}; {returns}; 50h ndr orders.0 4.4.7"), ""),
            (format!("48h {goes}; {returns}; 50h ndr orders.0 4.4.7"), ""),
            (format!("47h {goes}; {returns}; 50h+1us ndr orders.0 4.4.7"), "I2 2d 2h orders.0"),
            (format!("47h {goes}; {returns}; 50h finish"), "I2 2d 2h orders.0"),
            (format!("47h {goes}; 60h finish"), ""),
            (format!("48h+1us {goes}; {returns}; 50h finish"), "I2 2d orders.0"),
        ] {
            let oracle = judged(&crashing(Span::ZERO), &format!("0s accept orders.0; {history}"));
            assert_eq!(briefs(&oracle).join("; "), breaches, "{history}");
        }
    }
    let late = "0s accept orders.0; 47h suspend; 50h resume; 50h+3s ndr orders.0 4.4.7";
    assert_eq!(judged(&world(), late).largest_lateness(), Span::from_secs(3));
    let late = "0s accept orders.0; 49h suspend; 50h resume; 50h ndr orders.0 4.4.7";
    assert_eq!(judged(&world(), late).largest_lateness(), Span::from_hours(2));
}

#[test]
fn what_was_written_down_and_not_told_is_found_in_the_queue() {
    check(
        &crashing(TEN),
        "0s accept memos.0; 24h+5s crash; 25h restart; ",
        &[
            ("25h queue memos.0.failed@72h; 25h deliver memos.0.failed hq; 99h finish", ""),
            ("25h queue memos.0.failed@72h; 99h finish", "I2 3d 10s memos.0.failed"),
            ("25h queue memos.0.failed@80h", "I7 1d 1h memos.0.failed"),
            ("25h queue", "I6 1d 1h memos.0"),
            ("25h queue memos.0@24h; 25h ndr memos.0 4.4.7", ""),
        ],
    );
    check(
        &crashing(TEN),
        "0s accept memos.0; 0s accept news.0; ",
        &[
            ("5h crash; 6h restart; 6h queue memos.0.failed@53h news.0@72h", "I3 5h memos.0"),
            ("5h crash; 6h restart; 6h queue memos.0@24h", "I6 6h news.0"),
            (
                "24h ndr memos.0 4.4.7; 25h deliver memos.0.failed hq; 72h crash; 73h restart;
              73h queue; 99h finish",
                "",
            ),
            ("5h order cancel memos.0; 5h crash; 6h restart; 6h queue news.0@72h", ""),
            ("4h order cancel memos.0; 5h crash; 6h restart; 6h queue news.0@72h", "I6 6h memos.0"),
        ],
    );
}

#[test]
fn i5_a_crash_ends_every_flush() {
    check(
        &crashing(Span::ZERO),
        "0s accept orders.0; 1h call branch 253; 1h crash; 2h restart; 2h queue orders.0@48h; ",
        &[
            ("2h begin orders.0 branch", "I5 2h orders.0"),
            ("3h call branch 253; 3h begin orders.0 branch", ""),
        ],
    );
}

#[test]
fn i5_a_flush_goes_on_with_what_was_accepted_in_it_and_told_later() {
    check(
        &crashing(TEN),
        "0s accept orders.0; 1h call branch 253; 1h begin orders.0 branch;
         1h+5s deliver orders.0 branch; ",
        &[
            ("1h+9s accept orders.1 since 1h+2s; 1h+9s begin orders.1 branch", ""),
            ("1h+9s accept orders.1 since 1h+6s; 1h+9s begin orders.1 branch", "I5 1h 9s orders.1"),
        ],
    );
}

#[test]
fn i13_an_answer_that_comes_late_may_be_about_what_was() {
    check(
        &crashing(TEN),
        "0s accept orders.0; 1h call branch 253; 1h begin orders.0 branch;
         2h deliver orders.0 branch; ",
        &[
            ("2h+10s etrn branch 253", ""),
            ("2h+10s+1us etrn branch 253", "I13 2h 10.000001s branch"),
        ],
    );
}

#[test]
fn i3_a_name_that_does_not_exist_is_a_cause_where_the_scenario_says_so() {
    let no_domain = world_with(|world| {
        world.sites[0].troubles.push(Trouble {
            phase: TroublePhase::Lookup,
            does: Does::Refuse(restante::base::Status::NO_DOMAIN),
            occasions: Occasions::All,
            from: Instant::ZERO,
            until: Instant::NEVER,
        });
    });
    check(
        &no_domain,
        "0s accept memos.0; 1h connect hq; 1h lose hq; ",
        &[
            ("1h ndr memos.0 5.1.2", ""),
            ("1h ndr memos.0 4.4.1", "I3 1h memos.0"),
            ("2h ndr memos.0 5.1.2", "I3 2h memos.0"),
        ],
    );
    check(
        &world(),
        "0s accept memos.0; 1h connect hq; 1h lose hq; ",
        &[("1h ndr memos.0 5.1.2", "I3 1h memos.0")],
    );
}

/// A world in which the hub may go down at any instant, at the very instant of anything that it does.
fn anywhere() -> Scenario {
    world_with(|world| {
        world.crashes = Crashes::Anywhere;
        world.sources[0].recipients.push(recipient("mill", Notify::ABSENT));
    })
}

#[test]
fn i10_a_delivery_at_the_instant_of_a_crash_may_come_again_wherever_it_comes() {
    const AGAIN: &str = "1h crash; 1h restart; 1h queue memos.0@24h; 1h begin memos.0 hq;
        1h deliver memos.0 hq; ";
    let caught = ["I6 1h memos.0", "I10 1h memos.0", "I1 1h memos.0"];
    let told = "0s accept memos.0; 1h begin memos.0 hq; 1h deliver memos.0 hq; ";
    for (history, breaches, duplicates) in [
        (format!("{told}{AGAIN}"), &[][..], 1),
        // A second crash, while the hub does again what the first one undid.
        (format!("{told}{AGAIN}{AGAIN}"), &[], 2),
        (format!("{told}1h crash; 1h crash; {AGAIN}"), &[], 1),
        (format!("0s accept memos.0; 1h-1us deliver memos.0 hq; {AGAIN}"), &caught, 0),
    ] {
        let oracle = judged(&anywhere(), &history);
        assert_eq!(briefs(&oracle), breaches, "{history}");
        assert_eq!((oracle.ambiguous(), oracle.duplicates()), (duplicates, duplicates));
    }
    assert_eq!(briefs(&judged(&world(), &format!("{told}{AGAIN}"))), caught, "nothing is declared");
}

#[test]
fn i6_what_was_told_at_the_instant_of_a_crash_is_there_and_what_was_not_may_be() {
    check(
        &anywhere(),
        "0s accept memos.0; ",
        &[
            ("1h accept orders.0; 1h crash; 1h restart; 1h queue memos.0@24h", "I6 1h orders.0"),
            (
                "1h crash; 1h unacknowledged orders.0 2 since 1h; 1h restart; 1h queue memos.0@24h",
                "",
            ),
            (
                "1h crash; 1h unacknowledged orders.0 2 since 1h; 1h restart;
                 1h queue memos.0@24h orders.0@49h orders.0+1@49h",
                "",
            ),
            (
                "1h crash; 1h unacknowledged orders.0 2 since 1h; 1h restart;
                 1h queue memos.0@24h orders.0@49h",
                "I6 1h orders.0",
            ),
            ("24h ndr memos.0 4.4.7; 24h crash; 24h restart; 24h queue", "I6 1d memos.0.failed"),
            (
                "24h crash; 24h restart; 24h queue memos.0.failed@72h; 72h finish",
                "I2 3d memos.0.failed",
            ),
            ("24h crash; 24h restart; 24h queue memos.0@24h; 24h ndr memos.0 4.4.7", ""),
            ("24h crash; 24h restart; 24h queue", "I6 1d memos.0"),
        ],
    );
}

#[test]
fn what_a_recovery_had_done_when_it_was_cut_short_is_judged_by_its_own_instant() {
    for again in ["25h restart; 25h queue memos.0@24h; 25h crash; ", "25h crash; "] {
        check(
            &anywhere(),
            &format!("0s accept memos.0; 23h crash; {again}26h restart; "),
            &[
                ("26h queue memos.0.failed@73h; 26h deliver memos.0.failed hq; 99h finish", ""),
                ("26h queue memos.0.failed@71h", "I7 1d 2h memos.0.failed"),
                ("26h queue memos.0@24h; 26h ndr memos.0 4.4.7", ""),
                ("26h queue memos.0@24h; 27h finish", "I2 1d 2h memos.0"),
            ],
        );
        let late = format!(
            "0s accept memos.0; 23h crash; {again}26h restart; 26h queue memos.0@24h;
             26h+3s ndr memos.0 4.4.7"
        );
        assert_eq!(judged(&anywhere(), &late).largest_lateness(), Span::from_secs(3));
    }
}

#[test]
fn a_hub_that_stores_in_groups_is_allowed_the_group_before() {
    let world = crashing(TEN);
    let again = "2h crash; 3h restart; 3h queue memos.0@24h; 24h ndr memos.0 4.4.7";
    for (history, at_queue, at_hub) in [
        ("0s accept memos.0; 24h+20s ndr memos.0 4.4.7".to_owned(), "I2 1d 10s memos.0", ""),
        (
            "0s accept memos.0; 24h+20s+1us ndr memos.0 4.4.7".to_owned(),
            "I2 1d 10s memos.0",
            "I2 1d 20s memos.0",
        ),
        (
            format!("0s accept memos.0; 2h-20s deliver memos.0 hq; {again}"),
            "I6 3h memos.0; I1 1d memos.0",
            "",
        ),
        (
            format!("0s accept memos.0; 2h-20s-1us deliver memos.0 hq; {again}"),
            "I6 3h memos.0; I1 1d memos.0",
            "I6 3h memos.0; I1 1d memos.0",
        ),
    ] {
        for (fidelity, breaches) in [(Fidelity::Queue, at_queue), (Fidelity::Hub, at_hub)] {
            let mut oracle = Oracle::at(&world, fidelity);
            tell(&mut oracle, &history);
            assert_eq!(briefs(&oracle).join("; "), breaches, "{fidelity:?} {history}");
        }
    }
}
