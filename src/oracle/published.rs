//! What the judge counts for others.

use super::Oracle;
use crate::base::RouteId;
use crate::trace::Asked;

impl Oracle {
    /// Second ends of a message that a fault excuses.
    #[must_use]
    pub const fn duplicates(&self) -> u64 {
        0
    }

    /// Final dots that were sent and whose answer was not heard.
    #[must_use]
    pub const fn ambiguous(&self) -> u64 {
        0
    }

    /// The most reports that were made for one recipient.
    #[must_use]
    pub const fn largest_amplification(&self) -> u64 {
        0
    }

    /// The routes that a host asked for.
    pub fn routes_asked(&self, asked: Asked) -> impl Iterator<Item = RouteId> + use<> {
        match asked {
            Asked::Route(route) => Some(route).into_iter(),
            Asked::Node(_) => None.into_iter(),
        }
    }
}
