//! Who is told what: reports of failure, of delay, of relaying.

use restante::base::{ByMode, DeliverBy, Instant, Kind, MessageId, Notify, RouteId, Status};
use restante::queue::{Effect, Extensions, Mode, Record};

use super::{Mail, Model};

impl Model {
    /// Ends a message that failed, and says which route its report waits for.
    pub(super) fn give_back(&mut self, now: Instant, message: MessageId) -> Option<RouteId> {
        self.count(message);
        let Mail { sender, attempts, status, notify, .. } = *self.mail(message);
        let status = status.unwrap_or(Status::EXPIRED);
        match sender {
            Some(route) if notify.wants(Kind::Failed) => {
                self.report(now, message, Kind::Failed, status, route);
                return Some(route);
            }
            Some(_) => {
                self.record(Record::Suppressed { message, at: now, status });
                self.end(message);
                self.bid(Effect::Suppressed { message, status, attempts });
            }
            None => {
                self.record(Record::DeadLettered { message, at: now, status });
                self.end(message);
                self.bid(Effect::DeadLetter { message, status, attempts });
            }
        }
        None
    }

    fn report(
        &mut self,
        now: Instant,
        about: MessageId,
        kind: Kind,
        status: Status,
        route: RouteId,
    ) {
        let attempts = self.mail(about).attempts;
        let (deadline, size_bytes) = (now + self.policy.timeout_report, 2_048);
        let record = Record::Reported {
            about,
            kind,
            at: now,
            deadline,
            route,
            size_bytes,
            status,
            attempts: u16::try_from(attempts).expect("a script has few tries"),
        };
        self.record(record);
        if kind != Kind::Delayed {
            self.end(about);
        }
        self.add(&record);
        let born_at = now;
        self.bid(Effect::Report {
            about,
            kind,
            status,
            attempts,
            route,
            size_bytes,
            born_at,
            deadline,
        });
    }

    /// The host took it.
    pub(super) fn deliver(&mut self, now: Instant, message: MessageId, offers: Extensions) {
        let Mail { sender, notify, deliver_by, .. } = *self.mail(message);
        let for_success = notify.wants(Kind::Relayed) && !offers.dsn;
        let is_notify = |by: DeliverBy| by.mode == ByMode::Notify;
        let for_time = deliver_by.is_some_and(is_notify)
            && offers.deliver_by.is_none()
            && notify != Notify::NEVER;
        if let Some(route) = sender.filter(|_| for_success || for_time) {
            self.report(now, message, Kind::Relayed, Status::RELAYED, route);
            return self.dial(now, route);
        }
        self.record(Record::Delivered { message });
        self.end(message);
    }

    /// Sets the instant at which a sender is to be told of a delay, if it has not been.
    pub(super) fn arm_notice(&mut self, message: MessageId) {
        let mail = *self.mail(message);
        let after = match self.way(mail.route).mode {
            Mode::Held => self.policy.delay_notice_held,
            Mode::Direct => self.policy.delay_notice_direct,
        };
        let counts_from = mail.release_at.unwrap_or(mail.accepted_at).max(mail.accepted_at);
        let by_time = match mail.deliver_by {
            Some(DeliverBy { at, mode: ByMode::Notify }) => Some(at),
            _ => None,
        };
        let at = after.map(|after| counts_from + after).into_iter().chain(by_time).min();
        let wanted = mail.sender.is_some() && mail.notify.wants(Kind::Delayed) && !mail.told;
        self.mail(message).notice_at = at.filter(|at| wanted && *at < mail.deadline);
    }

    pub(super) fn tell_delay(&mut self, now: Instant, at: Instant, message: MessageId) {
        let mail = self.mail(message);
        (mail.notice_at, mail.told) = (None, true);
        if mail.deadline <= now {
            return;
        }
        self.count(message);
        let Mail { sender, status, deliver_by, .. } = *self.mail(message);
        let by_time = deliver_by.is_some_and(|by| by.at == at && by.mode == ByMode::Notify);
        let status = status.filter(|_| !by_time).unwrap_or(Status::EXPIRED);
        let route = sender.expect("one without a sender is not told");
        self.report(now, message, Kind::Delayed, status, route);
        self.dial(now, route);
    }
}
