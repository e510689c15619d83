//! The journal of a sweep: a line for each finished run, so that one that was broken off can be taken
//! up again.
//!
//! In: runs, later the text that was kept of them. Out: lines, and the runs again. The first line says
//! what figures mean; every line ends with a check of what stands before it, so that one that was torn
//! is not taken for a run. No file is opened here.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use super::cell::CellId;
use super::measure::{Figures, Measure};
use super::run::{Judgement, Run};

/// The runs of earlier sweeps in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// Each run by its cell and its seed.
    pub runs: BTreeMap<(CellId, u64), Run>,
    /// Whether the last sweep came to its end.
    pub is_complete: bool,
}

/// The line that is written when all runs are.
const COMPLETE: &str = "complete";

impl Journal {
    /// The first line: what the numbers of the others mean.
    #[must_use]
    pub fn head() -> String {
        let names = Measure::ALL.map(Measure::name).join(" ");
        let version = env!("CARGO_PKG_VERSION");
        checked(&format!("restante sweep journal 1, version {version}, {names}"))
    }

    /// The line of a run.
    #[must_use]
    pub fn line(cell: CellId, run: &Run) -> String {
        let mut line = format!("{cell} {} {}", run.seed, run.judgement.name());
        for figure in run.figures.0 {
            match figure {
                Some(figure) => line.push_str(&format!(" {figure}")),
                None => line.push_str(" -"),
            }
        }
        checked(&line)
    }

    /// Reads a journal. A line that is not whole is passed over; none where the first line is not that
    /// of this version: the numbers could mean something else.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Journal> {
        let mut lines = text.split_inclusive(|byte| *byte == b'\n');
        lines.next().filter(|head| *head == Journal::head().as_bytes())?;
        let mut journal = Journal::default();
        for line in lines.filter_map(unchecked) {
            if line == COMPLETE {
                journal.is_complete = true;
            } else if let Some((cell, run)) = run_of(line) {
                journal.is_complete = false;
                journal.runs.insert((cell, run.seed), run);
            }
        }
        Some(journal)
    }

    /// The journal as a text: what is whole in it, in order, to be gone on with.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.runs.iter().map(|((cell, _), run)| Journal::line(*cell, run));
        let end = self.is_complete.then(|| checked(COMPLETE));
        std::iter::once(Journal::head()).chain(lines).chain(end).collect()
    }
}

/// The line with its check and its end.
fn checked(line: &str) -> String {
    format!("{line} {:016x}\n", xxh3_64(line.as_bytes()))
}

/// The line without its check; none where it is not whole.
fn unchecked(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (content, _) = line.rsplit_once(' ')?;
    (checked(content).trim_end_matches('\n') == line).then_some(content)
}

fn run_of(line: &str) -> Option<(CellId, Run)> {
    let mut words = line.split(' ');
    let cell = CellId::read(words.next()?)?;
    let seed = words.next()?.parse().ok()?;
    let judgement = Judgement::called(words.next()?)?;
    let mut figures = Figures::default();
    for figure in &mut figures.0 {
        *figure = match words.next()? {
            "-" => None,
            number => Some(number.parse().ok()?),
        };
    }
    words.next().is_none().then_some((cell, Run { seed, judgement, figures }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(runs: u64) -> Journal {
        let mut journal = Journal::default();
        for number in 0..runs {
            let mut figures = Figures::default();
            figures.0[0] = Some(number);
            figures.0[22] = Some(u64::MAX);
            let run = Run { seed: number, judgement: Judgement::Broken, figures };
            journal.runs.insert((CellId(u128::MAX - 1), number), run);
        }
        journal
    }

    #[test]
    fn what_is_written_is_read_and_a_run_more_makes_it_incomplete_again() {
        let mut whole = journal(3);
        assert_eq!(Journal::read(whole.text().as_bytes()).as_ref(), Some(&whole));
        whole.is_complete = true;
        assert_eq!(Journal::read(whole.text().as_bytes()).as_ref(), Some(&whole));
        let more =
            whole.text() + &Journal::line(CellId(1), &whole.runs[&(CellId(u128::MAX - 1), 0)]);
        let read = Journal::read(more.as_bytes()).expect("a journal");
        assert_eq!((read.runs.len(), read.is_complete), (4, false));
    }

    #[test]
    fn a_journal_cut_anywhere_has_the_runs_before_the_cut_and_no_other() {
        let whole = journal(3);
        let text = whole.text();
        let head = Journal::head().len();
        for cut in 0..text.len() {
            let read = Journal::read(&text.as_bytes()[..cut]);
            if cut < head {
                assert_eq!(read, None, "{cut}");
                continue;
            }
            let lines = text[head..cut].matches('\n').count();
            let read = read.expect("a journal");
            assert!(read.runs.iter().eq(whole.runs.iter().take(lines)), "{cut}");
        }
    }

    #[test]
    fn a_line_that_was_changed_is_no_run() {
        let text = journal(2).text().replacen(" broken ", " passed ", 1);
        assert_eq!(Journal::read(text.as_bytes()).expect("a journal").runs.len(), 1);
        assert_eq!(Journal::read(b"restante sweep journal 0\n"), None);
    }
}
