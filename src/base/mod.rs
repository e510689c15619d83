//! Words that every room of the house uses: instants and spans, names and ids, limits.
//!
//! In: plain numbers and text. Out: types that cannot be wrong. No clock is read here, no file is
//! opened, nothing is drawn at random.

mod clocks;
mod envelope;
mod id;
mod mail;
mod order;
mod place;
mod rule;
mod time;

pub use clocks::Clocks;
pub use envelope::{ByMode, DeliverBy, Notify};
pub use id::{Kind, MessageId, MessageIdError, Recipient};
pub use mail::{ParseStatusError, Priority, Status};
pub use order::{Order, Target};
pub use place::{Census, RouteId, SiteId, State};
pub use rule::{ParseRuleError, Rule};
pub use time::{Instant, Micros, Span};
