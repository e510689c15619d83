//! The breaches that were found: each rule at most once for each message, the first of them in full.

use std::collections::BTreeMap;

use super::Breach;
use crate::base::{MessageId, Rule};

/// What was found so far.
///
/// The only memory of a message that has ended; it grows with the messages that broke a rule.
#[derive(Clone, Debug)]
pub(super) struct Docket {
    breaches: Vec<Breach>,
    counts: [u64; Rule::ALL.len()],
    offenders: BTreeMap<MessageId, Offences>,
}

/// The rules that were broken over one message.
#[derive(Clone, Copy, Debug)]
struct Offences {
    first: Rule,
    all: u16,
}

impl Docket {
    /// The most breaches that are kept in full.
    pub(super) const KEPT: usize = 100;

    pub(super) const fn new() -> Docket {
        Docket { breaches: Vec::new(), counts: [0; Rule::ALL.len()], offenders: BTreeMap::new() }
    }

    /// Notes a breach, unless that rule was broken over that message before.
    #[cold]
    pub(super) fn note(&mut self, breach: Breach) {
        if breach.message.is_some_and(|message| self.is_known(message, breach.rule)) {
            return;
        }
        self.counts[breach.rule as usize - 1] += 1;
        if self.breaches.len() < Docket::KEPT {
            self.breaches.push(breach);
        }
    }

    /// Whether the rule was broken over the message before; now it is.
    fn is_known(&mut self, message: MessageId, rule: Rule) -> bool {
        let offences = self.offenders.entry(message).or_insert(Offences { first: rule, all: 0 });
        let bit = 1 << rule as u16;
        let is_known = offences.all & bit != 0;
        offences.all |= bit;
        is_known
    }

    pub(super) fn breaches(&self) -> &[Breach] {
        &self.breaches
    }

    /// The rules that were broken, I1 first, each with the number of its breaches.
    pub(super) fn counts(&self) -> impl Iterator<Item = (Rule, u64)> {
        Rule::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    pub(super) fn first_rule_of(&self, message: MessageId) -> Option<Rule> {
        self.offenders.get(&message).map(|offences| offences.first)
    }

    pub(super) fn offenders(&self) -> impl Iterator<Item = (MessageId, Rule)> {
        self.offenders.iter().map(|(message, offences)| (*message, offences.first))
    }

    /// Bytes on the heap without those of texts, from above.
    pub(super) fn size_bytes(&self) -> usize {
        self.breaches.capacity() * size_of::<Breach>()
            + self.offenders.len() * size_of::<(MessageId, Offences)>() * 11 / 5
    }
}
