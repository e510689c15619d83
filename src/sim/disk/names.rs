//! What each name stands for, now and at rest.
//!
//! A journal keeps the order of names: after a crash the first changes are there, the later ones not.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fate::Fate;
use super::trail::Trail;

/// Names of files; a file is a number. A clone costs next to nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    now: Table,
    rest: Table,
    unsynced: Trail<Change>,
}

type Table = Arc<BTreeMap<String, usize>>;

#[derive(Debug)]
enum Change {
    Created(String, usize),
    Renamed(String, String),
}

impl Names {
    pub(super) fn file(&self, name: &str) -> Option<usize> {
        self.now.get(name).copied()
    }

    /// The name of a file, or nothing where it has none.
    pub(super) fn name(&self, file: usize) -> &str {
        let named = self.now.iter().find(|(_, named)| **named == file);
        named.map_or("", |(name, _)| name)
    }

    /// The files that have a name.
    pub(super) fn files(&self) -> impl Iterator<Item = usize> {
        self.now.values().copied()
    }

    pub(super) fn create(&mut self, name: &str, file: usize) {
        self.change(Change::Created(name.to_owned(), file));
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) {
        self.change(Change::Renamed(from.to_owned(), to.to_owned()));
    }

    pub(super) fn sync(&mut self) {
        self.rest = self.now.clone();
        self.unsynced.clear();
    }

    /// What is found of them after a crash.
    pub(super) fn found(&self, fate: &mut Fate<'_>) -> Names {
        let unsynced = self.unsynced.in_order();
        let kept = fate.first_of(unsynced.len());
        let mut rest = self.rest.clone();
        for change in &unsynced[..kept] {
            change.apply(Arc::make_mut(&mut rest));
        }
        Names { now: rest.clone(), rest, unsynced: Trail::default() }
    }

    fn change(&mut self, change: Change) {
        change.apply(Arc::make_mut(&mut self.now));
        self.unsynced.push(change);
    }
}

impl Change {
    fn apply(&self, table: &mut BTreeMap<String, usize>) {
        match self {
            Change::Created(name, file) => {
                table.insert(name.clone(), *file);
            }
            Change::Renamed(from, to) => {
                if let Some(file) = table.remove(from) {
                    table.insert(to.clone(), file);
                }
            }
        }
    }
}
