//! What went wrong in a run, one thing after the other, in the words that every report uses.
//!
//! In: a record. Out: [`Failure`]s, and the run's verdict in a word. Nothing is judged here.

use super::label;
use crate::base::{Instant, Rule};
use crate::trial::{CountsJudged, RunRecord, Verdict};

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When: the first instant at which it could be seen.
    pub at: Instant,
    /// The rule as it is printed (`I2 ends-by-deadline`), or the count that came out otherwise
    /// (`expected count delivered`).
    pub rule: String,
    /// What was to be.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// Over which message: `orders.17`.
    pub message: Option<String>,
    /// At which site.
    pub site: Option<String>,
}

/// What went wrong in the run: none where it passed, and none where it was interrupted, since it
/// was not seen to its end then.
#[must_use]
pub fn failures(record: &RunRecord) -> Vec<Failure> {
    let at_the_end = |rule: String, expected: String, seen: String| Failure {
        at: record.ended_at,
        rule,
        expected,
        seen,
        message: None,
        site: None,
    };
    match &record.verdict {
        Verdict::Passed | Verdict::Interrupted => Vec::new(),
        Verdict::Broken => breaches(record),
        Verdict::NotCaught { rule } => {
            let exhibit = record.exhibit.unwrap_or("the exhibit");
            let seen = match broken_rules(record) {
                rules if rules.is_empty() => "no rule was broken".to_owned(),
                rules => format!("broken were {rules}"),
            };
            vec![at_the_end(rule.to_string(), format!("{exhibit} breaks this rule"), seen)]
        }
        Verdict::Missed(misses) => misses
            .iter()
            .map(|miss| {
                at_the_end(
                    format!("expected count {}", miss.count),
                    label::counted(miss.expected, "message"),
                    label::counted(miss.seen, "message"),
                )
            })
            .collect(),
    }
}

fn breaches(record: &RunRecord) -> Vec<Failure> {
    let scenario = &record.scenario;
    let told = record.breaches.iter().map(|breach| Failure {
        at: breach.at,
        rule: breach.rule.to_string(),
        expected: breach.expected.clone(),
        seen: breach.seen.clone(),
        message: breach.message.map(|id| label::message(scenario, id)),
        site: breach.site.map(|id| label::site(scenario, id)),
    });
    told.collect()
}

/// Each rule that was broken and how often: `I2 ends-by-deadline (3 times)`.
pub(super) fn broken_rules(record: &RunRecord) -> String {
    let rules = record
        .breach_counts
        .iter()
        .map(|(rule, breaches)| format!("{rule} ({})", label::counted(*breaches, "time")));
    rules.collect::<Vec<_>>().join(", ")
}

/// Whether the run's exhibit is the one that its scenario asks for, by the full id or a prefix.
pub(super) fn is_asked_for(record: &RunRecord) -> bool {
    let asked = record.scenario.expect.caught.as_ref();
    record.exhibit.zip(asked).is_some_and(|(id, (name, _))| id.starts_with(name.as_str()))
}

/// The rule that caught the exhibit that the scenario asks for, and when first; none where no such
/// exhibit was caught.
pub(super) fn caught(record: &RunRecord) -> Option<(Rule, Option<Instant>)> {
    let (_, rule) = record.scenario.expect.caught.as_ref()?;
    let rang = record.breach_counts.iter().any(|(broken, _)| broken == rule);
    let at = record.breaches.iter().find(|breach| breach.rule == *rule).map(|breach| breach.at);
    (record.verdict == Verdict::Passed && is_asked_for(record) && rang).then_some((*rule, at))
}

/// The verdict in a word, for machines.
pub(super) const fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Broken => "broken",
        Verdict::NotCaught { .. } => "not-caught",
        Verdict::Missed(_) => "missed",
        Verdict::Interrupted => "interrupted",
    }
}

/// Whether the scenario's counts had a say in the verdict, for machines.
pub(super) const fn counts_judged_name(counts_judged: CountsJudged) -> &'static str {
    match counts_judged {
        CountsJudged::Yes => "yes",
        CountsJudged::OtherSeed => "not-judged-other-seed",
        CountsJudged::OtherRules => "not-judged-other-rules",
    }
}

/// The exit code that the verdict alone would give, and what it means.
pub(super) const fn exit_meaning(verdict: &Verdict) -> (u8, &'static str) {
    match verdict {
        Verdict::Passed => (0, "all good"),
        Verdict::Broken => (1, "an invariant was broken"),
        Verdict::NotCaught { .. } => (8, "an exhibit was not caught by its rule"),
        Verdict::Missed(_) => (99, "an expected count was missed"),
        Verdict::Interrupted => (130, "interrupted"),
    }
}
