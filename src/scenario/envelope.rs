//! The words of an envelope as they are written: what its sender wants to be told, and what is to
//! happen when it comes too late.
//!
//! In: text. Out: the word's value. Which words go together is settled by `meaning`.

use super::text::{Kind, Misread};
use super::word::unknown_word;
use crate::base::{self, ByMode};

/// The word "never" where a list of what the sender wants to be told could stand.
#[derive(Debug)]
pub(crate) enum NoNotice {}
/// One thing of which a sender can want to be told (RFC 3461 4.1).
#[derive(Debug)]
pub(crate) enum Notice {}
/// The word "never" where a list of arrivals could stand.
#[derive(Debug)]
pub(crate) enum NoMail {}

impl Kind for NoNotice {
    type Value = ();
    const NOUN: &'static str = "\"never\" or a list";
    const EXAMPLES: &'static [&'static str] = &["never"];
    const WORDS: &'static [&'static str] = &["never"];

    fn read(text: &str) -> Result<(), Misread> {
        if text == "never" {
            return Ok(());
        }
        Err(unknown_word::<NoNotice>(text, "word").help(
            "for example notify = \"never\" or notify = [\"success\", \"failure\"] (RFC 3461 4.1)",
        ))
    }
}

impl Kind for Notice {
    type Value = base::Kind;
    const NOUN: &'static str = "\"success\", \"failure\" or \"delay\"";
    const EXAMPLES: &'static [&'static str] = &["success"];
    const WORDS: &'static [&'static str] = &["success", "failure", "delay"];

    /// Success is told by the host that delivers; a hub has it told by relaying it, or says that it
    /// could not (RFC 3461 5.2.2).
    fn read(text: &str) -> Result<base::Kind, Misread> {
        match text {
            "success" => Ok(base::Kind::Relayed),
            "failure" => Ok(base::Kind::Failed),
            "delay" => Ok(base::Kind::Delayed),
            _ => Err(unknown_word::<Notice>(text, "condition")),
        }
    }
}

impl Kind for NoMail {
    type Value = ();
    const NOUN: &'static str = "\"never\" or a list of times";
    const EXAMPLES: &'static [&'static str] = &["never"];
    const WORDS: &'static [&'static str] = &["never"];

    fn read(text: &str) -> Result<(), Misread> {
        if text == "never" {
            return Ok(());
        }
        Err(unknown_word::<NoMail>(text, "word").help("for example at = [\"0s\", \"1h\"]"))
    }
}

impl Kind for ByMode {
    type Value = ByMode;
    const NOUN: &'static str = "\"return\" or \"notify\"";
    const EXAMPLES: &'static [&'static str] = &["return"];
    const WORDS: &'static [&'static str] = &["return", "notify"];

    fn read(text: &str) -> Result<ByMode, Misread> {
        match text {
            "return" => Ok(ByMode::Return),
            "notify" => Ok(ByMode::Notify),
            _ => Err(unknown_word::<ByMode>(text, "mode")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_list_is_read_and_no_other() {
        fn all_read<K: Kind>() {
            for word in K::WORDS {
                assert!(K::read(word).is_ok(), "{word}");
            }
            assert!(K::read("banana").is_err());
        }
        all_read::<NoNotice>();
        all_read::<Notice>();
        all_read::<NoMail>();
        all_read::<ByMode>();
    }
}
