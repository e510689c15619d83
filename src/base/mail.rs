//! Two words of the mail trade: a message's priority, and the enhanced status of what became of it.

use std::error::Error;
use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

/// The priority of a message; each has a time-out of its own (KB Q156063, Q153655).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Priority {
    /// Goes first.
    Urgent = 0,
    /// What is meant where nothing is said.
    #[default]
    Normal = 1,
    /// Goes last.
    NonUrgent = 2,
}

impl Priority {
    /// Every priority, the first to go first.
    pub const ALL: [Priority; 3] = [Priority::Urgent, Priority::Normal, Priority::NonUrgent];

    /// The word in scenarios and reports: `urgent`, `normal`, `non-urgent`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Priority::Urgent => "urgent",
            Priority::Normal => "normal",
            Priority::NonUrgent => "non-urgent",
        }
    }
}

/// An enhanced status code of RFC 3463: class, subject, detail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status {
    class: NonZeroU8,
    subject: u8,
    detail: u8,
}

impl Status {
    /// Delivered.
    pub const DELIVERED: Status = Status::new(2, 0, 0);
    /// The time is up and nothing was ever tried (RFC 3463: delivery time expired).
    pub const EXPIRED: Status = Status::new(4, 4, 7);
    /// No answer from the host: the connection could not be made.
    pub const NO_ANSWER: Status = Status::new(4, 4, 1);
    /// The connection was lost or timed out in the middle.
    pub const BAD_CONNECTION: Status = Status::new(4, 4, 2);

    /// Relayed to a host that makes no reports of its own (RFC 3886 5.1.9).
    pub const RELAYED: Status = Status::new(2, 1, 9);
    /// The by-time of DELIVERBY has come (RFC 2852 4).
    pub const BY_TIME_PASSED: Status = Status::new(5, 4, 7);
    /// The queue is full (RFC 3463: mail system full).
    pub const SYSTEM_FULL: Status = Status::new(4, 3, 1);
    /// The hub cannot take mail for now, whatever mail it is (RFC 3463: other or undefined mail system
    /// status).
    pub const HUB_UNABLE: Status = Status::new(4, 3, 0);
    /// The name of the next hop could not be looked up for now (RFC 3463: directory server failure).
    pub const NO_LOOKUP: Status = Status::new(4, 4, 3);
    /// The next hop is not capable of what was asked for (RFC 3463: system not capable of selected
    /// features).
    pub const NOT_CAPABLE: Status = Status::new(5, 3, 3);
    /// There is no such domain (RFC 3463: bad destination system address).
    pub const NO_DOMAIN: Status = Status::new(5, 1, 2);

    /// `class.subject.detail`.
    ///
    /// # Panics
    /// If the class is 0, which no code has.
    #[must_use]
    pub const fn new(class: u8, subject: u8, detail: u8) -> Status {
        let class = NonZeroU8::new(class).expect("a code's class is 2, 4 or 5");
        Status { class, subject, detail }
    }

    /// 2 success, 4 persistent transient failure, 5 permanent failure.
    #[must_use]
    pub const fn class(self) -> u8 {
        self.class.get()
    }

    /// The code as one number, for hashes and records.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        (self.class.get() as u64) << 16 | (self.subject as u64) << 8 | self.detail as u64
    }

    /// Whether no later try can help: class 5.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        self.class.get() == 5
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is no enhanced status code: three small numbers with points between, the first 2, 4 or 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseStatusError;

impl fmt::Display for ParseStatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an enhanced status code such as 4.4.7")
    }
}

impl Error for ParseStatusError {}

impl FromStr for Status {
    type Err = ParseStatusError;

    fn from_str(text: &str) -> Result<Status, ParseStatusError> {
        let mut parts = text.split('.').map(str::parse::<u8>);
        let mut next = || parts.next()?.ok();
        let status = (next)().zip((next)()).zip((next)());
        match (status, parts.next()) {
            (Some(((class @ (2 | 4 | 5), subject), detail)), None) => {
                Ok(Status::new(class, subject, detail))
            }
            _ => Err(ParseStatusError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_as_it_is_written() {
        for text in ["2.0.0", "4.4.7", "5.1.1"] {
            assert_eq!(text.parse::<Status>().map(|s| s.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "4.4", "0.0.0", "4.4.7.1", "3.0.0", "4.4.x", "4.4.999"] {
            assert_eq!(text.parse::<Status>(), Err(ParseStatusError), "{text}");
        }
    }
}
