//! A database on the disk: whatever a crash leaves, what was committed is there.

use redb::{
    Builder, Database, ReadableDatabase, ReadableTableMetadata, StorageBackend, TableDefinition,
};

use super::*;

const ROWS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("rows");
const COMMITS: u64 = 60;
const NAME: &str = "database";

#[derive(Debug)]
struct OnDisk(DiskFile);

impl StorageBackend for OnDisk {
    fn len(&self) -> io::Result<u64> {
        self.0.size_bytes()
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, bytes)
    }

    fn set_len(&self, size_bytes: u64) -> io::Result<()> {
        self.0.resize(size_bytes)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync()
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write(offset, bytes)
    }
}

fn database(file: DiskFile) -> Database {
    Builder::new().create_with_backend(OnDisk(file)).expect("what is there is a database")
}

/// An empty database, all of it at rest.
fn created(disk: &Disk) -> Database {
    drop(database(disk.create("new").expect("the disk has power")));
    disk.rename("new", NAME).expect("there is such a file");
    disk.sync_names().expect("the disk has power");
    database(disk.open(NAME).expect("the disk has power").expect("it has a name"))
}

fn commit(database: &Database, number: u64) {
    let write = database.begin_write().expect("the disk has power");
    let row = vec![number as u8; 100 + number as usize * 37 % 900];
    let mut rows = write.open_table(ROWS).expect("it is a table of rows");
    rows.insert(number, row.as_slice()).expect("the disk has power");
    drop(rows);
    write.commit().expect("the disk has power");
}

/// How many rows are there, each of them whole.
fn rows(disk: &Disk) -> u64 {
    let file = disk.open(NAME).expect("the disk has power").expect("its name is at rest");
    let database = database(file);
    let read = database.begin_read().expect("the disk has power");
    match read.open_table(ROWS) {
        Ok(rows) => {
            let count = rows.len().expect("the disk has power");
            let last = count.checked_sub(1);
            assert!(last.is_none_or(|last| rows.get(last).is_ok_and(|row| row.is_some())));
            count
        }
        Err(_) => 0,
    }
}

/// Each moment of the commits, and how many of them had returned by then.
fn moments() -> Vec<(u64, Point)> {
    let disk = plain();
    let database = created(&disk);
    disk.watch();
    let mut moments = Vec::new();
    for number in 0..COMMITS {
        commit(&database, number);
        moments.extend(disk.take_points().into_iter().map(|point| (number, point)));
    }
    disk.power_off();
    moments
}

fn crashes() -> impl Iterator<Item = (AtCrash, Key)> {
    let drawn = [AtCrash::Reordered, AtCrash::Torn].into_iter();
    let drawn = drawn.flat_map(|at_crash| [1, 2, 3].map(|seed| (at_crash, Key::new(seed))));
    let plain = [AtCrash::Dropped, AtCrash::Kept].map(|at_crash| (at_crash, Key::new(1)));
    plain.into_iter().chain(drawn)
}

#[test]
fn no_crash_takes_what_was_committed_nor_leaves_half_a_commit() {
    for (committed, point) in moments() {
        for (at_crash, key) in crashes() {
            let found = rows(&Disk::from_point(&point, at_crash, &key));
            let allowed = committed..=committed + 1;
            assert!(allowed.contains(&found), "{found} rows, {at_crash:?} after {point:?}");
        }
    }
}

#[test]
fn a_database_that_is_not_synced_loses_what_was_committed() {
    let disk = plain();
    let database = created(&disk);
    disk.adapt(Box::new(Without(OperationKind::Sync)));
    (0..COMMITS).for_each(|number| commit(&database, number));
    disk.crash(AtCrash::Dropped, &Key::new(1));
    assert_eq!(rows(&disk), 0);
}

#[test]
fn nor_does_a_crash_while_a_database_recovers_from_one() {
    for (committed, point) in moments().into_iter().step_by(40) {
        for (at_crash, key) in crashes() {
            let first = Disk::from_point(&point, at_crash, &key);
            first.watch();
            let found = rows(&first);
            for point in first.take_points() {
                let again = rows(&Disk::from_point(&point, at_crash, &key));
                assert_eq!(again, found, "of {committed}, {at_crash:?} after {point:?}");
            }
        }
    }
}

#[test]
fn the_same_commits_are_the_same_operations() {
    let kinds = || moments().iter().map(|(_, point)| point.kind()).collect::<Vec<_>>();
    assert_eq!(kinds(), kinds());
    let lane = || {
        let disk = plain();
        let database = created(&disk);
        (0..COMMITS).for_each(|number| commit(&database, number));
        disk.lane()
    };
    assert_eq!(lane(), lane());
}
