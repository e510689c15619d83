//! Runs as text for the terminal: failures, a table of the suite, a closing line.
//!
//! In: records. Out: text, with colours where they are asked for; a word always says the same as
//! the colour. Nothing is printed here.

use super::failure::{self, Failure, failures};
use super::table::{BOLD, Line, Mark, laid_out, painted};
use super::{label, repeat};
use crate::base::Span;
use crate::trial::{CountsJudged, Outcome, RunRecord, Verdict};

/// Whether colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Letters alone.
    #[default]
    Plain,
    /// With ANSI colours.
    Colour,
}

/// What the records do not know of how they came about.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The path of the running program, for the repeat command.
    pub program: &'a str,
    /// The `--set KEY=VALUE` that the scenarios were read with.
    pub changes: &'a [String],
    /// Whether colours are used.
    pub style: Style,
}

/// How many failed runs are told one by one.
const FAILURES: usize = 10;

/// All that the terminal is told of a suite: the first failures, then the table, then the closing
/// line.
#[must_use]
pub fn suite(records: &[RunRecord], reports: &str, context: &Context<'_>) -> String {
    let told = records.iter().map(|record| failure(record, context));
    let failures: Vec<String> = told.filter(|text| !text.is_empty()).collect();
    let mut text: String = failures.iter().take(FAILURES).map(String::as_str).collect();
    if failures.len() > FAILURES {
        let more = label::counted((failures.len() - FAILURES) as u64, "more run");
        text.push_str(&format!("and {more} FAILED; all of them stand in {reports}/junit.xml\n\n"));
    }
    text.push_str(&table(records, context.style));
    text.push_str(&closing(records, reports, context.style));
    text
}

/// What went wrong in one run, with an empty line behind it: scenario, seed, virtual time, rule,
/// what was expected, what was seen, and one command that repeats it. Nothing where nothing did.
#[must_use]
pub fn failure(record: &RunRecord, context: &Context<'_>) -> String {
    let failures = failures(record);
    let Some(first) = failures.first() else { return String::new() };
    let scenario = &record.scenario;
    let failed = painted(Mark::Failed.word(), Mark::Failed.colour(), context.style);
    let mut text = format!("{failed}    {}\n", painted(&scenario.name, BOLD, context.style));
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<9} {value}\n"));
    line("scenario", &format!("{}: {}", scenario.path, scenario.title));
    let exhibit = record.exhibit.map(|id| format!(", with the exhibit {id}")).unwrap_or_default();
    line("seed", &format!("{}{exhibit}", record.seed));
    line("time", &label::instant(first.at));
    line("rule", &format!("{}{}", first.rule, about(first)));
    line("expected", &first.expected);
    line("seen", &first.seen);
    if let Some(more) = more(record, &failures) {
        line("also", &more);
    }
    line("repeat", &repeat::command(context.program, record, context.changes));
    text.push('\n');
    text
}

/// Over which message, at which site.
pub(super) fn about(failure: &Failure) -> String {
    let mut text = String::new();
    if let Some(message) = &failure.message {
        text.push_str(&format!(", message {message}"));
    }
    if let Some(site) = &failure.site {
        text.push_str(&format!(", site {site}"));
    }
    text
}

/// What went wrong beside the first failure; none where nothing did.
fn more(record: &RunRecord, failures: &[Failure]) -> Option<String> {
    if record.verdict == Verdict::Broken {
        return failure::in_all(&record.breach_counts);
    }
    let others = failures[1..]
        .iter()
        .map(|other| format!("{}: expected {}, seen {}", other.rule, other.expected, other.seen));
    let others: Vec<String> = others.collect();
    (!others.is_empty()).then(|| others.join("; "))
}

/// A line for each scenario, in columns; the runs of one scenario under one set of rules that stand
/// together share a line.
#[must_use]
pub fn table(records: &[RunRecord], style: Style) -> String {
    let groups = records.chunk_by(|one, other| {
        one.scenario.name == other.scenario.name && one.exhibit == other.exhibit
    });
    let lines: Vec<Line<COLUMNS>> = groups.map(line).collect();
    laid_out(HEADER, &lines, style)
}

const COLUMNS: usize = 8;
const HEADER: [&str; COLUMNS] = [
    "scenario",
    "seed",
    "accepted",
    "delivered",
    "returned",
    "dead letters",
    "not ended",
    "late / slack",
];

