//! How much of the hub is under test in a run.

use super::disk::DiskFaults;

/// How much of the hub is under test in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fidelity {
    /// The queue alone, on storage that never fails.
    Queue,
    /// The hub: the queue and its spool, on a simulated disk.
    Hub,
}

impl Fidelity {
    /// Both, in order.
    pub const ALL: [Fidelity; 2] = [Fidelity::Queue, Fidelity::Hub];

    /// The word in a scenario file: `queue`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Fidelity::Queue => "queue",
            Fidelity::Hub => "hub",
        }
    }

    /// Those at which a scenario runs that names none: both, but for a disk on which the store can
    /// fail, which only `hub` has.
    #[must_use]
    pub fn usual(disk: &DiskFaults) -> &'static [Fidelity] {
        if disk.can_fail() { &[Fidelity::Hub] } else { &Fidelity::ALL }
    }
}
