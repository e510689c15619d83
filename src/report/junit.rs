//! `junit.xml`: the suite for a CI server, one test suite a folder, one case a scenario and seed.
//!
//! In: records. Out: XML without times or timestamps, so that equal runs give equal bytes.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::failure::{Failure, failures};
use super::{label, repeat};
use crate::trial::{RunRecord, Verdict};

/// The whole file.
pub(super) fn xml(records: &[RunRecord], changes: &[String]) -> Result<Vec<u8>, SerializeError> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for record in records {
        let (folder, _) = folder_and_stem(record);
        let place = suites.iter().position(|suite| suite.name.as_str() == folder);
        let place = place.unwrap_or_else(|| {
            suites.push(TestSuite::new(folder));
            suites.len() - 1
        });
        suites[place].add_test_case(case(record, changes));
    }
    let mut report = Report::new("restante");
    report.add_test_suites(suites);
    let mut file = Vec::new();
    report.serialize(&mut file)?;
    Ok(file)
}

fn folder_and_stem(record: &RunRecord) -> (&str, &str) {
    let name = record.scenario.name.as_str();
    name.rsplit_once('/').unwrap_or(("scenarios", name))
}

fn case(record: &RunRecord, changes: &[String]) -> TestCase {
    let (folder, stem) = folder_and_stem(record);
    let mut name = format!("{stem} seed {}", record.seed);
    if let Some(exhibit) = record.exhibit {
        name.push_str(&format!(" exhibit {exhibit}"));
    }
    let mut case = TestCase::new(name, status(record, &repeat::canonical(record, changes)));
    case.set_classname(folder);
    case
}

fn status(record: &RunRecord, repeat: &str) -> TestCaseStatus {
    if record.verdict == Verdict::Interrupted {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let at = label::instant(record.ended_at);
        status.set_message(format!("interrupted at {at}")).set_description(repeat);
        return status;
    }
    let failures = failures(record);
    let Some(first) = failures.first() else { return TestCaseStatus::success() };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(first.rule.as_str())
        .set_message(format!(
            "{} at {}: expected {}; seen {}",
            first.rule, first.at, first.expected, first.seen
        ))
        .set_description(description(record, &failures, repeat));
    status
}

/// The repeat command, then every failure that the record keeps.
fn description(record: &RunRecord, failures: &[Failure], repeat: &str) -> String {
    let mut text = format!("{repeat}\n\n{}: {}\n", record.scenario.name, record.scenario.title);
    for failure in failures {
        text.push_str(&format!("\n{} at {}", failure.rule, label::instant(failure.at)));
        if let Some(message) = &failure.message {
            text.push_str(&format!(", message {message}"));
        }
        if let Some(site) = &failure.site {
            text.push_str(&format!(", site {site}"));
        }
        text.push_str(&format!("\n  expected {}\n  seen     {}\n", failure.expected, failure.seen));
    }
    let breaches: u64 = record.breach_counts.iter().map(|(_, breaches)| breaches).sum();
    if record.verdict == Verdict::Broken && breaches > failures.len() as u64 {
        let more = breaches - failures.len() as u64;
        text.push_str(&format!("\nand {} more\n", label::grouped(more)));
    }
    text
}
