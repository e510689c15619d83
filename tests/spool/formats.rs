//! Files of earlier versions open, and what is written is what `docs/spool-format.md` says.

use std::fs;
use std::path::Path;

use redb::{ReadOnlyDatabase, ReadableDatabase, ReadableTable, TableDefinition};
use restante::base::{Clocks, Instant};
use restante::spool::{Batch, Folder, Spool};

use crate::sight::{Sight, failed, id, open, sight};

/// A spool as version 1 wrote it.
const FORMAT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/spool-1.redb");

const CLOCKS: Clocks = Clocks { hub: Instant::from_micros(0x0102), wall_unix_us: -2 };

/// Puts a bit of everything into a spool.
fn fill(spool: &mut Spool) {
    let mut batch = Batch::new();
    batch.accept(id(1, 0), 1, b"first");
    batch.accept(id(1, 1), 2, b"second");
    batch.envelope(id(1, 0), b"from, to, to");
    batch.body(id(1, 0), &body(4_100));
    batch.accept(failed(2, 1), 3, b"dead");
    batch.envelope(failed(2, 1), b"to");
    batch.body(failed(2, 1), b"");
    batch.note_apart(4, b"apart");
    spool.commit(&batch).expect("room");
    batch.clear();
    batch.note(id(1, 0), 5, b"again");
    batch.bury(failed(2, 1));
    batch.clocks(CLOCKS);
    batch.body(id(3, 0), b"begun");
    spool.commit(&batch).expect("room");
}

fn body(size: usize) -> Vec<u8> {
    (0..size).map(|n| n as u8).collect()
}

#[test]
fn a_file_of_format_1_opens() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    fs::copy(FORMAT_1, folder.path().join(Spool::NAME)).expect("room");
    let spool = open(&Folder::new(folder.path()));
    let record = |number, message, text: &str| (number, message, text.as_bytes().to_vec());
    let expected = Sight {
        clocks: Some(CLOCKS),
        records: vec![
            record(1, Some(id(1, 0)), "first"),
            record(2, Some(id(1, 1)), "second"),
            record(4, None, "apart"),
            record(5, Some(id(1, 0)), "again"),
        ],
        dead: vec![record(3, Some(failed(2, 1)), "dead")],
        envelopes: [(id(1, 0), b"from, to, to".to_vec()), (failed(2, 1), b"to".to_vec())].into(),
        bodies: [(id(1, 0), body(4_100)), (failed(2, 1), Vec::new())].into(),
    };
    assert_eq!(sight(&spool, [id(1, 0), failed(2, 1), id(3, 0)]), expected);
}

/// All rows of a file, as bytes in hexadecimal digits.
fn rows(path: &Path) -> String {
    let database = ReadOnlyDatabase::open(path).expect("closed before");
    let read = database.begin_read().expect("readable");
    let mut text = String::new();
    let mut line = |table: &str, key: String, value: &[u8]| {
        text += &format!("{table} {key}: ");
        for byte in value.iter().take(60) {
            text += &format!("{byte:02x}");
        }
        text += &format!(", {} bytes\n", value.len());
    };
    let facts: TableDefinition<&str, &[u8]> = TableDefinition::new("spool");
    for row in read.open_table(facts).expect("there").iter().expect("readable") {
        let (key, value) = row.expect("readable");
        line("spool", key.value().to_owned(), value.value());
    }
    for name in ["records", "dead", "apart", "mail"] {
        let table: TableDefinition<u64, &[u8]> = TableDefinition::new(name);
        for row in read.open_table(table).expect("there").iter().expect("readable") {
            let (key, value) = row.expect("readable");
            line(name, format!("{:x}", key.value()), value.value());
        }
    }
    let blocks: TableDefinition<(u64, u64), &[u8]> = TableDefinition::new("blocks");
    for row in read.open_table(blocks).expect("there").iter().expect("readable") {
        let (key, value) = row.expect("readable");
        line("blocks", format!("{:?}", key.value()), value.value());
    }
    let begun: TableDefinition<u64, ()> = TableDefinition::new("begun");
    for row in read.open_table(begun).expect("there").iter().expect("readable") {
        line("begun", format!("{:x}", row.expect("readable").0.value()), &[]);
    }
    text
}

/// The file that this leaves under `target/tmp` is how `tests/data/spool-1.redb` was made.
#[test]
fn what_is_written_is_format_1() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("format-1");
    fs::create_dir_all(&folder).expect("room");
    let path = folder.join(Spool::NAME);
    if path.exists() {
        fs::remove_file(&path).expect("ours");
    }
    let mut spool = open(&Folder::new(&folder));
    fill(&mut spool);
    spool.close().expect("closed");
    assert_eq!(rows(&path), rows(Path::new(FORMAT_1)));
    assert_eq!(rows(&path), include_str!("format-1.txt"));
}
