//! Lists of instants: in order, none of them twice.

use std::collections::BTreeMap;

use crate::base::Instant;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quantity::Moment;
use crate::scenario::text::Written;

/// The instants of a list, in order; a complaint where one stands twice. `what` is what happens at
/// them, for a reader: `calls`.
pub(super) fn distinct(
    list: &Located<Vec<Written<Moment>>>,
    what: &str,
    complaints: &mut Complaints,
) -> Vec<Instant> {
    let mut instants = BTreeMap::new();
    for written in list.iter() {
        let Some(instant) = complaints.read(written) else { continue };
        if let Some(first) = instants.insert(instant, &written.place) {
            let message = format!("two {what} at one instant");
            let complaint = Complaint::at(&written.place, message, "again here");
            complaints.add(complaint.also(first, "first here"));
        }
    }
    instants.into_keys().collect()
}
