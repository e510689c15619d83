//! From bytes to a scenario: the steps, and what stops at each.
//!
//! In: a file's path and bytes, what `--set` changes in it, and a way to the files beside it. Out: a
//! [`Scenario`], or everything that is wrong. No file is opened here.

use std::io;

use serde::Deserialize;
use toml::de::{DeTable, Deserializer};
use toml_edit::{DocumentMut, TomlError};

use super::change::Change;
use super::file::File;
use super::meaning::{self, Neighbours};
use super::model::Scenario;
use super::problem::{Complaint, Complaints, Problem};
use super::schema;
use super::shape::{self, Completeness, Shape};

/// The largest file that is read, in bytes: 256 MiB, for a scenario without chance has every message of
/// a run in it.
pub const SIZE_LIMIT: u64 = 256 << 20;

impl Scenario {
    /// Reads a scenario.
    ///
    /// `path` is where the file was found, as the user named it: it is shown in diagnostics, and the
    /// scenario's name comes from it. `changes` are made in the text, in order, before it is read.
    ///
    /// # Errors
    /// Everything that is wrong with the file, as far as one pass can find it; wrong syntax and wrong
    /// changes stop at once.
    pub fn read(path: &str, bytes: &[u8], changes: &[Change]) -> Result<Scenario, Problem> {
        let nothing_beside = |_: &str| {
            let message = "nothing can be read beside this scenario";
            Err(io::Error::new(io::ErrorKind::Unsupported, message))
        };
        Scenario::read_beside(path, bytes, changes, &nothing_beside)
    }

    /// Reads a scenario that may name other files: `neighbours` gives the content of one, by its path
    /// from the scenario's folder, with `/` between the parts.
    ///
    /// # Errors
    /// As [`Scenario::read`], and everything that is wrong with those files.
    pub fn read_beside(
        path: &str,
        bytes: &[u8],
        changes: &[Change],
        neighbours: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    ) -> Result<Scenario, Problem> {
        let path = path.replace('\\', "/");
        let text = readable(&path, bytes)?;
        let schema = schema::tree();
        let shape = Shape::new(&schema);
        if changes.is_empty() {
            return read_text(&path, text, &path, shape, neighbours);
        }
        let text = changed(&path, text, changes, shape)?;
        let set: Vec<String> = changes.iter().map(|change| format!("--set {change}")).collect();
        read_text(&path, &text, &format!("{path} (with {})", set.join(" ")), shape, neighbours)
    }
}

/// One complaint about a text.
fn problem(origin: &str, text: &str, complaint: Complaint) -> Problem {
    Problem::new(origin, text.to_owned(), vec![complaint])
}

/// The bytes as text.
fn readable<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Problem> {
    if bytes.len() as u64 > SIZE_LIMIT {
        let message = format!("a file of {} bytes is no scenario", bytes.len());
        let help = format!("the limit is {SIZE_LIMIT} bytes (256 MiB)");
        return Err(problem(path, "", Complaint::whole(message).help(help)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        // In the text that is shown, U+FFFD stands for what is not UTF-8; what is before it stands.
        let shown = String::from_utf8_lossy(bytes);
        let message = format!("not UTF-8: byte 0x{:02x}", bytes[at]);
        let place = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        let complaint = Complaint::at(&place, message, "no character begins or goes on so");
        problem(
            path,
            &shown,
            complaint.help("a scenario is text in UTF-8 (RFC 3629); save the file so"),
        )
    })?;
    if text.trim().is_empty() {
        let help = "a scenario has at least a title, why, [[route]] and [[traffic]]; \
                    `restante schema` prints every key";
        return Err(problem(path, "", Complaint::whole("the file is empty").help(help)));
    }
    Ok(text)
}

/// The text with every change made in it.
fn changed(
    path: &str,
    text: &str,
    changes: &[Change],
    shape: Shape<'_>,
) -> Result<String, Problem> {
    // The text is parsed as it will be later, so that wrong syntax is shown in the same words.
    DeTable::parse(text).map_err(|error| problem(path, text, of_toml(&error)))?;
    let mut document: DocumentMut = text.parse().map_err(|error: TomlError| {
        let place = error.span().unwrap_or_default();
        problem(path, text, Complaint::at(&place, error.message(), ""))
    })?;
    for change in changes {
        change.apply(&mut document, shape).map_err(|complaint| problem(path, text, complaint))?;
    }
    Ok(document.to_string())
}

/// Reads a text that diagnostics call `origin`.
fn read_text(
    path: &str,
    text: &str,
    origin: &str,
    shape: Shape<'_>,
    neighbours: Neighbours<'_>,
) -> Result<Scenario, Problem> {
    let mut complaints = Complaints::default();
    let mut table = DeTable::parse(text).map_err(|error| problem(origin, text, of_toml(&error)))?;
    if shape::check(table.get_mut(), shape, &mut complaints) == Completeness::Complete {
        match File::deserialize(Deserializer::from(table)) {
            Ok(file) => {
                let scenario = meaning::scenario(path, &file, neighbours, &mut complaints);
                if complaints.is_empty() {
                    return Ok(scenario);
                }
            }
            Err(error) => complaints.add(of_toml(&error)),
        }
    }
    Err(Problem::new(origin, text.to_owned(), complaints.into_vec()))
}

/// What the TOML parser or serde complains of, in words for someone who writes scenarios.
fn of_toml(error: &toml::de::Error) -> Complaint {
    let message = error.message().trim_end().replace("expected a sequence", "expected a list");
    let way_out = if message.ends_with("expected a list") {
        Some("a list stands in brackets: [..., ...]")
    } else if message.ends_with("expected a table") {
        Some("a table stands in braces, { key = value }, or below a heading of its own")
    } else {
        None
    };
    let complaint = match error.span() {
        Some(at) => Complaint::at(&at, message, ""),
        None => Complaint::whole(message),
    };
    match way_out {
        Some(way_out) => complaint.help(way_out),
        None => complaint,
    }
}
