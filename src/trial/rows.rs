//! The rows of `messages.csv` in the making.
//!
//! In: acceptances, failed tries, ends. Out: rows by acceptance. Rows stand in a line from the oldest whose
//! message has not ended, so that they need not be put in order at the end; where a message's row stands is
//! found by its source and ordinal. What is not kept leaves the line with its end.

use std::collections::{BTreeMap, VecDeque};

use super::{Outcome, Row};
use crate::base::{Instant, Kind, MessageId, Status};
use crate::oracle::Oracle;
use crate::scenario::CsvRows;
use crate::trace::Accepted;

/// Rows that are kept, and those of messages that may still be.
#[derive(Clone)]
pub(super) struct Rows {
    kept: CsvRows,
    /// Rows that are whole, before all of the line.
    whole: Vec<Row>,
    line: VecDeque<Place>,
    /// The number of the first in the line; the first message of a run has number 0.
    first: u32,
    /// Where the rows of mail to first recipients stand, by source.
    mail: Vec<Window>,
    /// Where those of the failed reports about it do.
    failed: Vec<Window>,
    /// Where all others do.
    others: BTreeMap<MessageId, u32>,
}

/// A row in the line.
#[derive(Clone)]
enum Place {
    /// Of a message that has not ended.
    Open(Row),
    /// Whole, and kept.
    Whole(Row),
    /// Not kept.
    Left,
}

/// The rows of one source's messages that have not ended, by ordinal from the oldest on.
#[derive(Clone, Default)]
struct Window {
    base: u32,
    numbers: VecDeque<u32>,
}

/// No row: the message has ended.
const NONE: u32 = u32::MAX;

impl Window {
    /// Notes the row of a message; false if it has one, or had one before all that have one still.
    fn add(&mut self, ordinal: u32, number: u32) -> bool {
        if self.numbers.is_empty() {
            self.base = ordinal;
        }
        let Some(index) = ordinal.checked_sub(self.base) else { return false };
        let index = index as usize;
        if index >= self.numbers.len() {
            self.numbers.resize(index + 1, NONE);
        }
        let is_free = self.numbers[index] == NONE;
        if is_free {
            self.numbers[index] = number;
        }
        is_free
    }

    fn place(&mut self, ordinal: u32) -> Option<&mut u32> {
        let index = ordinal.checked_sub(self.base)? as usize;
        self.numbers.get_mut(index).filter(|number| **number != NONE)
    }

    /// Takes out the row of a message that has ended.
    fn take(&mut self, ordinal: u32) -> Option<u32> {
        let number = std::mem::replace(self.place(ordinal)?, NONE);
        while self.numbers.front() == Some(&NONE) {
            self.numbers.pop_front();
            self.base += 1;
        }
        Some(number)
    }
}

impl Rows {
    /// No rows yet, for so many sources.
    pub(super) fn new(kept: CsvRows, sources: usize) -> Rows {
        let windows = if kept == CsvRows::None { 0 } else { sources };
        Rows {
            kept,
            whole: Vec::new(),
            line: VecDeque::new(),
            first: 0,
            mail: vec![Window::default(); windows],
            failed: vec![Window::default(); windows],
            others: BTreeMap::new(),
        }
    }

    fn window(&mut self, message: MessageId) -> Option<&mut Window> {
        match (message.kind(), message.recipient()) {
            (Kind::Mail, 0) => self.mail.get_mut(message.source() as usize),
            (Kind::Failed, 0) => self.failed.get_mut(message.source() as usize),
            _ => None,
        }
    }

    /// A message was accepted, which the judge holds to this deadline.
    #[inline(always)]
    pub(super) fn open(&mut self, accepted: &Accepted, oracle: &Oracle) {
        if self.kept != CsvRows::None {
            self.add(accepted, oracle.deadline_of(accepted));
        }
    }

