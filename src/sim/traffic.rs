//! Where mail comes from: each source says when its next message arrives, and what it is like.

use super::fingerprint::Chain;
use super::stream::{Draws, Key, Stream};
use crate::base::{ByMode, DeliverBy, Instant, MessageId, Priority, RouteId, Span};
use crate::queue::{ForwardPath, Submission};
use crate::scenario::{self, Arrivals, Release, Varied};

/// A source at work: all that an arrival needs, side by side.
#[derive(Clone)]
pub(super) struct Source {
    arrivals: Arrivals,
    stream: Stream,
    /// Messages that have arrived, those sent again not counted.
    arrived: u64,
    /// The ordinal of the next message.
    ordinal: u64,
    /// What its messages are like where they differ.
    variation: Option<Box<Variation>>,
    /// What the last of them was like.
    mail: Mail,
    /// What all of them have in common.
    pub(super) envelope: Envelope,
    /// What was seen of them.
    pub(super) seen: Chain,
    /// What the agenda brought of them.
    pub(super) sched: Chain,
}

/// What one message is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mail {
    pub(super) priority: Priority,
    pub(super) size_bytes: u32,
}

/// What all messages of one source have in common.
#[derive(Clone)]
pub(super) struct Envelope {
    pub(super) sender: Option<RouteId>,
    recipients: Recipients,
    /// What few of them ask for.
    wishes: Option<Box<Wishes>>,
}

/// What the messages of one source ask for besides their delivery.
#[derive(Clone)]
struct Wishes {
    release: Option<Release>,
    deliver_by: Option<(Span, ByMode)>,
}

/// The recipients of a message: nearly always one, which is then at hand.
#[derive(Clone)]
enum Recipients {
    One(ForwardPath),
    Several(Box<[ForwardPath]>),
}

/// A message that arrives.
pub(super) struct Arrival {
    /// Its ordinal among the messages of its source.
    pub(super) ordinal: u64,
    /// What it is like.
    pub(super) mail: Mail,
    /// When the next one arrives; none if none does.
    pub(super) next: Option<Instant>,
}

/// Priorities and sizes that differ, each drawn from a stream of its own: more draws of the one move
/// nothing in the other, nor any arrival.
#[derive(Clone)]
struct Variation {
    priority: Varied<Priority>,
    priorities: Stream,
    size_bytes: Varied<u32>,
    sizes: Stream,
}

impl Source {
    pub(super) fn new(source: &scenario::Source) -> Source {
        let mail = Mail {
            priority: only(&source.priority).unwrap_or(Priority::Normal),
            size_bytes: only(&source.size_bytes).unwrap_or(0),
        };
        let same = Varied::Same(mail.priority) == source.priority
            && Varied::Same(mail.size_bytes) == source.size_bytes;
        Source {
            arrivals: source.arrivals.clone(),
            stream: Stream::new(&source.name, "arrivals"),
            arrived: 0,
            ordinal: 0,
            variation: (!same).then(|| Box::new(Variation::new(source))),
            mail,
            envelope: Envelope::new(source),
            seen: Chain::default(),
            sched: Chain::default(),
        }
    }

