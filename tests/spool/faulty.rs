//! A device that fails: nothing is believed after it, and nothing is half there.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use restante::spool::{Batch, Medium, Memory, OpenError, Settings, Spool, SpoolError, Volume};

use crate::sight::{id, open, sight};

/// Files in memory, of which one operation fails, and with it all that follow where the power is gone.
#[derive(Clone, Debug)]
struct Faulty {
    memory: Memory,
    fault: Arc<Fault>,
}

#[derive(Debug)]
struct Fault {
    /// Operations that go well.
    left: AtomicU64,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Fails(io::ErrorKind),
    PowerIsGone,
}

#[derive(Debug)]
struct FaultyFile<F> {
    file: F,
    fault: Arc<Fault>,
}

impl Fault {
    fn step(&self) -> io::Result<()> {
        let left = self.left.load(Ordering::Relaxed);
        match (left, self.what) {
            (0, What::PowerIsGone) => Err(io::ErrorKind::BrokenPipe.into()),
            (0, What::Fails(kind)) => {
                self.left.store(u64::MAX, Ordering::Relaxed);
                Err(kind.into())
            }
            (u64::MAX, _) => Ok(()),
            _ => {
                self.left.store(left - 1, Ordering::Relaxed);
                Ok(())
            }
        }
    }
}

impl Faulty {
    fn new(memory: &Memory, what: What, after: u64) -> Faulty {
        let fault = Fault { left: AtomicU64::new(after), what };
        Faulty { memory: memory.clone(), fault: Arc::new(fault) }
    }

    /// Whether the fault came.
    fn struck(&self) -> bool {
        let left = self.fault.left.load(Ordering::Relaxed);
        left == u64::MAX || (left == 0 && self.fault.what == What::PowerIsGone)
    }

    fn file<F>(&self, file: F) -> FaultyFile<F> {
        FaultyFile { file, fault: self.fault.clone() }
    }
}

impl Volume for Faulty {
    type File = FaultyFile<<Memory as Volume>::File>;

    fn open(&self, name: &str) -> io::Result<Option<Self::File>> {
        Ok(self.memory.open(name)?.map(|file| self.file(file)))
    }

    fn create(&self, name: &str) -> io::Result<Self::File> {
        self.fault.step()?;
        Ok(self.file(self.memory.create(name)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.fault.step()?;
        self.memory.rename(from, to)
    }

    fn sync_names(&self) -> io::Result<()> {
        self.fault.step()
    }
}

impl<F: Medium> Medium for FaultyFile<F> {
    fn size_bytes(&self) -> io::Result<u64> {
        self.file.size_bytes()
    }

    fn resize(&self, size_bytes: u64) -> io::Result<()> {
        self.fault.step()?;
        self.file.resize(size_bytes)
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, bytes)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.fault.step()?;
        self.file.write(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.fault.step()
    }
}

#[test]
fn a_creation_that_is_cut_off_anywhere_leaves_no_half_spool() {
    let mut points = 0;
    loop {
        let memory = Memory::new();
        let faulty = Faulty::new(&memory, What::PowerIsGone, points);
        let opened = Spool::open(&faulty, Settings::default());
        if opened.is_ok() {
            break;
        }
        assert!(faulty.struck(), "at operation {points}: {opened:?}");
        let spool = open(&memory);
        assert_eq!(sight(&spool, []), sight(&open(&Memory::new()), []));
        assert_eq!(memory.names(), [Spool::NAME], "at operation {points}");
        points += 1;
    }
    assert!(points > 10, "only {points} operations");
}

/// A batch of many pages: ten messages with long bodies.
fn batch(from: u64) -> Batch {
    let mut batch = Batch::new();
    for ordinal in from..from + 10 {
        batch.accept(id(ordinal, 0), ordinal, b"record");
        batch.envelope(id(ordinal, 0), b"envelope");
        batch.body(id(ordinal, 0), &vec![ordinal as u8; 50_000]);
    }
    batch
}

#[test]
fn a_batch_is_there_whole_or_not_at_all_wherever_the_device_fails() {
    let kinds = [
        (What::PowerIsGone, SpoolError::Device("broken pipe".to_owned())),
        (What::Fails(io::ErrorKind::StorageFull), SpoolError::Full),
        (What::Fails(io::ErrorKind::TimedOut), SpoolError::Device("timed out".to_owned())),
    ];
    for (what, expected) in kinds {
        let (mut point, mut kept, mut lost) = (0, 0, 0);
        loop {
            let memory = Memory::new();
            let mut spool = open(&memory);
            spool.commit(&batch(1)).expect("room");
            spool.close().expect("closed");
            let faulty = Faulty::new(&memory, what, u64::MAX);
            let mut spool = Spool::open(&faulty, Settings::default()).expect("no fault yet");
            faulty.fault.left.store(point, Ordering::Relaxed);
            let committed = spool.commit(&batch(11));
            let Err(failure) = committed else { break };
            assert_eq!(failure, expected, "{what:?} at operation {point}");
            // Nothing is believed any more, though the device may work again.
            assert_eq!(spool.commit(&batch(21)), Err(expected.clone()));
            assert_eq!(spool.write_chunk(id(1, 0), b"more"), Err(expected.clone()));
            assert_eq!(spool.read().err(), Some(expected.clone()));
            assert_eq!(spool.close(), Err(expected.clone()));
            let all = (1..31).map(|ordinal| id(ordinal, 0));
            let seen = sight(&open(&memory), all);
            let count = seen.records.len();
            assert!(count == 10 || count == 20, "{what:?} at operation {point}: {count} records");
            assert_eq!((seen.envelopes.len(), seen.bodies.len()), (count, count));
            if count == 20 {
                kept += 1;
            } else {
                lost += 1;
            }
            point += 1;
        }
        assert!(lost > 20 && kept > 0, "{what:?}: {lost} lost and {kept} kept");
    }
}

#[test]
fn what_a_device_says_at_the_opening_is_told() {
    for (what, expected) in [
        (What::Fails(io::ErrorKind::StorageFull), OpenError::Full),
        (What::Fails(io::ErrorKind::TimedOut), OpenError::Device("timed out".to_owned())),
        (What::Fails(io::ErrorKind::WouldBlock), OpenError::InUse),
    ] {
        let faulty = Faulty::new(&Memory::new(), what, 0);
        assert_eq!(Spool::open(&faulty, Settings::default()).err(), Some(expected));
    }
}
