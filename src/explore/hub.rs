//! The hub of a random scenario: its policy, its limits, and what befalls it.

use super::dice::Dice;
use super::draft::{BUSY_MINUTES, Draft};
use super::feature::Feature;

/// Adds the hub's settings.
pub(super) fn add(draft: &mut Draft, dice: &mut Dice) {
    draft.line("[hub]");
    draft.text("policy", dice.one_of(&["ims", "rfc5321"]));
    if draft.has(Feature::OwnPolicy) {
        draft.text("timeout_urgent", &dice.minutes(1, 120));
        draft.text("timeout_normal", &dice.minutes(60, 600));
        draft.text("timeout_report", &dice.minutes(30, 600));
        draft.text("transfer_grace", dice.one_of(&["0s", "1m", "20m"]));
        draft.line(&format!(
            "retry = {}",
            dice.one_of(&["\"none\"", "[\"1m\"]", "[\"15m\", \"30m\", \"1h\"]", "[\"5h\"]"])
        ));
    }
    if draft.has(Feature::DelayNotices) {
        draft.text("delay_notice_held", &dice.minutes(10, 300));
        draft.text("delay_notice_direct", &dice.minutes(10, 300));
    }
    if draft.has(Feature::ConnectionLimits) {
        draft.line(&format!("connections_per_route = {}", dice.number(1, 3)));
        draft.line(&format!("connections_per_site = {}", dice.number(1, 2)));
        draft.line(&format!("connections = {}", dice.number(1, 3)));
    }
    if draft.has(Feature::QueueLimits) {
        draft.line(&format!("limit_messages = {}", dice.number(3, 20)));
        draft.line(&format!("reserve_messages = {}", dice.number(0, 2)));
        draft.text("limit_size", "64KiB");
    }
    if draft.has(Feature::PersistDelay) {
        draft.text("persist_delay", dice.one_of(&["1us", "10ms", "2s"]));
    }
    if draft.has(Feature::BadDisks) {
        let left = dice.one_of(&["dropped", "kept", "reordered", "torn"]);
        draft.text("disk.at_crash", left);
        // A hub that cannot store cannot note that its wall clock was set back either: after a restart it takes
        // hub time up where it last stored it, and no judge can follow.
        if dice.heads() && !draft.has(Feature::ClockSteps) {
            draft.line(&format!("disk.fails_at_write = {}", dice.number(20, 400)));
        }
    }
}

/// Adds what befalls the hub, one thing after the other: none falls into a time in which it is down.
pub(super) fn add_events(draft: &mut Draft, dice: &mut Dice) {
    let kinds = [
        (Feature::Restarts, "crash"),
        (Feature::Suspensions, "suspend"),
        (Feature::ClockSteps, "clock_step"),
        (Feature::Orders, "order"),
        (Feature::Reloads, "reload"),
    ];
    let kinds: Vec<&str> =
        kinds.iter().filter(|(feature, _)| draft.has(*feature)).map(|(_, kind)| *kind).collect();
    if kinds.is_empty() {
        return;
    }
    let mut minute = dice.number(1, 120);
    while minute < BUSY_MINUTES {
        let down_minutes = dice.number(1, 100);
        let at = dice.about(minute);
        match dice.one_of(&kinds) {
            "crash" => {
                let keep = dice.one_of(&["\"drawn\"", "\"all\"", "\"none\"", "1"]);
                event(
                    draft,
                    &at,
                    &format!("crash = {{ down = \"{down_minutes}m\", keep = {keep} }}"),
                );
            }
            "suspend" => event(draft, &at, &format!("suspend = \"{down_minutes}m\"")),
            "clock_step" => {
                let step = dice.one_of(&["-1h", "1h", "-30d", "5m"]);
                event(draft, &at, &format!("clock_step = \"{step}\""));
            }
            "reload" => {
                let timeout = dice.minutes(30, 900);
                event(draft, &at, &format!("reload = {{ timeout_normal = \"{timeout}\" }}"));
            }
            _ => add_order(draft, dice, &at),
        }
        minute += down_minutes + 1 + dice.number(1, 200);
    }
    if draft.has(Feature::Restarts) && dice.heads() {
        let record = dice.number(1, 40);
        draft.line(&format!("[[event]]\nat_record = {record}\ncrash = {{ down = \"1m\" }}"));
    }
}

fn event(draft: &mut Draft, at: &str, what: &str) {
    draft.line(&format!("[[event]]\nat = \"{at}\"\n{what}"));
}

fn add_order(draft: &mut Draft, dice: &mut Dice, at: &str) {
    let orders = ["pause", "resume", "hold", "release", "cancel", "expire", "flush"];
    let order = dice.one_of(&orders);
    let domain = dice.one_of(&draft.domains);
    let source = draft.sources[dice.number(0, draft.sources.len() as u64 - 1) as usize].clone();
    let message = format!("{source}#{}", dice.number(1, 4));
    let target = match order {
        "pause" | "resume" | "flush" => dice.one_of(&["all", domain]),
        _ => dice.one_of(&["all", domain, message.as_str()]),
    };
    event(draft, at, &format!("{order} = \"{target}\""));
    if dice.heads() {
        event(draft, at, "list = \"all\"");
    }
}
