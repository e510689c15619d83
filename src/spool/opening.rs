//! How a spool comes to be, and how one is known for what it is.

use std::sync::Arc;

use redb::{Builder, Database, DatabaseError, ReadableDatabase, TableError};

use super::backend::{Backend, Latch};
use super::layout;
use super::tables::Tables;
use super::{Medium, OpenError, Settings, Spool, SpoolError, Volume};

/// Opens the database of a spool, and makes it where there is none; and the file that it is in.
pub(super) fn open<V: Volume>(
    volume: &V,
    settings: Settings,
    latch: &Arc<Latch>,
) -> Result<(Database, Arc<dyn Medium>), OpenError> {
    let mut file = volume.open(Spool::NAME)?;
    if file.is_none() {
        create(volume, settings, latch)?;
        file = volume.open(Spool::NAME)?;
    }
    let file = file.ok_or_else(|| OpenError::Device("the new spool is gone".to_owned()))?;
    let file = Arc::new(file);
    latch.guard(|| {
        look(&*file)?;
        let mut builder = Builder::new();
        builder.set_cache_size(settings.cache_bytes);
        let backend = || Backend::new(file.clone(), latch.clone());
        // What is not to be read is not to be written either, so it is looked at first. What needs repair
        // cannot be looked at so.
        match builder.open_read_only_with_backend(backend()) {
            Ok(database) => recognise(&database)?,
            Err(DatabaseError::RepairAborted) => {}
            Err(error) => return Err(error.into()),
        }
        let database = builder.create_with_backend(backend())?;
        recognise(&database)?;
        Ok((database, file as Arc<dyn Medium>))
    })
}

/// Makes an empty spool, whole before it has its name.
fn create<V: Volume>(volume: &V, settings: Settings, latch: &Arc<Latch>) -> Result<(), OpenError> {
    let file = Arc::new(volume.create(Spool::NEW)?);
    latch.guard(|| -> Result<(), OpenError> {
        let backend = Backend::new(file, latch.clone());
        let mut builder = Builder::new();
        let database = builder.set_cache_size(settings.cache_bytes).create_with_backend(backend)?;
        write_version(&database)?;
        Ok(database.close()?)
    })?;
    volume.rename(Spool::NEW, Spool::NAME)?;
    volume.sync_names()?;
    Ok(())
}

fn write_version(database: &Database) -> Result<(), SpoolError> {
    let transaction = database.begin_write()?;
    Tables::open(&transaction)?.write_version()?;
    Ok(transaction.commit()?)
}

/// A spool has its name only when it is whole, so one that is empty or blank has lost what was synced.
fn look(file: &impl Medium) -> Result<(), OpenError> {
    let mut beginning = [0; 8];
    let size = file.size_bytes()?.min(beginning.len() as u64) as usize;
    file.read(0, &mut beginning[..size])?;
    if beginning == [0; 8] {
        return Err(OpenError::Corrupt("its beginning is blank".to_owned()));
    }
    Ok(())
}

/// Whether a database is a spool, of a version that is known here.
fn recognise(database: &impl ReadableDatabase) -> Result<(), OpenError> {
    let read = database.begin_read().map_err(SpoolError::from)?;
    let facts = match read.open_table(layout::FACTS) {
        Ok(facts) => facts,
        Err(TableError::Storage(error)) => return Err(SpoolError::from(error).into()),
        Err(_) => return Err(OpenError::NotASpool),
    };
    let version = facts.get(layout::VERSION_FACT).map_err(SpoolError::from)?;
    let version = version.ok_or(OpenError::NotASpool)?.value().try_into().map(u64::from_le_bytes);
    match version {
        Ok(version) if version > layout::VERSION => {
            Err(OpenError::Newer { found: version, known: layout::VERSION })
        }
        Ok(1..) => Ok(()),
        _ => Err(OpenError::Corrupt("its version is none".to_owned())),
    }
}
