//! The report folder: whole files or none.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Exit;
use super::fault::Fault;

/// What files are written through; another than [`Folder`] stands in where a disk is to fail.
pub trait Writer: Sync {
    /// Makes a folder and those above it; one that is there already is left as it is.
    ///
    /// # Errors
    /// Whatever keeps the folder from being made.
    fn make(&self, folder: &Path) -> io::Result<()>;

    /// Writes a whole file into a folder that is there, in the place of one of that name.
    ///
    /// # Errors
    /// Whatever keeps the file from being written; then the file of that name is as it was.
    fn write(&self, path: &Path, content: &mut Content<'_>) -> io::Result<()>;

    /// Adds to the end of a file, which is made where it is not there.
    ///
    /// # Errors
    /// Whatever keeps the bytes from being written; a part of them may stand there then.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Takes a file away.
    ///
    /// # Errors
    /// Whatever keeps it there; [`io::ErrorKind::NotFound`] where it is not there.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// What is to stand in a file: it is put into what it is given, in pieces of any size.
pub type Content<'a> = dyn FnMut(&mut dyn io::Write) -> io::Result<()> + 'a;

/// The real disk. A file is written under a temporary name beside its own and renamed, so that no
/// one ever finds half a file under its name. It is not synced: a report can be made again.
pub struct Folder;

impl Writer for Folder {
    fn make(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn write(&self, path: &Path, content: &mut Content<'_>) -> io::Result<()> {
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        // Two processes that write to one folder do not meet in one temporary file.
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let written = fs::File::create(&part)
            .and_then(|mut file| content(&mut file))
            .and_then(|()| fs::rename(&part, path));
        if written.is_err() {
            // The file is of no use; why it could not be written is what matters.
            let _ = fs::remove_file(&part);
        }
        written
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// Makes the report folder before any work is done for it.
///
/// # Errors
/// A fault of the environment that names the plain file in the way, if one is.
pub(super) fn make(writer: &dyn Writer, folder: &Path) -> Result<(), Fault> {
    writer.make(folder).map_err(|error| {
        let shown = folder.display();
        let message = format!("cannot make the report folder {shown}: {error}");
        let help = match folder.ancestors().find(|above| above.is_file()) {
            Some(file) => {
                format!("{} is a plain file; name another folder with --out", file.display())
            }
            None => "name another folder with --out".to_owned(),
        };
        Fault::new(Exit::Environment, message).help(help)
    })
}

/// A folder that no other process writes to meanwhile; it is given up with this, or with the process.
#[derive(Debug)]
pub(super) struct Claim(#[expect(dead_code, reason = "it is held, not read")] Option<fs::File>);

/// Claims a folder that is there. A disk that knows no locks is used without.
///
/// # Errors
/// A fault of the environment where another process has it.
pub(super) fn claim(folder: &Path) -> Result<Claim, Fault> {
    // The folder itself is locked: no file is left behind that somebody could wonder about.
    let Ok(file) = fs::File::open(folder) else { return Ok(Claim(None)) };
    match file.try_lock() {
        Ok(()) => Ok(Claim(Some(file))),
        Err(fs::TryLockError::Error(_)) => Ok(Claim(None)),
        Err(fs::TryLockError::WouldBlock) => {
            let message = format!("another sweep is writing to {}", folder.display());
            Err(Fault::new(Exit::Environment, message)
                .help("wait for its end, or name another folder with --out"))
        }
    }
}

/// Writes one file below the report folder, `path` with `/` between its parts.
///
/// # Errors
/// A fault of the environment that names the file.
pub(super) fn write(
    writer: &dyn Writer,
    folder: &Path,
    path: &str,
    bytes: &[u8],
) -> Result<(), Fault> {
    write_in_pieces(writer, folder, path, &mut |file| file.write_all(bytes))
}

/// Writes one file below the report folder that is too large to be held as a whole.
///
/// # Errors
/// A fault of the environment that names the file.
pub(super) fn write_in_pieces(
    writer: &dyn Writer,
    folder: &Path,
    path: &str,
    content: &mut Content<'_>,
) -> Result<(), Fault> {
    let path: PathBuf = folder.join(path);
    let made = path.parent().map_or(Ok(()), |parent| writer.make(parent));
    made.and_then(|()| writer.write(&path, content)).map_err(|error| failed("write", &path, &error))
}

/// Takes away one file below the report folder, if it is there.
///
/// # Errors
/// A fault of the environment that names the file.
pub(super) fn remove(writer: &dyn Writer, folder: &Path, path: &str) -> Result<(), Fault> {
    let path = folder.join(path);
    match writer.remove(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("remove", &path, &error))
        }
        _ => Ok(()),
    }
}

/// Adds to the end of one file below the report folder.
///
/// # Errors
/// A fault of the environment that names the file.
pub(super) fn append(
    writer: &dyn Writer,
    folder: &Path,
    path: &str,
    bytes: &[u8],
) -> Result<(), Fault> {
    let path = folder.join(path);
    writer.append(&path, bytes).map_err(|error| failed("write", &path, &error))
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Fault {
    let message = format!("cannot {what} {}: {error}", path.display());
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on that disk, or name a folder on another one with --out"
        }
        _ => "make that folder writable, or name another one with --out",
    };
    Fault::new(Exit::Environment, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_claimed_can_be_claimed_again_when_it_is_given_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = claim(folder.path()).expect("nobody has it");
        let fault = claim(folder.path()).expect_err("it is taken");
        assert_eq!(fault.exit, Exit::Environment);
        assert!(fault.text().contains("another sweep is writing to "), "{}", fault.text());
        drop(first);
        assert!(claim(folder.path()).is_ok());
    }

    /// A disk on which there is no room; the error is the system's own.
    struct Full;

    impl Writer for Full {
        fn make(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }

        fn write(&self, _: &Path, _: &mut Content<'_>) -> io::Result<()> {
            const ENOSPC: i32 = 28;
            Err(io::Error::from_raw_os_error(ENOSPC))
        }

        fn append(&self, path: &Path, _: &[u8]) -> io::Result<()> {
            self.write(path, &mut |_| Ok(()))
        }

        fn remove(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }
    }

    fn plain(fault: &Fault) -> String {
        anstream::adapter::strip_str(&fault.text()).to_string()
    }

    #[test]
    fn a_full_disk_is_told_with_the_file_and_what_to_do() {
        let fault = write(&Full, Path::new("reports"), "basic/one/sites.csv", b"x").unwrap_err();
        assert_eq!(fault.exit, Exit::Environment);
        assert_eq!(
            plain(&fault),
            "error: cannot write reports/basic/one/sites.csv: No space left on device (os error 28)\n  \
             help: make room on that disk, or name a folder on another one with --out\n"
        );
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [b"first, and longer".as_slice(), b"second"] {
            write(&Folder, folder.path(), "basic/one/a.csv", bytes).unwrap();
        }
        let below = folder.path().join("basic/one");
        assert_eq!(fs::read(below.join("a.csv")).unwrap(), b"second");
        assert_eq!(fs::read_dir(below).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_renamed_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a.csv/in the way")).unwrap();
        let fault = write(&Folder, folder.path(), "a.csv", b"x").unwrap_err();
        assert_eq!(fault.exit, Exit::Environment);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
