//! Images of disks that lost what they had confirmed: a damaged spool says so, and nothing worse.

use restante::spool::{Batch, Memory, OpenError, Settings, Spool, SpoolError};

use crate::sight::{id, open};

const PAGE: usize = 4_096;

/// Three moments of a spool in use, and one when it was closed.
fn images() -> Vec<Vec<u8>> {
    let memory = Memory::new();
    let mut spool = open(&memory);
    let mut images = Vec::new();
    let mut batch = Batch::new();
    for group in 0..3 {
        batch.clear();
        for ordinal in 40 * group..40 * group + 40 {
            batch.accept(id(ordinal, 0), ordinal, &[1; 48]);
            batch.envelope(id(ordinal, 0), &[2; 100]);
            batch.body(id(ordinal, 0), &vec![3; (ordinal * 97 % 9_000) as usize]);
            if ordinal > 50 {
                batch.end(id(ordinal - 50, 0));
            }
        }
        spool.commit(&batch).expect("room");
        images.push(memory.bytes(Spool::NAME).expect("there"));
    }
    spool.close().expect("closed");
    images.push(memory.bytes(Spool::NAME).expect("there"));
    images
}

/// Reads all that is there, and writes and ends a message.
fn use_it(memory: &Memory) -> Result<(), OpenError> {
    let mut spool = Spool::open(memory, Settings::default())?;
    let contents = spool.read()?;
    for (_, message, _) in contents.records().iter() {
        let message = message.expect("all are about messages");
        spool.envelope(message)?;
        if let Some(body) = spool.body(message)? {
            body.collect::<Result<Vec<_>, SpoolError>>()?;
        }
    }
    let mut batch = Batch::new();
    batch.accept(id(1_000, 0), 1_000, b"");
    batch.body(id(1_000, 0), &[4; 5_000]);
    batch.end(id(100, 0));
    spool.commit(&batch)?;
    Ok(spool.close()?)
}

#[test]
fn a_page_that_was_lost_is_found_or_does_no_harm() {
    let images = images();
    let mut found = 0;
    for whole in &images[2..] {
        for (page, at) in (0..whole.len()).step_by(PAGE).enumerate() {
            let mut image = whole.clone();
            // Blank, or as it was before.
            match images[0].get(at..at + PAGE).filter(|_| page % 2 == 0) {
                Some(before) => image[at..at + PAGE].copy_from_slice(before),
                None => image[at..at + PAGE].fill(0),
            }
            let memory = Memory::new();
            memory.put(Spool::NAME, image);
            match use_it(&memory) {
                Ok(()) => {}
                // What lost the page with the names of its tables is not known for a spool.
                Err(OpenError::Corrupt(_) | OpenError::NotASpool) => found += 1,
                Err(other) => panic!("page {page}: {other:?}"),
            }
        }
    }
    assert!(found > 50, "only {found} pages were missed");
}
