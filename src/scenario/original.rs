//! A scenario as it was written, to be read again and again with other changes.
//!
//! In: a file's path and bytes, later changes. Out: a [`Scenario`] for each set of changes, as if each
//! had stood in the file. No file is opened here.

use std::io;

use toml::de::DeTable;
use toml_edit::{DocumentMut, TomlError};

use super::change::Change;
use super::model::Scenario;
use super::problem::{Complaint, Problem};
use super::reading::{self, Form};

/// The text of a scenario, parsed as far as changes need it.
#[derive(Clone, Debug)]
pub struct Original {
    path: String,
    text: String,
    document: DocumentMut,
    form: Form,
}

impl Original {
    /// Takes in the text of a scenario. Its keys and values are not looked at before it is read.
    ///
    /// # Errors
    /// Where it is no text, or no TOML.
    pub fn new(path: &str, bytes: &[u8]) -> Result<Original, Problem> {
        let path = path.replace('\\', "/");
        let form = Form::of_scenarios();
        let text = reading::readable(&path, bytes, &form)?;
        let problem = |complaint| reading::problem(&path, text, complaint);
        // The text is parsed as it will be later, so that wrong syntax is shown in the same words.
        DeTable::parse(text).map_err(|error| problem(reading::of_toml(&error)))?;
        let document: DocumentMut = text.parse().map_err(|error: TomlError| {
            problem(Complaint::at(&error.span().unwrap_or_default(), error.message(), ""))
        })?;
        Ok(Original { text: text.to_owned(), path, document, form })
    }

    /// The path of the scenario, as the user named it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Makes a change for good.
    ///
    /// # Errors
    /// Where its path leads nowhere.
    pub(crate) fn change(&mut self, change: &Change) -> Result<(), Complaint> {
        change.apply(&mut self.document, self.form.shape)
    }

    /// Reads the scenario with these changes, made in order. `neighbours` gives the content of a file
    /// by its path from the scenario's folder, with `/` between the parts.
    ///
    /// # Errors
    /// A change that leads nowhere, or everything that is wrong with the scenario after the changes.
    pub fn read(
        &self,
        changes: &[Change],
        neighbours: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    ) -> Result<Scenario, Problem> {
        let Original { path, text, .. } = self;
        let mut changed = self.document.clone();
        for change in changes {
            let made = change.apply(&mut changed, self.form.shape);
            made.map_err(|complaint| reading::problem(path, text, complaint))?;
        }
        let set: Vec<String> = changes.iter().map(|change| format!("--set {change}")).collect();
        let origin = format!("{path} (with {})", set.join(" "));
        reading::scenario(path, &changed.to_string(), &origin, neighbours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title = \"A\"\nwhy = \"B\"\n\
        [[route]]\ndomain = \"office.example\"\nmode = \"direct\"\n\
        [[traffic]]\nname = \"mail\"\nfrom = \"a@office.example\"\nto = \"b@office.example\"\nat = [\"1h\"]\n";

    fn read(original: &Original, change: &str) -> Result<Scenario, String> {
        let change = Change::parse(change).map_err(|problem| problem.to_string())?;
        let nothing = |_: &str| Err(io::ErrorKind::NotFound.into());
        original.read(&[change], &nothing).map_err(|problem| problem.to_string())
    }

    #[test]
    fn one_change_leaves_nothing_behind_for_the_next() {
        let original = Original::new("a/x.toml", TEXT.as_bytes()).expect("it is TOML");
        let twice = ["hub.timeout_normal=1h", "title=Other"].map(|change| read(&original, change));
        let [first, second] = twice.map(|read| read.unwrap_or_else(|problem| panic!("{problem}")));
        assert_eq!((first.title.as_str(), second.title.as_str()), ("A", "Other"));
        assert_ne!(first.policy, second.policy);
    }

    #[test]
    fn a_table_of_a_list_is_replaced_as_a_whole() {
        let original = Original::new("a/x.toml", TEXT.as_bytes()).expect("it is TOML");
        let whole = "traffic.mail={ name = \"news\", from = \"<>\", to = \"b@office.example\", at = \"never\" }";
        let scenario = read(&original, whole).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!((scenario.sources.len(), scenario.sources[0].name.as_str()), (1, "news"));
        assert_eq!(
            read(&original, "traffic.mail=7").map(|scenario| scenario.name),
            Err("error: --set traffic.mail=7: an element of `traffic` is a table\n--> a/x.toml"
                .to_owned())
        );
    }
}
