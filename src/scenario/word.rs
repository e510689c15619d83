//! Words and names as they are written: one of a list, a name, an address.
//!
//! In: text. Out: the word's value, a [`Pattern`] that may hold `{n}`, or a rule. Whether a name is
//! known is settled by `meaning`.

use super::model::{CsvRows, Fidelity, PolicyName, RouteMode, Ties};
use super::problem::suggestion;
use super::quote::quoted;
use super::text::{Kind, Misread};
use crate::base::{Priority, Rule, Span};

/// A line of text for people.
#[derive(Debug)]
pub(crate) enum Prose {}
/// The name of a site or of a group of traffic.
#[derive(Debug)]
pub(crate) enum Name {}
/// The name of an exhibit: it cannot be looked up here.
#[derive(Debug)]
pub(crate) enum ExhibitName {}
/// A domain, in which `{n}` may stand.
#[derive(Debug)]
pub(crate) enum Domain {}
/// A mailbox, in which `{n}` may stand.
#[derive(Debug)]
pub(crate) enum Mailbox {}
/// A reverse-path: a mailbox or `<>`.
#[derive(Debug)]
pub(crate) enum ReversePath {}
/// What a host asks for with one ETRN, in which `{n}` may stand; right or wrong.
#[derive(Debug)]
pub(crate) enum Node {}
/// A rule by its id or its name.
#[derive(Debug)]
pub(crate) enum RuleName {}
/// The word "never".
#[derive(Debug)]
pub(crate) enum Never {}
/// The word "none" where a retry ladder could stand.
#[derive(Debug)]
pub(crate) enum NoRetry {}

/// One thing that a host offers in its answer to EHLO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// DSN (RFC 3461).
    Dsn,
    /// DELIVERBY (RFC 2852), with the least time that it takes.
    DeliverBy(Span),
}

/// A text in which `{n}` stands for the number of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(String);

impl Pattern {
    /// Whether there is an `{n}` in it.
    pub(crate) fn is_numbered(&self) -> bool {
        self.0.contains("{n}")
    }

    /// The text for the site with this number.
    pub(crate) fn fill(&self, number: &str) -> String {
        fill(&self.0, number)
    }

    /// The text as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text with a number for each `{n}`. By its one brace: a search for all three letters costs more than all
/// else that is done for a host.
fn fill(text: &str, number: &str) -> String {
    let mut filled = String::with_capacity(text.len() + number.len());
    let mut pieces = text.split('{');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.strip_prefix("n}") {
            Some(rest) => filled.extend([number, rest]),
            None => filled.extend(["{", piece]),
        }
    }
    filled
}

/// A mailbox as it was written: what stands before the last `@`, and the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailboxPattern {
    /// The whole.
    pub(crate) mailbox: Pattern,
    /// What stands behind the `@`.
    pub(crate) domain: Pattern,
}

impl MailboxPattern {
    /// The mailbox with this number before the `@`, and the one of the domain's site behind it.
    pub(crate) fn fill(&self, number: &str, site: &str) -> String {
        let local = self.mailbox.as_str().strip_suffix(self.domain.as_str());
        let local = local.expect("a mailbox ends with its domain");
        fill(local, number) + &self.domain.fill(site)
    }
}

impl Kind for Prose {
    type Value = String;
    const NOUN: &'static str = "one line of text";
    const EXAMPLES: &'static [&'static str] = &["A host that never calls"];

    fn read(text: &str) -> Result<String, Misread> {
        if text.trim().is_empty() {
            return Err(Misread::new("an empty text", "expected one line of text"));
        }
        if text.contains(char::is_control) {
            let message = "a line's end or a control character in a text";
            return Err(Misread::new(message, "expected one line of text"));
        }
        Ok(text.to_owned())
    }
}

impl Kind for Name {
    type Value = String;
    const NOUN: &'static str = "a name of letters, digits, `-` and `.`";
    const EXAMPLES: &'static [&'static str] = &["branch", "mail.old-office"];

    fn read(text: &str) -> Result<String, Misread> {
        const LONGEST: usize = 100;
        let lawful = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let mut letters = text.chars();
        if !text.chars().all(lawful) || !ends(letters.next()) || text.len() > LONGEST {
            return Err(Misread::new(format!("{} is not a name", quoted(text)), "not a name").help(
                format!("a name has letters, digits, `-` and `.`, begins with a letter or digit, and is at most {LONGEST} long"),
            ));
        }
        Ok(text.to_owned())
    }
}

