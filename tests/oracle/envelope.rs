//! What an envelope asks for, and what is made of it: NOTIFY, several recipients, DELIVERBY, release,
//! priority, and the policy in force.

use restante::base::{ByMode, Instant, Kind, Notify, Span};
use restante::scenario::{Happening, HubEvent, Offers, Scenario};

use crate::history::{briefs, check, instant, judged, message, recipient, world, world_with};

const HOUR: Span = Span::from_hours(1);
const SUCCESS: Notify = Notify::NEVER.with(Kind::Relayed);

fn notifying(notify: Notify) -> Scenario {
    world_with(|world| world.sources[0].recipients[0].notify = notify)
}

#[test]
fn i1_and_i4_a_sender_is_told_of_a_failure_if_it_wants_to_be() {
    for notify in [Notify::NEVER, SUCCESS] {
        check(
            &notifying(notify),
            "0s accept orders.0; 48h ",
            &[
                ("suppress orders.0 4.4.7; 90h finish", ""),
                ("ndr orders.0 4.4.7", "I4 2d orders.0"),
                ("dead orders.0 4.4.7", "I1 2d orders.0"),
            ],
        );
    }
    check(
        &notifying(Notify::NEVER.with(Kind::Failed)),
        "0s accept orders.0; 48h ",
        &[("ndr orders.0 4.4.7", ""), ("suppress orders.0 4.4.7", "I1 2d orders.0")],
    );
}

#[test]
fn each_recipient_has_its_own_way_and_its_own_wishes() {
    let world = world_with(|world| {
        world.sources[0].recipients.push(recipient("mill", Notify::NEVER));
    });
    check(
        &world,
        "0s accept orders.0; 0s accept orders.0+1 for mill;",
        &[
            ("48h ndr orders.0 4.4.7; 48h suppress orders.0+1 4.4.7; 90h finish", ""),
            ("48h finish", "I2 2d orders.0; I2 2d orders.0+1"),
            ("1h call mill 253; 1h begin orders.0+1 mill; 1h deliver orders.0+1 mill", ""),
            ("1h call mill 253; 1h begin orders.0+1 branch", "I11 1h orders.0+1"),
            ("1h call branch 253; 1h begin orders.0+1 mill", "I5 1h orders.0+1"),
            ("48h suppress orders.0+1 4.4.7; 48h suppress orders.0 4.4.7", "I1 2d orders.0"),
            ("48h ndr orders.0+1 4.4.7; 48h ndr orders.0 4.4.7", "I4 2d orders.0+1"),
        ],
    );
    check(&world, "", &[("0s accept orders.0+1", "I11 0s orders.0+1")]);
}

#[test]
fn i4_a_delay_is_told_of_once_when_the_policy_says_so() {
    let world = world_with(|world| {
        world.policy.terms.delay_notice_held = Some(Span::from_hours(12));
        world.sources[4].recipients[0].notify = Notify::NEVER.with(Kind::Failed);
    });
    check(
        &world,
        "0s accept orders.0; 0s accept memos.0; 0s accept alarms.0;",
        &[
            ("12h tell orders.0 delayed 4.4.7; 13h finish", ""),
            ("12h tell orders.0 delayed 4.4.7; 24h ndr memos.0 4.4.7", ""),
            ("12h-1us tell orders.0 delayed 4.4.7", "I4 11h 59m 59.999999s orders.0"),
            ("12h tell memos.0 delayed 4.4.7", "I4 12h memos.0"),
            ("12h tell alarms.0 delayed 4.4.7", "I4 12h alarms.0"),
            ("1h cancel orders.0; 12h tell orders.0 delayed 4.4.7", "I4 12h orders.0"),
            (
                "12h tell orders.0 delayed 4.4.7; 13h deliver orders.0.delayed hq;
                 14h tell orders.0 delayed 4.4.7",
                "I4 14h orders.0",
            ),
            ("12h report orders.0 delayed 4.4.7; 13h finish", "I1 12h orders.0"),
        ],
    );
    check(
        &world,
        "",
        &[
            ("0s accept orders.0 release 5h; 12h tell orders.0 delayed 4.4.7", "I4 12h orders.0"),
            ("0s accept orders.0 release 5h; 17h tell orders.0 delayed 4.4.7", ""),
        ],
    );
}

