//! The body of a message as it is read back, piece by piece.

use std::sync::Arc;

use redb::OwnedRange;

use super::SpoolError;
use super::backend::Latch;
use super::layout::End;

/// A body as it was when it was asked for, whatever becomes of its message meanwhile. Until it is
/// dropped, the room of what ends is not used again.
#[must_use]
pub struct Body {
    size_bytes: u64,
    /// How much was read.
    at: u64,
    blocks: OwnedRange<(u64, u64), &'static [u8]>,
    end: Option<Vec<u8>>,
    latch: Arc<Latch>,
}

impl Body {
    pub(super) fn new(
        body: &End<'_>,
        blocks: OwnedRange<(u64, u64), &'static [u8]>,
        latch: Arc<Latch>,
    ) -> Body {
        let end = Some(body.bytes.to_vec());
        Body { size_bytes: body.size_bytes, at: 0, blocks, end, latch }
    }

    /// How long it is in all, in bytes.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn block(&mut self) -> Result<Option<Vec<u8>>, SpoolError> {
        let Some(block) = self.blocks.next() else { return Ok(None) };
        let (key, block) = block?;
        let ((_, offset), block) = (key.value(), block.value());
        if offset != self.at {
            return Err(SpoolError::Corrupt("a part of a body is missing".to_owned()));
        }
        self.at += block.len() as u64;
        Ok(Some(block.to_vec()))
    }

    fn last(&mut self) -> Result<Option<Vec<u8>>, SpoolError> {
        let Some(end) = self.end.take() else { return Ok(None) };
        if self.at + end.len() as u64 != self.size_bytes {
            return Err(SpoolError::Corrupt("a body has not the length that it had".to_owned()));
        }
        Ok(Some(end).filter(|end| !end.is_empty()))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").field("size_bytes", &self.size_bytes).finish_non_exhaustive()
    }
}

/// Its pieces in order, each of at most 64 KiB and none empty. After an error there are no more.
impl Iterator for Body {
    type Item = Result<Vec<u8>, SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.end.as_ref()?;
        let latch = self.latch.clone();
        let next = latch.hold(|| match self.block()? {
            Some(block) => Ok(Some(block)),
            None => self.last(),
        });
        if next.is_err() {
            self.end = None;
        }
        next.transpose()
    }
}
