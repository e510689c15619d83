//! Crashes everywhere as text: the first failures, a table, a closing line.

use std::time::Duration;

use super::{Crashes, Totals, point, repeat_of, told, where_it_was};
use crate::report::console::{Context, Style, about};
use crate::report::table::{BOLD, Line, Mark, laid_out, painted};
use crate::report::{failure, label};
use crate::trial::{CrashFault, CrashReport};

/// How many scenarios with failures are told one by one.
const FAILURES: usize = 10;

/// All that the terminal is told: the first failures, the table, the closing line. `wall` is how long it
/// took, `reports` the folder that was written to. Nothing where nothing was tried.
#[must_use]
pub fn suite(
    crashes: &Crashes<'_>,
    wall: Duration,
    reports: &str,
    context: &Context<'_>,
) -> String {
    if crashes.reports.is_empty() {
        return String::new();
    }
    let told = crashes.reports.iter().map(|report| failure(report, context));
    let failures: Vec<String> = told.filter(|text| !text.is_empty()).collect();
    let mut text: String = failures.iter().take(FAILURES).map(String::as_str).collect();
    if failures.len() > FAILURES {
        let more = label::counted((failures.len() - FAILURES) as u64, "more run");
        text.push_str(&format!(
            "and {more} FAILED; all of them stand in {reports}/crashes.csv\n\n"
        ));
    }
    text.push_str(&table(crashes.reports, context.style));
    text.push_str(&closing(crashes, wall, reports, context.style));
    text
}

/// The first failure of a scenario and seed, with an empty line behind it: scenario, seed, where the power
/// went, virtual time, rule, what was expected, what was seen, and one command that repeats it. Nothing
/// where nothing failed.
#[must_use]
pub fn failure(report: &CrashReport, context: &Context<'_>) -> String {
    let Some(first) = report.failures.first() else { return String::new() };
    let told = told(report, first);
    let scenario = &report.scenario;
    let failed = painted(Mark::Failed.word(), Mark::Failed.colour(), context.style);
    let mut text = format!("{failed}    {}\n", painted(&scenario.name, BOLD, context.style));
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<9} {value}\n"));
    line("scenario", &format!("{}: {}", scenario.path, scenario.title));
    line("seed", &report.seed.to_string());
    line("crash", &where_it_was(first));
    line("time", &label::instant(told.at));
    line("rule", &format!("{}{}", told.rule, about(&told)));
    line("expected", &told.expected);
    line("seen", &told.seen);
    if let CrashFault::Broken { counts, .. } = &first.what
        && let Some(more) = failure::in_all(counts)
    {
        line("also", &more);
    }
    if report.failed > 1 {
        line("crashes", &format!("in all {} FAILED", label::grouped(report.failed)));
    }
    line("repeat", &repeat_of(context.program, report, first, context.changes));
    text.push('\n');
    text
}

/// What came of one point alone.
#[must_use]
pub fn one(report: &CrashReport, at: &str, context: &Context<'_>) -> String {
    let mark = mark(report);
    if mark == Mark::Failed {
        return failure(report, context);
    }
    let word = painted(&format!("{:<9}", mark.word()), mark.colour(), context.style);
    let name = painted(&report.scenario.name, BOLD, context.style);
    let went_on = match mark {
        Mark::Stopped => "the run did not come to its end".to_owned(),
        Mark::Ok | Mark::Failed | Mark::Plain => {
            format!(
                "the run went on to its end, nothing lost; {}",
                doubts(&Totals::of(std::slice::from_ref(report)))
            )
        }
    };
    format!("{word} {name}, seed {}, a crash at {at}: {went_on}\n", report.seed)
}

/// A line for each scenario, its seeds together.
fn table(reports: &[CrashReport], style: Style) -> String {
    let groups = reports.chunk_by(|one, other| one.scenario.name == other.scenario.name);
    let lines: Vec<Line<COLUMNS>> = groups.map(line).collect();
    laid_out(HEADER, &lines, style)
}

