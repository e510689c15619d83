//! Where mail comes from: each source says when its next message arrives.

use super::fingerprint::Chain;
use super::stream::{Key, Stream};
use crate::base::{Instant, Priority, RouteId, Span};
use crate::scenario::{self, Arrivals, Varied};

/// A source at work: all that an arrival needs, side by side.
pub(super) struct Source {
    arrivals: Arrivals,
    stream: Stream,
    /// Messages that have arrived: the ordinal of the next.
    count: u64,
    /// What all its messages have in common.
    pub(super) mail: Mail,
    /// What was seen of them.
    pub(super) seen: Chain,
    /// What the agenda brought of them.
    pub(super) sched: Chain,
}

/// What all messages of one source have in common.
#[derive(Clone, Copy)]
pub(super) struct Mail {
    pub(super) priority: Priority,
    pub(super) size_bytes: u32,
    pub(super) route: RouteId,
    pub(super) sender: Option<RouteId>,
}

impl Source {
    pub(super) fn new(source: &scenario::Source) -> Source {
        Source {
            arrivals: source.arrivals.clone(),
            stream: Stream::new(&source.name, "arrivals"),
            count: 0,
            mail: Mail {
                priority: only(&source.priority).unwrap_or(Priority::Normal),
                size_bytes: only(&source.size_bytes).unwrap_or(4_096),
                route: source.recipient().route,
                sender: source.sender.as_ref().map(|sender| sender.route),
            },
            seen: Chain::default(),
            sched: Chain::default(),
        }
    }

    /// When the first message arrives; none if none does.
    pub(super) fn first(&mut self, key: &Key) -> Option<Instant> {
        match &self.arrivals {
            Arrivals::Poisson { from, .. } => {
                let from = *from;
                self.after(from, key)
            }
            Arrivals::At(_)
            | Arrivals::Every { .. }
            | Arrivals::Bursts { .. }
            | Arrivals::OnOff { .. } => self.after(Instant::ZERO, key),
        }
    }

    /// A message arrives at `now`. Its ordinal, and when the next one does.
    pub(super) fn arrive(&mut self, now: Instant, key: &Key) -> (u64, Option<Instant>) {
        let ordinal = self.count;
        self.count += 1;
        (ordinal, self.after(now, key))
    }

    /// When the message number `count` arrives, the one before having arrived at `now`.
    fn after(&mut self, now: Instant, key: &Key) -> Option<Instant> {
        match &self.arrivals {
            Arrivals::At(instants) => instants.get(self.count as usize).copied(),
            Arrivals::Every { first, interval, jitter_permille, messages } => {
                if self.count >= *messages {
                    None
                } else if self.count == 0 {
                    Some(*first)
                } else {
                    Some(now + self.stream.draws(key).jittered(*interval, *jitter_permille))
                }
            }
            Arrivals::Poisson { until, mean, .. } => {
                let next = now + self.stream.draws(key).exponential(*mean);
                (next < *until).then_some(next)
            }
            Arrivals::OnOff { .. } => None,
            Arrivals::Bursts { at, messages, spacing } => {
                burst(at, *messages, *spacing, self.count)
            }
        }
    }

    /// How far its stream has been drawn, as a chain of its own.
    pub(super) fn drawn(&self) -> Chain {
        let mut chain = Chain::default();
        chain.add(Instant::ZERO, self.stream.position());
        chain
    }
}

fn only<T: Copy>(varied: &Varied<T>) -> Option<T> {
    match varied {
        Varied::Same(one) => Some(*one),
        _ => None,
    }
}

/// When the message number `count` of all bursts arrives.
///
/// A burst that is longer than the way to the next one goes on into it: instants never go back.
fn burst(at: &[Instant], messages: u64, spacing: Span, count: u64) -> Option<Instant> {
    let number = usize::try_from(count / messages.max(1)).ok()?;
    let begin = *at.get(number)?;
    let end_of = |begin: Instant| begin + spacing.saturating_mul(messages.saturating_sub(1));
    let floor = at[..number].iter().map(|begin| end_of(*begin)).max().unwrap_or(Instant::ZERO);
    Some((begin + spacing.saturating_mul(count % messages.max(1))).max(floor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Notify;

    fn instants(arrivals: Arrivals) -> Vec<u64> {
        let key = Key::new(1);
        let mut source = Source::new(&scenario::Source {
            name: "orders".to_owned(),
            sender: None,
            recipients: vec![scenario::Recipient {
                address: scenario::Address { mailbox: String::new(), route: RouteId(0) },
                notify: Notify::ABSENT,
            }],
            priority: Varied::Same(Priority::Normal),
            size_bytes: Varied::Same(1),
            arrivals,
            release: None,
            deliver_by: None,
            resend: Span::ZERO,
        });
        let mut found = Vec::new();
        let mut next = source.first(&key);
        while let Some(at) = next {
            found.push(at.micros());
            next = source.arrive(at, &key).1;
        }
        found
    }

    #[test]
    fn mail_arrives_when_the_scenario_says() {
        let at = Instant::from_micros;
        let micros = Span::from_micros;
        assert_eq!(instants(Arrivals::At(vec![at(3), at(3), at(9)])), [3, 3, 9]);
        let (first, interval) = (at(5), micros(10));
        let every = Arrivals::Every { first, interval, jitter_permille: 0, messages: 3 };
        assert_eq!(instants(every), [5, 15, 25]);
        let bursts =
            Arrivals::Bursts { at: vec![at(0), at(100)], messages: 3, spacing: micros(10) };
        assert_eq!(instants(bursts), [0, 10, 20, 100, 110, 120]);
        let long = Arrivals::Bursts { at: vec![at(0), at(15)], messages: 3, spacing: micros(10) };
        assert_eq!(instants(long), [0, 10, 20, 20, 25, 35]);
    }

    #[test]
    fn independent_arrivals_keep_within_their_time_and_their_mean() {
        let (from, until) = (Instant::from_micros(1_000), Instant::from_micros(1_001_000));
        let found = instants(Arrivals::Poisson { from, until, mean: Span::from_micros(100) });
        assert!(found.is_sorted());
        assert!(found.iter().all(|at| (1_000..1_001_000).contains(at)));
        assert!(found.len().abs_diff(10_000) < 400, "{}", found.len());
    }
}
