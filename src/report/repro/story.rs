//! What befell one message under two sets of rules.
//!
//! In: two records of one scenario and seed. Out: the message that the exhibit wronged first, and
//! its life in both.

use crate::base::{Instant, Kind, MessageId, Span};
use crate::oracle::Breach;
use crate::report::{ReportError, label};
use crate::trial::{Outcome, Row, RunRecord};

/// What the museum says of an exhibit.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The public source: `Exchange 5.0 and 5.5, KB Q184051`.
    pub source: &'a str,
    /// The cause in one line.
    pub cause: &'a str,
}

/// One message's life under the production rules and under an exhibit.
#[derive(Clone, Debug)]
pub struct Story {
    /// The exhibit's full id.
    pub exhibit_id: String,
    /// Its public source.
    pub source: String,
    /// Its cause in one line.
    pub cause: String,
    /// The scenario: name and title.
    pub scenario: String,
    /// The seed of both runs.
    pub seed: u64,
    /// The message as reports write it: `orders.0`.
    pub message: String,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// The judge's deadline.
    pub deadline: Instant,
    /// Lateness that is allowed beyond it.
    pub slack: Span,
    /// Under the production rules.
    pub production: Life,
    /// Under the exhibit.
    pub exhibit: Life,
    /// How far a time axis has to go to show all that happened, with room beyond it.
    pub reach: Span,
}

/// What befell a message in one run, in order of time.
#[derive(Clone, Debug)]
pub struct Life {
    /// What happened.
    pub moments: Vec<Moment>,
    /// When it ended; none where it did not.
    pub ended_at: Option<Instant>,
    /// When the run ended.
    pub run_ended_at: Instant,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Instant,
    /// What.
    pub event: Event,
    /// The same in words.
    pub words: String,
}

/// What can happen to a message that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The hub took it.
    Accepted,
    /// Its host called.
    Called,
    /// It was delivered.
    Delivered,
    /// It was returned to its sender.
    Returned,
    /// It ended otherwise: a dead letter, suppressed, cancelled.
    Ended,
    /// The report about it reached the sender, or ended otherwise.
    ReportEnded,
    /// A rule was broken.
    Broken,
    /// The run ended and it had not.
    Stranded,
}

impl Story {
    /// Follows the first message that the exhibit wronged, or the first of all where it wronged
    /// none.
    ///
    /// # Errors
    /// Where no message stands in the rows of both records.
    pub fn of(
        production: &RunRecord,
        exhibit: &RunRecord,
        case: &Case<'_>,
    ) -> Result<Story, ReportError> {
        let row = followed(production, exhibit).ok_or(ReportError::NothingToFollow)?;
        let scenario = &exhibit.scenario;
        let lives = [production, exhibit].map(|record| Life::of(record, &row));
        let reach = reach(row.deadline, &lives);
        let [production, wronged] = lives;
        Ok(Story {
            exhibit_id: exhibit.exhibit.unwrap_or("production rules").to_owned(),
            source: case.source.to_owned(),
            cause: case.cause.to_owned(),
            scenario: format!("{}: {}", scenario.name, scenario.title),
            seed: exhibit.seed,
            message: label::message(scenario, row.message),
            accepted_at: row.accepted_at,
            deadline: row.deadline,
            slack: scenario.slack(exhibit.fidelity),
            production,
            exhibit: wronged,
            reach,
        })
    }
}

/// The mail that a breach is about, itself or by a report.
fn mail_of(breach: &Breach) -> Option<MessageId> {
    breach.message.map(|id| id.report_of().unwrap_or(id))
}

/// The row of the message to follow: where it can be, one that was wronged and that both runs accepted.
fn followed(production: &RunRecord, exhibit: &RunRecord) -> Option<Row> {
    let in_production =
        |row: &Row| production.rows.iter().any(|other| other.message == row.message);
    let wronged = exhibit.breaches.iter().filter_map(mail_of);
    let wronged = wronged.filter_map(|id| exhibit.rows.iter().find(|row| row.message == id));
    let in_both = wronged.clone().find(in_production);
    in_both.or_else(|| wronged.clone().next()).or_else(|| {
        exhibit.rows.iter().filter(|row| row.message.kind() == Kind::Mail).find(in_production)
    })
}

