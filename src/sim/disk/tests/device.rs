//! What a disk refuses, and what is done wrong by it or on the way to it.

use super::*;
use crate::scenario::Syncs;

fn limited(sectors: u64) -> Disk {
    let size_limit_bytes = Some(sectors * SECTOR_BYTES as u64);
    Disk::new(DiskFaults { size_limit_bytes, ..DiskFaults::default() }, None)
}

fn kind_of<T>(result: io::Result<T>) -> Option<io::ErrorKind> {
    result.err().map(|error| error.kind())
}

const FULL: Option<io::ErrorKind> = Some(io::ErrorKind::StorageFull);

#[test]
fn a_disk_is_full_when_its_files_are_as_long_together_as_it_can_hold() {
    let disk = limited(6);
    let file = four_sectors(&disk);
    let other = disk.create("other").expect("the disk has power");
    assert_eq!(kind_of(other.resize(1024)), None, "just as much as there is room for");
    assert_eq!(kind_of(other.resize(1025)), FULL);
    assert_eq!(kind_of(file.write(2047, b"AA")), FULL, "a write that makes the file longer");
    assert_eq!(letters(&file), "....", "nothing of it was done");
    assert_eq!(kind_of(file.write(2046, b"AA")), None, "a write within the file");
    assert_eq!(kind_of(file.resize(1536)), None);
    assert_eq!(kind_of(other.resize(1536)), None, "what one gave up the other one has");
}

#[test]
fn no_disk_is_larger_than_memory() {
    let file = four_sectors(&plain());
    assert_eq!(kind_of(file.resize(u64::MAX)), FULL);
    assert_eq!(kind_of(file.write(u64::MAX / 2, b"A")), FULL);
}

#[test]
fn a_file_that_no_name_stands_for_takes_no_room() {
    let disk = limited(4);
    drop(four_sectors(&disk));
    let other = disk.create("file").expect("the disk has power");
    assert_eq!(kind_of(other.resize(2048)), None);
}

#[test]
fn a_write_fails_once_and_nothing_of_it_is_written() {
    // The first write is that of the four sectors.
    for (fails_at_write, expected) in [(None, "AB.C"), (Some(2), ".B.C"), (Some(3), "A..C")] {
        let disk = Disk::new(DiskFaults { fails_at_write, ..DiskFaults::default() }, None);
        let file = four_sectors(&disk);
        let letters_of = [(0, b'A'), (512, b'B'), (1536, b'C')];
        let write = |(offset, letter)| file.write(offset, &[letter; SECTOR_BYTES]);
        let failed = letters_of.map(write).iter().filter(|result| result.is_err()).count();
        assert_eq!(failed, usize::from(fails_at_write.is_some()));
        assert_eq!(letters(&file), expected);
    }
}

#[test]
fn writes_are_counted_over_all_lives() {
    let disk = Disk::new(DiskFaults { fails_at_write: Some(2), ..DiskFaults::default() }, None);
    drop(four_sectors(&disk));
    disk.crash(AtCrash::Dropped, &Key::new(1));
    let file = disk.open("file").expect("the disk has power").expect("its name is at rest");
    assert!(file.write(0, b"A").is_err());
    assert!(file.write(0, b"A").is_ok());
}

#[test]
fn a_lying_sync_brings_nothing_to_rest_but_names() {
    let faults = DiskFaults { syncs: Syncs::Lying, ..DiskFaults::default() };
    for (at_crash, expected) in [(AtCrash::Dropped, ""), (AtCrash::Kept, "A...")] {
        let disk = Disk::new(faults, None);
        let file = four_sectors(&disk);
        write(&file, 0, "A");
        assert!(file.sync().is_ok());
        assert!(disk.sync_names().is_ok());
        disk.crash(at_crash, &Key::new(1));
        assert_eq!(reopened(&disk, "file").as_deref(), Some(expected), "{at_crash:?}");
    }
}

