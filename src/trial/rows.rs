//! The rows of `messages.csv` in the making.

use std::collections::BTreeMap;

use super::{Outcome, Row};
use crate::base::{Instant, MessageId, Status};
use crate::oracle::Oracle;
use crate::scenario::CsvRows;
use crate::trace::Accepted;

/// Rows that are kept; those of messages that have not ended apart.
#[derive(Clone)]
pub(super) struct Rows {
    kept: CsvRows,
    accepted: u64,
    open: BTreeMap<MessageId, (u64, Row)>,
    ended: Vec<(u64, Row)>,
}

impl Rows {
    pub(super) const fn new(kept: CsvRows) -> Rows {
        Rows { kept, accepted: 0, open: BTreeMap::new(), ended: Vec::new() }
    }

    /// A message was accepted.
    pub(super) fn open(&mut self, accepted: &Accepted, deadline: Instant) {
        if self.kept == CsvRows::None {
            return;
        }
        let row = Row {
            message: accepted.message,
            route: accepted.route,
            priority: accepted.priority,
            size_bytes: accepted.size_bytes,
            accepted_at: accepted.accepted_at,
            release_at: accepted.release_at,
            deadline,
            queue_deadline: accepted.queue_deadline,
            outcome: Outcome::Open,
            ended_at: None,
            attempts: None,
            status: None,
            rule: None,
        };
        // What is accepted twice has one row, the first.
        self.open.entry(accepted.message).or_insert((self.accepted, row));
        self.accepted += 1;
    }

    /// A try for a message failed.
    pub(super) fn failed(&mut self, message: MessageId, status: Status) {
        if let Some((_, row)) = self.open.get_mut(&message) {
            row.status = Some(status);
        }
    }

    /// A message ended.
    pub(super) fn end(&mut self, at: Instant, message: MessageId, end: End, oracle: &Oracle) {
        let Some((number, mut row)) = self.open.remove(&message) else { return };
        let End { outcome, attempts, status, .. } = end;
        row.outcome = outcome;
        row.ended_at = Some(at);
        row.attempts = attempts;
        row.status = status.or(row.status);
        let as_it_should = outcome == Outcome::Delivered && oracle.first_rule_of(message).is_none();
        if self.kept == CsvRows::All || !as_it_should {
            self.ended.push((number, row));
        }
    }

    /// The rows by acceptance; what has not ended is open or stranded.
    pub(super) fn finish(&mut self, oracle: &Oracle) -> Vec<Row> {
        let open = std::mem::take(&mut self.open).into_values().map(|(number, row)| {
            let stranded = oracle.is_stranded(row.message);
            let outcome = if stranded { Outcome::Stranded } else { Outcome::Open };
            (number, Row { outcome, ..row })
        });
        let mut rows = std::mem::take(&mut self.ended);
        rows.extend(open);
        rows.sort_unstable_by_key(|(number, _)| *number);
        let rule = |row: Row| Row { rule: oracle.first_rule_of(row.message), ..row };
        rows.into_iter().map(|(_, row)| rule(row)).collect()
    }
}

/// How a message ended.
#[derive(Clone, Copy)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    /// When it was accepted; none if it had ended before.
    pub(super) accepted_at: Option<Instant>,
    pub(super) attempts: Option<u32>,
    pub(super) status: Option<Status>,
}
