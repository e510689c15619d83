//! A disk that is simulated: a spool's [`Volume`] in memory, and what a crash leaves of it.
//!
//! In: operations on files and names, what the disk does wrong, and the moments in which the power goes.
//! Out: what is found on it afterwards, the same for the same seed, operation and [`AtCrash`]; and the
//! fingerprint's lane `disk`. A slow disk is none of its business: it has no clock, and whoever asks it
//! waits for as long as the scenario says.
//!
//! What a file holds and what of that is at rest are apart: a sync brings the one to the other. So are
//! names: a file that is synced under a name that is not is lost with it. The rest follows a journaling
//! file system on a disk that writes in whatever order it likes: of the operations on a file since its
//! last sync any may be there, lengths and names only in their order. An operation is there or not, even
//! where one after it is; where writes are torn, each sector of 512 bytes is.
//!
//! An operation counts whether it was done, refused or dropped by an adaptor. A disk that lies about
//! syncs answers those of files, and nothing comes to rest by them. Names do: they are made at the very
//! start, and what a disk has held back for that long it has written by then.

mod device;
mod fate;
mod file;
mod names;
mod operation;
mod pages;
mod point;
mod trail;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::device::{Device, Opened};
use super::fingerprint::Chain;
use super::stream::Key;
use crate::scenario::{AtCrash, DiskFaults};
use crate::spool::{Medium, Volume};

pub use operation::{DiskAdaptor, Operation, OperationKind, Passage};
pub use point::Point;

/// A handle of a simulated disk; a clone is one of the same disk.
#[derive(Clone)]
pub struct Disk {
    device: Arc<Mutex<Device>>,
}

/// An open file of a simulated disk. Once the power has gone nothing can be done by it any more.
#[derive(Debug)]
pub struct DiskFile {
    disk: Disk,
    opened: Opened,
}

impl Disk {
    /// An empty disk. The adaptor sees each operation before the disk does.
    #[must_use]
    pub fn new(faults: DiskFaults, adaptor: Option<Box<dyn DiskAdaptor>>) -> Disk {
        let mut device = Device::new(faults);
        device.adaptor = adaptor;
        Disk::of(device)
    }

    /// The disk as it would be found if the power went just after an operation. It goes on counting
    /// where that one was, has the same faults to come, and no adaptor.
    #[must_use]
    pub fn from_point(point: &Point, at_crash: AtCrash, key: &Key) -> Disk {
        Disk::of(Device::found(point, at_crash, key))
    }

    /// A disk of its own that stands as this one does: what is done to one of them is not done to the
    /// other. It has no adaptor, is not watched, and nobody has a file of it open.
    #[must_use]
    pub fn fork(&self) -> Disk {
        Disk::of(self.device().fork())
    }

    /// Puts an adaptor before the disk, in the place of any that was there.
    pub fn adapt(&self, adaptor: Box<dyn DiskAdaptor>) {
        self.device().adaptor = Some(adaptor);
    }

    /// The power goes and comes back: what is opened from now on finds what the crash has left. By files
    /// that were opened before nothing can be done any more. The draws depend on the run's key, the number
    /// of operations so far and `at_crash` alone.
    pub fn crash(&self, at_crash: AtCrash, key: &Key) {
        self.device().crash(at_crash, key);
    }

    /// The power goes: nothing can be done until [`Disk::crash`] says what that has left.
    pub fn power_off(&self) {
        self.device().power_off();
    }

    /// Operations so far, over all lives.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.device().course.operations
    }

    /// From now on each operation leaves a point.
    pub fn watch(&self) {
        self.device().points.get_or_insert_default();
    }

    /// The points since they were last taken; it is still watched where it was.
    #[must_use]
    pub fn take_points(&self) -> Vec<Point> {
        self.device().points.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// All operations in order, and what crashes left: for the fingerprint.
    pub(super) fn lane(&self) -> Chain {
        self.device().course.lane
    }

    fn of(device: Device) -> Disk {
        Disk { device: Arc::new(Mutex::new(device)) }
    }

    fn device(&self) -> MutexGuard<'_, Device> {
        // What an adaptor panicked over has not been done; a spool that is dropped meanwhile must not
        // panic again.
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self, opened: Opened) -> DiskFile {
        DiskFile { disk: self.clone(), opened }
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disk({} operations)", self.operations())
    }
}

impl Volume for Disk {
    type File = DiskFile;

    fn open(&self, name: &str) -> io::Result<Option<DiskFile>> {
        let opened = self.device().open(name)?;
        Ok(opened.map(|opened| self.opened(opened)))
    }

    fn create(&self, name: &str) -> io::Result<DiskFile> {
        let opened = self.device().create(name)?;
        Ok(self.opened(opened))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.device().rename(from, to)
    }

    fn sync_names(&self) -> io::Result<()> {
        self.device().sync_names()
    }
}

impl Medium for DiskFile {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.disk.device().pages(&self.opened)?.size_bytes())
    }

    fn resize(&self, size_bytes: u64) -> io::Result<()> {
        self.disk.device().resize(&self.opened, size_bytes)
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let there = self.disk.device().pages(&self.opened)?.read(offset, bytes);
        there.then_some(()).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.device().write(&self.opened, offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.device().sync(&self.opened)
    }
}

#[cfg(test)]
mod tests;
