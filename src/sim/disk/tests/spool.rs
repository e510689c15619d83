//! A spool on the disk: whatever a crash leaves, what was committed is there and whole.

use std::ops::Range;

use super::*;
use crate::base::MessageId;
use crate::scenario::Syncs;
use crate::spool::{Batch, OpenError, Settings, Spool, SpoolError};

const COMMITS: u64 = 60;
/// So many messages later each has ended.
const STAYS: u64 = 5;

fn opened(disk: &Disk) -> Result<Spool, OpenError> {
    Spool::open(disk, Settings { cache_bytes: 1 << 20 })
}

fn message(ordinal: u64) -> MessageId {
    MessageId::mail(1, ordinal).expect("it is within the bounds")
}

fn record(ordinal: u64) -> Vec<u8> {
    vec![ordinal as u8; 40]
}

fn envelope(ordinal: u64) -> Vec<u8> {
    vec![ordinal as u8; 100]
}

fn body(ordinal: u64) -> Vec<u8> {
    let size_bytes = if is_long(ordinal) { 20_000 } else { 200 + ordinal * 97 % 3_000 };
    vec![ordinal as u8; size_bytes as usize]
}

/// Whether a message's body is written in chunks before it is accepted.
fn is_long(ordinal: u64) -> bool {
    ordinal % 10 == 3
}

/// One message comes, and one that came before it ends.
fn commit(spool: &mut Spool, ordinal: u64) -> Result<(), SpoolError> {
    let mut batch = Batch::new();
    batch.accept(message(ordinal), ordinal + 1, &record(ordinal));
    batch.envelope(message(ordinal), &envelope(ordinal));
    if is_long(ordinal) {
        for chunk in body(ordinal).chunks(8_000) {
            spool.write_chunk(message(ordinal), chunk)?;
        }
    } else {
        batch.body(message(ordinal), &body(ordinal));
    }
    if let Some(ended) = ordinal.checked_sub(STAYS) {
        batch.end(message(ended));
    }
    spool.commit(&batch)
}

/// The messages that are there after so many commits.
fn after(commits: u64) -> Range<u64> {
    commits.saturating_sub(STAYS)..commits
}

/// The messages that are there, each of them whole.
fn found(disk: &Disk) -> Result<Vec<u64>, OpenError> {
    let spool = opened(disk)?;
    let contents = spool.read()?;
    let mut ordinals = Vec::new();
    for (number, message, found) in contents.records().iter() {
        let message = message.expect("each record is about a message");
        let ordinal = u64::from(message.ordinal());
        assert_eq!((number, found), (ordinal + 1, record(ordinal).as_slice()));
        assert_eq!(spool.envelope(message)?, Some(envelope(ordinal)));
        let chunks = spool.body(message)?.expect("a message has a body");
        let chunks: Vec<Vec<u8>> = chunks.collect::<Result<_, _>>()?;
        assert_eq!(chunks.concat(), body(ordinal));
        ordinals.push(ordinal);
    }
    Ok(ordinals)
}

/// Whether what is there is what so many commits left, or that and the next one.
fn is_whole(found: &[u64], commits: u64) -> bool {
    [commits, commits + 1].iter().any(|commits| after(*commits).eq(found.iter().copied()))
}

/// Each moment from the making of the spool on, and how many commits had returned by then.
fn moments(disk: &Disk) -> Vec<(u64, Point)> {
    disk.watch();
    let mut spool = opened(disk).expect("the disk has power");
    let mut moments = Vec::new();
    for ordinal in 0..COMMITS {
        commit(&mut spool, ordinal).expect("the disk has power");
        moments.extend(disk.take_points().into_iter().map(|point| (ordinal, point)));
    }
    disk.power_off();
    moments
}

/// Each way to crash, those that are drawn with three seeds.
fn crashes() -> impl Iterator<Item = (AtCrash, Key)> {
    let drawn = [AtCrash::Reordered, AtCrash::Torn].into_iter();
    let drawn = drawn.flat_map(|at_crash| [1, 2, 3].map(|seed| (at_crash, Key::new(seed))));
    let plain = [AtCrash::Dropped, AtCrash::Kept].map(|at_crash| (at_crash, Key::new(1)));
    plain.into_iter().chain(drawn)
}

