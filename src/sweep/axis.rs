//! One axis of a grid: its values, and what each of them changes in the scenario.
//!
//! In: an axis as it is written. Out: its values with their names, their quantities and their changes.
//! Whether the scenario has such keys is asked later.

use std::collections::BTreeMap;
use std::ops::Range;

use super::file::{AxisTable, Free};
use super::quantity::{Dimension, Quantity, Unit, common_unit, unit_of};
use crate::scenario::{Complaint, Complaints, Located, Prose, quoted};

/// What is varied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Its name: the column of the results.
    pub name: String,
    /// Its values, in the order of the file; at least one, each with a name of its own.
    pub values: Vec<AxisValue>,
    /// Where each of the changes that a value makes is written in the file.
    pub(super) places: Vec<Range<usize>>,
}

/// One value of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisValue {
    /// What it is called.
    pub label: String,
    /// How much of what it is; none where it is no quantity.
    pub quantity: Option<Quantity>,
    /// What it changes, as `--set` has it.
    pub changes: Vec<String>,
}

impl Axis {
    /// What its values are quantities of; none where some are no quantity, or one of something else.
    #[must_use]
    pub fn dimension(&self) -> Option<Dimension> {
        let dimension = self.values.first()?.quantity?.dimension;
        let alike = |value: &AxisValue| value.quantity.is_some_and(|it| it.dimension == dimension);
        self.values.iter().all(alike).then_some(dimension)
    }
}

/// How many values an axis has, before any of them is made.
pub(super) fn count(table: &AxisTable) -> u128 {
    match (&table.values, Steps::of(table, &mut Complaints::default())) {
        (Some(values), _) => values.len() as u128,
        (None, Some(steps)) => steps.count(),
        (None, None) => 0,
    }
}

/// Reads an axis; none, and a complaint, where something is wrong with it.
pub(super) fn axis(table: &Located<AxisTable>, complaints: &mut Complaints) -> Option<Axis> {
    let name = complaints.read(&table.name);
    let makes = Makes::of(table, complaints);
    let values = match (&table.values, &table.from) {
        (Some(values), None) => Some(written_values(values)),
        (None, Some(_)) => Steps::of(table, complaints).map(|steps| steps.values()),
        (Some(_), Some(from)) => {
            let complaint = Complaint::at(&from.place, "`from` beside `values`", "say one of them");
            complaints.add(complaint);
            None
        }
        (None, None) => {
            let message = "an axis without values";
            let complaint = Complaint::at(&table.place, message, "it needs `values`, or `from`");
            complaints.add(complaint.help("values = [\"12h\", \"24h\"], or from, to and step"));
            None
        }
    };
    if let Some(values) = table.values.as_ref().filter(|values| values.is_empty()) {
        let complaint = Complaint::at(&values.place, "an axis without values", "an empty list");
        complaints.add(complaint.help("an axis needs at least one value"));
        return None;
    }
    let (makes, values) = (makes?, values?);
    let labels = labels(table, values.len(), complaints);
    let mut made = Vec::new();
    for (number, (place, value)) in values.into_iter().enumerate() {
        let own = labels.as_ref().and_then(|labels| labels.get(number)).cloned();
        made.push((place.clone(), makes.value(&place, &value, own, complaints)?));
    }
    names_differ(table, &made, complaints);
    let values = made.into_iter().map(|(_, value)| value).collect();
    Some(Axis { name: name?, values, places: makes.places() })
}

/// What each value changes.
enum Makes {
    /// Changes in which `{}` stands for the value.
    Each(Vec<(String, Range<usize>)>),
    /// One key for each part of a value.
    Parts(Vec<(String, Range<usize>)>),
}

