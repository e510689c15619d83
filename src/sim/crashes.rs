//! The power goes at every operation of the disk, one world for each.
//!
//! In: a world with a hub on a disk. Out: for each operation by which it stores something, and each way in
//! which a crash can leave what was not at rest, how the run goes on from there. The worlds share their
//! beginning: each is a copy of the one that goes on without a crash, as it stood when the storing began.
//!
//! A crash can leave the disk in several ways at one point. Each is opened, and all that it holds is read:
//! records, envelopes and bodies. A run is made for each state that is found so, since that is all that a hub
//! goes by.
//!
//! What is found on the disk must be what was there before that group of records, or all of it with that
//! group: a third thing is told as what it is, and nothing is run on from it.
//!
//! The crash of a restart can be followed by a second one while the hub recovers. The outside does not see
//! a recovery that is cut off: the hub is down for as long.

use std::sync::atomic::{AtomicBool, Ordering};

use super::adaptor::Untouched;
use super::agenda::Event;
use super::disk::{Disk, OperationKind, Point};
use super::on_disk::{Holdings, OnDisk, found_on};
use super::world::{EndCause, RunEnd, RunError, World};
use crate::base::{Instant, Span};
use crate::queue::Rules;
use crate::scenario::{AtCrash, Crash, Keep};
use crate::trace::Observer;

/// Where the power goes, and what it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrashPoint {
    /// Just after the operation of this number, counted from 1 over the run.
    pub operation: u64,
    /// What becomes of what is not at rest.
    pub at_crash: AtCrash,
}

/// One run with a crash, or two.
#[derive(Clone, Debug)]
pub struct Crashed<O> {
    /// Where the power went.
    pub first: CrashPoint,
    /// Where it went again, while the hub recovered.
    pub second: Option<CrashPoint>,
    /// What the disk was asked for last before the last of them.
    pub kind: OperationKind,
    /// When the first was, in hub time.
    pub at: Instant,
    /// How the run went on.
    pub outcome: Outcome<O>,
}

/// How a run went on after a crash.
#[derive(Clone, Debug)]
pub enum Outcome<O> {
    /// To its end; with those who watched.
    Ended(Box<RunEnd>, O),
    /// As after another crash at this point, that left the same records: it is not run a second time.
    Same,
    /// Not at all: what was left on the disk is neither what was there before nor all that was to be.
    Torn(String),
}

/// Whether a second crash follows while the hub recovers from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// None does.
    No,
    /// One does, at each operation of the recovery.
    Yes,
}

/// How crashes are tried.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// How long the hub is down.
    pub down: Span,
    /// What a crash may leave.
    pub leaves: &'a [AtCrash],
    /// Whether the recovery is cut off too.
    pub again: Again,
    /// The only point to be tried; none: every one.
    pub only: Option<(CrashPoint, Option<CrashPoint>)>,
}

impl<R: Rules + Clone, O: Observer + Clone> World<'_, OnDisk<R, Untouched>, O> {
    /// Runs to the end, and tries a crash at each point on the way: `tried` is told of each. How many points
    /// there were, and how the run without a crash ended.
    ///
    /// # Errors
    /// As [`World::run`].
    pub fn run_crashing(
        mut self,
        plan: &Plan<'_>,
        stop: &AtomicBool,
        tried: &mut impl FnMut(Crashed<O>),
    ) -> Result<(u64, RunEnd), RunError> {
        self.subject.disk().watch();
        let mut points = 0;
        let cause = loop {
            match self.next_store() {
                Some(life) => points += self.store_crashing(life, plan, stop, tried)?,
                None => match self.turn()? {
                    Some(cause) => break cause,
                    None if stop.load(Ordering::Relaxed) => break EndCause::Stopped,
                    None => {}
                },
            }
        };
        Ok((points, self.end(cause).0))
    }

    /// Stores what is to be stored next, and tries a crash at each operation by which that is done, and at each
    /// since the last: long bodies go to the disk as they come in.
    fn store_crashing(
        &mut self,
        life: u32,
        plan: &Plan<'_>,
        stop: &AtomicBool,
        tried: &mut impl FnMut(Crashed<O>),
    ) -> Result<u64, RunError> {
        let between = self.subject.disk().take_points();
        let was = self.subject.holdings();
        let mut scene = Scene {
            before: self.fork(self.subject.fallen(Disk::new(self.scenario.disk, None), 0)),
            is: was.clone(),
            was,
            records: 0,
            stored_at: None,
            plan,
            stop,
        };
        for point in &between {
            scene.crash(point, tried)?;
        }
        scene.records = self.subject.records_under_way();
        let stored = self.store(life);
        let points = self.subject.disk().take_points();
        scene.is = self.subject.holdings();
        let is_stored = stored.is_some_and(|stored| stored.is_ok());
        scene.stored_at = points.last().filter(|_| is_stored).map(Point::number);
        if let Some(stored) = stored {
            self.go_on(stored);
        }
        for point in &points {
            scene.crash(point, tried)?;
        }
        Ok((between.len() + points.len()) as u64)
    }

    /// The life in which the next thing to happen is that something is stored.
    fn next_store(&mut self) -> Option<u32> {
        match self.outside.soon.front() {
            Some(&Event::Persisted { life }) => {
                self.outside.soon.pop_front();
                Some(life)
            }
            _ => None,
        }
    }
}

