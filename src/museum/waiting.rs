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
    Waiting {
        id: "kumomta-spool-swallowed",
        class: Class::Durability,
        source: "KumoMTA change log",
        cause: "a write to the spool fails, nobody hears of it, and the message is accepted and lost",
        waits_for: "the spool",
    },
    Waiting {
        id: "kumomta-remove-failed",
        class: Class::Durability,
        source: "KumoMTA change log",
        cause: "a message is not removed from the spool and is delivered again after the restart",
        waits_for: "the spool",
    },
    Waiting {
        id: "maddy-328-restart",
        class: Class::Durability,
        source: "maddy issue 328",
        cause: "a permanent failure is not stored, so the recipient is tried again after the restart",
        waits_for: "the spool",
    },
    Waiting {
        id: "rfc1047-final-dot",
        class: Class::Durability,
        source: "RFC 1047",
        cause: "the answer to the final dot comes too late or is lost, and the message is sent twice",
        waits_for: "the wire",
    },
    Waiting {
        id: "mpop-8-directory",
        class: Class::Durability,
        source: "mpop issue 8",
        cause: "the file of a message is synced and its directory is not: a crash takes the name away",
        waits_for: "the spool",
    },
];
