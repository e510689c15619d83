//! Hosts, written out: their calls, their outages, what goes wrong at them.

use std::collections::BTreeSet;

use super::quantity::{instant, length, list, size, text};
use super::{File, Inline};
use crate::base::{Instant, Span};
use crate::scenario::meaning::line;
use crate::scenario::{
    Does, Line, Occasions, Offers, Presence, Says, Scenario, Site, SiteCourse, Trouble,
    TroublePhase,
};

/// Writes one `[[site]]` with its troubles.
pub(super) fn write(
    file: &mut File,
    scenario: &Scenario,
    site: &Site,
    course: Option<&SiteCourse>,
) {
    let nothing = SiteCourse::default();
    let course = course.unwrap_or(&nothing);
    file.head("[[site]]");
    file.key("name", text(&site.name));
    match &site.presence {
        Presence::OnCall(_) if course.calls.is_empty() => file.key("calls", text("never")),
        Presence::OnCall(_) => {
            file.key(
                "calls",
                format!("{{ at = {} }}", list(course.calls.iter().copied().map(instant))),
            );
        }
        Presence::Always { outages, .. } => {
            let outages = apart(outages.iter().chain(&course.outages).copied());
            if !outages.is_empty() {
                file.key("outages", list(outages.into_iter().map(window)));
            }
        }
    }
    if let Says::Nodes(nodes) = &site.says {
        let said = nodes.iter().map(|node| text(&scenario.nodes[*node as usize]));
        file.key("says", list(said));
    }
    write_offers(file, site.offers);
    write_line(file, site, &course.drops);
    for (number, trouble) in site.troubles.iter().enumerate() {
        let strikes = course.strikes.get(number).map_or(&[][..], Vec::as_slice);
        write_trouble(file, trouble, strikes);
    }
}

/// Whether a host has nothing of its own: it is always on a line that takes no time.
pub(super) fn is_plain(site: &Site) -> bool {
    let Site { name: _, presence, line, says, offers, troubles } = site;
    *presence == Presence::Always { outages: Vec::new(), flapping: None }
        && *line == line::free()
        && *says == Says::EachDomain
        && *offers == Offers::default()
        && troubles.is_empty()
}

fn window((from, until): (Instant, Instant)) -> String {
    let (from, until) = (instant(from), instant(until));
    format!("{}..{}", from.trim_end_matches('"'), until.trim_start_matches('"'))
}

/// The same times in order, those that overlap made one.
fn apart(times: impl Iterator<Item = (Instant, Instant)>) -> Vec<(Instant, Instant)> {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    let mut apart: Vec<(Instant, Instant)> = Vec::new();
    for (from, until) in times {
        match apart.last_mut() {
            Some((_, last)) if from < *last => *last = until.max(*last),
            _ => apart.push((from, until)),
        }
    }
    apart
}

fn write_offers(file: &mut File, offers: Offers) {
    let dsn = offers.dsn.then(|| text("DSN"));
    let deliver_by = offers.deliver_by.map(|least| match least {
        Span::ZERO => text("DELIVERBY"),
        least => text(&format!("DELIVERBY {}", least.micros() / 1_000_000)),
    });
    let all: Vec<String> = dsn.into_iter().chain(deliver_by).collect();
    if !all.is_empty() {
        file.key("offers", list(all));
    }
}

/// The line without chance: what dropped by chance drops at its instant, and what came through did
/// not find the line busy.
fn write_line(file: &mut File, site: &Site, drops: &[Instant]) {
    let Line { rate_bits_s, delay, per_message, call_length, patience, drops_at, .. } = &site.line;
    let free = line::free();
    let mut table = Inline::default();
    if let Some(rate) = rate_bits_s {
        table.key("rate", format!("\"{rate}bit/s\""));
    }
    for (key, value, usual) in [
        ("delay", *delay, free.delay),
        ("per_message", *per_message, free.per_message),
        ("patience", *patience, free.patience),
    ] {
        if value != usual {
            table.key(key, length(value));
        }
    }
    if let Some(call_length) = call_length {
        table.key("call_length", length(*call_length));
    }
    let drops: BTreeSet<Instant> = drops_at.iter().chain(drops).copied().collect();
    if !drops.is_empty() {
        table.key("drops_at", list(drops.into_iter().map(instant)));
    }
    if !table.0.is_empty() {
        file.key("line", table.text());
    }
}

/// Writes a trouble; `strikes` are the occasions that were drawn, where they were. One that struck on
/// none is left out.
fn write_trouble(file: &mut File, trouble: &Trouble, strikes: &[u64]) {
    let nth = match &trouble.occasions {
        Occasions::All => None,
        Occasions::Nth(numbers) => Some(numbers.as_slice()),
        Occasions::Chance(_) if strikes.is_empty() => return,
        Occasions::Chance(_) => Some(strikes),
    };
    file.head("[[site.trouble]]");
    file.key("phase", text(phase(trouble.phase)));
    match trouble.does {
        Does::Refuse(status) => {
            file.key("does", text("refuse"));
            file.key("status", text(&status.to_string()));
        }
        Does::Hang => file.key("does", text("hang")),
        Does::Drop { after_bytes } => {
            file.key("does", text("drop"));
            if after_bytes > 0 {
                file.key("after", size(after_bytes));
            }
        }
    }
    if let Some(nth) = nth {
        file.key("nth", list(nth.iter().map(u64::to_string)));
    }
    if trouble.from > Instant::ZERO {
        file.key("from", instant(trouble.from));
    }
    if trouble.until < Instant::NEVER {
        file.key("until", instant(trouble.until));
    }
}

const fn phase(phase: TroublePhase) -> &'static str {
    match phase {
        TroublePhase::Lookup => "lookup",
        TroublePhase::Connect => "connect",
        TroublePhase::Greeting => "greeting",
        TroublePhase::Command => "command",
        TroublePhase::Data => "data",
        TroublePhase::FinalDot => "final_dot",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_overlap_are_one_and_times_that_touch_are_two() {
        let at = Instant::from_micros;
        let times = |list: &[(u64, u64)]| list.iter().map(|(a, b)| (at(*a), at(*b))).collect();
        for (written, expected) in [
            (&[(3, 4), (1, 2)][..], &[(1, 2), (3, 4)][..]),
            (&[(1, 3), (3, 4)], &[(1, 3), (3, 4)]),
            (&[(1, 3), (2, 4), (3, 6)], &[(1, 6)]),
            (&[(1, 9), (2, 3)], &[(1, 9)]),
        ] {
            let (written, expected): (Vec<_>, Vec<_>) = (times(written), times(expected));
            assert_eq!(apart(written.into_iter()), expected);
        }
    }
}
