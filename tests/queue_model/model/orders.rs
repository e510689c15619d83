//! What an administrator orders.

use restante::base::{Instant, MessageId, Order, RouteId, Status, Target};
use restante::queue::{Effect, Mode, Record};

use super::{Gate, Line, Mail, Model, Standing};

impl Model {
    pub(super) fn order(&mut self, now: Instant, order: Order, target: Target) {
        let routes = self.routes_in(target);
        let messages = self.messages_in(target);
        let there = match target {
            Target::Message { .. } => {
                let of_messages = [Order::Hold, Order::Release, Order::Cancel, Order::Expire];
                of_messages.contains(&order) && !messages.is_empty()
            }
            Target::Route(_) | Target::All => !routes.is_empty(),
        };
        if !there {
            return;
        }
        if !matches!(order, Order::Expire | Order::Flush) {
            self.record(Record::Ordered { order, target });
        }
        match order {
            Order::Expire => {
                self.expire_now(now, &messages);
                for route in routes {
                    self.dial(now, route);
                }
            }
            Order::Flush => routes.into_iter().for_each(|route| self.call(now, route)),
            Order::Pause | Order::Resume => {
                for route in routes {
                    self.way(route).paused = order == Order::Pause;
                    self.dial(now, route);
                }
            }
            Order::Hold => messages.iter().for_each(|message| self.hold(*message)),
            Order::Release | Order::Cancel => {
                for message in messages {
                    match order {
                        Order::Release => self.release(now, message),
                        _ => self.cancel(message),
                    }
                }
                for route in routes {
                    self.dial(now, route);
                }
            }
        }
    }

    pub(super) fn routes_in(&self, target: Target) -> Vec<RouteId> {
        let all = (0..self.ways.len() as u32).map(RouteId);
        match target {
            Target::All => all.collect(),
            Target::Route(of) | Target::Message { route: of, .. } => {
                all.filter(|route| *route == of).collect()
            }
        }
    }

    /// The messages that are meant, by route, then by priority and age.
    pub(super) fn messages_in(&self, target: Target) -> Vec<MessageId> {
        let mut mails: Vec<&Mail> = self.mails.iter().collect();
        mails.sort_by_key(|mail| (mail.route, mail.priority, mail.age));
        mails.retain(|mail| match target {
            Target::All => true,
            Target::Route(route) => mail.route == route,
            Target::Message { route, message } => mail.route == route && mail.message == message,
        });
        mails.into_iter().map(|mail| mail.message).collect()
    }

    pub(super) fn hold(&mut self, message: MessageId) {
        self.count(message);
        let mail = self.mail(message);
        match mail.standing {
            Standing::InTransfer => mail.to_be_held = true,
            Standing::OnHold => {}
            Standing::Waiting | Standing::Scheduled(_) | Standing::Future(_) => {
                mail.standing = Standing::OnHold;
                let route = mail.route;
                self.end_flush_if_served(route);
            }
        }
    }

    fn release(&mut self, now: Instant, message: MessageId) {
        let mail = self.mail(message);
        mail.to_be_held = false;
        if mail.standing == Standing::OnHold {
            match mail.release_at {
                Some(at) if at > now => mail.standing = Standing::Future(at),
                _ => {
                    self.waits_again(message);
                }
            }
        }
    }

    fn cancel(&mut self, message: MessageId) {
        self.cut_off(message);
        self.end(message);
        self.bid(Effect::Cancelled { message });
    }

    /// Cuts what carries a message: no failure of its route.
    fn cut_off(&mut self, message: MessageId) {
        let line = self.lines.iter().find(|line| line.carries == Some(message)).copied();
        let Some(Line { id, route, .. }) = line else { return };
        let status = Status::BAD_CONNECTION;
        self.abort(id, status);
        self.hang_up(id);
        self.tried(message, status);
        if self.way(route).mode == Mode::Held {
            self.way(route).gate = Gate::AwaitsCall;
        }
    }

    /// Returns messages before their time.
    fn expire_now(&mut self, now: Instant, messages: &[MessageId]) {
        let mut reported = Vec::new();
        for message in messages {
            self.cut_off(*message);
            self.count(*message);
            self.mail(*message).note_time_up();
            reported.extend(self.give_back(now, *message));
        }
        for route in reported {
            self.dial(now, route);
        }
    }
}
