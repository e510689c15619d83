//! What a hub's two clocks say at one moment.

use super::Instant;

/// Hub time and the wall clock, read together. Kept with what is stored, they tell a hub that starts
/// again how long it was away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Hub time.
    pub hub: Instant,
    /// The wall clock, in microseconds since 1970-01-01T00:00:00Z.
    pub wall_unix_us: i64,
}
