//! `messages.csv`: one row for each accepted recipient that the scenario keeps, by acceptance.
//!
//! In: a record's rows. Out: CSV. An absent value is an empty cell, a null sender `<>`; a deadline
//! that never comes is empty too. `notify` is what the sender of mail wants to be told (RFC 3461);
//! `release_at_s` is there for mail that must not leave before (RFC 4865).

use std::io;

use super::cell::{push_instant, push_integer, push_seconds, quoted};
use crate::base::{Kind, MessageId, Micros, Notify, Status};
use crate::scenario::{Recipient, Scenario, Source};
use crate::trial::{Row, RunRecord};

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
    for row in &record.rows {
        names.push_row(&mut piece, row);
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
    sender: Vec<u8>,
    /// Mailbox and NOTIFY of each recipient, with the comma between them.
    recipients: Vec<Vec<u8>>,
}

impl SourceCells {
    fn of(source: &Source) -> SourceCells {
        let sender = source.sender.as_ref().map(|sender| quoted(&sender.mailbox));
        let recipient = |recipient: &Recipient| {
            let mut cells = quoted(&recipient.address.mailbox);
            push_word(&mut cells, &notify_text(recipient.notify));
            cells
        };
        let mut id_before = quoted(&format!("{}.", source.name));
        let id_after: &[u8] = if id_before.ends_with(b"\"") { b"\"" } else { b"" };
        id_before.truncate(id_before.len() - id_after.len());
        SourceCells {
            id_before,
            id_after,
            sender: sender.unwrap_or_else(|| b"<>".to_vec()),
            recipients: source.recipients.iter().map(recipient).collect(),
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
        let cells = &self.sources[row.message.source() as usize];
        let report_of = row.message.report_of();
        cells.push_id(file, row.message);
        push_word(file, row.message.kind().name());
        file.push(b',');
        if let Some(mail) = report_of {
            cells.push_id(file, mail);
        }
        // A report goes from `<>` to the sender of what it is about (RFC 3464 2).
        let (sender, recipient, notify): (&[u8], &[u8], &[u8]) = match report_of {
            Some(_) => (b"<>", &cells.sender, b","),
            None => (&cells.sender, &cells.recipients[usize::from(row.message.recipient())], b""),
        };
        file.push(b',');
        file.extend_from_slice(sender);
        file.push(b',');
        file.extend_from_slice(recipient);
        file.extend_from_slice(notify);
        file.push(b',');
        file.extend_from_slice(&self.sites[self.site_of_route[row.route.index()]]);
        push_word(file, row.priority.name());
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

/// The cells from `outcome` on.
fn push_end(file: &mut Vec<u8>, row: &Row) {
    push_word(file, row.outcome.name());
    file.push(b',');
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
    file.push(b',');
    if let Some(status) = row.status {
        // Few rows have any but these; the others go through `fmt`.
        match status {
            Status::DELIVERED => file.extend_from_slice(b"2.0.0"),
            Status::EXPIRED => file.extend_from_slice(b"4.4.7"),
            other => file.extend_from_slice(other.to_string().as_bytes()),
        }
    }
    push_word(file, row.rule.map_or("", |rule| rule.id()));
    file.push(b'\n');
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
