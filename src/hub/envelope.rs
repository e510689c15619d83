//! Mail as it came in: its envelope in full, and its body.
//!
//! The queue sees neither; both wait in the spool for the way on, or for the report.

use super::octets::{Octets, Put};

/// What the sender's MAIL and RCPT said (RFC 5321 3.3, RFC 3461 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The reverse-path, without `<` and `>`; empty for `<>`.
    pub reverse_path: String,
    /// Each recipient, by its number.
    pub recipients: Vec<Addressee>,
    /// `ENVID`, as it is to be given back in reports.
    pub envelope_id: Option<String>,
    /// `RET`: how much of the message a failed report is to hold.
    pub returns: Returns,
    /// What the wall clock said when the final dot came, in microseconds since 1970-01-01T00:00:00Z.
    pub arrived_unix_us: i64,
}

/// One recipient, as RCPT named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// The forward-path, without `<` and `>`.
    pub address: String,
    /// `ORCPT`, with its type: `rfc822;clerk@branch.example`.
    pub original: Option<String>,
}

/// How much of a message a failed report holds (RFC 3461 4.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Returns {
    /// `RET=HDRS`, and where nothing was said: its header fields alone.
    #[default]
    Headers,
    /// `RET=FULL`: all of it.
    Full,
}

/// A message that is offered, all but what the queue decides by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What MAIL and RCPT said.
    pub envelope: Envelope,
    /// What came after DATA.
    pub content: Content,
}

/// Where the body of a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Here, whole. What is longer than some 64 KiB goes to the spool while it comes in.
    Whole(Vec<u8>),
    /// In the spool already, in chunks
    /// ([`Spool::write_chunk`](crate::spool::Spool::write_chunk)).
    InSpool,
}

impl Envelope {
    /// Its bytes in the spool (`docs/spool-format.md`).
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.put_u8(self.returns as u8);
        bytes.put_u64(self.arrived_unix_us.cast_unsigned());
        bytes.put_text(&self.reverse_path);
        put_option(&mut bytes, self.envelope_id.as_deref());
        bytes.put_u16(self.recipients.len() as u16);
        for Addressee { address, original } in &self.recipients {
            bytes.put_text(address);
            put_option(&mut bytes, original.as_deref());
        }
        bytes
    }

    /// Reads what [`Envelope::write`] wrote; none where the bytes are no envelope.
    pub(super) fn read(bytes: &[u8]) -> Option<Envelope> {
        let mut octets = Octets::new(bytes);
        let returns = match octets.u8()? {
            0 => Returns::Headers,
            1 => Returns::Full,
            _ => return None,
        };
        let arrived_unix_us = octets.u64()?.cast_signed();
        let reverse_path = octets.text()?.to_owned();
        let envelope_id = option(&mut octets)?;
        let count = octets.u16()?;
        let mut recipients = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let address = octets.text()?.to_owned();
            recipients.push(Addressee { address, original: option(&mut octets)? });
        }
        let envelope = Envelope { reverse_path, recipients, envelope_id, returns, arrived_unix_us };
        octets.is_empty().then_some(envelope)
    }
}

fn put_option(bytes: &mut Vec<u8>, text: Option<&str>) {
    bytes.put_u8(u8::from(text.is_some()));
    if let Some(text) = text {
        bytes.put_text(text);
    }
}

/// A text that may be absent; none where the bytes are neither.
#[expect(clippy::option_option, reason = "whether it was said, if it can be read at all")]
fn option(octets: &mut Octets<'_>) -> Option<Option<String>> {
    match octets.u8()? {
        0 => Some(None),
        1 => Some(Some(octets.text()?.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_read_as_it_was_written_and_a_part_of_one_is_none() {
        let clerk = Addressee {
            address: "clerk@branch.example".to_owned(),
            original: Some("rfc822;books@branch.example".to_owned()),
        };
        let other = Addressee { address: "x@b.example".to_owned(), original: None };
        for (recipients, envelope_id, returns) in [
            (vec![clerk.clone()], None, Returns::Headers),
            (vec![other, clerk], Some("QQ314159".to_owned()), Returns::Full),
        ] {
            let envelope = Envelope {
                reverse_path: "sales@office.example".to_owned(),
                recipients,
                envelope_id,
                returns,
                arrived_unix_us: -7,
            };
            let bytes = envelope.write();
            assert_eq!(Envelope::read(&bytes), Some(envelope));
            for end in 0..bytes.len() {
                assert_eq!(Envelope::read(&bytes[..end]), None, "the first {end} bytes");
            }
            assert_eq!(Envelope::read(&[bytes, vec![0]].concat()), None);
        }
    }
}
