//! Counts what happens, and keeps of it what reports show.

use super::rows::{End, Rows};
use super::strips::{Mark, Strips};
use super::{Distribution, Outcome, Outcomes, Row, Sample, SiteTotals, Strip};
use crate::base::{Instant, Kind, MessageId, RouteId, SiteId, Status};
use crate::oracle::Oracle;
use crate::scenario::Scenario;
use crate::trace::{Asked, Census, Seen};

/// What is kept of a run. It holds no message that has ended but the rows that were asked for.
pub(super) struct Recorder {
    /// The site of each route.
    routes: Vec<SiteId>,
    /// The route and, of reports, the route back, for each source.
    sources: Vec<(RouteId, Option<RouteId>)>,
    pub(super) mail: Outcomes,
    pub(super) reports: Outcomes,
    pub(super) time_to_delivery: Distribution,
    pub(super) time_to_return: Distribution,
    pub(super) sites: Vec<SiteTotals>,
    /// Messages for each site: apart, since mail comes for all of them in turn.
    mailboxes: Vec<Mailbox>,
    pub(super) series: Vec<Sample>,
    pub(super) rows: Vec<Row>,
    pub(super) strips: Vec<Strip>,
    rows_in_making: Rows,
    strips_in_making: Strips,
}

/// The messages for one site.
#[derive(Clone, Copy, Default)]
struct Mailbox {
    accepted: u64,
    unfinished: u64,
}

impl Recorder {
    pub(super) fn new(scenario: &Scenario) -> Recorder {
        let routes: Vec<SiteId> = scenario.routes.iter().map(|route| route.site).collect();
        let ways = scenario.sources.iter().map(|source| {
            (source.recipient().route, source.sender.as_ref().map(|sender| sender.route))
        });
        Recorder {
            sources: ways.collect(),
            mail: Outcomes::default(),
            reports: Outcomes::default(),
            time_to_delivery: Distribution::default(),
            time_to_return: Distribution::default(),
            sites: vec![SiteTotals::default(); scenario.sites.len()],
            mailboxes: vec![Mailbox::default(); scenario.sites.len()],
            series: Vec::new(),
            rows: Vec::new(),
            strips: Vec::new(),
            rows_in_making: Rows::new(scenario.record.csv),
            strips_in_making: Strips::new(scenario.sites.len(), &routes, scenario.horizon),
            routes,
        }
    }

    /// The route that a message takes.
    fn route_of(&self, message: MessageId) -> Option<RouteId> {
        let (route, back) = self.sources[message.source() as usize];
        if message.kind() == Kind::Mail { Some(route) } else { back }
    }

    fn outcomes(&mut self, message: MessageId) -> &mut Outcomes {
        if message.kind() == Kind::Mail { &mut self.mail } else { &mut self.reports }
    }

    /// Notes an event that the judge has heard; `accepted_at` is known of what it ended.
    pub(super) fn see(
        &mut self,
        at: Instant,
        seen: &Seen,
        accepted_at: Option<Instant>,
        oracle: &Oracle,
    ) {
        match *seen {
            Seen::Accepted(ref accepted) => {
                self.outcomes(accepted.message).accepted += 1;
                let mailbox = &mut self.mailboxes[self.routes[accepted.route.index()].index()];
                mailbox.accepted += 1;
                mailbox.unfinished += 1;
                self.rows_in_making.open(accepted, oracle.deadline_of(accepted));
            }
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
            Seen::TransferFailed { message, status, .. } => {
                self.rows_in_making.failed(message, status);
            }
            Seen::Delivered { message, site, attempts, size_bytes } => {
                self.sites[site.index()].delivered_bytes += u64::from(size_bytes);
                self.delivered(at, message, site, accepted_at);
                let (attempts, status) = (Some(attempts), Some(Status::DELIVERED));
                let end = End { outcome: Outcome::Delivered, accepted_at, attempts, status };
                self.ended(at, message, end, oracle);
            }
            Seen::Reported { message, kind: Kind::Failed, status, attempts } => {
                self.returned(at, message, accepted_at);
                let (outcome, attempts, status) = (Outcome::Ndr, Some(attempts), Some(status));
                self.ended(at, message, End { outcome, accepted_at, attempts, status }, oracle);
            }
            Seen::DeadLettered { message, status, attempts } => {
                self.returned(at, message, accepted_at);
                let (outcome, attempts, status) =
                    (Outcome::DeadLetter, Some(attempts), Some(status));
                self.ended(at, message, End { outcome, accepted_at, attempts, status }, oracle);
            }
            Seen::Suppressed { message, status, attempts } => {
                let (outcome, attempts, status) =
                    (Outcome::Suppressed, Some(attempts), Some(status));
                self.ended(at, message, End { outcome, accepted_at, attempts, status }, oracle);
            }
            Seen::Cancelled { message } => {
                let outcome = Outcome::Cancelled;
                let end = End { outcome, accepted_at, attempts: None, status: None };
                self.ended(at, message, end, oracle);
            }
            _ => {}
        }
    }

