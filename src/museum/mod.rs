//! Famous bugs, put back one at a time, to see that the judge catches them.
//!
//! An [`Exhibit`] overrides one decision of the queue's [`Rules`], or stands as an [`Adaptor`] between
//! the queue and the world and drops, alters, repeats or puts off one effect, input or record. It is a
//! few lines and names its source. A canary is an exhibit without a public source: it shows that a
//! rule's alarm rings. What a queue alone cannot show is in [`WAITING`], with what it waits for.
//!
//! The queue has no switch for any of this; nothing here is a copy of its machine.

macro_rules! script {
    ($path:literal) => {
        $crate::museum::Script { path: $path, text: include_str!(concat!("../../", $path)) }
    };
}
mod canary;
mod durability;
mod resident;
mod trigger;
mod untold;
mod waiting;
mod wrong_clock;

use std::error::Error;
use std::fmt;

use crate::base::Rule;
use crate::queue::Rules;
use crate::sim::{Adaptor, DiskAdaptor};

pub use waiting::{WAITING, Waiting};

/// One bug.
pub struct Exhibit {
    /// Its full name; any unique prefix will do to call it.
    pub id: &'static str,
    /// What kind of bug it is.
    pub class: Class,
    /// Where it was seen.
    pub source: &'static str,
    /// What went wrong, in one line.
    pub cause: &'static str,
    /// The rule that must catch it.
    pub rule: Rule,
    /// The scenario in which it must be caught.
    pub scenario: Script,
    /// What takes the place of the production rules.
    pub bug: Bug,
}

/// A scenario that comes with the program, wherever that is run.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    /// Its path from the project's top folder.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The kinds of bugs, by what they do to mail. All but the canaries happened, and their sources say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It rests in a state which expiry does not visit (the class of KB Q184051).
    Resident,
    /// It ends, and the sender is not told, or told wrongly.
    Untold,
    /// Its deadline is reckoned wrongly, or by the wrong clock.
    WrongClock,
    /// A call for it is not understood, or understood too well.
    Trigger,
    /// It is lost or doubled where it is stored.
    Durability,
    /// Made to show that a rule's alarm rings; there is no source.
    Canary,
}

impl Class {
    /// Every class, in the order of the exhibits.
    pub const ALL: [Class; 6] = [
        Class::Resident,
        Class::Untold,
        Class::WrongClock,
        Class::Trigger,
        Class::Durability,
        Class::Canary,
    ];

    /// The class in one line.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Class::Resident => "mail rests where expiry does not look",
            Class::Untold => "mail ends, and its sender is not told, or told wrongly",
            Class::WrongClock => "the deadline of mail is reckoned wrongly",
            Class::Trigger => "a call for mail is not understood, or understood too well",
            Class::Durability => "mail is lost or doubled where it is stored",
            Class::Canary => "canaries: no source, made to show that a rule's alarm rings",
        }
    }
}

