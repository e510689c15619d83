//! Counts what happens, and keeps of it what reports show.

use std::collections::BTreeSet;

use super::hub::HubWatch;
use super::open_rows::OpenRows;
use super::rows::{Ended, Rows};
use super::strips::{Mark, Strips};
use super::threshold::{Figures, Reading};
use super::{Distribution, HubLife, Outcome, Outcomes, Sample, SiteTotals, Strip};
use crate::base::{Instant, Kind, MessageId, RouteId, SiteId, Span, Status};
use crate::oracle::{Oracle, Unfinished};
use crate::scenario::{Excerpt, Metric, Scenario, Source, Threshold};
use crate::trace::{Accepted, Asked, Census, Seen};

/// What is kept of a run. It holds no message that has ended but the rows that were asked for.
#[derive(Clone)]
pub(super) struct Recorder {
    /// The site of each route.
    routes: Vec<SiteId>,
    ways: Vec<Ways>,
    pub(super) mail: Outcomes,
    pub(super) reports: Outcomes,
    pub(super) unacknowledged: Outcomes,
    /// The first recipients of the messages whose 250 a crash came before.
    unowed: BTreeSet<MessageId>,
    pub(super) hub: HubWatch,
    pub(super) time_to_delivery: Distribution,
    pub(super) time_to_return: Distribution,
    thresholds: Vec<Threshold>,
    figures: Figures,
    pub(super) readings: Vec<Reading>,
    pub(super) sites: Vec<SiteTotals>,
    /// Messages for each site: apart, since mail comes for all of them in turn.
    mailboxes: Vec<Mailbox>,
    pub(super) series: Vec<Sample>,
    pub(super) rows: Rows,
    pub(super) strips: Vec<Strip>,
    rows_in_making: OpenRows,
    strips_in_making: Strips,
}

/// The messages for one site.
#[derive(Clone, Copy, Default)]
struct Mailbox {
    accepted: u64,
    unfinished: u64,
}

/// The routes that the messages of one source take.
#[derive(Clone)]
struct Ways {
    /// To the first recipient: apart, since most mail has no other.
    first: RouteId,
    /// To the others, in order.
    others: Vec<RouteId>,
    /// Of reports; none for the reverse-path `<>`.
    back: Option<RouteId>,
}

impl Ways {
    fn of(source: &Source) -> Ways {
        Ways {
            first: source.recipient().route,
            others: source.recipients[1..].iter().map(|other| other.address.route).collect(),
            back: source.sender.as_ref().map(|sender| sender.route),
        }
    }
}

impl Recorder {
    pub(super) fn new(scenario: &Scenario) -> Recorder {
        Recorder::with_strips(scenario, Strips::spread(scenario.sites.len()))
    }

    /// A recorder of a part of a run, in which the strips are kept that the whole has of its sites.
    pub(super) fn of_part(excerpt: &Excerpt, whole: &Scenario) -> Recorder {
        let place = |site| excerpt.sites.binary_search(&site).ok();
        let strips = Strips::spread(whole.sites.len()).filter_map(place);
        Recorder::with_strips(&excerpt.scenario, strips.map(|place| SiteId(place as u32)))
    }

    fn with_strips(scenario: &Scenario, strips: impl Iterator<Item = SiteId>) -> Recorder {
        let routes: Vec<SiteId> = scenario.routes.iter().map(|route| route.site).collect();
        Recorder {
            ways: scenario.sources.iter().map(Ways::of).collect(),
            mail: Outcomes::default(),
            reports: Outcomes::default(),
            unacknowledged: Outcomes::default(),
            unowed: BTreeSet::new(),
            hub: HubWatch::default(),
            time_to_delivery: Distribution::default(),
            time_to_return: Distribution::default(),
            thresholds: scenario.expect.thresholds.clone(),
            figures: Figures::new(&scenario.expect.thresholds),
            readings: Vec::new(),
            sites: vec![SiteTotals::default(); scenario.sites.len()],
            mailboxes: vec![Mailbox::default(); scenario.sites.len()],
            series: Vec::new(),
            rows: Rows::default(),
            strips: Vec::new(),
            rows_in_making: OpenRows::new(scenario.record.csv, scenario.sources.len()),
            strips_in_making: Strips::new(strips, scenario.sites.len(), &routes, scenario.horizon),
            routes,
        }
    }

