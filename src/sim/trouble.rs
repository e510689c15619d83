//! What goes wrong at a host, and when: it counts the occasions and says which of them are struck.
//!
//! In: that a session comes to a phase. Out: what goes wrong with it there, if anything does. What
//! that means for the session is not known here.

use super::stream::{Key, Stream};
use crate::base::Instant;
use crate::scenario::{self, Does, Occasions, TroublePhase};

/// All troubles of one host, in the scenario's order.
#[derive(Clone)]
pub(super) struct Troubles(Vec<Trouble>);

/// One trouble at work.
#[derive(Clone)]
struct Trouble {
    phase: TroublePhase,
    does: Does,
    occasions: Occasions,
    from: Instant,
    until: Instant,
    /// Occasions so far.
    count: u64,
    stream: Stream,
}

impl Troubles {
    pub(super) fn new(site: &scenario::Site) -> Troubles {
        let trouble = |(index, written): (usize, &scenario::Trouble)| Trouble {
            phase: written.phase,
            does: written.does,
            occasions: written.occasions.clone(),
            from: written.from,
            until: written.until,
            count: 0,
            stream: Stream::new(&site.name, &format!("trouble-{index}")),
        };
        Troubles(site.troubles.iter().enumerate().map(trouble).collect())
    }

    /// A session comes to a phase at `now`: what goes wrong with it there. `note` is told of each
    /// trouble that strikes, by its index and the number of the occasion.
    ///
    /// Every trouble of the phase counts the occasion and draws for it, although the first one that
    /// strikes is the one that is felt: none depends on those before it.
    pub(super) fn strike(
        &mut self,
        phase: TroublePhase,
        now: Instant,
        key: &Key,
        mut note: impl FnMut(usize, u64),
    ) -> Option<Does> {
        let mut felt = None;
        for (index, trouble) in self.0.iter_mut().enumerate() {
            if trouble.phase == phase && trouble.strikes(now, key) {
                note(index, trouble.count);
                felt = felt.or(Some(trouble.does));
            }
        }
        felt
    }

    /// The streams that it draws from.
    pub(super) fn streams(&self) -> impl Iterator<Item = &Stream> {
        let draws = |trouble: &&Trouble| matches!(trouble.occasions, Occasions::Chance(_));
        self.0.iter().filter(draws).map(|trouble| &trouble.stream)
    }
}

impl Trouble {
    fn strikes(&mut self, now: Instant, key: &Key) -> bool {
        if !(self.from..self.until).contains(&now) {
            return false;
        }
        self.count += 1;
        match &self.occasions {
            Occasions::All => true,
            Occasions::Nth(numbers) => numbers.binary_search(&self.count).is_ok(),
            Occasions::Chance(permille) => self.stream.draws(key).happens(*permille),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Span, Status};
    use crate::scenario::{Line, Offers, Presence, Says};

    const REFUSE: Does = Does::Refuse(Status::NO_ANSWER);

    fn trouble(does: Does, occasions: Occasions) -> scenario::Trouble {
        let (from, until) = (Instant::ZERO, Instant::NEVER);
        scenario::Trouble { phase: TroublePhase::Command, does, occasions, from, until }
    }

    /// What is felt in ten sessions that come to a phase, one in each microsecond, and what is noted.
    fn felt(
        troubles: Vec<scenario::Trouble>,
        phase: TroublePhase,
    ) -> ([Option<Does>; 10], Vec<(usize, u64)>) {
        let line = Line {
            rate_bits_s: None,
            delay: Span::ZERO,
            per_message: Span::ZERO,
            call_length: None,
            patience: Span::ZERO,
            busy_permille: 0,
            redial: Span::ZERO,
            redials: 0,
            drops_at: Vec::new(),
            drop_permille: 0,
            drop_within: Span::ZERO,
        };
        let mut troubles = Troubles::new(&scenario::Site {
            name: "branch".to_owned(),
            presence: Presence::Always { outages: Vec::new(), flapping: None },
            line,
            says: Says::EachDomain,
            offers: Offers::default(),
            troubles,
        });
        let (key, mut noted) = (Key::new(1), Vec::new());
        let mut micros = 0;
        let felt = [(); 10].map(|()| {
            micros += 1;
            let now = Instant::from_micros(micros);
            troubles.strike(phase, now, &key, |index, occasion| noted.push((index, occasion)))
        });
        (felt, noted)
    }

    #[test]
    fn a_trouble_strikes_on_its_occasions_in_its_phase_and_time() {
        let at = Instant::from_micros;
        let nth = |numbers: &[u64]| trouble(REFUSE, Occasions::Nth(numbers.to_vec()));
        let between = scenario::Trouble { from: at(3), until: at(7), ..nth(&[1, 4, 5]) };
        let all_between = scenario::Trouble { occasions: Occasions::All, ..between.clone() };
        for (trouble, struck) in [
            (trouble(REFUSE, Occasions::All), (1..=10).collect::<Vec<usize>>()),
            (nth(&[1, 2, 10, 11]), vec![1, 2, 10]),
            (between, vec![3, 6]),
            (all_between, vec![3, 4, 5, 6]),
            (trouble(REFUSE, Occasions::Chance(0)), vec![]),
            (trouble(REFUSE, Occasions::Chance(1_000)), (1..=10).collect()),
        ] {
            let mut expected = [None; 10];
            for number in struck {
                expected[number - 1] = Some(REFUSE);
            }
            assert_eq!(felt(vec![trouble.clone()], TroublePhase::Command).0, expected);
            assert_eq!(felt(vec![trouble], TroublePhase::Data), ([None; 10], vec![]));
        }
    }

    #[test]
    fn the_first_that_strikes_is_felt_and_all_of_them_count_and_draw() {
        let rare = trouble(REFUSE, Occasions::Nth(vec![2, 4]));
        let often = trouble(Does::Hang, Occasions::Chance(500));
        let alone = felt(vec![rare.clone(), trouble(Does::Hang, Occasions::Nth(vec![]))], PHASE);
        let (both, noted) = felt(vec![rare, often], PHASE);
        let drawn = noted.iter().filter(|(index, _)| *index == 1).count();
        assert!((1..10).contains(&drawn), "{noted:?}");
        for occasion in 1..=10 {
            let strikes = |index| noted.contains(&(index, occasion));
            let expected = match (strikes(0), strikes(1)) {
                (true, _) => Some(REFUSE),
                (false, true) => Some(Does::Hang),
                (false, false) => None,
            };
            assert_eq!(both[occasion as usize - 1], expected);
            assert_eq!(strikes(0), alone.0[occasion as usize - 1].is_some());
        }
    }

    const PHASE: TroublePhase = TroublePhase::Command;
}
