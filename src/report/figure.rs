//! Counts and thresholds in words: what was expected, what came out, each with its unit.
//!
//! In: what a scenario expects and what a record holds. Out: short texts. Nothing is judged here.

use super::label;
use crate::base::Span;
use crate::scenario::{Count, Metric, Relation, Scenario};
use crate::trial::Reading;

/// A number of what a count counts: `2 messages`, `1 alarm`.
pub(super) fn counted(count: Count, number: u64) -> String {
    let one = match count {
        Count::Accepted
        | Count::Delivered
        | Count::Ndr
        | Count::DeadLetter
        | Count::Suppressed
        | Count::Cancelled
        | Count::Open => "message",
        Count::ReportsDelivered | Count::DelayNotices | Count::RelayNotices => "report",
        Count::Refused => "refusal",
        Count::Duplicates => "duplicate",
        Count::Ambiguous => "unheard answer",
        Count::Lost => "lost message",
        Count::Alarms => "alarm",
    };
    label::counted(number, one)
}

/// What a threshold asks for: `at most 2d 5m`.
pub(super) fn bound(reading: &Reading) -> String {
    let threshold = &reading.threshold;
    let relation = match threshold.relation {
        Relation::Less => "less than",
        Relation::AtMost => "at most",
        Relation::Equal => "exactly",
        Relation::AtLeast => "at least",
        Relation::Greater => "more than",
    };
    format!("{relation} {}", measured(threshold.metric, threshold.bound))
}

/// What came out for a threshold, or that there was nothing to take the statistic of.
pub(super) fn seen(scenario: &Scenario, reading: &Reading) -> String {
    let metric = reading.threshold.metric;
    let Some(figure) = reading.seen else { return nothing(metric).to_owned() };
    let figure = measured(metric, figure);
    match metric {
        // What came and went between two counts is not in it.
        Metric::Waiting | Metric::WaitingBytes | Metric::Connections => {
            format!("{figure}, counted every {}", scenario.record.sample_interval)
        }
        _ => figure,
    }
}

fn measured(metric: Metric, figure: u64) -> String {
    match metric {
        Metric::TimeToTerminal | Metric::TimeToDelivery | Metric::TimeToReturn => {
            Span::from_micros(figure).to_string()
        }
        Metric::Attempts => label::counted(figure, "attempt"),
        Metric::Waiting => label::counted(figure, "message"),
        Metric::WaitingBytes => label::counted(figure, "byte"),
        Metric::Connections => label::counted(figure, "connection"),
    }
}

const fn nothing(metric: Metric) -> &'static str {
    match metric {
        Metric::TimeToTerminal | Metric::Attempts => "nothing: no mail ended",
        Metric::TimeToDelivery => "nothing: no mail was delivered",
        Metric::TimeToReturn => "nothing: no mail was returned",
        Metric::Waiting | Metric::WaitingBytes | Metric::Connections => {
            "nothing: the queue was not counted"
        }
    }
}

/// The unit of a metric's figures, for machines.
pub(super) const fn unit(metric: Metric) -> &'static str {
    match metric {
        Metric::TimeToTerminal | Metric::TimeToDelivery | Metric::TimeToReturn => "us",
        Metric::Attempts => "attempts",
        Metric::Waiting => "messages",
        Metric::WaitingBytes => "bytes",
        Metric::Connections => "connections",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::scenario::{Statistic, Threshold};

    #[test]
    fn a_count_has_its_unit() {
        for (count, number, text) in [
            (Count::Delivered, 1, "1 message"),
            (Count::ReportsDelivered, 2, "2 reports"),
            (Count::Ambiguous, 1, "1 unheard answer"),
            (Count::Ambiguous, 1_000, "1,000 unheard answers"),
            (Count::Refused, 0, "0 refusals"),
            (Count::Lost, 2, "2 lost messages"),
        ] {
            assert_eq!(counted(count, number), text);
        }
    }

    #[test]
    fn a_threshold_is_told_with_its_unit_and_what_it_was_taken_of() {
        let scenario = sample::scenario("basic/never-calls", 1);
        for (metric, relation, limit, figure, bound_text, seen_text) in [
            (
                Metric::TimeToReturn,
                Relation::AtMost,
                172_800_000_000,
                Some(172_800_000_001),
                "at most 2d",
                "2d 0.000001s",
            ),
            (
                Metric::Waiting,
                Relation::Less,
                10_000,
                Some(12_000),
                "less than 10,000 messages",
                "12,000 messages, counted every 1h",
            ),
            (
                Metric::TimeToDelivery,
                Relation::AtLeast,
                1,
                None,
                "at least 0.000001s",
                "nothing: no mail was delivered",
            ),
        ] {
            let (text, statistic) = (String::new(), Statistic::Max);
            let threshold = Threshold { text, statistic, metric, relation, bound: limit };
            let reading = Reading { threshold, seen: figure };
            assert_eq!(bound(&reading), bound_text);
            assert_eq!(seen(&scenario, &reading), seen_text);
        }
    }
}
