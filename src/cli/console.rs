//! The two streams of a command.

use std::io::{self, ErrorKind, Write};

use super::Exit;
use super::fault::Fault;

/// Results on one stream, diagnostics on the other.
///
/// A reader that has seen enough (`| head`) is no fault: the stream is left alone from then on, and
/// the command ends as it would have. Any other failure to write results is told at the end. What
/// cannot be said on stderr can be said nowhere.
pub struct Console<'a> {
    results: &'a mut dyn Write,
    diagnostics: &'a mut dyn Write,
    stopped_by: Option<io::Error>,
}

impl<'a> Console<'a> {
    /// A console on two streams, which get text with ANSI escapes.
    pub fn new(results: &'a mut dyn Write, diagnostics: &'a mut dyn Write) -> Console<'a> {
        Console { results, diagnostics, stopped_by: None }
    }

    /// Writes `text` as it stands to the stream of results.
    pub(super) fn result(&mut self, text: &str) {
        if self.stopped_by.is_none() {
            self.stopped_by = self.results.write_all(text.as_bytes()).err();
        }
    }

    /// Writes `text` as it stands to the stream of diagnostics.
    pub(super) fn diagnose(&mut self, text: &str) {
        let _ = self.diagnostics.write_all(text.as_bytes());
    }

    /// Says whether all results reached the stream.
    ///
    /// # Errors
    /// Where a write failed for another reason than that nobody reads any more.
    pub(super) fn close(&mut self) -> Result<(), Fault> {
        if self.stopped_by.is_none() {
            self.stopped_by = self.results.flush().err();
        }
        match self.stopped_by.take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                let message = format!("cannot write to standard output: {error}");
                Err(Fault::new(Exit::Environment, message))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_fault() {
        for (kind, exit) in
            [(ErrorKind::BrokenPipe, None), (ErrorKind::StorageFull, Some(Exit::Environment))]
        {
            let (mut results, mut diagnostics) = (Failing(kind), Vec::new());
            let mut console = Console::new(&mut results, &mut diagnostics);
            console.result("one\n");
            console.result("two\n");
            assert_eq!(console.close().err().map(|fault| fault.exit), exit, "{kind}");
        }
    }
}
