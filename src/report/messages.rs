//! `messages.csv`: one row for each accepted recipient that the scenario keeps, by acceptance.
//!
//! In: a record's rows. Out: CSV. An absent value is an empty cell, a null sender `<>`; a deadline
//! that never comes is empty too. `notify` is what the sender of mail wants to be told (RFC 3461);
//! `release_at_s` is there for mail that must not leave before (RFC 4865).

use std::io;

use super::cell::{push_instant, push_integer, push_seconds, quoted};
use crate::base::{Kind, MessageId, Micros, Notify, Priority, Status};
use crate::scenario::{Recipient, Scenario, Source};
use crate::trial::{Outcome, Row, RunRecord};

const HEADER: &str = "message_id,kind,report_of,sender,recipient,notify,site,priority,size_bytes,\
                      accepted_at_s,release_at_s,deadline_at_s,queue_deadline_at_s,outcome,ended_at_s,margin_s,\
                      attempts,status,rule\n";

/// What is put into a file at a time: it stays in the cache from being made to being handed on.
const PIECE_BYTES: usize = 64 << 10;

/// Puts all of `messages.csv` into `file`, piece by piece. Costs no allocation for a row.
///
/// # Errors
/// Whatever keeps `file` from taking a piece.
pub fn write_csv(record: &RunRecord, file: &mut dyn io::Write) -> io::Result<()> {
    let names = Names::of(&record.scenario);
    let mut piece = HEADER.as_bytes().to_vec();
    for row in record.rows.iter() {
        names.push_row(&mut piece, &row);
        if piece.len() >= PIECE_BYTES {
            file.write_all(&piece)?;
            piece.clear();
        }
    }
    file.write_all(&piece)
}

/// Every name that a row can hold, as a cell.
struct Names {
    sources: Vec<SourceCells>,
    sites: Vec<Vec<u8>>,
    site_of_route: Vec<usize>,
}

/// What is the same in all rows of one source.
struct SourceCells {
    /// The id up to the ordinal; in quotes, where its name asks for them.
    id_before: Vec<u8>,
    /// The closing quote of such an id.
    id_after: &'static [u8],
    /// For each recipient the cells from `kind` to `notify`, with all their commas.
    mail: Vec<Vec<u8>>,
    /// Those of a report from `sender` to `notify`.
    report: Vec<u8>,
}

impl SourceCells {
    fn of(source: &Source) -> SourceCells {
        let sender = source.sender.as_ref().map(|sender| quoted(&sender.mailbox));
        let sender = sender.unwrap_or_else(|| b"<>".to_vec());
        let mail = |recipient: &Recipient| {
            let mailbox = quoted(&recipient.address.mailbox);
            let notify = notify_text(recipient.notify);
            [b",mail,,", &sender[..], b",", &mailbox, b",", notify.as_bytes(), b","].concat()
        };
        let mut id_before = quoted(&format!("{}.", source.name));
        let id_after: &[u8] = if id_before.ends_with(b"\"") { b"\"" } else { b"" };
        id_before.truncate(id_before.len() - id_after.len());
        SourceCells {
            id_before,
            id_after,
            mail: source.recipients.iter().map(mail).collect(),
            // A report goes from `<>` to the sender of what it is about (RFC 3464 2).
            report: [b",<>,", &sender[..], b",,"].concat(),
        }
    }

    fn push_id(&self, file: &mut Vec<u8>, id: MessageId) {
        file.extend_from_slice(&self.id_before);
        push_integer(file, u64::from(id.ordinal()));
        if id.recipient() > 0 {
            file.push(b'+');
            push_integer(file, u64::from(id.recipient()));
        }
        if id.kind() != Kind::Mail {
            file.push(b'.');
            file.extend_from_slice(id.kind().name().as_bytes());
        }
        file.extend_from_slice(self.id_after);
    }

    /// The cells from `message_id` to `notify`, with all their commas.
    fn push_envelope(&self, file: &mut Vec<u8>, id: MessageId) {
        self.push_id(file, id);
        match id.report_of() {
            None => file.extend_from_slice(&self.mail[usize::from(id.recipient())]),
            Some(mail) => {
                push_word(file, id.kind().name());
                file.push(b',');
                self.push_id(file, mail);
                file.extend_from_slice(&self.report);
            }
        }
    }
}

impl Names {
    fn of(scenario: &Scenario) -> Names {
        Names {
            sources: scenario.sources.iter().map(SourceCells::of).collect(),
            sites: scenario.sites.iter().map(|site| quoted(&site.name)).collect(),
            site_of_route: scenario.routes.iter().map(|route| route.site.index()).collect(),
        }
    }

    fn push_row(&self, file: &mut Vec<u8>, row: &Row) {
        self.sources[row.message.source() as usize].push_envelope(file, row.message);
        file.extend_from_slice(&self.sites[self.site_of_route[row.route.index()]]);
        match row.priority {
            Priority::Normal => file.extend_from_slice(b",normal"),
            other => push_word(file, other.name()),
        }
        file.push(b',');
        push_integer(file, u64::from(row.size_bytes));
        file.push(b',');
        push_instant(file, row.accepted_at);
        file.push(b',');
        if let Some(release_at) = row.release_at {
            push_instant(file, release_at);
        }
        let before = file.len();
        file.push(b',');
        push_instant(file, row.deadline);
        // The queue's deadline is all but always the judge's.
        if row.queue_deadline == row.deadline {
            file.extend_from_within(before..);
        } else {
            file.push(b',');
            push_instant(file, row.queue_deadline);
        }
        push_end(file, row);
    }
}

/// The cells from `outcome` on. Nearly all rows have the words that are put down whole; the other statuses
/// go through `fmt`.
fn push_end(file: &mut Vec<u8>, row: &Row) {
    match row.outcome {
        Outcome::Delivered => file.extend_from_slice(b",delivered,"),
        other => {
            push_word(file, other.name());
            file.push(b',');
        }
    }
    if let Some(ended_at) = row.ended_at {
        push_instant(file, ended_at);
        file.push(b',');
        push_seconds(file, Micros::between(ended_at, row.deadline));
    } else {
        file.push(b',');
    }
    file.push(b',');
    if let Some(attempts) = row.attempts {
        push_integer(file, u64::from(attempts));
    }
    match row.status {
        Some(Status::DELIVERED) => file.extend_from_slice(b",2.0.0"),
        Some(Status::EXPIRED) => file.extend_from_slice(b",4.4.7"),
        Some(other) => push_word(file, &other.to_string()),
        None => file.push(b','),
    }
    match row.rule {
        None => file.extend_from_slice(b",\n"),
        Some(rule) => {
            push_word(file, rule.id());
            file.push(b'\n');
        }
    }
}

/// `never`, or the kinds of report that are wanted: `success failure delay` (RFC 3461 4.1).
fn notify_text(notify: Notify) -> String {
    let kinds = [(Kind::Relayed, "success"), (Kind::Failed, "failure"), (Kind::Delayed, "delay")];
    let wanted = kinds.into_iter().filter(|(kind, _)| notify.wants(*kind)).map(|(_, word)| word);
    let wanted: Vec<&str> = wanted.collect();
    if wanted.is_empty() { "never".to_owned() } else { wanted.join(" ") }
}

fn push_word(file: &mut Vec<u8>, word: &str) {
    file.push(b',');
    file.extend_from_slice(word.as_bytes());
}
