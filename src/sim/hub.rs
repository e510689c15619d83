//! What befalls the hub: crashes, sleep, steps of its wall clock, an administrator.
//!
//! In: the scenario's events, and crashes at a record. Out: inputs to the subject, and what the outside
//! sees of it. Where a hub is down or asleep nothing reaches it; what the scenario has for it in that
//! time is done at its return, in order.
//!
//! A crash goes in this order: the hosts see their connections drop, those that call hang up, what had
//! become of messages by records that are kept is seen, the hub is seen to be down, and each sender
//! that waits for a 250 sees that it will not come. A return goes in this: the hub is seen to be up,
//! raises its alarm, lists its queue, then does what fell due.

use std::collections::VecDeque;

use super::agenda::Event;
use super::stream::Stream;
use super::subject::{Life, Restarted, StoreFailed, Subject};
use super::world::{RunError, World};
use super::{fingerprint::Chain, setup::policy_of};
use crate::base::{Clocks, Instant, SiteId, Span, Status};
use crate::queue::{ClientId, ConnectionId, Input};
use crate::scenario::{Crash, CrashCause, Happening, HubEvent, Keep, Scenario};
use crate::trace::{Alarm, Asked, Observer, Seen};

/// The hub, as far as the world has to know.
#[derive(Clone)]
pub(super) struct Hub {
    state: State,
    /// The next of the scenario's events.
    next_event: usize,
    /// Events whose time came while it was away.
    put_off: VecDeque<u32>,
    /// The next of the scenario's crashes at a record.
    next_at_record: usize,
    /// Connections that were cut while it slept: it hears of that when it wakes.
    cut: Vec<(ConnectionId, Status)>,
    stream: Stream,
    /// What was drawn for its crashes.
    pub(super) drawn: Chain,
    /// Each crash so far, and how many records that were not acknowledged it left.
    pub(super) crashes: Vec<(CrashCause, u64)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Up,
    /// Asleep until an instant.
    Asleep(Instant),
    /// Down; what it raises when it is back.
    Down(Option<Alarm>),
    /// Down for good: what it had stored is not whole.
    Lost,
}

impl Hub {
    pub(super) fn new() -> Hub {
        Hub {
            state: State::Up,
            next_event: 0,
            put_off: VecDeque::new(),
            next_at_record: 0,
            cut: Vec::new(),
            stream: Stream::new("hub", "crash"),
            drawn: Chain::default(),
            crashes: Vec::new(),
        }
    }

    /// Whether nothing reaches it: it is down or asleep.
    pub(super) fn is_away(&self) -> bool {
        self.state != State::Up
    }

    /// How far its wall clock is set from now until before an instant, by events still to come.
    fn steps_us(&self, scenario: &Scenario, until: Instant) -> i64 {
        let to_come = scenario.events[self.next_event..].iter();
        let steps = to_come.take_while(|event| event.at < until).map(|event| match event.what {
            Happening::ClockStep(step_us) => step_us,
            _ => 0,
        });
        steps.fold(0, i64::saturating_add)
    }
}