impl Kind for ExhibitName {
    type Value = String;
    const NOUN: &'static str = "the name of an exhibit";
    const EXAMPLES: &'static [&'static str] = &["q184051"];

    fn read(text: &str) -> Result<String, Misread> {
        Name::read(text)
    }
}

impl Kind for Domain {
    type Value = Pattern;
    const NOUN: &'static str = "a domain name";
    const EXAMPLES: &'static [&'static str] = &["branch.example", "branch-{n}.example"];

    fn read(text: &str) -> Result<Pattern, Misread> {
        let label = |part: &str| {
            (1..=63).contains(&part.len())
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        // RFC 1035 2.3.4: labels of at most 63 octets, names of at most 253 as they are written.
        // The widest number of a site stands in for `{n}`.
        let filled = text.replace("{n}", "1000000");
        if filled.len() > 253 || !filled.split('.').all(label) {
            return Err(Misread::new(format!("{} is not a domain name", quoted(text)), "not a domain name")
                .help("a domain is labels of letters, digits and `-` with points between (RFC 5321 4.1.2)"));
        }
        Ok(Pattern(text.to_owned()))
    }
}

impl Kind for Mailbox {
    type Value = MailboxPattern;
    const NOUN: &'static str = "an address";
    const EXAMPLES: &'static [&'static str] = &["clerk@branch.example", "clerk@branch-{n}.example"];

    fn read(text: &str) -> Result<MailboxPattern, Misread> {
        let unlawful = |c: char| !c.is_ascii_graphic() || "<>()[]\\,;:\"@".contains(c);
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(Misread::new(
                format!("{} is not an address", quoted(text)),
                "no `@` in it",
            ));
        };
        // RFC 5321 4.5.3.1.1: at most 64 octets; quoted local parts are not read.
        if local.is_empty() || local.len() > 64 || local.contains(unlawful) {
            let message = format!("{} is not an address", quoted(text));
            return Err(Misread::new(message, "a bad part before the `@`"));
        }
        Ok(MailboxPattern { mailbox: Pattern(text.to_owned()), domain: Domain::read(domain)? })
    }
}

impl Kind for ReversePath {
    type Value = Option<MailboxPattern>;
    const NOUN: &'static str = "an address or \"<>\"";
    const EXAMPLES: &'static [&'static str] = &["sales@office.example", "<>"];

    fn read(text: &str) -> Result<Option<MailboxPattern>, Misread> {
        if text == "<>" { Ok(None) } else { Mailbox::read(text).map(Some) }
    }
}

impl Kind for Node {
    type Value = Pattern;
    const NOUN: &'static str = "what a host asks for";
    const EXAMPLES: &'static [&'static str] = &["branch-{n}.example", "@example", "#night"];

    fn read(text: &str) -> Result<Pattern, Misread> {
        // RFC 5321 4.5.3.1.4: a command line has at most 512 octets.
        const LONGEST: usize = 512;
        if text.contains(char::is_control) {
            let message = "a line's end or a control character in what a host asks for";
            return Err(Misread::new(message, "expected one line of text"));
        }
        if text.len() > LONGEST {
            let message = format!("{} bytes for one ETRN", text.len());
            return Err(Misread::new(message, format!("expected at most {LONGEST}")));
        }
        Ok(Pattern(text.to_owned()))
    }
}

impl Kind for Offer {
    type Value = Offer;
    const NOUN: &'static str = "DSN, or DELIVERBY with or without seconds";
    const EXAMPLES: &'static [&'static str] = &["DSN", "DELIVERBY 120"];

    fn read(text: &str) -> Result<Offer, Misread> {
        let (keyword, seconds) = text.split_once(' ').map_or((text, None), |(k, s)| (k, Some(s)));
        match (keyword, seconds) {
            ("DSN", None) => Ok(Offer::Dsn),
            ("DELIVERBY", None) => Ok(Offer::DeliverBy(Span::ZERO)),
            // RFC 2852 3: one to nine digits.
            ("DELIVERBY", Some(digits)) if (1..=9).contains(&digits.len()) => {
                let seconds = digits.parse().map_err(|_| Misread::not::<Offer>(text))?;
                Ok(Offer::DeliverBy(Span::from_secs(seconds)))
            }
            _ => Err(Misread::not::<Offer>(text)),
        }
    }
}

