//! The rows of `messages.csv` that a run keeps: what is usual in 56 bytes each, what is rare apart.
//!
//! In: rows by acceptance, of one part of the run after the other. Out: all of them by acceptance, one by
//! one. At one instant they stand in the order of their ids, so that a run that was made in parts leaves
//! the rows of a run in one piece.

use std::collections::BTreeMap;
use std::fmt;

use itertools::Itertools as _;

use super::{Outcome, Row};
use crate::base::{Instant, MessageId, Priority, RouteId, Rule, Status};
use crate::scenario::Excerpt;

/// Rows of `messages.csv`, by acceptance.
#[derive(Clone, Default)]
pub struct Rows {
    /// For each part of the run, by acceptance. They are never put into one: what is large is not copied.
    parts: Vec<Vec<UsualRow>>,
    rare: RareRows,
}

/// What is rare, for those messages that have it.
pub(super) type RareRows = BTreeMap<MessageId, RareCells>;

/// What every row has.
#[derive(Clone, Copy)]
pub(super) struct UsualRow {
    pub(super) begun: Begun,
    pub(super) ended: Ended,
}

const _: () = assert!(size_of::<UsualRow>() == 56);

/// What is known of a message when it is accepted.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub(super) message: MessageId,
    pub(super) accepted_at: Instant,
    pub(super) deadline: Instant,
    pub(super) size_bytes: u32,
    pub(super) route: RouteId,
    pub(super) priority: Priority,
}

/// What is known at its end.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    /// [`Instant::NEVER`] where it did not end.
    pub(super) at: Instant,
    /// [`Ended::NO_ATTEMPTS`] where nobody said how many.
    pub(super) attempts: u32,
    /// The status at its end, or the last one seen.
    pub(super) status: Option<Status>,
    pub(super) outcome: Outcome,
}

impl Ended {
    pub(super) const NO_ATTEMPTS: u32 = u32::MAX;

    /// The tries that were made, where somebody said how many.
    pub(super) fn attempts(self) -> Option<u32> {
        Some(self.attempts).filter(|attempts| *attempts != Ended::NO_ATTEMPTS)
    }
}

/// What few rows have. Where all mail waits for a release each row has a place in the map: some seventy bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RareCells {
    pub(super) release_at: Option<Instant>,
    /// The queue's deadline, where it is not the judge's.
    pub(super) queue_deadline: Option<Instant>,
    pub(super) rule: Option<Rule>,
}

impl Rows {
    /// The rows of a run in one piece, or of a part of one; they come by acceptance.
    pub(super) fn of_part(mut part: Vec<UsualRow>, rare: RareRows) -> Rows {
        for tied in part.chunk_by_mut(|one, next| one.begun.accepted_at == next.begun.accepted_at) {
            if tied.len() > 1 {
                tied.sort_by_key(|row| row.begun.message);
            }
        }
        Rows { parts: vec![part], rare }
    }

    /// Adds the rows of a part of the run, which are numbered as in the excerpt.
    pub(super) fn append(&mut self, others: Rows, excerpt: &Excerpt) {
        let whole = |id: MessageId| {
            let source = excerpt.sources[id.source() as usize];
            id.of_source(source).expect("the whole run has this source")
        };
        for mut part in others.parts {
            for row in &mut part {
                row.begun.message = whole(row.begun.message);
                row.begun.route = excerpt.routes[row.begun.route.index()];
            }
            self.parts.push(part);
        }
        self.rare.extend(others.rare.into_iter().map(|(id, rare)| (whole(id), rare)));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows, by acceptance.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        let place = |row: &UsualRow| (row.begun.accepted_at, row.begun.message);
        let parts = self.parts.iter().map(|part| part.iter());
        parts.kmerge_by(move |one, other| place(one) < place(other)).map(|usual| self.row(usual))
    }

