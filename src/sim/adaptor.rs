//! Where an exhibit may stand between the queue and the world.

use crate::queue::{Effect, Outbox};

/// One who sees each effect before it is carried out, and may drop, alter or repeat it.
pub trait Adaptor {
    /// Hands an effect on.
    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        out.put(effect);
    }
}

/// Hands everything on as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Untouched;

impl Adaptor for Untouched {}

impl Adaptor for Box<dyn Adaptor> {
    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        (**self).effect(effect, out);
    }
}
