//! Class E: mail that is lost or doubled where it is stored.
//!
//! Some of them need a disk that fails or forgets, and do nothing at fidelity `queue`, which has none.

use std::collections::BTreeSet;

use super::{Bug, Class, Exhibit};
use crate::base::{Instant, Kind, MessageId, Rule, Status};
use crate::queue::{ConnectionId, Effect, Input, Outbox, Record};
use crate::sim::{Adaptor, DiskAdaptor, Operation, Passage};
use crate::spool::SpoolError;

pub(super) const SPOOL_SWALLOWED: Exhibit = Exhibit {
    id: "kumomta-spool-swallowed",
    class: Class::Durability,
    source: "KumoMTA change log",
    cause: "a write to the spool fails, nobody hears of it, and the message is accepted and lost",
    rule: Rule::AcknowledgedSurvives,
    scenario: script!("scenarios/museum/kumomta-spool-swallowed.toml"),
    bug: Bug::Adaptor(|| Box::new(SpoolSwallowed)),
};

struct SpoolSwallowed;

impl Adaptor for SpoolSwallowed {
    fn stored(&mut self, _: Result<(), SpoolError>) -> Result<(), SpoolError> {
        Ok(())
    }
}

pub(super) const REMOVE_FAILED: Exhibit = Exhibit {
    id: "kumomta-remove-failed",
    class: Class::Durability,
    source: "KumoMTA change log",
    cause: "a delivered message is not removed from the spool: after a restart it is delivered again",
    rule: Rule::NoDuplicate,
    scenario: script!("scenarios/museum/kumomta-remove-failed.toml"),
    bug: Bug::Adaptor(|| Box::new(RemoveFailed)),
};

struct RemoveFailed;

impl Adaptor for RemoveFailed {
    fn write(&mut self, record: Record) -> Option<Record> {
        (!matches!(record, Record::Delivered { .. })).then_some(record)
    }
}

pub(super) const FAILURE_FORGOTTEN: Exhibit = Exhibit {
    id: "maddy-328-restart",
    class: Class::Durability,
    source: "maddy issue 328",
    cause: "a permanent failure is not stored, so the recipient is tried again after the restart",
    rule: Rule::NothingAfterTheEnd,
    scenario: script!("scenarios/museum/maddy-328-restart.toml"),
    bug: Bug::Adaptor(|| Box::<FailureForgotten>::default()),
};

#[derive(Default)]
struct FailureForgotten {
    /// Reports of failures that were not stored: nothing of them can be.
    reports: BTreeSet<MessageId>,
}

impl Adaptor for FailureForgotten {
    fn write(&mut self, record: Record) -> Option<Record> {
        let is_forgotten = match record {
            Record::Reported { about, kind: Kind::Failed, status, .. } if status.is_permanent() => {
                self.reports.insert(about.report(Kind::Failed))
            }
            Record::DeadLettered { message, status, .. }
            | Record::Suppressed { message, status, .. } => {
                status.is_permanent() || self.reports.contains(&message)
            }
            Record::Delivered { message } | Record::Deferred { message, .. } => {
                self.reports.contains(&message)
            }
            _ => false,
        };
        (!is_forgotten).then_some(record)
    }
}

pub(super) const FINAL_DOT: Exhibit = Exhibit {
    id: "rfc1047-final-dot",
    class: Class::Durability,
    source: "RFC 1047",
    cause: "a 250 to the final dot is not waited for: the hub hangs up, and sends the message twice",
    rule: Rule::NoDuplicate,
    scenario: script!("scenarios/museum/rfc1047-final-dot.toml"),
    bug: Bug::Adaptor(|| Box::<FinalDot>::default()),
};

/// The first 250 of a run is taken for a connection that is lost.
#[derive(Default)]
struct FinalDot {
    has_hung_up: bool,
    /// A connection that the queue takes for lost and nobody has closed.
    left_open: Option<ConnectionId>,
}