    /// Reads what an arrival will need: the route to its first recipient.
    pub(super) fn touch(&self) -> RouteId {
        let is_poisson = matches!(self.arrivals, Arrivals::Poisson { .. });
        let chains = self.seen.touch() ^ self.sched.touch();
        let read = self.stream.touch() ^ self.ordinal ^ chains ^ u64::from(is_poisson);
        std::hint::black_box(read);
        self.envelope.recipients()[0].route
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

    /// A message arrives at `now`.
    #[inline(always)]
    pub(super) fn arrive(&mut self, now: Instant, key: &Key) -> Arrival {
        if self.variation.is_some() {
            self.vary(key);
        }
        self.arrived += 1;
        let (ordinal, mail) = (self.take_ordinal(), self.mail);
        Arrival { ordinal, mail, next: self.after(now, key) }
    }

    #[inline(never)]
    fn vary(&mut self, key: &Key) {
        if let Some(variation) = &mut self.variation {
            self.mail = variation.mail(self.arrived, key);
        }
    }

    /// The ordinal of a message that has none yet: one that arrives, or is sent again as a new one.
    pub(super) fn take_ordinal(&mut self) -> u64 {
        let ordinal = self.ordinal;
        self.ordinal += 1;
        ordinal
    }

    /// When the message number `arrived` arrives, the one before having arrived at `now`.
    #[inline(always)]
    fn after(&mut self, now: Instant, key: &Key) -> Option<Instant> {
        match self.arrivals {
            Arrivals::Poisson { until, mean, .. } => {
                let next = now + self.stream.draws(key).exponential(mean);
                (next < until).then_some(next)
            }
            _ => self.after_by_plan(now, key),
        }
    }

    /// The same where arrivals are not independent; none where they are.
    #[inline(never)]
    fn after_by_plan(&mut self, now: Instant, key: &Key) -> Option<Instant> {
        match &self.arrivals {
            Arrivals::At(instants) => instants.get(self.arrived as usize).copied(),
            Arrivals::Every { first, interval, jitter_permille, messages } => {
                if self.arrived >= *messages {
                    None
                } else if self.arrived == 0 {
                    Some(*first)
                } else {
                    Some(now + self.stream.draws(key).jittered(*interval, *jitter_permille))
                }
            }
            Arrivals::Poisson { .. } => None,
            Arrivals::OnOff { first, on, off, interval, jitter_permille, messages } => {
                if self.arrived >= *messages {
                    None
                } else if self.arrived == 0 {
                    Some(*first)
                } else {
                    let next = now + self.stream.draws(key).jittered(*interval, *jitter_permille);
                    Some(while_on(*first, *on, *off, next))
                }
            }
            Arrivals::Bursts { at, messages, spacing } => {
                burst(at, *messages, *spacing, self.arrived)
            }
        }
    }

    /// How far its streams have been drawn, as a chain of its own.
    pub(super) fn drawn(&self) -> Chain {
        let mut chain = Chain::default();
        chain.add(Instant::ZERO, self.stream.position());
        if let Some(variation) = &self.variation {
            chain.add(Instant::ZERO, variation.priorities.position());
            chain.add(Instant::ZERO, variation.sizes.position());
        }
        chain
    }
}

impl Envelope {
    fn new(source: &scenario::Source) -> Envelope {
        let path = |recipient: &scenario::Recipient| ForwardPath {
            route: recipient.address.route,
            notify: recipient.notify,
        };
        let asks = source.release.is_some() || source.deliver_by.is_some();
        let wishes = || Box::new(Wishes { release: source.release, deliver_by: source.deliver_by });
        Envelope {
            sender: source.sender.as_ref().map(|sender| sender.route),
            recipients: match source.recipients.as_slice() {
                [only] => Recipients::One(path(only)),
                several => Recipients::Several(several.iter().map(path).collect()),
            },
            wishes: asks.then(wishes),
        }
    }

    /// The only recipient of messages that ask for nothing else.
    pub(super) const fn only_recipient(&self) -> Option<ForwardPath> {
        match (&self.recipients, &self.wishes) {
            (Recipients::One(only), None) => Some(*only),
            (Recipients::One(_) | Recipients::Several(_), _) => None,
        }
    }

    /// Every recipient, in order.
    pub(super) fn recipients(&self) -> &[ForwardPath] {
        match &self.recipients {
            Recipients::One(only) => std::slice::from_ref(only),
            Recipients::Several(several) => several,
        }
    }

    /// The message as it is offered to the hub at `now`, when the wall clock says `wall_unix_us`.
    pub(super) fn submission(
        &self,
        message: MessageId,
        mail: Mail,
        now: Instant,
        wall_unix_us: i64,
    ) -> Submission<'_> {
        let release = self.wishes.as_ref().and_then(|wishes| wishes.release);
        let deliver_by = self.wishes.as_ref().and_then(|wishes| wishes.deliver_by);
        Submission {
            message,
            priority: mail.priority,
            size_bytes: mail.size_bytes,
            sender: self.sender,
            release_at: release.map(|release| released(release, now, wall_unix_us)),
            deliver_by: deliver_by.map(|(within, mode)| DeliverBy { at: now + within, mode }),
            recipients: self.recipients(),
        }
    }
}

