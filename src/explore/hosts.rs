//! The hosts of a random scenario: who calls, over which line, and what goes wrong there.

use super::dice::Dice;
use super::draft::{BUSY_MINUTES, Draft};
use super::feature::Feature;

/// Domains, some below others, so that a subtree can be asked for.
const DOMAINS: [&str; 6] = [
    "branch.example",
    "north.branch.example",
    "far.north.branch.example",
    "notbranch.example",
    "depot.test",
    "yard.depot.test",
];

/// Adds the sender's own host, and one to four others with one to six domains.
pub(super) fn add(draft: &mut Draft, dice: &mut Dice) {
    draft.line("[[route]]\ndomain = \"head.test\"\nmode = \"direct\"");
    let domains = dice.some_of(&DOMAINS);
    let count = dice.number(1, 4);
    let hosts: Vec<u64> = domains.iter().map(|_| dice.number(1, count)).collect();
    for host in 1..=count {
        let own = hosts.iter().zip(&domains).filter(|(of, _)| **of == host);
        let own: Vec<&'static str> = own.map(|(_, domain)| *domain).collect();
        if own.is_empty() {
            continue;
        }
        let is_held = match (draft.has(Feature::HeldRoutes), draft.has(Feature::DirectRoutes)) {
            (true, false) => true,
            (false, true) => false,
            (true, true) | (false, false) => dice.heads(),
        };
        add_host(draft, dice, &format!("host-{host}"), &own, is_held);
    }
}

fn add_host(
    draft: &mut Draft,
    dice: &mut Dice,
    name: &str,
    domains: &[&'static str],
    is_held: bool,
) {
    draft.line(&format!("[[site]]\nname = \"{name}\""));
    if draft.has(Feature::Extensions) {
        draft.list("offers", &dice.some_of(&["DSN", "DELIVERBY 600"]));
    }
    if is_held {
        add_calls(draft, dice, domains);
    } else {
        add_outages(draft, dice);
    }
    add_line(draft, dice, is_held);
    add_troubles(draft, dice, is_held);
    for domain in domains {
        draft.line(&format!("[[route]]\ndomain = \"{domain}\"\nsite = \"{name}\""));
        draft.text("mode", if is_held { "held" } else { "direct" });
        if draft.has(Feature::OtherNodes) && dice.heads() {
            draft.text("queue", "night");
        }
        draft.domains.push(domain);
        if is_held {
            draft.held.push(domain);
        }
    }
}

fn add_calls(draft: &mut Draft, dice: &mut Dice, domains: &[&'static str]) {
    if draft.has(Feature::OtherNodes) {
        let below = format!("@{}", domains[0]);
        let capitals = domains[0].to_uppercase();
        let nodes = [domains[0], &below, &capitals, "#night", "@test", "other.test", domains[0]];
        draft.list("says", &dice.some_of(&nodes));
    }
    if !draft.has(Feature::Calls) {
        return draft.line("calls = \"never\"");
    }
    match dice.number(0, 2) {
        0 => {
            let count = dice.number(1, 6);
            let at = super::draft::list(&dice.moments(count, BUSY_MINUTES));
            draft.line(&format!("calls = {{ at = {at} }}"));
        }
        1 => {
            let (every, first) = (dice.minutes(20, 300), dice.minutes(0, 200));
            draft.line(&format!(
                "calls = {{ every = \"{every}\", first = \"{first}\", jitter = \"{}\", until = \"{BUSY_MINUTES}m\" }}",
                dice.percent(50)
            ));
        }
        _ => {
            let (hour, late) = (dice.number(0, 11), dice.minutes(0, 40));
            draft.line(&format!(
                "calls = {{ timetable = [\"mon-fri {hour:02}:15\", \"daily {:02}:00\"], \
                 zone = \"Europe/Berlin\", late = \"0s..{late}\" }}",
                dice.number(12, 23)
            ));
        }
    }
}

fn add_outages(draft: &mut Draft, dice: &mut Dice) {
    if !draft.has(Feature::Outages) {
        return;
    }
    if dice.heads() {
        let (from, length) = (dice.number(0, BUSY_MINUTES), dice.number(1, 400));
        draft.list("outages", &[format!("{from}m..{}m", from + length)]);
    } else {
        let (up, down) = (dice.minutes(1, 90), dice.minutes(1, 90));
        draft.line(&format!(
            "flapping = {{ up = \"{up}\", down = \"{down}\", jitter = \"{}\", from = \"{}\", until = \"{BUSY_MINUTES}m\" }}",
            dice.percent(50),
            dice.minutes(0, 60)
        ));
    }
}

fn add_line(draft: &mut Draft, dice: &mut Dice, is_held: bool) {
    if draft.has(Feature::SlowLines) {
        draft.text("line.rate", dice.one_of(&["300bit/s", "9.6kbit/s", "33.6kbit/s"]));
        draft.text("line.delay", dice.one_of(&["0s", "150ms", "2s"]));
        draft.text("line.per_message", dice.one_of(&["0s", "0.2s", "90s"]));
    }
    if !draft.has(Feature::BadLines) {
        return;
    }
    if dice.heads() {
        let count = dice.number(1, 3);
        draft.list("line.drops_at", &dice.moments(count, BUSY_MINUTES));
    }
    if is_held && dice.heads() {
        draft.text("line.call_length", &dice.minutes(1, 20));
    }
    if is_held && dice.heads() {
        draft.text("line.drop", &dice.percent(60));
    }
    if is_held && dice.heads() {
        draft.text("line.busy", &dice.percent(60));
        draft.line(&format!("line.redials = {}", dice.number(0, 3)));
    }
}

fn add_troubles(draft: &mut Draft, dice: &mut Dice, is_held: bool) {
    // Where nobody calls nothing is delivered anyway.
    if !draft.has(Feature::Deliveries) && (!is_held || draft.has(Feature::Calls)) {
        draft.line("[[site.trouble]]");
        draft.text("phase", dice.one_of(&["connect", "greeting", "command", "final_dot"]));
        draft.text("does", dice.one_of(&["refuse", "hang"]));
    }
    if !draft.has(Feature::Troubles) {
        return;
    }
    for _ in 0..dice.number(1, 2) {
        let phases = ["lookup", "connect", "greeting", "command", "data", "final_dot"];
        let phase = dice.one_of(&phases);
        let does: &[&str] = if matches!(phase, "lookup" | "connect") {
            &["refuse", "hang"]
        } else {
            &["refuse", "hang", "drop"]
        };
        let does = dice.one_of(does);
        draft.line("[[site.trouble]]");
        draft.text("phase", phase);
        draft.text("does", does);
        if does == "refuse" && dice.heads() {
            draft.text("status", dice.one_of(&["4.2.2", "5.1.1"]));
        }
        if does == "drop" && phase == "data" {
            draft.text("after", dice.one_of(&["1B", "700B", "1KiB"]));
        }
        if dice.heads() {
            draft.text("chance", &dice.percent(60));
        } else {
            draft.line(&format!("nth = [1, {}]", dice.number(2, 4)));
        }
    }
}
