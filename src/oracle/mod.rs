//! The judge.

mod breach;

pub use breach::Breach;
