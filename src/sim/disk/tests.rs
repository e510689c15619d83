//! What is found after a crash, by tables: what must, may and must not be there.
//!
//! A file is drawn as one letter for each of its sectors: `.` was at rest before the history began,
//! `0` was never written.

mod device;
mod points;
mod spool;

use std::collections::BTreeSet;

use super::*;

const SECTOR_BYTES: usize = 512;
/// So many that each of up to 16 outcomes comes up.
const SEEDS: u64 = 400;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// From a sector on, one letter for each.
    Write(usize, &'static str),
    /// To so many sectors.
    Resize(u64),
    Sync,
}

use Step::{Resize, Sync, Write};

fn plain() -> Disk {
    Disk::new(DiskFaults::default(), None)
}

/// Keeps each operation of one kind from being done.
struct Without(OperationKind);

impl DiskAdaptor for Without {
    fn operation(&mut self, operation: Operation<'_>) -> Passage {
        if operation.kind() == self.0 { Passage::Dropped } else { Passage::Done }
    }
}

/// A file of four sectors that are at rest.
fn four_sectors(disk: &Disk) -> DiskFile {
    let file = disk.create("file").expect("the disk has power");
    write(&file, 0, "....");
    file.sync().expect("the disk has power");
    disk.sync_names().expect("the disk has power");
    file
}

fn write(file: &DiskFile, sector: usize, letters: &str) {
    let bytes: Vec<u8> = letters.bytes().flat_map(|letter| [letter; SECTOR_BYTES]).collect();
    file.write((sector * SECTOR_BYTES) as u64, &bytes).expect("the disk has power");
}

fn act(file: &DiskFile, step: Step) {
    match step {
        Write(sector, letters) => write(file, sector, letters),
        Resize(sectors) => {
            file.resize(sectors * SECTOR_BYTES as u64).expect("the disk has power");
        }
        Sync => file.sync().expect("the disk has power"),
    }
}

/// The file's letters; `?` for a sector that has several.
fn letters(file: &DiskFile) -> String {
    let mut bytes = vec![0; file.size_bytes().expect("the disk has power") as usize];
    file.read(0, &mut bytes).expect("all of it is there");
    let letter = |sector: &[u8]| match sector[0] {
        first if sector.iter().any(|byte| *byte != first) => '?',
        0 => '0',
        letter => char::from(letter),
    };
    bytes.chunks(SECTOR_BYTES).map(letter).collect()
}

fn reopened(disk: &Disk, name: &str) -> Option<String> {
    disk.open(name).expect("the disk has power").map(|file| letters(&file))
}

/// All that is found of the file in some run.
fn outcomes(history: &[Step], at_crash: AtCrash) -> BTreeSet<String> {
    let found = |seed| {
        let disk = plain();
        let file = four_sectors(&disk);
        for step in history {
            act(&file, *step);
        }
        disk.crash(at_crash, &Key::new(seed));
        reopened(&disk, "file").expect("its name is at rest")
    };
    (0..SEEDS).map(found).collect()
}

fn set(words: &str) -> BTreeSet<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

/// One word for each way to take one letter of each group: `.A B` is `.B AB`.
fn each_of(groups: &str) -> BTreeSet<String> {
    let mut words = set("");
    words.insert(String::new());
    for group in groups.split_whitespace() {
        let longer =
            |word: &String| group.chars().map(|l| format!("{word}{l}")).collect::<Vec<_>>();
        words = words.iter().flat_map(longer).collect();
    }
    words
}

#[test]
fn a_crash_leaves_what_was_synced_and_of_the_rest_what_it_is_told_to() {
    #[rustfmt::skip]
    let table: &[(&[Step], &str, &str, &str)] = &[
        // what was done, found if dropped, if kept, if reordered
        (&[], "....", "....", "...."),
        (&[Sync], "....", "....", "...."),
        (&[Write(0, "AAAA"), Sync], "AAAA", "AAAA", "AAAA"),
        (&[Write(1, "AA")], "....", ".AA.", ".... .AA."),
        (&[Write(0, "AA"), Write(1, "BB")], "....", "ABB.", ".... AA.. .BB. ABB."),
        (&[Write(0, "AA"), Sync, Write(1, "BB")], "AA..", "ABB.", "AA.. ABB."),
        (&[Write(0, "A"), Write(0, "B"), Write(0, "C")], "....", "C...", ".... A... B... C..."),
        // What is there of a file that did not get longer ends with it.
        (&[Resize(6), Write(4, "AA")], "....", "....AA", ".... ....00 ....AA"),
        (&[Write(3, "AA")], "....", "...AA", ".... ...A ....0 ...AA"),
        (&[Write(0, "A"), Resize(6)], "....", "A...00", ".... A... ....00 A...00"),
        (&[Resize(2), Write(0, "A")], "....", "A.", ".... A... .. A."),
        // What was cut off does not come back, in whatever order the disk writes.
        (&[Resize(2), Resize(4)], "....", "..00", ".... .. ..00"),
        (&[Write(2, "AA"), Resize(3), Resize(4)], "....", "..A0", ".... ..AA ... ..A ...0 ..A0"),
        (&[Resize(0), Sync, Write(0, "A")], "", "A", " 0 A"),
    ];
    for (history, dropped, kept, reordered) in table {
        let only = |word: &&str| BTreeSet::from([(*word).to_owned()]);
        assert_eq!(outcomes(history, AtCrash::Dropped), only(dropped), "{history:?} dropped");
        assert_eq!(outcomes(history, AtCrash::Kept), only(kept), "{history:?} kept");
        let mut expected = set(reordered);
        if reordered.starts_with(' ') {
            expected.insert(String::new());
        }
        assert_eq!(outcomes(history, AtCrash::Reordered), expected, "{history:?} reordered");
    }
}

