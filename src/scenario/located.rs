//! A value and where it stands in the file.
//!
//! In: what serde reads. Out: the same with its bytes' range, by which a diagnostic finds its line.
//! It judges nothing.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

/// A value as it was read, and the range of bytes that it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    value: T,
    /// Where it stands, in bytes from the beginning of the text.
    pub(crate) place: Range<usize>,
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Located<T>, D::Error> {
        let spanned = toml::Spanned::<T>::deserialize(deserializer)?;
        Ok(Located { place: spanned.span(), value: spanned.into_inner() })
    }
}

/// The schema of the value: where it stands is not part of the format.
impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
