//! A set of messages that takes little room where it holds many in a row.
//!
//! What befalls one message of a source mostly befalls the next: a host that never calls has all its
//! mail returned. So neighbours, by ordinal, are kept together: some 40 bytes for each run of them,
//! however long it is.

use std::collections::BTreeMap;

use crate::base::MessageId;

/// A set of messages, in runs of ordinals.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    /// The first of each run, and its last.
    runs: BTreeMap<u64, u64>,
}

/// Kind, source, recipient, ordinal: the next message of a source is the next number.
fn number(message: MessageId) -> u64 {
    (message.kind() as u64) << 62
        | u64::from(message.source()) << 40
        | u64::from(message.recipient()) << 30
        | u64::from(message.ordinal())
}

impl Runs {
    /// Takes a message in; false if it is there.
    pub(super) fn insert(&mut self, message: MessageId) -> bool {
        let number = number(message);
        let before = self.runs.range(..=number).next_back().map(|(first, last)| (*first, *last));
        if before.is_some_and(|(_, last)| last >= number) {
            return false;
        }
        let after = number.checked_add(1).and_then(|next| self.runs.remove(&next));
        let first = match before {
            Some((first, last)) if last + 1 == number => first,
            _ => number,
        };
        self.runs.insert(first, after.unwrap_or(number));
        true
    }

    /// Whether a message is there.
    pub(super) fn contains(&self, message: MessageId) -> bool {
        let number = number(message);
        self.runs.range(..=number).next_back().is_some_and(|(_, last)| *last >= number)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Bytes on the heap, from above: a node of 11 keeps at least 5.
    pub(super) fn size_bytes(&self) -> usize {
        self.runs.len() * size_of::<(u64, u64)>() * 11 / 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Kind;

    fn message(ordinal: u64) -> MessageId {
        MessageId::mail(3, ordinal).expect("small")
    }

    #[test]
    fn what_was_taken_in_is_there_and_nothing_else() {
        let mut set = Runs::default();
        for ordinal in [5, 7, 6, 0, 1, 9] {
            assert!(set.insert(message(ordinal)));
            assert!(!set.insert(message(ordinal)));
        }
        let there: Vec<_> = (0..12).filter(|ordinal| set.contains(message(*ordinal))).collect();
        assert_eq!(there, [0, 1, 5, 6, 7, 9]);
        assert!(!set.contains(message(5).report(Kind::Failed)));
        assert!(!set.contains(message(5).to(1).expect("small")));
    }

    #[test]
    fn a_long_run_takes_no_more_room_than_one_message() {
        let (mut one, mut many) = (Runs::default(), Runs::default());
        one.insert(message(0));
        for ordinal in (0..500).rev().chain(500..1_000) {
            many.insert(message(ordinal));
        }
        assert_eq!(many.size_bytes(), one.size_bytes());
    }
}
