//! What a host does by itself: it calls, asks for its mail, waits, hangs up; its line drops.
//!
//! In: what the agenda brings of a host, and what it hears. Out: what can be seen of it, its ETRNs to
//! the subject, the sessions that are lost with its line. What goes on in a session is not known here.

use super::agenda::Event;
use super::outside::Outside;
use super::site::{CallEnd, Reach};
use super::subject::Subject;
use super::world::World;
use crate::base::SiteId;
use crate::scenario::Says;
use crate::trace::{Asked, Observer, Seen};

#[cfg(test)]
mod tests;

impl<S: Subject, O: Observer> World<'_, S, O> {
    /// Enters what each host does first.
    pub(super) fn enter_hosts(&mut self) {
        let Outside { agenda, sites, .. } = &mut self.outside;
        for (site, host) in (0..).map(SiteId).zip(sites) {
            if let Some(at) = host.first_call(&self.key) {
                agenda.push(at, Event::Call { site });
            }
            if let Some(at) = host.outage(0) {
                agenda.push(at, Event::Outage { site, number: 0 });
            }
            if let Some(at) = host.next_flap() {
                agenda.push(at, Event::Flap { site });
            }
            if let Some(at) = self.scenario.sites[site.index()].line.drops_at.first() {
                agenda.push(*at, Event::LineDrop { site, number: 0 });
            }
        }
    }

    /// A host calls, as it does time and again.
    pub(super) fn call(&mut self, site: SiteId) {
        let now = self.outside.now;
        if let Some(at) = self.outside.sites[site.index()].next_call(now, &self.key) {
            self.outside.agenda.push(at, Event::Call { site });
        }
        self.dial(site, self.scenario.sites[site.index()].line.redials);
    }

    /// A host dials, and will do so again as often if it finds the line busy. One whose line is up has
    /// no need to: it asks again.
    pub(super) fn dial(&mut self, site: SiteId, redials: u32) {
        let now = self.outside.now;
        let host = &mut self.outside.sites[site.index()];
        if host.reach == Reach::Down {
            if host.finds_line_busy(&self.key) {
                if let Some(left) = redials.checked_sub(1) {
                    let at = now + self.scenario.sites[site.index()].line.redial;
                    self.outside.agenda.push(at, Event::Redial { site, left });
                }
                return;
            }
            if let Some(at) = host.begin_call(now, &self.key) {
                let call = host.call;
                self.outside.agenda.push(at, Event::HangUp { site, call });
            }
            self.outside.tell(&Seen::Called { site });
        }
        self.outside.note(site, |course| course.calls.push(now));
        if self.hub.is_away() {
            // Nobody answers: the host hears nothing and hangs up.
            return self.outside.go_down(site);
        }
        self.ask_all(site);
        self.outside.rest(site);
    }

    /// A host asks for all that it asks for.
    fn ask_all(&mut self, site: SiteId) {
        let scenario = self.scenario;
        match &scenario.sites[site.index()].says {
            Says::EachDomain => {
                for place in 0..self.nodes[site.index()].len() {
                    let route = self.nodes[site.index()][place];
                    let domain = &scenario.routes[route.index()].domain;
                    self.ask(site, Asked::Route(route), domain);
                }
            }
            Says::Nodes(nodes) => {
                for node in nodes {
                    self.ask(site, Asked::Node(*node), &scenario.nodes[*node as usize]);
                }
            }
        }
    }

    /// A call ends by itself, if it is still that call.
    pub(super) fn hang_up(&mut self, site: SiteId, call: u32) {
        let now = self.outside.now;
        let host = &self.outside.sites[site.index()];
        if host.call == call && host.reach == Reach::Up {
            if let CallEnd::Drops(_) = host.call_end {
                self.outside.note(site, |course| course.drops.push(now));
            }
            self.cut_line(site);
        }
    }

    /// A host that nothing is connected to waits on, or has waited for as long as it would and hangs up.
    pub(super) fn wait(&mut self, site: SiteId, wait: u32) {
        match self.outside.sites[site.index()].waits_until(wait) {
            Some(until) if until > self.outside.now => {
                self.outside.agenda.push(until, Event::Wait { site, wait });
            }
            Some(_) => self.outside.go_down(site),
            None => {}
        }
    }

    /// A line drops at one of the instants that the scenario names.
    pub(super) fn drop_line(&mut self, site: SiteId, number: u32) {
        let drops_at = &self.scenario.sites[site.index()].line.drops_at;
        if let Some(at) = drops_at.get(number as usize + 1) {
            self.outside.agenda.push(*at, Event::LineDrop { site, number: number + 1 });
        }
        self.cut_line(site);
    }

    /// An outage of a host begins.
    pub(super) fn begin_outage(&mut self, site: SiteId, number: u32) {
        if let Some(at) = self.outside.sites[site.index()].outage(number + 1) {
            self.outside.agenda.push(at, Event::Outage { site, number: number + 1 });
        }
        self.drop_all(site);
    }

    /// A host that comes and goes goes.
    pub(super) fn flap(&mut self, site: SiteId) {
        let now = self.outside.now;
        let host = &mut self.outside.sites[site.index()];
        let up_at = host.flap(now, &self.key);
        if let Some(at) = host.next_flap() {
            self.outside.agenda.push(at, Event::Flap { site });
        }
        self.outside.note(site, |course| course.outages.push((now, up_at)));
        self.drop_all(site);
    }

    /// A line goes, and a call with it. One that is always there is there again at once.
    pub(super) fn cut_line(&mut self, site: SiteId) {
        if self.outside.sites[site.index()].reach == Reach::Up {
            self.outside.go_down(site);
            self.drop_all(site);
        }
    }

    /// A host's line has gone: whatever is connected to it is lost.
    fn drop_all(&mut self, site: SiteId) {
        let host = &mut self.outside.sites[site.index()];
        host.line.reset();
        for connection in host.connections.clone() {
            let Some(session) = self.outside.end_session(connection) else { continue };
            self.lose(&session);
        }
    }
}

impl<O: Observer> Outside<O> {
    /// A host hears the answer to an ETRN.
    pub(super) fn hear(&mut self, site: SiteId, code: u16) {
        self.sites[site.index()].heard(code);
        self.rest(site);
    }

    /// A host may be without a connection: it waits for one where it may still expect one, or hangs up,
    /// unless its call has a length.
    ///
    /// It looks after what is being done: where one connection is closed and another opened in one go,
    /// it stays.
    pub(super) fn rest(&mut self, site: SiteId) {
        let wait = self.sites[site.index()].begin_wait(self.now);
        self.soon.push_back(Event::Wait { site, wait });
    }

    /// The line of a host that calls goes down.
    pub(super) fn go_down(&mut self, site: SiteId) {
        let host = &mut self.sites[site.index()];
        if host.is_on_call() && host.reach == Reach::Up {
            host.reach = Reach::Down;
            self.tell(&Seen::HungUp { site });
        }
    }
}
