//! The tables of a spool and the bytes of their rows. `docs/spool-format.md` says the same in words.
//!
//! In: what is to be kept. Out: keys and values, and what they meant. Nothing here reads or writes.

use std::ops::{Range, RangeInclusive};

use redb::TableDefinition;

use crate::base::{Clocks, Instant, Kind, MessageId};

/// The version of the format that is written.
pub(super) const VERSION: u64 = 1;

/// What is true of the spool as a whole, by name. Its name and its types are those of every version.
pub(super) const FACTS: TableDefinition<&str, &[u8]> = TableDefinition::new("spool");
/// The records of each message of the queue, by the bits of its id.
pub(super) const RECORDS: TableDefinition<u64, &[u8]> = TableDefinition::new("records");
/// The records of each dead letter, likewise.
pub(super) const DEAD: TableDefinition<u64, &[u8]> = TableDefinition::new("dead");
/// Records that are about no single message, by their numbers.
pub(super) const APART: TableDefinition<u64, &[u8]> = TableDefinition::new("apart");
/// Envelope and end of the body, by the bits of the id that stands for all recipients.
pub(super) const MAIL: TableDefinition<u64, &[u8]> = TableDefinition::new("mail");
/// Bodies before their ends, in blocks, by the number of the body and the offset in it. Bodies are
/// numbered as they come, so that new blocks stand together, whoever sent them.
pub(super) const BLOCKS: TableDefinition<(u64, u64), &[u8]> = TableDefinition::new("blocks");
/// Whose envelope or body is there before any record is.
pub(super) const BEGUN: TableDefinition<u64, ()> = TableDefinition::new("begun");

/// The name of the version among the facts: eight bytes.
pub(super) const VERSION_FACT: &str = "version";
/// The name of the clocks among the facts.
pub(super) const CLOCKS_FACT: &str = "clocks";

/// What the page of a block has besides it: the header of a leaf, the end of its value, its key.
const AROUND_A_BLOCK: usize = 4 + 4 + 16;
/// The pages that blocks fill, largest first.
const PAGES: [usize; 5] = [64 << 10, 32 << 10, 16 << 10, 8 << 10, 4 << 10];

/// Bytes that are no row of a spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// The id that stands for all recipients of the same message.
pub(super) fn whole(message: MessageId) -> u64 {
    message.whole().to_bits()
}

/// The ids of all recipients of the message of which this is the whole.
pub(super) fn recipients(whole: u64) -> RangeInclusive<u64> {
    match MessageId::from_bits(whole).kind() {
        Kind::Mail => whole..=whole | RECIPIENT_BITS,
        _ => whole..=whole,
    }
}

const RECIPIENT_BITS: u64 = MessageId::RECIPIENTS as u64 - 1;

/// The keys of all blocks of a body.
pub(super) fn blocks_of(body: &End<'_>) -> Range<(u64, u64)> {
    (body.number, 0)..(body.number, body.in_blocks())
}

/// Adds a record to the row of its message.
pub(super) fn push_record(row: &mut Vec<u8>, number: u64, record: &[u8]) {
    let size = u32::try_from(record.len()).expect("a record is shorter than 4 GiB");
    row.extend_from_slice(&number.to_le_bytes());
    row.extend_from_slice(&size.to_le_bytes());
    row.extend_from_slice(record);
}

/// The records of a row, with their numbers.
pub(super) struct RecordsOf<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for RecordsOf<'a> {
    type Item = Result<(u64, &'a [u8]), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let next = self.split();
        if next.is_none() {
            self.0 = &[];
        }
        Some(next.ok_or(Malformed))
    }
}

impl<'a> RecordsOf<'a> {
    fn split(&mut self) -> Option<(u64, &'a [u8])> {
        let (number, rest) = self.0.split_first_chunk()?;
        let (size, rest) = rest.split_first_chunk()?;
        let (record, rest) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
        self.0 = rest;
        Some((u64::from_le_bytes(*number), record))
    }
}

/// A row of mail: what is there of a message besides its records and the blocks of its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mail<'a> {
    pub(super) envelope: Option<&'a [u8]>,
    pub(super) body: Option<End<'a>>,
}

/// The end of a body, how long all of it is, and its number, which means nothing where it has no blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End<'a> {
    pub(super) number: u64,
    pub(super) size_bytes: u64,
    pub(super) bytes: &'a [u8],
}

impl End<'_> {
    /// How much stands in blocks.
    pub(super) fn in_blocks(&self) -> u64 {
        self.size_bytes - self.bytes.len() as u64
    }
}

const NO_ENVELOPE: u32 = u32::MAX;
const NO_BODY: u64 = u64::MAX;
const NO_BLOCKS: u64 = 0;

