//! What a random scenario may have and may lack.
//!
//! Each is there in about half of all scenarios, independent of the others. What is always there hides
//! faults as surely as what never is: hosts that call, restarts and deliveries each end mail that a
//! queue had forgotten.

use super::dice::Dice;

macro_rules! features {
    ($($(#[$doc:meta])* $feature:ident => $name:literal,)*) => {
        /// One feature.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Feature {
            $($(#[$doc])* $feature,)*
        }

        impl Feature {
            /// Every feature.
            pub const ALL: &'static [Feature] = &[$(Feature::$feature,)*];

            /// The words for it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Feature::$feature => $name,)*
                }
            }
        }
    };
}

features! {
    /// Hosts that call are held for, beside those that are always on the line.
    HeldRoutes => "held routes",
    /// Hosts that are held for do call.
    Calls => "hosts that call",
    /// Something can be delivered at all.
    Deliveries => "successful deliveries",
    /// Hosts that are always on the line have routes.
    DirectRoutes => "direct routes",
    /// Hosts on the line come and go.
    Outages => "outages",
    /// Lines take time.
    SlowLines => "slow lines",
    /// Lines drop, are busy, or end calls early.
    BadLines => "bad lines",
    /// Hosts refuse, hang or drop in some phase.
    Troubles => "troubles",
    /// Hosts say other things than their own names.
    OtherNodes => "other nodes",
    /// Hosts offer DSN or DELIVERBY.
    Extensions => "extensions",
    /// Mail has several recipients.
    Recipients => "several recipients",
    /// Mail has priorities and sizes of its own.
    Variety => "priorities and sizes",
    /// Mail asks for reports, or for none (RFC 3461).
    Notify => "NOTIFY",
    /// Mail is to be delivered by a time (RFC 2852).
    DeliverBy => "DELIVERBY",
    /// Mail is not to leave before a time (RFC 4865).
    FutureRelease => "FUTURERELEASE",
    /// Some senders are at held sites, or nowhere.
    FarSenders => "far senders",
    /// Time-outs are short, and the ladder is another.
    OwnPolicy => "own policy",
    /// Senders are told of delay.
    DelayNotices => "delay notices",
    /// Connections are limited.
    ConnectionLimits => "connection limits",
    /// The queue is limited.
    QueueLimits => "queue limits",
    /// Records take time to be stored.
    PersistDelay => "persist delay",
    /// A crash damages what was not synced, or a write fails.
    BadDisks => "bad disks",
    /// The hub crashes and is restored.
    Restarts => "restarts",
    /// The hub is put to sleep.
    Suspensions => "suspensions",
    /// The wall clock is set.
    ClockSteps => "clock steps",
    /// An administrator gives orders.
    Orders => "orders",
    /// The policy is changed.
    Reloads => "reloads",
    /// Independent events of one instant are shuffled.
    Shuffled => "shuffled ties",
}

/// The features of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features(Vec<Feature>);

impl Features {
    /// Each there or not, as the dice fall.
    pub(super) fn drawn(dice: &mut Dice) -> Features {
        Features(Feature::ALL.iter().copied().filter(|_| dice.heads()).collect())
    }

    /// Whether a feature is there.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.0.contains(&feature)
    }

    /// Those that are there.
    pub fn iter(&self) -> impl Iterator<Item = Feature> {
        self.0.iter().copied()
    }
}
