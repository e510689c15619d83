//! Troubles of a host: what goes wrong in a phase of a session, and how often.
//!
//! In: the tables `[[site.trouble]]`. Out: [`Trouble`]s, in the order of the file.

use std::collections::BTreeMap;

use crate::base::{Instant, Status};
use crate::scenario::fault::Deed;
use crate::scenario::file::TroubleTable;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::text::Number;
use crate::scenario::{Does, Occasions, Trouble, TroublePhase};

/// The troubles of a site.
pub(super) fn read(tables: &[Located<TroubleTable>], complaints: &mut Complaints) -> Vec<Trouble> {
    tables.iter().filter_map(|table| read_one(table, complaints)).collect()
}

fn read_one(table: &TroubleTable, complaints: &mut Complaints) -> Option<Trouble> {
    let phase = complaints.read(&table.phase);
    let deed = complaints.read(&table.does);
    let occasions = occasions(table, complaints);
    let from = complaints.read_if(table.from.as_ref()).unwrap_or(Instant::ZERO);
    let until = complaints.read_if(table.until.as_ref()).unwrap_or(Instant::NEVER);
    if let Some(written) = table.until.as_ref().filter(|_| from >= until) {
        let message = "a time that ends before it begins";
        complaints.add(Complaint::at(&written.place, message, "`until` is not after `from`"));
    }
    let does = does(table, phase?, deed?, complaints);
    Some(Trouble { phase: phase?, does, occasions, from, until })
}

/// What a deed is in its phase, with what is said of it; a complaint where it cannot be.
fn does(
    table: &TroubleTable,
    phase: TroublePhase,
    deed: Deed,
    complaints: &mut Complaints,
) -> Does {
    let status = complaints.read_if(table.status.as_ref());
    let after_bytes = complaints.read_if(table.after.as_ref());
    if let Some(written) = table.status.as_ref().filter(|_| deed != Deed::Refuse) {
        let message = "a status without a refusal";
        let complaint = Complaint::at(&written.place, message, "nobody would say it");
        complaints.add(complaint.help("say does = \"refuse\", or leave the status out"));
    }
    let drops_in_data = deed == Deed::Drop && phase == TroublePhase::Data;
    if let Some(written) = table.after.as_ref().filter(|_| !drops_in_data) {
        let message = "`after` without a drop in the phase `data`";
        let complaint = Complaint::at(&written.place, message, "after so much of what?");
        complaints.add(complaint.help("only there a message goes over the line byte by byte"));
    }
    if deed == Deed::Drop && matches!(phase, TroublePhase::Lookup | TroublePhase::Connect) {
        let message = "a line that drops before there is one";
        let complaint = Complaint::at(&table.does.place, message, "nothing to drop");
        let complaint = complaint.also(&table.phase.place, "in this phase");
        complaints.add(complaint.help("say does = \"refuse\""));
    }
    match deed {
        Deed::Refuse => Does::Refuse(status.unwrap_or_else(|| usual_refusal(phase))),
        Deed::Hang => Does::Hang,
        Deed::Drop => Does::Drop { after_bytes: after_bytes.unwrap_or(0) },
    }
}

/// The status of a refusal where the file does not say: for now, and by RFC 3463 what a host without
/// a better word would say.
fn usual_refusal(phase: TroublePhase) -> Status {
    match phase {
        TroublePhase::Lookup => Status::NO_LOOKUP,
        TroublePhase::Connect => Status::NO_ANSWER,
        TroublePhase::Greeting => Status::new(4, 3, 2),
        TroublePhase::Command => Status::new(4, 2, 0),
        TroublePhase::Data | TroublePhase::FinalDot => Status::new(4, 3, 0),
    }
}

fn occasions(table: &TroubleTable, complaints: &mut Complaints) -> Occasions {
    let chance = complaints.read_if(table.chance.as_ref());
    if let (Some(nth), Some(chance)) = (&table.nth, &table.chance) {
        let complaint =
            Complaint::at(&chance.place, "both `nth` and `chance`", "occasions come one way");
        complaints.add(complaint.also(&nth.place, "and the other way here"));
    }
    match (&table.nth, chance) {
        (Some(nth), _) => Occasions::Nth(numbers(nth, complaints)),
        (None, Some(chance)) => Occasions::Chance(chance),
        (None, None) => Occasions::All,
    }
}

/// The numbers of a list, in order.
fn numbers(list: &Located<Vec<Number>>, complaints: &mut Complaints) -> Vec<u64> {
    if list.is_empty() {
        let complaint = Complaint::at(&list.place, "a trouble on no occasion", "an empty list");
        complaints.add(complaint.help("leave the key out for a trouble on each"));
    }
    let mut places = BTreeMap::new();
    for number in list.iter() {
        let Some(occasion) = complaints.whole(number, 1, u64::MAX) else { continue };
        if let Some(first) = places.insert(occasion, &number.place) {
            let message = format!("occasion {occasion} twice");
            let complaint = Complaint::at(&number.place, message, "again here");
            complaints.add(complaint.also(first, "first here"));
        }
    }
    places.into_keys().collect()
}
