//! The bytes of a file, in pages that are shared until they are written.
//!
//! A clone costs one count. What was never written takes no room and reads as 0.

use std::sync::Arc;

const PAGE_BYTES: usize = 4096;

type Page = [u8; PAGE_BYTES];

/// Bytes from 0 up to a length.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    size_bytes: u64,
    table: Arc<Vec<Option<Arc<Page>>>>,
}

impl Pages {
    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Cuts the end off, or adds zeros to it.
    pub(super) fn resize(&mut self, size_bytes: u64) {
        let pages = size_bytes.div_ceil(PAGE_BYTES as u64) as usize;
        let table = Arc::make_mut(&mut self.table);
        table.resize(pages, None);
        let within = (size_bytes % PAGE_BYTES as u64) as usize;
        if size_bytes < self.size_bytes
            && within > 0
            && let Some(last) = &mut table[pages - 1]
        {
            Arc::make_mut(last)[within..].fill(0);
        }
        self.size_bytes = size_bytes;
    }

    /// Fills `bytes` with what stands from `offset` on, if all of that is there.
    pub(super) fn read(&self, offset: u64, bytes: &mut [u8]) -> bool {
        let end = offset.checked_add(bytes.len() as u64);
        if end.is_none_or(|end| end > self.size_bytes) {
            return false;
        }
        let mut rest = bytes;
        let (mut page, mut within) = place(offset);
        while !rest.is_empty() {
            let (part, after) = rest.split_at_mut(rest.len().min(PAGE_BYTES - within));
            match &self.table[page] {
                Some(page) => part.copy_from_slice(&page[within..within + part.len()]),
                None => part.fill(0),
            }
            rest = after;
            (page, within) = (page + 1, 0);
        }
        true
    }

    /// Writes `bytes` from `offset` on; what would stand behind the end is not written.
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) {
        let room = self.size_bytes.saturating_sub(offset);
        let mut rest = &bytes[..room.min(bytes.len() as u64) as usize];
        if rest.is_empty() {
            return;
        }
        let table = Arc::make_mut(&mut self.table);
        let (mut page, mut within) = place(offset);
        while !rest.is_empty() {
            let (part, after) = rest.split_at(rest.len().min(PAGE_BYTES - within));
            let written = table[page].get_or_insert_with(|| Arc::new([0; PAGE_BYTES]));
            Arc::make_mut(written)[within..within + part.len()].copy_from_slice(part);
            rest = after;
            (page, within) = (page + 1, 0);
        }
    }
}

/// The page in which an offset lies, and where in it.
fn place(offset: u64) -> (usize, usize) {
    ((offset / PAGE_BYTES as u64) as usize, (offset % PAGE_BYTES as u64) as usize)
}