impl<'a> Mail<'a> {
    pub(super) fn read(row: &'a [u8]) -> Result<Mail<'a>, Malformed> {
        let (number, rest) = row.split_first_chunk().ok_or(Malformed)?;
        let (size_bytes, rest) = rest.split_first_chunk().ok_or(Malformed)?;
        let (envelope, rest) = rest.split_first_chunk().ok_or(Malformed)?;
        let (envelope, bytes) = match u32::from_le_bytes(*envelope) {
            NO_ENVELOPE => (None, rest),
            size => {
                let (envelope, rest) = rest.split_at_checked(size as usize).ok_or(Malformed)?;
                (Some(envelope), rest)
            }
        };
        let number = u64::from_le_bytes(*number);
        let body = match u64::from_le_bytes(*size_bytes) {
            NO_BODY if bytes.is_empty() => None,
            size_bytes if size_bytes != NO_BODY && size_bytes >= bytes.len() as u64 => {
                Some(End { number, size_bytes, bytes })
            }
            _ => return Err(Malformed),
        };
        Ok(Mail { envelope, body })
    }

    pub(super) fn write(&self, row: &mut Vec<u8>) {
        let envelope = self.envelope.map_or(NO_ENVELOPE, |envelope| {
            u32::try_from(envelope.len()).expect("an envelope is shorter than 4 GiB")
        });
        let (number, size_bytes) = match self.body {
            Some(body) if body.in_blocks() > 0 => (body.number, body.size_bytes),
            Some(body) => (NO_BLOCKS, body.size_bytes),
            None => (NO_BLOCKS, NO_BODY),
        };
        row.extend_from_slice(&number.to_le_bytes());
        row.extend_from_slice(&size_bytes.to_le_bytes());
        row.extend_from_slice(&envelope.to_le_bytes());
        row.extend_from_slice(self.envelope.unwrap_or_default());
        row.extend_from_slice(self.body.map_or(&[], |body| body.bytes));
    }
}

/// How much of what is left of a body makes the next block: as much as fills one page exactly. None
/// where what is left is shorter than any.
pub(super) fn block_bytes(left: usize) -> Option<usize> {
    PAGES.iter().map(|page| page - AROUND_A_BLOCK).find(|block| *block <= left)
}

pub(super) fn write_clocks(clocks: Clocks) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&clocks.hub.micros().to_le_bytes());
    bytes[8..].copy_from_slice(&clocks.wall_unix_us.to_le_bytes());
    bytes
}

pub(super) fn read_clocks(bytes: &[u8]) -> Result<Clocks, Malformed> {
    let (hub, wall) = bytes.split_first_chunk().ok_or(Malformed)?;
    let wall = wall.try_into().map_err(|_| Malformed)?;
    Ok(Clocks {
        hub: Instant::from_micros(u64::from_le_bytes(*hub)),
        wall_unix_us: i64::from_le_bytes(wall),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(ordinal: u64, recipient: usize) -> MessageId {
        MessageId::mail(1, ordinal).and_then(|id| id.to(recipient)).expect("small")
    }

    #[test]
    fn a_row_of_mail_comes_back() {
        let body = |number, size_bytes, bytes| Some(End { number, size_bytes, bytes });
        for mail in [
            Mail { envelope: None, body: None },
            Mail { envelope: Some(b""), body: None },
            Mail { envelope: Some(b"from, to"), body: None },
            Mail { envelope: None, body: body(0, 0, b"") },
            Mail { envelope: None, body: body(0, 4, b"body") },
            Mail { envelope: Some(b"from, to"), body: body(7, 5_000, b"the end") },
            Mail { envelope: Some(b""), body: body(7, 5_000, b"") },
        ] {
            let mut row = Vec::new();
            mail.write(&mut row);
            assert_eq!(Mail::read(&row), Ok(mail));
        }
    }

    #[test]
    fn what_is_no_row_of_mail_is_told() {
        let header = |size_bytes: u64, envelope: u32| {
            let row = [0; 8].into_iter().chain(size_bytes.to_le_bytes());
            row.chain(envelope.to_le_bytes()).collect::<Vec<u8>>()
        };
        for (fact, row) in [
            ("nothing", Vec::new()),
            ("half_a_header", header(0, 0)[..19].to_vec()),
            ("an_envelope_that_is_cut_short", header(0, 4)),
            ("an_end_that_is_longer_than_the_body", [header(3, 0), b"body".to_vec()].concat()),
            ("an_end_without_a_body", [header(u64::MAX, 0), b"body".to_vec()].concat()),
        ] {
            assert_eq!(Mail::read(&row), Err(Malformed), "{fact}");
        }
    }

    #[test]
    fn a_row_of_records_comes_back_until_where_it_is_cut_short() {
        let mut row = Vec::new();
        push_record(&mut row, 3, b"first");
        push_record(&mut row, 900, b"");
        let (three, nine) = (Ok((3, b"first".as_slice())), Ok((900, b"".as_slice())));
        for (size, expected) in [
            (29, vec![three, nine]),
            (28, vec![three, Err(Malformed)]),
            (17, vec![three]),
            (16, vec![Err(Malformed)]),
            (0, vec![]),
        ] {
            assert_eq!(RecordsOf(&row[..size]).collect::<Vec<_>>(), expected, "{size} bytes");
        }
    }

    #[test]
    fn a_block_is_the_longest_that_there_is_enough_for() {
        for (left, expected) in [
            (0, None),
            (4_071, None),
            (4_072, Some(4_072)),
            (8_167, Some(4_072)),
            (8_168, Some(8_168)),
            (65_512, Some(65_512)),
            (50_000_000, Some(65_512)),
        ] {
            assert_eq!(block_bytes(left), expected, "{left} bytes are left");
        }
    }

    #[test]
    fn the_recipients_of_mail_are_one_message_and_a_report_is_one_by_itself() {
        let bits = |message: MessageId| message.to_bits();
        assert_eq!(whole(id(2, 7)), bits(id(2, 0)));
        assert_eq!(recipients(bits(id(2, 0))), bits(id(2, 0))..=bits(id(3, 0)) - 1);
        let report = id(2, 7).report(Kind::Delayed);
        assert_eq!(whole(report), bits(report));
        assert_eq!(recipients(bits(report)), bits(report)..=bits(report));
    }
}
