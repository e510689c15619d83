//! What a GitHub workflow reads: annotations among the diagnostics, and a summary in Markdown.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::Exit;
use super::fault::Fault;
use crate::base::Span;
use crate::report;
use crate::trial::{CrashReport, Outcome, RunRecord};

/// One line for each run that failed, about its first failure; a workflow shows it at the scenario's
/// file.
pub(super) fn annotations(records: &[RunRecord]) -> String {
    let lines = records.iter().filter_map(|record| {
        let failure = report::failures(record).into_iter().next()?;
        let text = format!(
            "{} seed {}, at {}: expected {}; seen {}",
            record.scenario.name, record.seed, failure.at, failure.expected, failure.seen
        );
        Some(annotation(&record.scenario.path, &failure.rule, &text))
    });
    lines.collect()
}

/// The same for crashes everywhere.
pub(super) fn crash_annotations(reports: &[CrashReport]) -> String {
    let lines = reports.iter().filter_map(|report| {
        let first = report.failures.first()?;
        let failure = report::crashes::told(report, first);
        let text = format!(
            "{} seed {}, a crash at {}, at {}: expected {}; seen {}",
            report.scenario.name,
            report.seed,
            report::crashes::point(first.first, first.second),
            failure.at,
            failure.expected,
            failure.seen
        );
        Some(annotation(&report.scenario.path, &failure.rule, &text))
    });
    lines.collect()
}

/// A workflow command, its line ended.
fn annotation(file: &str, title: &str, text: &str) -> String {
    format!("::error file={},title={}::{}\n", property(file), property(title), message(text))
}

/// `text` as a workflow command's message has it.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// `text` as a workflow command's property has it.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

/// Adds a table of the runs to the file that the workflow shows.
///
/// # Errors
/// A fault of the environment where the file cannot be added to.
pub(super) fn summarise(records: &[RunRecord], file: &Path) -> Result<(), Fault> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    opened.and_then(|mut file| file.write_all(table(records).as_bytes())).map_err(|error| {
        let message = format!("cannot add to {}: {error}", file.display());
        Fault::new(Exit::Environment, message)
            .help("GITHUB_STEP_SUMMARY names that file; unset it, or make it writable")
    })
}

/// The runs as a Markdown table, those that failed first.
fn table(records: &[RunRecord]) -> String {
    let mut text = "## restante\n\n\
        | scenario | seed | exhibit | result | accepted | delivered | returned | largest lateness |\n\
        | --- | ---: | --- | --- | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    let (good, bad): (Vec<_>, Vec<_>) =
        records.iter().partition(|record| Exit::of(&record.verdict) == Exit::Good);
    for record in bad.into_iter().chain(good) {
        text.push_str(&row(record));
    }
    text.push('\n');
    text
}

fn row(record: &RunRecord) -> String {
    let result = match Exit::of(&record.verdict) {
        Exit::Good => "ok".to_owned(),
        failed => format!("**{}**", failed.meaning()),
    };
    let lateness = match record.largest_lateness {
        Span::ZERO => "none".to_owned(),
        late => late.to_string(),
    };
    format!(
        "| {} | {} | {} | {result} | {} | {} | {} | {lateness} |\n",
        record.scenario.name.replace('|', "\\|"),
        record.seed,
        record.exhibit.unwrap_or_default(),
        record.mail.accepted,
        record.mail.of(Outcome::Delivered),
        record.mail.of(Outcome::Ndr),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_is_one_line_whatever_it_says() {
        assert_eq!(
            annotation("scenarios/a,b.toml", "I2: late", "100 % late\nby 1s, or more: 2s"),
            "::error file=scenarios/a%2Cb.toml,title=I2%3A late::100 %25 late%0Aby 1s, or more: 2s\n"
        );
    }
}
