//! A log of mail that is replayed: a CSV file beside the scenario.
//!
//! In: its bytes. Out: its rows in order, and who writes to whom in it; or what is wrong with it,
//! shown in the log itself. Which route a domain has is settled by `meaning`.

use std::collections::BTreeMap;
use std::ops::Range;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::problem::{Complaint, Complaints, Excerpt, suggestion};
use super::quantity::seconds;
use super::quote::quoted;
use super::reading::SIZE_LIMIT;
use super::text::{Kind, Misread};
use super::word::{Mailbox, MailboxPattern, ReversePath};
use crate::base::{Instant, Priority};

/// The complaints after which a log is not read on.
const MOST_COMPLAINTS: usize = 100;

/// The path of a log from the folder of its scenario.
#[derive(Debug)]
pub(crate) enum LogPath {}

impl Kind for LogPath {
    type Value = String;
    const NOUN: &'static str = "the path of a CSV file from the scenario's folder";
    const EXAMPLES: &'static [&'static str] = &["data/log.csv", "../data/log.csv"];

    /// A scenario may come from anywhere: it names no file but those in and beside its folder.
    fn read(text: &str) -> Result<String, Misread> {
        let below = text.strip_prefix("../").unwrap_or(text);
        let lawful = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
        if !below.split('/').all(lawful) || text.contains(char::is_control) {
            let message = format!("{} leads out of reach", quoted(text));
            return Err(Misread::new(message, format!("expected {}", LogPath::NOUN)).help(
                "name a file in the scenario's folder or in one beside it: \"../data/log.csv\"",
            ));
        }
        Ok(text.to_owned())
    }
}

/// A log that was read.
#[derive(Debug)]
pub(crate) struct Log {
    /// Who writes to whom, in the order of their letters.
    pub(crate) pairs: Vec<Pair>,
    source: Source,
    columns: Columns,
}

/// A sender and a recipient, and all mail from the one to the other.
#[derive(Debug)]
pub(crate) struct Pair {
    /// The reverse-path; none for `<>`.
    pub(crate) sender: Option<MailboxPattern>,
    /// The recipient.
    pub(crate) recipient: MailboxPattern,
    /// Their messages, by instant; those of one instant as the rows have them.
    pub(crate) messages: Vec<Logged>,
    /// Where the first of them stands.
    first: Place,
}

/// One message of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Logged {
    /// When it arrives.
    pub(crate) at: Instant,
    /// Its size in bytes.
    pub(crate) size_bytes: u32,
    /// The envelope's priority.
    pub(crate) priority: Priority,
}

/// A column of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// When: seconds since the hub was started.
    At,
    /// The reverse-path.
    From,
    /// The recipient.
    To,
    /// The size in bytes.
    Size,
    /// The envelope's priority.
    Priority,
}

impl Column {
    const ALL: [Column; 5] = [Column::At, Column::From, Column::To, Column::Size, Column::Priority];

    /// Its name in the first row.
    const fn name(self) -> &'static str {
        match self {
            Column::At => "at_s",
            Column::From => "from",
            Column::To => "to",
            Column::Size => "size_bytes",
            Column::Priority => "priority",
        }
    }
}

/// Where a row begins: its byte, and its line from 1.
type Place = (usize, usize);
/// Which field of a row each [`Column`] is, by the column's number.
type Columns = [Option<usize>; Column::ALL.len()];

