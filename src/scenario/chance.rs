//! What in a scenario depends on its seed.

use super::{
    Arrivals, Calls, Crash, Fidelity, Happening, HubEvent, Keep, Occasions, Presence, Scenario,
    Site, Source, Ties, Trouble, Varied,
};
use crate::base::Span;

impl Scenario {
    /// Whether anything in it is drawn: then another seed may come out otherwise.
    #[must_use]
    pub fn depends_on_seed(&self) -> bool {
        let is_damage_drawn =
            self.disk.at_crash.is_drawn() && self.fidelities.contains(&Fidelity::Hub);
        let drawn = |crash: &Crash| {
            crash.keep == Keep::Drawn && self.persist_delay > Span::ZERO || is_damage_drawn
        };
        let at_record = self.crashes_at_record.iter().any(|(_, crash)| drawn(crash));
        let by_event = |event: &HubEvent| matches!(&event.what, Happening::Crash(it) if drawn(it));
        self.ties == Ties::Shuffled
            || at_record
            || self.events.iter().any(by_event)
            || self.sites.iter().any(Site::draws)
            || self.sources.iter().any(Source::draws)
    }
}

impl Site {
    fn draws(&self) -> bool {
        let calls_by_chance = match &self.presence {
            Presence::OnCall(Calls::Every { first: (from, to), jitter_permille, .. }) => {
                from != to || *jitter_permille > 0
            }
            Presence::OnCall(Calls::Timetable { late: (from, to), .. }) => from != to,
            Presence::OnCall(Calls::Never | Calls::At(_)) => false,
            Presence::Always { flapping, .. } => {
                flapping.is_some_and(|flapping| flapping.jitter_permille > 0)
            }
        };
        let by_chance = |trouble: &Trouble| matches!(trouble.occasions, Occasions::Chance(_));
        calls_by_chance
            || self.line.drop_permille > 0
            || self.line.busy_permille > 0
            || self.troubles.iter().any(by_chance)
    }
}

impl Source {
    fn draws(&self) -> bool {
        self.priority.draws()
            || self.size_bytes.draws()
            || match &self.arrivals {
                Arrivals::Poisson { .. } => true,
                Arrivals::Every { jitter_permille, .. }
                | Arrivals::OnOff { jitter_permille, .. } => *jitter_permille > 0,
                Arrivals::At(_) | Arrivals::Bursts { .. } => false,
            }
    }
}

impl<T> Varied<T> {
    fn draws(&self) -> bool {
        matches!(self, Varied::Between(..) | Varied::Weighted(_))
    }
}
