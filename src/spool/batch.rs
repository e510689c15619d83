//! What is to be changed in a spool, all of it or nothing.
//!
//! A batch holds the bytes of its changes in one piece, so that filling it allocates next to nothing.
//! It is data only: [`Spool::commit`](super::Spool::commit) carries it out.

use std::ops::Range;

use crate::base::{Clocks, MessageId};

/// Changes that come to rest together, in order.
///
/// Records are numbered in the order in which they were made, whatever they are about; a number is used
/// once among those that are there.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    changes: Vec<Change>,
    clocks: Option<Clocks>,
}

/// One change; the ranges are in [`Batch::bytes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Accept { message: MessageId, number: u64, record: Range<usize> },
    Note { message: MessageId, number: u64, record: Range<usize> },
    End { message: MessageId },
    Bury { message: MessageId },
    NoteApart { number: u64, record: Range<usize> },
    ForgetApart { number: u64 },
    Envelope { message: MessageId, envelope: Range<usize> },
    Body { message: MessageId, body: Range<usize> },
}

impl Batch {
    /// No change.
    #[must_use]
    pub const fn new() -> Batch {
        Batch { bytes: Vec::new(), changes: Vec::new(), clocks: None }
    }

    /// Whether nothing is to be changed. Clocks alone are a change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.clocks.is_none()
    }

    /// How much there is to write, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Takes all changes out; what they took in memory is kept for the next ones.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.changes.clear();
        self.clocks = None;
    }

    /// One recipient of a message is there from now on, with this first record. One that is there
    /// already is begun anew.
    pub fn accept(&mut self, message: MessageId, number: u64, record: &[u8]) {
        let record = self.keep(record);
        self.changes.push(Change::Accept { message, number, record });
    }

    /// A further record about a message that is there; about one that is not, nothing.
    pub fn note(&mut self, message: MessageId, number: u64, record: &[u8]) {
        let record = self.keep(record);
        self.changes.push(Change::Note { message, number, record });
    }

    /// A message has ended: its records go, and with the last recipient its envelope and its body, unless
    /// another is a dead letter. What was written of a message that was never accepted goes likewise.
    ///
    /// That is seen to once the whole batch is: a recipient that the same batch accepts keeps them.
    pub fn end(&mut self, message: MessageId) {
        self.changes.push(Change::End { message });
    }

    /// A message has failed for good with nobody to tell. It is no message of the queue's any more, and is
    /// kept among the dead letters with its envelope and its body.
    pub fn bury(&mut self, message: MessageId) {
        self.changes.push(Change::Bury { message });
    }

    /// A record that is about no single message.
    pub fn note_apart(&mut self, number: u64, record: &[u8]) {
        let record = self.keep(record);
        self.changes.push(Change::NoteApart { number, record });
    }

    /// A record that is about no single message is needed no more.
    pub fn forget_apart(&mut self, number: u64) {
        self.changes.push(Change::ForgetApart { number });
    }

    /// The envelope of a message, for all its recipients: bytes that are the hub's to read.
    pub fn envelope(&mut self, message: MessageId, envelope: &[u8]) {
        let envelope = self.keep(envelope);
        self.changes.push(Change::Envelope { message, envelope });
    }

    /// The whole body of a message, for all its recipients. One that is long is written in chunks before
    /// ([`Spool::write_chunk`](super::Spool::write_chunk)).
    pub fn body(&mut self, message: MessageId, body: &[u8]) {
        let body = self.keep(body);
        self.changes.push(Change::Body { message, body });
    }

    /// What the clocks say as this is stored.
    pub fn clocks(&mut self, clocks: Clocks) {
        self.clocks = Some(clocks);
    }

    pub(super) const fn clocks_read(&self) -> Option<Clocks> {
        self.clocks
    }

    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    pub(super) fn bytes(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        begin..self.bytes.len()
    }
}
