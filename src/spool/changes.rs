//! A batch carried out on the tables, within one transaction.
//!
//! Rows of records change in the order of the batch. Envelopes and bodies are settled once at its end:
//! those of a message that ended go if none of its recipients is left, living or dead.

use std::collections::{BTreeMap, BTreeSet};

use redb::{ReadableTable, Table, WriteTransaction};

use super::SpoolError;
use super::batch::{Batch, Change};
use super::layout::{self, End, Mail};
use crate::base::MessageId;

type Rows<'txn> = Table<'txn, u64, &'static [u8]>;

/// The tables, open for writing.
pub(super) struct Tables<'txn> {
    facts: Table<'txn, &'static str, &'static [u8]>,
    records: Rows<'txn>,
    dead: Rows<'txn>,
    apart: Rows<'txn>,
    mail: Rows<'txn>,
    blocks: Table<'txn, (u64, u64), &'static [u8]>,
    begun: Table<'txn, u64, ()>,
}

/// What a batch says of the mail of one message, for all its recipients.
#[derive(Default)]
struct Said<'a> {
    envelope: Option<&'a [u8]>,
    body: Option<&'a [u8]>,
    ended: bool,
}

impl<'txn> Tables<'txn> {
    /// Opens all tables, and makes those that are missing.
    pub(super) fn open(transaction: &'txn WriteTransaction) -> Result<Tables<'txn>, SpoolError> {
        Ok(Tables {
            facts: transaction.open_table(layout::FACTS)?,
            records: transaction.open_table(layout::RECORDS)?,
            dead: transaction.open_table(layout::DEAD)?,
            apart: transaction.open_table(layout::APART)?,
            mail: transaction.open_table(layout::MAIL)?,
            blocks: transaction.open_table(layout::BLOCKS)?,
            begun: transaction.open_table(layout::BEGUN)?,
        })
    }

    pub(super) fn write_version(&mut self) -> Result<(), SpoolError> {
        self.facts.insert(layout::VERSION_FACT, layout::VERSION.to_le_bytes().as_slice())?;
        Ok(())
    }

    /// Carries out a batch. `begun` is what the table of that name holds.
    pub(super) fn apply(
        &mut self,
        batch: &Batch,
        begun: &mut BTreeSet<u64>,
    ) -> Result<(), SpoolError> {
        let mut mail: BTreeMap<u64, Said<'_>> = BTreeMap::new();
        let mut row = Vec::new();
        for change in batch.changes() {
            match change {
                Change::Accept { message, number, record } => {
                    row.clear();
                    layout::push_record(&mut row, *number, batch.bytes(record));
                    self.records.insert(message.to_bits(), row.as_slice())?;
                    if begun.contains(&layout::whole(*message)) {
                        mail.entry(layout::whole(*message)).or_default();
                    }
                }
                Change::Note { message, number, record } => {
                    self.note(&mut row, *message, *number, batch.bytes(record))?;
                }
                Change::End { message } => {
                    self.records.remove(message.to_bits())?;
                    mail.entry(layout::whole(*message)).or_default().ended = true;
                }
                Change::Bury { message } => self.bury(*message)?,
                Change::NoteApart { number, record } => {
                    self.apart.insert(number, batch.bytes(record))?;
                }
                Change::ForgetApart { number } => {
                    self.apart.remove(number)?;
                }
                Change::Envelope { message, envelope } => {
                    let said = mail.entry(layout::whole(*message)).or_default();
                    said.envelope = Some(batch.bytes(envelope));
                }
                Change::Body { message, body } => {
                    mail.entry(layout::whole(*message)).or_default().body = Some(batch.bytes(body));
                }
            }
        }
        for (whole, said) in mail {
            self.settle(whole, &said, begun)?;
        }
        if let Some(clocks) = batch.clocks_read() {
            self.facts.insert(layout::CLOCKS_FACT, layout::write_clocks(clocks).as_slice())?;
        }
        Ok(())
    }

    fn note(
        &mut self,
        row: &mut Vec<u8>,
        message: MessageId,
        number: u64,
        record: &[u8],
    ) -> Result<(), SpoolError> {
        row.clear();
        match self.records.get(message.to_bits())? {
            Some(there) => row.extend_from_slice(there.value()),
            None => return Ok(()),
        }
        layout::push_record(row, number, record);
        self.records.insert(message.to_bits(), row.as_slice())?;
        Ok(())
    }

    fn bury(&mut self, message: MessageId) -> Result<(), SpoolError> {
        if let Some(row) = self.records.remove(message.to_bits())? {
            self.dead.insert(message.to_bits(), row.value())?;
        }
        Ok(())
    }

    /// Writes or takes out the mail of one message, now that it is known which recipients it has.
    fn settle(
        &mut self,
        whole: u64,
        said: &Said<'_>,
        begun: &mut BTreeSet<u64>,
    ) -> Result<(), SpoolError> {
        let wanted = self.is_wanted(whole)?;
        if said.ended && !wanted {
            self.forget(whole)?;
        } else if said.envelope.is_some() || said.body.is_some() {
            self.write_mail(whole, said)?;
            if !wanted && begun.insert(whole) {
                self.begun.insert(whole, ())?;
            }
        }
        if (said.ended || wanted) && begun.remove(&whole) {
            self.begun.remove(whole)?;
        }
        Ok(())
    }

    /// Whether a recipient of the message is there, living or dead.
    fn is_wanted(&self, whole: u64) -> Result<bool, SpoolError> {
        let recipients = layout::recipients(whole);
        Ok(self.records.range(recipients.clone())?.next().transpose()?.is_some()
            || self.dead.range(recipients)?.next().transpose()?.is_some())
    }

    fn write_mail(&mut self, whole: u64, said: &Said<'_>) -> Result<(), SpoolError> {
        let old = self.mail.get(whole)?.map(|row| row.value().to_vec());
        let mut mail =
            old.as_deref().map_or(Ok(Mail::default()), Mail::read).map_err(|_| torn())?;
        if let Some(body) = said.body {
            if mail.body.is_some_and(|old| old.in_blocks() > 0) {
                self.remove_blocks(whole)?;
            }
            let end = self.write_blocks(whole, 0, body)?;
            mail.body = Some(End { size_bytes: body.len() as u64, end });
        }
        mail.envelope = said.envelope.or(mail.envelope);
        self.put_mail(whole, &mail)
    }

    /// Adds a chunk to the body of a message, whose recipients come later.
    pub(super) fn append(
        &mut self,
        whole: u64,
        chunk: &[u8],
        begun: &mut BTreeSet<u64>,
    ) -> Result<(), SpoolError> {
        let old = self.mail.get(whole)?.map(|row| row.value().to_vec());
        let mut mail =
            old.as_deref().map_or(Ok(Mail::default()), Mail::read).map_err(|_| torn())?;
        let (offset, mut rest) = match mail.body {
            Some(body) => (body.in_blocks(), body.end.to_vec()),
            None => (0, Vec::new()),
        };
        rest.extend_from_slice(chunk);
        let end = self.write_blocks(whole, offset, &rest)?;
        mail.body = Some(End { size_bytes: offset + rest.len() as u64, end });
        self.put_mail(whole, &mail)?;
        if !begun.contains(&whole) && !self.is_wanted(whole)? {
            begun.insert(whole);
            self.begun.insert(whole, ())?;
        }
        Ok(())
    }

    fn put_mail(&mut self, whole: u64, mail: &Mail<'_>) -> Result<(), SpoolError> {
        let mut row = Vec::new();
        mail.write(&mut row);
        self.mail.insert(whole, row.as_slice())?;
        Ok(())
    }

    /// Writes what of a body fills blocks; what remains is its end.
    fn write_blocks<'b>(
        &mut self,
        whole: u64,
        mut offset: u64,
        mut body: &'b [u8],
    ) -> Result<&'b [u8], SpoolError> {
        while let Some((block, rest)) = layout::block_bytes(body.len()).map(|n| body.split_at(n)) {
            self.blocks.insert((whole, offset), block)?;
            offset += block.len() as u64;
            body = rest;
        }
        Ok(body)
    }

    fn remove_blocks(&mut self, whole: u64) -> Result<(), SpoolError> {
        self.blocks.retain_in((whole, 0)..=(whole, u64::MAX), |_, _| false)?;
        Ok(())
    }

    fn forget(&mut self, whole: u64) -> Result<(), SpoolError> {
        let removed = self.mail.remove(whole)?.map(|row| {
            Mail::read(row.value()).map(|mail| mail.body.is_some_and(|body| body.in_blocks() > 0))
        });
        if let Some(in_blocks) = removed
            && in_blocks.map_err(|_| torn())?
        {
            self.remove_blocks(whole)?;
        }
        Ok(())
    }

    /// Takes out what was begun and never accepted.
    pub(super) fn sweep(&mut self) -> Result<(), SpoolError> {
        while let Some(whole) = self.next_begun()? {
            if !self.is_wanted(whole)? {
                self.forget(whole)?;
            }
        }
        Ok(())
    }

    fn next_begun(&mut self) -> Result<Option<u64>, SpoolError> {
        Ok(self.begun.pop_first()?.map(|(whole, _)| whole.value()))
    }
}

/// A row of mail cannot be read.
pub(super) fn torn() -> SpoolError {
    SpoolError::Corrupt("a row of mail is not whole".to_owned())
}