#[test]
fn i4_what_was_relayed_is_told_of_where_it_is_asked_for() {
    const DELIVERED: &str = "0s accept orders.0; 1h call branch 253; 1h begin orders.0 branch;
        1h deliver orders.0 branch;";
    let relayed = |world: &Scenario, breaches| {
        check(world, DELIVERED, &[("1h tell orders.0 relayed 2.1.9", breaches)]);
    };
    let asked = notifying(SUCCESS);
    relayed(&asked, "");
    relayed(&world(), "I4 1h orders.0");
    let mut offers = asked.clone();
    offers.sites[1].offers = Offers { dsn: true, deliver_by: None };
    relayed(&offers, "I4 1h orders.0");
    let mut by_time = world();
    by_time.sources[0].deliver_by = Some((HOUR, ByMode::Notify));
    relayed(&by_time, "");
    by_time.sites[1].offers.deliver_by = Some(Span::ZERO);
    relayed(&by_time, "I4 1h orders.0");
    check(
        &asked,
        "",
        &[
            ("0s accept orders.0; 1h tell orders.0 relayed 2.1.9", "I4 1h orders.0"),
            (
                "0s accept orders.0; 48h suppress orders.0 4.4.7; 49h tell orders.0 relayed 2.1.9",
                "I4 2d 1h orders.0",
            ),
        ],
    );
}

#[test]
fn i4_no_more_than_two_reports_are_made_about_a_recipient_and_the_most_is_known() {
    let world = world_with(|world| {
        world.policy.terms.delay_notice_held = Some(HOUR);
        world.sources[0].recipients[0].notify = Notify::ABSENT.with(Kind::Relayed);
    });
    for (history, most, breaches) in [
        ("0s accept orders.0; 2h finish", 0, &[][..]),
        ("0s accept orders.0; 48h ndr orders.0 4.4.7", 1, &[]),
        ("0s accept orders.0; 1h tell orders.0 delayed 4.4.7; 48h ndr orders.0 4.4.7", 2, &[]),
        (
            "0s accept orders.0; 1h tell orders.0 delayed 4.4.7; 48h ndr orders.0 4.4.7;
             48h tell orders.0 relayed 2.1.9",
            3,
            &["I4 2d orders.0"],
        ),
    ] {
        let oracle = judged(&world, history);
        assert_eq!(
            (oracle.largest_amplification(), briefs(&oracle)),
            (most, breaches.iter().copied().map(str::to_owned).collect())
        );
    }
}

#[test]
fn i8_no_report_is_made_about_a_report_or_to_nobody() {
    check(
        &world(),
        "",
        &[
            ("0s accept news.0; 72h report news.0 failed 4.4.7; 80h finish", "I8 3d news.0"),
            ("0s accept news.0; 1h report news.0 delayed 4.4.7; 2h finish", "I8 1h news.0"),
            (
                "0s accept memos.0; 24h ndr memos.0 4.4.7;
                 72h report memos.0.failed failed 4.4.7; 73h finish",
                "I8 3d memos.0.failed",
            ),
        ],
    );
}

#[test]
fn a_by_time_that_returns_is_a_deadline_if_it_is_the_earlier() {
    let by = |within, deliver_by| {
        world_with(|world| {
            world.sources[0].deliver_by = Some((within, ByMode::Return));
            world.sites[1].offers.deliver_by = deliver_by;
        })
    };
    check(
        &by(Span::from_hours(2), None),
        "",
        &[
            ("0s accept orders.0 until 2h; 2h ndr orders.0 5.4.7", ""),
            ("0s accept orders.0 until 2h; 3h finish", "I2 2h orders.0"),
            ("0s accept orders.0", "I7 0s orders.0"),
            ("0s accept orders.0 until 2h; 1h ndr orders.0 5.3.3", "I3 1h orders.0"),
            (
                "0s accept orders.0 until 2h; 1h call branch 253; 1h ndr orders.0 5.3.3;
                 1h close branch",
                "",
            ),
            (
                "0s accept orders.0 until 2h; 1h call branch 253; 1h ndr orders.0 4.4.7",
                "I3 1h orders.0",
            ),
        ],
    );
    check(
        &by(Span::from_hours(2), Some(HOUR)),
        "0s accept orders.0 until 2h;",
        &[
            ("1h call branch 253; 1h ndr orders.0 5.3.3", "I3 1h orders.0"),
            ("1h+1us call branch 253; 1h+1us ndr orders.0 5.3.3", ""),
        ],
    );
    check(
        &by(Span::from_hours(100), None),
        "",
        &[("0s accept orders.0; 48h ndr orders.0 4.4.7", "")],
    );
}

