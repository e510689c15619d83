//! A batch carried out on the tables, within one transaction.
//!
//! Rows of records are made up in memory in the order of the batch, and written in the order of their
//! keys. Envelopes and bodies are settled once at its end: those of a message that ended go if none of
//! its recipients is left, living or dead.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use redb::ReadableTable;

use super::SpoolError;
use super::batch::{Batch, Change};
use super::layout::{self, End, Mail};
use super::tables::{Tables, insert};
use crate::base::MessageId;

/// What a spool remembers of its tables from one transaction to the next.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// What the table of that name holds.
    pub(super) begun: BTreeSet<u64>,
    /// The number of the next body; no block has it or a higher one.
    pub(super) next_body: u64,
}

/// The rows of records that a batch touches, as they will be; none where there will be none.
type Staged = BTreeMap<u64, Option<Vec<u8>>>;

/// What a batch says of the mail of one message, for all its recipients.
#[derive(Default)]
struct Said<'a> {
    envelope: Option<&'a [u8]>,
    body: Option<&'a [u8]>,
    ended: bool,
}

/// Rows that are to be written, in the order of their keys.
#[derive(Default)]
struct Written<'a> {
    mail: Vec<(u64, Vec<u8>)>,
    blocks: Vec<((u64, u64), &'a [u8])>,
}

impl Tables<'_> {
    /// Carries out a batch.
    pub(super) fn apply(&mut self, batch: &Batch, memo: &mut Memo) -> Result<(), SpoolError> {
        let mut staged = Staged::new();
        let mut mail: BTreeMap<u64, Said<'_>> = BTreeMap::new();
        for change in batch.changes() {
            match change {
                Change::Accept { message, number, record } => {
                    let mut row = Vec::new();
                    layout::push_record(&mut row, *number, batch.bytes(record));
                    staged.insert(message.to_bits(), Some(row));
                    if memo.begun.contains(&layout::whole(*message)) {
                        mail.entry(layout::whole(*message)).or_default();
                    }
                }
                Change::Note { message, number, record } => {
                    if let Some(row) = self.staged(&mut staged, *message)? {
                        layout::push_record(row, *number, batch.bytes(record));
                    }
                }
                Change::End { message } => {
                    staged.insert(message.to_bits(), None);
                    mail.entry(layout::whole(*message)).or_default().ended = true;
                }
                Change::Bury { message } => {
                    if let Some(row) = self.staged(&mut staged, *message)?.take() {
                        self.dead.insert(message.to_bits(), row.as_slice())?;
                    }
                }
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
        self.write_records(&staged)?;
        self.write_mail(&mail, memo)?;
        if let Some(clocks) = batch.clocks_read() {
            self.facts.insert(layout::CLOCKS_FACT, layout::write_clocks(clocks).as_slice())?;
        }
        Ok(())
    }

    /// The row of a message as the batch has left it so far.
    fn staged<'s>(
        &self,
        staged: &'s mut Staged,
        message: MessageId,
    ) -> Result<&'s mut Option<Vec<u8>>, SpoolError> {
        match staged.entry(message.to_bits()) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let row = self.records.get(message.to_bits())?;
                Ok(entry.insert(row.map(|row| row.value().to_vec())))
            }
        }
    }

    fn write_records(&mut self, staged: &Staged) -> Result<(), SpoolError> {
        let mut rows = Vec::with_capacity(staged.len());
        for (bits, row) in staged {
            match row {
                Some(row) => rows.push((*bits, row.as_slice())),
                None => drop(self.records.remove(bits)?),
            }
        }
        insert(&mut self.records, &rows)
    }

    /// Writes or takes out the mail of each message, now that it is known which recipients it has.
    fn write_mail(
        &mut self,
        mail: &BTreeMap<u64, Said<'_>>,
        memo: &mut Memo,
    ) -> Result<(), SpoolError> {
        let mut written = Written::default();
        for (whole, said) in mail {
            let wanted = self.is_wanted(*whole)?;
            if said.ended && !wanted {
                self.forget(*whole)?;
            } else if said.envelope.is_some() || said.body.is_some() {
                self.write_one(*whole, said, memo, &mut written)?;
                if !wanted && memo.begun.insert(*whole) {
                    self.begun.insert(*whole, ())?;
                }
            }
            if (said.ended || wanted) && memo.begun.remove(whole) {
                self.begun.remove(*whole)?;
            }
        }
        self.put(&written)
    }

    fn write_one<'a>(
        &mut self,
        whole: u64,
        said: &Said<'a>,
        memo: &mut Memo,
        written: &mut Written<'a>,
    ) -> Result<(), SpoolError> {
        let old = self.mail_row(whole)?;
        let old = old.as_deref().map(Mail::read).transpose()?.unwrap_or_default();
        let mut new = Mail { envelope: said.envelope.or(old.envelope), body: old.body };
        if let Some(body) = said.body {
            self.remove_blocks(&old)?;
            let number = memo.next_body;
            let bytes = written.cut(number, 0, body);
            memo.next_body += u64::from(bytes.len() < body.len());
            new.body = Some(End { number, size_bytes: body.len() as u64, bytes });
        }
        let mut row = Vec::new();
        new.write(&mut row);
        written.mail.push((whole, row));
        Ok(())
    }

    /// Adds a chunk to the body of a message, whose recipients come later.
    pub(super) fn append(
        &mut self,
        whole: u64,
        chunk: &[u8],
        memo: &mut Memo,
    ) -> Result<(), SpoolError> {
        let old = self.mail_row(whole)?;
        let mut mail = old.as_deref().map(Mail::read).transpose()?.unwrap_or_default();
        let (number, offset, bytes) = match mail.body {
            Some(body) if body.in_blocks() > 0 => (body.number, body.in_blocks(), body.bytes),
            Some(body) => (memo.next_body, 0, body.bytes),
            None => (memo.next_body, 0, [].as_slice()),
        };
        let rest = [bytes, chunk].concat();
        let mut written = Written::default();
        let bytes = written.cut(number, offset, &rest);
        if number == memo.next_body && bytes.len() < rest.len() {
            memo.next_body += 1;
        }
        mail.body = Some(End { number, size_bytes: offset + rest.len() as u64, bytes });
        let mut row = Vec::new();
        mail.write(&mut row);
        written.mail.push((whole, row));
        self.put(&written)?;
        if !memo.begun.contains(&whole) && !self.is_wanted(whole)? {
            memo.begun.insert(whole);
            self.begun.insert(whole, ())?;
        }
        Ok(())
    }

    fn put(&mut self, written: &Written<'_>) -> Result<(), SpoolError> {
        insert(&mut self.blocks, &written.blocks)?;
        let mail: Vec<_> = written.mail.iter().map(|(key, row)| (*key, row.as_slice())).collect();
        insert(&mut self.mail, &mail)
    }
}

impl<'a> Written<'a> {
    /// Cuts what fills blocks off a body; what remains is its end.
    fn cut(&mut self, number: u64, mut offset: u64, mut body: &'a [u8]) -> &'a [u8] {
        while let Some((block, rest)) = layout::block_bytes(body.len()).map(|n| body.split_at(n)) {
            self.blocks.push(((number, offset), block));
            offset += block.len() as u64;
            body = rest;
        }
        body
    }
}