impl Makes {
    fn of(table: &Located<AxisTable>, complaints: &mut Complaints) -> Option<Makes> {
        let ways = [
            table.key.as_ref().map(|key| ("key", &key.place)),
            table.keys.as_ref().map(|keys| ("keys", &keys.place)),
            table.template.as_ref().map(|template| ("template", &template.place)),
        ];
        let mut given = ways.into_iter().flatten();
        let first = given.next();
        if let (Some((first, at)), Some((second, other))) = (first, given.next()) {
            let message = format!("`{second}` beside `{first}`");
            complaints.add(Complaint::at(other, message, "say one of them").also(at, "the other"));
            return None;
        }
        let listed = |found: Vec<Option<(String, Range<usize>)>>| -> Option<Vec<_>> {
            found.into_iter().collect()
        };
        if let Some(key) = &table.key {
            let path = complaints.read(key)?;
            return Some(Makes::Each(vec![(format!("{path}={{}}"), key.place.clone())]));
        }
        if let Some(keys) = &table.keys {
            let read = |key| Some((complaints.read(key)?, key.place.clone()));
            return listed(keys.iter().map(read).collect()).map(Makes::Parts);
        }
        if let Some(template) = &table.template {
            let read = |text| Some((complaints.read(text)?, text.place.clone()));
            return listed(template.iter().map(read).collect()).map(Makes::Each);
        }
        let complaint =
            Complaint::at(&table.place, "an axis that sets nothing", "it needs a `key`");
        complaints.add(complaint.help("for example key = \"site.branch.calls.every\""));
        None
    }

    fn value(
        &self,
        place: &Range<usize>,
        value: &toml::Value,
        label: Option<String>,
        complaints: &mut Complaints,
    ) -> Option<AxisValue> {
        let (stands_for_it, changes) = match self {
            Makes::Each(texts) => {
                let written = as_set(value);
                (value, texts.iter().map(|(text, _)| text.replace("{}", &written)).collect())
            }
            Makes::Parts(keys) => {
                let parts = value.as_array().filter(|parts| parts.len() == keys.len());
                let Some(parts) = parts.filter(|parts| !parts.is_empty()) else {
                    let message = "a value that is not one for each key";
                    let label = format!("expected a list of {}", keys.len());
                    complaints.add(Complaint::at(place, message, label));
                    return None;
                };
                let set = keys.iter().zip(parts);
                let changes = set.map(|((key, _), part)| format!("{key}={}", as_set(part)));
                (&parts[0], changes.collect())
            }
        };
        let label = label.unwrap_or_else(|| shown(stands_for_it));
        // What a value is called is what is drawn: `25%` for 250 of 1,000 hosts.
        let quantity = Quantity::read(&label).or_else(|| Quantity::of(stands_for_it));
        Some(AxisValue { label, quantity, changes })
    }

    fn places(&self) -> Vec<Range<usize>> {
        let (Makes::Each(all) | Makes::Parts(all)) = self;
        all.iter().map(|(_, place)| place.clone()).collect()
    }
}

/// The labels of the values; none where there are none, or not one for each.
fn labels(table: &AxisTable, values: usize, complaints: &mut Complaints) -> Option<Vec<String>> {
    let labels = table.labels.as_ref()?;
    if labels.len() != values {
        let message = format!("{} labels for {values} values", labels.len());
        complaints.add(Complaint::at(&labels.place, message, "expected one for each"));
    }
    complaints.read_all::<Prose>(labels)
}

/// Complains of the first value that is called as one before it.
fn names_differ(
    table: &AxisTable,
    values: &[(Range<usize>, AxisValue)],
    complaints: &mut Complaints,
) {
    let mut seen = BTreeMap::new();
    for (place, value) in values {
        if let Some(other) = seen.insert(&value.label, place) {
            let message = format!("two values are called {}", quoted(&value.label));
            let complaint = Complaint::at(place, message, "this one").also(other, "and this one");
            let way_out = if table.keys.is_some() {
                "labels = [..] gives each value a name of its own"
            } else {
                "leave one of them out"
            };
            complaints.add(complaint.help(way_out));
            return;
        }
    }
}

fn written_values(values: &[Located<Free>]) -> Vec<(Range<usize>, toml::Value)> {
    values.iter().map(|value| (value.place.clone(), value.0.clone())).collect()
}

