//! What is under test, behind one narrow port.
//!
//! The world hands on what happens and carries out what is bid. It does not know whether a queue
//! alone, a hub with a spool, or a whole server stands behind the port.

use super::fingerprint::Lane;
use super::world::RunError;
use crate::base::{Clocks, Instant, RouteId};
use crate::queue::{Census, Input, Listing, Outbox};

/// Something that takes inputs at instants and bids effects.
///
/// Of [`Effect::Persist`](crate::queue::Effect::Persist) the world makes, in its time, a call of
/// [`Subject::persist`], and where that succeeds an [`Input::Persisted`].
pub trait Subject {
    /// Takes an input; what it bids is put into `outside`, in order.
    fn handle(&mut self, now: Instant, input: Input<'_>, outside: &mut impl Outbox) -> Life;

    /// When it next has something to do by itself.
    fn next_wakeup(&self) -> Instant;

    /// A message of a source for a route is about to be offered, or the host of a route to call: reads what
    /// will be needed then, so that it is in the cache. What is read means nothing.
    fn touch(&self, source: Option<u32>, route: RouteId) -> u64 {
        let _ = (source, route);
        0
    }

    /// What waits in it.
    fn census(&self) -> Census;

    /// Every message that has not ended, in any order.
    fn list(&self) -> Vec<Listing>;

    /// Its life ends in the moment in which the record of this number is written, counted from 1 over the
    /// whole run.
    fn end_at_record(&mut self, record: u64);

    /// How many records were written and are not acknowledged as persisted.
    fn unacknowledged(&self) -> u64;

    /// Brings to rest what it asked for first.
    ///
    /// # Errors
    /// Where its store fails. It has bid all that follows from that, and does nothing more in this life.
    fn persist(&mut self, clocks: Clocks, outside: &mut impl Outbox) -> Result<(), StoreFailed>;

    /// The wall clock was set: it notes how both clocks stand.
    fn note_clocks(&mut self, outside: &mut impl Outbox);

    /// It goes down: of the records not acknowledged the first so many are kept. It is given nothing
    /// until it is restarted. What had become of messages by those records, and was not bid yet, is bid
    /// now: it has happened.
    fn crash(&mut self, clocks: Clocks, kept: u64, outside: &mut impl Outbox);

    /// It is up again, from what was kept, if that is whole. `clocks` is what hub time is by the world's
    /// own reckoning, and the wall clock.
    ///
    /// # Errors
    /// Where what was kept cannot be a queue's.
    fn restart(&mut self, clocks: Clocks) -> Result<Restarted, RunError>;

    /// The fingerprint's lane `disk`: what it wrote down.
    fn disk_lane(&self) -> Lane;
}

/// Whether all goes on after an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It does.
    GoesOn,
    /// The hub went down in that moment.
    Ended,
    /// Its store failed in that moment. It has bid all that follows from that, and does nothing more in
    /// this life.
    Latched,
}

/// What was to be stored could not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreFailed;

/// What came of a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restarted {
    /// It is up.
    Up {
        /// Hub time.
        now: Instant,
        /// Whether it found its wall clock behind where it last knew it; none where it has no memory of its
        /// own, and the world's word stands.
        wall_went_back: Option<bool>,
    },
    /// Its store failed as it was opened: it stays down, and is started again later.
    NotYet,
    /// What was kept is not whole: it stays down.
    Corrupt,
}
