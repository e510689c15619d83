//! How a sweep is shown: values in, bytes out.
//!
//! In: the [`Results`] of a sweep. Out: files as [`Artifact`]s (`runs.csv`, `cells.csv`,
//! `summary.json`, charts), and text for the terminal. Same results, same bytes.

pub(super) mod amount;
mod rows;
mod summary;
mod text;

use super::{Artifact, Pictures, ReportError, chart, draw};
use crate::sweep::Results;

pub use summary::json;
pub use text::{plan, text};

/// The files of a sweep, below its own folder.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn artifacts(results: &Results<'_>, pictures: Pictures) -> Result<Vec<Artifact>, ReportError> {
    let file = |name: &str, bytes| Artifact { path: name.to_owned(), bytes };
    let mut artifacts = vec![
        file("runs.csv", rows::runs(results)),
        file("cells.csv", rows::cells(results)),
        file("summary.json", json(results).into_bytes()),
    ];
    let mut names: Vec<&str> = Vec::new();
    for chart in results.charts() {
        let name = chart.measure.name();
        names.push(name);
        let stem = match names.iter().filter(|other| **other == name).count() {
            1 => name.to_owned(),
            number => format!("{name}-{number}"),
        };
        draw(&stem, &chart::sweep(results, &chart), pictures, &mut artifacts)?;
    }
    Ok(artifacts)
}
