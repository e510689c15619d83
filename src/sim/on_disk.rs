//! Fidelity `hub`: the hub with its spool, on a simulated disk.
//!
//! What the queue records is stored in groups: one is under way at a time, and what comes meanwhile shares
//! the next. The store itself takes no time; how long it is under way is the scenario's `persist_delay`.
//! Bodies are real: each goes into the spool, and is read and compared when it is sent.

use xxhash_rust::xxh3::Xxh3;

use super::adaptor::{Adaptor, Untouched};
use super::disk::{Disk, DiskAdaptor, Point};
use super::fingerprint::Lane;
use super::last_words::LastWords;
use super::letters::{self, Letters};
use super::setup::{policy_of, routes_of};
use super::stream::Key;
use super::subject::{Life, Restarted, StoreFailed, Subject};
use super::world::RunError;
use crate::base::{Clocks, Instant, MessageId, Span};
use crate::hub::{Host, Hub, Outgoing, Recovered, StartError, store};
use crate::queue::{Census, Effect, Input, Listing, Outbox, Policy, Routes, Rules};
use crate::scenario::{AtCrash, HubEvent, Scenario};
use crate::spool::{Contents, OpenError, Settings, Spool, SpoolError};

/// Fidelity `hub`: the hub with its spool, on a simulated disk.
pub struct OnDisk<R, A = Untouched> {
    hub: Hub<R>,
    /// None while it is down.
    spool: Option<Spool>,
    disk: Disk,
    under_way: Option<Outgoing>,
    rules: R,
    /// The policy in force, with which a hub is started again.
    policy: Policy,
    routes: Routes,
    adaptor: A,
    letters: Letters,
    host: Host,
    at_crash: AtCrash,
    /// Whether a record is there as soon as it is written: the disk takes no time.
    keeps_all: bool,
    key: Key,
    /// Whether the scenario sets the wall clock at all.
    sets_clock: bool,
    /// Records written over the whole run.
    written: u64,
    /// The record with whose writing all ends.
    fatal: u64,
    /// Records that the queue made after that one: they are not written any more.
    unwritten: u64,
    /// Where it has gone down in the middle of storing: how many of the records that were not told to be
    /// stored are on the disk all the same.
    left: Option<u64>,
    /// Whether the adaptor dropped the last wake: no other is given before another input.
    sleeps_on: bool,
}

/// What a scenario's spool may keep in memory, in bytes.
const CACHE_BYTES: usize = 1 << 20;

impl<R: Rules + Clone, A: Adaptor> OnDisk<R, A> {
    /// Puts a scenario's hub behind the port, on an empty disk.
    ///
    /// # Errors
    /// Where the queue refuses the policy or the routes, or the disk is too small for an empty spool.
    pub fn new(
        scenario: &Scenario,
        seed: u64,
        rules: R,
        adaptor: A,
        disk_adaptor: Option<Box<dyn DiskAdaptor>>,
    ) -> Result<OnDisk<R, A>, RunError> {
        let routes = routes_of(scenario).map_err(RunError::Routes)?;
        let policy = policy_of(&scenario.policy);
        let disk = Disk::new(scenario.disk, disk_adaptor);
        let clocks = Clocks { hub: Instant::ZERO, wall_unix_us: scenario.start_unix_us };
        let opened = Opened::open(&disk, &routes, clocks);
        let Opened { spool, recovered } = opened.map_err(RunError::from)?;
        let hub = Hub::start(rules.clone(), policy.clone(), routes.clone(), recovered)
            .map_err(RunError::Start)?;
        Ok(OnDisk {
            hub,
            spool: Some(spool),
            disk,
            under_way: None,
            rules,
            policy,
            routes,
            adaptor,
            letters: Letters::new(scenario),
            host: Host { name: "hub.example".to_owned() },
            at_crash: scenario.disk.at_crash,
            keeps_all: scenario.persist_delay == Span::ZERO,
            key: Key::new(seed),
            sets_clock: scenario.events.iter().any(HubEvent::sets_clock),
            written: 0,
            fatal: u64::MAX,
            unwritten: 0,
            left: None,
            sleeps_on: false,
        })
    }

