//! The model from records: what they say, read one after the other.

use restante::base::{Instant, Kind, Priority, RouteId};
use restante::queue::{Policy, Record, Route, Tried};

use super::{Gate, Mail, Model, Standing};

impl Model {
    /// The model that a queue restored at `now` must be like.
    pub(crate) fn restore(
        policy: Policy,
        routes: Vec<Route>,
        now: Instant,
        records: &[Record],
    ) -> Model {
        let mut model = Model::new(policy, routes);
        for record in records {
            model.replay(record);
        }
        model.tries_come_until(now);
        for route in (0..model.ways.len() as u32).map(RouteId) {
            let waits = model.waiting(route) > 0;
            let way = model.way(route);
            if waits && way.gate == Gate::Open {
                way.gate = Gate::AwaitsTry(now);
            }
        }
        model
    }

    /// The tries of messages that came up to this instant.
    fn tries_come_until(&mut self, now: Instant) {
        let comes = |mail: &&Mail| matches!(mail.standing, Standing::Scheduled(at) if at <= now);
        let mails: Vec<Mail> = self.mails.iter().filter(comes).copied().collect();
        for mail in mails {
            self.comes_to_its_try(mail.message);
        }
    }

    fn replay(&mut self, record: &Record) {
        match *record {
            Record::Accepted { message, accepted_at, priority, size_bytes, route, sender } => {
                self.add(accepted_at, message, priority, size_bytes, route, sender);
            }
            Record::Delivered { message } | Record::DeadLettered { message, .. } => {
                self.mails.retain(|mail| mail.message != message);
            }
            Record::Returned { message, at, route, size_bytes } => {
                self.mails.retain(|mail| mail.message != message);
                let report = message.report(Kind::Failed);
                self.add(at, report, Priority::Normal, size_bytes, route, None);
            }
            Record::Deferred { message, attempts, status, next_try } => {
                self.tried(message, status);
                let mail = self.mail(message);
                mail.attempts = u32::from(attempts);
                mail.standing = next_try.map_or(Standing::Waiting, Standing::Scheduled);
            }
            Record::RouteFailed { route, at, status, tried, next_try } => {
                self.tries_come_until(at);
                let way = self.way(route);
                if tried == Tried::AllThatWait {
                    way.failed.push(status);
                }
                if let Some(at) = next_try {
                    way.failures += 1;
                    way.gate = Gate::AwaitsTry(at);
                }
            }
            Record::RouteAnswered { route } => {
                let way = self.way(route);
                way.failures = 0;
                way.gate = Gate::Open;
            }
        }
    }
}
