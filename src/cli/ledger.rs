//! The runs of a sweep as they are finished: in memory, and line by line in a file that outlasts the
//! process.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fault::Fault;
use super::{Exit, Writer, folder};
use crate::sweep::{CellId, Journal, Run};

/// The journal's name, below the sweep's folder.
pub(super) const JOURNAL: &str = "journal.txt";

/// The runs that are finished, those of earlier sweeps among them.
pub(super) struct Ledger<'a> {
    writer: &'a dyn Writer,
    folder: &'a Path,
    state: Mutex<State>,
}

struct State {
    journal: Journal,
    /// Why nothing more can be written down.
    fault: Option<Fault>,
}

/// What becomes of the runs that an earlier sweep left in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// They are taken up.
    Kept,
    /// They are made again, if that sweep came to its end.
    Replaced,
}

impl<'a> Ledger<'a> {
    /// Opens the ledger in a sweep's folder. Beside it comes what is to be said of earlier runs that
    /// were not taken up, if there are any.
    ///
    /// # Errors
    /// Where the journal cannot be read or written; and where it holds runs of a sweep that was broken
    /// off, and they are not to be kept.
    pub(super) fn open(
        writer: &'a dyn Writer,
        folder: &'a Path,
        earlier: Earlier,
    ) -> Result<(Ledger<'a>, Option<String>), Fault> {
        let path = folder.join(JOURNAL);
        let text = match fs::read(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                return Err(Fault::new(Exit::Environment, message));
            }
        };
        let found = text.as_deref().map(Journal::read);
        let (journal, note) = match (earlier, found) {
            (Earlier::Kept, Some(Some(journal))) => (journal, None),
            (Earlier::Kept, Some(None)) => {
                let shown = path.display();
                let note = format!(
                    "{shown} is no journal of this version of restante: its runs are made again\n"
                );
                (Journal::default(), Some(note))
            }
            (Earlier::Replaced, Some(Some(journal)))
                if !journal.is_complete && !journal.runs.is_empty() =>
            {
                return Err(broken_off(&path, journal.runs.len()));
            }
            (Earlier::Replaced, Some(None)) => return Err(unknown(&path)),
            (Earlier::Replaced, Some(Some(_))) | (_, None) => (Journal::default(), None),
        };
        // What stands behind a torn line would be lost with it: the journal begins with whole lines.
        folder::write(writer, folder, JOURNAL, journal.text().as_bytes())?;
        let state = Mutex::new(State { journal, fault: None });
        Ok((Ledger { writer, folder, state }, note))
    }

    /// Whether this run is finished.
    pub(super) fn has(&self, cell: CellId, seed: u64) -> bool {
        self.state().journal.runs.contains_key(&(cell, seed))
    }

    /// The run, if it is finished.
    pub(super) fn run(&self, cell: CellId, seed: u64) -> Option<Run> {
        self.state().journal.runs.get(&(cell, seed)).copied()
    }

    /// Whether nothing more can be written down.
    pub(super) fn is_stuck(&self) -> bool {
        self.state().fault.is_some()
    }

    /// Writes a finished run down. After the first failure nothing more is written: what came behind a
    /// torn line would be lost.
    pub(super) fn add(&self, cell: CellId, run: &Run) {
        let mut state = self.state();
        if state.fault.is_none() {
            let line = Journal::line(cell, run);
            state.fault = folder::append(self.writer, self.folder, JOURNAL, line.as_bytes()).err();
        }
        state.journal.runs.insert((cell, run.seed), *run);
    }

    /// Why nothing more could be written down.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.state().fault.clone()
    }

    /// Writes down that the sweep came to its end, and the runs in order, whatever the order in which
    /// they were finished.
    ///
    /// # Errors
    /// A fault of the environment.
    pub(super) fn complete(&self) -> Result<(), Fault> {
        let mut state = self.state();
        state.journal.is_complete = true;
        folder::write(self.writer, self.folder, JOURNAL, state.journal.text().as_bytes())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A run is put in whole or not at all.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown(path: &Path) -> Fault {
    let message = format!("{} is no journal of this version of restante", path.display());
    Fault::new(Exit::Usage, message)
        .help("it may hold finished runs: name another folder with --out, or remove that file")
}

fn broken_off(path: &Path, runs: usize) -> Fault {
    let shown = path.display();
    let plural = if runs == 1 { "" } else { "s" };
    let message =
        format!("{shown} holds {runs} finished run{plural} of a sweep that was broken off");
    Fault::new(Exit::Usage, message)
        .help("go on with it by --resume, or remove that file to begin anew")
}
