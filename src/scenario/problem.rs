//! What is wrong with a scenario, shown as the compiler shows what is wrong with a program.
//!
//! In: complaints with their places in the text. Out: text with file, line, column, the source line,
//! a caret and what to do. The fault is always the user's; nothing here decides an exit code.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::quote::plain;
use super::text::{Kind, Misread, Number, Text, Written};

/// The most complaints of one file that are shown; the others are counted.
const SHOWN: usize = 20;

/// Whether a diagnostic is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Plain,
    /// With the escapes of a terminal (ECMA-48).
    Ansi,
}

/// Everything that is wrong with one scenario, or with one `--set`; it is shown by
/// [`Display`](fmt::Display), or in colour by [`Problem::render`].
#[derive(Clone, Debug)]
pub struct Problem {
    origin: Option<String>,
    text: String,
    complaints: Vec<Complaint>,
}

impl Problem {
    /// Complaints about a text that is called `origin`; they are shown by place.
    pub(crate) fn new(origin: &str, text: String, mut complaints: Vec<Complaint>) -> Problem {
        complaints.sort_by_key(|complaint| {
            let line = complaint.elsewhere.as_ref().map(|excerpt| excerpt.line);
            (line, complaint.at.as_ref().map_or(0, |at| at.start))
        });
        Problem { origin: Some(plain(origin)), text, complaints }
    }

    /// One complaint that is about no file.
    pub(crate) fn without_file(complaint: Complaint) -> Problem {
        Problem { origin: None, text: String::new(), complaints: vec![complaint] }
    }

    /// How many things are wrong.
    #[must_use]
    pub fn count(&self) -> usize {
        self.complaints.len()
    }

    /// Every diagnostic (the first twenty, and the number of the others), a blank line between two,
    /// no line's end after the last. The same on every machine: the terminal's width is not asked.
    #[must_use]
    pub fn render(&self, colour: Colour) -> String {
        let renderer = match colour {
            Colour::Plain => Renderer::plain(),
            Colour::Ansi => Renderer::styled(),
        };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let shown = self.complaints.iter().take(SHOWN);
        let mut parts: Vec<String> =
            shown.map(|complaint| renderer.render(&[self.group(complaint)])).collect();
        if let more @ 1.. = self.complaints.len().saturating_sub(SHOWN) {
            let title = Level::ERROR.primary_title(format!("and {more} more"));
            parts.push(renderer.render(&[Group::with_title(title)]));
        }
        parts.join("\n\n")
    }

    fn group<'a>(&'a self, complaint: &'a Complaint) -> Group<'a> {
        let group = Group::with_title(Level::ERROR.primary_title(complaint.message.as_str()));
        let (origin, line, text) = match complaint.elsewhere.as_deref() {
            Some(Excerpt { origin, line, text }) => (Some(origin), *line, text),
            None => (self.origin.as_ref(), 1, &self.text),
        };
        let group = match (origin, &complaint.at) {
            (None, _) => group,
            (Some(origin), None) => group.element(Origin::path(origin.as_str())),
            (Some(origin), Some(at)) => {
                let also = complaint.also.iter().map(|(at, label)| {
                    AnnotationKind::Context.span(at.clone()).label(label.as_str())
                });
                let primary = AnnotationKind::Primary.span(at.clone());
                let snippet = Snippet::source(text.as_str()).line_start(line).path(origin.as_str());
                let snippet = snippet.annotation(primary.label(complaint.label.as_str()));
                group.element(snippet.annotations(also))
            }
        };
        match &complaint.help {
            Some(help) => group.element(Level::HELP.message(&**help)),
            None => group,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Colour::Plain))
    }
}

impl Error for Problem {}

/// A line of another file than the scenario's own.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    /// The file, as it is shown.
    pub(crate) origin: String,
    /// The line's number, from 1.
    pub(crate) line: usize,
    /// The line.
    pub(crate) text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    /// Where it is, if not in the scenario's own file; places are then in that line.
    elsewhere: Option<Box<Excerpt>>,
    message: String,
    at: Option<Range<usize>>,
    label: String,
    also: Vec<(Range<usize>, String)>,
    help: Option<Box<str>>,
}

impl Complaint {
    /// Something wrong with the whole.
    pub(crate) fn whole(message: impl Into<String>) -> Complaint {
        Complaint {
            elsewhere: None,
            message: message.into(),
            at: None,
            label: String::new(),
            also: Vec::new(),
            help: None,
        }
    }

