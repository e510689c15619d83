//! What is known of one recipient: its deadline and twelve facts, in eight bytes.

use crate::base::{Instant, Priority, Status};

/// One recipient's place in the ledger: 52 bits of deadline, 12 bits of facts.
///
/// A deadline of 2^52 microseconds (some 142 years) or more is kept as [`Instant::NEVER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(u64);

const FACT_BITS: u32 = 12;
const LAST_DEADLINE: u64 = u64::MAX >> FACT_BITS;

const OPEN: u64 = 1;
const ENDED: u64 = 1 << 1;
const IN_TRANSFER: u64 = 1 << 2;
const BEGAN_IN_TIME: u64 = 1 << 3;
const TRIED: u64 = 1 << 4;
const REFUSED: u64 = 1 << 5;
const LISTED: u64 = 1 << 6;
const STRANDED: u64 = 1 << 7;
const OFFERED: u64 = 1 << 8;
const APART: u64 = 1 << 9;
const PRIORITY: u32 = 10;

impl Slot {
    /// A message that was never accepted: a gap between two others.
    pub(super) const ABSENT: Slot = Slot(0);
    /// A message that has ended.
    pub(super) const ENDED: Slot = Slot(ENDED);

    /// A message that was accepted just now.
    pub(super) fn open(deadline: Instant, priority: Priority) -> Slot {
        let deadline = deadline.micros().min(LAST_DEADLINE) << FACT_BITS;
        Slot(deadline | (priority as u64) << PRIORITY | OPEN)
    }

    /// The judge's deadline for it.
    pub(super) const fn deadline(self) -> Instant {
        match self.0 >> FACT_BITS {
            LAST_DEADLINE => Instant::NEVER,
            micros => Instant::from_micros(micros),
        }
    }

    /// Its priority.
    pub(super) const fn priority(self) -> Priority {
        match self.0 >> PRIORITY & 3 {
            0 => Priority::Urgent,
            1 => Priority::Normal,
            _ => Priority::NonUrgent,
        }
    }

    const fn has(self, facts: u64) -> bool {
        self.0 & facts == facts
    }

    /// Accepted, and not ended.
    pub(super) const fn is_open(self) -> bool {
        self.has(OPEN)
    }

    /// Accepted, and ended.
    pub(super) const fn is_ended(self) -> bool {
        self.has(ENDED)
    }

    /// A transfer of it began and has not failed.
    pub(super) const fn is_in_transfer(self) -> bool {
        self.has(IN_TRANSFER)
    }

    /// A transfer of it is under way that began before the deadline: it has grace after it.
    pub(super) const fn has_grace(self) -> bool {
        self.has(IN_TRANSFER | BEGAN_IN_TIME)
    }

    /// A transfer of it has failed.
    pub(super) const fn was_tried(self) -> bool {
        self.has(TRIED)
    }

    /// A host refused it for good (class 5).
    pub(super) const fn was_refused(self) -> bool {
        self.has(REFUSED)
    }

    /// A transfer of it has begun once at least.
    pub(super) const fn was_offered(self) -> bool {
        self.has(OFFERED)
    }

    /// When it falls due stands in the watch's list, not in the order of its window.
    pub(super) const fn is_listed(self) -> bool {
        self.has(LISTED)
    }

    /// Its life is not the plain time-out of its priority: the ledger has it apart.
    pub(super) const fn is_apart(self) -> bool {
        self.has(APART)
    }

    /// It fell due, and has not ended.
    pub(super) const fn is_stranded(self) -> bool {
        self.has(STRANDED)
    }

    /// A transfer of it begins. At the very deadline expiry comes first, so no grace follows.
    pub(super) fn begin(&mut self, at: Instant) {
        self.0 = self.0 & !BEGAN_IN_TIME | IN_TRANSFER | OFFERED;
        if at < self.deadline() {
            self.0 |= BEGAN_IN_TIME;
        }
    }

    /// The transfer of it has failed.
    pub(super) fn fail(&mut self, status: Status) {
        self.0 = self.0 & !(IN_TRANSFER | BEGAN_IN_TIME) | TRIED;
        if status.is_permanent() {
            self.0 |= REFUSED;
        }
    }

    /// When it falls due stands in the watch's list from now on.
    pub(super) fn list(&mut self) {
        self.0 |= LISTED;
    }

    /// Its life stands apart.
    pub(super) fn set_apart(&mut self) {
        self.0 |= APART;
    }

    /// It has fallen due.
    pub(super) fn strand(&mut self) {
        self.0 |= STRANDED;
    }

    /// It waits again as though its last transfer had not been: what was found of it before stays.
    pub(super) fn reopen(&mut self) {
        self.0 = self.0 & !(IN_TRANSFER | BEGAN_IN_TIME | LISTED | STRANDED) | OPEN;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    #[test]
    fn a_deadline_and_a_priority_survive_every_fact() {
        for priority in Priority::ALL {
            let deadline = Instant::from_micros(172_800_000_000);
            let mut slot = Slot::open(deadline, priority);
            assert!(!slot.was_offered());
            slot.begin(deadline - Span::from_micros(1));
            assert!(slot.has_grace());
            slot.fail(Status::new(5, 1, 1));
            slot.begin(deadline);
            assert!(slot.is_in_transfer() && !slot.has_grace(), "began at the very deadline");
            slot.list();
            slot.set_apart();
            slot.strand();
            assert_eq!((slot.deadline(), slot.priority()), (deadline, priority));
            assert!(slot.is_open() && slot.was_tried() && slot.was_refused());
            assert!(slot.is_stranded() && slot.was_offered() && slot.is_apart());
            assert!(!slot.is_ended());
            slot.reopen();
            assert_eq!((slot.deadline(), slot.priority()), (deadline, priority));
            assert!(slot.is_open() && slot.was_offered() && !slot.is_in_transfer());
        }
    }

    #[test]
    fn a_deadline_after_all_that_fits_is_never() {
        let open = |micros| Slot::open(Instant::from_micros(micros), Priority::Normal);
        for micros in [u64::MAX, LAST_DEADLINE] {
            assert_eq!(open(micros).deadline(), Instant::NEVER);
        }
        let last = Instant::from_micros(LAST_DEADLINE - 1);
        assert_eq!(open(LAST_DEADLINE - 1).deadline(), last);
    }

    #[test]
    fn what_has_ended_or_never_was_is_not_open() {
        assert!(!Slot::ENDED.is_open() && Slot::ENDED.is_ended());
        assert!(!Slot::ABSENT.is_open() && !Slot::ABSENT.is_ended());
    }
}
