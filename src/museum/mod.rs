//! Famous bugs, put back one at a time, to see that the judge catches them.
//!
//! An [`Exhibit`] overrides one decision of the queue's [`Rules`], or stands as an [`Adaptor`] between
//! the queue and the world and drops, alters or repeats one effect. It is a few lines and names its
//! source. A canary is an exhibit without a public source: it shows that a rule's alarm rings.
//!
//! The queue has no switch for any of this; nothing here is a copy of its machine.

macro_rules! script {
    ($path:literal) => {
        $crate::museum::Script { path: $path, text: include_str!(concat!("../../", $path)) }
    };
}
mod canary;
mod resident;
mod wrong_clock;

use std::error::Error;
use std::fmt;

use crate::base::Rule;
use crate::queue::Rules;
use crate::sim::Adaptor;

/// One bug.
pub struct Exhibit {
    /// Its full name; any unique prefix will do to call it.
    pub id: &'static str,
    /// Whether there is a public source for it.
    pub kind: ExhibitKind,
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

/// Whether an exhibit has a public source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExhibitKind {
    /// It happened, and its source says so.
    Historical,
    /// It is made to show that a rule's alarm rings.
    Canary,
}

/// How a bug is put in.
pub enum Bug {
    /// A decision is taken otherwise.
    Rules(&'static (dyn Rules + Sync)),
    /// An effect is dropped, altered or repeated; each run has an adaptor of its own.
    Adaptor(fn() -> Box<dyn Adaptor>),
}

/// Every exhibit, the historical ones first.
pub const EXHIBITS: &[Exhibit] = &[
    resident::HELD_NEVER_EXPIRES,
    wrong_clock::WRONG_PRIORITY,
    canary::CUT_IGNORED,
    canary::GIVES_UP_EARLY,
    canary::RELEASES_ALL,
    canary::REPORTS_TWICE,
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
            let all: Vec<_> = EXHIBITS.iter().map(|one| one.id).collect();
            write!(f, "no exhibit is called `{name}`; there are {}", all.join(", "))
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
        assert!(unknown.to_string().starts_with("no exhibit is called `q000000`"), "{unknown}");
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
}
