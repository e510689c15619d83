//! The `restante` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    restante::cli::process().into()
}
