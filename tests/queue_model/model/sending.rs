//! What goes out of the model: connections, transfers, and what follows when they fail.

use restante::base::{ByMode, DeliverBy};
use restante::base::{Instant, MessageId, RouteId, Status};
use restante::queue::{ConnectionId, Effect, Extensions, Mode, Phase, Record, Tried};

use super::{Gate, Line, Mail, Model, Standing};

impl Model {
    pub(super) fn dial(&mut self, now: Instant, route: RouteId) {
        let limit = self.policy.connections_per_route.get() as usize;
        loop {
            let lines = self.lines.iter().filter(|line| line.route == route);
            let (all, opening) = (lines.clone().count(), lines.filter(|it| !it.greeted).count());
            let open = self.may_go(route);
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
                offers: Extensions::default(),
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

    fn may_go(&mut self, route: RouteId) -> bool {
        let way = self.way(route);
        way.gate == Gate::Open && !way.paused
    }

    pub(super) fn connected(&mut self, now: Instant, id: ConnectionId, offers: Extensions) {
        let Some(line) = self.line(id).filter(|line| !line.greeted) else { return };
        (line.greeted, line.offers) = (true, offers);
        self.serve(now, id);
    }

    fn serve(&mut self, now: Instant, id: ConnectionId) {
        let route = self.line(id).expect("served").route;
        let Some(message) = self.next_for(now, id, route) else {
            self.hang_up(id);
            let goes_on_later = self.way(route).paused && self.waiting(route) > 0;
            let is_last = self.lines.iter().all(|it| it.route != route);
            if self.way(route).mode == Mode::Held && is_last && !goes_on_later {
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

    /// The next message to go, once all that this host must not get have failed.
    fn next_for(&mut self, now: Instant, id: ConnectionId, route: RouteId) -> Option<MessageId> {
        let offers = self.line(id).expect("served").offers;
        while self.may_go(route) {
            let message = self.pick(route)?;
            let left = match self.mail(message).deliver_by {
                Some(DeliverBy { at, mode: ByMode::Return }) => Some(at.since(now)),
                _ => None,
            };
            if left.is_none_or(|left| offers.deliver_by.is_some_and(|least| least <= left)) {
                return Some(message);
            }
            self.count(message);
            self.mail(message).status = Some(Status::new(5, 3, 3));
            self.fail(now, message);
        }
        None
    }

    /// The next message to go: of the first priority that has one, the oldest that waits for its turn.
    fn pick(&self, route: RouteId) -> Option<MessageId> {
        let waiting = self.mails.iter().filter(|mail| mail.route == route && mail.waits());
        waiting.min_by_key(|mail| (mail.priority, mail.age)).map(|mail| mail.message)
    }

    pub(super) fn replied(&mut self, now: Instant, id: ConnectionId, status: Status) {
        let Some(message) = self.line(id).and_then(|line| line.carries.take()) else { return };
        let offers = self.line(id).expect("served").offers;
        let route = self.mail(message).route;
        if std::mem::take(&mut self.way(route).failures) > 0 {
            self.record(Record::RouteAnswered { route });
        }
        if status.class() == 2 {
            self.deliver(now, message, offers);
        } else {
            self.refused(now, message, status);
        }
        self.serve(now, id);
    }

    fn refused(&mut self, now: Instant, message: MessageId, status: Status) {
        let mail = self.tried(message, status);
        if status.is_permanent() {
            return self.fail(now, message);
        }
        if mail.grace_until.is_some() {
            return self.time_up(now, message);
        }
        let next_try = match self.way(mail.route).mode {
            Mode::Held => None,
            Mode::Direct => match self.policy.wait_after(mail.attempts) {
                Some(_) if mail.to_be_held => None,
                Some(wait) => Some(now + wait),
                None => return self.fail(now, message),
            },
        };
        self.defer(message, next_try);
        self.mail(message).refused = next_try.is_none() && !mail.to_be_held;
        self.hold_if_to_be(message);
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

    fn hold_if_to_be(&mut self, message: MessageId) {
        if std::mem::take(&mut self.mail(message).to_be_held) {
            self.hold(message);
        }
    }

    fn defer(&mut self, message: MessageId, next_try: Option<Instant>) {
        let mail = self.mail(message);
        mail.standing = next_try.map_or(Standing::Waiting, Standing::Scheduled);
        let (attempts, status) = (mail.attempts as u16, mail.status.expect("was tried"));
        self.record(Record::Deferred { message, attempts, status, next_try });
    }

    pub(super) fn cut(&mut self, now: Instant, at: Instant, id: ConnectionId, status: Status) {
        self.abort(id, status);
        self.lost(now, at, id, status);
    }

    pub(super) fn lost(&mut self, now: Instant, at: Instant, id: ConnectionId, status: Status) {
        let Some(&line) = self.lines.iter().find(|line| line.id == id) else { return };
        self.hang_up(id);
        match line.carries {
            Some(message) => self.interrupted(now, at, message, status),
            None if line.phase == Phase::Connect && status.is_permanent() => {
                self.no_such_host(now, at, line.route, status);
            }
            None => self.unreached(now, at, line.route, status),
        }
    }

    fn interrupted(&mut self, now: Instant, at: Instant, message: MessageId, status: Status) {
        let mail = self.tried(message, status);
        let route = mail.route;
        let climbs = self.climbs(route);
        let next_try = self.climb(now, route);
        let ends = mail.grace_until.is_some() || (climbs && next_try.is_none());
        if !ends {
            self.defer(message, None);
            self.hold_if_to_be(message);
        }
        if next_try.is_some() {
            let tried = Tried::OneMessage;
            self.record(Record::RouteFailed { route, at, status, tried, next_try });
        }
        self.shut(route, next_try);
        if ends && mail.grace_until.is_some() {
            self.time_up(now, message);
        } else if ends {
            self.fail(now, message);
        }
        self.dial(now, route);
    }

    fn unreached(&mut self, now: Instant, at: Instant, route: RouteId, status: Status) {
        let climbs = self.climbs(route);
        let next_try = self.climb(now, route);
        self.way(route).failed.push(status);
        let tried = Tried::AllThatWait;
        self.record(Record::RouteFailed { route, at, status, tried, next_try });
        self.shut(route, next_try);
        if climbs && next_try.is_none() {
            self.give_up(now, route, status);
        }
    }

    /// There is no such host: whatever waits with the route, fails.
    fn no_such_host(&mut self, now: Instant, at: Instant, route: RouteId, status: Status) {
        self.way(route).failed.push(status);
        let tried = Tried::AllThatWait;
        self.record(Record::RouteFailed { route, at, status, tried, next_try: None });
        for mail in self.mails.iter_mut().filter(|mail| mail.route == route) {
            mail.refused = false;
        }
        self.shut(route, None);
        self.give_up(now, route, status);
    }

    /// Whether a failure of a route is a step up its ladder.
    fn climbs(&mut self, route: RouteId) -> bool {
        let way = self.way(route);
        way.mode == Mode::Direct && way.gate == Gate::Open
    }

    fn climb(&mut self, now: Instant, route: RouteId) -> Option<Instant> {
        if !self.climbs(route) {
            return None;
        }
        let failures = self.way(route).failures + 1;
        let wait = self.policy.wait_after(failures)?;
        self.way(route).failures = failures;
        Some(now + wait)
    }

    fn shut(&mut self, route: RouteId, next_try: Option<Instant>) {
        let way = self.way(route);
        match (way.mode, next_try) {
            (Mode::Held, _) => way.gate = Gate::AwaitsCall,
            (Mode::Direct, Some(at)) => way.gate = Gate::AwaitsTry(at),
            (Mode::Direct, None) => {}
        }
    }

    fn give_up(&mut self, now: Instant, route: RouteId, status: Status) {
        let waits = |mail: &&Mail| mail.route == route && mail.waits();
        let mut waiting: Vec<Mail> = self.mails.iter().filter(waits).copied().collect();
        waiting.sort_by_key(|mail| (mail.priority, mail.age));
        let mut reported = Vec::new();
        for Mail { message, .. } in waiting {
            self.mail(message).status.get_or_insert(status);
            reported.extend(self.give_back(now, message));
        }
        for route in reported {
            self.dial(now, route);
        }
        self.dial(now, route);
    }
}
