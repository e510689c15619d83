//! What can go wrong and what can be ordered, as it is written: phases, deeds, statuses, disks, aims.
//!
//! In: text. Out: the word's value. Whether a deed is possible in its phase, and whether there is what
//! an order aims at, is settled by `meaning`.

use super::model::{AtCrash, Keep, Syncs, TroublePhase};
use super::quote::quoted;
use super::text::{Kind, Misread};
use super::word::{Domain, Name, unknown_word};
use crate::base::Status;

/// What a host does that has a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Refuses.
    Refuse,
    /// Says nothing more.
    Hang,
    /// Drops the line.
    Drop,
}

/// The enhanced status of a refusal.
#[derive(Debug)]
pub(crate) enum EnhancedStatus {}
/// The word "all".
#[derive(Debug)]
pub(crate) enum All {}

/// What an order is about, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Everything.
    All,
    /// A domain.
    Domain(String),
    /// One recipient of one message.
    Message {
        /// The name of its source.
        source: String,
        /// Its number among those of its source, from 1.
        number: u64,
        /// The number of the recipient, from 0.
        recipient: usize,
    },
}

impl Kind for TroublePhase {
    type Value = TroublePhase;
    const NOUN: &'static str = "a phase of a session";
    const EXAMPLES: &'static [&'static str] = &["final_dot"];
    const WORDS: &'static [&'static str] =
        &["lookup", "connect", "greeting", "command", "data", "final_dot"];

    fn read(text: &str) -> Result<TroublePhase, Misread> {
        match text {
            "lookup" => Ok(TroublePhase::Lookup),
            "connect" => Ok(TroublePhase::Connect),
            "greeting" => Ok(TroublePhase::Greeting),
            "command" => Ok(TroublePhase::Command),
            "data" => Ok(TroublePhase::Data),
            "final_dot" => Ok(TroublePhase::FinalDot),
            _ => Err(unknown_word::<TroublePhase>(text, "phase")),
        }
    }
}

impl Kind for Deed {
    type Value = Deed;
    const NOUN: &'static str = "\"refuse\", \"hang\" or \"drop\"";
    const EXAMPLES: &'static [&'static str] = &["refuse"];
    const WORDS: &'static [&'static str] = &["refuse", "hang", "drop"];

    fn read(text: &str) -> Result<Deed, Misread> {
        match text {
            "refuse" => Ok(Deed::Refuse),
            "hang" => Ok(Deed::Hang),
            "drop" => Ok(Deed::Drop),
            _ => Err(unknown_word::<Deed>(text, "trouble")),
        }
    }
}

impl Kind for EnhancedStatus {
    type Value = Status;
    const NOUN: &'static str = "an enhanced status of class 4 or 5";
    const EXAMPLES: &'static [&'static str] = &["4.2.2", "5.1.1"];

    fn read(text: &str) -> Result<Status, Misread> {
        let status: Option<Status> = text.parse().ok();
        let refusal = status.filter(|status| matches!(status.class(), 4 | 5));
        refusal.ok_or_else(|| Misread::not::<EnhancedStatus>(text))
    }
}

impl Kind for Keep {
    type Value = Keep;
    const NOUN: &'static str = "\"drawn\", \"all\", \"none\" or a number of records";
    const EXAMPLES: &'static [&'static str] = &["drawn", "3"];
    const MAY_BE_NUMBER: bool = true;

    fn read(text: &str) -> Result<Keep, Misread> {
        match text {
            "drawn" => Ok(Keep::Drawn),
            "all" => Ok(Keep::All),
            "none" => Ok(Keep::None),
            _ => text.parse().map(Keep::First).map_err(|_| Misread::not::<Keep>(text)),
        }
    }

    fn read_bare(number: &str) -> Result<Keep, Misread> {
        Keep::read(number)
    }
}

impl Kind for AtCrash {
    type Value = AtCrash;
    const NOUN: &'static str = "\"dropped\", \"kept\", \"reordered\" or \"torn\"";
    const EXAMPLES: &'static [&'static str] = &["torn"];
    const WORDS: &'static [&'static str] = &["dropped", "kept", "reordered", "torn"];

    fn read(text: &str) -> Result<AtCrash, Misread> {
        match text {
            "dropped" => Ok(AtCrash::Dropped),
            "kept" => Ok(AtCrash::Kept),
            "reordered" => Ok(AtCrash::Reordered),
            "torn" => Ok(AtCrash::Torn),
            _ => Err(unknown_word::<AtCrash>(text, "lot of unsynced writes")),
        }
    }
}

