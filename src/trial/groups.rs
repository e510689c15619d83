//! A run in groups: hosts that have nothing to do with each other, one group of them after the other, or on
//! each thread one.
//!
//! What ten thousand hosts need of a run does not fit in the cache, what a few hundred need does. In: a
//! scenario that can be taken apart ([`Partition`]). Out: the very record that a run in one piece leaves,
//! whatever the groups, or nothing where that is not certain: then the run is made in one piece. Such is a
//! run in which something is out of the ordinary: a broken rule, or a group whose obligations have all ended
//! before the horizon (the whole might have ended with it).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::RunRecord;
use super::court::Court;
use super::recorder::Recorder;
use super::run::{Draws, Findings, Manner, write_down};
use crate::base::Span;
use crate::oracle::Oracle;
use crate::queue::Production;
use crate::scenario::{Excerpt, Fidelity, Partition, Scenario};
use crate::sim::{EndCause, InMemory, Lanes, RunEnd, Untouched, World};

/// The least sites of a group: what they and some mail for them need fits in a cache of a megabyte, the second
/// level of a processor.
pub(super) const LEAST_SITES: usize = 250;

/// Runs a scenario in groups of at least so many sites; none where it is to be run in one piece.
pub(super) fn run(
    scenario: &Arc<Scenario>,
    manner: &Manner,
    least_sites: usize,
    stop: &AtomicBool,
) -> Option<RunRecord> {
    let is_plain = manner.exhibit.is_none()
        && manner.fidelity == Fidelity::Queue
        && manner.draws == Draws::Forgotten;
    if !is_plain {
        return None;
    }
    let partition = Partition::of(scenario, least_sites)?;
    let mut whole = Whole {
        recorder: Recorder::new(scenario),
        findings: Findings::default(),
        lanes: Lanes::default(),
        inputs: 0,
    };
    let numbers: Vec<usize> = (0..partition.count()).collect();
    for at_once in numbers.chunks(manner.groups_at_once.get()) {
        let run_one = |number: &usize| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let excerpt = partition.excerpt(scenario, *number);
            let part = run_part(&excerpt, scenario, manner.seed, stop)?;
            Some((part, excerpt))
        };
        // No more of them than that: what was kept of a group is large until it is put to the others.
        let parts: Vec<_> = at_once.par_iter().map(run_one).collect();
        for made in parts {
            let (part, excerpt) = made?;
            whole.add(part, &excerpt);
        }
    }
    let Whole { recorder, findings, lanes, inputs } = whole;
    let (at, cause) = (scenario.horizon, EndCause::Horizon);
    let end = RunEnd { at, cause, lanes, inputs, course: None };
    Some(write_down(scenario, manner, findings, recorder, end))
}

/// What is known of the groups that were run.
struct Whole {
    recorder: Recorder,
    findings: Findings,
    lanes: Lanes,
    inputs: u64,
}

/// A group that was run.
struct Part {
    recorder: Recorder,
    largest_lateness: Span,
    end: RunEnd,
}

impl Whole {
    fn add(&mut self, part: Part, excerpt: &Excerpt) {
        let Part { recorder, largest_lateness, end } = part;
        self.recorder.add(recorder, excerpt);
        let largest = &mut self.findings.largest_lateness;
        *largest = largest_lateness.max(*largest);
        self.lanes.add(&end.lanes, excerpt);
        self.inputs += end.inputs;
    }
}

/// Runs a group; none where it did not take the ordinary course up to the horizon.
fn run_part(excerpt: &Excerpt, whole: &Scenario, seed: u64, stop: &AtomicBool) -> Option<Part> {
    let scenario = &excerpt.scenario;
    let mut court = Court {
        oracle: Oracle::at(scenario, Fidelity::Queue),
        recorder: Recorder::of_part(excerpt, whole),
    };
    let subject = InMemory::new(scenario, Production, Untouched).ok()?;
    let end = World::new(scenario, seed, subject, &mut court).run(stop).ok()?;
    let Court { oracle, recorder } = court;
    let is_ordinary = end.cause == EndCause::Horizon && oracle.counts().next().is_none();
    let largest_lateness = oracle.largest_lateness();
    is_ordinary.then_some(Part { recorder, largest_lateness, end })
}

#[cfg(test)]
mod tests;
