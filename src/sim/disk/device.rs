//! The disk itself: who may use it, what it refuses, what it does.
//!
//! In: operations, by handles. Out: what each came to; its place in the lane; a point, if it is watched.
//! What is left after a crash is decided elsewhere.

use std::io;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::file::File;
use super::names::Names;
use super::pages::Pages;
use super::point::{Course, Image, Point};
use super::{DiskAdaptor, Operation, OperationKind, Passage};
use crate::base::Instant;
use crate::scenario::{AtCrash, DiskFaults, Syncs};
use crate::sim::fingerprint::Chain;
use crate::sim::stream::Key;

/// No file is longer, so that what a damaged spool asks for does not take all memory.
const LARGEST_BYTES: u64 = 16 << 30;

/// What all handles of a disk share.
pub(super) struct Device {
    pub(super) adaptor: Option<Box<dyn DiskAdaptor>>,
    pub(super) course: Course,
    /// What each operation left, where that is watched.
    pub(super) points: Option<Vec<Point>>,
    /// How often the power has gone: files are open for one life.
    life: u64,
    power: Power,
    files: Vec<File>,
    names: Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    On,
    Off,
}

/// A file that is open, for one life of its disk.
#[derive(Debug)]
pub(super) struct Opened {
    file: usize,
    life: u64,
    /// Nobody else can open the file until this is dropped.
    _lease: Arc<()>,
}

/// How an operation ended, for the lane.
#[derive(Clone, Copy)]
enum Ended {
    Done,
    Dropped,
    Failed,
    Full,
}

impl Device {
    pub(super) fn new(faults: DiskFaults) -> Device {
        let course = Course { faults, operations: 0, writes: 0, lane: Chain::default() };
        Device::standing(course, Vec::new(), Names::default())
    }

    /// The disk that is found where another one lost its power.
    pub(super) fn found(point: &Point, at_crash: AtCrash, key: &Key) -> Device {
        let mut course = point.course.clone();
        let (files, names) = point.image.found(at_crash, key, &mut course);
        Device::standing(course, files, names)
    }

    /// A disk of its own that stands as this one does; nobody has a file of it open.
    pub(super) fn fork(&self) -> Device {
        let mut files = self.files.clone();
        files.iter_mut().for_each(File::take_back);
        Device {
            power: self.power,
            ..Device::standing(self.course.clone(), files, self.names.clone())
        }
    }

    fn standing(course: Course, files: Vec<File>, names: Names) -> Device {
        Device { adaptor: None, course, points: None, life: 0, power: Power::On, files, names }
    }

    pub(super) fn power_off(&mut self) {
        self.life += 1;
        self.power = Power::Off;
        self.files.iter_mut().for_each(File::take_back);
    }

    pub(super) fn crash(&mut self, at_crash: AtCrash, key: &Key) {
        self.power_off();
        (self.files, self.names) = self.image().found(at_crash, key, &mut self.course);
        self.power = Power::On;
    }

    pub(super) fn open(&mut self, name: &str) -> io::Result<Option<Opened>> {
        self.with_power()?;
        let Some(file) = self.names.file(name) else { return Ok(None) };
        let lease = self.files[file]
            .lend()
            .ok_or_else(|| io::Error::new(io::ErrorKind::WouldBlock, "the file is open already"))?;
        Ok(Some(Opened { file, life: self.life, _lease: lease }))
    }

    pub(super) fn create(&mut self, name: &str) -> io::Result<Opened> {
        self.with_power()?;
        let file = self.files.len();
        self.files.push(File::default());
        let operation = Operation::Create { name };
        let ended = self.passed(operation).unwrap_or_else(|| {
            self.names.create(name, file);
            Ended::Done
        });
        self.end(operation.kind(), ended, [file as u64, 0, 0, xxh3_64(name.as_bytes())])?;
        let lease = self.files[file].lend().expect("nobody has a new file open");
        Ok(Opened { file, life: self.life, _lease: lease })
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.with_power()?;
        let Some(file) = self.names.file(from) else {
            return Err(io::Error::new(io::ErrorKind::NotFound, "no file has that name"));
        };
        let operation = Operation::Rename { from, to };
        let ended = self.passed(operation).unwrap_or_else(|| {
            self.names.rename(from, to);
            Ended::Done
        });
        let names = [xxh3_64(from.as_bytes()), xxh3_64(to.as_bytes())];
        self.end(operation.kind(), ended, [file as u64, names[0], 0, names[1]])
    }

