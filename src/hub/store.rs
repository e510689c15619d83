//! From records to changes of the spool, and from the spool to mail on its way.

use std::collections::BTreeMap;

use super::envelope::{Content, Envelope, Letter};
use super::outgoing::{Entry, Outgoing};
use super::report::{Host, MOST_GIVEN_BACK_BYTES, Original, Report};
use super::written;
use crate::base::{Clocks, Kind, MessageId, Order, Target};
use crate::queue::Record;
use crate::spool::{Batch, Body, Spool, SpoolError};

/// How much is stored in one piece where a group is long, as after a long time down: that much is in memory.
const PIECE_BYTES: usize = 8 << 20;

/// Brings what is outgoing to rest, with what the clocks say now: all of it or nothing, but for a group that is
/// longer than some megabytes, of which the first records may be there without the others. Reports that are born
/// in it are written in the same moment, from the mail that they are about.
///
/// # Errors
/// Where the store fails; then nobody must ask it again, and the hub is to be
/// [latched](super::Hub::latch).
pub fn store(
    spool: &mut Spool,
    outgoing: &Outgoing,
    clocks: Clocks,
    host: &Host,
) -> Result<(), SpoolError> {
    let letters = letters(outgoing);
    let mut batch = Batch::new();
    let mut bytes = Vec::new();
    if let Some((number, domains)) = &outgoing.domains {
        written::write_domains(domains, &mut bytes);
        batch.note_apart(*number, &bytes);
    }
    let mut together: usize = 0;
    for entry in &outgoing.entries {
        let writing =
            Writing { spool, outgoing, letters: &letters, clocks, host, batch: &mut batch };
        writing.entry(entry, &mut bytes)?;
        together = entry.further.max(together.saturating_sub(1));
        if together == 0 && batch.size_bytes() > PIECE_BYTES {
            batch.clocks(clocks);
            spool.commit(&batch)?;
            batch.clear();
        }
    }
    for message in &outgoing.ended {
        batch.end(*message);
    }
    for number in &outgoing.outdated {
        batch.forget_apart(*number);
    }
    batch.clocks(clocks);
    spool.commit(&batch)
}

/// The mail that is accepted in a group, by its first recipients.
fn letters(outgoing: &Outgoing) -> BTreeMap<MessageId, &Letter> {
    let letter = |entry: &'_ Entry| match entry.record {
        Record::Accepted { message, .. } => Some(message),
        _ => None,
    };
    let entries = outgoing.entries.iter();
    entries.filter_map(|entry| Some((letter(entry)?, entry.letter.as_ref()?))).collect()
}

struct Writing<'a> {
    spool: &'a Spool,
    outgoing: &'a Outgoing,
    letters: &'a BTreeMap<MessageId, &'a Letter>,
    clocks: Clocks,
    host: &'a Host,
    batch: &'a mut Batch,
}