impl Kind for RuleName {
    type Value = Rule;
    const NOUN: &'static str = "the id or the name of a rule";
    const EXAMPLES: &'static [&'static str] = &["I2", "ends-by-deadline"];

    fn read(text: &str) -> Result<Rule, Misread> {
        text.parse().map_err(|_| {
            let names = Rule::ALL.into_iter().flat_map(|rule| [rule.id(), rule.name()]);
            let help =
                suggestion(text, names.filter(|name| name.len() > 3), "the rules are I1 to I12");
            Misread::new(format!("{} is not a rule", quoted(text)), "no such rule").help(help)
        })
    }
}

impl Kind for Never {
    type Value = ();
    const NOUN: &'static str = "\"never\" or a table";
    const EXAMPLES: &'static [&'static str] = &["never"];
    const WORDS: &'static [&'static str] = &["never"];

    fn read(text: &str) -> Result<(), Misread> {
        if text == "never" { Ok(()) } else { Err(unknown_word::<Never>(text, "word")) }
    }
}

impl Kind for NoRetry {
    type Value = ();
    const NOUN: &'static str = "\"none\" or a list of waits";
    const EXAMPLES: &'static [&'static str] = &["none"];
    const WORDS: &'static [&'static str] = &["none"];

    fn read(text: &str) -> Result<(), Misread> {
        if text == "none" {
            return Ok(());
        }
        let message = format!("{} is not a retry ladder", quoted(text));
        Err(Misread::new(message, format!("expected {}", NoRetry::NOUN))
            .help("for example [\"15m\", \"30m\"] (KB Q151780: a bad ladder was read as zeros)"))
    }
}

impl Kind for PolicyName {
    type Value = PolicyName;
    const NOUN: &'static str = "the name of a policy";
    const EXAMPLES: &'static [&'static str] = &["ims"];
    const WORDS: &'static [&'static str] = &["ims", "rfc5321"];

    fn read(text: &str) -> Result<PolicyName, Misread> {
        let found = PolicyName::ALL.into_iter().find(|policy| policy.name() == text);
        found.ok_or_else(|| unknown_word::<PolicyName>(text, "policy"))
    }
}

impl Kind for RouteMode {
    type Value = RouteMode;
    const NOUN: &'static str = "\"held\" or \"direct\"";
    const EXAMPLES: &'static [&'static str] = &["held"];
    const WORDS: &'static [&'static str] = &["held", "direct"];

    fn read(text: &str) -> Result<RouteMode, Misread> {
        match text {
            "held" => Ok(RouteMode::Held),
            "direct" => Ok(RouteMode::Direct),
            _ => Err(unknown_word::<RouteMode>(text, "mode")),
        }
    }
}

impl Kind for Priority {
    type Value = Priority;
    const NOUN: &'static str = "a priority";
    const EXAMPLES: &'static [&'static str] = &["normal"];
    const WORDS: &'static [&'static str] = &["urgent", "normal", "non-urgent"];

    fn read(text: &str) -> Result<Priority, Misread> {
        let found = Priority::ALL.into_iter().find(|priority| priority.name() == text);
        found.ok_or_else(|| unknown_word::<Priority>(text, "priority"))
    }
}

impl Kind for Ties {
    type Value = Ties;
    const NOUN: &'static str = "\"fixed\" or \"shuffled\"";
    const EXAMPLES: &'static [&'static str] = &["fixed"];
    const WORDS: &'static [&'static str] = &["fixed", "shuffled"];

    fn read(text: &str) -> Result<Ties, Misread> {
        match text {
            "fixed" => Ok(Ties::Fixed),
            "shuffled" => Ok(Ties::Shuffled),
            _ => Err(unknown_word::<Ties>(text, "order")),
        }
    }
}

