//! Thresholds as they are written: `p99(time_to_terminal) <= 48h5m`.
//!
//! In: text. Out: statistic, metric, relation and bound, the bound in the metric's own unit. Whether
//! a run keeps to it is judged elsewhere.

use super::model::{Metric, Relation, Statistic, Threshold};
use super::problem::suggestion;
use super::quantity::Length;
use super::quote::quoted;
use super::text::{Kind, Misread};

/// A threshold.
#[derive(Debug)]
pub(crate) enum Bound {}

/// What a metric is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// Microseconds; written with any unit of time.
    Time,
    /// Bytes; written with any unit of size.
    Size,
    /// Whole numbers.
    Number,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Metric; 7] = [
        Metric::TimeToTerminal,
        Metric::TimeToDelivery,
        Metric::TimeToReturn,
        Metric::Attempts,
        Metric::Waiting,
        Metric::WaitingBytes,
        Metric::Connections,
    ];

    /// The word in a threshold: `time_to_terminal`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Metric::TimeToTerminal => "time_to_terminal",
            Metric::TimeToDelivery => "time_to_delivery",
            Metric::TimeToReturn => "time_to_return",
            Metric::Attempts => "attempts",
            Metric::Waiting => "waiting",
            Metric::WaitingBytes => "waiting_bytes",
            Metric::Connections => "connections",
        }
    }

    const fn unit(self) -> Unit {
        match self {
            Metric::TimeToTerminal | Metric::TimeToDelivery | Metric::TimeToReturn => Unit::Time,
            Metric::WaitingBytes => Unit::Size,
            Metric::Attempts | Metric::Waiting | Metric::Connections => Unit::Number,
        }
    }
}

impl Relation {
    /// Every relation; one that another begins with comes after it.
    pub const ALL: [Relation; 5] =
        [Relation::AtMost, Relation::AtLeast, Relation::Equal, Relation::Less, Relation::Greater];

    /// The sign in a threshold: `<=`.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Relation::Less => "<",
            Relation::AtMost => "<=",
            Relation::Equal => "==",
            Relation::AtLeast => ">=",
            Relation::Greater => ">",
        }
    }
}

impl Kind for Bound {
    type Value = Threshold;
    const NOUN: &'static str = "a bound on a statistic";
    const EXAMPLES: &'static [&'static str] =
        &["p99(time_to_terminal) <= 48h5m", "max(waiting) < 10000"];

    fn read(text: &str) -> Result<Threshold, Misread> {
        let parts = text.split_once('(').and_then(|(statistic, rest)| {
            let (metric, rest) = rest.split_once(')')?;
            Some((statistic.trim(), metric.trim(), rest.trim()))
        });
        let (statistic, metric, rest) = parts.ok_or_else(|| Misread::not::<Bound>(text))?;
        let statistic = read_statistic(statistic)?;
        let metric = read_metric(metric)?;
        let found = Relation::ALL.into_iter().find_map(|relation| {
            rest.strip_prefix(relation.sign()).map(|bound| (relation, bound.trim()))
        });
        let (relation, bound) = found.ok_or_else(|| {
            let begin: String = rest.chars().take_while(|c| !c.is_alphanumeric()).collect();
            let message = format!("unknown relation {}", quoted(begin.trim()));
            Misread::new(message, "how is it to compare?").help("write one of <, <=, ==, >=, >")
        })?;
        let bound = read_bound(bound, metric)?;
        Ok(Threshold { text: text.to_owned(), statistic, metric, relation, bound })
    }
}

fn read_statistic(text: &str) -> Result<Statistic, Misread> {
    match text {
        "min" => return Ok(Statistic::Min),
        "max" => return Ok(Statistic::Max),
        "mean" => return Ok(Statistic::Mean),
        _ => {}
    }
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    match text.strip_prefix('p').filter(|rank| !rank.is_empty() && rank.chars().all(digits)) {
        Some(rank) => hundredths(rank).map(Statistic::Percentile).ok_or_else(|| {
            Misread::new(format!("{} is no percentile", quoted(text)), "no such percentile")
                .help("write p0.01 to p100, with at most two decimals")
        }),
        None => {
            Err(Misread::new(format!("unknown statistic {}", quoted(text)), "no such statistic")
                .help(suggestion(text, ["min", "max", "mean", "p50", "p99"], "statistics are")))
        }
    }
}