#[test]
fn a_torn_write_is_found_by_sectors() {
    #[rustfmt::skip]
    let table: &[(&[Step], &str)] = &[
        (&[], ". . . ."),
        (&[Write(0, "AA"), Sync], "A A . ."),
        (&[Write(0, "AAAA")], ".A .A .A .A"),
        (&[Write(0, "AA"), Write(1, "BB")], ".A .AB .B ."),
        (&[Write(0, "AB"), Sync, Write(1, "CD")], "A BC .D ."),
    ];
    for (history, expected) in table {
        assert_eq!(outcomes(history, AtCrash::Torn), each_of(expected), "{history:?}");
    }
}

#[test]
fn sectors_lie_where_the_disk_has_them_and_not_where_a_write_begins() {
    let mut seen = BTreeSet::new();
    for seed in 0..SEEDS {
        let disk = plain();
        let file = four_sectors(&disk);
        file.write(300, &[b'A'; 700]).expect("it is within the file");
        disk.crash(AtCrash::Torn, &Key::new(seed));
        let file = disk.open("file").expect("the disk has power").expect("it has a name");
        let mut bytes = [0; 2048];
        file.read(0, &mut bytes).expect("all of it is there");
        let written = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'A');
        let written: Vec<usize> = written.map(|(offset, _)| offset).collect();
        let first_and_last = written.first().zip(written.last());
        seen.insert((written.len(), first_and_last.map(|(first, last)| (*first, *last))));
    }
    let first = (212, Some((300, 511)));
    let second = (488, Some((512, 999)));
    assert_eq!(seen, BTreeSet::from([(0, None), first, second, (700, Some((300, 999)))]));
}

/// Names as they are found: `b=.` for a file `b` of one sector.
fn names_found(history: fn(&Disk), at_crash: AtCrash) -> BTreeSet<String> {
    let found = |seed| {
        let disk = plain();
        history(&disk);
        disk.crash(at_crash, &Key::new(seed));
        let names = ["a", "b"].into_iter();
        let found = names.filter_map(|name| Some(format!("{name}={}", reopened(&disk, name)?)));
        found.collect::<Vec<_>>().join(",")
    };
    (0..SEEDS).map(found).collect()
}

/// A new file of one sector, which is synced; its name is not.
fn created(disk: &Disk, name: &str, letter: &str) {
    let file = disk.create(name).expect("the disk has power");
    write(&file, 0, letter);
    file.sync().expect("the disk has power");
}

fn renamed(disk: &Disk) {
    disk.rename("a", "b").expect("there is such a file");
}

fn names_synced(disk: &Disk) {
    disk.sync_names().expect("the disk has power");
}

#[test]
fn names_are_found_up_to_some_change_and_never_without_those_before_it() {
    type Row = (&'static str, fn(&Disk), &'static str, &'static str, &'static str);
    #[rustfmt::skip]
    let table: &[Row] = &[
        ("a file that is synced under a name that is not is lost",
            |disk| created(disk, "a", "A"), "", "a=A", " a=A"),
        ("a file of which only the name is there is empty",
            |disk| drop(disk.create("a")), "", "a=", " a="),
        ("a name that is synced stays",
            |disk| { created(disk, "a", "A"); names_synced(disk); }, "a=A", "a=A", "a=A"),
        ("a rename that is not synced may be undone",
            |disk| { created(disk, "a", "A"); names_synced(disk); renamed(disk); }, "a=A", "b=A", "a=A b=A"),
        ("none of two changes, the first or both",
            |disk| { created(disk, "a", "A"); renamed(disk); }, "", "b=A", " a=A b=A"),
        ("a rename over another file leaves the one or the other",
            |disk| {
                created(disk, "b", "B"); created(disk, "a", "A"); names_synced(disk); renamed(disk);
            }, "a=A,b=B", "b=A", "a=A,b=B b=A"),
        ("a file in the place of another leaves the one or the other",
            |disk| { created(disk, "a", "A"); names_synced(disk); created(disk, "a", "C"); },
            "a=A", "a=C", "a=A a=C"),
    ];
    for (fact, history, dropped, kept, drawn) in table {
        let only = |word: &&str| BTreeSet::from([(*word).to_owned()]);
        let mut expected = set(drawn);
        if drawn.starts_with(' ') {
            expected.insert(String::new());
        }
        assert_eq!(names_found(*history, AtCrash::Dropped), only(dropped), "{fact}");
        assert_eq!(names_found(*history, AtCrash::Kept), only(kept), "{fact}");
        assert_eq!(names_found(*history, AtCrash::Reordered), expected, "{fact}");
        assert_eq!(names_found(*history, AtCrash::Torn), expected, "{fact}");
    }
}