    /// Reads what the next message of a source will be counted in.
    pub(super) fn touch(&self, source: u32) -> u64 {
        let site = self.routes[self.ways[source as usize].first.index()];
        self.mailboxes[site.index()].accepted
    }

    /// The route that a message takes.
    fn route_of(&self, message: MessageId) -> Option<RouteId> {
        let ways = &self.ways[message.source() as usize];
        match (message.kind(), message.recipient()) {
            (Kind::Mail, 0) => Some(ways.first),
            (Kind::Mail, other) => ways.others.get(usize::from(other) - 1).copied(),
            _ => ways.back,
        }
    }

    /// Whether it is mail for which nobody is owed anything.
    fn is_unowed(&self, message: MessageId) -> bool {
        !self.unowed.is_empty()
            && message.kind() == Kind::Mail
            && message.to(0).is_ok_and(|first| self.unowed.contains(&first))
    }

    /// Notes an event that the judge has heard.
    #[inline(always)]
    pub(super) fn see(&mut self, at: Instant, seen: &Seen, oracle: &Oracle) {
        match *seen {
            Seen::Accepted(ref accepted) => self.accepted(accepted, oracle),
            Seen::Delivered { message, site, attempts, size_bytes } => {
                self.delivered(at, message, site, size_bytes, oracle);
                let (outcome, status) = (Outcome::Delivered, Some(Status::DELIVERED));
                self.ended(message, Ended { at, attempts, status, outcome }, oracle);
            }
            Seen::Reported { message, kind: Kind::Failed, status, attempts } => {
                let (outcome, status) = (Outcome::Ndr, Some(status));
                self.ended(message, Ended { at, attempts, status, outcome }, oracle);
            }
            Seen::DeadLettered { message, status, attempts } => {
                let (outcome, status) = (Outcome::DeadLetter, Some(status));
                self.ended_otherwise(message, Ended { at, attempts, status, outcome }, oracle);
            }
            Seen::Suppressed { message, status, attempts } => {
                let (outcome, status) = (Outcome::Suppressed, Some(status));
                self.ended_otherwise(message, Ended { at, attempts, status, outcome }, oracle);
            }
            Seen::Cancelled { message } => {
                let (outcome, attempts) = (Outcome::Cancelled, Ended::NO_ATTEMPTS);
                self.ended_otherwise(
                    message,
                    Ended { at, attempts, status: None, outcome },
                    oracle,
                );
            }
            Seen::TransferBegan { .. } => {}
            Seen::TransferFailed { message, status, .. } => {
                self.rows_in_making.failed(message, status);
            }
            _ => self.see_host(at, seen, oracle),
        }
    }

    /// Notes an event that is about a host, or else about the hub.
    #[inline(always)]
    fn see_host(&mut self, at: Instant, seen: &Seen, oracle: &Oracle) {
        match *seen {
            Seen::Called { site } => {
                self.sites[site.index()].calls += 1;
                self.strips_in_making.mark(at, site, Mark::Call);
            }
            Seen::EtrnAnswered { site, asked, code } => {
                self.answered(at, site, asked, code, oracle);
            }
            Seen::Connecting { site, .. } => self.sites[site.index()].connections += 1,
            Seen::ConnectionFailed { site, route } => {
                self.sites[site.index()].failed_connections += 1;
                self.strips_in_making.look(at, route, oracle);
            }
            Seen::ConnectionClosed { route, .. } => {
                self.strips_in_making.look(at, route, oracle);
            }
            Seen::HungUp { .. } | Seen::Connected { .. } => {}
            _ => self.see_hub(at, seen, oracle),
        }
    }

