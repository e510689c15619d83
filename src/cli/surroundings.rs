//! What a command finds around it, as values.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::Writer;

/// All that a command knows of the machine besides its arguments and the files that they name.
pub struct Surroundings<'a> {
    /// The program as it was called, for the command that repeats a run.
    pub program: String,
    /// What diagnostics are shown on.
    pub screen: Screen,
    /// Whether a GitHub workflow reads along, which takes `::error::` lines as annotations.
    pub annotations: bool,
    /// The Markdown file that a GitHub workflow shows under its job; none elsewhere.
    pub step_summary: Option<PathBuf>,
    /// What the report folder is written through.
    pub writer: &'a dyn Writer,
    /// Raised when the user interrupts: runs end as soon as they can.
    pub stop: &'a AtomicBool,
}

/// What diagnostics are shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A terminal with someone before it: progress may be drawn.
    Live,
    /// A file, a pipe, or the log of a build server: text only.
    Written,
}
