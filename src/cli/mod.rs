//! Arguments, files, exit codes: the one room that meets the machine.
//!
//! In: the words of a command line, and its [`Surroundings`] (environment, terminal, the folder that
//! is written to, the signal to stop). Out: text on two streams, files in a folder, an [`Exit`]. All
//! that is real (files, the clock, environment, signals, threads) is met here and handed on as
//! values; nothing about mail is decided here.
//!
//! [`main`] is the door for tests and for other programs, [`process`] that of the binary.

mod arguments;
mod batch;
mod check;
mod compare;
mod console;
mod crash_at;
mod crashes;
mod exhibits;
mod exit;
mod explore;
mod fault;
mod firsts;
mod folder;
mod github;
mod grid;
mod ledger;
mod list;
mod paper;
mod plan;
mod process;
mod progress;
mod repro;
mod run;
mod selection;
mod surroundings;
mod sweep;
mod timing;

pub use console::Console;
pub use exit::Exit;
pub use folder::{Content, Folder, Writer};
pub use process::process;
pub use surroundings::{Screen, Surroundings};

use std::ffi::OsString;

use clap::Parser;
use clap::error::ErrorKind;

use arguments::{Arguments, Command};

/// Carries out one command line, the name of the program first.
///
/// Results go to the console's first stream, diagnostics and progress to its second; both may hold
/// ANSI escapes, for the stream to drop where they are not wanted. Nothing is written elsewhere than
/// through [`Surroundings::writer`] and to the step summary that the surroundings name.
pub fn main<Words>(words: Words, surroundings: &Surroundings<'_>, console: &mut Console<'_>) -> Exit
where
    Words: IntoIterator,
    Words::Item: Into<OsString> + Clone,
{
    let exit = match Arguments::try_parse_from(words) {
        Ok(arguments) => carry_out(arguments.command, surroundings, console),
        Err(refusal) => refuse(&refusal, console),
    };
    let told = console.close().err().map(|fault| fault.tell(console));
    Exit::first_of([exit].into_iter().chain(told))
}

fn carry_out(command: Command, surroundings: &Surroundings<'_>, console: &mut Console<'_>) -> Exit {
    match command {
        Command::Run(run) => run::carry_out(&run, surroundings, console),
        Command::Repro(repro) => repro::carry_out(&repro, surroundings, console),
        Command::Museum(museum) => exhibits::carry_out(&museum, surroundings, console),
        Command::Explore(explore) => explore::carry_out(&explore, surroundings, console),
        Command::Sweep(sweep) => sweep::carry_out(&sweep, surroundings, console),
        Command::Compare(compare) => compare::carry_out(&compare, surroundings, console),
        Command::List(list) => list::carry_out(&list, console),
        Command::Schema { of } => paper::schema(of, console),
        Command::Completions { shell } => paper::completions(shell, console),
        Command::Man => paper::manual(console),
    }
}

/// What clap has to say instead of arguments: help and version are results, all else is a refusal.
fn refuse(refusal: &clap::Error, console: &mut Console<'_>) -> Exit {
    let text = refusal.render().ansi().to_string();
    if matches!(refusal.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        console.result(&text);
        return Exit::Good;
    }
    console.diagnose(&text);
    Exit::Usage
}
