//! What goes out of the model: connections, transfers, and what follows when they fail.

use restante::base::{Instant, MessageId, Priority, RouteId, Status};
use restante::queue::{ConnectionId, Effect, Mode, Phase, Record};

use super::{Gate, Line, Mail, Model, Standing};

impl Model {
    pub(super) fn dial(&mut self, now: Instant, route: RouteId) {
        let limit = self.policy.connections_per_route.get() as usize;
        loop {
            let lines = self.lines.iter().filter(|line| line.route == route);
            let (all, opening) = (lines.clone().count(), lines.filter(|it| !it.greeted).count());
            let open = self.way(route).gate == Gate::Open;
            if !open || all >= limit || self.waiting(route) <= opening {
                return;
            }
            let slot = self.free.pop().unwrap_or(self.used.len() as u32);
            if slot as usize == self.used.len() {
                self.used.push(0);
            }
            let id = ConnectionId { slot, generation: self.used[slot as usize] };
            let silent_until = now + self.policy.phase_timeout[Phase::Connect as usize];
            self.lines.push(Line {
                id,
                route,
                phase: Phase::Connect,
                greeted: false,
                carries: None,
                silent_until,
            });
            self.bid(Effect::Connect { connection: id, route });
        }
    }

    pub(super) fn progress(&mut self, now: Instant, id: ConnectionId, phase: Phase) {
        let silent_until = now + self.policy.phase_timeout[phase as usize];
        let Some(line) = self.line(id) else { return };
        let opens = matches!(phase, Phase::Connect | Phase::Greeting);
        if opens != line.greeted && phase >= line.phase {
            line.phase = phase;
            line.silent_until = silent_until;
        }
    }

    pub(super) fn connected(&mut self, now: Instant, id: ConnectionId) {
        let Some(line) = self.line(id).filter(|line| !line.greeted) else { return };
        line.greeted = true;
        let route = line.route;
        if std::mem::take(&mut self.way(route).failures) > 0 {
            self.record(Record::RouteAnswered { route });
        }
        self.serve(now, id);
    }

    fn serve(&mut self, now: Instant, id: ConnectionId) {
        let route = self.line(id).expect("served").route;
        let picked = if self.way(route).gate == Gate::Open { self.pick(route) } else { None };
        let Some(message) = picked else {
            self.hang_up(id);
            if self.way(route).mode == Mode::Held && self.lines.iter().all(|it| it.route != route) {
                self.way(route).gate = Gate::AwaitsCall;
            }
            return self.bid(Effect::Close { connection: id });
        };
        self.count(message);
        let mail = self.mail(message);
        mail.standing = Standing::InTransfer;
        mail.attempts += 1;
        let (size_bytes, attempt) = (mail.size_bytes, mail.attempts);
        let silent_until = now + self.policy.phase_timeout[Phase::Command as usize];
        let line = self.line(id).expect("served");
        line.phase = Phase::Command;
        line.carries = Some(message);
        line.silent_until = silent_until;
        self.bid(Effect::Transfer { connection: id, message, size_bytes, attempt });
    }

    /// The next message to go: of the first priority that has one, the oldest of those that the walk
    /// has yet to come to and of those whose own try has come.
    fn pick(&mut self, route: RouteId) -> Option<MessageId> {
        for priority in Priority::ALL {
            let walked = self.way(route).walked[priority as usize];
            let of_priority = |mail: &&Mail| mail.route == route && mail.priority == priority;
            let mails = self.mails.iter().filter(of_priority);
            let waits = |mail: &&Mail| mail.standing == Standing::Waiting && !mail.refused;
            let ahead = |mail: &&Mail| mail.age > walked;
            let fresh = mails.clone().filter(waits).filter(ahead).map(|mail| mail.age).min();
            let again = mails.filter(|mail| mail.again).map(|mail| mail.age).min();
            let picked = fresh.into_iter().chain(again).min();
            let last_age = self.last_age;
            self.way(route).walked[priority as usize] = match fresh {
                None => last_age,
                fresh if fresh == picked => fresh.expect("is some"),
                Some(fresh) => fresh - 1,
            };
            if let Some(age) = picked {
                let mail = self.mails.iter_mut().find(|mail| mail.age == age).expect("was found");
                mail.again = false;
                return Some(mail.message);
            }
        }
        None
    }

