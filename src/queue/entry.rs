//! One message while it waits: who it is, since when, what was tried for it, what it is doing.
//!
//! It is kept small, since a queue may hold millions: what few messages have (a release, a by-time,
//! a deadline that no time-out gives) stands in their [terms](super::terms).

use crate::base::{Instant, MessageId, Notify, RouteId, State, Status};

/// What a message is doing by itself, apart from what its route does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// Waits with its route, for its turn or, if it was refused in this offer, for the next.
    #[default]
    Waiting,
    /// Was refused for now and waits for its own next try.
    Scheduled,
    /// Is on a connection.
    InTransfer,
    /// Is on a connection past its deadline: in its grace.
    Overdue,
    /// May not leave before its release.
    Future,
    /// An administrator holds it.
    OnHold,
}

impl Standing {
    /// Where a message stands by itself; none where it waits with its route and shares its state.
    pub(super) const fn own_state(self) -> Option<State> {
        match self {
            Standing::Waiting => None,
            Standing::Scheduled => Some(State::Scheduled),
            Standing::InTransfer | Standing::Overdue => Some(State::InTransfer),
            Standing::Future => Some(State::Future),
            Standing::OnHold => Some(State::OnHold),
        }
    }

    /// Whether it is kept back: no call can make it leave.
    pub(super) const fn is_kept(self) -> bool {
        matches!(self, Standing::Future | Standing::OnHold)
    }

    /// Whether a connection carries it.
    pub(super) const fn is_carried(self) -> bool {
        matches!(self, Standing::InTransfer | Standing::Overdue)
    }
}

/// What is noted of a message in single bits: of what its sender wants to be told (the bits of
/// [`Notify`]), and whether it is to be held when its try is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    const HOLD: u8 = 1 << 4;

    pub(super) const fn new(notify: Notify) -> Marks {
        Marks(notify.to_bits())
    }

    /// Of what the sender wants to be told.
    pub(super) const fn notify(self) -> Notify {
        Notify::from_bits(self.0)
    }

    /// Whether it goes on hold if the try that is under way fails.
    pub(super) const fn is_to_be_held(self) -> bool {
        self.0 & Marks::HOLD != 0
    }

    pub(super) const fn hold(&mut self) {
        self.0 |= Marks::HOLD;
    }

    pub(super) const fn release(&mut self) {
        self.0 &= !Marks::HOLD;
    }
}

/// One recipient of one message: thirty-six bytes. Its route and its priority are its block's; its number
/// stands beside the blocks. Aligned to eight bytes it would be forty.
#[derive(Clone, Copy, Debug)]
#[repr(Rust, packed(4))]
pub(super) struct Entry {
    /// Which message, which recipient.
    pub(super) message: MessageId,
    /// When it was accepted; deadlines count from here.
    pub(super) accepted_at: Instant,
    /// Its size in bytes.
    pub(super) size_bytes: u32,
    /// The route back to its sender; [`Entry::NO_SENDER`] for the reverse-path `<>`.
    pub(super) sender: u32,
    /// How many failed connections of its route are already in `attempts` or were no try of it; good
    /// while it waits with its route.
    pub(super) failures_counted: u32,
    /// Tries made for it.
    pub(super) attempts: u16,
    /// What it is doing.
    pub(super) standing: Standing,
    /// What is noted of it besides.
    pub(super) marks: Marks,
    /// What became of its last try; `None` before the first.
    pub(super) status: Option<Status>,
    /// Which FIFO of deadlines it is in; [`Entry::OWN_TERMS`] where its deadline is its own.
    pub(super) fifo: u8,
}

impl Entry {
    /// The sender of a message with the reverse-path `<>`.
    const NO_SENDER: u32 = u32::MAX;
    /// The `fifo` of a message with terms of its own.
    pub(super) const OWN_TERMS: u8 = u8::MAX;

    /// An entry of nothing, for a place that is free.
    pub(super) const EMPTY: Entry = Entry {
        message: MessageId::from_bits(0),
        accepted_at: Instant::ZERO,
        size_bytes: 0,
        sender: Entry::NO_SENDER,
        failures_counted: 0,
        attempts: 0,
        standing: Standing::Waiting,
        marks: Marks::new(Notify::NEVER),
        status: None,
        fifo: Entry::OWN_TERMS,
    };

    /// How the route back to a sender is kept.
    pub(super) const fn pack_sender(sender: Option<RouteId>) -> u32 {
        match sender {
            Some(route) => route.0,
            None => Entry::NO_SENDER,
        }
    }

    /// The route back to the sender; none for `<>`.
    pub(super) fn sender_route(&self) -> Option<RouteId> {
        (self.sender != Entry::NO_SENDER).then_some(RouteId(self.sender))
    }

    /// Counts as its tries the connections of its route that failed while it waited with it. While it
    /// waited by itself or was in transfer, they were none of its tries.
    pub(super) fn count_failures(&mut self, failed_connections: u32, last_failure: Status) {
        let missed = failed_connections.wrapping_sub(self.failures_counted);
        if missed > 0 && self.standing == Standing::Waiting {
            let missed = u16::try_from(missed).unwrap_or(u16::MAX);
            self.attempts = self.attempts.saturating_add(missed);
            self.failures_counted = failed_connections;
            self.status = Some(last_failure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Kind;

    #[test]
    fn an_entry_is_thirty_six_bytes() {
        assert_eq!(size_of::<Entry>(), 36);
    }

    #[test]
    fn one_mark_does_not_touch_another() {
        let notify = Notify::ABSENT.with(Kind::Relayed);
        let mut marks = Marks::new(notify);
        let both = |marks: Marks| (marks.notify(), marks.is_to_be_held());
        assert_eq!(both(marks), (notify, false));
        marks.hold();
        assert_eq!(both(marks), (notify, true));
        marks.release();
        assert_eq!(both(marks), (notify, false));
    }
}