/// When mail that is sent at `now` is released (RFC 4865). A time that has passed by the wall clock is
/// now: HOLDUNTIL counts by that clock, and it is where it is.
fn released(release: Release, now: Instant, wall_unix_us: i64) -> Instant {
    match release {
        Release::After(span) => now + span,
        Release::AtUnixUs(unix_us) => {
            let wait = unix_us.saturating_sub(wall_unix_us).max(0);
            now + Span::from_micros(wait.unsigned_abs())
        }
    }
}

impl Variation {
    fn new(source: &scenario::Source) -> Variation {
        Variation {
            priority: source.priority.clone(),
            priorities: Stream::new(&source.name, "priorities"),
            size_bytes: source.size_bytes.clone(),
            sizes: Stream::new(&source.name, "sizes"),
        }
    }

    /// What the message is like before which so many arrived.
    fn mail(&mut self, arrived: u64, key: &Key) -> Mail {
        let priorities = &mut self.priorities.draws(key);
        let between = |least, most, draws: &mut Draws<'_>| {
            let number = draws.whole(least as u32, most as u32);
            Priority::ALL[(number as usize).min(Priority::ALL.len() - 1)]
        };
        let priority = one_of(&self.priority, arrived, priorities, between);
        let sizes = &mut self.sizes.draws(key);
        let between = |least, most, draws: &mut Draws<'_>| draws.whole(least, most);
        Mail { priority, size_bytes: one_of(&self.size_bytes, arrived, sizes, between) }
    }
}

fn only<T: Copy>(varied: &Varied<T>) -> Option<T> {
    match varied {
        Varied::Same(one) => Some(*one),
        Varied::Between(..) | Varied::Weighted(_) | Varied::Each(_) => None,
    }
}

