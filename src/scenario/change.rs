//! One `--set key=value`: a key of a scenario that is set otherwise for one run.
//!
//! In: the argument, later the file's text as a document. Out: the document with the change in it,
//! which is then read as if it had been written so. Whether the value is any good is not looked at
//! here.

use std::fmt;

use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value};

use super::problem::{Complaint, Problem, nearest, suggestion};
use super::quote::{plain, quoted};
use super::shape::Shape;

/// A key and its new value.
///
/// The key is a path with points: `hub.policy`, `site.branch.calls.every`, `seeds`. A table of a list
/// is called by its name (a route by its domain; in quotes, or as it is with its points) or by its
/// number from 0: `site[0].count`, `route.branch.example.mode`. The value is TOML where it can be
/// read as such, else a text. Tables that the format has and the file has not are made, but no
/// element of a list.
#[derive(Clone, Debug)]
pub struct Change {
    /// As it was given, fit to be shown.
    text: String,
    steps: Vec<Step>,
    value: Value,
}

/// One part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Change {
    /// Reads the argument of `--set`.
    ///
    /// # Errors
    /// Where it is not of the form `key=value`.
    pub fn parse(text: &str) -> Result<Change, Problem> {
        let wrong = |help: &str| {
            let message = format!("--set {}: not of the form key=value", plain(text));
            Problem::without_file(Complaint::whole(message).help(help))
        };
        let example = "for example --set hub.policy=rfc5321 or --set site.branch.calls.every=12h";
        let (path, value) = text.split_once('=').ok_or_else(|| wrong(example))?;
        let steps = steps(path.trim()).ok_or_else(|| wrong(example))?;
        let value = value.trim();
        if value.is_empty() {
            return Err(wrong("there is no value; an empty text is written \"\""));
        }
        let value = value.parse().unwrap_or_else(|_| Value::from(value));
        Ok(Change { text: plain(text), steps, value })
    }

    /// Makes the change.
    ///
    /// # Errors
    /// Where the path leads nowhere.
    pub(crate) fn apply(
        &self,
        document: &mut DocumentMut,
        shape: Shape<'_>,
    ) -> Result<(), Complaint> {
        self.set_in_table(document.as_table_mut(), &self.steps, shape)
    }

    fn set_in_table(
        &self,
        table: &mut dyn TableLike,
        steps: &[Step],
        shape: Shape<'_>,
    ) -> Result<(), Complaint> {
        let [Step::Key(key), rest @ ..] = steps else {
            return Err(self.lost("a number in brackets where a key should be"));
        };
        if rest.is_empty() {
            *table.entry(key).or_insert(Item::None) = Item::Value(self.value.clone());
            return Ok(());
        }
        let Some(below) = shape.key(key) else {
            let what = format!("there is no {} in a scenario", quoted(key));
            return Err(self.lost(what).help(suggestion(key, shape.key_names(), "the keys are")));
        };
        if !table.contains_key(key) && below.item().is_some() {
            let lost = self.lost(format!("the scenario has no `{key}`"));
            return Err(lost.help(format!("a list is made as a whole: {key}=[...]")));
        }
        let item = table.entry(key).or_insert_with(|| Value::from(InlineTable::default()).into());
        self.set_in_item(item, key, rest, below)
    }

    /// `called` is the last key on the way to the item.
    fn set_in_item(
        &self,
        item: &mut Item,
        called: &str,
        steps: &[Step],
        shape: Shape<'_>,
    ) -> Result<(), Complaint> {
        if let Some(table) = item.as_table_like_mut() {
            return self.set_in_table(table, steps, shape);
        }
        let Some(below) = shape.item().filter(|_| item.is_array() || item.is_array_of_tables())
        else {
            let what = format!("`{called}` is {} and has no keys", item.to_string().trim());
            let lost = self.lost(what);
            let whole = format!("a table is set as a whole: {called}={{ ... }}");
            return Err(if shape.is_table() { lost.help(whole) } else { lost });
        };
        let names = element_names(item);
        let (index, rest) = self.element(called, &names, steps)?;
        if let Some(table) = item.as_array_of_tables_mut().and_then(|list| list.get_mut(index)) {
            return match (rest, self.value.as_inline_table()) {
                ([], Some(whole)) => {
                    *table = whole.clone().into_table();
                    Ok(())
                }
                ([], None) => Err(self.lost(format!("an element of `{called}` is a table"))),
                _ => self.set_in_table(table, rest, below),
            };
        }
        let element = item.as_array_mut().and_then(|list| list.get_mut(index));
        match (element, rest) {
            (Some(Value::InlineTable(table)), [_, ..]) => self.set_in_table(table, rest, below),
            (Some(element), []) => {
                *element = self.value.clone();
                Ok(())
            }
            _ => Err(self.lost(format!("an element of `{called}` has no keys"))),
        }
    }

    /// Which element of a list the path goes through, and what of the path is left after it.
    fn element<'s>(
        &self,
        called: &str,
        names: &[String],
        steps: &'s [Step],
    ) -> Result<(usize, &'s [Step]), Complaint> {
        if let [Step::Index(index), rest @ ..] = steps {
            if *index < names.len() {
                return Ok((*index, rest));
            }
            let what = format!("there is no {called}[{index}]");
            return Err(self
                .lost(what)
                .help(format!("there are {}, the first is {called}[0]", names.len())));
        }
        // A name may have points in it: the longest that there is counts.
        let prefixes: Vec<String> = prefixes(steps).collect();
        for (length, name) in prefixes.iter().enumerate().rev() {
            if let Some(index) = names.iter().position(|other| other == name) {
                return Ok((index, &steps[length + 1..]));
            }
        }
        let known = || names.iter().map(String::as_str).filter(|name| !name.is_empty());
        let meant = prefixes.iter().find(|name| nearest(name, known()).is_some());
        let name = meant.or(prefixes.first()).map_or("", String::as_str);
        let lost = self.lost(format!("there is no {called} called {}", quoted(name)));
        Err(lost.help(match known().next() {
            Some(_) => suggestion(name, known(), "those in the file"),
            None => format!("what is in {called} has no names: say {called}[0]"),
        }))
    }

    /// The path leads nowhere.
    fn lost(&self, what: impl fmt::Display) -> Complaint {
        Complaint::whole(format!("--set {}: {what}", self.text))
    }
}

