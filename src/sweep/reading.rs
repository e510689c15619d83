//! From bytes to a sweep: the steps, and what stops at each.
//!
//! In: a file's path and bytes. Out: a [`Sweep`], or everything that is wrong. No file is opened here.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use serde_json::Value;

use super::axis::{self, Axis};
use super::file::{File, Seeds};
use super::grid::RUNS_LIMIT;
use super::measure::Measure;
use super::{Sweep, chart, constraint};
use crate::scenario::{
    Change, Complaint, Complaints, Form, Located, Original, OtherForm, Problem, Shape, quoted,
    read_text, readable, tree_of,
};

/// Where in the file stands what a diagnostic may have to show later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    text: String,
    scenario: Range<usize>,
    set: Vec<Range<usize>>,
    axes: Range<usize>,
}

/// The JSON Schema (draft 2020-12) of a sweep file, indented, with a line's end after it.
#[must_use]
pub fn schema() -> String {
    format!("{:#}\n", tree())
}

fn tree() -> &'static Value {
    static TREE: LazyLock<Value> = LazyLock::new(tree_of::<File>);
    &TREE
}

impl Sweep {
    /// Reads a sweep file. `path` is where it was found, as the user named it.
    ///
    /// # Errors
    /// Everything that is wrong with the file, as far as one pass can find it.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Sweep, Problem> {
        let path = path.replace('\\', "/");
        let form = Form {
            called: "a sweep",
            needs: "a sweep has at least a title, why, scenario and [[axis]]; \
                    `restante schema sweep` prints every key",
            shape: Shape::new(tree()),
            other: OtherForm {
                called: "a scenario",
                key: "route",
                way_out: "`restante run` takes it; a sweep names it: scenario = \"...\"",
            },
        };
        let text = readable(&path, bytes, &form)?;
        let sweep = |file: &File, complaints: &mut Complaints| sweep(&path, text, file, complaints);
        read_text(text, &path, &form, sweep)
    }

    /// Whether every key that the sweep sets, and that of `more` changes besides, is one of the
    /// scenario's.
    ///
    /// # Errors
    /// Each that is not.
    pub fn fits(&self, original: &Original, more: &[Change]) -> Result<(), Problem> {
        let mut original = original.clone();
        let mut wrong = Vec::new();
        let mut try_out = |text: &String, place: &Range<usize>| {
            let Ok(change) = Change::parse(text) else { return };
            if let Err(complaint) = original.change(&change) {
                wrong.push(complaint.placed(place, "leads nowhere"));
            }
        };
        for (text, place) in self.set.iter().zip(&self.places.set) {
            try_out(text, place);
        }
        for axis in &self.axes {
            let changes = axis.values.first().into_iter().flat_map(|value| &value.changes);
            for (text, place) in changes.zip(&axis.places) {
                try_out(text, place);
            }
        }
        for change in more {
            wrong.extend(original.change(change).err());
        }
        wrong.extend(self.twice_set(more));
        let Places { text, .. } = &self.places;
        if wrong.is_empty() { Ok(()) } else { Err(Problem::new(&self.path, text.clone(), wrong)) }
    }

    /// What is set although an axis sets it after that in every cell: it would mean nothing.
    fn twice_set(&self, more: &[Change]) -> Vec<Complaint> {
        let mut wrong = Vec::new();
        let mut taken: Vec<(&str, &str)> = Vec::new();
        for axis in &self.axes {
            let changes = axis.values.first().into_iter().flat_map(|value| &value.changes);
            let keys: Vec<&str> = changes.map(|text| key_of(text)).collect();
            for (key, place) in keys.iter().zip(&axis.places) {
                if let Some((_, other)) = taken.iter().find(|(its, _)| covers(key, its)) {
                    let message = format!("`{key}` is set by the axis `{other}` too");
                    wrong.push(Complaint::at(place, message, "this one would win in every cell"));
                }
            }
            taken.extend(keys.into_iter().map(|key| (key, axis.name.as_str())));
        }
        let by = |key: &str| taken.iter().find(|(its, _)| covers(its, key)).map(|(_, axis)| *axis);
        for (text, place) in self.set.iter().zip(&self.places.set) {
            if let Some(axis) = by(key_of(text)) {
                let message = format!("the axis `{axis}` sets `{}` in every cell", key_of(text));
                wrong.push(Complaint::at(place, message, "this would mean nothing"));
            }
        }
        for change in more {
            let text = change.to_string();
            if let Some(axis) = by(key_of(&text)) {
                let message = format!("--set {text}: the axis `{axis}` sets that in every cell");
                let help = "give the axis other values, or take it away";
                wrong.push(Complaint::whole(message).help(help));
            }
        }
        wrong
    }

    /// That the scenario cannot be had, and why.
    #[must_use]
    pub fn without_scenario(&self, why: &str) -> Problem {
        let Places { text, scenario, .. } = &self.places;
        let complaint = Complaint::at(scenario, why, "this scenario");
        let complaint = complaint.help("the path is that from the folder of the sweep");
        Problem::new(&self.path, text.clone(), vec![complaint])
    }

    /// That no combination of values keeps the constraints.
    #[must_use]
    pub fn without_cells(&self) -> Problem {
        let Places { text, axes, .. } = &self.places;
        let message = "the constraints leave out every cell";
        let complaint = Complaint::at(axes, message, "none of these values is run");
        Problem::new(&self.path, text.clone(), vec![complaint])
    }
}

/// The key of a change as `--set` has it.
fn key_of(text: &str) -> &str {
    text.split('=').next().unwrap_or(text).trim()
}