    /// What the spool holds.
    pub(super) fn holdings(&self) -> Option<Holdings> {
        self.spool.as_ref().and_then(|spool| Holdings::of(spool).ok())
    }

    /// The disk that the spool lies on.
    pub(super) const fn disk(&self) -> &Disk {
        &self.disk
    }

    /// How many records are being stored.
    pub(super) fn records_under_way(&self) -> u64 {
        self.under_way.as_ref().map_or(0, Outgoing::records)
    }

    /// The same hub as it goes down, with this disk; `left` of the records that were not told to be stored
    /// are on it.
    pub(super) fn fallen(&self, disk: Disk, left: u64) -> OnDisk<R, A>
    where
        A: Clone,
    {
        OnDisk {
            hub: self.hub.clone(),
            spool: None,
            disk,
            under_way: self.under_way.clone(),
            rules: self.rules.clone(),
            policy: self.policy.clone(),
            routes: self.routes.clone(),
            adaptor: self.adaptor.clone(),
            letters: self.letters.clone(),
            host: self.host.clone(),
            left: Some(left),
            ..*self
        }
    }

    /// What was written and not told to be stored, in order.
    fn unstored(&self) -> Outgoing {
        let pending = self.hub.pending().clone();
        let mut all = match self.under_way.clone() {
            Some(mut all) => {
                all.append(pending);
                all
            }
            None => pending,
        };
        let written = all.records().saturating_sub(self.unwritten);
        all.truncate(written);
        all
    }

    /// The store has failed: nothing more is told, taken or begun.
    fn fail(&mut self, outside: &mut impl Outbox) -> StoreFailed {
        self.under_way = None;
        self.hub.latch(outside);
        StoreFailed
    }

    /// Hands an input to the hub; what it sends is read out of the spool.
    fn tell(&mut self, now: Instant, input: Input<'_>, outside: &mut impl Outbox) -> Life {
        let OnDisk { hub, spool, adaptor, letters, .. } = self;
        let mut desk = Desk { adaptor, outside, sent: Vec::new() };
        match (input, spool.as_mut()) {
            (Input::Submit(mail), Some(spool)) if !hub.is_latched() => {
                let offered = letters.offered(mail.message, mail.size_bytes, now.micros(), spool);
                let Ok(letter) = offered else {
                    self.fail(outside);
                    self.hub.handle(now, input, outside);
                    return Life::Latched;
                };
                hub.submit(now, mail, letter, &mut desk);
            }
            (Input::Persisted { .. }, _) => hub.stored(now, &mut desk),
            (input, _) => hub.handle(now, input, &mut desk),
        }
        let sent = std::mem::take(&mut desk.sent);
        let whole = spool.as_ref().is_none_or(|spool| {
            sent.into_iter()
                .all(|(message, size_bytes)| letters::sent(message, size_bytes, spool).is_ok())
        });
        if !whole {
            self.fail(outside);
            return Life::Latched;
        }
        Life::GoesOn
    }

    /// Lets what is to be stored next be under way, if nothing is.
    fn begin_storing(&mut self, outside: &mut impl Outbox) {
        if let Some(outgoing) = self.hub.take_outgoing() {
            self.under_way = Some(outgoing);
            outside.put(Effect::Persist { upto: self.written });
        }
    }

    fn bring_to_rest(&mut self, mut outgoing: Outgoing, clocks: Clocks) -> Result<(), SpoolError> {
        let OnDisk { adaptor, spool, host, .. } = self;
        let Some(spool) = spool else { return Ok(()) };
        outgoing.alter(|record| adaptor.write(record));
        let outcome = store(spool, &outgoing, clocks, host);
        adaptor.stored(outcome)
    }
}

