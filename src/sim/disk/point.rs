//! A disk in one moment, as far as a crash is concerned.

use super::OperationKind;
use super::fate::Fate;
use super::file::{File, Stored};
use super::names::Names;
use crate::base::Instant;
use crate::scenario::{AtCrash, DiskFaults};
use crate::sim::fingerprint::Chain;
use crate::sim::stream::Key;

/// A disk just after one of its operations: what is at rest and what is not yet, apart. It shares its
/// bytes with the disk, and a clone costs next to nothing.
#[derive(Clone, Debug)]
pub struct Point {
    pub(super) kind: OperationKind,
    pub(super) course: Course,
    pub(super) image: Image,
}

impl Point {
    /// The number of the operation, counted from 1 over the run.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.course.operations
    }

    /// What was asked for.
    #[must_use]
    pub fn kind(&self) -> OperationKind {
        self.kind
    }
}

/// What goes on over all lives of a disk.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) faults: DiskFaults,
    pub(super) operations: u64,
    pub(super) writes: u64,
    pub(super) lane: Chain,
}

/// Files and names as they are when the power goes.
#[derive(Clone, Debug)]
pub(super) struct Image {
    pub(super) files: Vec<Stored>,
    pub(super) names: Names,
}

impl Image {
    /// What is found of them, which the lane is told. A file that no name stands for is gone.
    pub(super) fn found(
        &self,
        at_crash: AtCrash,
        key: &Key,
        course: &mut Course,
    ) -> (Vec<File>, Names) {
        let mut fate = Fate::new(at_crash, "names", course.operations, key);
        let names = self.names.found(&mut fate);
        course.crashed(&fate);
        let mut files = vec![File::default(); self.files.len()];
        for file in names.files() {
            let thing = format!("file {file}");
            let mut fate = Fate::new(at_crash, &thing, course.operations, key);
            files[file] = File::at_rest(self.files[file].found(&mut fate));
            course.crashed(&fate);
        }
        (files, names)
    }
}

impl Course {
    /// The fate of one thing was decided.
    fn crashed(&mut self, fate: &Fate<'_>) {
        self.lane.add(Instant::ZERO, [u64::MAX, fate.hash()]);
    }
}
