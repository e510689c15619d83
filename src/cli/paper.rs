//! What restante prints about itself: the schema of its files, completions, the manual.

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::arguments::{Arguments, FileFormat};
use super::{Console, Exit};
use crate::{scenario, sweep};

/// Prints the JSON Schema of the files of a kind.
pub(super) fn schema(of: FileFormat, console: &mut Console<'_>) -> Exit {
    console.result(&match of {
        FileFormat::Scenario => scenario::schema(),
        FileFormat::Sweep => sweep::schema(),
    });
    Exit::Good
}

/// Prints completions for `shell`.
pub(super) fn completions(shell: Shell, console: &mut Console<'_>) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "restante", &mut script);
    console.result(&String::from_utf8_lossy(&script));
    Exit::Good
}

/// Prints the manual: a page for restante, then one for each command.
pub(super) fn manual(console: &mut Console<'_>) -> Exit {
    let mut whole = Arguments::command();
    // Gives each command its name on a page: `restante-run`.
    whole.build();
    let mut pages = page(&whole);
    for command in whole.get_subcommands().filter(|command| command.get_name() != "help") {
        pages.push_str(&page(command));
    }
    console.result(&pages);
    Exit::Good
}

fn page(command: &clap::Command) -> String {
    let mut roff = Vec::new();
    let source = concat!("restante ", env!("CARGO_PKG_VERSION"));
    let rendered = Man::new(command.clone()).source(source).render(&mut roff);
    rendered.expect("a buffer in memory takes every byte");
    String::from_utf8_lossy(&roff).into_owned()
}