/// Whether a key is this one, or stands below it.
fn covers(key: &str, other: &str) -> bool {
    other.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The sweep that a file means; of no use where there are complaints.
fn sweep(path: &str, text: &str, file: &File, complaints: &mut Complaints) -> Sweep {
    let (set, set_places) = {
        let read = |written| Some((complaints.read(written)?, written.place.clone()));
        file.set.iter().filter_map(read).unzip()
    };
    let seeds = file.seeds.as_ref().and_then(|seeds| read_seeds(seeds, complaints));
    if file.axis.is_empty() {
        complaints.add(Complaint::whole("a sweep without an axis").help("add an [[axis]]"));
    }
    let runs = seeds.as_ref().map_or(1, |seeds: &Vec<u64>| seeds.len() as u128);
    let is_small = is_within_limit(file, runs, complaints);
    let axes: Vec<Axis> = if is_small {
        file.axis.iter().filter_map(|table| axis::axis(table, complaints)).collect()
    } else {
        Vec::new()
    };
    names_differ(file, complaints);
    let is_whole = axes.len() == file.axis.len() && !axes.is_empty();
    let (mut constraints, mut charts) = (Vec::new(), Vec::new());
    if is_whole {
        let each = file.constraint.iter();
        constraints =
            each.filter_map(|table| constraint::constraint(table, &axes, complaints)).collect();
        charts =
            file.chart.iter().filter_map(|table| chart::chart(table, &axes, complaints)).collect();
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let places = Places {
        text: text.to_owned(),
        scenario: file.scenario.place.clone(),
        set: set_places,
        axes: file.axis.first().map(|table| table.place.clone()).unwrap_or_default(),
    };
    Sweep {
        path: path.to_owned(),
        name: name.strip_suffix(".toml").unwrap_or(name).to_owned(),
        title: complaints.read(&file.title).unwrap_or_default(),
        why: complaints.read(&file.why).unwrap_or_default(),
        scenario: complaints.read(&file.scenario).unwrap_or_default(),
        seeds,
        set,
        axes,
        charts,
        constraints,
        places,
    }
}

fn read_seeds(seeds: &Located<Seeds>, complaints: &mut Complaints) -> Option<Vec<u64>> {
    match &**seeds {
        Seeds::List(list) => {
            if list.is_empty() {
                let message = "no seed";
                complaints.add(Complaint::at(&seeds.place, message, "expected at least one"));
            }
            let mut known = BTreeSet::new();
            let mut read = Vec::new();
            for number in list {
                let seed = complaints.whole(number, 0, u64::MAX)?;
                if !known.insert(seed) {
                    let message = format!("the seed {seed} stands twice");
                    complaints.add(Complaint::at(&number.place, message, "the second time"));
                }
                read.push(seed);
            }
            Some(read)
        }
        Seeds::Row(row) => {
            let first = complaints.whole(&row.first, 0, u64::MAX - RUNS_LIMIT)?;
            let count = complaints.whole(&row.count, 1, RUNS_LIMIT)?;
            Some((first..first + count).collect())
        }
    }
}

/// Complains where the whole grid would be more runs than there may be; nothing is made of it before.
fn is_within_limit(file: &File, seeds: u128, complaints: &mut Complaints) -> bool {
    let counts = file.axis.iter().map(|table| axis::count(table).max(1));
    let runs = counts.fold(seeds, u128::saturating_mul);
    let is_within = runs <= u128::from(RUNS_LIMIT);
    if !is_within {
        let place = &file.axis[0].place;
        let sizes: Vec<String> =
            file.axis.iter().map(|table| axis::count(table).to_string()).collect();
        let message =
            format!("{} runs are too many: the limit is {}", apart(runs), apart(RUNS_LIMIT.into()));
        let label = format!("{} cells with {} each", sizes.join(" x "), plural(seeds));
        let help =
            "take longer steps, fewer seeds, or make several sweeps; constraints do not count here";
        complaints.add(Complaint::at(place, message, label).help(help));
    }
    is_within
}

fn plural(seeds: u128) -> String {
    if seeds == 1 { "1 seed".to_owned() } else { format!("{seeds} seeds") }
}

/// With commas between its thousands.
fn apart(number: u128) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut parts = Vec::new();
    if first > 0 {
        parts.push(&digits[..first]);
    }
    let mut rest = &digits[first..];
    while !rest.is_empty() {
        parts.push(&rest[..3]);
        rest = &rest[3..];
    }
    parts.join(",")
}

/// Complains of an axis that is called as another, or as a column of the results.
fn names_differ(file: &File, complaints: &mut Complaints) {
    let mut seen: Vec<(String, Range<usize>)> = Vec::new();
    for table in &file.axis {
        let Ok(name) = table.name.read() else { continue };
        let place = &table.name.place;
        let columns = ["cell", "seed", "verdict", "runs"].into_iter();
        let mut columns = columns.chain(Measure::ALL.map(Measure::name));
        if columns.any(|column| column == name) {
            let message = format!("the results have a column {} already", quoted(&name));
            complaints.add(Complaint::at(place, message, "call it otherwise"));
        } else if let Some((_, other)) = seen.iter().find(|(other, _)| *other == name) {
            let message = format!("two axes are called {}", quoted(&name));
            complaints.add(Complaint::at(place, message, "the second").also(other, "the first"));
        }
        seen.push((name, place.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in
            [(7, "7"), (123, "123"), (1_234, "1,234"), (1_000_000_000, "1,000,000,000")]
        {
            assert_eq!(apart(number), text);
        }
    }
}
