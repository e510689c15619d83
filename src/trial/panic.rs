//! What a run that panicked had to say.

use std::any::Any;

/// The words of a panic, from what was caught of it.
#[must_use]
pub fn words_of_panic(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without words".to_owned())
}
