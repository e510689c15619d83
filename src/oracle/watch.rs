//! What falls due next: streams by a lower bound, and a list of single messages out of the order.
//!
//! A stream ([`super::window`]) is in the order of deadlines by itself, so the watch holds one entry
//! for each stream and none for each message. An entry says no later than its stream's first
//! deadline; it is put right when its time comes, not when the first message ends, so a message that
//! is delivered costs the watch nothing. On the list stand the few whose due instant is their own: a
//! transfer in its grace, a message outside every window.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::streams::Stream;
use crate::base::{Instant, MessageId};

/// All that waits for its time.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    streams: BinaryHeap<Reverse<(Instant, Stream)>>,
    list: BTreeSet<(Instant, MessageId)>,
    due: BTreeMap<MessageId, Instant>,
    next: Instant,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// A stream; its first message is due then or later.
    Stream(Instant, Stream),
    /// A message of the list.
    Listed(Instant, MessageId),
}

impl Watch {
    pub(super) const fn new() -> Watch {
        Watch {
            streams: BinaryHeap::new(),
            list: BTreeSet::new(),
            due: BTreeMap::new(),
            next: Instant::NEVER,
        }
    }

    /// Nothing is due before this instant; it may be too early, never too late.
    pub(super) const fn next(&self) -> Instant {
        self.next
    }

    /// Takes up a stream that is not held.
    #[cold]
    pub(super) fn arm(&mut self, stream: Stream, due: Instant) {
        self.streams.push(Reverse((due, stream)));
        self.next = self.next.min(due);
    }

    /// Says of the stream that comes first when it is due again; none gives it up.
    pub(super) fn rearm(&mut self, due: Option<Instant>) {
        let Some(mut first) = self.streams.peek_mut() else { return };
        if let Some(due) = due {
            first.0.0 = due;
        } else {
            PeekMut::pop(first);
        }
    }

    /// Lists a message, or moves it on the list.
    #[cold]
    pub(super) fn list(&mut self, message: MessageId, due: Instant) {
        if let Some(before) = self.due.insert(message, due) {
            self.list.remove(&(before, message));
        }
        self.list.insert((due, message));
        self.next = self.next.min(due);
    }

    /// A listed message has been looked at: it comes up no more, but when it was due stays known.
    pub(super) fn pass(&mut self, message: MessageId, due: Instant) {
        self.list.remove(&(due, message));
    }

    /// Forgets a listed message; when it was due.
    #[cold]
    pub(super) fn unlist(&mut self, message: MessageId) -> Option<Instant> {
        let due = self.due.remove(&message)?;
        self.list.remove(&(due, message));
        Some(due)
    }

    /// What comes first before the instant, streams before the list; where nothing does, what comes
    /// next is known exactly from now on.
    pub(super) fn first(&mut self, before: Instant) -> Option<First> {
        let stream = self.streams.peek().map(|entry| entry.0);
        let listed = self.list.first().copied();
        let (due, first) = match (stream, listed) {
            (Some((due, stream)), Some((listed, _))) if due <= listed => {
                (due, First::Stream(due, stream))
            }
            (_, Some((due, message))) => (due, First::Listed(due, message)),
            (Some((due, stream)), None) => (due, First::Stream(due, stream)),
            (None, None) => {
                self.next = Instant::NEVER;
                return None;
            }
        };
        self.next = due;
        (due < before).then_some(first)
    }

    /// Bytes on the heap, those of the two maps from above: a node of 11 keeps at least 5.
    pub(super) fn size_bytes(&self) -> usize {
        let ordered = size_of::<(Instant, MessageId)>() * 11 / 5;
        self.streams.capacity() * size_of::<Reverse<(Instant, Stream)>>()
            + (self.list.len() + self.due.len()) * ordered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: u64) -> Instant {
        Instant::from_micros(micros)
    }

    #[test]
    fn what_is_due_first_comes_first_and_a_tie_goes_to_the_stream() {
        let message = MessageId::mail(0, 9).expect("small");
        let mut watch = Watch::new();
        watch.arm(2, at(20));
        watch.arm(1, at(20));
        watch.list(message, at(20));
        assert_eq!(watch.next(), at(20));
        assert_eq!(watch.first(at(20)), None, "due at the instant is not before it");
        assert_eq!(watch.first(at(21)), Some(First::Stream(at(20), 1)));
        watch.rearm(Some(at(40)));
        assert_eq!(watch.first(at(21)), Some(First::Stream(at(20), 2)));
        watch.rearm(None);
        assert_eq!(watch.first(at(21)), Some(First::Listed(at(20), message)));
        watch.list(message, at(30));
        assert_eq!((watch.first(at(30)), watch.next()), (None, at(30)));
        assert_eq!(watch.unlist(message), Some(at(30)));
        assert_eq!((watch.first(at(30)), watch.next()), (None, at(40)));
    }

    #[test]
    fn a_message_that_was_looked_at_keeps_when_it_was_due() {
        let message = MessageId::mail(0, 9).expect("small");
        let mut watch = Watch::new();
        watch.list(message, at(20));
        watch.pass(message, at(20));
        assert_eq!(watch.first(Instant::NEVER), None);
        assert_eq!(watch.unlist(message), Some(at(20)));
    }
}
