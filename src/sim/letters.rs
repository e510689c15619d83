//! The mail that senders write: envelopes by the scenario's addresses, and bodies that can be told apart.
//!
//! A body follows from the message's id and size alone, so that what comes out of a spool can be held
//! against what went in without keeping it.

use crate::base::{Kind, MessageId};
use crate::hub::{Addressee, Content, Envelope, Letter, Returns};
use crate::scenario::Scenario;
use crate::spool::{Spool, SpoolError};

/// The longest piece of a body that is in memory at once, in bytes.
const PIECE_BYTES: u32 = 64 * 1024;

/// Whoever writes mail in a scenario.
#[derive(Clone)]
pub(super) struct Letters {
    start_unix_us: i64,
    sources: Vec<Paths>,
}

/// Who writes to whom, for one source.
#[derive(Clone)]
struct Paths {
    reverse_path: String,
    recipients: Vec<Addressee>,
}

impl Letters {
    pub(super) fn new(scenario: &Scenario) -> Letters {
        let addressee = |recipient: &crate::scenario::Recipient| Addressee {
            address: recipient.address.mailbox.clone(),
            original: None,
        };
        let paths = |source: &crate::scenario::Source| Paths {
            reverse_path: source.sender.as_ref().map_or(String::new(), |it| it.mailbox.clone()),
            recipients: source.recipients.iter().map(addressee).collect(),
        };
        Letters {
            start_unix_us: scenario.start_unix_us,
            sources: scenario.sources.iter().map(paths).collect(),
        }
    }

    /// A message as it is offered to the hub; a long one has its body in the spool by then.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn offered(
        &self,
        message: MessageId,
        size_bytes: u32,
        since_start_us: u64,
        spool: &mut Spool,
    ) -> Result<Letter, SpoolError> {
        let text = Text::of(message);
        let content = if size_bytes <= PIECE_BYTES {
            Content::Whole(text.piece(0, size_bytes))
        } else {
            for begin in (0..size_bytes).step_by(PIECE_BYTES as usize) {
                let piece = text.piece(begin, size_bytes.min(begin.saturating_add(PIECE_BYTES)));
                spool.write_chunk(message, &piece)?;
            }
            Content::InSpool
        };
        let since_start_us = i64::try_from(since_start_us).unwrap_or(i64::MAX);
        let Paths { reverse_path, recipients } = &self.sources[message.source() as usize];
        let envelope = Envelope {
            reverse_path: reverse_path.clone(),
            recipients: recipients.clone(),
            envelope_id: None,
            returns: Returns::Headers,
            arrived_unix_us: self.start_unix_us.saturating_add(since_start_us),
        };
        Ok(Letter { envelope, content })
    }
}

/// Reads a message out of the spool as it is sent, and holds it against what went in.
///
/// # Errors
/// Where the store fails, or what comes out is not what went in.
pub(super) fn sent(message: MessageId, size_bytes: u32, spool: &Spool) -> Result<(), SpoolError> {
    let other = || SpoolError::Corrupt(format!("message {message} is not what was accepted"));
    let mail = crate::hub::mail(spool, message)?.ok_or_else(other)?;
    let text = Text::of(message);
    let mut read: u32 = 0;
    for chunk in mail.body {
        let chunk = chunk?;
        let begin = read;
        read = read.saturating_add(chunk.len() as u32);
        if message.kind() == Kind::Mail && !text.is_piece(begin, &chunk) {
            return Err(other());
        }
    }
    let is_whole = match message.kind() {
        Kind::Mail => read == size_bytes,
        // What a report weighs for the queue is a round number.
        Kind::Failed | Kind::Delayed | Kind::Relayed => read > 0,
    };
    if is_whole { Ok(()) } else { Err(other()) }
}

/// The endless text of a message, of which its body is the beginning.
struct Text {
    header: String,
    line: String,
}

impl Text {
    fn of(message: MessageId) -> Text {
        let first = message.whole();
        Text {
            header: format!("Message-ID: <{first}@office.example>\r\nSubject: {first}\r\n\r\n"),
            line: format!("{first}: mail that waits until someone calls for it.\r\n"),
        }
    }

    fn piece(&self, begin: u32, end: u32) -> Vec<u8> {
        self.from(begin).take((end - begin) as usize).collect()
    }

    fn is_piece(&self, begin: u32, bytes: &[u8]) -> bool {
        self.from(begin).zip(bytes).all(|(expected, byte)| expected == *byte)
    }

    fn from(&self, begin: u32) -> impl Iterator<Item = u8> {
        let header = self.header.as_bytes();
        let begin = begin as usize;
        let in_header = begin.min(header.len());
        let in_line = (begin - in_header) % self.line.len();
        let lines = self.line.bytes().cycle().skip(in_line);
        header[in_header..].iter().copied().chain(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_body_are_those_of_one_text_and_of_no_other() {
        let message = |ordinal| MessageId::mail(0, ordinal).expect("small");
        let (text, other) = (Text::of(message(1)), Text::of(message(2)));
        let whole = text.piece(0, 1_000);
        for begin in [0, 1, 40, 70, 200, 999] {
            let piece = text.piece(begin, 1_000);
            assert_eq!(piece, whole[begin as usize..], "from {begin}");
            assert!(text.is_piece(begin, &piece));
            assert_eq!(other.is_piece(begin, &piece), begin == 999, "from {begin}");
        }
    }
}