impl<R: Rules + Clone, A: Adaptor> Subject for OnDisk<R, A> {
    fn handle(&mut self, now: Instant, input: Input<'_>, outside: &mut impl Outbox) -> Life {
        if let Input::Reload { policy } = input {
            self.policy.clone_from(policy);
        }
        let is_wake = matches!(input, Input::Wake);
        let Some(input) = self.adaptor.input(now, input) else {
            self.sleeps_on |= is_wake;
            return Life::GoesOn;
        };
        self.sleeps_on = false;
        let before = self.hub.pending().records();
        let life = self.tell(now, input, outside);
        let up_to_fatal = self.fatal.saturating_sub(self.written);
        let recorded = self.hub.pending().records() - before;
        if life == Life::GoesOn && 0 < up_to_fatal && up_to_fatal <= recorded {
            self.written = self.fatal;
            self.unwritten = recorded - up_to_fatal;
            return Life::Ended;
        }
        self.written += recorded;
        self.begin_storing(outside);
        life
    }

    fn next_wakeup(&self) -> Instant {
        if self.sleeps_on { Instant::NEVER } else { self.hub.next_wakeup() }
    }

    fn census(&self) -> Census {
        self.hub.census()
    }

    fn list(&self) -> Vec<Listing> {
        self.hub.list().collect()
    }

    fn end_at_record(&mut self, record: u64) {
        self.fatal = record;
    }

    fn unacknowledged(&self) -> u64 {
        if self.keeps_all { 0 } else { self.unstored().records() }
    }

    fn persist(&mut self, clocks: Clocks, outside: &mut impl Outbox) -> Result<(), StoreFailed> {
        let Some(outgoing) = self.under_way.take() else { return Ok(()) };
        self.bring_to_rest(outgoing, clocks).map_err(|_| self.fail(outside))
    }

    fn note_clocks(&mut self, outside: &mut impl Outbox) {
        self.hub.note_clocks();
        self.begin_storing(outside);
    }

    fn crash(&mut self, clocks: Clocks, kept: u64, outside: &mut impl Outbox) {
        if let Some(left) = self.left.take() {
            let mut last_words = LastWords::new(&mut self.adaptor, outside);
            self.hub.stored_in_part(clocks.hub, left, &mut last_words);
            self.under_way = None;
            return;
        }
        let mut kept_of = self.unstored();
        if !self.keeps_all {
            kept_of.truncate(kept);
        }
        let kept = kept_of.records();
        // The clocks are stored as a hub does every minute: only where the wall clock is set does it matter.
        let is_stored = !self.hub.is_latched()
            && (kept > 0 || self.sets_clock)
            && self.bring_to_rest(kept_of, clocks).is_ok();
        if is_stored {
            let mut last_words = LastWords::new(&mut self.adaptor, outside);
            self.hub.stored_in_part(clocks.hub, kept, &mut last_words);
        }
        self.disk.power_off();
        self.spool = None;
        self.disk.crash(self.at_crash, &self.key);
        self.under_way = None;
        self.unwritten = 0;
    }

    fn restart(&mut self, clocks: Clocks) -> Result<Restarted, RunError> {
        let Opened { spool, recovered } = match Opened::open(&self.disk, &self.routes, clocks) {
            Ok(opened) => opened,
            Err(error) if error.is_corruption() => return Ok(Restarted::Corrupt),
            Err(error) if error.is_of_the_device() => return Ok(Restarted::NotYet),
            Err(error) => return Err(error.into()),
        };
        let (now, wall_went_back) = (recovered.now(), Some(recovered.wall_went_back()));
        let OnDisk { rules, policy, routes, adaptor, .. } = self;
        let (rules, policy, routes) = (rules.clone(), policy.clone(), routes.clone());
        let read = |record| adaptor.read(record);
        self.hub =
            Hub::start_altered(rules, policy, routes, recovered, read).map_err(RunError::Start)?;
        self.spool = Some(spool);
        self.sleeps_on = false;
        Ok(Restarted::Up { now, wall_went_back })
    }

    fn disk_lane(&self) -> Lane {
        Lane { hub: self.disk.lane(), ..Lane::default() }
    }
}

