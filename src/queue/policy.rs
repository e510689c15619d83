//! How long mail is kept, how often it is tried, how long a peer may take.
//!
//! In: a named policy, and the keys that an operator sets otherwise. Out: numbers that the queue can
//! trust. It says nothing of where mail goes.

use std::error::Error;
use std::fmt;
use std::num::NonZeroU32;

use super::Phase;
use crate::base::{Kind, Priority, Span};

/// The settings of a queue. [`Queue::new`](super::Queue::new) refuses a bad value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long mail is kept, for each [`Priority`] by its number.
    pub timeout: [Span; 3],
    /// How long a report is kept.
    pub timeout_report: Span,
    /// The waits between one try and the next; the last one repeats. Empty: the first failure is
    /// the last.
    pub retry: Vec<Span>,
    /// How long a transfer that is under way at its deadline may go on.
    pub transfer_grace: Span,
    /// After how long the sender of held mail is told that it waits; none: not at all.
    pub delay_notice_held: Option<Span>,
    /// After how long the sender of mail that is tried and tried is told so; none: not at all.
    pub delay_notice_direct: Option<Span>,
    /// How many connections one route may have at once.
    pub connections_per_route: NonZeroU32,
    /// How many connections all routes to one site may have at once; none: as many as they like.
    pub connections_per_site: Option<NonZeroU32>,
    /// How many connections there may be at once; none: as many as they like.
    pub connections: Option<NonZeroU32>,
    /// How many messages may wait, and what all of them may weigh. New mail is refused before the
    /// reserve is touched; reports never are.
    pub limits: Limits,
    /// How long a peer may stay silent, for each [`Phase`] by its number.
    pub phase_timeout: [Span; Phase::COUNT],
}

/// What a queue has room for. Mail with which the messages, or their size, would come to more than the
/// limit less its reserve is refused whole, with 4.3.1; what was accepted is never touched. A reserve
/// must be smaller than its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages: each recipient is one.
    pub messages: u32,
    /// The size of all of them together, in bytes.
    pub size_bytes: u64,
    /// How many of the messages are kept for reports.
    pub reserve_messages: u32,
    /// How much of the size is kept for reports, in bytes.
    pub reserve_bytes: u64,
}

impl Limits {
    /// No limits, short of what can be counted.
    pub const NONE: Limits =
        Limits { messages: u32::MAX, size_bytes: u64::MAX, reserve_messages: 0, reserve_bytes: 0 };
}

const ONE: NonZeroU32 = NonZeroU32::MIN;

/// RFC 5321 4.5.3.2, whose numbers KB Q175982 has too (a banner may take 5 minutes). For the opening
/// of a connection the RFC gives none; five minutes is our decision.
const PHASES: [Span; Phase::COUNT] = [
    Span::from_minutes(5),
    Span::from_minutes(5),
    Span::from_minutes(5),
    Span::from_minutes(3),
    Span::from_minutes(10),
];

impl Policy {
    /// The Internet Mail Service of Exchange 5.0 and 5.5: normal mail is kept for 48 hours (KB
    /// Q156063, Q153655, Q184051) and tried after 0.25, 0.5, 1 and 4 hours, the last one repeating
    /// (KB Q146669).
    ///
    /// No primary source was found for urgent and non-urgent mail: 24 and 72 hours are our decision.
    #[must_use]
    pub fn ims() -> Policy {
        Policy {
            timeout: [24, 48, 72].map(Span::from_hours),
            timeout_report: Span::from_hours(48),
            retry: [15, 30, 60, 240].map(Span::from_minutes).to_vec(),
            transfer_grace: Span::from_minutes(20),
            delay_notice_held: None,
            delay_notice_direct: None,
            connections_per_route: ONE,
            connections_per_site: None,
            connections: None,
            limits: Limits::NONE,
            phase_timeout: PHASES,
        }
    }

    /// RFC 5321 4.5.4.1: mail is kept for five days; two tries in the first hour, then one every two
    /// or three hours.
    #[must_use]
    pub fn rfc5321() -> Policy {
        Policy {
            timeout: [Span::from_hours(120); 3],
            timeout_report: Span::from_hours(120),
            retry: [30, 60, 120, 180].map(Span::from_minutes).to_vec(),
            transfer_grace: Span::from_minutes(20),
            delay_notice_held: None,
            delay_notice_direct: None,
            connections_per_route: ONE,
            connections_per_site: None,
            connections: None,
            limits: Limits::NONE,
            phase_timeout: PHASES,
        }
    }

