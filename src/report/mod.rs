//! How a run is shown: values in, bytes out.
//!
//! In: a [`RunRecord`], or a whole suite of them. Out: files as [`Artifact`]s (CSV, JSON, `JUnit`,
//! charts) and text for the terminal ([`console`]). Same record, same bytes. Nothing here opens a
//! file, reads a clock or the environment, or judges a run: the verdict comes with the record.

pub mod catalogue;
mod cell;
pub mod chart;
pub mod comparison;
pub mod console;
pub mod crashes;
mod failure;
mod figure;
mod junit;
mod label;
pub mod matrix;
mod messages;
pub mod repeat;
pub mod repro;
mod sites;
mod summary;
pub mod sweep;
mod table;
mod timeseries;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;

use crate::scenario;
use crate::trial::RunRecord;
use chart::{Picture, PictureError};

pub use failure::{Failure, failures, verdict_name};
pub use messages::write_csv as write_messages_csv;
pub use summary::suite_json;

/// One file of a report folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The path below the report folder, with `/` between the parts.
    pub path: String,
    /// All of its content.
    pub bytes: Vec<u8>,
}

/// How a run is written down, where its record does not say so itself.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The `--set KEY=VALUE` that the scenario was read with, for the repeat command.
    pub changes: &'a [String],
    /// Whether the seed stands in the name of the run's folder.
    pub seed_in_name: SeedInName,
    /// In which forms the charts are drawn.
    pub pictures: Pictures,
}

/// Whether the seed stands in the name of a run's folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeedInName {
    /// `basic/never-calls`: the scenario has one seed, and it was not asked for another.
    #[default]
    Left,
    /// `basic/never-calls#7`.
    Written,
}

/// In which forms the charts are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pictures {
    /// As SVG.
    #[default]
    Svg,
    /// As SVG and as PNG.
    SvgAndPng,
}

/// A file of a report could not be made; the run itself is not in question.
#[derive(Debug)]
pub enum ReportError {
    /// A chart could not be drawn.
    Picture {
        /// Which file.
        path: String,
        /// Why.
        cause: PictureError,
    },
    /// `junit.xml` could not be written.
    Junit(quick_junit::SerializeError),
    /// The two runs of a reproduction have no message in common that could be followed.
    NothingToFollow,
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReportError::Picture { path, .. } => write!(f, "cannot draw {path}"),
            ReportError::Junit(_) => f.write_str("cannot write junit.xml"),
            ReportError::NothingToFollow => f.write_str(
                "the scenario records no message that both runs accepted; set `record.csv` to `all`",
            ),
        }
    }
}

impl Error for ReportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ReportError::Picture { cause, .. } => Some(cause),
            ReportError::Junit(cause) => Some(cause),
            ReportError::NothingToFollow => None,
        }
    }
}

/// The files of one run, each below the run's own folder ([`run_folder`]). `resolved.toml` is among them where
/// the record has what was drawn. `messages.csv` is not, being large: [`write_messages_csv`] writes it.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn run_artifacts(
    record: &RunRecord,
    options: &Options<'_>,
) -> Result<Vec<Artifact>, ReportError> {
    let folder = run_folder(record, options.seed_in_name);
    let at = |name: &str| format!("{folder}/{name}");
    let mut artifacts =
        vec![Artifact { path: at("summary.json"), bytes: summary::run(record, options.changes) }];
    if let Some(course) = &record.course {
        let text = scenario::resolved(&record.scenario, record.seed, course);
        artifacts.push(Artifact { path: at("resolved.toml"), bytes: text.into_bytes() });
    }
    artifacts.push(Artifact { path: at("timeseries.csv"), bytes: timeseries::csv(record) });
    artifacts.push(Artifact { path: at("sites.csv"), bytes: sites::csv(record) });
    for (name, picture) in [
        ("waiting", chart::waiting(record)),
        ("time-to-end", chart::time_to_end(record)),
        ("sites", chart::strips(record)),
    ] {
        draw(&at(name), &picture, options.pictures, &mut artifacts)?;
    }
    Ok(artifacts)
}

/// The files of a whole suite, at the top of the report folder: `summary.json` and `junit.xml`.
///
/// # Errors
/// Where the XML cannot be written.
pub fn suite_artifacts(
    records: &[RunRecord],
    options: &Options<'_>,
) -> Result<Vec<Artifact>, ReportError> {
    Ok(vec![
        Artifact {
            path: "summary.json".to_owned(),
            bytes: suite_json(records, options.changes).into_bytes(),
        },
        Artifact {
            path: "junit.xml".to_owned(),
            bytes: junit::xml(records, options.changes).map_err(ReportError::Junit)?,
        },
    ])
}

/// The files of a reproduction, below the exhibit's run: `repro.txt` and `repro.svg`.
///
/// # Errors
/// Where the runs share no recorded message, or the chart cannot be drawn.
pub fn repro_artifacts(
    production: &RunRecord,
    exhibit: &RunRecord,
    case: &repro::Case<'_>,
    options: &Options<'_>,
) -> Result<Vec<Artifact>, ReportError> {
    let folder = run_folder(exhibit, options.seed_in_name);
    let story = repro::Story::of(production, exhibit, case)?;
    let mut artifacts = vec![Artifact {
        path: format!("{folder}/repro.txt"),
        bytes: repro::text(production, exhibit, case, options.changes)?.into_bytes(),
    }];
    draw(&format!("{folder}/repro"), &chart::repro(&story), options.pictures, &mut artifacts)?;
    Ok(artifacts)
}

/// The folder of one run below the report folder: `basic/never-calls@q184051-held-never-expires#7`.
#[must_use]
pub fn run_folder(record: &RunRecord, seed_in_name: SeedInName) -> String {
    let mut folder = record.scenario.name.clone();
    if let Some(exhibit) = record.exhibit {
        folder.push('@');
        folder.push_str(exhibit);
    }
    if record.fidelity != record.scenario.fidelities[0] {
        folder.push_str(&format!("~{}", record.fidelity.name()));
    }
    if seed_in_name == SeedInName::Written {
        folder.push_str(&format!("#{}", record.seed));
    }
    folder
}

fn draw(
    stem: &str,
    picture: &Picture,
    pictures: Pictures,
    artifacts: &mut Vec<Artifact>,
) -> Result<(), ReportError> {
    let failed = |path: &str| {
        let path = path.to_owned();
        |cause| ReportError::Picture { path, cause }
    };
    let path = format!("{stem}.svg");
    let svg = picture.svg().map_err(failed(&path))?;
    artifacts.push(Artifact { path, bytes: svg.into_bytes() });
    if pictures == Pictures::SvgAndPng {
        let path = format!("{stem}.png");
        let bytes = picture.png().map_err(failed(&path))?;
        artifacts.push(Artifact { path, bytes });
    }
    Ok(())
}
