//! All that a finished run leaves behind: plain values, ready to be shown, and nothing else.

use std::sync::Arc;

use super::{Distribution, HubLife, Reading, Rows, Tally};
use crate::base::{Instant, MessageId, Priority, RouteId, Rule, SiteId, Span, State, Status};
use crate::oracle::Breach;
use crate::scenario::{Count, Course, Fidelity, Scenario};
use crate::sim::Fingerprint;

/// One scenario, one seed, one set of rules: what came of it.
#[derive(Clone, Debug)]
pub struct RunRecord {
    /// What was asked for.
    pub scenario: Arc<Scenario>,
    /// The seed of this run.
    pub seed: u64,
    /// How much of the hub was under test.
    pub fidelity: Fidelity,
    /// The exhibit that took the place of the production rules, by its full id.
    pub exhibit: Option<&'static str>,
    /// Whether all was as it should be.
    pub verdict: Verdict,
    /// Whether the scenario's counts and thresholds had a say in the verdict.
    pub counts_judged: CountsJudged,
    /// When the run ended: the last obligation's end, or the horizon.
    pub ended_at: Instant,
    /// Counts of mail and, apart, of reports.
    pub mail: Outcomes,
    /// Counts of reports.
    pub reports: Outcomes,
    /// Counts of mail whose 250 a crash came before: nobody is owed anything for it. What a restart
    /// did not bring back stands among them as open.
    pub unacknowledged: Outcomes,
    /// What happened to mail besides.
    pub tally: Tally,
    /// What befell the hub.
    pub hub: HubLife,
    /// What came out for each of the scenario's thresholds, in its order, judged or not.
    pub readings: Vec<Reading>,
    /// The first breaches, in order of time; at most [`RunRecord::BREACHES`].
    pub breaches: Vec<Breach>,
    /// How many breaches there were of each rule that was broken.
    pub breach_counts: Vec<(Rule, u64)>,
    /// The largest time by which a message ended after its deadline and its grace.
    pub largest_lateness: Span,
    /// From acceptance to the delivery of mail; reports are not in it.
    pub time_to_delivery: Distribution,
    /// From acceptance to the non-delivery report about mail, or to the dead letter that mail became.
    pub time_to_return: Distribution,
    /// The rows of `messages.csv` that the scenario keeps, by acceptance.
    pub rows: Rows,
    /// The rows of `timeseries.csv`, by time.
    pub series: Vec<Sample>,
    /// One for each site, by its number.
    pub sites: Vec<SiteTotals>,
    /// The strips of some sites, by their number: of all, or of [`RunRecord::STRIPS`] spread evenly.
    pub strips: Vec<Strip>,
    /// 128 bits in lanes that name this run's course.
    pub fingerprint: Fingerprint,
    /// Inputs that the hub was given.
    pub inputs: u64,
    /// What was drawn, where the run was to keep it.
    pub course: Option<Course>,
}

impl RunRecord {
    /// The most breaches that are kept one by one.
    pub const BREACHES: usize = 100;
    /// The most sites whose strips are kept.
    pub const STRIPS: usize = 40;
}

/// Whether a run was as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was broken, every count came out and every threshold held; or the exhibit was caught by the rule named.
    Passed,
    /// An invariant was broken.
    Broken,
    /// An exhibit that the scenario names was not caught by the rule that it names.
    NotCaught {
        /// The rule that should have caught it.
        rule: Rule,
    },
    /// The invariants held, and a count came out otherwise or a threshold was missed.
    Missed(Vec<Miss>),
    /// The run was interrupted.
    Interrupted,
}

/// Whether a scenario's counts and thresholds had a say in the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountsJudged {
    /// They had.
    Yes,
    /// They had not: they depend on chance, and the seed is not the scenario's.
    OtherSeed,
    /// They had not: they are for the production rules, or the run was broken off.
    OtherRules,
}

/// Something that came out otherwise than the scenario expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// A count.
    Count {
        /// Which.
        count: Count,
        /// What the scenario expects.
        expected: u64,
        /// What came out.
        seen: u64,
    },
    /// A threshold that does not hold.
    Threshold(Reading),
}

/// How many recipients came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Recipients accepted.
    pub accepted: u64,
    /// By outcome, by its number; what ended twice counts for its first end.
    pub ended: [u64; Outcome::ALL.len()],
}

impl Outcomes {
    /// How many came to this end.
    #[must_use]
    pub const fn of(&self, outcome: Outcome) -> u64 {
        self.ended[outcome as usize]
    }

    /// Adds the counts of another part of the run.
    pub(super) fn add(&mut self, part: &Outcomes) {
        self.accepted += part.accepted;
        for (all, others) in self.ended.iter_mut().zip(part.ended) {
            *all += others;
        }
    }
}

