//! The spool itself: opened, read once, then written batch by batch.

use std::sync::Arc;

use redb::{
    Database, Durability, ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata,
};

use super::backend::Latch;
use super::changes::Memo;
use super::layout::{self, Mail, RecordsOf};
use super::tables::Tables;
use super::{
    Batch, Body, Contents, Medium, OpenError, Records, Settings, SpoolError, Volume, closing,
    opening,
};
use crate::base::MessageId;

/// What is kept of a queue, in one file.
///
/// Once it has failed it fails at every call, until it is opened again: what a device kept of a write
/// that failed is not known before.
pub struct Spool {
    /// There until it is closed.
    database: Option<Database>,
    medium: Arc<dyn Medium>,
    latch: Arc<Latch>,
    memo: Memo,
}

const NOT_CLOSED: &str = "to close a spool consumes it";

impl Spool {
    /// The name of the file.
    pub const NAME: &str = "spool.redb";
    /// The name of a file that is being made. One that is there was cut off and is made anew.
    pub const NEW: &str = "spool.redb.new";
    /// The version of the format that is written; those before it are read.
    pub const VERSION: u64 = layout::VERSION;

    /// Opens the spool of a volume, and makes one where there is none.
    ///
    /// What was written of messages that were never accepted is taken out.
    ///
    /// # Errors
    /// Where it is in use, not to be read, or the device fails.
    pub fn open<V: Volume>(volume: &V, settings: Settings) -> Result<Spool, OpenError> {
        let latch = Arc::new(Latch::default());
        let (database, medium) = opening::open(volume, settings, &latch)?;
        let database = Some(database);
        let mut spool = Spool { database, medium, latch, memo: Memo::default() };
        spool.sweep()?;
        Ok(spool)
    }

    /// Takes out what was begun and never accepted, and learns where bodies go on.
    fn sweep(&mut self) -> Result<(), SpoolError> {
        let begun = self.reading(|read| Ok(read.open_table(layout::BEGUN)?.len()?))?;
        if begun > 0 {
            self.writing(Durability::Immediate, |tables, _| tables.sweep())?;
        }
        let last = self.reading(|read| {
            let blocks = read.open_table(layout::BLOCKS)?;
            Ok(blocks.last()?.map(|(key, _)| key.value().0))
        })?;
        self.memo.next_body = last.map_or(0, |last| last + 1);
        Ok(())
    }

    /// All that a queue is rebuilt from.
    ///
    /// # Errors
    /// Where the device fails or what it says is no spool's.
    pub fn read(&self) -> Result<Contents, SpoolError> {
        self.reading(|read| {
            let clocks = read.open_table(layout::FACTS)?.get(layout::CLOCKS_FACT)?;
            let clocks = clocks.map(|clocks| layout::read_clocks(clocks.value())).transpose();
            let clocks =
                clocks.map_err(|_| SpoolError::Corrupt("the clocks are not whole".to_owned()))?;
            let mut records = records_in(read, layout::RECORDS)?;
            for row in read.open_table(layout::APART)?.iter()? {
                let (number, record) = row?;
                records.push(number.value(), None, record.value());
            }
            records.sort();
            records.leave_each_number_once();
            Ok(Contents { clocks, records })
        })
    }

    /// Adds a chunk to the body of a message that is not accepted yet. It comes to rest with the next
    /// batch, and is taken out if the spool is opened again before the message was accepted.
    ///
    /// # Errors
    /// Where the device fails, or the spool did before.
    pub fn write_chunk(&mut self, message: MessageId, bytes: &[u8]) -> Result<(), SpoolError> {
        let whole = layout::whole(message);
        self.writing(Durability::None, |tables, memo| tables.append(whole, bytes, memo))
    }

    /// Carries out a batch: when this returns, all of it outlasts a crash. An empty one is nothing to do.
    ///
    /// # Errors
    /// Where the device fails, or the spool did before. Whether the batch is there is then known when the
    /// spool is opened again: all of it or nothing.
    pub fn commit(&mut self, batch: &Batch) -> Result<(), SpoolError> {
        if batch.is_empty() {
            return self.latch.hold(|| Ok(()));
        }
        self.writing(Durability::Immediate, |tables, memo| tables.apply(batch, memo))
    }

