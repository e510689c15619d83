//! How a command ends, as a number.

use std::process::ExitCode;

use crate::trial::Verdict;

/// The exit codes. Where several apply, the first of [`Exit::PRECEDENCE`] is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is as it should be.
    Good = 0,
    /// An invariant was broken.
    Broken = 1,
    /// The command line or a scenario is not valid.
    Usage = 2,
    /// Nothing was selected: no scenario was found.
    NothingSelected = 4,
    /// Stopped before it was complete.
    Incomplete = 5,
    /// The same input gave different results.
    NotDeterministic = 6,
    /// The results differ from their baseline.
    Differs = 7,
    /// A rule or an exhibit was not caught.
    NotCaught = 8,
    /// A fault of restante itself, a panic too.
    OwnFault = 70,
    /// The environment: a folder that cannot be written, a full disk.
    Environment = 74,
    /// A threshold or an expected count was missed.
    Missed = 99,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// Every exit, the one that matters most first: what puts all other results in doubt, then what
    /// was asked wrongly, then what was found.
    pub const PRECEDENCE: [Exit; 12] = [
        Exit::OwnFault,
        Exit::Interrupted,
        Exit::Environment,
        Exit::Incomplete,
        Exit::Usage,
        Exit::NotDeterministic,
        Exit::Broken,
        Exit::NotCaught,
        Exit::Differs,
        Exit::Missed,
        Exit::NothingSelected,
        Exit::Good,
    ];

    /// The number that the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What it means, for the help.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Exit::Good => "all is as it should be",
            Exit::Broken => "an invariant was broken",
            Exit::Usage => "the command line or a scenario is not valid",
            Exit::NothingSelected => "nothing was selected: no scenario was found",
            Exit::Incomplete => "stopped before it was complete",
            Exit::NotDeterministic => "the same input gave different results",
            Exit::Differs => "the results differ from their baseline",
            Exit::NotCaught => "a rule or an exhibit was not caught",
            Exit::OwnFault => "a fault of restante itself",
            Exit::Environment => "a folder that cannot be written, a full disk",
            Exit::Missed => "a threshold or an expected count was missed",
            Exit::Interrupted => "interrupted",
        }
    }

    /// The one to end with where all of these apply; [`Exit::Good`] where none does.
    #[must_use]
    pub fn first_of(exits: impl IntoIterator<Item = Exit>) -> Exit {
        exits.into_iter().min_by_key(|exit| exit.place()).unwrap_or(Exit::Good)
    }

    fn place(self) -> usize {
        let place = Exit::PRECEDENCE.iter().position(|exit| *exit == self);
        place.expect("the order of precedence holds every exit, which a test shows")
    }

    /// What one run's verdict comes to.
    #[must_use]
    pub const fn of(verdict: &Verdict) -> Exit {
        match verdict {
            Verdict::Passed => Exit::Good,
            Verdict::Broken => Exit::Broken,
            Verdict::NotCaught { .. } => Exit::NotCaught,
            Verdict::Missed(_) => Exit::Missed,
            Verdict::Interrupted => Exit::Interrupted,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_exits_the_one_that_stands_first_is_given() {
        let codes = Exit::PRECEDENCE.map(Exit::code);
        assert_eq!(codes, [70, 130, 74, 5, 2, 6, 1, 8, 7, 99, 4, 0]);
        for (place, first) in Exit::PRECEDENCE.into_iter().enumerate() {
            for second in &Exit::PRECEDENCE[place..] {
                assert_eq!(Exit::first_of([first, *second]), first);
                assert_eq!(Exit::first_of([*second, first]), first);
            }
        }
        assert_eq!(Exit::first_of([]), Exit::Good);
    }

    #[test]
    fn a_verdict_has_its_exit() {
        use crate::base::Rule;
        for (verdict, code) in [
            (Verdict::Passed, 0),
            (Verdict::Broken, 1),
            (Verdict::NotCaught { rule: Rule::EndsOnce }, 8),
            (Verdict::Missed(Vec::new()), 99),
            (Verdict::Interrupted, 130),
        ] {
            assert_eq!(Exit::of(&verdict).code(), code, "{verdict:?}");
        }
    }
}
