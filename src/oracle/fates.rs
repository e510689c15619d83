//! What became of messages, and what their senders were told, kept in runs.
//!
//! Nothing is kept of what was delivered: a message that has ended and is not here was. It knows no
//! rule.

use std::collections::BTreeMap;

use super::runs::Runs;
use crate::base::{Kind, MessageId};

/// What is known of messages that have ended, and of reports about any.
#[derive(Clone, Debug, Default)]
pub(super) struct Fates {
    /// Ended by a failed report.
    returned: Runs,
    /// Ended with nobody told: dead letters, suppressed, cancelled.
    dropped: Runs,
    /// Reports of delay and of relaying that were born.
    noticed: Runs,
    /// Reports of a kind that had been born before, for each recipient.
    repeated: BTreeMap<MessageId, u32>,
    most_reports: u32,
}

/// What the birth of a report comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The first of its kind about this recipient.
    pub(super) is_first: bool,
    /// All reports about it so far.
    pub(super) in_all: u32,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Delivered,
    Returned,
    Dropped,
}

impl Fates {
    /// A message ended with nobody told.
    pub(super) fn dropped(&mut self, message: MessageId) {
        self.dropped.insert(message);
    }

    /// A report was born.
    pub(super) fn reported(&mut self, message: MessageId, kind: Kind) -> Told {
        let is_first = match kind {
            Kind::Failed => self.returned.insert(message),
            _ => self.noticed.insert(message.report(kind)),
        };
        if !is_first {
            *self.repeated.entry(message).or_insert(0) += 1;
        }
        let is_only = is_first && self.repeated.is_empty() && self.noticed.is_empty();
        let in_all = if is_only { 1 } else { self.reports_about(message) };
        self.most_reports = self.most_reports.max(in_all);
        Told { is_first, in_all }
    }

    /// Whether a report of this kind about a recipient was born.
    pub(super) fn was_reported(&self, message: MessageId, kind: Kind) -> bool {
        match kind {
            Kind::Failed => self.returned.contains(message),
            _ => self.noticed.contains(message.report(kind)),
        }
    }

    /// How many reports were born about a recipient.
    fn reports_about(&self, message: MessageId) -> u32 {
        let kinds = [Kind::Failed, Kind::Delayed, Kind::Relayed];
        let first = kinds.into_iter().filter(|kind| self.was_reported(message, *kind)).count();
        first as u32 + self.repeated.get(&message).copied().unwrap_or(0)
    }

    /// The most reports that were born about one recipient.
    pub(super) const fn most_reports(&self) -> u32 {
        self.most_reports
    }

    /// How a message ended that is known to have.
    pub(super) fn of(&self, message: MessageId) -> Fate {
        if self.returned.contains(message) {
            Fate::Returned
        } else if self.dropped.contains(message) {
            Fate::Dropped
        } else {
            Fate::Delivered
        }
    }

    /// Bytes on the heap, from above.
    pub(super) fn size_bytes(&self) -> usize {
        self.returned.size_bytes()
            + self.dropped.size_bytes()
            + self.noticed.size_bytes()
            + self.repeated.len() * size_of::<(MessageId, u32)>() * 11 / 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_is_counted_and_the_most_about_one_recipient_kept() {
        let message = MessageId::mail(0, 0).expect("small");
        let mut fates = Fates::default();
        assert_eq!(fates.of(message), Fate::Delivered);
        for (kind, is_first, count) in [
            (Kind::Delayed, true, 1),
            (Kind::Delayed, false, 2),
            (Kind::Failed, true, 3),
            (Kind::Failed, false, 4),
        ] {
            assert_eq!(fates.reported(message, kind), Told { is_first, in_all: count });
        }
        let next = MessageId::mail(0, 1).expect("small");
        assert_eq!(fates.reported(next, Kind::Relayed), Told { is_first: true, in_all: 1 });
        fates.dropped(next);
        assert_eq!((fates.of(message), fates.of(next)), (Fate::Returned, Fate::Dropped));
        assert_eq!(fates.most_reports(), 4);
    }
}
