//! Who is who: the ids of messages, keyed so that one more message renames no other.
//!
//! An id is (source, ordinal in that source, recipient), and for a report the kind and the id of
//! what it is about. Nothing is counted over all sources, so sources can be run apart and a draw
//! more in one place moves nothing elsewhere.

use std::error::Error;
use std::fmt;

/// What a message is: mail, or a report about mail (RFC 3461).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Mail that a sender submitted.
    Mail = 0,
    /// The report that a message could not be delivered: the non-delivery report (NDR).
    Failed = 1,
    /// The report that a message is late and still tried.
    Delayed = 2,
    /// The report that a message went on to a host that makes no reports.
    Relayed = 3,
}

impl Kind {
    /// Every kind, in the order of the discriminants.
    pub const ALL: [Kind; 4] = [Kind::Mail, Kind::Failed, Kind::Delayed, Kind::Relayed];

    /// The word in reports: `mail`, `failed`, `delayed`, `relayed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Mail => "mail",
            Kind::Failed => "failed",
            Kind::Delayed => "delayed",
            Kind::Relayed => "relayed",
        }
    }
}

/// The number of a recipient in its message, 0 for the first.
pub type Recipient = u16;

/// One recipient of one message: what is accepted, and what ends.
///
/// Eight bytes: kind (2 bits), source (22), ordinal (30), recipient (10). The order is by kind, then
/// source, then ordinal, then recipient.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(u64);

/// A part of an id is larger than its field; the message is to be refused, not renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageIdError {
    /// More than [`MessageId::SOURCES`] sources.
    Source(u32),
    /// More than [`MessageId::ORDINALS`] messages of one source.
    Ordinal(u64),
    /// More than [`MessageId::RECIPIENTS`] recipients of one message.
    Recipient(usize),
}

impl MessageId {
    /// How many sources can be told apart.
    pub const SOURCES: u32 = 1 << 22;
    /// How many messages of one source can be told apart.
    pub const ORDINALS: u32 = 1 << 30;
    /// How many recipients of one message can be told apart; RFC 5321 4.5.3.1.8 asks for 100.
    pub const RECIPIENTS: Recipient = 1 << 10;

    /// The first recipient of the message number `ordinal` of `source`.
    ///
    /// # Errors
    /// Where a part does not fit.
    pub const fn mail(source: u32, ordinal: u64) -> Result<MessageId, MessageIdError> {
        if source >= MessageId::SOURCES {
            return Err(MessageIdError::Source(source));
        }
        if ordinal >= MessageId::ORDINALS as u64 {
            return Err(MessageIdError::Ordinal(ordinal));
        }
        Ok(MessageId((source as u64) << 40 | ordinal << 10))
    }

    /// The recipient number `recipient` of the same message.
    ///
    /// # Errors
    /// Where there cannot be so many.
    pub const fn to(self, recipient: usize) -> Result<MessageId, MessageIdError> {
        if recipient >= MessageId::RECIPIENTS as usize {
            return Err(MessageIdError::Recipient(recipient));
        }
        Ok(MessageId(self.0 & !0x3ff | recipient as u64))
    }

    /// The id that stands for all recipients of the message, as its envelope and its body do: that of the first
    /// one. A report has one recipient, and is a message of its own.
    #[must_use]
    pub const fn whole(self) -> MessageId {
        match self.kind() {
            Kind::Mail => MessageId(self.0 & !0x3ff),
            _ => self,
        }
    }

    /// The report of `kind` about this recipient of this message.
    #[must_use]
    pub const fn report(self, kind: Kind) -> MessageId {
        MessageId(self.0 & !(3 << 62) | (kind as u64) << 62)
    }

    /// What a report is about; nothing for mail.
    #[must_use]
    pub const fn report_of(self) -> Option<MessageId> {
        match self.kind() {
            Kind::Mail => None,
            _ => Some(self.report(Kind::Mail)),
        }
    }