    /// How long a message of this kind and priority is kept.
    #[must_use]
    pub const fn timeout_of(&self, kind: Kind, priority: Priority) -> Span {
        match kind {
            Kind::Mail => self.timeout[priority as usize],
            Kind::Failed | Kind::Delayed | Kind::Relayed => self.timeout_report,
        }
    }

    /// The wait after the try number `failures`, which failed; none where no further try is made.
    #[must_use]
    pub fn wait_after(&self, failures: u32) -> Option<Span> {
        let step = (failures.max(1) as usize - 1).min(self.retry.len().checked_sub(1)?);
        Some(self.retry[step])
    }

    /// Finds the first value that the queue must not work with.
    ///
    /// # Errors
    /// A time of nothing where it would end or repeat everything at once. KB Q151780 is why this is
    /// loud: garbage in the box of retry intervals silently became zeros.
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        if self.timeout.contains(&Span::ZERO) || self.timeout_report == Span::ZERO {
            return Err(PolicyError::NoTimeout);
        }
        if self.retry.contains(&Span::ZERO) {
            return Err(PolicyError::NoWait);
        }
        if self.phase_timeout.contains(&Span::ZERO) {
            return Err(PolicyError::NoPhaseTimeout);
        }
        let Limits { messages, size_bytes, reserve_messages, reserve_bytes } = self.limits;
        if reserve_messages >= messages || reserve_bytes >= size_bytes {
            return Err(PolicyError::NoRoom);
        }
        Ok(())
    }
}

/// A setting that the queue must not work with: the operator's to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// A time-out of nothing.
    NoTimeout,
    /// A wait of nothing between two tries.
    NoWait,
    /// A peer is given no time at all.
    NoPhaseTimeout,
    /// The reserve for reports is as large as the limit.
    NoRoom,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PolicyError::NoTimeout => {
                "a time-out of zero returns all mail at once; give it a length"
            }
            PolicyError::NoWait => {
                "a retry interval of zero tries without end; leave the ladder empty for no retry"
            }
            PolicyError::NoPhaseTimeout => {
                "a phase time-out of zero cuts every session; give it a length"
            }
            PolicyError::NoRoom => {
                "a reserve as large as its limit refuses all mail; make it smaller"
            }
        })
    }
}

impl Error for PolicyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_wait_of_the_ladder_repeats() {
        let policy = Policy::ims();
        for (failures, minutes) in [(1, 15), (2, 30), (3, 60), (4, 240), (5, 240), (99, 240)] {
            assert_eq!(
                policy.wait_after(failures),
                Some(Span::from_minutes(minutes)),
                "{failures}"
            );
        }
        assert_eq!(Policy { retry: Vec::new(), ..policy }.wait_after(1), None);
    }

    #[test]
    fn a_time_of_nothing_is_refused() {
        let ims = Policy::ims();
        for (policy, expected) in [
            (Policy { timeout: [Span::ZERO; 3], ..ims.clone() }, PolicyError::NoTimeout),
            (Policy { timeout_report: Span::ZERO, ..ims.clone() }, PolicyError::NoTimeout),
            (Policy { retry: vec![Span::ZERO], ..ims.clone() }, PolicyError::NoWait),
            (
                Policy { phase_timeout: [Span::ZERO; Phase::COUNT], ..ims.clone() },
                PolicyError::NoPhaseTimeout,
            ),
            (
                Policy { limits: Limits { messages: 0, ..Limits::NONE }, ..ims.clone() },
                PolicyError::NoRoom,
            ),
            (
                Policy {
                    limits: Limits { size_bytes: 9, reserve_bytes: 9, ..Limits::NONE },
                    ..ims.clone()
                },
                PolicyError::NoRoom,
            ),
        ] {
            assert_eq!(policy.check(), Err(expected));
        }
        assert_eq!(ims.check(), Ok(()));
        assert_eq!(Policy { transfer_grace: Span::ZERO, ..ims }.check(), Ok(()));
    }
}
