//! From records to changes of the spool, and from the spool to mail on its way.

use super::envelope::{Content, Envelope};
use super::joint::whole;
use super::outgoing::{Entry, Outgoing};
use super::report::{Host, Report};
use super::written;
use crate::base::{Clocks, Kind, MessageId, Order, Target};
use crate::queue::Record;
use crate::spool::{Batch, Body, Spool, SpoolError};

/// Brings what is outgoing to rest, all of it or nothing, with what the clocks say now. Reports that are
/// born in it are written in the same moment, from the mail that they are about.
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
    let mut batch = Batch::new();
    batch.clocks(clocks);
    let mut writing =
        Writing { spool, outgoing, clocks, host, batch: &mut batch, bytes: Vec::new() };
    if let Some((number, domains)) = &outgoing.domains {
        written::write_domains(domains, &mut writing.bytes);
        writing.batch.note_apart(*number, &writing.bytes);
    }
    for entry in &outgoing.entries {
        writing.entry(entry)?;
    }
    for message in &outgoing.ended {
        batch.end(*message);
    }
    for number in &outgoing.outdated {
        batch.forget_apart(*number);
    }
    spool.commit(&batch)
}

struct Writing<'a> {
    spool: &'a Spool,
    outgoing: &'a Outgoing,
    clocks: Clocks,
    host: &'a Host,
    batch: &'a mut Batch,
    bytes: Vec<u8>,
}

impl Writing<'_> {
    fn entry(&mut self, entry: &Entry) -> Result<(), SpoolError> {
        let Entry { number, record, letter, .. } = entry;
        self.bytes.clear();
        written::write(record, &self.outgoing.names, &mut self.bytes);
        match *record {
            Record::Accepted { message, .. } => {
                self.batch.accept(message, *number, &self.bytes);
                if let Some(letter) = letter {
                    self.batch.envelope(message, &letter.envelope.write());
                    match &letter.content {
                        Content::Whole(body) => self.batch.body(message, body),
                        Content::InSpool => {}
                    }
                }
            }
            Record::Deferred { message, .. } => self.batch.note(message, *number, &self.bytes),
            Record::Delivered { message } | Record::Suppressed { message, .. } => {
                self.end(message, *number);
            }
            Record::DeadLettered { message, .. } => {
                self.batch.note(message, *number, &self.bytes);
                self.end_of_delay_report(message, *number);
                self.batch.bury(message);
            }
            Record::Reported { .. } => self.born(record, *number)?,
            Record::Ordered { order, target: Target::Message { message, .. } } => match order {
                Order::Cancel => self.end(message, *number),
                _ => self.batch.note(message, *number, &self.bytes),
            },
            Record::Ordered { .. } | Record::RouteFailed { .. } | Record::RouteAnswered { .. } => {
                self.batch.note_apart(*number, &self.bytes);
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
    fn born(&mut self, record: &Record, number: u64) -> Result<(), SpoolError> {
        let &Record::Reported { about, kind, at, status, attempts, .. } = record else {
            return Ok(());
        };
        let report = about.report(kind);
        let letter = self.letter_about(about)?;
        let at_unix_us = self.wall_unix_us(at);
        let facts = Report { about, kind, status, attempts, at_unix_us };
        let (envelope, body) = facts.written(&letter, self.host);
        match kind {
            Kind::Delayed | Kind::Mail => self.batch.note(about, number, &self.bytes),
            Kind::Failed | Kind::Relayed => self.batch.end(about),
        }
        if let Some(born) = record.born() {
            self.bytes.clear();
            written::write(&born, &self.outgoing.names, &mut self.bytes);
        }
        self.batch.accept(report, number, &self.bytes);
        self.batch.envelope(report, &envelope.write());
        self.batch.body(report, &body);
        Ok(())
    }

    /// What a report is to be made of: it may have been accepted in this very moment.
    fn letter_about(&self, about: MessageId) -> Result<(Envelope, Vec<u8>), SpoolError> {
        let first = whole(about);
        let is_it = |entry: &&Entry| matches!(entry.record, Record::Accepted { message, .. } if message == first);
        let here = self.outgoing.entries.iter().find(is_it).and_then(|entry| entry.letter.as_ref());
        if let Some(letter) = here {
            let body = match &letter.content {
                Content::Whole(body) => body.clone(),
                Content::InSpool => beginning(self.spool, first)?,
            };
            return Ok((letter.envelope.clone(), body));
        }
        let envelope = envelope(self.spool, first)?.ok_or_else(|| not_whole(first))?;
        Ok((envelope, beginning(self.spool, first)?))
    }

    /// What the wall clock said at an instant, if it was not set since.
    fn wall_unix_us(&self, at: crate::base::Instant) -> i64 {
        let ago_us = i64::try_from(self.clocks.hub.since(at).micros()).unwrap_or(i64::MAX);
        self.clocks.wall_unix_us.saturating_sub(ago_us)
    }
}

fn not_whole(message: MessageId) -> SpoolError {
    SpoolError::Corrupt(format!("message {message} has no envelope"))
}

fn envelope(spool: &Spool, first: MessageId) -> Result<Option<Envelope>, SpoolError> {
    let Some(bytes) = spool.envelope(first)? else { return Ok(None) };
    let garbled = || SpoolError::Corrupt(format!("the envelope of message {first} is garbled"));
    Envelope::read(&bytes).map(Some).ok_or_else(garbled)
}

/// The first chunk of a body: its header fields, and more where it is short.
fn beginning(spool: &Spool, first: MessageId) -> Result<Vec<u8>, SpoolError> {
    let body = spool.body(first)?;
    body.and_then(|mut body| body.next()).unwrap_or(Ok(Vec::new()))
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
    let first = whole(message);
    let Some(envelope) = envelope(spool, first)? else { return Ok(None) };
    let garbled = || SpoolError::Corrupt(format!("message {message} has no body"));
    let body = spool.body(first)?.ok_or_else(garbled)?;
    Ok(Some(Mail { envelope, body }))
}
