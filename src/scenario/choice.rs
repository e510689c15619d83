//! Keys that are written in one of two ways: a word or something longer.
//!
//! In: what serde reads. Out: which of the two it was. Written by hand because serde's `untagged`
//! loses the places of what is inside.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::text::{Kind, Text, Written};

/// One text, or a list of them.
pub(crate) type OneOrMany<K> = Choice<K, Vec<Written<K>>>;

/// A text, or something longer.
#[derive(Debug)]
pub(crate) enum Choice<K, L> {
    /// A text.
    Short(Text<K>),
    /// A list or a table.
    Long(L),
}

struct ChoiceVisitor<K, L>(PhantomData<(K, L)>);

impl<'de, K: Kind, L: Deserialize<'de>> Visitor<'de> for ChoiceVisitor<K, L> {
    type Value = Choice<K, L>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::NOUN)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Choice<K, L>, E> {
        Ok(Choice::Short(Text::Quoted(text.to_owned(), PhantomData)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Choice<K, L>, E> {
        Ok(Choice::Short(Text::Bare(number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Choice<K, L>, A::Error> {
        L::deserialize(SeqAccessDeserializer::new(list)).map(Choice::Long)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Choice<K, L>, A::Error> {
        L::deserialize(MapAccessDeserializer::new(table)).map(Choice::Long)
    }
}

impl<'de, K: Kind, L: Deserialize<'de>> Deserialize<'de> for Choice<K, L> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Choice<K, L>, D::Error> {
        deserializer.deserialize_any(ChoiceVisitor(PhantomData))
    }
}

impl<K: Kind, L: JsonSchema> JsonSchema for Choice<K, L> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{} or {}", K::NOUN, L::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let short = generator.subschema_for::<Text<K>>();
        let long = generator.subschema_for::<L>();
        json_schema!({ "oneOf": [short, long] })
    }
}