/// A value as people read it.
fn shown(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as `--set` reads it back: a text without quotes, where it cannot be taken for anything else.
fn as_set(value: &toml::Value) -> String {
    match value.as_str() {
        Some(text) if is_plain(text) => text.to_owned(),
        _ => value.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && text.parse::<toml_edit::Value>().is_err()
}

/// Values from one to another, a step or a ratio apart.
struct Steps {
    place: Range<usize>,
    dimension: Dimension,
    unit: Option<Unit>,
    from: u64,
    to: u64,
    way: Way,
}

enum Way {
    Step(u64),
    Times(u64),
}

impl Steps {
    /// None, and a complaint, where they cannot be read.
    fn of(table: &AxisTable, complaints: &mut Complaints) -> Option<Steps> {
        let from = table.from.as_ref()?;
        let Some(to) = &table.to else {
            complaints.add(Complaint::at(&from.place, "`from` without `to`", "up to what?"));
            return None;
        };
        let first = quantity(from, complaints)?;
        let alike = |value: &Located<Free>, complaints: &mut Complaints| {
            let quantity = quantity(value, complaints)?;
            if quantity.dimension != first.dimension {
                let message =
                    format!("{} beside {}", quantity.dimension.name(), first.dimension.name());
                let label = format!("expected {}, as `from` is", first.dimension.name());
                complaints.add(Complaint::at(&value.place, message, label));
                return None;
            }
            Some(quantity.amount)
        };
        let last = alike(to, complaints)?;
        if last < first.amount {
            let complaint =
                Complaint::at(&to.place, "a range that ends before it begins", "less than `from`");
            complaints.add(complaint.also(&from.place, "its beginning"));
            return None;
        }
        let (way, written) = match (&table.step, &table.times) {
            (Some(step), None) => match alike(step, complaints)? {
                0 => {
                    complaints.add(Complaint::at(
                        &step.place,
                        "a step of nothing",
                        "expected more",
                    ));
                    return None;
                }
                amount => (Way::Step(amount), step),
            },
            (None, Some(times)) if first.amount > 0 => {
                (Way::Times(complaints.whole(times, 2, 1_000_000)?), from)
            }
            (None, Some(times)) => {
                let message = "nothing, however often it is taken";
                complaints.add(
                    Complaint::at(&from.place, message, "0 with `times`")
                        .also(&times.place, "here"),
                );
                return None;
            }
            _ => {
                let message = "a range needs either `step` or `times`";
                complaints.add(Complaint::at(&from.place, message, "of this range"));
                return None;
            }
        };
        let unit = written.0.as_str().and_then(|text| unit_of(text, first.dimension));
        let (place, dimension) = (from.place.clone(), first.dimension);
        Some(Steps { place, dimension, unit, from: first.amount, to: last, way })
    }

    fn count(&self) -> u128 {
        match self.way {
            Way::Step(step) => u128::from((self.to - self.from) / step) + 1,
            Way::Times(times) => u128::from((self.to / self.from).ilog(times)) + 1,
        }
    }

    fn values(&self) -> Vec<(Range<usize>, toml::Value)> {
        let next = |amount: &u64| match self.way {
            Way::Step(step) => amount.checked_add(step),
            Way::Times(times) => amount.checked_mul(times),
        };
        let amounts = std::iter::successors(Some(self.from), next);
        let amounts: Vec<u64> = amounts.take_while(|amount| *amount <= self.to).collect();
        let unit = common_unit(self.dimension, self.unit, &amounts);
        let value = |amount: u64| match (self.dimension, i64::try_from(amount)) {
            (Dimension::Number, Ok(number)) => toml::Value::Integer(number),
            (dimension, _) => toml::Value::String(Quantity { dimension, amount }.written(unit)),
        };
        amounts.into_iter().map(|amount| (self.place.clone(), value(amount))).collect()
    }
}

/// The quantity of a value; none, and a complaint, where it is none.
fn quantity(value: &Located<Free>, complaints: &mut Complaints) -> Option<Quantity> {
    let quantity = Quantity::of(&value.0);
    if quantity.is_none() {
        let message = format!("{} is no quantity", quoted(&shown(&value.0)));
        let complaint =
            Complaint::at(&value.place, message, "expected a whole number, or a text with a unit");
        complaints
            .add(complaint.help("for example 10, \"12h\", \"4KiB\", \"33.6kbit/s\" or \"5%\""));
    }
    quantity
}
