//! A scenario in the making: its text so far, and the names that later parts may use.

use super::feature::{Feature, Features};

/// A scenario in the making.
pub(super) struct Draft {
    pub(super) features: Features,
    pub(super) text: String,
    /// The domains that have a route.
    pub(super) domains: Vec<&'static str>,
    /// Those of them that are held for a host that calls.
    pub(super) held: Vec<&'static str>,
    /// The names of all sources of mail.
    pub(super) sources: Vec<String>,
}

/// How long things go on happening, in minutes; obligations end later.
pub(super) const BUSY_MINUTES: u64 = 12 * 60;

impl Draft {
    pub(super) fn new(features: Features) -> Draft {
        let (text, domains) = (String::new(), Vec::new());
        Draft { features, text, held: domains.clone(), domains, sources: Vec::new() }
    }

    pub(super) fn has(&self, feature: Feature) -> bool {
        self.features.has(feature)
    }

    /// Adds a line.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Adds a key whose value is text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = \"{value}\""));
    }

    /// Adds a key whose value is a list of texts.
    pub(super) fn list(&mut self, key: &str, values: &[impl AsRef<str>]) {
        self.line(&format!("{key} = {}", list(values)));
    }
}

/// A list of texts as TOML.
pub(super) fn list(values: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> =
        values.iter().map(|value| format!("\"{}\"", value.as_ref())).collect();
    format!("[{}]", quoted.join(", "))
}