    #[cold]
    fn see_hub(&mut self, at: Instant, seen: &Seen, oracle: &Oracle) {
        self.hub.see(at, seen);
        match *seen {
            Seen::Unacknowledged { message, recipients, .. } => {
                self.unacknowledged.accepted += u64::from(recipients);
                self.unowed.insert(message);
            }
            Seen::Ordered { .. } | Seen::Crashed | Seen::Restarted | Seen::Resumed => {
                self.strips_in_making.look_around(at, oracle);
            }
            _ => {}
        }
    }

    #[inline(always)]
    fn accepted(&mut self, accepted: &Accepted, oracle: &Oracle) {
        let is_mail = accepted.message.kind() == Kind::Mail;
        let outcomes = if is_mail { &mut self.mail } else { &mut self.reports };
        outcomes.accepted += 1;
        // By the way that it should go, as at its end: a bug may send a report where nobody asked for it.
        if let Some(route) = self.route_of(accepted.message) {
            let mailbox = &mut self.mailboxes[self.routes[route.index()].index()];
            mailbox.accepted += 1;
            mailbox.unfinished += 1;
        }
        self.rows_in_making.open(accepted, oracle);
    }

    fn answered(&mut self, at: Instant, site: SiteId, asked: Asked, code: u16, oracle: &Oracle) {
        let totals = &mut self.sites[site.index()];
        match code {
            251 => totals.empty_calls += 1,
            250 | 252 | 253 => totals.flushes += 1,
            _ => totals.refused_calls += 1,
        }
        for route in oracle.routes_asked(&asked) {
            self.strips_in_making.look(at, *route, oracle);
        }
    }

    #[inline(always)]
    fn delivered(
        &mut self,
        at: Instant,
        message: MessageId,
        site: SiteId,
        size_bytes: u32,
        oracle: &Oracle,
    ) {
        let totals = &mut self.sites[site.index()];
        totals.delivered += 1;
        totals.delivered_bytes += u64::from(size_bytes);
        if !self.is_unowed(message) {
            let totals = &mut self.sites[site.index()];
            let wait = oracle.ended().map(|accepted_at| at.since(accepted_at));
            totals.longest_wait = totals.longest_wait.max(wait);
        }
        self.strips_in_making.mark(at, site, Mark::Delivery);
    }

    /// Notes the end of a message that neither was delivered nor came back.
    #[inline(never)]
    fn ended_otherwise(&mut self, message: MessageId, ended: Ended, oracle: &Oracle) {
        self.ended(message, ended, oracle);
    }

    /// Notes the end of a message; what had ended before counts for its first end.
    #[inline(always)]
    fn ended(&mut self, message: MessageId, ended: Ended, oracle: &Oracle) {
        let route = self.route_of(message);
        if let Some(accepted_at) = oracle.ended() {
            if self.is_unowed(message) {
                self.unacknowledged.ended[ended.outcome as usize] += 1;
            } else {
                self.count_end(message, route, ended, ended.at.since(accepted_at));
            }
        }
        if let Some(route) = route {
            self.strips_in_making.look(ended.at, route, oracle);
        }
        self.rows_in_making.end(message, ended, oracle);
    }

    #[inline(always)]
    fn count_end(&mut self, message: MessageId, route: Option<RouteId>, ended: Ended, time: Span) {
        let Ended { at, outcome, .. } = ended;
        if message.kind() == Kind::Mail {
            self.mail.ended[outcome as usize] += 1;
            self.measure(ended, time);
        } else {
            self.reports.ended[outcome as usize] += 1;
        }
        let Some(route) = route else { return };
        let site = self.routes[route.index()];
        self.mailboxes[site.index()].unfinished -= 1;
        match outcome {
            Outcome::Ndr => {
                self.sites[site.index()].ndrs += 1;
                self.strips_in_making.mark(at, site, Mark::Ndr);
            }
            Outcome::DeadLetter => self.sites[site.index()].dead_letters += 1,
            _ => {}
        }
    }