impl Log {
    /// Reads a log; `path` is shown in diagnostics, `at` is where the scenario names it.
    pub(crate) fn read(
        path: &str,
        bytes: Vec<u8>,
        at: &Range<usize>,
        complaints: &mut Complaints,
    ) -> Option<Log> {
        if bytes.len() as u64 > SIZE_LIMIT {
            let message = format!("{} has {} bytes", quoted(path), bytes.len());
            complaints.add(Complaint::at(at, message, format!("the limit is {SIZE_LIMIT}")));
            return None;
        }
        let Ok(text) = String::from_utf8(bytes) else {
            let complaint = Complaint::at(at, format!("{} is not UTF-8", quoted(path)), "this log");
            complaints.add(complaint.help("a log is text in UTF-8 (RFC 3629); save the file so"));
            return None;
        };
        let source = Source { path: path.to_owned(), text };
        let mut wrong = Vec::new();
        let mut rows = Rows::of(&source.text);
        let columns =
            if rows.next() { source.columns(&rows, &mut wrong) } else { Columns::default() };
        let pairs =
            if wrong.is_empty() { source.pairs(rows, columns, &mut wrong) } else { Vec::new() };
        if wrong.is_empty() && pairs.is_empty() {
            let message = format!("{} has no messages", quoted(path));
            wrong.push(Complaint::at(at, message, "traffic that never arrives"));
        }
        let is_whole = wrong.is_empty();
        for complaint in wrong {
            complaints.add(complaint);
        }
        is_whole.then_some(Log { pairs, source, columns })
    }

    /// What `told` complains of at the place that it is given, shown where a pair stands first.
    pub(crate) fn about<T>(
        &self,
        pair: &Pair,
        column: Column,
        complaints: &mut Complaints,
        told: impl FnOnce(&Range<usize>, &mut Complaints) -> T,
    ) -> T {
        let mut found = Complaints::default();
        let (excerpt, at) = self.source.excerpt(pair.first, self.columns[column as usize]);
        let answer = told(&at, &mut found);
        for complaint in found.into_vec() {
            complaints.add(complaint.elsewhere(excerpt.clone()));
        }
        answer
    }
}

/// The rows of a log, one after the other.
struct Rows<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    /// The row that was read last.
    record: StringRecord,
    /// Where it begins.
    place: Place,
}

impl<'t> Rows<'t> {
    fn of(text: &'t str) -> Rows<'t> {
        let mut builder = ReaderBuilder::new();
        // A row of another length is complained of with its line, not by the parser.
        builder.has_headers(false).flexible(true).trim(csv::Trim::All);
        let reader = builder.from_reader(text.as_bytes());
        Rows { text, reader, record: StringRecord::new(), place: (0, 1) }
    }

    /// Goes to the next row; false where there is none.
    fn next(&mut self) -> bool {
        let position = self.reader.position();
        let (byte, line) = (position.byte() as usize, position.line() as usize);
        let rest = &self.text[byte..];
        // The parser skips empty lines after it has said where the row begins.
        let empty = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let skipped = rest[..empty].matches('\n').count();
        self.place = (byte + empty, line + skipped);
        let read = self.reader.read_record(&mut self.record);
        read.expect("text in memory that is UTF-8, and rows of any length")
    }

    /// A field of the row; empty where the log has no such column.
    fn field(&self, columns: Columns, column: Column) -> &str {
        columns[column as usize].and_then(|field| self.record.get(field)).unwrap_or_default()
    }
}

/// A log as text.
#[derive(Debug)]
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The columns that the first row names.
    fn columns(&self, head: &Rows<'_>, wrong: &mut Vec<Complaint>) -> Columns {
        let mut columns = Columns::default();
        for (field, name) in head.record.iter().enumerate() {
            let found = Column::ALL.into_iter().find(|column| column.name() == name);
            let misread = match found {
                None => Misread::new(format!("unknown column {}", quoted(name)), "no such column")
                    .help(suggestion(name, Column::ALL.map(Column::name), "the columns are")),
                Some(column) if columns[column as usize].is_some() => {
                    Misread::new(format!("column `{name}` twice"), "again here")
                }
                Some(column) => {
                    columns[column as usize] = Some(field);
                    continue;
                }
            };
            wrong.push(self.misread(head.place, Some(field), misread));
        }
        let needed = Column::ALL.into_iter().filter(|column| *column != Column::Priority);
        for missing in needed.filter(|column| columns[*column as usize].is_none()) {
            let message = format!("no column `{}`", missing.name());
            let misread = Misread::new(message, "the first row names the columns")
                .help("for example at_s,from,to,size_bytes,priority");
            wrong.push(self.misread(head.place, None, misread));
        }
        columns
    }

