//! What is done as a spool is closed: one that is nearly empty is made small.
//!
//! While it is open, room that came free is used again and the file keeps its length. To move what is
//! left to the front takes as long as there is much of it, so it is done only where there is little.

use redb::{CompactionError, Database, ReadableDatabase, ReadableTableMetadata};

use super::layout;
use super::{Medium, SpoolError};

/// A file that is shorter is left as it is.
const LONG_BYTES: u64 = 16 << 20;
/// A spool with more messages, or more blocks of bodies, is left as it is.
const FEW_ROWS: u64 = 4_096;
/// How many times as long as what is in use the file is at least.
const MOSTLY_FREE: u64 = 4;

/// Closes the database, made small before if that is worth it.
pub(super) fn close(mut database: Database, medium: &dyn Medium) -> Result<(), SpoolError> {
    if is_mostly_free(&database, medium)? {
        match database.compact() {
            // Somebody still reads a body.
            Ok(_) | Err(CompactionError::TransactionInProgress) => {}
            Err(CompactionError::Storage(error)) => return Err(error.into()),
            Err(other) => return Err(SpoolError::Device(other.to_string())),
        }
    }
    Ok(database.close()?)
}

fn is_mostly_free(database: &Database, medium: &dyn Medium) -> Result<bool, SpoolError> {
    let size_bytes = medium.size_bytes()?;
    if size_bytes < LONG_BYTES {
        return Ok(false);
    }
    let read = database.begin_read()?;
    let rows = [read.open_table(layout::RECORDS)?.len()?, read.open_table(layout::MAIL)?.len()?];
    if rows.into_iter().chain([read.open_table(layout::BLOCKS)?.len()?]).any(|n| n > FEW_ROWS) {
        return Ok(false);
    }
    drop(read);
    // Counts pages by walking the tables: there are few.
    let transaction = database.begin_write()?;
    let stats = transaction.stats()?;
    transaction.abort()?;
    let used_bytes = stats.allocated_pages() * stats.page_size() as u64;
    Ok(size_bytes / MOSTLY_FREE >= used_bytes)
}
