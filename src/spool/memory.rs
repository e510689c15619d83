//! Files in memory: all that is written is at rest at once.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::{Medium, Volume};

/// Files that are gone with the process. A clone is the same files.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: Arc<Mutex<BTreeMap<String, Arc<Content>>>>,
}

#[derive(Default)]
struct Content {
    bytes: RwLock<Vec<u8>>,
    in_use: AtomicBool,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").finish_non_exhaustive()
    }
}

/// An open file of a [`Memory`].
#[derive(Debug)]
pub struct MemoryFile(Arc<Content>);

impl Memory {
    /// No files.
    #[must_use]
    pub fn new() -> Memory {
        Memory::default()
    }

    /// The bytes of the file of that name as they are now, whoever has it open; none where there is none.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = |content: &Arc<Content>| {
            content.bytes.read().unwrap_or_else(PoisonError::into_inner).clone()
        };
        self.files().get(name).map(bytes)
    }

    /// Puts a file of these bytes there, in the place of any that had the name.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let content = Content { bytes: RwLock::new(bytes), in_use: AtomicBool::new(false) };
        self.files().insert(name.to_owned(), Arc::new(content));
    }

    /// The names of all files, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.files().keys().cloned().collect()
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Content>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MemoryFile {
    fn open(content: &Arc<Content>) -> io::Result<MemoryFile> {
        if content.in_use.swap(true, Ordering::AcqRel) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(MemoryFile(content.clone()))
    }
}

impl Drop for MemoryFile {
    fn drop(&mut self) {
        self.0.in_use.store(false, Ordering::Release);
    }
}

impl Volume for Memory {
    type File = MemoryFile;

    fn open(&self, name: &str) -> io::Result<Option<MemoryFile>> {
        self.files().get(name).map(MemoryFile::open).transpose()
    }

    fn create(&self, name: &str) -> io::Result<MemoryFile> {
        self.put(name, Vec::new());
        MemoryFile::open(&self.files()[name])
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut files = self.files();
        let file = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_owned(), file);
        Ok(())
    }

    fn sync_names(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Medium for MemoryFile {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.0.bytes.read().unwrap_or_else(PoisonError::into_inner).len() as u64)
    }

    fn resize(&self, size_bytes: u64) -> io::Result<()> {
        let size = usize::try_from(size_bytes).map_err(|_| io::ErrorKind::StorageFull)?;
        self.0.bytes.write().unwrap_or_else(PoisonError::into_inner).resize(size, 0);
        Ok(())
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let file = self.0.bytes.read().unwrap_or_else(PoisonError::into_inner);
        let begin = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = begin.checked_add(bytes.len()).and_then(|end| file.get(begin..end));
        bytes.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.0.bytes.write().unwrap_or_else(PoisonError::into_inner);
        let begin = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = begin.checked_add(bytes.len()).and_then(|end| file.get_mut(begin..end));
        there.ok_or(io::ErrorKind::InvalidInput)?.copy_from_slice(bytes);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
