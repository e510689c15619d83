//! The model from records: what they say, read one after the other.

use restante::base::{Instant, Kind, MessageId, Order, RouteId};
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
        for mail in model.mails.clone() {
            model.arm_notice(mail.message);
        }
        for route in (0..model.ways.len() as u32).map(RouteId) {
            let waits = model.waiting(route) > 0;
            let way = model.way(route);
            if waits && way.gate == Gate::Open {
                way.gate = Gate::AwaitsTry(now);
            }
        }
        model
    }

    /// The tries and the releases of messages that came up to this instant.
    fn tries_come_until(&mut self, now: Instant) {
        let comes = |mail: &&Mail| match mail.standing {
            Standing::Scheduled(at) | Standing::Future(at) => at <= now,
            Standing::Waiting | Standing::InTransfer | Standing::OnHold => false,
        };
        let mails: Vec<Mail> = self.mails.iter().filter(comes).copied().collect();
        for mail in mails {
            self.waits_again(mail.message);
        }
    }

    fn replay(&mut self, record: &Record) {
        match *record {
            Record::Accepted { message, release_at, .. } => {
                self.add(record);
                if let Some(at) = release_at {
                    self.mail(message).standing = Standing::Future(at);
                }
            }
            Record::Delivered { message }
            | Record::DeadLettered { message, .. }
            | Record::Suppressed { message, .. } => {
                self.mails.retain(|mail| mail.message != message);
            }
            Record::Reported { about, kind, .. } => {
                match kind {
                    Kind::Delayed => self.mail(about).told = true,
                    _ => self.mails.retain(|mail| mail.message != about),
                }
                self.add(record);
            }
            Record::Ordered { order, target } => match order {
                Order::Pause | Order::Resume => {
                    for route in self.routes_in(target) {
                        self.way(route).paused = order == Order::Pause;
                    }
                }
                _ => {
                    for message in self.messages_in(target) {
                        self.replay_order(order, message);
                    }
                }
            },
            Record::Deferred { message, attempts, status, next_try } => {
                self.tried(message, status);
                let mail = self.mail(message);
                mail.attempts = u32::from(attempts);
                if mail.standing != Standing::OnHold {
                    mail.standing = next_try.map_or(Standing::Waiting, Standing::Scheduled);
                }
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

    fn replay_order(&mut self, order: Order, message: MessageId) {
        match order {
            Order::Cancel => self.mails.retain(|mail| mail.message != message),
            Order::Hold => self.hold(message),
            Order::Release if self.mail(message).standing == Standing::OnHold => {
                self.waits_again(message);
                let mail = self.mail(message);
                mail.standing = mail.release_at.map_or(Standing::Waiting, Standing::Future);
            }
            _ => {}
        }
    }
}