    /// The pairs of the rows that follow, in the order of their letters.
    fn pairs(&self, mut rows: Rows<'_>, columns: Columns, wrong: &mut Vec<Complaint>) -> Vec<Pair> {
        let width = rows.record.len();
        let mut pairs: BTreeMap<String, Pair> = BTreeMap::new();
        let mut key = String::new();
        while rows.next() {
            let read = if rows.record.len() == width {
                key.clear();
                let from = Some(rows.field(columns, Column::From)).filter(|from| !from.is_empty());
                key.extend([from.unwrap_or("<>"), "\n", rows.field(columns, Column::To)]);
                add_row(&rows, columns, &key, &mut pairs)
                    .map_err(|(column, misread)| (columns[column as usize], misread))
            } else {
                let message = format!("a row of {} fields", rows.record.len());
                Err((None, Misread::new(message, format!("the first row has {width}"))))
            };
            if let Err((field, misread)) = read {
                wrong.push(self.misread(rows.place, field, misread));
            }
            if wrong.len() >= MOST_COMPLAINTS {
                break;
            }
        }
        let mut pairs: Vec<Pair> = pairs.into_values().collect();
        for pair in &mut pairs {
            pair.messages.sort_by_key(|message| message.at);
        }
        pairs
    }

    fn misread(&self, row: Place, field: Option<usize>, misread: Misread) -> Complaint {
        let (excerpt, at) = self.excerpt(row, field);
        Complaint::misread(&at, misread).elsewhere(excerpt)
    }

    /// The line at which a row begins, and where a field of the row stands in it; the whole line where
    /// no field is meant.
    fn excerpt(&self, (byte, line): Place, field: Option<usize>) -> (Excerpt, Range<usize>) {
        let text = self.text[byte..].lines().next().unwrap_or_default();
        let mut ends = Vec::new();
        let mut is_quoted = false;
        for (at, c) in text.char_indices() {
            is_quoted ^= c == '"';
            if c == ',' && !is_quoted {
                ends.push(at);
            }
        }
        ends.push(text.len());
        let place = field.filter(|field| *field < ends.len()).map_or(0..text.len(), |field| {
            let begin = if field == 0 { 0 } else { ends[field - 1] + 1 };
            begin..ends[field]
        });
        (Excerpt { origin: self.path.clone(), line, text: text.to_owned() }, place)
    }
}

/// Adds the message of a row to its pair; `key` is the text of both addresses.
fn add_row(
    rows: &Rows<'_>,
    columns: Columns,
    key: &str,
    pairs: &mut BTreeMap<String, Pair>,
) -> Result<(), (Column, Misread)> {
    let in_column = |column| move |misread| (column, misread);
    let at = seconds(rows.field(columns, Column::At)).map_err(in_column(Column::At))?;
    let size = rows.field(columns, Column::Size).parse().ok().filter(|size| *size > 0);
    let size_bytes = size.ok_or_else(|| {
        let message = format!("{} is no size", quoted(rows.field(columns, Column::Size)));
        (
            Column::Size,
            Misread::new(message, "expected a whole number of bytes, from 1 to 4 GiB - 1"),
        )
    })?;
    let priority = match rows.field(columns, Column::Priority) {
        "" => Priority::Normal,
        word => Priority::read(word).map_err(in_column(Column::Priority))?,
    };
    let message = Logged { at, size_bytes, priority };
    if let Some(pair) = pairs.get_mut(key) {
        pair.messages.push(message);
        return Ok(());
    }
    let sender = match rows.field(columns, Column::From) {
        "" => None,
        text => ReversePath::read(text).map_err(in_column(Column::From))?,
    };
    let recipient =
        Mailbox::read(rows.field(columns, Column::To)).map_err(in_column(Column::To))?;
    for (column, mailbox) in [(Column::From, sender.as_ref()), (Column::To, Some(&recipient))] {
        if mailbox.is_some_and(|mailbox| mailbox.mailbox.is_numbered()) {
            let misread = Misread::new("`{n}` in a log", "the number of what?");
            return Err((column, misread.help("a log names every address in full")));
        }
    }
    let pair = Pair { sender, recipient, messages: vec![message], first: rows.place };
    pairs.insert(key.to_owned(), pair);
    Ok(())
}
