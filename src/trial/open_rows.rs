//! The rows of `messages.csv` in the making.
//!
//! In: acceptances, failed tries, ends. Out: [`Rows`]. Rows stand in a line from the oldest whose
//! message has not ended, so that they need not be put in order at the end; where a message's row stands is
//! found by its source and ordinal. Its end is noted beside the line, in little room, and nothing is read
//! for that: a row that stands in the line for days is in no cache any more.

use std::collections::{BTreeMap, VecDeque};

use super::Outcome;
use super::rows::{Begun, Ended, RareRows, Rows, UsualRow};
use crate::base::{Instant, Kind, MessageId, Status};
use crate::oracle::Oracle;
use crate::scenario::CsvRows;
use crate::trace::Accepted;

/// Rows that are kept, and those of messages that may still be.
#[derive(Clone)]
pub(super) struct OpenRows {
    kept: CsvRows,
    /// Rows that are whole, before all of the line.
    whole: Vec<UsualRow>,
    /// What is rare about those and the ones in the line.
    rare: RareRows,
    line: VecDeque<Begun>,
    /// What became of each in the line.
    ends: VecDeque<End>,
    /// The number of the first in the line; the first message of a run has number 0.
    first: u32,
    /// Where the rows of mail to first recipients stand, by source.
    mail: Vec<Window>,
    /// Where those of the failed reports about it do.
    failed: Vec<Window>,
    /// Where all others do.
    others: BTreeMap<MessageId, u32>,
}

/// What became of a message whose row is in the line.
#[derive(Clone, Copy)]
enum End {
    /// Nothing yet; the status of the last try, if any failed.
    Open(Option<Status>),
    /// It ended, and its row is kept.
    Kept(Ended),
    /// It ended, and its row is not.
    Left,
}

const _: () = assert!(size_of::<End>() == 16);

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
            self.numbers.resize(index, NONE);
            self.numbers.push_back(number);
            return true;
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

impl OpenRows {
    /// No rows yet, for so many sources.
    pub(super) fn new(kept: CsvRows, sources: usize) -> OpenRows {
        let windows = if kept == CsvRows::None { 0 } else { sources };
        OpenRows {
            kept,
            whole: Vec::new(),
            rare: RareRows::new(),
            line: VecDeque::new(),
            ends: VecDeque::new(),
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
        // Numbers wrap around, since no line is as long as there are numbers; the place of the one that
        // stands for none stays empty.
        let mut number = self.first.wrapping_add(self.line.len() as u32);
        let message = accepted.message;
        let begun = Begun {
            message,
            accepted_at: accepted.accepted_at,
            deadline,
            size_bytes: accepted.size_bytes,
            route: accepted.route,
            priority: accepted.priority,
        };
        if number == NONE {
            self.line.push_back(begun);
            self.ends.push_back(End::Left);
            number = 0;
        }
        let is_new =
            self.window(message).is_some_and(|window| window.add(message.ordinal(), number))
                || !self.is_open(message) && self.others.insert(message, number).is_none();
        // What is accepted twice has one row, the first.
        if is_new {
            self.line.push_back(begun);
            self.ends.push_back(End::Open(None));
            self.note_rare_cells(accepted, deadline);
        }
    }

    fn note_rare_cells(&mut self, accepted: &Accepted, deadline: Instant) {
        let other_deadline = Some(accepted.queue_deadline).filter(|it| *it != deadline);
        if accepted.release_at.is_some() || other_deadline.is_some() {
            let rare = self.rare.entry(accepted.message).or_default();
            rare.release_at = accepted.release_at;
            rare.queue_deadline = other_deadline;
        }
    }

    fn is_open(&mut self, message: MessageId) -> bool {
        let window = self.window(message);
        window.is_some_and(|window| window.place(message.ordinal()).is_some())
            || self.others.contains_key(&message)
    }

    fn end_of(&mut self, number: u32) -> Option<&mut End> {
        self.ends.get_mut(number.wrapping_sub(self.first) as usize)
    }

    /// A try for a message failed.
    pub(super) fn failed(&mut self, message: MessageId, status: Status) {
        let window =
            self.window(message).and_then(|window| window.place(message.ordinal()).copied());
        let number = window.or_else(|| self.others.get(&message).copied());
        if let Some(End::Open(last)) = number.and_then(|number| self.end_of(number)) {
            *last = Some(status);
        }
    }

    /// A message ended; no status means that the last one stands.
    #[inline(always)]
    pub(super) fn end(&mut self, message: MessageId, ended: Ended, oracle: &Oracle) {
        if self.kept != CsvRows::None {
            self.complete(message, ended, oracle);
        }
    }

    fn complete(&mut self, message: MessageId, ended: Ended, oracle: &Oracle) {
        let number = self.window(message).and_then(|window| window.take(message.ordinal()));
        let Some(number) = number.or_else(|| self.others.remove(&message)) else { return };
        let as_it_should =
            ended.outcome == Outcome::Delivered && oracle.first_rule_of(message).is_none();
        let is_kept = self.kept == CsvRows::All || !as_it_should;
        if !is_kept {
            self.rare.remove(&message);
        }
        let Some(end) = self.end_of(number) else { return };
        let last = |end: &End| if let End::Open(last) = *end { last } else { None };
        let status = ended.status.or_else(|| last(end));
        *end = if is_kept { End::Kept(Ended { status, ..ended }) } else { End::Left };
        self.move_up();
    }

    /// Takes out of the line what stands before all that is open.
    fn move_up(&mut self) {
        while let Some(end @ (End::Kept(_) | End::Left)) = self.ends.front().copied() {
            let begun = self.line.pop_front();
            if let (Some(begun), End::Kept(ended)) = (begun, end) {
                self.whole.push(UsualRow { begun, ended });
            }
            self.ends.pop_front();
            self.first = self.first.wrapping_add(1);
        }
    }

    /// The rows that are kept; what has not ended is open or stranded.
    pub(super) fn finish(&mut self, oracle: &Oracle) -> Rows {
        let (mut rows, mut rare) =
            (std::mem::take(&mut self.whole), std::mem::take(&mut self.rare));
        let (line, ends) = (std::mem::take(&mut self.line), std::mem::take(&mut self.ends));
        for (begun, end) in line.into_iter().zip(ends) {
            let ended = match end {
                End::Open(status) => {
                    let is_stranded = oracle.is_stranded(begun.message);
                    let outcome = if is_stranded { Outcome::Stranded } else { Outcome::Open };
                    Ended { at: Instant::NEVER, attempts: Ended::NO_ATTEMPTS, status, outcome }
                }
                End::Kept(ended) => ended,
                End::Left => continue,
            };
            rows.push(UsualRow { begun, ended });
        }
        if self.kept != CsvRows::None {
            for (message, rule) in oracle.offenders() {
                rare.entry(message).or_default().rule = Some(rule);
            }
        }
        Rows::of_part(rows, rare)
    }
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
