//! The run: the next thing that happens, again and again.

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use super::agenda::{Agenda, Event};
use super::fingerprint::{Chain, Lane, Lanes};
use super::hub::Hub;
use super::outside::Outside;
use super::site::Site;
use super::stream::Key;
use super::subject::Subject;
use super::ties::Shuffle;
use super::traffic::Source;
use crate::base::{Instant, MessageIdError, RouteId, Span};
use crate::hub::StartError;
use crate::queue::{Census, Input, PolicyError, RestoreError, RoutesError};
use crate::scenario::{self, Course, Scenario, SiteCourse, Ties};
use crate::spool::{OpenError, SpoolError};
use crate::trace::Observer;

/// So many sites fit in the cache that a processor has for its cores together, with all that they need: what
/// they need next is there soon enough without being read ahead.
const FITS_IN_CACHE: usize = 2_000;

/// A subject, the world around it, and those who watch.
pub struct World<'a, S, O> {
    pub(super) scenario: &'a Scenario,
    pub(super) subject: S,
    pub(super) hub: Hub,
    pub(super) outside: Outside<O>,
    pub(super) key: Key,
    /// Sources that have a message still to come.
    pub(super) sources_busy: usize,
    /// The routes whose mail each site asks for when it calls.
    pub(super) nodes: Vec<Vec<RouteId>>,
    horizon: Instant,
    /// The last instant that the scenario names for a call or for the hub.
    scripted_until: Instant,
    sample_interval: Span,
    /// In hub time, as all that is told.
    next_sample: Instant,
    /// What befell the hub.
    hub_sched: Chain,
    pub(super) inputs: u64,
}

/// What is known at the end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// The last instant of the run.
    pub at: Instant,
    /// What made it end.
    pub cause: EndCause,
    /// What names its course.
    pub lanes: Lanes,
    /// Inputs that the subject was given, without those that say that time has passed.
    pub inputs: u64,
    /// What was drawn, where that was to be noted.
    pub course: Option<Course>,
}

/// Why a run cannot be begun or cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The queue refuses the policy, the first one or one that is to be taken over later.
    Policy(PolicyError),
    /// The queue refuses the routes.
    Routes(RoutesError),
    /// There are more sources or messages than can be told apart.
    TooMany(MessageIdError),
    /// The queue cannot be restored from its own records.
    Restore(RestoreError),
    /// The hub cannot be started from its own spool.
    Start(StartError),
    /// Hub time did not go on as it should while the hub was down.
    Clock {
        /// What it should be.
        expected: Instant,
        /// What the hub took it for.
        found: Instant,
    },
    /// The spool cannot be opened.
    Open(OpenError),
    /// The spool cannot be read.
    Spool(SpoolError),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Policy(error) => error.fmt(f),
            RunError::Routes(error) => error.fmt(f),
            RunError::TooMany(error) => write!(f, "{error}; split the traffic"),
            RunError::Restore(error) => {
                write!(
                    f,
                    "the hub did not come back from its own records, which is our own fault: {error}"
                )
            }
            RunError::Start(error) => {
                write!(
                    f,
                    "the hub did not come back from its own spool, which is our own fault: {error}"
                )
            }
            RunError::Clock { expected, found } => write!(
                f,
                "hub time was {found} after a restart and not {expected}, which is our own fault"
            ),
            RunError::Open(error) => write!(f, "the hub's spool: {error}"),
            RunError::Spool(error) => write!(f, "the hub's spool: {error}"),
        }
    }
}

impl Error for RunError {}

/// What made a run end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// Every obligation had ended, and nothing more was to come.
    AllEnded,
    /// The scenario's horizon.
    Horizon,
    /// Somebody stopped it.
    Stopped,
}

