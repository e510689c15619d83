//! Whether a run was as it should be: what was broken, what was to be, what came out.

use super::recorder::Recorder;
use super::{CountsJudged, Miss, Outcome, Reading, Verdict};
use crate::base::Rule;
use crate::museum::Exhibit;
use crate::scenario::{Count, Scenario};
use crate::sim::EndCause;

/// A finished run, up for its verdict.
pub(super) struct Case<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) seed: u64,
    pub(super) exhibit: Option<&'static Exhibit>,
    /// The rules that were broken, with how often.
    pub(super) breaches: &'a [(Rule, u64)],
    pub(super) cause: EndCause,
}

impl Case<'_> {
    /// The verdict, and whether counts and thresholds had a say in it.
    ///
    /// They are for the production rules, and where chance has a part for the scenario's own seeds.
    pub(super) fn judge(&self, recorder: &Recorder) -> (Verdict, CountsJudged) {
        if self.cause == EndCause::Stopped {
            return (Verdict::Interrupted, CountsJudged::OtherRules);
        }
        if let Some(rule) = self.rule_to_break() {
            let caught = self.breaches.iter().any(|(broken, _)| *broken == rule);
            let verdict = if caught { Verdict::Passed } else { Verdict::NotCaught { rule } };
            return (verdict, CountsJudged::OtherRules);
        }
        if !self.breaches.is_empty() {
            return (Verdict::Broken, CountsJudged::OtherRules);
        }
        if self.exhibit.is_some() {
            return (Verdict::Passed, CountsJudged::OtherRules);
        }
        if !self.scenario.seeds.contains(&self.seed) && self.scenario.depends_on_seed() {
            return (Verdict::Passed, CountsJudged::OtherSeed);
        }
        let misses = self.misses(recorder);
        let verdict = if misses.is_empty() { Verdict::Passed } else { Verdict::Missed(misses) };
        (verdict, CountsJudged::Yes)
    }

    /// The rule that must catch this run's exhibit; none where the scenario asks for no exhibit, or
    /// for another.
    fn rule_to_break(&self) -> Option<Rule> {
        let (name, rule) = self.scenario.expect.caught.as_ref()?;
        let exhibit = self.exhibit?;
        exhibit.id.starts_with(name.as_str()).then_some(*rule)
    }

    fn misses(&self, recorder: &Recorder) -> Vec<Miss> {
        let counts = self.scenario.expect.counts.iter().filter_map(|&(count, expected)| {
            let seen = count_of(count, recorder);
            (seen != expected).then_some(Miss::Count { count, expected, seen })
        });
        let readings = recorder.readings.iter().filter(|reading| !Reading::holds(reading));
        counts.chain(readings.cloned().map(Miss::Threshold)).collect()
    }
}

fn count_of(count: Count, recorder: &Recorder) -> u64 {
    let Recorder { mail, reports, hub, .. } = recorder;
    match count {
        Count::Accepted => mail.accepted,
        Count::Delivered => mail.of(Outcome::Delivered),
        Count::Ndr => mail.of(Outcome::Ndr),
        Count::DeadLetter => mail.of(Outcome::DeadLetter),
        Count::Suppressed => mail.of(Outcome::Suppressed),
        Count::Cancelled => mail.of(Outcome::Cancelled),
        Count::Open => mail.of(Outcome::Open),
        Count::ReportsDelivered => reports.of(Outcome::Delivered),
        Count::DelayNotices => hub.tally.delay_notices,
        Count::RelayNotices => hub.tally.relay_notices,
        Count::Refused => hub.tally.refused,
        Count::Duplicates => hub.tally.duplicates,
        Count::Ambiguous => hub.tally.ambiguous,
        Count::Lost => hub.tally.lost,
        Count::Alarms => hub.life.alarms,
    }
}