    #[inline]
    fn row(&self, usual: &UsualRow) -> Row {
        let UsualRow { begun, ended } = *usual;
        let Begun { message, accepted_at, deadline, size_bytes, route, priority } = begun;
        let rare = self.rare.get(&message).copied().unwrap_or_default();
        Row {
            message,
            route,
            priority,
            size_bytes,
            accepted_at,
            release_at: rare.release_at,
            deadline,
            queue_deadline: rare.queue_deadline.unwrap_or(deadline),
            outcome: ended.outcome,
            ended_at: Some(ended.at).filter(|at| *at != Instant::NEVER),
            attempts: ended.attempts(),
            status: ended.status,
            rule: rare.rule,
        }
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
impl FromIterator<Row> for Rows {
    fn from_iter<T: IntoIterator<Item = Row>>(rows: T) -> Rows {
        let (mut part, mut rare) = (Vec::new(), RareRows::new());
        for row in rows {
            let Row { message, accepted_at, deadline, size_bytes, route, priority, .. } = row;
            let begun = Begun { message, accepted_at, deadline, size_bytes, route, priority };
            let ended = Ended {
                at: row.ended_at.unwrap_or(Instant::NEVER),
                attempts: row.attempts.unwrap_or(Ended::NO_ATTEMPTS),
                status: row.status,
                outcome: row.outcome,
            };
            let queue_deadline = Some(row.queue_deadline).filter(|it| *it != deadline);
            let cells = RareCells { release_at: row.release_at, queue_deadline, rule: row.rule };
            if cells != RareCells::default() {
                rare.insert(message, cells);
            }
            part.push(UsualRow { begun, ended });
        }
        Rows::of_part(part, rare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(source: u32, ordinal: u64, micros: u64) -> UsualRow {
        let accepted_at = Instant::from_micros(micros);
        let message = MessageId::mail(source, ordinal).expect("small");
        let (route, priority) = (RouteId(source), Priority::Normal);
        UsualRow {
            begun: Begun {
                message,
                accepted_at,
                deadline: accepted_at,
                size_bytes: 1,
                route,
                priority,
            },
            ended: Ended {
                at: Instant::NEVER,
                attempts: Ended::NO_ATTEMPTS,
                status: None,
                outcome: Outcome::Open,
            },
        }
    }

    #[test]
    fn rows_come_by_acceptance_and_at_one_instant_by_id_whatever_the_parts() {
        let all = [(2, 0, 1), (1, 0, 5), (0, 1, 5), (1, 1, 5), (0, 0, 5), (2, 1, 9), (0, 2, 9)];
        let in_order = [(2, 0), (0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 1)];
        let file = include_bytes!("../../scenarios/basic/never-calls.toml");
        let scenario = crate::scenario::Scenario::read("never-calls.toml", file, &[]);
        let scenario = scenario.unwrap_or_else(|problem| panic!("{problem}"));
        for parts in
            [&[&[0, 1, 2][..]][..], &[&[0, 2], &[1]], &[&[1, 2], &[0]], &[&[2], &[0], &[1]]]
        {
            let mut rows = Rows::default();
            for sources in parts {
                let place = |source| sources.iter().position(|its| *its == source);
                let of_part = all.iter().filter_map(|&(source, ordinal, micros)| {
                    place(source).map(|place| usual(place as u32, ordinal, micros))
                });
                let (sources, routes) = (sources.to_vec(), sources.iter().copied().map(RouteId));
                let routes = routes.collect();
                let excerpt =
                    Excerpt { scenario: scenario.clone(), sites: Vec::new(), routes, sources };
                rows.append(Rows::of_part(of_part.collect(), RareRows::new()), &excerpt);
            }
            let found: Vec<_> =
                rows.iter().map(|row| (row.route.0, row.message.ordinal())).collect();
            assert_eq!(found, in_order, "{parts:?}");
            assert!(rows.iter().all(|row| row.message.source() == row.route.0));
        }
    }
}
