//! A sweep file as it is written: every key, what it means and its default.
//!
//! In: TOML. Out: the same as tables and texts with their places. What the axes come to is read in
//! `reading` and the files beside it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::word::{
    ConstraintText, KeyPath, MeasureName, ScaleName, ScenarioPath, Setting, Template,
};
use crate::scenario::{Located, Name, Number, Prose, Written};

/// A question about a scenario, and the grid of runs that is to answer it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(title = "restante sweep")]
pub(super) struct File {
    /// What is to be found out, in one line.
    #[schemars(example = "How many messages come back when hosts call less often")]
    pub(super) title: Written<Prose>,
    /// Why it matters.
    #[schemars(example = "A time-out is only right for the interval at which hosts call.")]
    pub(super) why: Written<Prose>,
    /// The scenario whose keys are varied, by its path from the folder of this file.
    pub(super) scenario: Written<ScenarioPath>,
    /// The seeds with which each cell is run, the same in all: a list, or the first and how many.
    /// Default: those of the scenario.
    pub(super) seeds: Option<Located<Seeds>>,
    /// Keys that are set otherwise than in the scenario in every cell, as `--set` has them. Default:
    /// none.
    #[serde(default)]
    pub(super) set: Vec<Written<Setting>>,
    /// What is varied. The first axis varies slowest.
    pub(super) axis: Vec<Located<AxisTable>>,
    /// What must hold for a cell to be run. Default: every cell is.
    #[serde(default)]
    pub(super) constraint: Vec<Located<ConstraintTable>>,
    /// What is drawn. Default: each measure that is not everywhere the same, over the first two axes.
    #[serde(default)]
    pub(super) chart: Vec<Located<ChartTable>>,
}

/// Something that is varied.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct AxisTable {
    /// Its name, unlike every other and unlike every column of the results.
    pub(super) name: Written<Name>,
    /// The key of the scenario that it sets, as `--set` has it; only one of this, `keys` and
    /// `template`. Default: none.
    pub(super) key: Option<Written<KeyPath>>,
    /// Keys that it sets together, each value being a list of one for each key; only one of this,
    /// `key` and `template`. Default: none.
    pub(super) keys: Option<Located<Vec<Written<KeyPath>>>>,
    /// Changes that it makes together, as `--set` has them, `{}` standing for the value; only one of
    /// this, `key` and `keys`. Default: none.
    pub(super) template: Option<Located<Vec<Written<Template>>>>,
    /// Its values, in order; only one of this and `from`. Default: none.
    pub(super) values: Option<Located<Vec<Located<Free>>>>,
    /// What the values are called in tables and charts; with `keys`, values whose first parts are
    /// alike need it. Default: a value is called as it is written, a list of `keys` as its first part.
    pub(super) labels: Option<Located<Vec<Written<Prose>>>>,
    /// Its first value; with `to`, and `step` or `times`. Default: none.
    pub(super) from: Option<Located<Free>>,
    /// No value is larger than this. Default: none.
    pub(super) to: Option<Located<Free>>,
    /// The way from one value to the next. Default: none.
    pub(super) step: Option<Located<Free>>,
    /// How many times one value the next is, 2 or more. Default: none.
    pub(super) times: Option<Number>,
}

/// What must hold for a cell to be run.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct ConstraintTable {
    /// An axis, one of `<`, `<=`, `==`, `!=`, `>=`, `>`, and another axis or a value with its unit.
    #[serde(rename = "where")]
    pub(super) holds: Written<ConstraintText>,
}

/// Something that is drawn. What is neither `x`, `series` nor `y` has a panel for each of its values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct ChartTable {
    /// What is drawn, by its column.
    pub(super) measure: Written<MeasureName>,
    /// The axis from left to right. Default: the first.
    pub(super) x: Option<Written<Name>>,
    /// The axis that has a line for each of its values; only one of this and `y`. Default: none.
    pub(super) series: Option<Written<Name>>,
    /// The axis from bottom to top of a heat map; only one of this and `series`. Default: none.
    pub(super) y: Option<Written<Name>>,
    /// How the measure is laid out, or coloured: `linear`, from nothing; or `log`, each step ten times
    /// the one before. Default: `linear`.
    pub(super) scale: Option<Written<ScaleName>>,
}

/// A value as TOML has it, of whatever type.
#[derive(Debug)]
pub(super) struct Free(pub(super) toml::Value);

impl<'de> Deserialize<'de> for Free {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Free, D::Error> {
        toml::Value::deserialize(deserializer).map(Free)
    }
}

impl JsonSchema for Free {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("any value")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "examples": ["12h"] })
    }
}

/// Seeds: a list, or the first and how many.
#[derive(Debug)]
pub(super) enum Seeds {
    /// Each by itself.
    List(Vec<Number>),
    /// One after the other.
    Row(SeedRow),
}

/// Seeds one after the other.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct SeedRow {
    /// The first.
    #[schemars(example = 1)]
    pub(super) first: Number,
    /// How many.
    #[schemars(example = 5)]
    pub(super) count: Number,
}

struct SeedsVisitor;

impl<'de> Visitor<'de> for SeedsVisitor {
    type Value = Seeds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of seeds, or { first = .., count = .. }")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Seeds, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Seeds::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Seeds, A::Error> {
        SeedRow::deserialize(MapAccessDeserializer::new(table)).map(Seeds::Row)
    }
}

impl<'de> Deserialize<'de> for Seeds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seeds, D::Error> {
        deserializer.deserialize_any(SeedsVisitor)
    }
}

impl JsonSchema for Seeds {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("a list of seeds, or the first and how many")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = generator.subschema_for::<Vec<Number>>();
        let row = generator.subschema_for::<SeedRow>();
        json_schema!({ "oneOf": [list, row], "examples": [[1, 2, 3]] })
    }
}
