//! What keeps a spool from being opened or from doing what it is bid.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io;

use super::layout::Malformed;
use redb::{CommitError, DatabaseError, StorageError, TableError, TransactionError};

/// A spool cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// It is open already, here or in another process.
    InUse,
    /// A later version of this program wrote it.
    Newer {
        /// The version of its format.
        found: u64,
        /// The latest that is known here.
        known: u64,
    },
    /// The file of that name was never a spool.
    NotASpool,
    /// It is a spool, and not whole; in words what was found.
    Corrupt(String),
    /// There is no room on the device.
    Full,
    /// The device fails, in its own words.
    Device(String),
}

/// A spool fails. Whatever it was, nothing more is done through it: it is to be opened again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpoolError {
    /// The device fails, in its own words.
    Device(String),
    /// There is no room on the device.
    Full,
    /// What is read was not written so; in words what was found.
    Corrupt(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::InUse => {
                write!(f, "the spool is in use: stop the other process that has it open")
            }
            OpenError::Newer { found, known } => write!(
                f,
                "the spool has format {found}, and this program knows up to {known}: use the program that wrote it"
            ),
            OpenError::NotASpool => {
                write!(f, "the file is no spool: move it away, or name another folder")
            }
            OpenError::Corrupt(words) => write!(f, "{}", SpoolError::Corrupt(words.clone())),
            OpenError::Full => write!(f, "{}", SpoolError::Full),
            OpenError::Device(words) => write!(f, "{}", SpoolError::Device(words.clone())),
        }
    }
}

impl Error for OpenError {}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SpoolError::Device(words) => {
                write!(f, "the spool's device fails ({words}): see to it, then start again")
            }
            SpoolError::Full => {
                write!(f, "the spool's device is full: make room, then start again")
            }
            SpoolError::Corrupt(words) => write!(
                f,
                "the spool is damaged ({words}): its device lost what it had confirmed; restore the file from a copy"
            ),
        }
    }
}

impl Error for SpoolError {}

impl From<SpoolError> for OpenError {
    fn from(error: SpoolError) -> OpenError {
        match error {
            SpoolError::Device(words) => OpenError::Device(words),
            SpoolError::Full => OpenError::Full,
            SpoolError::Corrupt(words) => OpenError::Corrupt(words),
        }
    }
}

impl From<io::Error> for SpoolError {
    fn from(error: io::Error) -> SpoolError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SpoolError::Full,
            io::ErrorKind::UnexpectedEof => SpoolError::Corrupt("the file is cut short".to_owned()),
            _ => SpoolError::Device(error.to_string()),
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> OpenError {
        match error.kind() {
            io::ErrorKind::WouldBlock => OpenError::InUse,
            _ => SpoolError::from(error).into(),
        }
    }
}

impl From<DatabaseError> for OpenError {
    fn from(error: DatabaseError) -> OpenError {
        match error {
            DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
                OpenError::InUse
            }
            // Written by a version of the database that is older than the first spool.
            DatabaseError::UpgradeRequired(_) => OpenError::NotASpool,
            DatabaseError::Storage(StorageError::Io(error))
                if error.kind() == io::ErrorKind::InvalidData =>
            {
                OpenError::NotASpool
            }
            DatabaseError::Storage(error) => SpoolError::from(error).into(),
            other => OpenError::Device(other.to_string()),
        }
    }
}

impl From<StorageError> for SpoolError {
    fn from(error: StorageError) -> SpoolError {
        match error {
            StorageError::Io(error) => error.into(),
            StorageError::Corrupted(words) => SpoolError::Corrupt(words),
            other => SpoolError::Device(other.to_string()),
        }
    }
}

impl From<TableError> for SpoolError {
    fn from(error: TableError) -> SpoolError {
        match error {
            TableError::Storage(error) => error.into(),
            other => SpoolError::Corrupt(other.to_string()),
        }
    }
}

impl From<TransactionError> for SpoolError {
    fn from(error: TransactionError) -> SpoolError {
        match error {
            TransactionError::Storage(error) => error.into(),
            other => SpoolError::Device(other.to_string()),
        }
    }
}

impl From<CommitError> for SpoolError {
    fn from(error: CommitError) -> SpoolError {
        match error {
            CommitError::Storage(error) => error.into(),
            other => SpoolError::Device(other.to_string()),
        }
    }
}

impl From<DatabaseError> for SpoolError {
    fn from(error: DatabaseError) -> SpoolError {
        match error {
            DatabaseError::Storage(error) => error.into(),
            other => SpoolError::Device(other.to_string()),
        }
    }
}

impl From<Malformed> for SpoolError {
    fn from(Malformed: Malformed) -> SpoolError {
        SpoolError::Corrupt("a row is not whole".to_owned())
    }
}

/// The words of a panic.
pub(super) fn words_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without words".to_owned())
}
