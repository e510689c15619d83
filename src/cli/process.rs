//! The binary's own door: environment, streams and signals of this process.

use std::env;
use std::ffi::OsStr;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::fault::Fault;
use super::{Console, Exit, Folder, Screen, Surroundings};

/// Raised by the first interrupt.
static STOP: AtomicBool = AtomicBool::new(false);

/// Carries out the command line of this process, on its own streams.
///
/// The first interrupt (Ctrl-C, or the signals TERM and HUP) ends the runs under way, the second the
/// process.
#[must_use]
pub fn process() -> Exit {
    // Not locked: the progress bar writes to stderr from other threads.
    let (mut results, mut diagnostics) = (anstream::stdout(), anstream::stderr());
    let mut console = Console::new(&mut results, &mut diagnostics);
    if let Err(error) = ctrlc::set_handler(interrupt) {
        let message = format!("cannot listen for interrupts: {error}");
        return Fault::new(Exit::Environment, message).tell(&mut console);
    }
    let words: Vec<_> = env::args_os().collect();
    let program = words.first().map(|word| word.to_string_lossy().into_owned());
    let live = std::io::stderr().is_terminal() && !is_on("CI");
    let surroundings = Surroundings {
        program: program.unwrap_or_else(|| "restante".to_owned()),
        screen: if live { Screen::Live } else { Screen::Written },
        annotations: is_on("GITHUB_ACTIONS"),
        step_summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
        writer: &Folder,
        stop: &STOP,
    };
    super::main(words, &surroundings, &mut console)
}

fn interrupt() {
    if STOP.swap(true, Ordering::Relaxed) {
        std::process::exit(i32::from(Exit::Interrupted.code()));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment is read here, and handed on as values"
)]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether a variable is set, and not to `false` or `0`.
fn is_on(name: &str) -> bool {
    variable(name).is_some_and(|value| value != OsStr::new("false") && value != OsStr::new("0"))
}
