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

/// From how many rows on that follow each other they are written together.
const TOGETHER: usize = 8;

/// Puts rows into a table, in the place of any that have their keys. The rows are in order.
///
/// New rows that come between two that are there, or after all, are written together where they are many:
/// that spares a quarter of the work of a batch of 64 messages.
pub(super) fn insert<K>(
    table: &mut Table<'_, K, &'static [u8]>,
    mut rows: &[(K, &[u8])],
) -> Result<(), SpoolError>
where
    K: for<'k> Key<SelfType<'k> = K> + Copy + Ord + 'static,
{
    while rows.len() >= TOGETHER {
        let mut cursor = table.lower_bound_mut(Bound::Included(rows[0].0))?;
        let next = cursor.peek_next()?.map(|(next, _)| next.value());
        let together = rows.partition_point(|(key, _)| next.is_none_or(|next| *key < next));
        let (first, rest) = rows.split_at(together.max(1));
        rows = rest;
        if together < TOGETHER {
            cursor.close()?;
            insert_each(table, first)?;
            continue;
        }
        for (key, row) in first {
            cursor.insert_before(*key, *row).map_err(|error| match error {
                CursorError::Storage(error) => error.into(),
                other => SpoolError::Corrupt(other.to_string()),
            })?;
        }
        cursor.close()?;
    }
    insert_each(table, rows)
}

fn insert_each<K>(
    table: &mut Table<'_, K, &'static [u8]>,
    rows: &[(K, &[u8])],
) -> Result<(), SpoolError>
where
    K: for<'k> Key<SelfType<'k> = K> + Copy + 'static,
{
    for (key, row) in rows {
        table.insert(*key, *row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use redb::Database;
    use redb::backends::InMemoryBackend;

    use super::*;

    #[test]
    fn rows_go_to_their_places_whatever_is_there() {
        for groups in [
            vec![vec![], (0..100).collect()],
            vec![(0..100).collect(), (0..100).collect()],
            vec![(50..60).collect(), (0..100).collect()],
            vec![(0..100).step_by(7).collect(), (0..100).step_by(2).collect()],
            vec![vec![50], (0..50).collect(), (51..200).collect(), vec![3, 50, 77]],
            vec![(0..1_000).step_by(100).collect(), (0..1_000).collect()],
            (0..300).map(|key| vec![key]).collect(),
        ] {
            let database = Database::builder().create_with_backend(InMemoryBackend::new());
            let transaction = database.expect("memory").begin_write().expect("alone");
            let mut table = transaction.open_table(layout::RECORDS).expect("memory");
            let mut expected = BTreeMap::new();
            for (number, keys) in groups.iter().enumerate() {
                let row = vec![number as u8; 100];
                let rows: Vec<_> = keys.iter().map(|key: &u64| (*key, row.as_slice())).collect();
                insert(&mut table, &rows).expect("memory");
                expected.extend(keys.iter().map(|key| (*key, row.clone())));
            }
            let rows = table.iter().expect("memory").map(|row| row.expect("memory"));
            let rows = rows.map(|(key, row)| (key.value(), row.value().to_vec()));
            assert!(rows.eq(expected), "{groups:?}");
        }
    }
}
