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

use redb::{Database, StorageBackend};

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

    /// Lets go of the database. What it writes as it goes may fail as anything it does may, and nobody is
    /// there to be told.
    pub(super) fn let_go(&self, database: Database) {
        let gone = catch_unwind(AssertUnwindSafe(|| drop(database)));
        if let Err(payload) = gone
            && !thread::panicking()
        {
            drop(self.caught(payload));
        }
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
        // The database would write once more as it goes, whatever it had read.
        if self.latch.failure.get().is_some() {
            return Err(io::Error::other("the spool failed before"));
        }
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

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;
    use crate::spool::{Memory, Volume};

    fn full() -> SpoolError {
        SpoolError::Full
    }

    #[test]
    fn a_panic_of_the_database_is_corruption_and_what_follows_fails_too() {
        let latch = Latch::default();
        let panicked = latch.hold(|| -> Result<(), SpoolError> { panic!("page {} is none", 7) });
        let corrupt = SpoolError::Corrupt("page 7 is none".to_owned());
        assert_eq!(panicked, Err(corrupt.clone()));
        assert_eq!(latch.hold(|| Ok(1)), Err(corrupt));
    }

    #[test]
    fn the_first_failure_is_told_from_then_on() {
        let latch = Latch::default();
        assert_eq!(latch.guard(|| Err::<(), SpoolError>(full())), Err(full()));
        assert_eq!(latch.hold(|| Ok(1)), Ok(1));
        assert_eq!(latch.hold(|| Err::<(), SpoolError>(full())), Err(full()));
        assert_eq!(latch.hold(|| Err::<(), _>(SpoolError::Corrupt(String::new()))), Err(full()));
    }

    /// A medium whose every read panics.
    #[derive(Debug)]
    struct Panics;

    impl Medium for Panics {
        fn size_bytes(&self) -> io::Result<u64> {
            Ok(0)
        }

        fn resize(&self, _: u64) -> io::Result<()> {
            Ok(())
        }

        fn read(&self, _: u64, _: &mut [u8]) -> io::Result<()> {
            panic_any(1985_u32)
        }

        fn write(&self, _: u64, _: &[u8]) -> io::Result<()> {
            Ok(())
        }

        fn sync(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_of_the_medium_is_not_taken_for_corruption() {
        let latch = Arc::new(Latch::default());
        let backend = Backend::new(Arc::new(Panics), latch.clone());
        let read = || latch.hold(|| Ok(backend.read(0, &mut [0])?));
        let panicked = catch_unwind(AssertUnwindSafe(read)).expect_err("it panics");
        assert_eq!(panicked.downcast_ref(), Some(&1985_u32));
    }

    #[test]
    fn nothing_is_written_once_it_is_closed_or_failed() {
        let memory = Memory::new();
        let file = Arc::new(memory.create("file").expect("memory"));
        let latch = Arc::new(Latch::default());
        let (one, other) =
            (Backend::new(file.clone(), latch.clone()), Backend::new(file, latch.clone()));
        one.set_len(10).expect("open");
        one.close().expect("open");
        assert!(one.set_len(20).is_err());
        other.set_len(30).expect("open");
        latch.hold(|| Err::<(), _>(full())).expect_err("it fails");
        assert!(other.set_len(40).is_err());
        assert_eq!(memory.bytes("file").expect("there").len(), 30);
    }
}