impl<'a, S: Subject, O: Observer> World<'a, S, O> {
    /// Sets a world up around a subject, for one seed.
    pub fn new(scenario: &'a Scenario, seed: u64, subject: S, observer: O) -> World<'a, S, O> {
        let key = Key::new(seed);
        let sites: Vec<Site> = scenario.sites.iter().map(Site::new).collect();
        let events = scenario.events.iter().map(|event| event.at);
        let scripted = sites.iter().map(Site::last_scripted).chain(events);
        let scripted_until = scripted.max().unwrap_or(Instant::ZERO);
        let sources = scenario.sources.iter().map(Source::new).collect();
        let agenda = match scenario.ties {
            Ties::Fixed => Agenda::default(),
            Ties::Shuffled => Agenda::shuffled(Shuffle::new(
                seed,
                scenario.sites.iter().map(|site| site.name.as_str()),
                scenario.sources.iter().map(|source| source.name.as_str()),
            )),
        };
        let mut nodes = vec![Vec::new(); sites.len()];
        for (number, route) in (0..).map(RouteId).zip(&scenario.routes) {
            nodes[route.site.index()].push(number);
        }
        let mut world = World {
            scenario,
            subject,
            hub: Hub::new(),
            key,
            sources_busy: 0,
            nodes,
            horizon: scenario.horizon,
            scripted_until,
            sample_interval: scenario.record.sample_interval.max(Span::from_micros(1)),
            next_sample: Instant::ZERO,
            hub_sched: Chain::default(),
            inputs: 0,
            outside: Outside::new(scenario, sites, sources, key, agenda, observer),
        };
        world.enter_first_events();
        world.enter_hub_events();
        world
    }

    fn enter_first_events(&mut self) {
        let agenda = &mut self.outside.agenda;
        for (number, source) in (0..).zip(&mut self.outside.sources) {
            if let Some(at) = source.first(&self.key) {
                agenda.push(at, Event::Arrival { source: number });
                self.sources_busy += 1;
            }
        }
        self.enter_hosts();
    }

    /// The same world with another subject, and those who watch copied: what happens in one of them does not
    /// happen in the other.
    pub(super) fn fork<T>(&self, subject: T) -> World<'a, T, O>
    where
        O: Clone,
    {
        World {
            scenario: self.scenario,
            subject,
            hub: self.hub.clone(),
            outside: self.outside.clone(),
            key: self.key,
            sources_busy: self.sources_busy,
            nodes: self.nodes.clone(),
            horizon: self.horizon,
            scripted_until: self.scripted_until,
            sample_interval: self.sample_interval,
            next_sample: self.next_sample,
            hub_sched: self.hub_sched,
            inputs: self.inputs,
        }
    }

    /// The same world, which notes what it draws and gives it back in [`RunEnd::course`].
    #[must_use]
    pub fn noting_course(mut self) -> World<'a, S, O> {
        let site = |site: &scenario::Site| SiteCourse {
            strikes: vec![Vec::new(); site.troubles.len()],
            ..SiteCourse::default()
        };
        self.outside.course = Some(Box::new(Course {
            sites: self.scenario.sites.iter().map(site).collect(),
            sources: vec![Vec::new(); self.scenario.sources.len()],
            crashes: Vec::new(),
        }));
        self
    }

    /// Runs to the end: until every obligation has ended and nothing more is to come, or to the
    /// horizon, or until `stop` is set.
    ///
    /// # Errors
    /// Where a source submits more messages than can be told apart, or the hub does not come back.
    pub fn run(mut self, stop: &AtomicBool) -> Result<RunEnd, RunError> {
        let cause = self.happen(stop)?;
        Ok(self.end(cause).0)
    }

    /// Tells those who watch that it is over, and gives them back.
    pub(super) fn end(mut self, cause: EndCause) -> (RunEnd, O) {
        let at = match cause {
            EndCause::Horizon => self.horizon,
            EndCause::AllEnded | EndCause::Stopped => self.outside.now,
        };
        let at = self.outside.clock.hub_time(at);
        self.sample_up_to(at);
        let census = self.census();
        self.outside.observer.sample(at, &census);
        self.outside.observer.finish(at);
        let (lanes, inputs) = (self.lanes(), self.inputs);
        let crashes = self.hub.crashes;
        let course = self.outside.course.take().map(|course| Course { crashes, ..*course });
        (RunEnd { at, cause, lanes, inputs, course }, self.outside.observer)
    }