const COLUMNS: usize = 8;
const HEADER: [&str; COLUMNS] = [
    "scenario",
    "seed",
    "points",
    "disks once / twice",
    "runs",
    "ambiguous",
    "duplicates",
    "failed",
];

fn line(reports: &[CrashReport]) -> Line<COLUMNS> {
    let first = &reports[0];
    let seed = match reports {
        [one] => one.seed.to_string(),
        many => label::counted(many.len() as u64, "seed"),
    };
    let marks = [Mark::Failed, Mark::Stopped];
    let worst = marks.into_iter().find(|wanted| reports.iter().any(|one| mark(one) == *wanted));
    let totals = Totals::of(reports);
    let twice = totals.twice.map_or_else(|| "-".to_owned(), label::grouped);
    Line {
        mark: worst.unwrap_or(Mark::Ok),
        cells: [
            first.scenario.name.clone(),
            seed,
            label::grouped(totals.points),
            format!("{} / {twice}", label::grouped(totals.once)),
            label::grouped(totals.runs),
            label::grouped(totals.ambiguous),
            label::grouped(totals.duplicates),
            label::grouped(totals.failed),
        ],
        note: note(reports),
    }
}

const fn mark(report: &CrashReport) -> Mark {
    match report {
        CrashReport { failed: 1.., .. } => Mark::Failed,
        CrashReport { is_interrupted: true, .. } => Mark::Stopped,
        CrashReport { .. } => Mark::Ok,
    }
}

/// The first failure, or that the user interrupted.
fn note(reports: &[CrashReport]) -> String {
    let mut failures = reports.iter().flat_map(|report| {
        report.failures.iter().map(move |failed| {
            format!("{} after {}", told(report, failed).rule, point(failed.first, failed.second))
        })
    });
    let is_interrupted = reports.iter().any(|report| report.is_interrupted);
    let stopped = is_interrupted.then(|| "interrupted".to_owned());
    failures.next().or(stopped).unwrap_or_default()
}

/// The figures of all together.
fn closing(crashes: &Crashes<'_>, wall: Duration, reports: &str, style: Style) -> String {
    let totals = Totals::of(crashes.reports);
    let disks = plural(totals.once, "disk", "disks");
    let mut text = format!(
        "{}: {}, {disks} opened after one crash",
        label::counted(totals.scenarios, "scenario"),
        label::counted(totals.points, "point"),
    );
    if let Some(twice) = totals.twice {
        text.push_str(&format!(", {} after two", label::grouped(twice)));
    }
    text.push_str(&format!(", {} to the end: ", label::counted(totals.runs, "run")));
    let marks = [(Mark::Failed, totals.failed), (Mark::Stopped, totals.interrupted)];
    let bad = marks.into_iter().filter(|(_, number)| *number > 0).map(|(mark, number)| {
        let words = format!("{} {}", label::grouped(number), mark.word());
        painted(&words, mark.colour(), style)
    });
    let bad: Vec<String> = bad.collect();
    let verdict = if bad.is_empty() { "nothing lost".to_owned() } else { bad.join(", ") };
    text.push_str(&format!("{verdict}; {}; ", doubts(&totals)));
    if crashes.left_out > 0 {
        let others = label::counted(crashes.left_out, "scenario");
        text.push_str(&format!("{others} without fidelity hub left out; "));
    }
    let tenths = wall.as_millis() / 100;
    text.push_str(&format!("{}.{} s; reports in {reports}\n", tenths / 10, tenths % 10));
    text
}

/// What nobody can be sure of, and what that excuses.
fn doubts(totals: &Totals) -> String {
    let doubts = plural(totals.ambiguous, "delivery", "deliveries");
    match (totals.ambiguous, totals.duplicates) {
        (0, 0) => "no delivery in doubt".to_owned(),
        (_, 0) => format!("{doubts} in doubt, no second copy"),
        (_, copies) => {
            let copies = plural(copies, "second copy", "second copies");
            format!("{doubts} in doubt, {copies}, each excused")
        }
    }
}

fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", label::grouped(number), if number == 1 { one } else { many })
}
