//! How far a suite is, for someone who watches the terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Screen;

/// A bar on stderr, or nothing.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar over so many runs; nothing where the screen is none to draw on.
    pub(super) fn over(runs: usize, screen: Screen) -> Progress {
        if screen == Screen::Written {
            return Progress(None);
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}");
        let bar = ProgressBar::with_draw_target(Some(runs as u64), ProgressDrawTarget::stderr())
            .with_style(style.expect("the template names keys that indicatif knows"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(Some(bar))
    }

    /// A bar over so many pieces of work that are much alike, with the time that is left.
    pub(super) fn with_time_left(pieces: usize, screen: Screen, what: &str) -> Progress {
        let progress = Progress::over(pieces, screen);
        if let Some(bar) = &progress.0 {
            let template = "{bar:30} {pos}/{len} {elapsed}, about {eta} left: {wide_msg}";
            let style = ProgressStyle::with_template(template);
            bar.set_style(style.expect("the template names keys that indicatif knows"));
            bar.set_message(what.to_owned());
        }
        progress
    }

    /// A run was begun.
    pub(super) fn begun(&self, name: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(name.to_owned());
        }
    }

    /// A run has ended.
    pub(super) fn ended(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Takes the bar off the screen.
    pub(super) fn close(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}
