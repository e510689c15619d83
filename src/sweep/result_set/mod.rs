//! Results as they were written: `runs.csv` of a sweep, or `summary.json` of a suite or of one run.
//!
//! In: a file's bytes. Out: its runs, by cell and seed. A file that is not what it seems is refused with
//! the line and what is wrong there. Nothing is reckoned here but the shares of a suite, which its file
//! does not have.

mod rows;
mod summary;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use super::{Figures, Judgement, Measure};

/// The runs of a sweep, of a suite, or one by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultSet {
    /// Where they come from.
    pub origin: Origin,
    /// What tells cells apart: the axes of a sweep; `scenario`, `exhibit` and `fidelity` of a suite.
    pub axes: Vec<String>,
    /// The measures that there are figures of, in their order.
    pub measures: Vec<Measure>,
    /// The cells, in the order of the file.
    pub cells: Vec<ResultCell>,
}

/// Where results come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `runs.csv` of a sweep.
    Sweep,
    /// `summary.json` of `restante run`.
    Suite,
    /// `summary.json` of one run of it.
    Run,
}

/// What was run with each of some seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultCell {
    /// The hash of what was run; empty in a suite.
    pub hash: String,
    /// One for each of [`ResultSet::axes`].
    pub values: Vec<String>,
    /// By seed.
    pub runs: BTreeMap<u64, SeedRun>,
}

/// What came of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedRun {
    /// The word of its verdict: as `restante run` prints it.
    pub verdict: String,
    /// What was measured.
    pub figures: Figures,
}

/// The words of verdicts.
const VERDICTS: [&str; 5] = [
    Judgement::Passed.name(),
    Judgement::Broken.name(),
    Judgement::NotCaught.name(),
    Judgement::Missed.name(),
    "interrupted",
];

/// Results that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultError {
    /// The line, counted from 1; none where it is the whole file.
    pub line: Option<u64>,
    /// What is wrong there.
    pub what: Wrong,
}

/// What is wrong with results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no CSV, as its reader says.
    Csv(String),
    /// It is no JSON, or lacks what a summary has, as its reader says.
    Json(String),
    /// The header does not begin and go on as that of a sweep does.
    Header,
    /// A column that is no measure, or the second of its name.
    Column(String),
    /// A row has more or fewer cells than the header.
    Cells {
        /// As many as the header has.
        expected: usize,
        /// As many as there are.
        seen: usize,
    },
    /// What is no seed.
    Seed(String),
    /// What is no verdict.
    Verdict(String),
    /// What is no figure of its measure.
    Figure(Measure, String),
    /// A cell and seed that stood before.
    Twice,
    /// A summary of another version.
    Version(u64),
    /// JSON that is no summary of runs.
    NoSummary,
    /// There is no run in it.
    Empty,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wrong::Csv(cause) => write!(f, "this is no CSV: {cause}"),
            Wrong::Json(cause) => write!(f, "this is no summary of runs: {cause}"),
            Wrong::Header => f.write_str(
                "this is no header of a sweep's runs: `cell`, the axes, `seed`, `verdict`, then measures",
            ),
            Wrong::Column(name) => {
                write!(f, "the column `{name}` is no measure, or stands there twice")
            }
            Wrong::Cells { expected, seen } => {
                write!(f, "the row has {seen} cells, and the header {expected}")
            }
            Wrong::Seed(text) => write!(f, "`{text}` is no seed"),
            Wrong::Verdict(text) => {
                write!(f, "`{text}` is no verdict: {} are", VERDICTS.join(", "))
            }
            Wrong::Figure(measure, text) => {
                let wanted = if measure.least_units() == 1 { "a whole number" } else { "a decimal number" };
                write!(f, "{} is `{text}`, where {wanted} belongs, or nothing", measure.name())
            }
            Wrong::Twice => f.write_str("this cell and seed stood there before"),
            Wrong::Version(version) => {
                write!(f, "a summary of version {version}; this program reads version 1")
            }
            Wrong::NoSummary => f.write_str("this JSON is no summary of runs"),
            Wrong::Empty => f.write_str("there is no run in it"),
        }
    }
}

impl fmt::Display for ResultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{line}: {}", self.what),
            None => write!(f, " {}", self.what),
        }
    }
}

impl Error for ResultError {}

impl ResultSet {
    /// Reads results: JSON where the first letter opens an object, else CSV.
    ///
    /// # Errors
    /// Where the file is not what a sweep or `restante run` writes, with the line.
    pub fn read(bytes: &[u8]) -> Result<ResultSet, ResultError> {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        let set = match first {
            Some(b'{') => summary::read(bytes),
            _ => rows::read(bytes),
        }?;
        if set.cells.is_empty() {
            return Err(ResultError { line: None, what: Wrong::Empty });
        }
        Ok(set)
    }

    /// How many runs there are.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.cells.iter().map(|cell| cell.runs.len() as u64).sum()
    }
}

/// Puts runs into their cells, which stand in the order in which they come up.
#[derive(Default)]
struct Cells {
    cells: Vec<ResultCell>,
    places: BTreeMap<Vec<String>, usize>,
}

impl Cells {
    /// Adds a run; its cell is known by its values.
    fn add(
        &mut self,
        hash: &str,
        values: Vec<String>,
        seed: u64,
        run: SeedRun,
    ) -> Result<(), Wrong> {
        let place = *self.places.entry(values).or_insert_with_key(|values| {
            let (hash, values) = (hash.to_owned(), values.clone());
            self.cells.push(ResultCell { hash, values, runs: BTreeMap::new() });
            self.cells.len() - 1
        });
        match self.cells[place].runs.insert(seed, run) {
            None => Ok(()),
            Some(_) => Err(Wrong::Twice),
        }
    }
}

fn verdict(text: &str) -> Result<String, Wrong> {
    if VERDICTS.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(Wrong::Verdict(text.to_owned()))
    }
}