/// One of what may vary, for the message before which so many arrived.
///
/// A scenario gives one for each message and no empty table: beyond a table's end its last holds.
fn one_of<T: Copy>(
    varied: &Varied<T>,
    arrived: u64,
    draws: &mut Draws<'_>,
    between: impl FnOnce(T, T, &mut Draws<'_>) -> T,
) -> T {
    match varied {
        Varied::Same(one) => *one,
        Varied::Between(least, most) => between(*least, *most, draws),
        Varied::Weighted(choices) => draws.weighted(choices),
        Varied::Each(all) => all[(arrived as usize).min(all.len() - 1)],
    }
}

/// `next`, or where the source is off then, when it is on again.
fn while_on(first: Instant, on: Span, off: Span, next: Instant) -> Instant {
    let period = on.saturating_add(off).micros().max(1);
    let since = next.since(first).micros();
    if since % period < on.micros() {
        return next;
    }
    first + Span::from_micros((since / period + 1).saturating_mul(period))
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

    fn recipient(route: u32) -> scenario::Recipient {
        scenario::Recipient {
            address: scenario::Address { mailbox: String::new(), route: RouteId(route) },
            notify: Notify::ABSENT,
        }
    }

    fn source(arrivals: Arrivals) -> scenario::Source {
        scenario::Source {
            name: "orders".to_owned(),
            sender: None,
            recipients: vec![recipient(0)],
            priority: Varied::Same(Priority::Normal),
            size_bytes: Varied::Same(1),
            arrivals,
            release: None,
            deliver_by: None,
            resend: Span::ZERO,
        }
    }

    fn messages(source: &scenario::Source) -> Vec<(u64, Mail)> {
        let (key, mut source) = (Key::new(1), Source::new(source));
        let mut found = Vec::new();
        let mut next = source.first(&key);
        while let Some(at) = next {
            let arrival = source.arrive(at, &key);
            assert_eq!(arrival.ordinal, found.len() as u64);
            found.push((at.micros(), arrival.mail));
            next = arrival.next;
        }
        found
    }

    fn instants(arrivals: Arrivals) -> Vec<u64> {
        messages(&source(arrivals)).into_iter().map(|(at, _)| at).collect()
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
    fn a_source_that_is_off_waits_until_it_is_on_again() {
        let (first, micros) = (Instant::from_micros(100), Span::from_micros);
        for (on, off, interval, expected) in [
            (25, 75, 10, [100, 110, 120, 200, 210, 220]),
            (25, 75, 30, [100, 200, 300, 400, 500, 600]),
            (20, 80, 10, [100, 110, 200, 210, 300, 310]),
            (25, 75, 210, [100, 310, 520, 800, 1_010, 1_220]),
            (0, 50, 10, [100, 150, 200, 250, 300, 350]),
            (50, 0, 20, [100, 120, 140, 160, 180, 200]),
        ] {
            let (on, off, interval) = (micros(on), micros(off), micros(interval));
            let (jitter_permille, messages) = (0, 6);
            let on_off = Arrivals::OnOff { first, on, off, interval, jitter_permille, messages };
            assert_eq!(instants(on_off), expected);
        }
    }

    #[test]
    fn sizes_and_priorities_are_drawn_as_the_scenario_says() {
        use Priority::{NonUrgent, Normal, Urgent};
        let (first, interval) = (Instant::ZERO, Span::from_micros(10));
        let plain =
            source(Arrivals::Every { first, interval, jitter_permille: 500, messages: 900 });
        let varied = scenario::Source {
            size_bytes: Varied::Between(100, 109),
            priority: Varied::Weighted(vec![(Urgent, 1), (Normal, 0), (NonUrgent, 2)]),
            ..plain.clone()
        };
        let found = messages(&varied);
        let instants = |found: &[(u64, Mail)]| found.iter().map(|(at, _)| *at).collect::<Vec<_>>();
        assert_eq!(instants(&found), instants(&messages(&plain)), "an arrival was moved");
        let count = |is_meant: &dyn Fn(&Mail) -> bool| {
            found.iter().filter(|(_, mail)| is_meant(mail)).count()
        };
        for size_bytes in 100..=109 {
            assert!(count(&|mail| mail.size_bytes == size_bytes).abs_diff(90) < 40);
        }
        assert_eq!(count(&|mail| !(100..=109).contains(&mail.size_bytes)), 0);
        assert_eq!(count(&|mail| mail.priority == Normal), 0);
        assert!(count(&|mail| mail.priority == Urgent).abs_diff(300) < 60);

        let each = scenario::Source {
            arrivals: Arrivals::At(vec![first; 3]),
            size_bytes: Varied::Each(vec![7, 8, 9]),
            priority: Varied::Between(Urgent, Urgent),
            ..plain
        };
        let mail = |size_bytes| (0, Mail { priority: Urgent, size_bytes });
        assert_eq!(messages(&each), [mail(7), mail(8), mail(9)]);
    }

    #[test]
    fn a_submission_has_its_times_from_the_instant_at_which_it_is_sent() {
        let (now, hour) = (Instant::from_micros(50), Span::from_hours(1));
        for (release, release_at) in [
            (None, None),
            (Some(Release::After(hour)), Some(now + hour)),
            (Some(Release::AtUnixUs(1_007)), Some(Instant::from_micros(57))),
            (Some(Release::AtUnixUs(999)), Some(now)),
        ] {
            let source = Source::new(&scenario::Source {
                recipients: vec![recipient(0), recipient(4)],
                release,
                deliver_by: Some((hour, ByMode::Notify)),
                ..source(Arrivals::At(Vec::new()))
            });
            let message = MessageId::mail(0, 0).expect("it fits");
            let submission = source.envelope.submission(message, source.mail, now, 1_000);
            assert_eq!(submission.release_at, release_at);
            let at = now + hour;
            assert_eq!(submission.deliver_by, Some(DeliverBy { at, mode: ByMode::Notify }));
            let routes: Vec<_> = submission.recipients.iter().map(|path| path.route.0).collect();
            assert_eq!(routes, [0, 4]);
        }
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