#[test]
fn nothing_can_be_done_by_a_file_that_was_opened_before_the_power_went() {
    let off: fn(&Disk) = Disk::power_off;
    let crash: fn(&Disk) = |disk| disk.crash(AtCrash::Kept, &Key::new(1));
    for end in [off, crash] {
        let disk = plain();
        let file = four_sectors(&disk);
        end(&disk);
        let before = (disk.operations(), disk.lane());
        let results = [
            file.size_bytes().map(drop),
            file.read(0, &mut [0]),
            file.write(0, b"A"),
            file.resize(0),
            file.sync(),
        ];
        assert!(results.iter().all(Result::is_err), "{results:?}");
        assert_eq!((disk.operations(), disk.lane()), before);
    }
}

#[test]
fn a_disk_without_power_answers_nobody_until_the_crash_is_decided() {
    let disk = plain();
    write(&four_sectors(&disk), 0, "A");
    disk.power_off();
    assert!(disk.open("file").is_err());
    assert!(disk.create("file").is_err());
    assert!(disk.rename("file", "other").is_err());
    assert!(disk.sync_names().is_err());
    disk.crash(AtCrash::Kept, &Key::new(1));
    assert_eq!(reopened(&disk, "file").as_deref(), Some("A..."));
}

#[test]
fn a_file_is_open_once() {
    let disk = plain();
    let file = four_sectors(&disk);
    assert_eq!(kind_of(disk.open("file")), Some(io::ErrorKind::WouldBlock));
    disk.crash(AtCrash::Dropped, &Key::new(1));
    let again = disk.open("file").expect("whoever had it open is gone");
    drop(file);
    assert_eq!(kind_of(disk.open("file")), Some(io::ErrorKind::WouldBlock));
    drop(again);
    assert!(disk.open("file").is_ok());
}

#[test]
fn what_is_not_there_cannot_be_opened_read_or_renamed() {
    let disk = plain();
    let file = four_sectors(&disk);
    assert!(disk.open("other").expect("the disk has power").is_none());
    assert_eq!(kind_of(disk.rename("other", "file")), Some(io::ErrorKind::NotFound));
    assert_eq!(kind_of(file.read(2047, &mut [0; 2])), Some(io::ErrorKind::UnexpectedEof));
    assert_eq!(kind_of(file.write(u64::MAX, b"AA")), Some(io::ErrorKind::InvalidInput));
}

#[test]
fn what_an_adaptor_drops_is_answered_and_not_done() {
    #[rustfmt::skip]
    let table = [
        // what is dropped, found before the crash, found after it
        (OperationKind::Create, None, None),
        (OperationKind::Write, Some(("name", "")), Some(("name", ""))),
        (OperationKind::Resize, Some(("name", "....")), Some(("name", "...."))),
        (OperationKind::Sync, Some(("name", "..")), Some(("name", ""))),
        (OperationKind::Rename, Some(("file", "..")), Some(("file", ".."))),
        (OperationKind::SyncNames, Some(("name", "..")), None),
    ];
    for (kind, before, after) in table {
        let disk = Disk::new(DiskFaults::default(), Some(Box::new(Without(kind))));
        let file = disk.create("file").expect("it is answered");
        write(&file, 0, "....");
        if kind != OperationKind::Write {
            file.resize(1024).expect("it is answered");
        }
        file.sync().expect("it is answered");
        if kind != OperationKind::Create {
            disk.rename("file", "name").expect("it is answered");
        }
        disk.sync_names().expect("it is answered");
        drop(file);
        let found = || {
            let mut names = ["file", "name"].into_iter();
            names.find_map(|name| Some((name, reopened(&disk, name)?)))
        };
        let found_as = |expected: Option<(&'static str, &str)>| {
            expected.map(|(name, letters)| (name, letters.to_owned()))
        };
        assert_eq!(found(), found_as(before), "{kind:?} before");
        disk.crash(AtCrash::Dropped, &Key::new(1));
        assert_eq!(found(), found_as(after), "{kind:?} after");
    }
}
