//! What is drawn of a sweep: which measure over which axes.
//!
//! In: a chart as it is written, and the axes. Out: the axes by their numbers. Nothing is drawn here.

use super::axis::Axis;
use super::file::ChartTable;
use super::measure::Measure;
use super::word::Scale;
use crate::scenario::{Complaint, Complaints, Located, Name, Written, quoted, suggestion};

/// One measure over one or two axes; those beyond have a panel for each of their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What is drawn.
    pub measure: Measure,
    /// The axis from left to right, by its number.
    pub x: usize,
    /// The other axis.
    pub across: Across,
    /// How the measure is laid out.
    pub scale: Scale,
}

/// What is done with the second axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// There is none: one line.
    Nothing,
    /// A line for each value of this axis.
    Series(usize),
    /// A row of a heat map for each value of this axis.
    Rows(usize),
}

/// More lines than this in one plot cannot be told apart.
const MOST_LINES: usize = 6;

impl Chart {
    /// The chart of a measure where the file asks for none: over the first two axes, as a heat map
    /// where both have a scale and lines would be too many.
    #[must_use]
    pub fn of(measure: Measure, axes: &[Axis]) -> Chart {
        let across = match axes {
            [] | [_] => Across::Nothing,
            [_, second, ..] if second.values.len() <= MOST_LINES => Across::Series(1),
            _ => Across::Rows(1),
        };
        Chart { measure, x: 0, across, scale: Scale::Linear }
    }

    /// The axes that have a panel for each of their values, by their numbers.
    pub fn panel_axes(&self, axes: usize) -> impl Iterator<Item = usize> {
        let Chart { x, across, .. } = *self;
        let taken = move |axis| match across {
            Across::Nothing => axis == x,
            Across::Series(other) | Across::Rows(other) => axis == x || axis == other,
        };
        (0..axes).filter(move |axis| !taken(*axis))
    }
}

/// Reads a chart; none, and a complaint, where something is wrong with it.
pub(super) fn chart(
    table: &Located<ChartTable>,
    axes: &[Axis],
    complaints: &mut Complaints,
) -> Option<Chart> {
    let measure = complaints.read(&table.measure);
    let scale = complaints.read_if(table.scale.as_ref()).unwrap_or_default();
    let mut find = |written: &Written<Name>| {
        let name = complaints.read(written)?;
        let found = axes.iter().position(|axis| axis.name == name);
        if found.is_none() {
            let names = axes.iter().map(|axis| axis.name.as_str());
            let message = format!("there is no axis {}", quoted(&name));
            let complaint = Complaint::at(&written.place, message, "no such axis");
            complaints.add(complaint.help(suggestion(&name, names, "the axes are")));
        }
        found
    };
    let x = table.x.as_ref().map_or(Some(0), &mut find);
    let series = table.series.as_ref().map(&mut find);
    let rows = table.y.as_ref().map(&mut find);
    let across = match (series, rows) {
        (None, None) => Across::Nothing,
        (Some(series), None) => Across::Series(series?),
        (None, Some(rows)) => Across::Rows(rows?),
        (Some(_), Some(_)) => {
            let message = "`y` beside `series`";
            complaints.add(Complaint::at(&table.place, message, "say one of them"));
            return None;
        }
    };
    let (x, measure) = (x?, measure?);
    if across == Across::Series(x) || across == Across::Rows(x) {
        let message = "one axis in two places";
        complaints.add(Complaint::at(&table.place, message, "say another axis"));
        return None;
    }
    Some(Chart { measure, x, across, scale })
}
