//! Virtual time: what happens outside a hub, and in which order.
//!
//! In: a [`Scenario`](crate::scenario::Scenario), a seed, what is under test behind the port
//! [`Subject`], and those who watch. Out: [`Seen`](crate::trace::Seen) events, and at the end a
//! [`RunEnd`]. It jumps from event to event and never ticks; the same scenario and seed give the
//! same run on any machine.
//!
//! It does *not* judge, and it knows of a queue only its inputs, its effects and its settings.
//!
//! What takes no time is not told: a phase of a session that lasts nothing is passed over, unless
//! something goes wrong in it. Nor is a phase in which nothing can go wrong and that is over before the
//! subject could lose its patience: of a message on a line without delay only its end is.
//!
//! The agenda is in true time. The subject and all who watch live in hub time, which is the same until
//! the hub is down while its wall clock is set (`clock.rs` says what comes of that).
//!
//! At equal instants: first what follows at once from what was just done, in its order; then what the
//! subject itself waited for; then steps of sessions; calls that end, hosts that have waited for long
//! enough, lines that drop, outages, hosts that flap; then the hub: its return, records that come to
//! rest, what befalls it by the scenario, in the order of the file; then mail that arrives, mail that is
//! sent again, hosts that call, those that call again because the line was busy, each by number. So a
//! call in the moment of a crash is not answered, one in the moment of the return is; records that come
//! to rest in the moment of a crash survive it; and a wall clock that is set in the moment of a return is
//! set after it.
//!
//! Where a scenario shuffles ties, that is the order within each entity only: a site with its sessions,
//! a source, the hub. The entities of an instant come in an order that the seed makes.

mod adaptor;
mod agenda;
mod clock;
mod crashes;
mod dialogue;
mod disk;
mod fingerprint;
mod host;
mod hub;
mod in_memory;
mod last_words;
mod letters;
mod line;
mod logarithm;
mod on_disk;
mod open;
mod outside;
mod sender;
mod sessions;
mod setup;
mod site;
mod storage;
mod stream;
mod subject;
mod ties;
mod traffic;
mod trouble;
mod world;

#[cfg(test)]
mod tests;

pub use adaptor::{Adaptor, Untouched};
pub use agenda::{Agenda, Event};
pub use crashes::{Again, CrashPoint, Crashed, Outcome, Plan};
pub use disk::{Disk, DiskAdaptor, DiskFile, Operation, OperationKind, Passage, Point};
pub use fingerprint::{Fingerprint, Lane, Lanes};
pub use in_memory::InMemory;
pub use on_disk::OnDisk;
pub use stream::{Key, Stream};
pub use subject::{Life, Restarted, StoreFailed, Subject};
pub use world::{EndCause, RunEnd, RunError, World};