    /// The envelope of a message, whichever of its recipients is asked for; none where there is none.
    ///
    /// # Errors
    /// Where the device fails, or the spool did before.
    pub fn envelope(&self, message: MessageId) -> Result<Option<Vec<u8>>, SpoolError> {
        self.reading(|read| {
            let row = read.open_table(layout::MAIL)?.get(layout::whole(message))?;
            let Some(row) = row else { return Ok(None) };
            let mail = Mail::read(row.value())?;
            Ok(mail.envelope.map(<[u8]>::to_vec))
        })
    }

    /// The body of a message, whichever of its recipients is asked for; none where there is none.
    ///
    /// # Errors
    /// Where the device fails, or the spool did before.
    pub fn body(&self, message: MessageId) -> Result<Option<Body>, SpoolError> {
        let whole = layout::whole(message);
        self.reading(|read| {
            let row = read.open_table(layout::MAIL)?.get(whole)?;
            let Some(row) = row else { return Ok(None) };
            let Some(body) = Mail::read(row.value())?.body else { return Ok(None) };
            let blocks = read.open_table(layout::BLOCKS)?;
            let blocks = blocks.range_owned(layout::blocks_of(&body))?;
            Ok(Some(Body::new(&body, blocks, self.latch.clone())))
        })
    }

    /// The records of the messages that failed with nobody to tell.
    ///
    /// # Errors
    /// Where the device fails, or the spool did before.
    pub fn dead_letters(&self) -> Result<Records, SpoolError> {
        self.reading(|read| {
            let mut records = records_in(read, layout::DEAD)?;
            records.sort();
            Ok(records)
        })
    }

    /// Closes it, so that it need not be repaired when it is opened next, and made small if it is nearly
    /// empty. One that is dropped is closed as it is, and tells nobody whether that went well.
    ///
    /// # Errors
    /// Where the device fails, or the spool did before. What was committed is there all the same.
    pub fn close(mut self) -> Result<(), SpoolError> {
        let latch = self.latch.clone();
        latch.hold(|| match self.database.take() {
            Some(database) => closing::close(database, &*self.medium),
            None => Ok(()),
        })
    }

    fn reading<T>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, SpoolError>,
    ) -> Result<T, SpoolError> {
        let database = self.database.as_ref().expect(NOT_CLOSED);
        self.latch.hold(|| work(&database.begin_read()?))
    }

    fn writing(
        &mut self,
        durability: Durability,
        work: impl FnOnce(&mut Tables<'_>, &mut Memo) -> Result<(), SpoolError>,
    ) -> Result<(), SpoolError> {
        let database = self.database.as_ref().expect(NOT_CLOSED);
        self.latch.hold(|| {
            let mut transaction = database.begin_write()?;
            transaction.set_durability(durability).expect("no savepoint, no other process");
            work(&mut Tables::open(&transaction)?, &mut self.memo)?;
            Ok(transaction.commit()?)
        })
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Some(database) = self.database.take() {
            self.latch.let_go(database);
        }
    }
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool").finish_non_exhaustive()
    }
}

/// All records of a table, in the order of the messages.
fn records_in(
    read: &ReadTransaction,
    table: redb::TableDefinition<'_, u64, &'static [u8]>,
) -> Result<Records, SpoolError> {
    let table = read.open_table(table)?;
    let mut records = Records::with_capacity(table.len()? as usize);
    for row in table.iter()? {
        let (message, row) = row?;
        let message = MessageId::from_bits(message.value());
        for record in RecordsOf(row.value()) {
            let (number, record) = record.map_err(|_| {
                SpoolError::Corrupt(format!("the records of message {message} are not whole"))
            })?;
            records.push(number, Some(message), record);
        }
    }
    Ok(records)
}