/// How a bug is put in.
pub enum Bug {
    /// A decision is taken otherwise.
    Rules(&'static (dyn Rules + Sync)),
    /// Something that goes in or out is dropped, altered, repeated or put off; each run has an adaptor
    /// of its own.
    Adaptor(fn() -> Box<dyn Adaptor>),
    /// The disk does not do something that it is asked to do; at fidelity `hub` alone.
    Disk(fn() -> Box<dyn DiskAdaptor>),
}

/// Every exhibit, class by class.
pub const EXHIBITS: &[Exhibit] = &[
    resident::HELD_NEVER_EXPIRES,
    resident::EXPIRY_ONLY_ON_REQUEUE,
    resident::HELD_LIST,
    resident::IN_FLIGHT,
    resident::HOLD_FILTER,
    resident::FROZEN,
    resident::PAUSED,
    resident::SKIPPED_AFTER_FAILURE,
    resident::ONE_BRANCH,
    resident::LAZY,
    resident::RELOAD,
    untold::SILENT_HOLD,
    untold::NDR_FAILED,
    untold::SAYS_DELAYED,
    untold::BOUNCE_AGAIN,
    untold::BOUNCES_BOUNCE,
    untold::WAITS_FOR_ALL,
    untold::NOTICE_STORM,
    wrong_clock::STRICT,
    wrong_clock::CLOCK_REFRESH,
    wrong_clock::EARLY,
    wrong_clock::WRONG_PRIORITY,
    wrong_clock::DEFERRED_DELIVERY,
    wrong_clock::DEADLINE_OVERWRITTEN,
    wrong_clock::EQUALS,
    trigger::CASE,
    trigger::FLUSH_ALL,
    trigger::REFRESH,
    trigger::DURING_SCAN,
    trigger::SUBSTRING,
    trigger::SNAPSHOT,
    trigger::NO_BANNER,
    durability::SPOOL_SWALLOWED,
    durability::REMOVE_FAILED,
    durability::FAILURE_FORGOTTEN,
    durability::FINAL_DOT,
    durability::DIRECTORY,
    canary::RELEASE_IGNORED,
    canary::WRONG_HOST,
];

/// Finds an exhibit by its full name or any prefix that only one has.
///
/// # Errors
/// Where there is none, or more than one.
pub fn find(name: &str) -> Result<&'static Exhibit, Unknown> {
    let candidates: Vec<_> = EXHIBITS.iter().filter(|one| one.id.starts_with(name)).collect();
    let exact = candidates.iter().find(|one| one.id == name);
    match (exact, candidates.as_slice()) {
        (Some(&exhibit), _) => Ok(exhibit),
        (None, &[exhibit]) if !name.is_empty() => Ok(exhibit),
        _ => Err(Unknown {
            name: name.to_owned(),
            candidates: candidates.iter().map(|one| one.id).collect(),
        }),
    }
}

/// A name is no exhibit's, or more than one's: the user's to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What was asked for.
    pub name: String,
    /// Those that it could mean.
    pub candidates: Vec<&'static str>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unknown { name, candidates } = self;
        if candidates.is_empty() || name.is_empty() {
            write!(f, "no exhibit is called `{name}`")?;
            let ids = EXHIBITS.iter().map(|one| one.id);
            let near: Vec<_> = ids.filter(|id| !name.is_empty() && id.contains(name)).collect();
            if near.is_empty() {
                Ok(())
            } else {
                write!(f, "; did you mean {}?", near.join(" or "))
            }
        } else {
            write!(f, "`{name}` could be {}; say more of it", candidates.join(" or "))
        }
    }
}

impl Error for Unknown {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exhibit_goes_by_any_prefix_that_only_one_has() {
        let found = |name| find(name).map(|exhibit| exhibit.id);
        assert_eq!(found("q184051"), Ok("q184051-held-never-expires"));
        assert_eq!(found("q184051-held-never-expires"), Ok("q184051-held-never-expires"));
        let unknown = found("canary").expect_err("there are several");
        assert!(unknown.to_string().starts_with("`canary` could be canary-"), "{unknown}");
        let unknown = found("q000000").expect_err("there is none");
        assert_eq!(unknown.to_string(), "no exhibit is called `q000000`");
        let unknown = found("frozen").expect_err("none begins so");
        let said = "no exhibit is called `frozen`; did you mean exim-frozen?";
        assert_eq!(unknown.to_string(), said);
        assert!(find("").is_err());
    }

    #[test]
    fn no_name_is_the_beginning_of_another() {
        for one in EXHIBITS {
            assert_eq!(find(one.id).map(|found| found.id), Ok(one.id));
            let longer = EXHIBITS.iter().filter(|other| other.id.starts_with(one.id)).count();
            assert_eq!(longer, 1, "{}", one.id);
        }
    }

    #[test]
    fn what_can_be_shown_does_not_wait() {
        for waiting in WAITING {
            assert!(EXHIBITS.iter().all(|exhibit| exhibit.id != waiting.id), "{}", waiting.id);
        }
    }

    #[test]
    fn exhibits_stand_class_by_class() {
        assert!(EXHIBITS.is_sorted_by_key(|exhibit| exhibit.class));
    }

    #[test]
    fn the_alarm_of_every_rule_rings_and_a_canary_rings_where_history_has_none() {
        let rings = |rule, is_canary| {
            let is = |one: &&Exhibit| one.rule == rule && (one.class == Class::Canary) == is_canary;
            EXHIBITS.iter().filter(is).count()
        };
        for rule in Rule::ALL {
            let (historical, canaries) = (rings(rule, false), rings(rule, true));
            assert_eq!(canaries, usize::from(historical == 0), "{rule}");
        }
    }
}
