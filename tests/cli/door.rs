//! The in-process door, and disks that behave as a test wants them to.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::adapter::strip_bytes;
use restante::cli::{Console, Content, Exit, Folder, Screen, Surroundings, Writer, main};
use tempfile::TempDir;

/// What a command line came to, without colours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) exit: Exit,
    pub(crate) results: String,
    pub(crate) diagnostics: String,
}

/// A refusal that prints no results.
pub(crate) fn refused(exit: Exit, diagnostics: &str) -> Said {
    Said { exit, results: String::new(), diagnostics: diagnostics.to_owned() }
}

/// A folder of its own for a test; `tmp` in words and texts stands for its path.
pub(crate) struct Room {
    folder: TempDir,
    /// What a workflow would read.
    annotations: bool,
    step_summary: Option<PathBuf>,
}

impl Room {
    pub(crate) fn new() -> Room {
        let folder = tempfile::tempdir().expect("a folder");
        Room { folder, annotations: false, step_summary: None }
    }

    /// A room in which a GitHub workflow reads along; its summary is the file `summary.md`.
    pub(crate) fn of_workflow() -> Room {
        let room = Room::new();
        let step_summary = Some(room.path("summary.md"));
        Room { annotations: true, step_summary, ..room }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn file(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is in the room")).expect("its folder");
        fs::write(path, text).expect("the file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file below `folder`, by path, with its content.
    pub(crate) fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.path(folder), "", &mut files);
        files.sort();
        files
    }

    /// The names of the files below `folder`.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        self.files(folder).into_iter().map(|(name, _)| name).collect()
    }

    /// Carries out `restante WORDS...` on the real disk.
    pub(crate) fn said(&self, words: &[&str]) -> Said {
        self.said_with(words, &Folder, &AtomicBool::new(false))
    }

    /// The same through another writer, with another signal to stop.
    pub(crate) fn said_with(&self, words: &[&str], writer: &dyn Writer, stop: &AtomicBool) -> Said {
        let root = self.folder.path().to_str().expect("a path of plain letters");
        let surroundings = Surroundings {
            program: "restante".to_owned(),
            screen: Screen::Written,
            annotations: self.annotations,
            step_summary: self.step_summary.clone(),
            writer,
            stop,
        };
        let (mut results, mut diagnostics) = (Vec::new(), Vec::new());
        let mut console = Console::new(&mut results, &mut diagnostics);
        let words: Vec<String> = words.iter().map(|word| word.replace("tmp", root)).collect();
        let words = ["restante".to_owned()].into_iter().chain(words);
        let exit = main(words, &surroundings, &mut console);
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(strip_bytes(bytes).into_vec()).expect("UTF-8");
            text.replace(root, "tmp")
        };
        Said { exit, results: text(&results), diagnostics: text(&diagnostics) }
    }
}

fn collect(folder: &Path, below: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("plain letters");
        let name = format!("{below}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.push((name, fs::read(&path).expect("a file")));
        }
    }
}

/// A disk on which there is no room; the error is the system's own.
pub(crate) struct Full;

impl Writer for Full {
    fn make(&self, folder: &Path) -> io::Result<()> {
        Folder.make(folder)
    }

    fn write(&self, _: &Path, _: &mut Content<'_>) -> io::Result<()> {
        const ENOSPC: i32 = 28;
        Err(io::Error::from_raw_os_error(ENOSPC))
    }

    fn append(&self, path: &Path, _: &[u8]) -> io::Result<()> {
        self.write(path, &mut |_| Ok(()))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Folder.remove(path)
    }
}

/// The real disk, on which the first file that is written raises the signal to stop.
pub(crate) struct Interrupting<'a>(pub(crate) &'a AtomicBool);

impl Writer for Interrupting<'_> {
    fn make(&self, folder: &Path) -> io::Result<()> {
        Folder.make(folder)
    }

    fn write(&self, path: &Path, content: &mut Content<'_>) -> io::Result<()> {
        self.0.store(true, Ordering::Relaxed);
        Folder.write(path, content)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        Folder.append(path, bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Folder.remove(path)
    }
}