    fn answered(&mut self, at: Instant, site: SiteId, asked: Asked, code: u16, oracle: &Oracle) {
        let totals = &mut self.sites[site.index()];
        match code {
            251 => totals.empty_calls += 1,
            250 | 252 | 253 => totals.flushes += 1,
            _ => totals.refused_calls += 1,
        }
        if let Asked::Route(route) = asked {
            self.strips_in_making.look(at, route, oracle);
        }
    }

    fn delivered(
        &mut self,
        at: Instant,
        message: MessageId,
        site: SiteId,
        accepted_at: Option<Instant>,
    ) {
        let wait = accepted_at.map(|accepted| at.since(accepted));
        if message.kind() == Kind::Mail {
            self.time_to_delivery.extend(wait);
        }
        let totals = &mut self.sites[site.index()];
        totals.delivered += 1;
        totals.longest_wait = totals.longest_wait.max(wait);
        self.strips_in_making.mark(at, site, Mark::Delivery);
    }

    fn returned(&mut self, at: Instant, message: MessageId, accepted_at: Option<Instant>) {
        if message.kind() == Kind::Mail {
            self.time_to_return.extend(accepted_at.map(|accepted| at.since(accepted)));
        }
    }

    fn ended(&mut self, at: Instant, message: MessageId, end: End, oracle: &Oracle) {
        self.outcomes(message).ended[end.outcome as usize] += 1;
        if let Some(route) = self.route_of(message) {
            let site = self.routes[route.index()];
            // What ends a second time had ended before.
            self.mailboxes[site.index()].unfinished -= u64::from(end.accepted_at.is_some());
            match end.outcome {
                Outcome::Ndr => {
                    self.sites[site.index()].ndrs += 1;
                    self.strips_in_making.mark(at, site, Mark::Ndr);
                }
                Outcome::DeadLetter => self.sites[site.index()].dead_letters += 1,
                _ => {}
            }
            self.strips_in_making.look(at, route, oracle);
        }
        self.rows_in_making.end(at, message, end, oracle);
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
        if self.series.last() != Some(&sample) {
            self.series.push(sample);
        }
    }

    /// Counts what has not ended.
    pub(super) fn finish(&mut self, at: Instant, oracle: &Oracle) {
        for (outcomes, unfinished) in [
            (&mut self.mail, oracle.unfinished_mail()),
            (&mut self.reports, oracle.unfinished_reports()),
        ] {
            outcomes.ended[Outcome::Open as usize] = unfinished.open;
            outcomes.ended[Outcome::Stranded as usize] = unfinished.stranded;
        }
        for (totals, mailbox) in self.sites.iter_mut().zip(&self.mailboxes) {
            totals.accepted = mailbox.accepted;
            totals.unfinished = mailbox.unfinished;
        }
        self.time_to_delivery.settle();
        self.time_to_return.settle();
        self.rows = self.rows_in_making.finish(oracle);
        self.strips = self.strips_in_making.finish(at);
    }
}
