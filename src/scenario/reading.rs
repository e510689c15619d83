//! From bytes to a scenario: the steps, and what stops at each.
//!
//! In: a file's path and bytes, what `--set` changes in it, and a way to the files beside it. Out: a
//! [`Scenario`], or everything that is wrong. Other files that are written as scenarios are take the
//! same steps up to their tables ([`Form`]). No file is opened here.

use std::io;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, Deserializer};

use super::change::Change;
use super::file::File;
use super::meaning::{self, Neighbours};
use super::model::Scenario;
use super::original::Original;
use super::problem::{Complaint, Complaints, Problem};
use super::shape::{self, Completeness, Shape};
use super::{quote, schema};

/// The largest file that is read, in bytes: 256 MiB, for a scenario without chance has every message of
/// a run in it.
pub const SIZE_LIMIT: u64 = 256 << 20;

/// A kind of file: how it is called, what it cannot do without, and the keys that it may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// `a scenario`.
    pub(crate) called: &'static str,
    /// What to write into an empty one.
    pub(crate) needs: &'static str,
    /// Its keys.
    pub(crate) shape: Shape<'static>,
    /// What it may be taken for.
    pub(crate) other: OtherForm,
}

/// A kind of file that may be given by mistake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OtherForm {
    /// `a sweep`.
    pub(crate) called: &'static str,
    /// A key that every one has.
    pub(crate) key: &'static str,
    /// What to do with one.
    pub(crate) way_out: &'static str,
}

impl Form {
    /// That of scenarios.
    pub(super) fn of_scenarios() -> Form {
        Form {
            called: "a scenario",
            needs: "a scenario has at least a title, why, [[route]] and [[traffic]]; \
                    `restante schema` prints every key",
            shape: Shape::new(schema::tree()),
            other: OtherForm {
                called: "a sweep",
                key: "axis",
                way_out: "`restante sweep` takes it",
            },
        }
    }

    /// That a file is of the other form, if it is.
    fn mistaken(&self, table: &DeTable<'_>) -> Option<Complaint> {
        let OtherForm { called, key, way_out } = self.other;
        let (key, _) = table.get_key_value(key)?;
        let message = format!("{called}, and not {}", self.called);
        let label = format!("only {called} has these");
        Some(Complaint::at(&key.span(), message, label).help(way_out))
    }
}

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
        if !changes.is_empty() {
            return Original::new(path, bytes)?.read(changes, neighbours);
        }
        let path = path.replace('\\', "/");
        let text = readable(&path, bytes, &Form::of_scenarios())?;
        scenario(&path, text, &path, neighbours)
    }
}

/// One complaint about a text.
pub(super) fn problem(origin: &str, text: &str, complaint: Complaint) -> Problem {
    Problem::new(origin, text.to_owned(), vec![complaint])
}

/// The bytes as text.
///
/// # Errors
/// Where it is too long, not UTF-8, or empty.
pub(crate) fn readable<'b>(path: &str, bytes: &'b [u8], form: &Form) -> Result<&'b str, Problem> {
    let called = form.called;
    if bytes.len() as u64 > SIZE_LIMIT {
        let message = format!("a file of {} bytes is {}", bytes.len(), quote::not_a(called));
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
        let help = format!("{called} is text in UTF-8 (RFC 3629); save the file so");
        problem(path, &shown, complaint.help(help))
    })?;
    if text.trim().is_empty() {
        return Err(problem(path, "", Complaint::whole("the file is empty").help(form.needs)));
    }
    Ok(text)
}

/// Reads the tables of a text that diagnostics call `origin`, and then what they mean.
///
/// # Errors
/// Wrong syntax, wrong keys, and all that `meaning` complains of.
pub(crate) fn read_text<File: DeserializeOwned, Meant>(
    text: &str,
    origin: &str,
    form: &Form,
    meaning: impl FnOnce(&File, &mut Complaints) -> Meant,
) -> Result<Meant, Problem> {
    let mut complaints = Complaints::default();
    let mut table = DeTable::parse(text).map_err(|error| problem(origin, text, of_toml(&error)))?;
    if let Some(complaint) = form.mistaken(table.get_ref()) {
        return Err(problem(origin, text, complaint));
    }
    let keys = shape::check(table.get_mut(), form.called, form.shape, &mut complaints);
    if keys == Completeness::Complete {
        match File::deserialize(Deserializer::from(table)) {
            Ok(file) => {
                let meant = meaning(&file, &mut complaints);
                if complaints.is_empty() {
                    return Ok(meant);
                }
            }
            Err(error) => complaints.add(of_toml(&error)),
        }
    }
    Err(Problem::new(origin, text.to_owned(), complaints.into_vec()))
}

/// Reads the text of a scenario that diagnostics call `origin`.
pub(super) fn scenario(
    path: &str,
    text: &str,
    origin: &str,
    neighbours: Neighbours<'_>,
) -> Result<Scenario, Problem> {
    read_text(text, origin, &Form::of_scenarios(), |file: &File, complaints| {
        meaning::scenario(path, file, neighbours, complaints)
    })
}

/// What the TOML parser or serde complains of, in words for someone who writes scenarios.
pub(super) fn of_toml(error: &toml::de::Error) -> Complaint {
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
