//! The format of a scenario file as a JSON Schema, for editors and for the check of a file's keys.
//!
//! In: the tables of `file`, with their comments. Out: one schema with nothing referred to: every
//! table stands where it is used.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::file::File;

/// The JSON Schema (draft 2020-12) of a scenario file, indented, with a line's end after it. Every
/// key has a description with its unit and default, and an example.
#[must_use]
pub fn schema() -> String {
    format!("{:#}\n", tree())
}

/// The same as a tree, which is made once.
pub(crate) fn tree() -> &'static Value {
    static TREE: LazyLock<Value> = LazyLock::new(tree_of::<File>);
    &TREE
}

/// The schema of what `T` reads, as a tree with nothing referred to.
pub(crate) fn tree_of<T: JsonSchema>() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    let settings = settings.with_transform(without_null).with_transform(on_one_line);
    settings.into_generator().into_root_schema_for::<T>().into()
}

/// TOML has no null: what may be absent is left out, never null.
fn without_null(schema: &mut Schema) {
    let options = schema.get_mut("anyOf").and_then(Value::as_array_mut);
    let alone = options.and_then(|options| {
        options.retain(|option| option.get("type") != Some(&Value::from("null")));
        (options.len() == 1).then(|| options.remove(0))
    });
    if let (Some(Value::Object(alone)), Some(object)) = (alone, schema.as_object_mut()) {
        object.remove("anyOf");
        for (key, value) in alone {
            object.entry(key).or_insert(value);
        }
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [name] = types.as_slice() {
            let name = name.clone();
            schema.insert("type".to_owned(), name);
        }
    }
    transform_subschemas(&mut without_null, schema);
}

/// Comments are broken into lines for those who read the source, not for those who read the schema.
fn on_one_line(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    transform_subschemas(&mut on_one_line, schema);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Priority;
    use crate::scenario::calendar::{WallClock, WeekTime, Zone};
    use crate::scenario::fault::{Aim, All, Deed, EnhancedStatus};
    use crate::scenario::quantity::{
        Chance, Drawn, Interval, IntervalOrNever, Jitter, Length, Moment, Rate, Size, Step, Volume,
        Wait, Window,
    };
    use crate::scenario::text::Kind;
    use crate::scenario::word::{
        Domain, ExhibitName, Mailbox, Name, Never, NoRetry, Node, Offer, Prose, ReversePath,
        RuleName,
    };
    use crate::scenario::{
        AtCrash, CsvRows, Fidelity, Keep, PolicyName, RouteMode, Syncs, Ties, TroublePhase,
    };

    /// Calls `each` with the path and the schema of every key, and whether it is required.
    fn walk(schema: &Value, path: &str, each: &mut impl FnMut(&str, &Value, bool)) {
        let required = |key: &str| {
            let list = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
            list.iter().any(|name| name == key)
        };
        for (key, below) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            each(&path, below, required(key));
            walk(below, &path, each);
        }
        walk_below(schema, path, each);
    }

    fn walk_below(schema: &Value, path: &str, each: &mut impl FnMut(&str, &Value, bool)) {
        if schema["items"].is_object() {
            walk(&schema["items"], path, each);
        }
        for option in schema["oneOf"].as_array().into_iter().flatten() {
            walk(option, path, each);
        }
    }

    #[test]
    fn every_key_has_a_description_an_example_and_a_default() {
        let mut count = 0;
        walk(tree(), "", &mut |path, schema, required| {
            count += 1;
            let description = schema["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{path} has no description");
            assert!(required || description.contains("Default:"), "{path} has no default");
            let is_table = schema["type"] == "object" || schema["items"]["type"] == "object";
            assert!(is_table || schema["examples"].is_array(), "{path} has no example");
        });
        assert!(count > 60, "only {count} keys were seen");
    }

    #[test]
    fn every_example_of_a_kind_is_read() {
        fn all_read<K: Kind>() {
            assert!(!K::EXAMPLES.is_empty(), "{} has no example", K::NOUN);
            for example in K::EXAMPLES {
                assert!(K::read(example).is_ok(), "{example} is not {}", K::NOUN);
            }
        }
        macro_rules! each {
            ($($kind:ty),+ $(,)?) => { $(all_read::<$kind>();)+ };
        }
        each!(Moment, Length, Interval, Wait, Window, Drawn, Size, Rate, Jitter, Chance);
        each!(Prose, Name, ExhibitName, Domain, Mailbox, ReversePath, RuleName, Never, NoRetry);
        each!(PolicyName, RouteMode, Priority, CsvRows);
        each!(IntervalOrNever, Step, Volume, WallClock, WeekTime, Zone, Node, Offer, Ties);
        each!(Aim, All, Deed, EnhancedStatus, Keep, TroublePhase, AtCrash, Syncs, Fidelity);
    }

    #[test]
    fn nothing_in_the_schema_is_null_or_refers_elsewhere() {
        let text = schema();
        for word in ["null", "$ref", "$defs", "\\n"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        assert!(text.contains("\"additionalProperties\": false"));
    }
}