impl Kind for Syncs {
    type Value = Syncs;
    const NOUN: &'static str = "\"honest\" or \"lying\"";
    const EXAMPLES: &'static [&'static str] = &["lying"];
    const WORDS: &'static [&'static str] = &["honest", "lying"];

    fn read(text: &str) -> Result<Syncs, Misread> {
        match text {
            "honest" => Ok(Syncs::Honest),
            "lying" => Ok(Syncs::Lying),
            _ => Err(unknown_word::<Syncs>(text, "sort of sync")),
        }
    }
}

impl Kind for All {
    type Value = ();
    const NOUN: &'static str = "\"all\"";
    const EXAMPLES: &'static [&'static str] = &["all"];
    const WORDS: &'static [&'static str] = &["all"];

    fn read(text: &str) -> Result<(), Misread> {
        if text == "all" { Ok(()) } else { Err(unknown_word::<All>(text, "word")) }
    }
}

impl Kind for Aim {
    type Value = Aim;
    const NOUN: &'static str = "\"all\", a domain, or a message by its source and number";
    const EXAMPLES: &'static [&'static str] = &["all", "branch.example", "orders#3"];

    fn read(text: &str) -> Result<Aim, Misread> {
        if text == "all" {
            return Ok(Aim::All);
        }
        let Some((source, numbers)) = text.split_once('#') else {
            return Domain::read(text).map(|domain| Aim::Domain(domain.as_str().to_owned()));
        };
        let (number, recipient) = numbers.split_once('+').unwrap_or((numbers, "0"));
        let wrong = |_| {
            let message = format!("{} is not a message", quoted(text));
            Misread::new(message, "no number behind the `#` or the `+`")
                .help("the third message of a source is orders#3, its second recipient orders#3+1")
        };
        let number = number.parse().map_err(wrong)?;
        let recipient = recipient.parse().map_err(wrong)?;
        Ok(Aim::Message { source: Name::read(source)?, number, recipient })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_list_is_read() {
        fn all_read<K: Kind>() {
            for word in K::WORDS {
                assert!(K::read(word).is_ok(), "{word}");
            }
            assert!(K::read("banana").is_err());
        }
        all_read::<TroublePhase>();
        all_read::<Deed>();
        all_read::<All>();
        all_read::<AtCrash>();
        all_read::<Syncs>();
        for word in AtCrash::WORDS {
            assert_eq!(AtCrash::read(word).map(AtCrash::name), Ok(*word));
        }
        for word in Syncs::WORDS {
            assert_eq!(Syncs::read(word).map(Syncs::name), Ok(*word));
        }
    }

    #[test]
    fn a_refusal_is_for_now_or_for_ever() {
        assert_eq!(EnhancedStatus::read("5.1.1"), Ok(Status::new(5, 1, 1)));
        for text in ["2.0.0", "450", "4.2", "4.2.2 full", ""] {
            assert!(EnhancedStatus::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_kept_is_a_word_or_a_number() {
        for (text, keep) in [
            ("drawn", Keep::Drawn),
            ("all", Keep::All),
            ("none", Keep::None),
            ("3", Keep::First(3)),
        ] {
            assert_eq!(Keep::read(text), Ok(keep));
        }
        for text in ["-1", "1.5", "some", ""] {
            assert!(Keep::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_aim_is_all_or_a_domain_or_a_message() {
        let message =
            |number, recipient| Aim::Message { source: "orders".to_owned(), number, recipient };
        assert_eq!(Aim::read("all"), Ok(Aim::All));
        assert_eq!(Aim::read("b.example"), Ok(Aim::Domain("b.example".to_owned())));
        assert_eq!(Aim::read("orders#3"), Ok(message(3, 0)));
        assert_eq!(Aim::read("orders#3+1"), Ok(message(3, 1)));
        for text in ["", "orders#", "orders#x", "orders#1+", "#1", "orders#-1", "a b#1"] {
            assert!(Aim::read(text).is_err(), "{text}");
        }
    }
}
