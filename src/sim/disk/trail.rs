//! What was done since the last sync, in order. An image of a disk shares it with the disk.

use std::sync::Arc;

/// A list that only grows at its end; a clone of it stays as it is and costs nothing.
#[derive(Debug)]
pub(super) struct Trail<T>(Option<Arc<Step<T>>>);

#[derive(Debug)]
struct Step<T> {
    done: T,
    before: Option<Arc<Step<T>>>,
}

impl<T> Trail<T> {
    pub(super) fn push(&mut self, done: T) {
        self.0 = Some(Arc::new(Step { done, before: self.0.take() }));
    }

    pub(super) fn clear(&mut self) {
        *self = Trail::default();
    }

    /// All that was done, the first of it first.
    pub(super) fn in_order(&self) -> Vec<&T> {
        let steps = std::iter::successors(self.0.as_deref(), |step| step.before.as_deref());
        let mut all: Vec<&T> = steps.map(|step| &step.done).collect();
        all.reverse();
        all
    }
}

impl<T> Clone for Trail<T> {
    fn clone(&self) -> Trail<T> {
        Trail(self.0.clone())
    }
}

impl<T> Default for Trail<T> {
    fn default() -> Trail<T> {
        Trail(None)
    }
}

impl<T> Drop for Trail<T> {
    /// One step at a time: a long trail would not fit on the stack.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(step) = next.and_then(Arc::into_inner) {
            next = { step }.before;
        }
    }
}
