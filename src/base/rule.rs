//! The invariants by name: what a hub owes to everyone whose mail it accepted.
//!
//! The rules are judged in `oracle`; here are only the words by which scenarios and reports call them.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// One invariant that an observer from outside can check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Rule {
    /// Every accepted recipient ends exactly once.
    EndsOnce = 1,
    /// It ends no later than its deadline, with what grace and slack allow.
    EndsByDeadline = 2,
    /// No failed report before the deadline without a lawful cause.
    NoEarlyReport = 3,
    /// At most one report of each kind for each recipient.
    ReportsBounded = 4,
    /// Nothing goes to a held route outside a flush.
    CallBeforeDelivery = 5,
    /// What was acknowledged survives a crash.
    AcknowledgedSurvives = 6,
    /// Every deadline published is the judge's own.
    DeadlineFixed = 7,
    /// No report to the null reverse-path, none about a report.
    NoReportOnReport = 8,
    /// No delivery after the failed report.
    NothingAfterTheEnd = 9,
    /// No second delivery.
    NoDuplicate = 10,
    /// Mail reaches only the route of its domain.
    RightHost = 11,
    /// Nothing leaves before its release.
    NotBeforeRelease = 12,
    /// What a call releases is offered: it is answered truly, and its flush ends with nothing left
    /// unoffered.
    CallServed = 13,
}

impl Rule {
    /// Every rule, I1 to I13.
    pub const ALL: [Rule; 13] = [
        Rule::EndsOnce,
        Rule::EndsByDeadline,
        Rule::NoEarlyReport,
        Rule::ReportsBounded,
        Rule::CallBeforeDelivery,
        Rule::AcknowledgedSurvives,
        Rule::DeadlineFixed,
        Rule::NoReportOnReport,
        Rule::NothingAfterTheEnd,
        Rule::NoDuplicate,
        Rule::RightHost,
        Rule::NotBeforeRelease,
        Rule::CallServed,
    ];

    /// `I1` to `I13`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        const IDS: [&str; 13] =
            ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13"];
        IDS[self as usize - 1]
    }

    /// The rule in three words: `ends-by-deadline`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Rule::EndsOnce => "ends-once",
            Rule::EndsByDeadline => "ends-by-deadline",
            Rule::NoEarlyReport => "no-early-report",
            Rule::ReportsBounded => "reports-bounded",
            Rule::CallBeforeDelivery => "call-before-delivery",
            Rule::AcknowledgedSurvives => "acknowledged-survives",
            Rule::DeadlineFixed => "deadline-fixed",
            Rule::NoReportOnReport => "no-report-on-report",
            Rule::NothingAfterTheEnd => "nothing-after-the-end",
            Rule::NoDuplicate => "no-duplicate",
            Rule::RightHost => "right-host",
            Rule::NotBeforeRelease => "not-before-release",
            Rule::CallServed => "call-served",
        }
    }
}

/// As reports print it: `I2 ends-by-deadline`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id(), self.name())
    }
}

/// A text names no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseRuleError;

impl fmt::Display for ParseRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a rule; the rules are I1 to I13")
    }
}

impl Error for ParseRuleError {}

/// Reads the id, the name, or both as [`Rule`] is printed.
impl FromStr for Rule {
    type Err = ParseRuleError;

    fn from_str(text: &str) -> Result<Rule, ParseRuleError> {
        Rule::ALL
            .into_iter()
            .find(|rule| text == rule.id() || text == rule.name() || text == rule.to_string())
            .ok_or(ParseRuleError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_by_its_id_its_name_or_both() {
        for rule in Rule::ALL {
            for text in [rule.id().to_owned(), rule.name().to_owned(), rule.to_string()] {
                assert_eq!(text.parse(), Ok(rule));
            }
        }
        assert_eq!("I14".parse::<Rule>(), Err(ParseRuleError));
    }
}