#[test]
fn a_by_time_that_only_notifies_moves_no_deadline() {
    let world = world_with(|world| world.sources[0].deliver_by = Some((HOUR, ByMode::Notify)));
    check(
        &world,
        "0s accept orders.0;",
        &[
            ("1h tell orders.0 delayed 4.4.7; 48h ndr orders.0 4.4.7", ""),
            ("1h-1us tell orders.0 delayed 4.4.7", "I4 59m 59.999999s orders.0"),
            ("47h finish", ""),
            ("48h finish", "I2 2d orders.0"),
        ],
    );
}

#[test]
fn i12_nothing_leaves_before_its_release_and_its_time_counts_from_there() {
    check(
        &world(),
        "0s accept orders.0 release 10h; 0s accept orders.1; 5h call branch 253;",
        &[
            ("5h begin orders.1 branch; 10h begin orders.0 branch", ""),
            ("5h begin orders.0 branch", "I12 5h orders.0"),
            ("5h deliver orders.0 branch", "I12 5h orders.0"),
            ("10h-1us begin orders.0 branch", "I12 9h 59m 59.999999s orders.0"),
            ("5h deliver orders.1 branch; 58h ndr orders.0 4.4.7", ""),
            ("5h deliver orders.1 branch; 58h finish", "I2 2d 10h orders.0"),
        ],
    );
    check(
        &world(),
        "",
        &[
            ("5h accept orders.0 release 4h until 53h", ""),
            ("5h accept orders.0 release 6h until 53h", "I7 5h orders.0"),
        ],
    );
}

#[test]
fn the_priority_is_that_of_the_envelope() {
    check(
        &world(),
        "",
        &[
            ("0s accept orders.0 at urgent until 24h; 24h ndr orders.0 4.4.7", ""),
            ("0s accept orders.0 at urgent; 30h finish", "I7 0s orders.0; I2 1d orders.0"),
            (
                "0s accept orders.0; 1h accept orders.1 at urgent until 25h;
                 2h accept orders.2 at non-urgent until 74h; 3h accept orders.3; 100h finish",
                "I2 1d 1h orders.1; I2 2d orders.0; I2 2d 3h orders.3; I2 3d 2h orders.2",
            ),
        ],
    );
}

#[test]
fn a_reload_moves_only_what_is_accepted_after_it() {
    let world = world_with(|world| {
        let mut policy = world.policy.clone();
        policy.terms.timeout[1] = Span::from_hours(10);
        policy.terms.timeout_report = HOUR;
        policy.terms.delay_notice_held = Some(HOUR);
        let what = Happening::Reload(Box::new(policy));
        world.events.push(HubEvent { at: Instant::ZERO + HOUR, what });
    });
    check(
        &world,
        "0s accept orders.0;",
        &[
            (
                "1h reload 0; 2h accept orders.1 until 12h; 12h report orders.1 failed 4.4.7;
              12h accept orders.1.failed until 13h; 13h dead orders.1.failed 4.4.7",
                "",
            ),
            ("1h reload 0; 2h accept orders.1", "I7 2h orders.1"),
            ("1h accept orders.1; 1h reload 0; 48h finish", "I2 2d orders.0"),
            ("1h reload 0; 1h accept orders.1; 2h finish", ""),
            ("1h reload 0; 1h accept orders.1 until 11h; 12h finish", "I2 11h orders.1"),
            ("1h reload 0; 10h ndr orders.0 4.4.7", "I3 10h orders.0; I7 10h orders.0.failed"),
            ("1h tell orders.0 delayed 4.4.7", "I4 1h orders.0"),
        ],
    );
}

#[test]
fn when_a_message_was_accepted_is_known_whatever_its_envelope_asked_for() {
    let world = world_with(|world| {
        world.sources[3].deliver_by = Some((Span::from_hours(5), ByMode::Return));
    });
    let oracle = judged(
        &world,
        "1h accept orders.0 release 10h; 2h accept alarms.0; 3h accept memos.0 at normal until 51h;
         4h accept grain.0 until 9h; 5h tell memos.0 delayed 4.4.7",
    );
    for (id, at) in [
        ("orders.0", "1h"),
        ("alarms.0", "2h"),
        ("memos.0", "3h"),
        ("grain.0", "4h"),
        ("memos.0.delayed", "5h"),
    ] {
        assert_eq!(oracle.accepted_at(message(id)), Some(instant(at)), "{id}");
    }
    assert_eq!(oracle.accepted_at(message("news.0")), None);
}