impl Kind for Fidelity {
    type Value = Fidelity;
    const NOUN: &'static str = "\"queue\" or \"hub\"";
    const EXAMPLES: &'static [&'static str] = &["queue", "hub"];
    const WORDS: &'static [&'static str] = &["queue", "hub"];

    fn read(text: &str) -> Result<Fidelity, Misread> {
        let found = Fidelity::ALL.into_iter().find(|fidelity| fidelity.name() == text);
        found.ok_or_else(|| unknown_word::<Fidelity>(text, "fidelity"))
    }
}

impl Kind for CsvRows {
    type Value = CsvRows;
    const NOUN: &'static str = "\"none\", \"failed\" or \"all\"";
    const EXAMPLES: &'static [&'static str] = &["all"];
    const WORDS: &'static [&'static str] = &["none", "failed", "all"];

    fn read(text: &str) -> Result<CsvRows, Misread> {
        match text {
            "none" => Ok(CsvRows::None),
            "failed" => Ok(CsvRows::Failed),
            "all" => Ok(CsvRows::All),
            _ => Err(unknown_word::<CsvRows>(text, "choice of rows")),
        }
    }
}

/// `text` is none of the words of `K`.
pub(crate) fn unknown_word<K: Kind>(text: &str, noun: &str) -> Misread {
    Misread::new(format!("unknown {noun} {}", quoted(text)), format!("expected {}", K::NOUN))
        .help(suggestion(text, K::WORDS.iter().copied(), "allowed"))
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
        all_read::<PolicyName>();
        all_read::<RouteMode>();
        all_read::<Priority>();
        all_read::<CsvRows>();
        all_read::<Ties>();
        all_read::<Fidelity>();
        all_read::<Never>();
        all_read::<NoRetry>();
        assert_eq!(PolicyName::WORDS, PolicyName::ALL.map(PolicyName::name));
        assert_eq!(Priority::WORDS, Priority::ALL.map(Priority::name));
        assert_eq!(Fidelity::WORDS, Fidelity::ALL.map(Fidelity::name));
    }

    #[test]
    fn names_domains_and_addresses_are_held_to_their_letters() {
        for name in ["branch", "a.b-c", "7"] {
            assert!(Name::read(name).is_ok(), "{name}");
        }
        for name in ["", "-a", ".a", "a b", "a/b", "ä", "a{n}"] {
            assert!(Name::read(name).is_err(), "{name}");
        }
        for domain in ["branch.example", "branch-{n}.example", "{n}.example", "localhost"] {
            assert!(Domain::read(domain).is_ok(), "{domain}");
        }
        for domain in ["", ".", "a..b", "-a.example", "a-.example", "a_b.example", "a.{m}"] {
            assert!(Domain::read(domain).is_err(), "{domain}");
        }
        for address in ["a@b.example", "a+b@b.example", "m{n}@b-{n}.example"] {
            assert!(Mailbox::read(address).is_ok(), "{address}");
        }
        for address in ["", "a", "@b.example", "a@", "a b@b.example", "a@a@b.example", "<>"] {
            assert!(Mailbox::read(address).is_err(), "{address}");
        }
        assert_eq!(ReversePath::read("<>"), Ok(None));
    }

    #[test]
    fn a_host_may_ask_for_anything_on_one_line_and_offers_two_things() {
        let long = "x".repeat(512);
        for node in ["branch.example", "@example", "#night", "", "a b <c>", long.as_str()] {
            assert!(Node::read(node).is_ok(), "{node}");
        }
        let long = "x".repeat(513);
        for node in ["a\nb", "a\u{7f}", long.as_str()] {
            assert!(Node::read(node).is_err(), "{node}");
        }
        assert_eq!(Offer::read("DELIVERBY"), Ok(Offer::DeliverBy(Span::ZERO)));
        assert_eq!(Offer::read("DELIVERBY 120"), Ok(Offer::DeliverBy(Span::from_minutes(2))));
        for offer in ["", "dsn", "DSN 1", "DELIVERBY ", "DELIVERBY -1", "DELIVERBY 1234567890"] {
            assert!(Offer::read(offer).is_err(), "{offer}");
        }
    }
}