    pub(super) fn replied(&mut self, now: Instant, id: ConnectionId, status: Status) {
        let Some(message) = self.line(id).and_then(|line| line.carries.take()) else { return };
        if status.class() == 2 {
            self.record(Record::Delivered { message });
            self.end(message);
        } else {
            self.refused(now, message, status);
        }
        self.serve(now, id);
    }

    fn refused(&mut self, now: Instant, message: MessageId, status: Status) {
        let mail = self.tried(message, status);
        if mail.grace_until.is_some() || status.is_permanent() {
            return self.fail(now, message);
        }
        let next_try = match self.way(mail.route).mode {
            Mode::Held => None,
            Mode::Direct => match self.policy.wait_after(mail.attempts) {
                Some(wait) => Some(now + wait),
                None => return self.fail(now, message),
            },
        };
        self.defer(message, next_try);
        self.mail(message).refused = next_try.is_none();
    }

    /// Notes what became of a try. What befell other connections meanwhile was none of it.
    pub(super) fn tried(&mut self, message: MessageId, status: Status) -> Mail {
        let route = self.mail(message).route;
        let failed = self.way(route).failed.len();
        let mail = self.mail(message);
        mail.status = Some(status);
        mail.failures_counted = failed;
        *mail
    }

    fn defer(&mut self, message: MessageId, next_try: Option<Instant>) {
        let mail = self.mail(message);
        mail.standing = next_try.map_or(Standing::Waiting, Standing::Scheduled);
        let (attempts, status) = (mail.attempts as u16, mail.status.expect("was tried"));
        self.record(Record::Deferred { message, attempts, status, next_try });
    }

    pub(super) fn cut(&mut self, now: Instant, id: ConnectionId, status: Status) {
        self.bid(Effect::Abort { connection: id, status });
        self.lost(now, id, status);
    }

    pub(super) fn lost(&mut self, now: Instant, id: ConnectionId, status: Status) {
        let Some(&line) = self.lines.iter().find(|line| line.id == id) else { return };
        self.hang_up(id);
        let carried = line.carries.map(|message| self.tried(message, status));
        let overdue = carried.filter(|mail| mail.grace_until.is_some());
        if let (Some(mail), None) = (carried, overdue) {
            self.defer(mail.message, None);
        }
        self.route_failed(now, &line, status);
        if let Some(mail) = overdue {
            self.fail(now, mail.message);
        }
    }

    fn route_failed(&mut self, now: Instant, line: &Line, status: Status) {
        let route = line.route;
        let way = self.way(route);
        let counts = way.mode == Mode::Direct && way.gate == Gate::Open;
        way.failures += u32::from(counts);
        let failures = way.failures;
        let next_try = self.policy.wait_after(failures).filter(|_| counts).map(|wait| now + wait);
        if !line.greeted {
            self.way(route).failed.push(status);
            self.record(Record::RouteFailed { route, status, next_try });
        }
        let way = self.way(route);
        match (way.mode, next_try) {
            (Mode::Held, _) => way.gate = Gate::AwaitsCall,
            (Mode::Direct, Some(at)) => way.gate = Gate::AwaitsTry(at),
            (Mode::Direct, None) if counts => self.give_up(now, route, status),
            (Mode::Direct, None) => {}
        }
    }

    fn give_up(&mut self, now: Instant, route: RouteId, status: Status) {
        let waits = |mail: &&Mail| mail.route == route && mail.standing == Standing::Waiting;
        let mut waiting: Vec<Mail> = self.mails.iter().filter(waits).copied().collect();
        waiting.sort_by_key(|mail| (mail.priority, mail.age));
        let mut reported = Vec::new();
        for Mail { message, .. } in waiting {
            self.mail(message).status.get_or_insert(status);
            self.mail(message).again = false;
            reported.extend(self.give_back(now, message));
        }
        for route in reported {
            self.dial(now, route);
        }
        self.dial(now, route);
    }
}