impl Life {
    fn of(record: &RunRecord, followed: &Row) -> Life {
        let message = followed.message;
        if record.rows.iter().all(|row| row.message != message) {
            return Life::refused(record, followed.accepted_at);
        }
        let mut moments = Vec::new();
        let mut ended_at = None;
        let rows = record.rows.iter();
        for row in rows.filter(|row| row.message.report_of().unwrap_or(row.message) == message) {
            if row.message == message {
                ended_at = row.ended_at;
                moments.extend(calls(record, &row));
                moments.push(Moment {
                    at: row.accepted_at,
                    event: Event::Accepted,
                    words: "accepted".to_owned(),
                });
            }
            moments.push(end(record, &row));
        }
        moments.extend(broken(record, message));
        moments.sort_by_key(|moment| (moment.at, moment.event));
        Life { moments, ended_at, run_ended_at: record.ended_at }
    }

    /// The message was offered at an instant and not taken: its sender keeps it.
    fn refused(record: &RunRecord, at: Instant) -> Life {
        let words = "not accepted: its sender keeps it".to_owned();
        let moments = vec![Moment { at, event: Event::Ended, words }];
        Life { moments, ended_at: Some(at), run_ended_at: record.ended_at }
    }

    /// When it was accepted, or offered in vain.
    #[must_use]
    pub fn begins_at(&self) -> Instant {
        let accepted = self.moments.iter().find(|moment| moment.event == Event::Accepted);
        accepted.or(self.moments.first()).map_or(Instant::ZERO, |moment| moment.at)
    }

    /// What happened at an instant.
    #[must_use]
    pub fn at(&self, at: Instant) -> &[Moment] {
        let from = self.moments.partition_point(|moment| moment.at < at);
        let to = self.moments.partition_point(|moment| moment.at <= at);
        &self.moments[from..to]
    }

    /// Whether the message had not ended when the run did.
    #[must_use]
    pub fn is_stranded(&self) -> bool {
        self.ended_at.is_none()
    }
}

/// The calls of the message's host during its life, as far as the record keeps them.
fn calls(record: &RunRecord, row: &Row) -> Vec<Moment> {
    let site = record.scenario.routes[row.route.index()].site;
    let Some(strip) = record.strips.get(site.index()) else { return Vec::new() };
    let until = row.ended_at.unwrap_or(Instant::NEVER);
    let during = strip.calls.iter().filter(|at| **at >= row.accepted_at && **at <= until);
    let name = label::site(&record.scenario, site);
    during
        .map(|at| Moment { at: *at, event: Event::Called, words: format!("{name} calls") })
        .collect()
}

/// How a message, or a report about it, ended, or that it had not when the run did.
fn end(record: &RunRecord, row: &Row) -> Moment {
    let at = row.ended_at.unwrap_or(record.ended_at);
    let status = row.status.map(|status| format!(", status {status}")).unwrap_or_default();
    if row.message.kind() != Kind::Mail {
        let words = format!("the {} report: {}", row.message.kind().name(), row.outcome.name());
        return Moment { at, event: Event::ReportEnded, words };
    }
    let (event, words) = match row.outcome {
        Outcome::Delivered => (Event::Delivered, "delivered".to_owned()),
        Outcome::Ndr => (Event::Returned, format!("returned to its sender: NDR{status}")),
        Outcome::DeadLetter => (Event::Ended, format!("kept as a dead letter{status}")),
        Outcome::Suppressed => (Event::Ended, format!("failed, its sender not told{status}")),
        Outcome::Cancelled => (Event::Ended, "cancelled by an administrator".to_owned()),
        Outcome::Stranded => (Event::Stranded, "the run ends: stranded".to_owned()),
        Outcome::Open => (Event::Stranded, "the run ends: still open".to_owned()),
    };
    Moment { at, event, words }
}

/// The first breach of each rule over the message, or over none where it was about a host alone.
fn broken(record: &RunRecord, message: MessageId) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for breach in &record.breaches {
        let words = format!("{} is broken", breach.rule);
        let here = mail_of(breach).is_none_or(|id| id == message);
        if here && moments.iter().all(|moment| moment.words != words) {
            moments.push(Moment { at: breach.at, event: Event::Broken, words });
        }
    }
    moments
}

/// Past the deadline and everything that happened but the run's end, and a quarter beyond.
fn reach(deadline: Instant, lives: &[Life; 2]) -> Span {
    let happened = lives.iter().flat_map(|life| &life.moments);
    let happened = happened.filter(|moment| moment.event != Event::Stranded);
    let last = happened.map(|moment| moment.at).chain([deadline]);
    let last = last.filter(|at| *at != Instant::NEVER).max().unwrap_or(Instant::ZERO);
    let micros = last.micros();
    Span::from_micros(micros.saturating_add(micros / 4))
}
