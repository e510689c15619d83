//! What is asked of a disk, and where an exhibit may stand between a spool and its disk.

/// One thing that a disk is asked to do, and that it may or may not have done when the power goes.
/// Reading is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation<'a> {
    /// A new, empty file of that name.
    Create {
        /// The name.
        name: &'a str,
    },
    /// Bytes into a file.
    Write {
        /// The file's name.
        name: &'a str,
        /// Where the bytes begin.
        offset: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// Another length for a file.
    Resize {
        /// The file's name.
        name: &'a str,
        /// The length, in bytes.
        size_bytes: u64,
    },
    /// All that was written to a file is to be at rest.
    Sync {
        /// The file's name.
        name: &'a str,
    },
    /// Another name for a file.
    Rename {
        /// The name that it has.
        from: &'a str,
        /// The name that it gets.
        to: &'a str,
    },
    /// All names are to be at rest.
    SyncNames,
}

/// What kind of thing was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationKind {
    /// A new file.
    Create,
    /// Bytes into a file.
    Write,
    /// Another length for a file.
    Resize,
    /// A file to be at rest.
    Sync,
    /// Another name for a file.
    Rename,
    /// Names to be at rest.
    SyncNames,
}

impl Operation<'_> {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> OperationKind {
        match self {
            Operation::Create { .. } => OperationKind::Create,
            Operation::Write { .. } => OperationKind::Write,
            Operation::Resize { .. } => OperationKind::Resize,
            Operation::Sync { .. } => OperationKind::Sync,
            Operation::Rename { .. } => OperationKind::Rename,
            Operation::SyncNames => OperationKind::SyncNames,
        }
    }
}

/// Whether an operation reaches the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It does.
    Done,
    /// It does not, and is reported as done all the same.
    Dropped,
}

/// One who sees all that is asked of a disk, and may keep one thing of it from being done.
pub trait DiskAdaptor: Send {
    /// Whether an operation reaches the disk. It is one that could be done.
    fn operation(&mut self, operation: Operation<'_>) -> Passage;
}