    pub(super) fn sync_names(&mut self) -> io::Result<()> {
        self.with_power()?;
        let operation = Operation::SyncNames;
        let ended = self.passed(operation).unwrap_or_else(|| {
            self.names.sync();
            Ended::Done
        });
        self.end(operation.kind(), ended, [u64::MAX, 0, 0, 0])
    }

    pub(super) fn pages(&self, opened: &Opened) -> io::Result<&Pages> {
        self.in_life(opened)?;
        Ok(self.files[opened.file].now())
    }

    pub(super) fn sync(&mut self, opened: &Opened) -> io::Result<()> {
        self.in_life(opened)?;
        let operation = Operation::Sync { name: &self.name(opened) };
        let ended = self.passed(operation).unwrap_or_else(|| {
            if self.course.faults.syncs == Syncs::Honest {
                self.files[opened.file].sync();
            }
            Ended::Done
        });
        self.end(operation.kind(), ended, [opened.file as u64, 0, 0, 0])
    }

    pub(super) fn resize(&mut self, opened: &Opened, size_bytes: u64) -> io::Result<()> {
        self.in_life(opened)?;
        let operation = Operation::Resize { name: &self.name(opened), size_bytes };
        let ended = self.passed(operation).unwrap_or_else(|| {
            if !self.has_room(opened, size_bytes) {
                return Ended::Full;
            }
            self.files[opened.file].resize(size_bytes);
            Ended::Done
        });
        self.end(operation.kind(), ended, [opened.file as u64, 0, size_bytes, 0])
    }

    pub(super) fn write(&mut self, opened: &Opened, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.in_life(opened)?;
        let end = offset.checked_add(bytes.len() as u64).ok_or(io::ErrorKind::InvalidInput)?;
        let operation = Operation::Write { name: &self.name(opened), offset, bytes };
        let ended = self.passed(operation).unwrap_or_else(|| {
            self.course.writes += 1;
            if self.course.faults.fails_at_write == Some(self.course.writes) {
                return Ended::Failed;
            }
            if !self.has_room(opened, end) {
                return Ended::Full;
            }
            self.files[opened.file].write(offset, bytes);
            Ended::Done
        });
        let words = [opened.file as u64, offset, bytes.len() as u64, xxh3_64(bytes)];
        self.end(operation.kind(), ended, words)
    }

    /// Asks the adaptor, and says how the operation ended if it does not reach the disk.
    fn passed(&mut self, operation: Operation<'_>) -> Option<Ended> {
        let passage = self.adaptor.as_mut().map(|adaptor| adaptor.operation(operation));
        (passage == Some(Passage::Dropped)).then_some(Ended::Dropped)
    }

    /// Counts an operation, however it ended, adds it to the lane, and keeps how the disk stands.
    fn end(&mut self, kind: OperationKind, ended: Ended, words: [u64; 4]) -> io::Result<()> {
        self.course.operations += 1;
        let [file, offset, size_bytes, hash] = words;
        // A disk has no clock: the order of its operations is all it knows.
        let record = [kind as u64 | (ended as u64) << 8, file, offset, size_bytes, hash];
        self.course.lane.add(Instant::ZERO, record);
        if let Some(mut points) = self.points.take() {
            points.push(Point { kind, course: self.course.clone(), image: self.image() });
            self.points = Some(points);
        }
        match ended {
            Ended::Done | Ended::Dropped => Ok(()),
            Ended::Failed => Err(io::Error::other("the disk failed to write (EIO)")),
            Ended::Full => Err(io::Error::new(io::ErrorKind::StorageFull, "the disk is full")),
        }
    }

    fn image(&self) -> Image {
        let files = self.files.iter().map(|file| file.stored().clone()).collect();
        Image { files, names: self.names.clone() }
    }

    /// Whether a file can be that long, beside all others that have a name.
    fn has_room(&self, opened: &Opened, size_bytes: u64) -> bool {
        let limit = self.course.faults.size_limit_bytes.unwrap_or(u64::MAX).min(LARGEST_BYTES);
        let size = self.files[opened.file].now().size_bytes();
        let others = self.names.files().filter(|file| *file != opened.file);
        let others: u64 = others.map(|file| self.files[file].now().size_bytes()).sum();
        size_bytes <= size || size_bytes.saturating_add(others) <= limit
    }

    fn name(&self, opened: &Opened) -> String {
        self.names.name(opened.file).to_owned()
    }

    fn with_power(&self) -> io::Result<()> {
        match self.power {
            Power::On => Ok(()),
            Power::Off => Err(io::Error::other("the disk has no power")),
        }
    }

    fn in_life(&self, opened: &Opened) -> io::Result<()> {
        if opened.life == self.life {
            return Ok(());
        }
        Err(io::Error::other("the disk has lost its power since the file was opened"))
    }
}
