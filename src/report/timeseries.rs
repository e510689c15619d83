//! `timeseries.csv`: what waited in the hub, counted at fixed instants.
//!
//! In: a record's samples. Out: CSV: a column for each state, then `waiting`, their sum. `accepted`, `delivered` and `ndrs` count from the beginning of
//! the run, reports among them.

use super::cell::{push_instant, push_integers};
use crate::base::State;
use crate::trial::{RunRecord, Sample};

/// The columns after those of the states.
const SUMS: &str = "waiting,waiting_bytes,connections,accepted,delivered,ndrs";

/// The whole file.
pub(super) fn csv(record: &RunRecord) -> Vec<u8> {
    let states = State::ALL.map(State::name).join(",");
    let mut file = format!("at_s,{states},{SUMS}\n").into_bytes();
    for sample in &record.series {
        push_row(&mut file, sample);
    }
    file
}

fn push_row(file: &mut Vec<u8>, sample: &Sample) {
    push_instant(file, sample.at);
    file.push(b',');
    push_integers(file, sample.messages.map(u64::from));
    file.push(b',');
    push_integers(
        file,
        [
            sample.waiting(),
            sample.size_bytes,
            u64::from(sample.connections),
            sample.accepted,
            sample.delivered,
            sample.ndrs,
        ],
    );
    file.push(b'\n');
}
