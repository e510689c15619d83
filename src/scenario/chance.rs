//! What in a scenario depends on its seed.

use super::{Arrivals, Calls, Presence, Scenario, Site, Source};

impl Scenario {
    /// Whether anything in it is drawn: then another seed may come out otherwise.
    #[must_use]
    pub fn depends_on_seed(&self) -> bool {
        self.sites.iter().any(Site::draws) || self.sources.iter().any(Source::draws)
    }
}

impl Site {
    fn draws(&self) -> bool {
        let calls_by_chance = match &self.presence {
            Presence::OnCall(Calls::Every { first: (from, to), jitter_permille, .. }) => {
                from != to || *jitter_permille > 0
            }
            Presence::OnCall(Calls::Never | Calls::At(_)) | Presence::Always { .. } => false,
        };
        calls_by_chance || self.line.drop_permille > 0
    }
}

impl Source {
    fn draws(&self) -> bool {
        match &self.arrivals {
            Arrivals::Poisson { .. } => true,
            Arrivals::Every { jitter_permille, .. } => *jitter_permille > 0,
            Arrivals::At(_) | Arrivals::Bursts { .. } => false,
        }
    }
}