/// All that a spool holds, to be compared.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Holdings {
    contents: Contents,
    /// What the envelopes and bodies come to, and the dead letters.
    mail: u128,
}

impl Holdings {
    fn of(spool: &Spool) -> Result<Holdings, SpoolError> {
        let contents = spool.read()?;
        let dead_letters = spool.dead_letters()?;
        let mut mail = Xxh3::new();
        for (number, message, record) in contents.records().iter().chain(dead_letters.iter()) {
            mail.update(&number.to_le_bytes());
            mail.update(record);
            let Some(message) = message else { continue };
            mail.update(&spool.envelope(message)?.unwrap_or_default());
            for chunk in spool.body(message)?.into_iter().flatten() {
                mail.update(&chunk?);
            }
        }
        Ok(Holdings { contents, mail: mail.digest128() })
    }
}

/// What a spool on a disk holds, once it was opened, and the points that opening it left.
///
/// # Errors
/// Where what is on the disk is not whole, and what is wrong with it.
pub(super) fn found_on(disk: &Disk) -> Result<(Holdings, Vec<Point>), String> {
    disk.watch();
    let settings = Settings { cache_bytes: CACHE_BYTES };
    let spool = Spool::open(disk, settings).map_err(|error| error.to_string())?;
    let points = disk.take_points();
    let holdings = Holdings::of(&spool).map_err(|error| error.to_string())?;
    Ok((holdings, points))
}

/// A spool that was opened, and what is in it.
struct Opened {
    spool: Spool,
    recovered: Recovered,
}

/// Why a spool is not to be started from.
enum NotOpened {
    Spool(OpenError),
    Read(SpoolError),
    Start(StartError),
}

impl Opened {
    /// Where the spool is new, hub time is what `clocks` say: it may begin anywhere, and who looks on from
    /// outside goes on from there.
    fn open(disk: &Disk, routes: &Routes, clocks: Clocks) -> Result<Opened, NotOpened> {
        let settings = Settings { cache_bytes: CACHE_BYTES };
        let spool = Spool::open(disk, settings).map_err(NotOpened::Spool)?;
        let mut contents = spool.read().map_err(NotOpened::Read)?;
        contents.clocks.get_or_insert(clocks);
        let recovered =
            Recovered::read(contents, routes, clocks.wall_unix_us).map_err(NotOpened::Start)?;
        Ok(Opened { spool, recovered })
    }
}

impl NotOpened {
    /// Whether what was found is not whole, so that no further try helps.
    fn is_corruption(&self) -> bool {
        matches!(
            self,
            NotOpened::Spool(OpenError::Corrupt(_) | OpenError::NotASpool)
                | NotOpened::Read(SpoolError::Corrupt(_))
                | NotOpened::Start(StartError::Garbled { .. })
        )
    }
}

impl NotOpened {
    /// Whether the device failed or is full, so that a later try may help.
    fn is_of_the_device(&self) -> bool {
        matches!(
            self,
            NotOpened::Spool(OpenError::Device(_) | OpenError::Full)
                | NotOpened::Read(SpoolError::Device(_) | SpoolError::Full)
        )
    }
}

impl From<NotOpened> for RunError {
    fn from(error: NotOpened) -> RunError {
        match error {
            NotOpened::Spool(error) => RunError::Open(error),
            NotOpened::Read(error) => RunError::Spool(error),
            NotOpened::Start(error) => RunError::Start(error),
        }
    }
}

/// Lets effects out, and notes what is sent.
struct Desk<'a, A, O> {
    adaptor: &'a mut A,
    outside: &'a mut O,
    sent: Vec<(MessageId, u32)>,
}

impl<A: Adaptor, O: Outbox> Outbox for Desk<'_, A, O> {
    fn put(&mut self, effect: Effect) {
        if let Effect::Transfer { message, size_bytes, .. } = effect {
            self.sent.push((message, size_bytes));
        }
        self.adaptor.effect(effect, self.outside);
    }
}