/// The names that a path can begin with, the shortest first.
fn prefixes(steps: &[Step]) -> impl Iterator<Item = String> {
    let keys = steps.iter().map_while(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    keys.scan(String::new(), |name, key| {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(key);
        Some(name.clone())
    })
}

/// The name of each element of a list: its `name` or `domain`, or nothing.
fn element_names(item: &Item) -> Vec<String> {
    let name = |table: &dyn TableLike| -> String {
        let name = table.get("name").or_else(|| table.get("domain"));
        name.and_then(Item::as_str).unwrap_or_default().to_owned()
    };
    if let Some(tables) = item.as_array_of_tables() {
        return tables.iter().map(|table| name(table)).collect();
    }
    let values = item.as_array().into_iter().flatten();
    values.map(|value| value.as_inline_table().map_or(String::new(), |table| name(table))).collect()
}

/// The parts of a path: keys with points between, in quotes or not, numbers in brackets; none where
/// it is not a path.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    loop {
        let key;
        if let Some(quoted) = rest.strip_prefix('"') {
            (key, rest) = quoted.split_once('"')?;
        } else {
            (key, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
        }
        if key.is_empty() {
            return None;
        }
        steps.push(Step::Key(key.to_owned()));
        while let Some(bracket) = rest.strip_prefix('[') {
            let (number, after) = bracket.split_once(']')?;
            steps.push(Step::Index(number.parse().ok()?));
            rest = after;
        }
        if rest.is_empty() {
            return Some(steps);
        }
        rest = rest.strip_prefix('.')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_keys_and_numbers() {
        let key = |text: &str| Step::Key(text.to_owned());
        for (path, expected) in [
            ("seeds", Some(vec![key("seeds")])),
            ("hub.policy", Some(vec![key("hub"), key("policy")])),
            ("site[0].count", Some(vec![key("site"), Step::Index(0), key("count")])),
            ("route.\"a.b\".mode", Some(vec![key("route"), key("a.b"), key("mode")])),
            ("", None),
            ("a..b", None),
            ("a.", None),
            ("a[x]", None),
            ("a[0", None),
            ("\"a", None),
            ("a[0]b", None),
        ] {
            assert_eq!(steps(path), expected, "{path}");
        }
    }
}
