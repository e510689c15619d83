//! Where a spool lies: files with names, each of them bytes at offsets.
//!
//! A real folder, memory and a disk that is simulated are three of one kind. What is written may be lost
//! until it is synced: the bytes of a file by [`Medium::sync`], names by [`Volume::sync_names`]. Nothing
//! here knows what the bytes mean.

use std::fmt;
use std::io;

/// The bytes of one file. It may be read and written from several threads.
pub trait Medium: fmt::Debug + Send + Sync + 'static {
    /// Its length in bytes.
    ///
    /// # Errors
    /// Where the device fails.
    fn size_bytes(&self) -> io::Result<u64>;

    /// Makes it so many bytes long; those that are new are 0.
    ///
    /// # Errors
    /// Where the device fails or is full.
    fn resize(&self, size_bytes: u64) -> io::Result<()>;

    /// Fills `bytes` with what stands from `offset` on.
    ///
    /// # Errors
    /// Where the device fails, or the file ends before.
    fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()>;

    /// Writes `bytes` from `offset` on, within the file's length.
    ///
    /// # Errors
    /// Where the device fails or is full.
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Brings all that was written to rest: it outlasts a crash from now on.
    ///
    /// # Errors
    /// Where the device fails; then nothing is known of what was written since the last sync.
    fn sync(&self) -> io::Result<()>;
}

/// Files by their names.
pub trait Volume: fmt::Debug {
    /// What a name stands for.
    type File: Medium;

    /// The file of that name; none where there is none.
    ///
    /// # Errors
    /// Where the device fails, or the file is in use elsewhere ([`io::ErrorKind::WouldBlock`]).
    fn open(&self, name: &str) -> io::Result<Option<Self::File>>;

    /// An empty file of that name, in the place of any that had it.
    ///
    /// # Errors
    /// Where the device fails or is full.
    fn create(&self, name: &str) -> io::Result<Self::File>;

    /// Gives a file another name, at once: at any moment one of the two stands for it.
    ///
    /// # Errors
    /// Where there is no such file, or the device fails.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Brings all names to rest.
    ///
    /// # Errors
    /// Where the device fails.
    fn sync_names(&self) -> io::Result<()>;
}
