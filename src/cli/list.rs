//! `restante list`: the scenarios that there are, and what each promises.

use super::arguments::{List, ListFormat};
use super::plan::{self, Obstacle, Reader};
use super::{Console, Exit};
use crate::report::catalogue;

/// Prints a line for each scenario, or the README that stands beside them.
pub(super) fn carry_out(list: &List, console: &mut Console<'_>) -> Exit {
    let scenarios = match plan::scenarios(&list.scenarios, &Reader::without_rows()) {
        Ok(scenarios) => scenarios,
        Err(obstacles) => return Obstacle::tell_all(&obstacles, console),
    };
    console.result(&match list.format {
        ListFormat::Human => catalogue::text(&scenarios),
        ListFormat::Markdown => catalogue::markdown(&scenarios, "restante list --format markdown"),
    });
    Exit::Good
}