    fn add(&mut self, accepted: &Accepted, deadline: Instant) {
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
        // Numbers wrap around: no line is as long as there are numbers.
        let mut number = self.first.wrapping_add(self.line.len() as u32);
        if number == NONE {
            self.line.push_back(Place::Left);
            number = 0;
        }
        let message = accepted.message;
        let is_new =
            self.window(message).is_some_and(|window| window.add(message.ordinal(), number))
                || !self.is_open(message) && self.others.insert(message, number).is_none();
        // What is accepted twice has one row, the first.
        if is_new {
            self.line.push_back(Place::Open(row));
        }
    }

    fn is_open(&mut self, message: MessageId) -> bool {
        let window = self.window(message);
        window.is_some_and(|window| window.place(message.ordinal()).is_some())
            || self.others.contains_key(&message)
    }

    fn row(&mut self, number: u32) -> Option<&mut Place> {
        self.line.get_mut(number.wrapping_sub(self.first) as usize)
    }

    /// A try for a message failed.
    pub(super) fn failed(&mut self, message: MessageId, status: Status) {
        let window =
            self.window(message).and_then(|window| window.place(message.ordinal()).copied());
        let number = window.or_else(|| self.others.get(&message).copied());
        if let Some(Place::Open(row)) = number.and_then(|number| self.row(number)) {
            row.status = Some(status);
        }
    }

    /// A message ended.
    #[inline(always)]
    pub(super) fn end(&mut self, at: Instant, message: MessageId, end: End, oracle: &Oracle) {
        if self.kept != CsvRows::None {
            self.complete(at, message, end, oracle);
        }
    }

    fn complete(&mut self, at: Instant, message: MessageId, end: End, oracle: &Oracle) {
        let number = self.window(message).and_then(|window| window.take(message.ordinal()));
        let Some(number) = number.or_else(|| self.others.remove(&message)) else { return };
        let keeps_all = self.kept == CsvRows::All;
        let Some(place) = self.row(number) else { return };
        let Place::Open(mut row) = std::mem::replace(place, Place::Left) else { return };
        let End { outcome, attempts, status, .. } = end;
        row.outcome = outcome;
        row.ended_at = Some(at);
        row.attempts = attempts;
        row.status = status.or(row.status);
        let as_it_should = outcome == Outcome::Delivered && oracle.first_rule_of(message).is_none();
        if keeps_all || !as_it_should {
            *place = Place::Whole(row);
        }
        self.move_up();
    }

    /// Takes out of the line what stands before all that is open.
    fn move_up(&mut self) {
        while let Some(Place::Whole(_) | Place::Left) = self.line.front() {
            if let Some(Place::Whole(row)) = self.line.pop_front() {
                self.whole.push(row);
            }
            self.first = self.first.wrapping_add(1);
        }
    }

    /// The rows by acceptance; what has not ended is open or stranded.
    pub(super) fn finish(&mut self, oracle: &Oracle) -> Vec<Row> {
        let mut rows = std::mem::take(&mut self.whole);
        rows.extend(std::mem::take(&mut self.line).into_iter().filter_map(|place| match place {
            Place::Open(row) => {
                let stranded = oracle.is_stranded(row.message);
                let outcome = if stranded { Outcome::Stranded } else { Outcome::Open };
                Some(Row { outcome, ..row })
            }
            Place::Whole(row) => Some(row),
            Place::Left => None,
        }));
        for row in &mut rows {
            row.rule = oracle.first_rule_of(row.message);
        }
        rows
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_a_message_is_found_by_its_ordinal_until_it_ends() {
        let mut window = Window::default();
        for (ordinal, number) in [(3, 10), (4, 11), (7, 12)] {
            assert!(window.add(ordinal, number));
        }
        assert!(!window.add(4, 13), "it has one");
        assert!(!window.add(2, 13), "before all that have one");
        assert_eq!((window.take(4), window.take(4), window.take(5)), (Some(11), None, None));
        assert_eq!((window.take(3), window.base), (Some(10), 7));
        assert!(window.add(9, 14));
        assert_eq!((window.take(9), window.take(7), window.numbers.len()), (Some(14), Some(12), 0));
        assert!(window.add(5, 15), "an empty window begins anywhere");
    }
}