#[test]
fn no_crash_takes_what_was_committed_nor_leaves_half_a_commit() {
    for (commits, point) in moments(&plain()) {
        for (at_crash, key) in crashes() {
            let found = found(&Disk::from_point(&point, at_crash, &key));
            let place = format!("{at_crash:?} after {:?} {}", point.kind(), point.number());
            let found = found.unwrap_or_else(|error| panic!("{error:?}, {place}"));
            assert!(is_whole(&found, commits), "{found:?} after {commits} commits, {place}");
        }
    }
}

#[test]
fn nor_does_a_crash_while_a_spool_recovers_from_one() {
    for (commits, point) in moments(&plain()).into_iter().step_by(80) {
        for (at_crash, key) in crashes() {
            let first = Disk::from_point(&point, at_crash, &key);
            first.watch();
            let once = found(&first).expect("it can be read");
            assert!(is_whole(&once, commits));
            for point in first.take_points() {
                let twice = found(&Disk::from_point(&point, at_crash, &key));
                assert_eq!(twice.expect("it can be read"), once, "{at_crash:?}");
            }
        }
    }
}

#[test]
fn the_same_commits_are_the_same_operations() {
    let course = || {
        let disk = plain();
        let kinds: Vec<_> = moments(&disk).iter().map(|(_, point)| point.kind()).collect();
        (kinds, disk.lane())
    };
    assert_eq!(course(), course());
}

/// Commits until one fails, then crashes: how many commits had returned.
fn commits_until_failure(disk: &Disk) -> u64 {
    let commits = opened(disk).map_or(0, |mut spool| {
        let returned = (0..COMMITS).take_while(|ordinal| commit(&mut spool, *ordinal).is_ok());
        let returned = returned.count() as u64;
        disk.power_off();
        returned
    });
    disk.crash(AtCrash::Torn, &Key::new(commits));
    commits
}

#[test]
fn a_write_that_fails_takes_nothing_that_was_committed() {
    for fails_at_write in (1..).step_by(5) {
        let faults = DiskFaults { fails_at_write: Some(fails_at_write), ..DiskFaults::default() };
        let disk = Disk::new(faults, None);
        let commits = commits_until_failure(&disk);
        let first = found(&disk);
        // It may be one of those by which a spool recovers. It fails once.
        let found = first.clone().or_else(|_| found(&disk)).expect("it can be read");
        assert!(is_whole(&found, commits), "{found:?} after {commits}, write {fails_at_write}");
        if commits == COMMITS && first.is_ok() {
            break;
        }
    }
}

#[test]
fn a_full_disk_takes_nothing_that_was_committed() {
    let mut filled = 0;
    for size_limit_bytes in (0..4 << 20).step_by(64 << 10) {
        let faults =
            DiskFaults { size_limit_bytes: Some(size_limit_bytes), ..DiskFaults::default() };
        let disk = Disk::new(faults, None);
        let commits = commits_until_failure(&disk);
        filled += u64::from(commits < COMMITS);
        match found(&disk) {
            Ok(found) => assert!(is_whole(&found, commits), "{found:?}, {size_limit_bytes} bytes"),
            Err(OpenError::Full) => assert_eq!(commits, 0, "{size_limit_bytes} bytes"),
            Err(error) => panic!("{error:?}, {size_limit_bytes} bytes"),
        }
    }
    assert!(filled > 0, "the disk was never full");
}

#[test]
fn a_spool_is_lost_where_its_name_is_not_synced() {
    let disk = plain();
    disk.adapt(Box::new(Without(OperationKind::SyncNames)));
    moments(&disk);
    disk.crash(AtCrash::Dropped, &Key::new(1));
    assert_eq!(found(&disk), Ok(Vec::new()));
}

#[test]
fn what_was_committed_is_lost_where_it_is_not_synced() {
    let disk = plain();
    drop(opened(&disk));
    disk.adapt(Box::new(Without(OperationKind::Sync)));
    moments(&disk);
    disk.crash(AtCrash::Dropped, &Key::new(1));
    assert_eq!(found(&disk), Ok(Vec::new()));
}

#[test]
fn a_lie_is_found_out_where_all_is_lost_and_does_no_harm_where_nothing_is() {
    let faults = DiskFaults { syncs: Syncs::Lying, ..DiskFaults::default() };
    for at_crash in [AtCrash::Dropped, AtCrash::Kept] {
        let disk = Disk::new(faults, None);
        moments(&disk);
        disk.crash(at_crash, &Key::new(1));
        match found(&disk) {
            Err(OpenError::Corrupt(_)) => assert_eq!(at_crash, AtCrash::Dropped),
            found => assert_eq!(found, Ok(after(COMMITS).collect()), "{at_crash:?}"),
        }
    }
}