/// The line of one scenario.
fn line(runs: &[RunRecord]) -> Line<COLUMNS> {
    let first = &runs[0];
    let sum =
        |part: fn(&RunRecord) -> u64| -> String { label::grouped(runs.iter().map(part).sum()) };
    // The run that went worst speaks for all of them.
    let worst = runs.iter().max_by_key(|run| rank(&run.verdict)).unwrap_or(first);
    let late = runs.iter().map(|run| run.largest_lateness).max().unwrap_or(Span::ZERO);
    let seed = match runs {
        [one] => one.seed.to_string(),
        many => label::counted(many.len() as u64, "seed"),
    };
    Line {
        mark: mark(&worst.verdict),
        cells: [
            first.scenario.name.clone(),
            seed,
            sum(|run| run.mail.accepted),
            sum(|run| run.mail.of(Outcome::Delivered)),
            sum(|run| run.mail.of(Outcome::Ndr)),
            sum(|run| run.mail.of(Outcome::DeadLetter)),
            sum(|run| run.mail.of(Outcome::Open) + run.mail.of(Outcome::Stranded)),
            format!("{late} / {}", first.scenario.slack(first.fidelity)),
        ],
        note: note(runs, worst),
    }
}

/// The word at the beginning of a line.
const fn mark(verdict: &Verdict) -> Mark {
    match verdict {
        Verdict::Passed => Mark::Ok,
        Verdict::Interrupted => Mark::Stopped,
        Verdict::Broken | Verdict::NotCaught { .. } | Verdict::Missed(_) => Mark::Failed,
    }
}

const fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Passed => 0,
        Verdict::Interrupted => 1,
        Verdict::Missed(_) => 2,
        Verdict::NotCaught { .. } => 3,
        Verdict::Broken => 4,
    }
}

fn note(runs: &[RunRecord], worst: &RunRecord) -> String {
    let what = match &worst.verdict {
        Verdict::Passed => match failure::caught(worst) {
            Some(caught) => caught_by(&caught),
            None if counts_left_out(worst) => "counts not judged".to_owned(),
            None => String::new(),
        },
        Verdict::Interrupted => format!("interrupted at {}", worst.ended_at),
        Verdict::NotCaught { rule } => format!("not caught by {rule}"),
        Verdict::Broken | Verdict::Missed(_) => failures(worst)
            .first()
            .map(|first| format!("{} at {}", first.rule, first.at))
            .unwrap_or_default(),
    };
    let alike = runs.iter().filter(|run| rank(&run.verdict) == rank(&worst.verdict)).count();
    let seeds = match &worst.verdict {
        Verdict::Passed => String::new(),
        _ if runs.len() > 1 => format!(" ({alike} of {} seeds)", runs.len()),
        _ => String::new(),
    };
    // An exhibit that the scenario itself asks for goes without saying.
    let exhibit = worst.exhibit.filter(|_| !failure::is_asked_for(worst));
    let exhibit = exhibit.map(|id| format!("{id}: ")).unwrap_or_default();
    format!("{exhibit}{what}{seeds}").trim_end_matches(": ").to_owned()
}

/// `caught by I2 ends-by-deadline at 2d, with I1`.
fn caught_by(caught: &failure::Caught) -> String {
    let mut text = format!("caught by {}", caught.rule);
    if let Some(at) = caught.at {
        text.push_str(&format!(" at {at}"));
    }
    for (place, other) in caught.also.iter().enumerate() {
        text.push_str(if place == 0 { ", with " } else { " " });
        text.push_str(other.id());
    }
    text
}

/// Whether the scenario expects what had no say, since it depends on chance and the seed is another
/// one.
fn counts_left_out(record: &RunRecord) -> bool {
    let expect = &record.scenario.expect;
    let expects = !expect.counts.is_empty() || !expect.thresholds.is_empty();
    record.counts_judged == CountsJudged::OtherSeed && expects
}

/// How many of what passed, and where the reports are.
#[must_use]
pub fn closing(records: &[RunRecord], reports: &str, style: Style) -> String {
    let count = |wanted: Mark| {
        records.iter().filter(|record| mark(&record.verdict) == wanted).count() as u64
    };
    let scenarios =
        records.chunk_by(|one, other| one.scenario.name == other.scenario.name).count() as u64;
    let mut text = format!(
        "{}, {}: {} ok",
        label::counted(scenarios, "scenario"),
        label::counted(records.len() as u64, "run"),
        label::grouped(count(Mark::Ok)),
    );
    for wanted in [Mark::Failed, Mark::Stopped] {
        if count(wanted) > 0 {
            let words = format!("{} {}", label::grouped(count(wanted)), wanted.word());
            text.push_str(&format!(", {}", painted(&words, wanted.colour(), style)));
        }
    }
    let messages: u64 = records.iter().map(|record| record.mail.accepted).sum();
    text.push_str(&format!(
        "; {} accepted; reports in {reports}\n",
        label::counted(messages, "message")
    ));
    text
}