/// A percentage with at most two decimals, more than nothing and at most 100, in hundredths.
fn hundredths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if !(1..=2).contains(&decimals.len()) {
        return None;
    }
    let value = whole.parse::<u32>().ok()?.checked_mul(100)?;
    let value = value.checked_add(format!("{decimals:0<2}").parse().ok()?)?;
    (1..=10_000).contains(&value).then_some(value)
}

fn read_metric(text: &str) -> Result<Metric, Misread> {
    let found = Metric::ALL.into_iter().find(|metric| metric.name() == text);
    found.ok_or_else(|| {
        let names = Metric::ALL.map(Metric::name);
        Misread::new(format!("unknown metric {}", quoted(text)), "no such metric").help(suggestion(
            text,
            names,
            "the metrics are",
        ))
    })
}

fn read_bound(text: &str, metric: Metric) -> Result<u64, Misread> {
    match metric.unit() {
        Unit::Time => Length::read(text).map(crate::base::Span::micros),
        Unit::Size => super::quantity::Volume::read(text),
        Unit::Number => text.parse().map_err(|_| {
            let message = format!("{} is no whole number", quoted(text));
            let label = format!("`{}` is a number without a unit", metric.name());
            Misread::new(message, label).help("for example max(waiting) < 10000")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_read_in_the_unit_of_its_metric() {
        use {Metric as M, Relation as R, Statistic as S};
        for (text, statistic, metric, relation, bound) in [
            (
                "p99(time_to_terminal) <= 48h5m",
                S::Percentile(9_900),
                M::TimeToTerminal,
                R::AtMost,
                173_100_000_000,
            ),
            ("max(waiting) < 10000", S::Max, M::Waiting, R::Less, 10_000),
            (
                "p99.9(time_to_return)<=2d",
                S::Percentile(9_990),
                M::TimeToReturn,
                R::AtMost,
                172_800_000_000,
            ),
            ("p0.01(attempts) >= 0", S::Percentile(1), M::Attempts, R::AtLeast, 0),
            ("p100( connections ) == 1", S::Percentile(10_000), M::Connections, R::Equal, 1),
            ("mean(attempts) <= 3", S::Mean, M::Attempts, R::AtMost, 3),
            (
                "min(time_to_delivery) > 1h - 1us",
                S::Min,
                M::TimeToDelivery,
                R::Greater,
                3_599_999_999,
            ),
            ("max(waiting_bytes) < 8GiB", S::Max, M::WaitingBytes, R::Less, 8 << 30),
        ] {
            let expected = Threshold { text: text.to_owned(), statistic, metric, relation, bound };
            assert_eq!(Bound::read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_threshold_is_refused_with_its_reason() {
        for (text, message, help) in [
            ("p99 <= 3", "`p99 <= 3` cannot be read", "for example"),
            ("median(waiting) < 3", "unknown statistic `median`", "did you mean `mean`?"),
            ("avg(waiting) < 3", "unknown statistic `avg`", "statistics are: `min`"),
            ("p0(waiting) < 3", "`p0` is no percentile", "p0.01 to p100"),
            ("p100.01(waiting) < 3", "`p100.01` is no percentile", "p0.01 to p100"),
            ("p99.999(waiting) < 3", "`p99.999` is no percentile", "p0.01 to p100"),
            ("p(waiting) < 3", "unknown statistic `p`", ""),
            ("max(wating) < 3", "unknown metric `wating`", "did you mean `waiting`?"),
            ("max(waiting) = 3", "unknown relation `=`", "write one of"),
            ("max(waiting)", "unknown relation ``", "write one of"),
            ("max(waiting) < 3s", "`3s` is no whole number", "max(waiting) < 10000"),
            ("max(waiting) < -1", "`-1` is no whole number", "max(waiting) < 10000"),
            ("max(time_to_return) < 48", "missing unit", "write \"48s\""),
            ("max(waiting_bytes) < 48", "missing unit", "the units are"),
            ("max(time_to_return) < soon", "`soon` is not a time", "number and a unit"),
        ] {
            let misread = Bound::read(text).expect_err(text);
            assert_eq!(misread.message, message, "{text}");
            assert!(misread.help.unwrap_or_default().contains(help), "{text}");
        }
    }
}