impl Writing<'_> {
    /// Adds the changes of one record; `bytes` is room to write it in.
    fn entry(mut self, entry: &Entry, bytes: &mut Vec<u8>) -> Result<(), SpoolError> {
        let Entry { number, record, letter, .. } = entry;
        bytes.clear();
        written::write(record, &self.outgoing.names, bytes);
        match *record {
            Record::Accepted { message, .. } => {
                self.batch.accept(message, *number, bytes);
                if let Some(letter) = letter {
                    self.batch.envelope(message, &letter.envelope.write());
                    match &letter.content {
                        Content::Whole(body) => self.batch.body(message, body),
                        Content::InSpool => {}
                    }
                }
            }
            Record::Deferred { message, .. } => self.batch.note(message, *number, bytes),
            Record::Delivered { message } | Record::Suppressed { message, .. } => {
                self.end(message, *number);
            }
            Record::DeadLettered { message, .. } => {
                self.batch.note(message, *number, bytes);
                self.end_of_delay_report(message, *number);
                self.batch.bury(message);
            }
            Record::Reported { .. } => self.born(record, *number, bytes)?,
            Record::Ordered { order, target: Target::Message { message, .. } } => match order {
                Order::Cancel => self.end(message, *number),
                _ => self.batch.note(message, *number, bytes),
            },
            Record::Ordered { .. } | Record::RouteFailed { .. } | Record::RouteAnswered { .. } => {
                self.batch.note_apart(*number, bytes);
            }
        }
        Ok(())
    }

    fn end(&mut self, message: MessageId, number: u64) {
        self.end_of_delay_report(message, number);
        self.batch.end(message);
    }

    /// What a report of delay is about holds the record of its birth for as long as it lives itself, and
    /// so must hold that of its end.
    fn end_of_delay_report(&mut self, message: MessageId, number: u64) {
        if message.kind() == Kind::Delayed
            && let Some(about) = message.report_of()
        {
            let mut bytes = Vec::new();
            let ended = Record::Delivered { message };
            written::write(&ended, &self.outgoing.names, &mut bytes);
            self.batch.note(about, number, &bytes);
        }
    }

    /// A report is born, and is written: from the mail that it is about, before that goes.
    fn born(
        &mut self,
        record: &Record,
        number: u64,
        bytes: &mut Vec<u8>,
    ) -> Result<(), SpoolError> {
        let &Record::Reported { about, kind, at, status, attempts, .. } = record else {
            return Ok(());
        };
        let report = about.report(kind);
        let original = self.original(about)?;
        let at_unix_us = self.wall_unix_us(at);
        let facts = Report { about, kind, status, attempts, at_unix_us };
        let (envelope, body) = facts.written(&original, self.host);
        match kind {
            Kind::Delayed | Kind::Mail => self.batch.note(about, number, bytes),
            Kind::Failed | Kind::Relayed => self.batch.end(about),
        }
        if let Some(born) = record.born() {
            bytes.clear();
            written::write(&born, &self.outgoing.names, bytes);
        }
        self.batch.accept(report, number, bytes);
        self.batch.envelope(report, &envelope.write());
        self.batch.body(report, &body);
        Ok(())
    }

    /// What a report is to be made of: it may have been accepted in this very moment.
    fn original(&self, about: MessageId) -> Result<Original, SpoolError> {
        let first = about.whole();
        let letter = self.letters.get(&first);
        let envelope = match letter {
            Some(letter) => letter.envelope.clone(),
            None => envelope(self.spool, first)?.ok_or_else(|| not_whole(first))?,
        };
        match letter.map(|letter| &letter.content) {
            Some(Content::Whole(body)) => {
                let beginning = body[..body.len().min(MOST_GIVEN_BACK_BYTES)].to_vec();
                Ok(Original { envelope, beginning, size_bytes: body.len() as u64 })
            }
            Some(Content::InSpool) | None => {
                let mut body = self.spool.body(first)?.ok_or_else(|| not_whole(first))?;
                let size_bytes = body.size_bytes();
                let mut beginning = Vec::new();
                while beginning.len() < MOST_GIVEN_BACK_BYTES
                    && let Some(chunk) = body.next()
                {
                    beginning.extend(chunk?);
                }
                beginning.truncate(MOST_GIVEN_BACK_BYTES);
                Ok(Original { envelope, beginning, size_bytes })
            }
        }
    }

    /// What the wall clock said at an instant, if it was not set since.
    fn wall_unix_us(&self, at: crate::base::Instant) -> i64 {
        let ago_us = i64::try_from(self.clocks.hub.since(at).micros()).unwrap_or(i64::MAX);
        self.clocks.wall_unix_us.saturating_sub(ago_us)
    }
}

fn not_whole(message: MessageId) -> SpoolError {
    SpoolError::Corrupt(format!("message {message} is not there whole"))
}

fn envelope(spool: &Spool, first: MessageId) -> Result<Option<Envelope>, SpoolError> {
    let Some(bytes) = spool.envelope(first)? else { return Ok(None) };
    let garbled = || SpoolError::Corrupt(format!("the envelope of message {first} is garbled"));
    Envelope::read(&bytes).map(Some).ok_or_else(garbled)
}

/// A message on its way out of the spool.
#[derive(Debug)]
pub struct Mail {
    /// What MAIL and RCPT are to say.
    pub envelope: Envelope,
    /// What is to follow DATA, chunk by chunk.
    pub body: Body,
}

/// A message that is to be sent, as it lies in the spool; none where it is not there.
///
/// # Errors
/// Where the store fails, or the message is not whole in it.
pub fn mail(spool: &Spool, message: MessageId) -> Result<Option<Mail>, SpoolError> {
    let first = message.whole();
    let Some(envelope) = envelope(spool, first)? else { return Ok(None) };
    let body = spool.body(first)?.ok_or_else(|| not_whole(first))?;
    Ok(Some(Mail { envelope, body }))
}
