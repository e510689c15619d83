//! What must hold for a cell to be run: two axes compared, or an axis and a value.
//!
//! In: a constraint as it is written, and the axes. Out: whether a cell keeps it.

use super::axis::Axis;
use super::file::ConstraintTable;
use super::quantity::{Dimension, Quantity};
use super::word::Relation;
use crate::scenario::{Complaint, Complaints, Located, quoted, suggestion};

/// What must hold for a cell to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Constraint {
    left: Operand,
    relation: Relation,
    right: Operand,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    /// The value of this axis, by its number.
    Axis(usize),
    /// A quantity, whatever the cell.
    Quantity(Quantity),
    /// A name of a value, whatever the cell.
    Name(String),
}

impl Constraint {
    /// Whether it holds for a cell with these numbers of values, one for each axis.
    pub(super) fn holds(&self, axes: &[Axis], steps: &[u32]) -> bool {
        let value = |axis: usize| &axes[axis].values[steps[axis] as usize];
        let amount = |operand: &Operand| match operand {
            Operand::Axis(axis) => value(*axis).quantity.map(|it| it.amount),
            Operand::Quantity(quantity) => Some(quantity.amount),
            Operand::Name(_) => None,
        };
        if let (Some(left), Some(right)) = (amount(&self.left), amount(&self.right)) {
            return self.relation.holds(left.cmp(&right));
        }
        let name = |operand: &Operand| match operand {
            Operand::Axis(axis) => value(*axis).label.clone(),
            Operand::Quantity(_) => String::new(),
            Operand::Name(name) => name.clone(),
        };
        self.relation.holds(name(&self.left).cmp(&name(&self.right)))
    }
}

/// Reads a constraint; none, and a complaint, where something is wrong with it.
pub(super) fn constraint(
    table: &Located<ConstraintTable>,
    axes: &[Axis],
    complaints: &mut Complaints,
) -> Option<Constraint> {
    let comparison = complaints.read(&table.holds)?;
    let at = &table.holds.place;
    let mut operand = |text: &str| {
        let read = operand(text, axes);
        if read.is_none() {
            let message = format!("{} is neither an axis nor a value", quoted(text));
            let names = axes.iter().map(|axis| axis.name.as_str());
            let complaint = Complaint::at(at, message, "no such axis");
            complaints.add(complaint.help(suggestion(text, names, "the axes are")));
        }
        read
    };
    let (left, right) = (operand(&comparison.left), operand(&comparison.right));
    let (left, right) = (left?, right?);
    let relation = comparison.relation;
    let compares_names = matches!(relation, Relation::Equal | Relation::Unequal);
    let (of_left, of_right) = (dimension(&left, axes), dimension(&right, axes));
    let fits = match (of_left, of_right) {
        (Some(one), Some(other)) => one == other,
        (one, other) => compares_names && one == other,
    };
    if !fits {
        let name = |dimension: Option<Dimension>| dimension.map_or("a name", Dimension::name);
        let (one, other) = (name(of_left), name(of_right));
        let message = format!("{} is {one} and {} is {other}", comparison.left, comparison.right);
        let complaint = Complaint::at(at, message, "these cannot be compared so");
        complaints.add(complaint.help(
            "both must be of one kind; names are compared by == and !=, in quotes: policy != 'ims'",
        ));
        return None;
    }
    Some(Constraint { left, relation, right })
}

fn operand(text: &str, axes: &[Axis]) -> Option<Operand> {
    if let Some(axis) = axes.iter().position(|axis| axis.name == text) {
        return Some(Operand::Axis(axis));
    }
    let inside = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(name) = inside('\'').or_else(|| inside('"')) {
        return Some(Operand::Name(name.to_owned()));
    }
    let number = || {
        let amount = text.parse().ok()?;
        Some(Quantity { dimension: Dimension::Number, amount })
    };
    number().or_else(|| Quantity::read(text)).map(Operand::Quantity)
}

fn dimension(operand: &Operand, axes: &[Axis]) -> Option<Dimension> {
    match operand {
        Operand::Axis(axis) => axes[*axis].dimension(),
        Operand::Quantity(quantity) => Some(quantity.dimension),
        Operand::Name(_) => None,
    }
}