    /// Something wrong at a place, and what is said there.
    pub(crate) fn at(
        at: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Complaint {
        Complaint { at: Some(at.clone()), label: label.into(), ..Complaint::whole(message) }
    }

    /// The same at a place, and what is said there.
    #[must_use]
    pub(crate) fn placed(self, at: &Range<usize>, label: impl Into<String>) -> Complaint {
        Complaint { at: Some(at.clone()), label: label.into(), ..self }
    }

    /// A text that its kind cannot read.
    pub(crate) fn misread(at: &Range<usize>, misread: Misread) -> Complaint {
        Complaint {
            help: misread.help.map(String::into_boxed_str),
            ..Complaint::at(at, misread.message, misread.label)
        }
    }

    /// With another place that belongs to it.
    #[must_use]
    pub(crate) fn also(mut self, at: &Range<usize>, label: impl Into<String>) -> Complaint {
        self.also.push((at.clone(), label.into()));
        self
    }

    /// The same about a line of another file.
    #[must_use]
    pub(crate) fn elsewhere(self, excerpt: Excerpt) -> Complaint {
        Complaint { elsewhere: Some(Box::new(excerpt)), ..self }
    }

    /// With what to do about it.
    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Complaint {
        Complaint { help: Some(help.into().into_boxed_str()), ..self }
    }
}

/// The complaints about one file, as they are found.
///
/// A reader goes on after a complaint with some lawful value in the place of the wrong one, so that
/// one pass finds all; the scenario that it makes is thrown away.
#[derive(Debug, Default)]
pub(crate) struct Complaints(Vec<Complaint>);

impl Complaints {
    /// Adds one.
    pub(crate) fn add(&mut self, complaint: Complaint) {
        self.0.push(complaint);
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub(crate) fn into_vec(self) -> Vec<Complaint> {
        self.0
    }

    /// What the text stands for; none, and a complaint, where it cannot be read.
    pub(crate) fn read<K: Kind>(&mut self, written: &Written<K>) -> Option<K::Value> {
        self.read_text(&written.place, written)
    }

    /// What a text at a place stands for; none, and a complaint, where it cannot be read.
    pub(crate) fn read_text<K: Kind>(
        &mut self,
        place: &Range<usize>,
        text: &Text<K>,
    ) -> Option<K::Value> {
        match text.read() {
            Ok(value) => Some(value),
            Err(misread) => {
                self.add(Complaint::misread(place, misread));
                None
            }
        }
    }

    /// What an optional text stands for; none where it is absent or cannot be read.
    pub(crate) fn read_if<K: Kind>(&mut self, written: Option<&Written<K>>) -> Option<K::Value> {
        self.read(written?)
    }

    /// What each text of a list stands for.
    pub(crate) fn read_all<K: Kind>(&mut self, list: &[Written<K>]) -> Option<Vec<K::Value>> {
        let values: Vec<_> = list.iter().filter_map(|written| self.read(written)).collect();
        (values.len() == list.len()).then_some(values)
    }

    /// The number, if it lies between the bounds, both included.
    pub(crate) fn whole(&mut self, number: &Number, least: u64, most: u64) -> Option<u64> {
        let value = u64::try_from(number.0).ok().filter(|value| (least..=most).contains(value));
        if value.is_none() {
            let message = format!("{} is out of bounds", number.0);
            let label = format!("expected a whole number from {least} to {most}");
            self.add(Complaint::at(&number.place, message, label));
        }
        value
    }
}

/// The word among `known` that `word` was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: String = word.chars().take(100).flat_map(char::to_lowercase).collect();
    let near = |candidate: &&str| strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
    let best = known.into_iter().min_by_key(near)?;
    (near(&best) <= word.chars().count().div_ceil(3)).then_some(best)
}

/// "did you mean `policy`?", or the list of what there is, cut short where it is long.
pub(crate) fn suggestion<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    what: &str,
) -> String {
    const MOST: usize = 20;
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(best) = nearest(word, known.iter().copied()) {
        return format!("did you mean `{best}`?");
    }
    let mut list: Vec<String> = known.iter().take(MOST).map(|one| format!("`{one}`")).collect();
    if known.len() > MOST {
        list.push(format!("and {} more", known.len() - MOST));
    }
    if list.is_empty() {
        format!("there are no {what}")
    } else {
        format!("{what}: {}", list.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_near_or_it_is_a_list() {
        for (word, text) in [
            ("polcy", "did you mean `policy`?"),
            ("POLICY", "did you mean `policy`?"),
            ("polciy", "did you mean `policy`?"),
            ("banana", "keys: `policy`, `retry`"),
        ] {
            assert_eq!(suggestion(word, ["policy", "retry"], "keys"), text);
        }
        assert_eq!(suggestion("x", [], "sites"), "there are no sites");
    }

    #[test]
    fn the_twenty_first_complaint_is_counted_and_not_shown() {
        let complaints = (0..22).map(|n| Complaint::at(&(n..n + 1), format!("wrong {n}"), "here"));
        let problem = Problem::new("x.toml", "x".repeat(30), complaints.collect());
        assert_eq!(problem.count(), 22);
        let text = problem.to_string();
        assert!(text.contains("error: wrong 19\n"), "{text}");
        assert!(text.ends_with("error: and 2 more"), "{text}");
    }
}