    pub(super) fn happen(&mut self, stop: &AtomicBool) -> Result<EndCause, RunError> {
        const STOP_INTERVAL: u64 = 4_096;
        let mut turns: u64 = 0;
        loop {
            if let Some(cause) = self.turn()? {
                return Ok(cause);
            }
            // Turns, not inputs: those come several at a time, and may pass over every multiple.
            turns += 1;
            if turns.is_multiple_of(STOP_INTERVAL) && stop.load(Ordering::Relaxed) {
                return Ok(EndCause::Stopped);
            }
        }
    }

    /// The next thing that happens, and all that follows from it at once but for what is to be stored; or
    /// why nothing more does.
    pub(super) fn turn(&mut self) -> Result<Option<EndCause>, RunError> {
        while let Some(event) = self.outside.soon.pop_front() {
            self.take(event)?;
            if self.is_about_to_store() {
                return Ok(None);
            }
        }
        let wakeup = self.next_wakeup();
        let next_at = self.outside.agenda.next_at().min(wakeup);
        if self.outside.sites.len() > FITS_IN_CACHE {
            self.look_ahead();
        }
        if next_at > self.outside.now && self.is_over() {
            return Ok(Some(EndCause::AllEnded));
        }
        if next_at > self.horizon {
            return Ok(Some(EndCause::Horizon));
        }
        self.outside.go_on_to(next_at);
        let told_at = self.outside.hub_now();
        if told_at > self.next_sample {
            self.sample_up_to(Instant::from_micros(told_at.micros() - 1));
        }
        if wakeup == next_at {
            self.give(Input::Wake);
        } else if let Some((_, event)) = self.outside.agenda.pop() {
            match event {
                Event::Arrival { source } => {
                    self.note_event(event);
                    self.arrive(source)?;
                }
                Event::Step { seat, step } => self.scheduled_step(seat, step),
                event => self.scheduled(event)?,
            }
        }
        Ok(None)
    }

    /// What the agenda brought happens: one of the things that do so seldom.
    #[inline(never)]
    fn scheduled(&mut self, event: Event) -> Result<(), RunError> {
        self.note_event(event);
        match event {
            // What is about to be stored can be looked at, however long that took.
            Event::Persisted { .. } => self.outside.soon.push_front(event),
            event => self.take(event)?,
        }
        Ok(())
    }

    /// Reads what the next events will need, all of them together, so that each finds it in the cache:
    /// memory answers many at a time, and what happens one by one asks for one thing after the other.
    #[inline(never)]
    fn look_ahead(&mut self) {
        let World { subject, outside, nodes, .. } = self;
        let Outside { agenda, sources, sites, observer, .. } = outside;
        let Some(events) = agenda.come_up() else { return };
        let mut read = 0;
        for event in events {
            match event {
                Event::Arrival { source } => {
                    let route = sources[source as usize].touch();
                    read ^= subject.touch(Some(source), route) ^ observer.touch(source);
                }
                Event::Call { site } => {
                    read ^= sites[site.index()].touch();
                    for route in &nodes[site.index()] {
                        read ^= subject.touch(None, *route);
                    }
                }
                _ => {}
            }
        }
        std::hint::black_box(read);
    }

    /// Whether the next thing to happen is that the subject stores something.
    pub(super) fn is_about_to_store(&self) -> bool {
        matches!(self.outside.soon.front(), Some(Event::Persisted { .. }))
    }

    /// What a bug ends twice is counted off twice; what the subject still holds tells of the rest.
    fn is_over(&self) -> bool {
        self.sources_busy == 0
            && self.outside.open.is_none()
            && self.outside.senders.are_done()
            && self.outside.persisting.is_idle()
            && !self.hub.is_away()
            && self.subject.census().waiting() == 0
            && self.outside.sessions.count() == 0
            && self.outside.now >= self.scripted_until
    }

    /// When the subject next has something to do by itself, in true time.
    #[inline(always)]
    fn next_wakeup(&self) -> Instant {
        if self.hub.is_away() {
            return Instant::NEVER;
        }
        // What a hub that was away is late with it does at once when it is back.
        self.outside.clock.true_time(self.subject.next_wakeup()).max(self.outside.now)
    }