/// The world as a group of records begins to be stored, and what the spool holds before and after.
struct Scene<'p, 'a, R, O> {
    before: World<'a, OnDisk<R, Untouched>, O>,
    was: Option<Holdings>,
    is: Option<Holdings>,
    records: u64,
    /// The operation with which all was said to be stored.
    stored_at: Option<u64>,
    plan: &'p Plan<'p>,
    stop: &'p AtomicBool,
}

impl<R: Rules + Clone, O: Observer + Clone> Scene<'_, '_, R, O> {
    /// The power goes at a point.
    fn crash(&self, point: &Point, tried: &mut impl FnMut(Crashed<O>)) -> Result<(), RunError> {
        let only = |first| self.plan.only.is_none_or(|(only, _)| only == first);
        let mut known = Known::default();
        for (first, disk) in self.found_at(point).filter(|(first, _)| only(*first)) {
            let found = self.left_on(&disk.fork(), first);
            let asked = self.plan.only.is_none_or(|(_, second)| second.is_none());
            let recovery = found.as_ref().map(|(_, recovery)| recovery.clone()).unwrap_or_default();
            let left = found.map(|(left, _)| left);
            let is_new = left.as_ref().is_ok_and(|left| !known.0.contains(left));
            if asked {
                let outcome = self.outcome(disk, left, &mut known)?;
                let (kind, at) = (point.kind(), self.at());
                tried(Crashed { first, second: None, kind, at, outcome });
            }
            if self.plan.again == Again::Yes && is_new {
                self.crash_again(first, &recovery, tried)?;
            }
        }
        Ok(())
    }

    /// The power goes again, at each point of a recovery.
    fn crash_again(
        &self,
        first: CrashPoint,
        recovery: &[Point],
        tried: &mut impl FnMut(Crashed<O>),
    ) -> Result<(), RunError> {
        let only = |second| self.plan.only.is_none_or(|(_, only)| only == Some(second));
        for point in recovery {
            let mut known = Known::default();
            for (second, disk) in self.found_at(point).filter(|(second, _)| only(*second)) {
                let left = self.left_on(&disk.fork(), first).map(|(left, _)| left);
                let outcome = self.outcome(disk, left, &mut known)?;
                let (second, kind, at) = (Some(second), point.kind(), self.at());
                tried(Crashed { first, second, kind, at, outcome });
            }
        }
        Ok(())
    }

    /// When the power goes, in hub time.
    fn at(&self) -> Instant {
        self.before.outside.clock.hub_time(self.before.outside.now)
    }

    /// The disk as a crash at a point can leave it.
    fn found_at(&self, point: &Point) -> impl Iterator<Item = (CrashPoint, Disk)> {
        self.plan.leaves.iter().map(|&at_crash| {
            let disk = Disk::from_point(point, at_crash, &self.before.key);
            (CrashPoint { operation: point.number(), at_crash }, disk)
        })
    }

    /// How many of the records that were being stored are on a disk after a first crash, and the points of its
    /// opening.
    fn left_on(&self, disk: &Disk, first: CrashPoint) -> Result<(u64, Vec<Point>), String> {
        let (found, recovery) = found_on(disk)?;
        let is_said_to_be_stored = self.stored_at.is_some_and(|stored| stored <= first.operation);
        if self.is.as_ref() == Some(&found) {
            Ok((self.records, recovery))
        } else if self.was.as_ref() != Some(&found) {
            Err("what was found is neither what was there before nor all that was to be".to_owned())
        } else if is_said_to_be_stored {
            Err("what was said to be stored is not there".to_owned())
        } else {
            Ok((0, recovery))
        }
    }

    fn outcome(
        &self,
        disk: Disk,
        left: Result<u64, String>,
        known: &mut Known,
    ) -> Result<Outcome<O>, RunError> {
        match left {
            Err(what) => Ok(Outcome::Torn(what)),
            Ok(left) if known.0.contains(&left) => Ok(Outcome::Same),
            Ok(left) => {
                known.0.push(left);
                self.run(disk, left)
            }
        }
    }

    fn run(&self, disk: Disk, left: u64) -> Result<Outcome<O>, RunError> {
        let mut world = self.before.fork(self.before.subject.fallen(disk, left));
        world.go_down(Crash { down: self.plan.down, keep: Keep::None });
        let cause = world.happen(self.stop)?;
        let (end, observer) = world.end(cause);
        Ok(Outcome::Ended(Box::new(end), observer))
    }
}

/// How many records were left where a run was made from the same point already.
#[derive(Default)]
struct Known(Vec<u64>);
