//! What keeps a command from its work, told so that the user knows whose fault it is and what to do.

use super::{Console, Exit};

/// One reason for which a command ends otherwise than with its results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What the command ends with.
    pub(super) exit: Exit,
    /// Whose fault it is, and what it is.
    message: String,
    /// What to do about it.
    help: Option<String>,
}

impl Fault {
    /// A fault of which the message says all.
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Fault {
        Fault { exit, message: message.into(), help: None }
    }

    /// The same fault, with what to do about it.
    pub(super) fn help(self, help: impl Into<String>) -> Fault {
        Fault { help: Some(help.into()), ..self }
    }

    /// The text on stderr, its lines ended: `error: ...`, then `help: ...`.
    pub(super) fn text(&self) -> String {
        use clap::builder::styling::{AnsiColor, Style};
        let (red, blue) = (AnsiColor::Red.on_default().bold(), AnsiColor::Cyan.on_default().bold());
        let line =
            |style: Style, word: &str, text: &str| format!("{style}{word}:{style:#} {text}\n");
        let help = self.help.as_ref().map(|help| line(blue, "  help", help));
        line(red, "error", &self.message) + &help.unwrap_or_default()
    }

    /// Says it on stderr and gives what the command ends with.
    pub(super) fn tell(&self, console: &mut Console<'_>) -> Exit {
        console.diagnose(&self.text());
        self.exit
    }
}