impl<S: Subject, O: Observer> World<'_, S, O> {
    /// Enters the first event, and says at which record the subject ends first.
    pub(super) fn enter_hub_events(&mut self) {
        if let Some(first) = self.scenario.events.first() {
            self.outside.agenda.push(first.at, Event::Hub { number: 0 });
        }
        self.arm();
    }

    fn arm(&mut self) {
        if let Some((record, _)) = self.scenario.crashes_at_record.get(self.hub.next_at_record) {
            self.subject.end_at_record(*record);
        }
    }

    /// Gives the subject an input, if anything reaches it.
    // Inlined, with what it calls: where an input is given it is known which, so that nobody asks again.
    #[inline(always)]
    pub(super) fn give(&mut self, input: Input<'_>) {
        if self.hub.is_away() {
            return self.miss(input);
        }
        // How often a hub looks at the time is its own affair: it follows from all that it holds.
        self.inputs += u64::from(!matches!(input, Input::Wake));
        let now = self.outside.hub_now();
        match self.subject.handle(now, input, &mut self.outside) {
            Life::GoesOn => {}
            Life::Ended => self.crash_at_record(),
            Life::Latched => self.outside.tell(&Seen::Alarmed { alarm: Alarm::StoreFailed }),
        }
    }

    /// The subject is away: what a sleeper must hear when it wakes is kept.
    #[cold]
    fn miss(&mut self, input: Input<'_>) {
        if let (State::Asleep(_), Input::Dropped { connection, status }) = (self.hub.state, input) {
            self.hub.cut.push((connection, status));
        }
    }

    /// A host asks for its mail.
    pub(super) fn ask(&mut self, site: SiteId, asked: Asked, node: &str) {
        if !self.hub.is_away() {
            self.outside.questions.push_back((site, asked));
            self.outside.sites[site.index()].asked();
            self.give(Input::Etrn { client: ClientId(site.0), node });
        }
    }

    /// One of the scenario's events comes up.
    pub(super) fn hub_event(&mut self, number: u32) -> Result<(), RunError> {
        let next = number as usize + 1;
        self.hub.next_event = next;
        if let Some(event) = self.scenario.events.get(next) {
            self.outside.agenda.push(event.at, Event::Hub { number: next as u32 });
        }
        match &self.scenario.events[number as usize].what {
            // The wall clock is not the hub's: it is set whatever befalls the hub.
            Happening::ClockStep(step_us) => {
                self.outside.clock.step_wall(*step_us);
                if !self.hub.is_away() {
                    self.subject.note_clocks(&mut self.outside);
                }
            }
            _ if self.hub.is_away() => self.hub.put_off.push_back(number),
            _ => return self.befall(number),
        }
        Ok(())
    }

    fn befall(&mut self, number: u32) -> Result<(), RunError> {
        match &self.scenario.events[number as usize].what {
            Happening::Crash(crash) => self.crash(*crash, CrashCause::Event(number)),
            Happening::Suspend(span) => self.suspend(*span),
            Happening::ClockStep(_) => {}
            &Happening::Order(order, target) => {
                self.outside.tell(&Seen::Ordered { order, target });
                self.give(Input::Order { order, target });
            }
            Happening::Reload(policy) => {
                self.outside.tell(&Seen::Reloaded { event: number });
                self.give(Input::Reload { policy: &policy_of(policy) });
                if let Some(fault) = self.outside.reload_fault {
                    return Err(RunError::Policy(fault));
                }
            }
            Happening::List => self.list(),
        }
        Ok(())
    }

    fn list(&mut self) {
        let mut listed = self.subject.list();
        listed.sort_unstable_by_key(|one| one.message);
        for one in listed {
            self.outside.tell(&Seen::Listed { message: one.message, deadline: one.deadline });
        }
        self.outside.tell(&Seen::ListEnded);
    }

    /// The subject's life has ended with the writing of a record.
    #[cold]
    fn crash_at_record(&mut self) {
        let number = self.hub.next_at_record;
        let Some((_, crash)) = self.scenario.crashes_at_record.get(number) else { return };
        self.hub.next_at_record += 1;
        self.arm();
        self.crash(*crash, CrashCause::AtRecord(number as u32));
    }

    fn crash(&mut self, crash: Crash, cause: CrashCause) {
        let kept = self.go_down(crash);
        self.hub.crashes.push((cause, kept));
    }

    /// Goes down: how many of the records that were not acknowledged are kept.
    pub(super) fn go_down(&mut self, crash: Crash) -> u64 {
        let now = self.outside.now;
        let up_at = now + crash.down;
        let clocks = self.outside.clocks();
        let steps_us = self.hub.steps_us(self.scenario, up_at);
        self.hub.state = State::Down(self.outside.clock.go_down(now, crash.down, steps_us));
        self.outside.agenda.push(up_at, Event::Return);
        self.cut_lines();
        let kept = self.kept(crash.keep);
        self.subject.crash(clocks, kept, &mut self.outside);
        self.outside.questions.clear();
        self.outside.persisting.begin_life();
        self.outside.tell(&Seen::Crashed);
        self.outside.give_up_offers(up_at);
        kept
    }

    /// How many of the records that are not acknowledged survive.
    fn kept(&mut self, keep: Keep) -> u64 {
        let unacknowledged = self.subject.unacknowledged();
        match keep {
            Keep::Drawn if unacknowledged > 0 => {
                let most = Span::from_micros(unacknowledged);
                let kept = self.hub.stream.draws(&self.key).even(Span::ZERO, most).micros();
                self.hub.drawn.add(self.outside.now, [kept, unacknowledged]);
                kept
            }
            Keep::Drawn | Keep::None => 0,
            Keep::All => unacknowledged,
            Keep::First(count) => count.min(unacknowledged),
        }
    }

    /// The hub is gone for those outside: sessions are lost, and those that call hang up.
    fn cut_lines(&mut self) {
        for connection in self.outside.sessions.connections() {
            if let Some(session) = self.outside.end_session(connection) {
                self.lose(&session);
            }
        }
        for site in (0..self.scenario.sites.len() as u32).map(SiteId) {
            self.outside.go_down(site);
        }
    }

    fn suspend(&mut self, span: Span) {
        let until = self.outside.now + span;
        self.hub.state = State::Asleep(until);
        self.outside.agenda.push(until, Event::Return);
        self.outside.tell(&Seen::Suspended);
        self.cut_lines();
    }

    /// The hub is back, and does what it could not meanwhile.
    pub(super) fn come_back(&mut self) -> Result<(), RunError> {
        match std::mem::replace(&mut self.hub.state, State::Up) {
            State::Up => return Ok(()),
            State::Lost => {
                self.hub.state = State::Lost;
                return Ok(());
            }
            State::Asleep(_) => self.resume(),
            State::Down(alarm) => self.restart(alarm)?,
        }
        while !self.hub.is_away()
            && let Some(number) = self.hub.put_off.pop_front()
        {
            self.befall(number)?;
        }
        Ok(())
    }

    fn resume(&mut self) {
        self.outside.tell(&Seen::Resumed);
        for (connection, status) in std::mem::take(&mut self.hub.cut) {
            self.give(Input::Dropped { connection, status });
        }
        self.give(Input::Wake);
    }

    fn restart(&mut self, alarm: Option<Alarm>) -> Result<(), RunError> {
        let clocks = Clocks { hub: self.outside.clock.back_at(), ..self.outside.clocks() };
        let (now, wall_went_back) = match self.subject.restart(clocks)? {
            Restarted::Up { now, wall_went_back } => (now, wall_went_back),
            Restarted::NotYet => {
                self.stay_down(alarm);
                return Ok(());
            }
            Restarted::Corrupt => {
                self.hub.state = State::Lost;
                self.outside.tell(&Seen::Alarmed { alarm: Alarm::StoreCorrupt });
                return Ok(());
            }
        };
        // Only where the wall clock was set, and that was not noted in time, may a hub find another.
        let may_differ = self.scenario.events.iter().any(HubEvent::sets_clock);
        if now != clocks.hub && !may_differ {
            return Err(RunError::Clock { expected: clocks.hub, found: now });
        }
        self.outside.clock.come_back(self.outside.now, now);
        let alarm =
            wall_went_back.map_or(alarm, |went_back| went_back.then_some(Alarm::WallClockWentBack));
        self.outside.tell(&Seen::Restarted);
        if let Some(alarm) = alarm {
            self.outside.tell(&Seen::Alarmed { alarm });
        }
        self.list();
        self.give(Input::Wake);
        Ok(())
    }

    /// Its store failed as it was opened: an operator hears of it, and starts it again.
    fn stay_down(&mut self, alarm: Option<Alarm>) {
        const UNTIL_STARTED_AGAIN: Span = Span::from_minutes(1);
        self.outside.tell(&Seen::Alarmed { alarm: Alarm::StoreFailed });
        self.hub.state = State::Down(alarm);
        self.outside.clock.stay_down(self.outside.now, UNTIL_STARTED_AGAIN);
        self.outside.agenda.push(self.outside.now + UNTIL_STARTED_AGAIN, Event::Return);
    }

    /// The storage is to bring the next records to rest, if they are of this life.
    pub(super) fn persisted(&mut self, life: u32) {
        if let Some(stored) = self.store(life) {
            self.go_on(stored);
        }
    }

    /// Brings the next records to rest, if they are of this life: up to which, or that the store failed.
    pub(super) fn store(&mut self, life: u32) -> Option<Result<u64, StoreFailed>> {
        if life != self.outside.persisting.life() {
            return None;
        }
        if let State::Asleep(until) = self.hub.state {
            self.outside.agenda.push(until, Event::Persisted { life });
            return None;
        }
        let upto = self.outside.persisting.take()?;
        let clocks = self.outside.clocks();
        Some(self.subject.persist(clocks, &mut self.outside).map(|()| upto))
    }

    /// Tells what came of the storing.
    pub(super) fn go_on(&mut self, stored: Result<u64, StoreFailed>) {
        match stored {
            Ok(upto) => self.give(Input::Persisted { upto }),
            Err(StoreFailed) => {
                self.outside.tell(&Seen::Alarmed { alarm: Alarm::StoreFailed });
            }
        }
    }
}

/// Records on their way to stable storage: each takes as long as any other.
#[derive(Clone)]
pub(super) struct Persisting {
    delay: Span,
    life: u32,
    /// Up to which records, one for each time that the subject asked.
    upto: VecDeque<u64>,
}

impl Persisting {
    pub(super) fn new(delay: Span) -> Persisting {
        Persisting { delay, life: 0, upto: VecDeque::new() }
    }

    /// The subject asks for its records up to and with this one: when they will be there, and what
    /// says so.
    pub(super) fn ask(&mut self, now: Instant, upto: u64) -> (Instant, Event) {
        self.upto.push_back(upto);
        (now + self.delay, Event::Persisted { life: self.life })
    }

    fn take(&mut self) -> Option<u64> {
        self.upto.pop_front()
    }

    /// How often the hub has crashed.
    fn life(&self) -> u32 {
        self.life
    }

    /// What was on its way stays there for ever.
    fn begin_life(&mut self) {
        self.life += 1;
        self.upto.clear();
    }

    /// Whether nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.upto.is_empty()
    }
}
