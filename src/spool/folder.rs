//! A folder of the system as a volume.
//!
//! Two processes never share one: the first to open a file in it has it until it lets go of it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use redb::StorageBackend;
use redb::backends::FileBackend;

use super::{Medium, Volume};

/// A folder that exists. From the first file that is opened in it until it and its files are dropped, no
/// other process opens any.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    lock: OnceLock<Arc<File>>,
}

/// An open file of a [`Folder`].
#[derive(Debug)]
pub struct FolderFile {
    file: FileBackend,
    /// A sync failed. The system may have dropped what it could not write, and says so once: whoever
    /// asked again would be told that all is well.
    failed: AtomicBool,
    _lock: Arc<File>,
}

impl Folder {
    /// The name of the file that says whose the folder is; it is empty.
    pub const LOCK: &str = "spool.lock";

    /// The folder at `path`. It is not looked at before a file in it is.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Folder {
        Folder { path: path.as_ref().to_owned(), lock: OnceLock::new() }
    }

    /// Takes the folder for this process, if it is not taken.
    ///
    /// A lock on the spool itself would not do while it is made: another process could be about to
    /// make one too, and move it over this one.
    fn lock(&self) -> io::Result<Arc<File>> {
        if let Some(lock) = self.lock.get() {
            return Ok(lock.clone());
        }
        let lock = options().create(true).open(self.path.join(Folder::LOCK))?;
        try_lock(&lock)?;
        Ok(self.lock.get_or_init(|| Arc::new(lock)).clone())
    }

    fn file(&self, options: &OpenOptions, name: &str) -> io::Result<FolderFile> {
        let lock = self.lock()?;
        let file = options.open(self.path.join(name))?;
        try_lock(&file)?;
        let file = FileBackend::new(file).map_err(io::Error::other)?;
        Ok(FolderFile { file, failed: AtomicBool::new(false), _lock: lock })
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

fn try_lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
        TryLockError::Error(error) => error,
    })
}

impl Volume for Folder {
    type File = FolderFile;

    fn open(&self, name: &str) -> io::Result<Option<FolderFile>> {
        match self.file(&options(), name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.path.is_dir() => Ok(None),
            result => result.map(Some),
        }
    }

    fn create(&self, name: &str) -> io::Result<FolderFile> {
        let file = self.file(options().create(true), name)?;
        // Not before it is known to be nobody's.
        file.resize(0)?;
        Ok(file)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

impl FolderFile {
    fn checked(&self) -> io::Result<&FileBackend> {
        if self.failed.load(Ordering::Acquire) {
            return Err(io::Error::other("an earlier sync of the file failed"));
        }
        Ok(&self.file)
    }
}

impl Medium for FolderFile {
    fn size_bytes(&self) -> io::Result<u64> {
        self.checked()?.len()
    }

    fn resize(&self, size_bytes: u64) -> io::Result<()> {
        self.checked()?.set_len(size_bytes)
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.checked()?.read(offset, bytes)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.checked()?.write(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.checked()?.sync_data().inspect_err(|_| self.failed.store(true, Ordering::Release))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder for the test")
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_by_one_at_a_time() {
        let path = folder();
        let folder = Folder::new(path.path());
        assert!(folder.open("a").expect("there").is_none());
        let file = folder.create("a").expect("room");
        file.resize(10).expect("room");
        file.write(4, b"abc").expect("room");
        let mut bytes = [7; 10];
        file.read(0, &mut bytes).expect("there");
        assert_eq!(&bytes, b"\0\0\0\0abc\0\0\0");
        let beyond = file.read(5, &mut bytes).expect_err("it ends before");
        assert_eq!(beyond.kind(), io::ErrorKind::UnexpectedEof);
        let in_use = folder.open("a").expect_err("it is open");
        assert_eq!(in_use.kind(), io::ErrorKind::WouldBlock);
        drop(file);
        folder.rename("a", "b").expect("there");
        folder.sync_names().expect("there");
        assert!(folder.open("a").expect("there").is_none());
        assert_eq!(folder.open("b").expect("there").expect("there").size_bytes().ok(), Some(10));
        let anew = folder.create("b").expect("room");
        assert_eq!(anew.size_bytes().ok(), Some(0));
    }

    #[test]
    fn what_another_has_open_is_not_emptied() {
        let path = folder();
        let folder = Folder::new(path.path());
        let file = folder.create("a").expect("room");
        file.resize(10).expect("room");
        assert_eq!(folder.create("a").err().map(|e| e.kind()), Some(io::ErrorKind::WouldBlock));
        assert_eq!(file.size_bytes().ok(), Some(10));
    }

    /// What has no disk behind it cannot be synced.
    #[cfg(target_os = "linux")]
    #[test]
    fn after_a_sync_that_failed_nothing_is_believed() {
        let null = options().open("/dev/null").expect("there");
        let file = FolderFile {
            file: FileBackend::new(null.try_clone().expect("open")).expect("open"),
            failed: AtomicBool::new(false),
            _lock: Arc::new(null),
        };
        file.write(0, b"a").expect("it takes all");
        file.sync().expect_err("there is no disk");
        assert!(file.write(0, b"a").is_err() && file.sync().is_err());
        assert!(file.read(0, &mut []).is_err() && file.size_bytes().is_err());
        assert!(file.resize(0).is_err());
    }
}
