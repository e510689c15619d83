//! What an envelope asks for: notices, a by-time, a time before which it is not to leave.
//!
//! In: the keys of `[[traffic]]` that say so. Out: plain values that can be kept together.

use crate::base::{ByMode, Instant, Notify, Span};
use crate::scenario::Release;
use crate::scenario::choice::Choice;
use crate::scenario::file::{Notices, TrafficTable};
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};

/// After how long a refused message is sent again, where the file does not say.
const RESEND: Span = Span::from_minutes(15);

/// What all envelopes of one `[[traffic]]` ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope {
    /// Of what the sender wants to be told, about recipients that do not say otherwise.
    pub(super) notify: Notify,
    /// Until when a message is not to leave.
    pub(super) release: Option<Release>,
    /// By when it is to be delivered, reckoned from when it was sent.
    pub(super) deliver_by: Option<(Span, ByMode)>,
    /// After how long it is sent again.
    pub(super) resend: Span,
}

impl Envelope {
    /// What the table asks for.
    pub(super) fn read(table: &TrafficTable, complaints: &mut Complaints) -> Envelope {
        let hold_for = complaints.read_if(table.hold_for.as_ref());
        let hold_until = complaints.read_if(table.hold_until.as_ref());
        if let (Some(length), Some(until)) = (&table.hold_for, &table.hold_until) {
            let message = "both `hold_for` and `hold_until`";
            let complaint = Complaint::at(&until.place, message, "a message is held one way");
            let complaint = complaint.also(&length.place, "and another way here");
            complaints.add(complaint.help("a server refuses both with 501 5.5.4 (RFC 4865)"));
        }
        let deliver_by = table.deliver_by.as_ref().and_then(|table| {
            let within = complaints.read(&table.within);
            let mode = complaints.read(&table.mode);
            within.zip(mode)
        });
        Envelope {
            notify: notify(table.notify.as_ref(), complaints).unwrap_or(Notify::ABSENT),
            release: hold_for.map(Release::After).or(hold_until.map(Release::AtUnixUs)),
            deliver_by,
            resend: complaints.read_if(table.resend.as_ref()).unwrap_or(RESEND),
        }
    }

    /// Complains where the first message, sent at `first`, would be held beyond its by-time.
    pub(super) fn check_release(
        &self,
        table: &TrafficTable,
        first: Instant,
        start_unix_us: i64,
        complaints: &mut Complaints,
    ) {
        let held = table.hold_for.as_ref().map(|key| &key.place);
        let held = held.or(table.hold_until.as_ref().map(|key| &key.place));
        let Some(((within, _), (release, held))) =
            self.deliver_by.zip(self.release.zip(held)).filter(|_| first != Instant::NEVER)
        else {
            return;
        };
        let release = release_of(release, first, start_unix_us);
        if let Some(by) = table.deliver_by.as_ref().filter(|_| release > first + within) {
            let message = "a message that is held longer than it has to be delivered";
            let complaint = Complaint::at(held, message, format!("it may leave at {release}"));
            let complaint = complaint.also(&by.place, format!("its by-time is {}", first + within));
            complaints.add(complaint.help("a server refuses it with 501 5.5.4 (RFC 4865)"));
        }
    }
}

/// When a message that was sent at `sent` may leave.
pub(super) fn release_of(release: Release, sent: Instant, start_unix_us: i64) -> Instant {
    match release {
        Release::After(length) => sent + length,
        Release::AtUnixUs(at) => {
            let since = u64::try_from(at.saturating_sub(start_unix_us)).unwrap_or(0);
            sent.max(Instant::from_micros(since))
        }
    }
}

/// Of what the sender wants to be told; none where the file does not say.
pub(super) fn notify(
    key: Option<&Located<Notices>>,
    complaints: &mut Complaints,
) -> Option<Notify> {
    let key = key?;
    let kinds = match &**key {
        Choice::Short(never) => {
            return complaints.read_text(&key.place, never).map(|()| Notify::NEVER);
        }
        Choice::Long(list) => complaints.read_all(list)?,
    };
    if kinds.is_empty() {
        let complaint = Complaint::at(&key.place, "a wish to be told of nothing", "an empty list");
        complaints.add(complaint.help("write notify = \"never\""));
    }
    Some(kinds.into_iter().fold(Notify::NEVER, Notify::with))
}