impl Adaptor for FinalDot {
    fn input<'i>(&mut self, _: Instant, input: Input<'i>) -> Option<Input<'i>> {
        Some(match input {
            Input::Replied { connection, status } if status.class() == 2 && !self.has_hung_up => {
                self.has_hung_up = true;
                self.left_open = Some(connection);
                Input::Dropped { connection, status: Status::BAD_CONNECTION }
            }
            input => input,
        })
    }

    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        if let Some(connection) = self.left_open.take() {
            out.put(Effect::Close { connection });
        }
        out.put(effect);
    }
}

pub(super) const DIRECTORY: Exhibit = Exhibit {
    id: "mpop-8-directory",
    class: Class::Durability,
    source: "mpop issue 8",
    cause: "the file that holds mail is synced and its directory is not: a crash takes the name away",
    rule: Rule::AcknowledgedSurvives,
    scenario: script!("scenarios/museum/mpop-8-directory.toml"),
    bug: Bug::Disk(|| Box::new(DirectoryNotSynced)),
};

struct DirectoryNotSynced;

impl DiskAdaptor for DirectoryNotSynced {
    fn operation(&mut self, operation: Operation<'_>) -> Passage {
        match operation {
            Operation::SyncNames => Passage::Dropped,
            _ => Passage::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RouteId;

    fn mail(ordinal: u64) -> MessageId {
        MessageId::mail(0, ordinal).expect("small")
    }

    fn reported(about: MessageId, kind: Kind, status: Status) -> Record {
        Record::Reported {
            about,
            kind,
            at: Instant::ZERO,
            deadline: Instant::NEVER,
            route: RouteId(0),
            size_bytes: 2_048,
            status,
            attempts: 1,
        }
    }

    #[test]
    fn what_failed_for_good_is_forgotten_with_its_report_and_nothing_else_is() {
        let (permanent, at) = (Status::new(5, 1, 1), Instant::ZERO);
        let suppressed = |message, status| Record::Suppressed { message, at, status };
        let mut adaptor = FailureForgotten::default();
        for (record, is_written) in [
            (reported(mail(0), Kind::Failed, permanent), false),
            (reported(mail(1), Kind::Failed, Status::EXPIRED), true),
            (reported(mail(2), Kind::Delayed, permanent), true),
            (suppressed(mail(3), permanent), false),
            (suppressed(mail(4), Status::EXPIRED), true),
            (Record::Delivered { message: mail(0).report(Kind::Failed) }, false),
            (Record::Delivered { message: mail(1).report(Kind::Failed) }, true),
            (Record::Delivered { message: mail(5) }, true),
        ] {
            assert_eq!(adaptor.write(record).is_some(), is_written, "{record:?}");
        }
    }

    #[test]
    fn the_first_250_alone_is_taken_for_a_lost_line_and_the_line_is_closed() {
        let connection = ConnectionId { slot: 3, generation: 1 };
        let replied = |status| Input::Replied { connection, status };
        let mut adaptor = FinalDot::default();
        let mut heard = |input| adaptor.input(Instant::ZERO, input).expect("nothing is dropped");
        assert!(matches!(heard(replied(Status::NO_ANSWER)), Input::Replied { .. }));
        assert!(matches!(heard(replied(Status::DELIVERED)), Input::Dropped { .. }));
        assert!(matches!(heard(replied(Status::DELIVERED)), Input::Replied { .. }));
        let mut out = Vec::new();
        let next = Effect::Cancelled { message: mail(0) };
        adaptor.effect(next, &mut out);
        adaptor.effect(next, &mut out);
        assert_eq!(out, [Effect::Close { connection }, next, next]);
    }

    #[test]
    fn of_a_disk_the_names_alone_are_not_synced() {
        for (operation, passage) in [
            (Operation::SyncNames, Passage::Dropped),
            (Operation::Sync { name: "spool.redb" }, Passage::Done),
            (Operation::Rename { from: "spool.redb.new", to: "spool.redb" }, Passage::Done),
        ] {
            assert_eq!(DirectoryNotSynced.operation(operation), passage, "{operation:?}");
        }
    }
}
