//! What the envelope of a message asks for: whom to tell (RFC 3461), by when (RFC 2852).

use super::{Instant, Kind};

/// Of what a recipient's sender wants to be told (RFC 3461 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notify(u8);

impl Notify {
    /// `NOTIFY=NEVER`: of nothing.
    pub const NEVER: Notify = Notify(0);
    /// No `NOTIFY` given: of failure and of delay (RFC 3461 4.1, 5.2.1).
    pub const ABSENT: Notify = Notify(1 << Kind::Failed as u8 | 1 << Kind::Delayed as u8);

    /// The same, and of this kind of report too; mail is no report and changes nothing.
    #[must_use]
    pub const fn with(self, kind: Kind) -> Notify {
        match kind {
            Kind::Mail => self,
            kind => Notify(self.0 | 1 << kind as u8),
        }
    }

    /// Whether a report of this kind is wanted.
    #[must_use]
    pub const fn wants(self, kind: Kind) -> bool {
        self.0 >> kind as u8 & 1 == 1
    }

    /// As three bits, for records; the bit of a [`Kind`] is its number.
    #[must_use]
    pub const fn to_bits(self) -> u8 {
        self.0
    }

    /// What [`Notify::to_bits`] gave; bits of no report are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Notify {
        Notify(bits & 0b1110)
    }
}

impl Default for Notify {
    fn default() -> Notify {
        Notify::ABSENT
    }
}

/// What is to happen at the by-time of a message (RFC 2852).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// As wide as it is copied: a tag that is written as one byte and read as four waits for the write.
#[repr(u32)]
pub enum ByMode {
    /// `R`: it is returned, with 5.4.7.
    Return,
    /// `N`: its sender is told of the delay, once, and it is tried on.
    Notify,
}

/// A request that a message be delivered by a time (RFC 2852).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeliverBy {
    /// The by-time, reckoned from MAIL (RFC 2852 4).
    pub at: Instant,
    /// What is to happen then.
    pub mode: ByMode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_what_was_asked_for() {
        for (notify, failed, delayed, relayed) in [
            (Notify::ABSENT, true, true, false),
            (Notify::NEVER, false, false, false),
            (Notify::NEVER.with(Kind::Relayed), false, false, true),
            (Notify::NEVER.with(Kind::Failed), true, false, false),
            (Notify::NEVER.with(Kind::Mail), false, false, false),
        ] {
            let wants = Kind::ALL.map(|kind| notify.wants(kind));
            assert_eq!(wants, [false, failed, delayed, relayed]);
            assert_eq!(Notify::from_bits(notify.to_bits()), notify);
        }
    }
}
