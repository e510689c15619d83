//! A text in a file that stands for something else: a time, a size, a word of a list.
//!
//! In: the text, or a bare number where a text should be. Out: the value that its [`Kind`] reads
//! from it, or what is wrong with it. The kinds are in `quantity` and `word`.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use super::located::Located;
use super::quote::quoted;

/// A text of one kind, with its place in the file.
pub(crate) type Written<K> = Located<Text<K>>;

/// A kind of text: what it stands for and how it is read.
pub(crate) trait Kind {
    /// What it stands for.
    type Value;
    /// What is expected, for "invalid type: boolean, expected ..." and for labels.
    const NOUN: &'static str;
    /// Texts that are read without complaint; they stand in the schema.
    const EXAMPLES: &'static [&'static str];
    /// Every text that is allowed, where there is a list.
    const WORDS: &'static [&'static str] = &[];
    /// Whether a whole number may stand in its place.
    const MAY_BE_NUMBER: bool = false;

    /// Reads the text.
    ///
    /// # Errors
    /// Says what is wrong with it.
    fn read(text: &str) -> Result<Self::Value, Misread>;

    /// Reads a number that stands where the text should.
    ///
    /// # Errors
    /// Says what is wrong with it.
    fn read_bare(number: &str) -> Result<Self::Value, Misread> {
        Err(Misread::new(format!("{number} is a number"), format!("expected {}", Self::NOUN))
            .help(format!("write it in quotes: \"{number}\"")))
    }
}

/// Why a text cannot be read as its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    /// The diagnostic's title.
    pub(crate) message: String,
    /// What stands at the caret.
    pub(crate) label: String,
    /// What to write instead.
    pub(crate) help: Option<String>,
}

impl Misread {
    /// A misreading with its title and what stands at the caret.
    pub(crate) fn new(message: impl Into<String>, label: impl Into<String>) -> Misread {
        Misread { message: message.into(), label: label.into(), help: None }
    }

    /// With what to write instead.
    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Misread {
        Misread { help: Some(help.into()), ..self }
    }

    /// `text` is not what `K` expects.
    pub(crate) fn not<K: Kind>(text: &str) -> Misread {
        let examples: Vec<String> = K::EXAMPLES.iter().map(|text| format!("\"{text}\"")).collect();
        Misread::new(format!("{} cannot be read", quoted(text)), format!("expected {}", K::NOUN))
            .help(format!("for example {}", examples.join(" or ")))
    }
}

/// A text of one kind, not yet read.
#[derive(Debug)]
pub(crate) enum Text<K> {
    /// In quotes, as it should be.
    Quoted(String, PhantomData<K>),
    /// A number without quotes.
    Bare(String),
}

impl<K: Kind> Text<K> {
    /// What it stands for.
    ///
    /// # Errors
    /// As [`Kind::read`].
    pub(crate) fn read(&self) -> Result<K::Value, Misread> {
        match self {
            Text::Quoted(text, _) => K::read(text),
            Text::Bare(number) => K::read_bare(number),
        }
    }
}

struct TextVisitor<K>(PhantomData<K>);

impl<K: Kind> Visitor<'_> for TextVisitor<K> {
    type Value = Text<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::NOUN)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<K>, E> {
        Ok(Text::Quoted(text.to_owned(), PhantomData))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Text<K>, E> {
        Ok(Text::Bare(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Text<K>, E> {
        Ok(Text::Bare(number.to_string()))
    }
}

impl<'de, K: Kind> Deserialize<'de> for Text<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<K>, D::Error> {
        deserializer.deserialize_any(TextVisitor(PhantomData))
    }
}

impl<K: Kind> JsonSchema for Text<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed(K::NOUN)
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        if K::MAY_BE_NUMBER {
            json_schema!({ "type": ["string", "integer"], "examples": K::EXAMPLES })
        } else if K::WORDS.is_empty() {
            json_schema!({ "type": "string", "examples": K::EXAMPLES })
        } else {
            json_schema!({ "type": "string", "enum": K::WORDS, "examples": K::EXAMPLES })
        }
    }
}

/// A whole number, not yet held against its bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole(pub(crate) i128);

/// A whole number with its place in the file.
pub(crate) type Number = Located<Whole>;

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Whole, E> {
        Ok(Whole(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
        Ok(Whole(number.into()))
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Whole, D::Error> {
        deserializer.deserialize_any(WholeVisitor)
    }
}

impl JsonSchema for Whole {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("a whole number")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0 })
    }
}
