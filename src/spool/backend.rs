//! A file of a volume as the database wants it, and the latch that all who use it share.
//!
//! In: reads, writes and syncs of the database. Out: the same of a [`Medium`]. What once failed fails
//! from then on, whoever asks.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::thread;

use redb::StorageBackend;

use super::failure::words_of;
use super::{Medium, SpoolError};

/// Remembers the first failure.
#[derive(Debug, Default)]
pub(super) struct Latch {
    failure: OnceLock<SpoolError>,
    /// The medium panicked, not the database.
    medium_panicked: AtomicBool,
}

impl Latch {
    /// Does some work with the database, unless some failed before. That the database panics means that
    /// what it read is not what it wrote; the words of the panic are then printed as those of any other.
    pub(super) fn guard<T, E: From<SpoolError>>(
        &self,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(failure) = self.failure.get() {
            return Err(failure.clone().into());
        }
        catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|payload| Err(self.caught(payload).into()))
    }

    /// Does some work with the database; if it fails, all that comes after it does.
    pub(super) fn hold<T>(
        &self,
        work: impl FnOnce() -> Result<T, SpoolError>,
    ) -> Result<T, SpoolError> {
        self.guard(work).inspect_err(|failure| {
            // Only the first one is of interest.
            let _ = self.failure.set(failure.clone());
        })
    }

    fn caught(&self, payload: Box<dyn Any + Send>) -> SpoolError {
        if self.medium_panicked.load(Ordering::Relaxed) {
            resume_unwind(payload);
        }
        SpoolError::Corrupt(words_of(&*payload))
    }
}

/// A medium behind the database; nothing once it is closed, so that the file is not in use any more.
#[derive(Debug)]
pub(super) struct Backend<M> {
    medium: RwLock<Option<Arc<M>>>,
    latch: Arc<Latch>,
}

/// Notes that the medium panicked, if it does before this goes.
struct Watch<'a>(&'a Latch);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.medium_panicked.store(true, Ordering::Relaxed);
        }
    }
}

impl<M: Medium> Backend<M> {
    pub(super) fn new(medium: Arc<M>, latch: Arc<Latch>) -> Backend<M> {
        Backend { medium: RwLock::new(Some(medium)), latch }
    }

    fn with<T>(&self, work: impl FnOnce(&M) -> io::Result<T>) -> io::Result<T> {
        let medium = self.medium.read().unwrap_or_else(PoisonError::into_inner);
        let medium = medium.as_deref().ok_or_else(|| io::Error::other("the spool is closed"))?;
        // While something else unwinds, a panic of the medium cannot be told from it.
        let _watch = (!thread::panicking()).then(|| Watch(&self.latch));
        work(medium)
    }
}

impl<M: Medium> StorageBackend for Backend<M> {
    fn len(&self) -> io::Result<u64> {
        self.with(Medium::size_bytes)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|medium| medium.read(offset, out))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(|medium| medium.resize(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.with(Medium::sync)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.with(|medium| medium.write(offset, bytes))
    }

    fn close(&self) -> io::Result<()> {
        *self.medium.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }
}
