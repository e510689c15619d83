//! Which files a command line means: files as they are named, and those found in folders.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::Exit;
use super::fault::Fault;
use crate::scenario::SIZE_LIMIT;

/// Folders below a named one that hold no scenarios to be run by themselves.
const SKIPPED: [&str; 2] = ["sweeps", "data"];

/// The scenario files that `named` means, in the order in which they are named, each folder's by
/// path, a file that is meant twice only once; and every name that cannot be followed. Where there is
/// neither, that is a fault too.
pub(super) fn scenarios(named: &[PathBuf]) -> (Vec<PathBuf>, Vec<Fault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for path in named {
        let searched = match fs::metadata(path) {
            Ok(kind) if kind.is_dir() => search(path, &mut found),
            Ok(_) => {
                found.push(path.clone());
                Ok(())
            }
            Err(error) => Err(unreadable(path, &error)),
        };
        faults.extend(searched.err());
    }
    if found.is_empty() && faults.is_empty() {
        faults.push(nothing_in(named));
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for path in found.iter().map(|path| plain(path)) {
        if !files.contains(&path) {
            files.push(path);
        }
    }
    (files, faults)
}

/// Adds the scenarios in `folder` and below, by path. Links to folders are not followed: they could
/// lead in a circle.
fn search(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Fault> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = entries.map_err(|error| unreadable(folder, &error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
        if kind.is_dir() {
            if !SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
                search(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

/// `path` without `.` between its parts.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

fn nothing_in(named: &[PathBuf]) -> Fault {
    let shown: Vec<String> = named.iter().map(|path| path.display().to_string()).collect();
    let message = format!("no scenario in {}", shown.join(", "));
    Fault::new(Exit::NothingSelected, message)
        .help("a scenario is a file *.toml; folders named sweeps or data are not searched")
}

/// The content of a scenario file, which is not read where it is too large to be one.
///
/// # Errors
/// Where the file cannot be read, or has more than [`SIZE_LIMIT`] bytes.
pub(super) fn content(path: &Path) -> Result<Vec<u8>, Fault> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let size = file.metadata().map_err(|error| unreadable(path, &error))?.len();
    if size > SIZE_LIMIT {
        return Err(too_large(path, &format!("{size} bytes")));
    }
    // A pipe does not say how much it holds.
    let mut bytes = Vec::new();
    let read = file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large(path, &format!("more than {SIZE_LIMIT} bytes")));
    }
    Ok(bytes)
}

/// The content of a file that a scenario names, by its path from the scenario's folder. It is not read
/// beyond what a scenario may hold, which is reported when it is found to be too large.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn beside(scenario: &Path, below: &str) -> io::Result<Vec<u8>> {
    let folder = scenario.parent().unwrap_or(Path::new(""));
    let mut bytes = Vec::new();
    File::open(folder.join(below))?.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_large(path: &Path, size: &str) -> Fault {
    let message = format!("{} has {size}: too large for a scenario", path.display());
    let help = format!("a scenario has at most {SIZE_LIMIT} bytes; is this the right file?");
    Fault::new(Exit::Usage, message).help(help)
}

/// A file or folder that the user named wrongly, or that the machine does not give.
fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Fault::new(Exit::Usage, format!("there is no {shown}"))
                .help("name a scenario file, or a folder of them")
        }
        _ => Fault::new(Exit::Environment, format!("cannot read {shown}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, all empty.
    fn folder_of(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    fn selected(folder: &Path, named: &[&str]) -> Vec<String> {
        let named: Vec<PathBuf> = named.iter().map(|name| folder.join(name)).collect();
        let (found, faults) = scenarios(&named);
        assert_eq!(faults, []);
        let below = found.iter().map(|path| path.strip_prefix(folder).unwrap());
        below.map(|path| path.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn folders_are_searched_by_name_but_for_sweeps_and_their_numbers() {
        let folder = folder_of(&[
            "z.toml",
            "etrn/b.toml",
            "etrn/a.toml",
            "etrn/notes.md",
            "sweeps/grid.toml",
            "etrn/data/log.toml",
            "basic/deep/c.toml",
        ]);
        for (named, expected) in [
            (["."].as_slice(), "basic/deep/c.toml etrn/a.toml etrn/b.toml z.toml"),
            (&["etrn", "basic"], "etrn/a.toml etrn/b.toml basic/deep/c.toml"),
            (&["z.toml", "./z.toml", "."], "z.toml basic/deep/c.toml etrn/a.toml etrn/b.toml"),
            (&["sweeps"], "sweeps/grid.toml"),
            (&["etrn/notes.md"], "etrn/notes.md"),
        ] {
            assert_eq!(selected(folder.path(), named).join(" "), expected, "{named:?}");
        }
    }

    #[test]
    fn a_file_of_three_hundred_megabytes_is_refused_unread() {
        let folder = folder_of(&["big.toml"]);
        let path = folder.path().join("big.toml");
        File::options().write(true).open(&path).unwrap().set_len(300 << 20).unwrap();
        let fault = content(&path).unwrap_err();
        assert_eq!(fault.exit, Exit::Usage);
        let text = fault.text().replace(folder.path().to_str().unwrap(), "tmp");
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "error: tmp/big.toml has 314572800 bytes: too large for a scenario\n  \
             help: a scenario has at most 268435456 bytes; is this the right file?\n"
        );
    }
}
