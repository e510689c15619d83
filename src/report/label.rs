//! Names for what a record knows by number, and words that several reports share.
//!
//! In: a record, and ids, counts or spans in it. Out: short texts.

use crate::base::{Instant, MessageId, Micros, SiteId, Span};
use crate::scenario::Scenario;
use crate::trial::RunRecord;

/// The id as reports write it, with the source's name for its number: `orders.17.failed`.
pub(super) fn message(scenario: &Scenario, id: MessageId) -> String {
    let text = id.to_string();
    match (scenario.sources.get(id.source() as usize), text.split_once('.')) {
        (Some(source), Some((_, rest))) => format!("{}.{rest}", source.name),
        _ => text,
    }
}

/// The name of a site; its number where the scenario has no such site.
pub(super) fn site(scenario: &Scenario, id: SiteId) -> String {
    scenario
        .sites
        .get(id.index())
        .map_or_else(|| format!("site {}", id.0), |site| site.name.clone())
}

/// The rules that a run was made with: `production rules`, or the exhibit.
pub(super) fn rules(record: &RunRecord) -> String {
    record.exhibit.map_or_else(|| "production rules".to_owned(), |id| format!("exhibit {id}"))
}

/// An instant for people and for machines: `2d (172800.000000 s)`.
pub(super) fn instant(at: Instant) -> String {
    if at == Instant::NEVER { at.to_string() } else { format!("{at} ({} s)", Micros::from(at)) }
}

/// A number and what it counts: `1 message`, `12,000 messages`.
pub(super) fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

/// A number with commas between its thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A span cut to its two largest parts, for a label: `1d 23h` for a microsecond less than two days.
pub(super) fn rough(span: Span) -> String {
    let micros = span.micros();
    let units = [(86_400_000_000, 3_600_000_000), (3_600_000_000, 60_000_000)];
    let kept = units
        .into_iter()
        .find(|(unit, _)| micros >= *unit)
        .map_or(if micros >= 1_000_000 { 10_000 } else { 1 }, |(_, part)| part);
    if span == Span::FOREVER {
        return span.to_string();
    }
    Span::from_micros(micros / kept * kept).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1, "run"), "1 run");
        assert_eq!(counted(2_000, "run"), "2,000 runs");
    }

    #[test]
    fn a_rough_span_keeps_two_parts() {
        for (micros, text) in [
            (172_799_999_999, "1d 23h"),
            (172_800_000_001, "2d"),
            (3_661_000_000, "1h 1m"),
            (61_234_567, "1m 1.23s"),
            (200_000, "0.2s"),
            (u64::MAX, "for ever"),
        ] {
            assert_eq!(rough(Span::from_micros(micros)), text);
        }
    }
}
