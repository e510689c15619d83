//! A table on the terminal: a mark, columns, a note at the end of the line.
//!
//! In: lines of cells. Out: text, with colours where they are asked for; the word of a mark says the same
//! as its colour. Nothing here knows what a column holds.

use clap::builder::styling::{AnsiColor, Style as Ansi};

use super::console::Style;

/// For names.
pub(super) const BOLD: Ansi = Ansi::new().bold();

/// The word at the beginning of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It went as it should.
    Ok,
    /// It did not.
    Failed,
    /// The user interrupted.
    Stopped,
    /// It is neither good nor bad.
    Plain,
}

impl Mark {
    /// As it is printed.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Mark::Ok => "ok",
            Mark::Failed => "FAILED",
            Mark::Stopped => "STOPPED",
            Mark::Plain => "",
        }
    }

    /// Its colour.
    pub(super) const fn colour(self) -> Ansi {
        match self {
            Mark::Ok => AnsiColor::Green.on_default(),
            Mark::Failed => AnsiColor::Red.on_default().bold(),
            Mark::Stopped => AnsiColor::Yellow.on_default(),
            Mark::Plain => Ansi::new(),
        }
    }
}

/// One line of a table.
pub(super) struct Line<const COLUMNS: usize> {
    /// How it went.
    pub(super) mark: Mark,
    /// One for each column.
    pub(super) cells: [String; COLUMNS],
    /// What else there is to say.
    pub(super) note: String,
}

/// The lines below a header, with an empty line behind them: the first column to the left, the others to
/// the right. Nothing where there is no line.
pub(super) fn laid_out<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    lines: &[Line<COLUMNS>],
    style: Style,
) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut widths = header.map(|name| name.chars().count());
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(&line.cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = aligned(&header.map(str::to_owned), widths, "         ", "");
    for line in lines {
        let mark = painted(&format!("{:<9}", line.mark.word()), line.mark.colour(), style);
        text.push_str(&aligned(&line.cells, widths, &mark, &line.note));
    }
    text.push('\n');
    text
}

fn aligned<const COLUMNS: usize>(
    cells: &[String; COLUMNS],
    widths: [usize; COLUMNS],
    mark: &str,
    note: &str,
) -> String {
    let mut line = mark.to_owned();
    for (place, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if place == 0 {
            line.push_str(&format!("{cell:<width$}"));
        } else {
            line.push_str(&format!("  {cell:>width$}"));
        }
    }
    line.push_str("  ");
    line.push_str(note);
    format!("{}\n", line.trim_end())
}

/// `words` in a colour, where colours are used.
pub(super) fn painted(words: &str, colour: Ansi, style: Style) -> String {
    match style {
        Style::Plain => words.to_owned(),
        Style::Colour => format!("{colour}{words}{colour:#}"),
    }
}
