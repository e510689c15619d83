//! A spool in a folder: its names, and who may have it open.

use std::fs;
use std::path::Path;

use redb::{Database, TableDefinition};
use restante::spool::{Batch, Folder, OpenError, Spool};

use crate::sight::{id, open, refused};

const FACTS: TableDefinition<&str, &[u8]> = TableDefinition::new("spool");

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the test")
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let names = fs::read_dir(folder.path()).expect("there").map(|entry| entry.expect("there"));
    let mut names: Vec<String> =
        names.map(|entry| entry.file_name().into_string().expect("plain")).collect();
    names.sort();
    names
}

#[test]
fn a_folder_has_a_spool_and_its_lock() {
    let folder = folder();
    drop(open(&Folder::new(folder.path())));
    assert_eq!(names(&folder), [Folder::LOCK, Spool::NAME]);
}

#[test]
fn what_was_left_of_a_creation_is_made_anew() {
    let folder = folder();
    fs::write(folder.path().join(Spool::NEW), vec![7; 300_000]).expect("room");
    let mut spool = open(&Folder::new(folder.path()));
    let mut batch = Batch::new();
    batch.accept(id(1, 0), 1, b"");
    spool.commit(&batch).expect("room");
    drop(spool);
    assert_eq!(names(&folder), [Folder::LOCK, Spool::NAME]);
    assert_eq!(open(&Folder::new(folder.path())).read().expect("readable").last_number(), 1);
}

#[test]
fn a_folder_is_in_use_until_it_and_its_spool_are_gone() {
    let folder = folder();
    let volume = Folder::new(folder.path());
    let spool = open(&volume);
    assert_eq!(refused(&volume), OpenError::InUse);
    assert_eq!(refused(&Folder::new(folder.path())), OpenError::InUse);
    drop(volume);
    assert_eq!(refused(&Folder::new(folder.path())), OpenError::InUse);
    drop(spool);
    open(&Folder::new(folder.path()));
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let folder = folder();
    let error = refused(&Folder::new(folder.path().join("none")));
    assert!(matches!(error, OpenError::Device(_)), "{error}");
}

/// Puts something in the place of a spool.
type Make<'a> = &'a dyn Fn(&Path);

fn database_of_others(path: &Path) {
    let database = Database::create(path).expect("room");
    let table: TableDefinition<u64, u64> = TableDefinition::new("other");
    let transaction = database.begin_write().expect("alone");
    transaction.open_table(table).expect("new").insert(1, 1).expect("room");
    transaction.commit().expect("room");
}

fn spool_at(path: &Path) {
    drop(open(&Folder::new(path.parent().expect("in a folder"))));
}

fn spool_with_version(path: &Path, version: &[u8]) {
    spool_at(path);
    let database = Database::open(path).expect("a database");
    let transaction = database.begin_write().expect("alone");
    transaction.open_table(FACTS).expect("there").insert("version", version).expect("room");
    transaction.commit().expect("room");
}

fn spool_cut_short(path: &Path) {
    spool_at(path);
    let file = fs::OpenOptions::new().write(true).open(path).expect("there");
    file.set_len(40_000).expect("cut");
}

#[test]
fn what_is_no_spool_of_this_version_is_refused_and_left_as_it_is() {
    let write = |bytes: &'static [u8]| move |path: &Path| fs::write(path, bytes).expect("room");
    let version = |version: &'static [u8]| move |path: &Path| spool_with_version(path, version);
    let tables: [(&str, Make<'_>, &str); 8] = [
        ("a_text", &write(b"a letter to the postmaster"), "NotASpool"),
        ("a_database_of_others", &database_of_others, "NotASpool"),
        ("a_newer_version", &version(&[2, 0, 0, 0, 0, 0, 0, 0]), "Newer { found: 2, known: 1 }"),
        ("no_version", &version(&[0; 8]), "Corrupt(\"its version is none\")"),
        ("half_a_version", &version(&[1, 0]), "Corrupt(\"its version is none\")"),
        ("an_empty_file", &write(b""), "Corrupt(\"its beginning is blank\")"),
        ("a_blank_file", &write(&[0; 10_000]), "Corrupt(\"its beginning is blank\")"),
        // The rest of the words is the database's.
        ("a_file_cut_short", &spool_cut_short, "Corrupt(\""),
    ];
    for (fact, make, expected) in tables {
        let folder = folder();
        let path = folder.path().join(Spool::NAME);
        make(&path);
        let before = fs::read(&path).expect("there");
        let error = format!("{:?}", refused(&Folder::new(folder.path())));
        assert!(error.starts_with(expected), "{fact}: {error}");
        assert!(fs::read(&path).expect("there") == before, "{fact}: it was written to");
    }
}