/// How a recipient ended, or that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Outcome {
    /// Delivered.
    Delivered = 0,
    /// Returned to its sender by a failed report.
    Ndr = 1,
    /// Kept, with nobody to tell.
    DeadLetter = 2,
    /// Failed, and its sender had asked not to be told.
    Suppressed = 3,
    /// Taken out by an administrator.
    Cancelled = 4,
    /// Not ended, and its obligation fell due.
    Stranded = 5,
    /// Not ended, its obligation not yet due when the run ended.
    Open = 6,
}

impl Outcome {
    /// Every outcome, by its number.
    pub const ALL: [Outcome; 7] = [
        Outcome::Delivered,
        Outcome::Ndr,
        Outcome::DeadLetter,
        Outcome::Suppressed,
        Outcome::Cancelled,
        Outcome::Stranded,
        Outcome::Open,
    ];

    /// The word in reports: `dead-letter`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Delivered => "delivered",
            Outcome::Ndr => "ndr",
            Outcome::DeadLetter => "dead-letter",
            Outcome::Suppressed => "suppressed",
            Outcome::Cancelled => "cancelled",
            Outcome::Stranded => "stranded",
            Outcome::Open => "open",
        }
    }
}

/// One row of `messages.csv`. Sender, recipient and what its sender wants to be told follow from the
/// message's source and the recipient's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which message, which recipient.
    pub message: MessageId,
    /// The way to its recipient.
    pub route: RouteId,
    /// Its priority.
    pub priority: Priority,
    /// Its size in bytes.
    pub size_bytes: u32,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// Before when it must not leave (RFC 4865); none where its sender did not say.
    pub release_at: Option<Instant>,
    /// The judge's deadline.
    pub deadline: Instant,
    /// The queue's deadline, as it published it last.
    pub queue_deadline: Instant,
    /// How it ended.
    pub outcome: Outcome,
    /// When; none where it did not.
    pub ended_at: Option<Instant>,
    /// Tries made; none where the message never ended.
    pub attempts: Option<u32>,
    /// The status at its end, or the last one seen.
    pub status: Option<Status>,
    /// The first rule that was broken over it.
    pub rule: Option<Rule>,
}

/// One row of `timeseries.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The instant of the count.
    pub at: Instant,
    /// Messages in each state, by its number, by the queue's own account.
    pub messages: [u32; State::COUNT],
    /// Their size together, in bytes.
    pub size_bytes: u64,
    /// Connections open or being opened.
    pub connections: u32,
    /// Recipients accepted so far, reports among them.
    pub accepted: u64,
    /// Recipients delivered so far, reports among them.
    pub delivered: u64,
    /// Failed reports born so far.
    pub ndrs: u64,
}

impl Sample {
    /// Messages in all states together.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.messages.iter().map(|count| u64::from(*count)).sum()
    }

    /// Adds the counts of another part of the run at the same instant.
    pub(super) fn add(&mut self, part: &Sample) {
        for (all, others) in self.messages.iter_mut().zip(part.messages) {
            *all += others;
        }
        self.size_bytes += part.size_bytes;
        self.connections += part.connections;
        self.accepted += part.accepted;
        self.delivered += part.delivered;
        self.ndrs += part.ndrs;
    }
}

/// One row of `sites.csv`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteTotals {
    /// Calls that it made.
    pub calls: u64,
    /// ETRN that the hub consented to with mail waiting (252, 253).
    pub flushes: u64,
    /// ETRN that found nothing waiting (251).
    pub empty_calls: u64,
    /// ETRN that the hub refused.
    pub refused_calls: u64,
    /// Connections that the hub opened to it.
    pub connections: u64,
    /// Connections that failed, were lost or were cut.
    pub failed_connections: u64,
    /// Messages for it, recipients, reports among them.
    pub accepted: u64,
    /// Messages delivered to it, duplicates among them.
    pub delivered: u64,
    /// Bytes delivered to it.
    pub delivered_bytes: u64,
    /// Messages for it that were returned to their senders.
    pub ndrs: u64,
    /// Messages for it that became dead letters.
    pub dead_letters: u64,
    /// Messages for it that had not ended when the run did.
    pub unfinished: u64,
    /// The longest time from acceptance to delivery; none without a delivery.
    pub longest_wait: Option<Span>,
}

/// The life of one site on a time axis of [`Strip::BINS`] equal parts, from 0 to the horizon.
#[derive(Clone, Debug)]
pub struct Strip {
    /// Whose life it is.
    pub site: SiteId,
    /// The instants of its calls (at most one for each part of the axis is kept).
    pub calls: Vec<Instant>,
    /// From the ETRN to the end of the flush that it opened.
    pub flushes: Vec<(Instant, Instant)>,
    /// Deliveries to it (at most one for each part of the axis is kept).
    pub deliveries: Vec<Instant>,
    /// Returns of its mail (at most one for each part of the axis is kept).
    pub ndrs: Vec<Instant>,
}

impl Strip {
    /// The parts of the axis from 0 to the horizon within which equal marks are kept once.
    pub const BINS: u64 = 1_000;
}
