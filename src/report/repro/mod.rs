//! A museum bug beside the production rules: one message's life in both runs, on one time axis.
//!
//! In: the record of either run and what the museum says of the exhibit. Out: a [`Story`], which
//! [`text`] and `chart::repro` tell. Nothing is run here.

mod story;
mod text;

pub use story::{Case, Event, Life, Moment, Story};
pub use text::text;
