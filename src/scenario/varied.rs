//! What may differ from message to message, as it is written: one value or a range, one for each
//! message, or a table of weights.
//!
//! In: what serde reads. Out: which of them it was, with its places. Whether as many are written as
//! there are messages is settled by `meaning`.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::located::Located;
use super::model::Varied;
use super::problem::{Complaint, Complaints};
use super::quantity::Size;
use super::text::{Kind, Misread, Number, Text, Written};
use crate::base::Priority;

/// The most that one choice can weigh.
const HEAVIEST: u64 = 1_000_000;

/// A kind of value that may differ from message to message: `K` itself may say that it does.
pub(crate) trait Varying: Kind {
    /// One value.
    type One: Kind;
    /// Examples of the three ways to write it.
    const EXAMPLE_LIST: &'static [&'static str];
    /// A value and its weight, twice.
    const EXAMPLE_WEIGHTS: [(&'static str, u32); 2];

    /// What one text stands for, whichever message it is.
    fn varied(value: Self::Value) -> Varied<<Self::One as Kind>::Value>;
}

/// One size, or two with `..` between.
#[derive(Debug)]
pub(crate) enum Sizes {}

impl Kind for Sizes {
    type Value = (u32, u32);
    const NOUN: &'static str = "a size with its unit, or two with `..` between";
    const EXAMPLES: &'static [&'static str] = &["4KiB", "1KiB..1MiB"];

    fn read(text: &str) -> Result<(u32, u32), Misread> {
        let Some((least, most)) = text.split_once("..") else {
            return Size::read(text).map(|size| (size, size));
        };
        let (least, most) = (Size::read(least.trim())?, Size::read(most.trim())?);
        if least > most {
            return Err(Misread::new("sizes from the larger to the smaller", "the second is less"));
        }
        Ok((least, most))
    }

    fn read_bare(number: &str) -> Result<(u32, u32), Misread> {
        Sizes::read(number)
    }
}

impl Varying for Sizes {
    type One = Size;
    const EXAMPLE_LIST: &'static [&'static str] = &["4KiB", "1MiB"];
    const EXAMPLE_WEIGHTS: [(&'static str, u32); 2] = [("1KiB", 80), ("1MiB", 20)];

    fn varied((least, most): (u32, u32)) -> Varied<u32> {
        if least == most { Varied::Same(least) } else { Varied::Between(least, most) }
    }
}

impl Varying for Priority {
    type One = Priority;
    const EXAMPLE_LIST: &'static [&'static str] = &["normal", "urgent"];
    const EXAMPLE_WEIGHTS: [(&'static str, u32); 2] = [("normal", 90), ("urgent", 10)];

    fn varied(priority: Priority) -> Varied<Priority> {
        Varied::Same(priority)
    }
}

/// A value that may differ from message to message, not yet read.
#[derive(Debug)]
pub(crate) enum Variety<K: Varying> {
    /// One text.
    Text(Text<K>),
    /// One for each message.
    Each(Vec<Written<K::One>>),
    /// Each choice and its weight, in the order of the texts.
    Weights(Vec<(Located<String>, Number)>),
}

impl<K: Varying> Variety<K> {
    /// What it stands for; none, and a complaint, where it cannot be read.
    pub(crate) fn read(
        &self,
        at: &Range<usize>,
        complaints: &mut Complaints,
    ) -> Option<Varied<<K::One as Kind>::Value>> {
        match self {
            Variety::Text(text) => complaints.read_text(at, text).map(K::varied),
            Variety::Each(list) => complaints.read_all(list).map(Varied::Each),
            Variety::Weights(table) => {
                if table.is_empty() {
                    complaints.add(Complaint::at(at, "nothing to choose from", "an empty table"));
                }
                let mut choice = |(text, weight): &(Located<String>, Number)| {
                    let read = K::One::read(text);
                    let misread =
                        |misread| complaints.add(Complaint::misread(&text.place, misread));
                    let value = read.map_err(misread).ok();
                    let weight = complaints.whole(weight, 1, HEAVIEST);
                    Some((value?, weight? as u32))
                };
                let choices: Vec<_> = table.iter().filter_map(&mut choice).collect();
                (choices.len() == table.len()).then_some(Varied::Weighted(choices))
            }
        }
    }
}

struct VarietyVisitor<K>(PhantomData<K>);

impl<'de, K: Varying> Visitor<'de> for VarietyVisitor<K> {
    type Value = Variety<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, a list, or a table of weights", K::NOUN)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Variety<K>, E> {
        Ok(Variety::Text(Text::Quoted(text.to_owned(), PhantomData)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Variety<K>, E> {
        Ok(Variety::Text(Text::Bare(number.to_string())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Variety<K>, E> {
        Ok(Variety::Text(Text::Bare(number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Variety<K>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Variety::Each)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Variety<K>, A::Error> {
        let mut weights = Vec::new();
        while let Some(entry) = table.next_entry()? {
            weights.push(entry);
        }
        Ok(Variety::Weights(weights))
    }
}

impl<'de, K: Varying> Deserialize<'de> for Variety<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Variety<K>, D::Error> {
        deserializer.deserialize_any(VarietyVisitor(PhantomData))
    }
}

impl<K: Varying> JsonSchema for Variety<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}, a list, or a table of weights", K::NOUN).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Text<K>>();
        let list = generator.subschema_for::<Vec<Text<K::One>>>();
        let [one, other] =
            K::EXAMPLE_WEIGHTS.map(|(text, weight)| (text.to_owned(), weight.into()));
        let weights = serde_json::Map::from_iter([one, other]);
        let weight = json_schema!({ "type": "integer", "minimum": 1, "maximum": HEAVIEST });
        let table = json_schema!({ "type": "object", "additionalProperties": weight });
        let mut examples: Vec<serde_json::Value> =
            K::EXAMPLES.iter().map(|&it| it.into()).collect();
        examples.extend([K::EXAMPLE_LIST.into(), weights.into()]);
        json_schema!({ "oneOf": [text, list, table], "examples": examples })
    }
}
