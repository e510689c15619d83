//! The mail of a random scenario: who writes to whom, when, and what the envelope asks for.

use super::dice::Dice;
use super::draft::{BUSY_MINUTES, Draft};
use super::feature::Feature;

/// Adds one to four sources of mail.
pub(super) fn add(draft: &mut Draft, dice: &mut Dice) {
    for number in 1..=dice.number(1, 4) {
        let name = format!("mail-{number}");
        draft.line(&format!("[[traffic]]\nname = \"{name}\""));
        let sender = if draft.has(Feature::FarSenders) {
            let far = format!("clerk@{}", dice.one_of(&draft.domains));
            let choices = ["<>", far.as_str(), "clerk@head.test"];
            dice.one_of(&choices).to_owned()
        } else {
            "clerk@head.test".to_owned()
        };
        draft.text("from", &sender);
        let to = format!("shop@{}", dice.one_of(&draft.domains));
        draft.text("to", &to);
        add_envelope(draft, dice);
        add_arrivals(draft, dice);
        draft.sources.push(name);
    }
}

fn add_envelope(draft: &mut Draft, dice: &mut Dice) {
    let reports: [&[&str]; 4] =
        [&["failure"], &["success", "failure", "delay"], &["success"], &["delay"]];
    if draft.has(Feature::Recipients) {
        let also: Vec<String> = (0..dice.number(1, 3))
            .map(|number| format!("other-{number}@{}", dice.one_of(&draft.domains)))
            .collect();
        draft.list("also", &also);
    }
    if draft.has(Feature::Notify) {
        match dice.number(0, 4) {
            0 => draft.text("notify", "never"),
            choice => draft.list("notify", reports[choice as usize - 1]),
        }
    }
    let mut held_minutes = 0;
    if draft.has(Feature::FutureRelease) && dice.heads() {
        held_minutes = dice.number(1, 600);
        draft.text("hold_for", &format!("{held_minutes}m"));
    }
    if draft.has(Feature::DeliverBy) {
        let within = held_minutes + dice.number(1, 400);
        let mode = dice.one_of(&["return", "notify"]);
        draft.line(&format!("deliver_by = {{ within = \"{within}m\", mode = \"{mode}\" }}"));
    }
    if draft.has(Feature::Variety) {
        draft.line("priority = { urgent = 1, normal = 2, non-urgent = 1 }");
        draft.text("size", dice.one_of(&["1B..20KiB", "2KiB", "600B..700B"]));
    }
}

fn add_arrivals(draft: &mut Draft, dice: &mut Dice) {
    let messages = dice.number(1, 8);
    let first = dice.moment(BUSY_MINUTES / 2);
    match dice.number(0, 4) {
        0 => {
            let at = dice.moments(messages, BUSY_MINUTES / 2);
            draft.list("at", &at);
        }
        1 => draft.line(&format!(
            "every = {{ first = \"{first}\", interval = \"{}\", jitter = \"{}\", messages = {messages} }}",
            dice.minutes(1, 60),
            dice.percent(50)
        )),
        2 => draft.line(&format!(
            "poisson = {{ messages = {messages}, until = \"{}m\" }}",
            BUSY_MINUTES / 2
        )),
        3 => draft.line(&format!(
            "bursts = {{ at = [\"{first}\"], messages = {messages}, spacing = \"{}\" }}",
            dice.one_of(&["0s", "1us", "1s"])
        )),
        _ => draft.line(&format!(
            "on_off = {{ first = \"{first}\", on = \"30m\", off = \"90m\", interval = \"{}\", messages = {messages} }}",
            dice.minutes(1, 15)
        )),
    }
}
