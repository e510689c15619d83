//! Bugs that a queue alone cannot show: what each waits for is said with it.

use super::Class;

/// A bug that is to become an exhibit.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// Its name, as an exhibit will have it.
    pub id: &'static str,
    /// What kind of bug it is.
    pub class: Class,
    /// Where it was seen.
    pub source: &'static str,
    /// What went wrong, in one line.
    pub cause: &'static str,
    /// What must be there before it can be shown.
    pub waits_for: &'static str,
}

/// Every bug that waits.
pub const WAITING: &[Waiting] = &[
    Waiting {
        id: "sendmail-8.7.2-no-recipient",
        class: Class::Untold,
        source: "Sendmail release notes, 8.7.2",
        cause: "the report about a message that was never tried does not name its recipient",
        waits_for: "the text of reports",
    },
    Waiting {
        id: "postal-1789-slack",
        class: Class::WrongClock,
        source: "Postal issue 1789",
        cause: "slack in the comparison of times lets a try due after 5:00 go at 4:30",
        waits_for: "a rule that holds tries to their ladder: a try too soon breaks no promise to a sender",
    },
];
