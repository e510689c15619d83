//! The recipients that the hub has accepted and that have not ended, as seen from outside.
//!
//! In: each acceptance, each end. Out: whether any is open. A scenario without a crash is counted: what a
//! bug ends twice is then counted off twice. A crash makes honest hubs end a message twice, or end one of
//! which nobody was told that it was accepted; there each is known by its id.

use std::collections::BTreeSet;

use crate::base::MessageId;
use crate::scenario::Scenario;

/// Accepted recipients that have not ended, reports among them.
#[derive(Clone)]
pub(super) enum Open {
    /// So many.
    Counted(i64),
    /// These.
    Named(BTreeSet<MessageId>),
}

impl Open {
    pub(super) fn new(scenario: &Scenario) -> Open {
        if super::storage::crashes(scenario) {
            Open::Named(BTreeSet::new())
        } else {
            Open::Counted(0)
        }
    }

    /// A recipient was accepted.
    pub(super) fn accept(&mut self, message: MessageId) {
        match self {
            Open::Counted(count) => *count += 1,
            Open::Named(messages) => drop(messages.insert(message)),
        }
    }

    /// It has ended.
    pub(super) fn end(&mut self, message: MessageId) {
        match self {
            Open::Counted(count) => *count -= 1,
            Open::Named(messages) => drop(messages.remove(&message)),
        }
    }

    /// Whether every one has ended.
    pub(super) fn is_none(&self) -> bool {
        match self {
            Open::Counted(count) => *count <= 0,
            Open::Named(messages) => messages.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_twice_or_was_never_accepted_hides_nothing_where_each_is_known() {
        let message = |ordinal| MessageId::mail(0, ordinal).expect("small");
        let mut open = Open::Named(BTreeSet::new());
        open.accept(message(0));
        open.accept(message(1));
        for ended in [0, 0, 7] {
            open.end(message(ended));
            assert!(!open.is_none());
        }
        open.end(message(1));
        assert!(open.is_none());
    }
}