    /// Mail, or which report.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self.0 >> 62 {
            0 => Kind::Mail,
            1 => Kind::Failed,
            2 => Kind::Delayed,
            _ => Kind::Relayed,
        }
    }

    /// The source of the message; for a report, of what it is about.
    #[must_use]
    pub const fn source(self) -> u32 {
        (self.0 >> 40) as u32 & (MessageId::SOURCES - 1)
    }

    /// Which of its source's messages it is, from 0.
    #[must_use]
    pub const fn ordinal(self) -> u32 {
        (self.0 >> 10) as u32 & (MessageId::ORDINALS - 1)
    }

    /// Which of its message's recipients it is, from 0.
    #[must_use]
    pub const fn recipient(self) -> Recipient {
        (self.0 & 0x3ff) as Recipient
    }

    /// The id of the same ordinal, recipient and kind in another source.
    ///
    /// # Errors
    /// Where there cannot be so many sources.
    pub const fn of_source(self, source: u32) -> Result<MessageId, MessageIdError> {
        if source >= MessageId::SOURCES {
            return Err(MessageIdError::Source(source));
        }
        Ok(MessageId(self.within_source() | (source as u64) << 40))
    }

    /// What tells it from the other messages of its source, and from the reports about it, as one number.
    #[must_use]
    pub const fn within_source(self) -> u64 {
        self.0 & !((MessageId::SOURCES as u64 - 1) << 40)
    }

    /// The id as one number, for hashes and records.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The id that [`MessageId::to_bits`] made.
    #[must_use]
    pub const fn from_bits(bits: u64) -> MessageId {
        MessageId(bits)
    }
}

/// `source.ordinal`, with `+recipient` behind it where it is not the first, and the kind of a
/// report: `4.17`, `4.17+2`, `4.17.failed`. Reports of a run write the source's name for its number.
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.source(), self.ordinal())?;
        if self.recipient() > 0 {
            write!(f, "+{}", self.recipient())?;
        }
        match self.kind() {
            Kind::Mail => Ok(()),
            kind => write!(f, ".{}", kind.name()),
        }
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for MessageIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MessageIdError::Source(n) => {
                write!(f, "source {n} is over the limit of {}", MessageId::SOURCES)
            }
            MessageIdError::Ordinal(n) => {
                write!(f, "message {n} of one source is over the limit of {}", MessageId::ORDINALS)
            }
            MessageIdError::Recipient(n) => {
                write!(
                    f,
                    "recipient {n} of one message is over the limit of {}",
                    MessageId::RECIPIENTS
                )
            }
        }
    }
}

impl Error for MessageIdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_an_id_comes_back() {
        let last = MessageId::mail(MessageId::SOURCES - 1, u64::from(MessageId::ORDINALS) - 1)
            .and_then(|id| id.to(usize::from(MessageId::RECIPIENTS) - 1))
            .expect("the largest parts fit");
        let report = last.report(Kind::Relayed);
        assert_eq!(report.source(), MessageId::SOURCES - 1);
        assert_eq!(report.ordinal(), MessageId::ORDINALS - 1);
        assert_eq!(report.recipient(), MessageId::RECIPIENTS - 1);
        assert_eq!(report.kind(), Kind::Relayed);
        assert_eq!(report.report_of(), Some(last));
        assert_eq!(last.report_of(), None);
        assert_eq!(MessageId::from_bits(report.to_bits()), report);
        assert_eq!(report.of_source(0).and_then(|id| id.of_source(report.source())), Ok(report));
        assert_eq!(report.of_source(0).map(MessageId::within_source), Ok(report.within_source()));
    }

    #[test]
    fn a_part_that_does_not_fit_is_refused() {
        assert_eq!(
            MessageId::mail(MessageId::SOURCES, 0),
            Err(MessageIdError::Source(MessageId::SOURCES))
        );
        assert!(MessageId::mail(0, u64::from(MessageId::ORDINALS)).is_err());
        assert!(MessageId::mail(0, 0).and_then(|id| id.to(1024)).is_err());
        assert!(MessageId::mail(0, 0).and_then(|id| id.of_source(MessageId::SOURCES)).is_err());
    }

    #[test]
    fn ids_are_written_source_ordinal_recipient_kind() {
        let id = MessageId::mail(4, 17).expect("small");
        assert_eq!(id.to_string(), "4.17");
        assert_eq!(id.to(2).expect("small").to_string(), "4.17+2");
        assert_eq!(id.report(Kind::Failed).to_string(), "4.17.failed");
    }
}
