//! What went wrong in a run, one thing after the other, in the words that every report uses.
//!
//! In: a record. Out: [`Failure`]s, and the run's verdict in a word. Nothing is judged here.

use super::{figure, label};
use crate::base::{Instant, Rule};
use crate::oracle::Breach;
use crate::scenario::Scenario;
use crate::sweep::Judgement;
use crate::trial::{CountsJudged, Miss, RunRecord, Verdict};

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When: the first instant at which it could be seen.
    pub at: Instant,
    /// The rule as it is printed (`I2 ends-by-deadline`), the count that came out otherwise
    /// (`expected count delivered`), or the threshold that was missed (`threshold max(waiting) < 9`).
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
            let seen = match broken_rules(&record.breach_counts) {
                rules if rules.is_empty() => "no rule was broken".to_owned(),
                rules => format!("broken were {rules}"),
            };
            vec![at_the_end(rule.to_string(), format!("{exhibit} breaks this rule"), seen)]
        }
        Verdict::Missed(misses) => {
            let told = misses.iter().map(|miss| {
                let (what, expected, seen) = missed(record, miss);
                at_the_end(what, expected, seen)
            });
            told.collect()
        }
    }
}

/// What was missed, what the scenario expects, what came out.
fn missed(record: &RunRecord, miss: &Miss) -> (String, String, String) {
    match miss {
        Miss::Count { count, expected, seen } => (
            format!("expected count {}", count.name()),
            figure::counted(*count, *expected),
            figure::counted(*count, *seen),
        ),
        Miss::Threshold(reading) => (
            format!("threshold {}", reading.threshold.text),
            figure::bound(reading),
            figure::seen(&record.scenario, reading),
        ),
    }
}

fn breaches(record: &RunRecord) -> Vec<Failure> {
    let scenario = &record.scenario;
    record.breaches.iter().map(|breach| broken(scenario, breach)).collect()
}

/// A breach in words.
pub(super) fn broken(scenario: &Scenario, breach: &Breach) -> Failure {
    Failure {
        at: breach.at,
        rule: breach.rule.to_string(),
        expected: breach.expected.clone(),
        seen: breach.seen.clone(),
        message: breach.message.map(|id| label::message(scenario, id)),
        site: breach.site.map(|id| label::site(scenario, id)),
    }
}

/// What was wrong beside the first breach: `in all I2 ends-by-deadline (3 times)`.
pub(super) fn in_all(counts: &[(Rule, u64)]) -> Option<String> {
    let breaches: u64 = counts.iter().map(|(_, breaches)| breaches).sum();
    (breaches > 1).then(|| format!("in all {}", broken_rules(counts)))
}

/// Each rule that was broken and how often: `I2 ends-by-deadline (3 times)`.
pub(super) fn broken_rules(counts: &[(Rule, u64)]) -> String {
    let rules = counts
        .iter()
        .map(|(rule, breaches)| format!("{rule} ({})", label::counted(*breaches, "time")));
    rules.collect::<Vec<_>>().join(", ")
}

/// Whether the run's exhibit is the one that its scenario asks for, by the full id or a prefix.
pub(super) fn is_asked_for(record: &RunRecord) -> bool {
    let asked = record.scenario.expect.caught.as_ref();
    record.exhibit.zip(asked).is_some_and(|(id, (name, _))| id.starts_with(name.as_str()))
}

/// How the exhibit that the scenario asks for was caught.
pub(super) struct Caught {
    /// By which rule.
    pub(super) rule: Rule,
    /// When first; none where that breach was not kept.
    pub(super) at: Option<Instant>,
    /// The other rules that were broken with it.
    pub(super) also: Vec<Rule>,
}

/// How the exhibit that the scenario asks for was caught; none where no such exhibit was.
pub(super) fn caught(record: &RunRecord) -> Option<Caught> {
    let (_, rule) = record.scenario.expect.caught.as_ref()?;
    let mut broken: Vec<Rule> = record.breach_counts.iter().map(|(rule, _)| *rule).collect();
    let rang = broken.contains(rule);
    broken.retain(|other| other != rule);
    let at = record.breaches.iter().find(|breach| breach.rule == *rule).map(|breach| breach.at);
    let caught = record.verdict == Verdict::Passed && is_asked_for(record) && rang;
    caught.then_some(Caught { rule: *rule, at, also: broken })
}

/// The verdict in a word, for machines.
#[must_use]
pub const fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => Judgement::Passed.name(),
        Verdict::Broken => Judgement::Broken.name(),
        Verdict::NotCaught { .. } => Judgement::NotCaught.name(),
        Verdict::Missed(_) => Judgement::Missed.name(),
        Verdict::Interrupted => "interrupted",
    }
}

/// Whether the scenario's counts and thresholds had a say in the verdict, for machines.
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
        Verdict::Missed(_) => (99, "a threshold or an expected count was missed"),
        Verdict::Interrupted => (130, "interrupted"),
    }
}
