//! The tables, open for writing within one transaction, and how rows come and go in them.

use std::ops::Bound;

use redb::{CursorError, Key, ReadableTable, Table, WriteTransaction};

use super::SpoolError;
use super::layout::{self, Mail};

/// Rows of bytes by ids or numbers.
pub(super) type Rows<'txn> = Table<'txn, u64, &'static [u8]>;

/// All tables of a spool.
pub(super) struct Tables<'txn> {
    pub(super) facts: Table<'txn, &'static str, &'static [u8]>,
    pub(super) records: Rows<'txn>,
    pub(super) dead: Rows<'txn>,
    pub(super) apart: Rows<'txn>,
    pub(super) mail: Rows<'txn>,
    pub(super) blocks: Table<'txn, (u64, u64), &'static [u8]>,
    pub(super) begun: Table<'txn, u64, ()>,
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

    /// Whether a recipient of the message is there, living or dead.
    pub(super) fn is_wanted(&self, whole: u64) -> Result<bool, SpoolError> {
        let recipients = layout::recipients(whole);
        Ok(self.records.range(recipients.clone())?.next().transpose()?.is_some()
            || self.dead.range(recipients)?.next().transpose()?.is_some())
    }

    /// The row of mail of a message.
    pub(super) fn mail_row(&self, whole: u64) -> Result<Option<Vec<u8>>, SpoolError> {
        Ok(self.mail.get(whole)?.map(|row| row.value().to_vec()))
    }

    /// Takes out the envelope and the body of a message.
    pub(super) fn forget(&mut self, whole: u64) -> Result<(), SpoolError> {
        if let Some(row) = self.mail_row(whole)? {
            self.mail.remove(whole)?;
            self.remove_blocks(&Mail::read(&row)?)?;
        }
        Ok(())
    }

    pub(super) fn remove_blocks(&mut self, mail: &Mail<'_>) -> Result<(), SpoolError> {
        if let Some(body) = mail.body.filter(|body| body.in_blocks() > 0) {
            let blocks = layout::blocks_of(&body);
            self.blocks.retain_in(blocks, |_, _| false)?;
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

/// From how many rows on between two that are there they are written together.
const TOGETHER: usize = 8;

/// Puts rows into a table, in the place of any that have their keys. The rows are in order.
///
/// Those that follow each other are written together, and fill their pages: one by one, each page would
/// be split in the middle and stay half empty, as nothing comes to its first half any more.
pub(super) fn insert<K>(
    table: &mut Table<'_, K, &'static [u8]>,
    mut rows: &[(K, &[u8])],
) -> Result<(), SpoolError>
where
    K: for<'k> Key<SelfType<'k> = K> + Copy + Ord + 'static,
{
    while let Some((key, row)) = rows.first() {
        let mut cursor = table.lower_bound_mut(Bound::Included(*key))?;
        let next = cursor.peek_next()?.map(|(next, _)| next.value());
        let together = rows.partition_point(|(key, _)| next.is_none_or(|next| *key < next));
        if next.is_some() && together < TOGETHER {
            cursor.close()?;
            table.insert(*key, *row)?;
            rows = &rows[1..];
        } else {
            for (key, row) in &rows[..together] {
                cursor.insert_before(*key, *row).map_err(|error| match error {
                    CursorError::Storage(error) => error.into(),
                    other => SpoolError::Corrupt(other.to_string()),
                })?;
            }
            cursor.close()?;
            rows = &rows[together..];
        }
    }
    Ok(())
}
