//! The power goes at every operation of the disk, one world for each.
//!
//! In: a world with a hub on a disk. Out: for each operation by which it stores something, and each way in
//! which a crash can leave what was not at rest, how the run goes on from there. The worlds share their
//! beginning: each is a copy of the one that goes on without a crash, as it stood when the storing began.
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
use super::on_disk::OnDisk;
use super::world::{EndCause, RunEnd, RunError, World};
use crate::base::Span;
use crate::queue::Rules;
use crate::scenario::{AtCrash, Crash, Keep};
use crate::spool::Contents;
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
    /// What the disk was asked for last before the first.
    pub kind: OperationKind,
    /// How the run went on.
    pub outcome: Outcome<O>,
}

/// How a run went on after a crash.
#[derive(Clone, Debug)]
pub enum Outcome<O> {
    /// To its end; with those who watched.
    Ended(RunEnd, O),
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

    /// Stores what is to be stored next, and tries a crash at each operation by which that is done.
    fn store_crashing(
        &mut self,
        life: u32,
        plan: &Plan<'_>,
        stop: &AtomicBool,
        tried: &mut impl FnMut(Crashed<O>),
    ) -> Result<u64, RunError> {
        let blank = Disk::new(self.scenario.disk, None);
        let before = self.fork(self.subject.fallen(blank, 0));
        let was = self.subject.contents();
        let records = self.subject.records_under_way();
        self.subject.disk().watch();
        let stored = self.store(life);
        let points = self.subject.disk().take_points();
        let scene = Scene { before, was, is: self.subject.contents(), records, plan, stop };
        if let Some(stored) = stored {
            self.go_on(stored);
        }
        for point in &points {
            for &at_crash in plan.leaves {
                let first = CrashPoint { operation: point.number(), at_crash };
                if plan.only.is_none_or(|(only, _)| only == first) {
                    scene.crash(point, first, tried)?;
                }
            }
        }
        Ok(points.len() as u64)
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
    was: Option<Contents>,
    is: Option<Contents>,
    records: u64,
    plan: &'p Plan<'p>,
    stop: &'p AtomicBool,
}

impl<R: Rules + Clone, O: Observer + Clone> Scene<'_, '_, R, O> {
    fn crash(
        &self,
        point: &Point,
        first: CrashPoint,
        tried: &mut impl FnMut(Crashed<O>),
    ) -> Result<(), RunError> {
        let disk = Disk::from_point(point, first.at_crash, &self.before.key);
        let kind = point.kind();
        let (left, recovery) = match self.left_on(&disk.fork()) {
            Ok(found) => found,
            Err(what) => {
                tried(Crashed { first, second: None, kind, outcome: Outcome::Torn(what) });
                return Ok(());
            }
        };
        if self.plan.only.is_none_or(|(_, second)| second.is_none()) {
            tried(Crashed { first, second: None, kind, outcome: self.run(disk, left)? });
        }
        if self.plan.again == Again::No {
            return Ok(());
        }
        for point in &recovery {
            for &at_crash in self.plan.leaves {
                let second = Some(CrashPoint { operation: point.number(), at_crash });
                if self.plan.only.is_some_and(|(_, only)| only != second) {
                    continue;
                }
                let disk = Disk::from_point(point, at_crash, &self.before.key);
                let outcome = match self.left_on(&disk.fork()) {
                    Ok((left_again, _)) if left_again == left => self.run(disk, left)?,
                    Ok(_) => Outcome::Torn("the recovery changed what was there".to_owned()),
                    Err(what) => Outcome::Torn(what),
                };
                tried(Crashed { first, second, kind: point.kind(), outcome });
            }
        }
        Ok(())
    }

    /// How many of the records that were being stored are on a disk, and the points of its opening.
    fn left_on(&self, disk: &Disk) -> Result<(u64, Vec<Point>), String> {
        let (found, recovery) = self.before.subject.found_on(disk)?;
        if self.is.as_ref() == Some(&found) {
            Ok((self.records, recovery))
        } else if self.was.as_ref() == Some(&found) {
            Ok((0, recovery))
        } else {
            Err("what was found is neither what was there before nor all that was to be".to_owned())
        }
    }

    fn run(&self, disk: Disk, left: u64) -> Result<Outcome<O>, RunError> {
        let mut world = self.before.fork(self.before.subject.fallen(disk, left));
        world.go_down(Crash { down: self.plan.down, keep: Keep::None });
        let cause = world.happen(self.stop)?;
        let (end, observer) = world.end(cause);
        Ok(Outcome::Ended(end, observer))
    }
}
