//! Where an exhibit may stand between the queue and the world.

use crate::base::Instant;
use crate::queue::{Effect, Input, Outbox, Record};
use crate::spool::SpoolError;

/// One who sees all that goes in and out of a queue, and may drop or alter one thing of it.
pub trait Adaptor {
    /// Hands an input on, altered or not; none drops it. After a [`Input::Wake`] that is dropped no other
    /// comes before another input does.
    fn input<'i>(&mut self, now: Instant, input: Input<'i>) -> Option<Input<'i>> {
        let _ = now;
        Some(input)
    }

    /// Hands a record on to what stores it; none drops it, and the queue takes it for persisted in its
    /// time.
    fn write(&mut self, record: Record) -> Option<Record> {
        Some(record)
    }

    /// Hands on what came of the storing of a group of records.
    ///
    /// # Errors
    /// Where the store failed and that is not hidden.
    fn stored(&mut self, outcome: Result<(), SpoolError>) -> Result<(), SpoolError> {
        outcome
    }

    /// Hands a stored record on to the queue that is restored; none drops it.
    fn read(&mut self, record: Record) -> Option<Record> {
        Some(record)
    }

    /// Hands an effect on, which may be dropped, altered, repeated or put off.
    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        out.put(effect);
    }

    /// Hands an effect on to one whose kind is known: what alters nothing costs nothing.
    fn hand_on(&mut self, effect: Effect, out: &mut impl Outbox)
    where
        Self: Sized,
    {
        self.effect(effect, out);
    }
}

/// Hands everything on as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Untouched;

// As the trait has them, and inlined: what passes unaltered does so in registers.
impl Adaptor for Untouched {
    #[inline(always)]
    fn input<'i>(&mut self, _: Instant, input: Input<'i>) -> Option<Input<'i>> {
        Some(input)
    }

    #[inline(always)]
    fn write(&mut self, record: Record) -> Option<Record> {
        Some(record)
    }

    #[inline(always)]
    fn hand_on(&mut self, effect: Effect, out: &mut impl Outbox) {
        out.put(effect);
    }
}

impl Adaptor for Box<dyn Adaptor> {
    fn input<'i>(&mut self, now: Instant, input: Input<'i>) -> Option<Input<'i>> {
        (**self).input(now, input)
    }

    fn write(&mut self, record: Record) -> Option<Record> {
        (**self).write(record)
    }

    fn stored(&mut self, outcome: Result<(), SpoolError>) -> Result<(), SpoolError> {
        (**self).stored(outcome)
    }

    fn read(&mut self, record: Record) -> Option<Record> {
        (**self).read(record)
    }

    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        (**self).effect(effect, out);
    }
}
