//! The disk of the hub, and at which fidelities a scenario runs: only one of them has a disk.
//!
//! In: `[hub.disk]` and the key `fidelity`. Out: what is wrong with the disk, and the fidelities in
//! order.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::scenario::file::DiskTable;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::text::Written;
use crate::scenario::{DiskFaults, Fidelity, Syncs};

/// The disk of `[hub.disk]`; a plain one where there is no such table.
pub(super) fn read(table: Option<&DiskTable>, complaints: &mut Complaints) -> DiskFaults {
    let Some(table) = table else { return DiskFaults::default() };
    let size_limit_bytes = complaints.read_if(table.full_at.as_ref());
    if let (Some(written), Some(0)) = (&table.full_at, size_limit_bytes) {
        let complaint =
            Complaint::at(&written.place, "a disk that holds nothing", "no room at all");
        complaints.add(complaint.help("leave the key out for a disk that is never full"));
    }
    let fails_at_write = table.fails_at_write.as_ref();
    DiskFaults {
        at_crash: complaints.read_if(table.at_crash.as_ref()).unwrap_or_default(),
        size_limit_bytes,
        fails_at_write: fails_at_write.and_then(|number| complaints.whole(number, 1, u64::MAX)),
        syncs: complaints.read_if(table.syncs.as_ref()).unwrap_or_default(),
    }
}

/// The fidelities of the file, in order; where it has none, all that have what the disk needs.
pub(super) fn fidelities(
    list: Option<&Located<Vec<Written<Fidelity>>>>,
    table: Option<&DiskTable>,
    disk: &DiskFaults,
    complaints: &mut Complaints,
) -> Vec<Fidelity> {
    let Some(list) = list else { return Fidelity::usual(disk).to_vec() };
    if list.is_empty() {
        let complaint = Complaint::at(&list.place, "no fidelity", "an empty list");
        complaints.add(complaint.help("leave the key out for every fidelity that can be"));
    }
    let mut places = BTreeMap::new();
    for written in list.iter() {
        let Some(fidelity) = complaints.read(written) else { continue };
        if let Some(first) = places.insert(fidelity, &written.place) {
            let message = format!("fidelity `{}` twice", fidelity.name());
            let complaint = Complaint::at(&written.place, message, "again here");
            complaints.add(complaint.also(first, "first here"));
        }
    }
    check_disk(&places, table, disk, complaints);
    places.into_keys().collect()
}

/// The queue alone has no disk that could fail, nor one that a crash could damage.
fn check_disk(
    places: &BTreeMap<Fidelity, &Range<usize>>,
    table: Option<&DiskTable>,
    disk: &DiskFaults,
    complaints: &mut Complaints,
) {
    let (Some(table), Some(queue)) = (table, places.get(&Fidelity::Queue)) else { return };
    let lying = table.syncs.as_ref().filter(|_| disk.syncs == Syncs::Lying);
    let failing = [
        ("full_at", table.full_at.as_ref().map(|key| &key.place)),
        ("fails_at_write", table.fails_at_write.as_ref().map(|key| &key.place)),
        ("syncs", lying.map(|key| &key.place)),
    ];
    for (key, place) in failing {
        let Some(place) = place else { continue };
        let message = format!("`{key}` at fidelity `queue`");
        let complaint = Complaint::at(place, message, "the queue alone has no disk that can fail");
        let complaint = complaint.also(queue, "named here");
        complaints.add(complaint.help("say fidelity = [\"hub\"], or leave this key out"));
    }
    if let Some(written) = table.at_crash.as_ref().filter(|_| !places.contains_key(&Fidelity::Hub))
    {
        let complaint =
            Complaint::at(&written.place, "`at_crash` without a disk", "of which disk?");
        let complaint = complaint.also(queue, "the queue alone has none");
        complaints
            .add(complaint.help("say fidelity = [\"queue\", \"hub\"], or leave `at_crash` out"));
    }
}