    /// What waits in the hub; while it is down, as it stood then.
    fn census(&self) -> Census {
        let census = self.subject.census();
        Census { connections: if self.hub.is_away() { 0 } else { census.connections }, ..census }
    }

    /// A session goes on that the agenda brought, if it still awaits this step.
    #[inline(always)]
    fn scheduled_step(&mut self, seat: u32, step: u32) {
        let Outside { now, sites, sessions, .. } = &mut self.outside;
        let Some(session) = sessions.awaiting(seat, step).copied() else { return };
        sites[session.site.index()].sched.add(*now, [2]);
        self.step(&session);
    }

    /// Adds to the lane `sched` what the agenda brought.
    #[inline(always)]
    fn note_event(&mut self, event: Event) {
        let Outside { now, sources, sites, .. } = &mut self.outside;
        let (chain, what) = match event {
            Event::Arrival { source } => (&mut sources[source as usize].sched, 1),
            // It is noted when its session has been found.
            Event::Step { .. } => return,
            Event::HangUp { site, .. } => (&mut sites[site.index()].sched, 3),
            Event::Outage { site, .. } => (&mut sites[site.index()].sched, 4),
            Event::Call { site } => (&mut sites[site.index()].sched, 5),
            Event::Return => (&mut self.hub_sched, 6),
            Event::Persisted { .. } => (&mut self.hub_sched, 7),
            Event::Hub { .. } => (&mut self.hub_sched, 8),
            Event::Resend { source, .. } => (&mut sources[source as usize].sched, 9),
            Event::Wait { site, .. } => (&mut sites[site.index()].sched, 10),
            Event::LineDrop { site, .. } => (&mut sites[site.index()].sched, 11),
            Event::Flap { site } => (&mut sites[site.index()].sched, 12),
            Event::Redial { site, .. } => (&mut sites[site.index()].sched, 13),
        };
        chain.add(*now, [what]);
    }

    fn take(&mut self, event: Event) -> Result<(), RunError> {
        match event {
            Event::Arrival { source } => return self.arrive(source),
            Event::Step { seat, step } => {
                if let Some(session) = self.outside.sessions.awaiting(seat, step).copied() {
                    self.step(&session);
                }
            }
            Event::HangUp { site, call } => self.hang_up(site, call),
            Event::Wait { site, wait } => self.wait(site, wait),
            Event::LineDrop { site, number } => self.drop_line(site, number),
            Event::Outage { site, number } => self.begin_outage(site, number),
            Event::Flap { site } => self.flap(site),
            Event::Return => return self.come_back(),
            Event::Persisted { life } => self.persisted(life),
            Event::Hub { number } => return self.hub_event(number),
            Event::Resend { source, number } => return self.resend(source, number),
            Event::Call { site } => self.call(site),
            Event::Redial { site, left } => self.dial(site, left),
        }
        Ok(())
    }

    /// Tells the counts of all sampling instants up to and with `upto`.
    fn sample_up_to(&mut self, upto: Instant) {
        if self.next_sample > upto {
            return;
        }
        let census = self.census();
        while self.next_sample <= upto {
            self.outside.observer.sample(self.next_sample, &census);
            self.next_sample += self.sample_interval;
        }
    }

    fn lanes(&self) -> Lanes {
        let Outside { sources, sites, .. } = &self.outside;
        let lane = |source: fn(&Source) -> Chain, site: fn(&Site) -> Chain, hub: Chain| Lane {
            sources: sources.iter().map(source).collect(),
            sites: sites.iter().map(site).collect(),
            routes: Vec::new(),
            hub,
        };
        Lanes {
            seen: lane(|source| source.seen, |site| site.seen, self.outside.hub_seen),
            disk: self.subject.disk_lane(),
            sched: lane(|source| source.sched, |site| site.sched, self.hub_sched),
            rng: lane(Source::drawn, Site::drawn, self.hub.drawn),
        }
    }
}