    /// Takes down how long mail took to its end, and how many tries.
    fn measure(&mut self, ended: Ended, time: Span) {
        self.figures.add(Metric::TimeToTerminal, time.micros());
        if let Some(attempts) = ended.attempts() {
            self.figures.add(Metric::Attempts, u64::from(attempts));
        }
        match ended.outcome {
            Outcome::Delivered => {
                self.time_to_delivery.add(time);
                self.figures.add(Metric::TimeToDelivery, time.micros());
            }
            Outcome::Ndr => {
                self.time_to_return.add(time);
                self.figures.add(Metric::TimeToReturn, time.micros());
            }
            Outcome::DeadLetter => self.time_to_return.add(time),
            _ => {}
        }
    }

    /// Notes a count of the queue.
    pub(super) fn sample(&mut self, at: Instant, census: &Census) {
        let of = |outcome| self.mail.of(outcome) + self.reports.of(outcome);
        let sample = Sample {
            at,
            messages: census.messages,
            size_bytes: census.size_bytes,
            connections: census.connections,
            accepted: self.mail.accepted + self.reports.accepted,
            delivered: of(Outcome::Delivered),
            ndrs: of(Outcome::Ndr),
        };
        // The last count of a run may fall on a sampling instant.
        if self.series.last() == Some(&sample) {
            return;
        }
        self.series.push(sample);
    }

    /// Counts what has not ended.
    pub(super) fn finish(&mut self, at: Instant, oracle: &Oracle) {
        let none = Unfinished::default();
        for (outcomes, unfinished) in [
            (&mut self.mail, oracle.unfinished_mail()),
            (&mut self.reports, oracle.unfinished_reports()),
            (&mut self.unacknowledged, none),
        ] {
            // Among what the judge has open is mail that ended before a crash undid that.
            outcomes.ended[Outcome::Stranded as usize] = unfinished.stranded;
            let told: u64 = outcomes.ended.iter().sum();
            outcomes.ended[Outcome::Open as usize] = outcomes.accepted.saturating_sub(told);
        }
        for (totals, mailbox) in self.sites.iter_mut().zip(&self.mailboxes) {
            totals.accepted = mailbox.accepted;
            totals.unfinished = mailbox.unfinished;
        }
        self.hub.finish(oracle);
        self.rows = self.rows_in_making.finish(oracle);
        self.strips = self.strips_in_making.finish(at);
    }

    /// Adds what was kept of a part of the run that is over.
    pub(super) fn add(&mut self, part: Recorder, excerpt: &Excerpt) {
        debug_assert!(part.unowed.is_empty() && part.hub.life == HubLife::default());
        self.mail.add(&part.mail);
        self.reports.add(&part.reports);
        self.hub.tally.add(&part.hub.tally);
        self.time_to_delivery.append(&part.time_to_delivery);
        self.time_to_return.append(&part.time_to_return);
        self.figures.append(part.figures);
        for (site, totals) in excerpt.sites.iter().zip(part.sites) {
            self.sites[site.index()] = totals;
        }
        for (number, sample) in part.series.into_iter().enumerate() {
            match self.series.get_mut(number) {
                Some(all) => all.add(&sample),
                None => self.series.push(sample),
            }
        }
        let strips = part.strips.into_iter();
        let whole = |strip: Strip| Strip { site: excerpt.sites[strip.site.index()], ..strip };
        self.strips.extend(strips.map(whole));
        self.strips.sort_by_key(|strip| strip.site);
        self.rows.append(part.rows, excerpt);
    }

    /// Draws the statistics of all that was kept.
    pub(super) fn conclude(&mut self) {
        for sample in &self.series {
            self.figures.add(Metric::Waiting, sample.waiting());
            self.figures.add(Metric::WaitingBytes, sample.size_bytes);
            self.figures.add(Metric::Connections, u64::from(sample.connections));
        }
        self.time_to_delivery.settle();
        self.time_to_return.settle();
        self.readings = self.figures.readings(&self.thresholds);
    }
}
