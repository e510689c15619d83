//! `timeseries.csv`: what waited in the hub, counted at fixed instants.
//!
//! In: a record's samples. Out: CSV. `accepted`, `delivered` and `ndrs` count from the beginning of
//! the run, reports among them.

use super::cell::{push_instant, push_integers};
use crate::trial::{RunRecord, Sample};

const HEADER: &str = "at_s,held,scheduled,connecting,ready,in_transfer,waiting,waiting_bytes,\
                      connections,accepted,delivered,ndrs\n";

/// The whole file.
pub(super) fn csv(record: &RunRecord) -> Vec<u8> {
    let mut file = HEADER.as_bytes().to_vec();
    for sample in &record.series {
        push_row(&mut file, sample);
    }
    file
}

fn push_row(file: &mut Vec<u8>, sample: &Sample) {
    let states = sample.messages.map(u64::from);
    push_instant(file, sample.at);
    file.push(b',');
    push_integers(file, states);
    file.push(b',');
    push_integers(
        file,
        [
            states.iter().sum(),
            sample.size_bytes,
            u64::from(sample.connections),
            sample.accepted,
            sample.delivered,
            sample.ndrs,
        ],
    );
    file.push(b'\n');
}
