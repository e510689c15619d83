//! Class B: mail that ends, and its sender is not told, or told wrongly.

use std::collections::BTreeSet;

use super::{Bug, Class, Exhibit};
use crate::base::{Kind, MessageId, Notify, RouteId, Rule, Span, Target};
use crate::queue::{Effect, Mode, Notice, Outbox, Policy, Production, Record, Rules};
use crate::sim::Adaptor;
use crate::spool::SpoolError;

pub(super) const SILENT_HOLD: Exhibit = Exhibit {
    id: "postal-872-silent-hold",
    class: Class::Untold,
    source: "Postal issue 872",
    cause: "what runs out on hold is left to lie: neither delivered nor returned",
    rule: Rule::EndsOnce,
    scenario: script!("scenarios/museum/postal-872-silent-hold.toml"),
    bug: Bug::Rules(&SilentHold),
};

struct SilentHold;

impl Rules for SilentHold {
    fn notice(&self, sender: Option<RouteId>, kind: Kind, notify: Notify) -> Notice {
        match Production.notice(sender, kind, notify) {
            Notice::Report(_) if kind == Kind::Failed => Notice::DeadLetter,
            notice => notice,
        }
    }
}

pub(super) const NDR_FAILED: Exhibit = Exhibit {
    id: "q254893-ndr-failed",
    class: Class::Untold,
    source: "Microsoft Knowledge Base Q254893, event 4120, Exchange Server 5.5",
    cause: "the non-delivery report cannot be made, and the message is dropped all the same",
    rule: Rule::AcknowledgedSurvives,
    scenario: script!("scenarios/museum/q254893-ndr-failed.toml"),
    bug: Bug::Adaptor(|| Box::<NdrFailed>::default()),
};

/// It has an alarm like the production hub, and it needs a disk that fails.
#[derive(Default)]
struct NdrFailed {
    /// What reports are about that are being stored.
    being_stored: Vec<MessageId>,
    /// What reports are about that could not be stored: it does not come back after a restart.
    dropped: BTreeSet<MessageId>,
}

impl Adaptor for NdrFailed {
    fn write(&mut self, record: Record) -> Option<Record> {
        if let Record::Reported { about, kind: Kind::Failed, .. } = record {
            self.being_stored.push(about);
        }
        Some(record)
    }

    fn stored(&mut self, outcome: Result<(), SpoolError>) -> Result<(), SpoolError> {
        let reported = std::mem::take(&mut self.being_stored);
        if outcome.is_err() {
            self.dropped.extend(reported);
        }
        outcome
    }

    fn read(&mut self, record: Record) -> Option<Record> {
        let is_dropped = match record {
            Record::Accepted { message, .. }
            | Record::Deferred { message, .. }
            | Record::Reported { about: message, .. }
            | Record::Ordered { target: Target::Message { message, .. }, .. } => {
                self.dropped.contains(&message)
            }
            _ => false,
        };
        (!is_dropped).then_some(record)
    }
}

pub(super) const SAYS_DELAYED: Exhibit = Exhibit {
    id: "opensmtpd-1133-says-delayed",
    class: Class::Untold,
    source: "OpenSMTPD pull request 1133",
    cause: "an expired message is taken off, and its sender told that it is only delayed",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/opensmtpd-1133-says-delayed.toml"),
    bug: Bug::Adaptor(|| Box::new(SaysDelayed)),
};

struct SaysDelayed;

impl Adaptor for SaysDelayed {
    fn effect(&mut self, mut effect: Effect, out: &mut dyn Outbox) {
        match &mut effect {
            Effect::Report { kind, .. } if *kind == Kind::Failed => *kind = Kind::Delayed,
            // It stays that report when it goes on its way.
            Effect::Transfer { message, .. } if message.kind() == Kind::Failed => {
                *message = message.report(Kind::Delayed);
            }
            _ => {}
        }
        out.put(effect);
    }
}

pub(super) const BOUNCE_AGAIN: Exhibit = Exhibit {
    id: "sendmail-8.8.8-bounce-again",
    class: Class::Untold,
    source: "Sendmail release notes, 8.8.8",
    cause: "a message is not taken out when it is bounced, so that the next run bounces it again",
    rule: Rule::EndsOnce,
    scenario: script!("scenarios/museum/sendmail-8.8.8-bounce-again.toml"),
    bug: Bug::Adaptor(|| Box::new(BounceAgain)),
};

struct BounceAgain;

impl Adaptor for BounceAgain {
    /// The end by a bounce is not written down, and so nothing of the bounce can be.
    fn write(&mut self, record: Record) -> Option<Record> {
        let is_of_a_bounce = match record {
            Record::Reported { kind, .. } => kind == Kind::Failed,
            Record::Delivered { message }
            | Record::Deferred { message, .. }
            | Record::DeadLettered { message, .. }
            | Record::Suppressed { message, .. } => message.kind() == Kind::Failed,
            Record::Accepted { .. }
            | Record::Ordered { .. }
            | Record::RouteFailed { .. }
            | Record::RouteAnswered { .. } => false,
        };
        (!is_of_a_bounce).then_some(record)
    }
}

pub(super) const BOUNCES_BOUNCE: Exhibit = Exhibit {
    id: "nullmailer-54-bounces-bounce",
    class: Class::Untold,
    source: "nullmailer issue 54",
    cause: "a bounce that cannot be delivered is bounced in its turn, although nobody sent it",
    rule: Rule::NoReportOnReport,
    scenario: script!("scenarios/museum/nullmailer-54-bounces-bounce.toml"),
    bug: Bug::Rules(&BouncesBounce),
};

struct BouncesBounce;

impl Rules for BouncesBounce {
    fn notice(&self, sender: Option<RouteId>, kind: Kind, notify: Notify) -> Notice {
        match sender {
            None if kind == Kind::Failed => Notice::Report(RouteId(0)),
            sender => Production.notice(sender, kind, notify),
        }
    }
}

pub(super) const WAITS_FOR_ALL: Exhibit = Exhibit {
    id: "q140934-waits-for-all",
    class: Class::Untold,
    source: "Microsoft Knowledge Base Q140934, Exchange Server 4.0",
    cause: "the report about one recipient is kept back until the last of the others has ended",
    rule: Rule::EndsByDeadline,
    scenario: script!("scenarios/museum/q140934-waits-for-all.toml"),
    bug: Bug::Adaptor(|| Box::<WaitsForAll>::default()),
};

#[derive(Default)]
struct WaitsForAll {
    /// Recipients that have not ended.
    open: BTreeSet<MessageId>,
    /// Reports that are kept back, with what they are about.
    kept_back: Vec<(MessageId, Effect)>,
}

impl WaitsForAll {
    fn has_open_recipient(&self, message: MessageId) -> bool {
        let same = |other: &MessageId| {
            (other.source(), other.ordinal()) == (message.source(), message.ordinal())
        };
        let first = message.to(0).expect("a message has a first recipient");
        self.open.range(first..).next().is_some_and(same)
    }
}

impl Adaptor for WaitsForAll {
    fn write(&mut self, record: Record) -> Option<Record> {
        match record {
            Record::Accepted { message, .. } => {
                self.open.insert(message);
            }
            Record::Delivered { message }
            | Record::DeadLettered { message, .. }
            | Record::Suppressed { message, .. }
            | Record::Reported { about: message, kind: Kind::Failed | Kind::Relayed, .. } => {
                self.open.remove(&message);
            }
            _ => {}
        }
        Some(record)
    }

    fn effect(&mut self, effect: Effect, out: &mut dyn Outbox) {
        if let Effect::Cancelled { message } = effect {
            self.open.remove(&message);
        }
        for (about, report) in std::mem::take(&mut self.kept_back) {
            if self.has_open_recipient(about) {
                self.kept_back.push((about, report));
            } else {
                out.put(report);
            }
        }
        match effect {
            Effect::Report { about, kind: Kind::Failed, .. } if self.has_open_recipient(about) => {
                self.kept_back.push((about, effect));
            }
            effect => out.put(effect),
        }
    }
}

pub(super) const NOTICE_STORM: Exhibit = Exhibit {
    id: "kb247129-notice-storm",
    class: Class::Untold,
    source: "Microsoft Knowledge Base 247129, Exchange 2000 Server",
    cause: "the sender of held mail is told of the delay again and again, not once",
    rule: Rule::ReportsBounded,
    scenario: script!("scenarios/museum/kb247129-notice-storm.toml"),
    bug: Bug::Rules(&NoticeStorm),
};

struct NoticeStorm;

impl Rules for NoticeStorm {
    fn delay_notice(&self, policy: &Policy, mode: Mode, told_after: Option<Span>) -> Option<Span> {
        let interval = Production.delay_notice(policy, mode, None)?;
        Some(told_after.unwrap_or(Span::ZERO).saturating_add(interval))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Instant, Status};

    fn mail(ordinal: u64, recipient: usize) -> MessageId {
        MessageId::mail(0, ordinal).and_then(|id| id.to(recipient)).expect("small")
    }

    fn report(about: MessageId) -> Effect {
        Effect::Report {
            about,
            kind: Kind::Failed,
            status: Status::EXPIRED,
            attempts: 0,
            route: RouteId(0),
            size_bytes: 2_048,
            born_at: Instant::ZERO,
            deadline: Instant::NEVER,
        }
    }

    fn accepted(message: MessageId) -> Record {
        Record::Accepted {
            message,
            accepted_at: Instant::ZERO,
            deadline: Instant::NEVER,
            priority: crate::base::Priority::Normal,
            size_bytes: 1,
            route: RouteId(0),
            sender: Some(RouteId(0)),
            notify: Notify::ABSENT,
            release_at: None,
            deliver_by: None,
        }
    }

    #[test]
    fn a_report_is_kept_back_for_the_recipients_of_its_own_message_alone() {
        let mut adaptor = WaitsForAll::default();
        let mut out = Vec::new();
        for message in [mail(0, 0), mail(0, 1), mail(1, 0)] {
            assert!(adaptor.write(accepted(message)).is_some());
        }
        adaptor.write(Record::Delivered { message: mail(0, 0) });
        adaptor.effect(report(mail(0, 0)), &mut out);
        assert_eq!(out, [], "its second recipient is open");
        adaptor.write(Record::Delivered { message: mail(0, 1) });
        let next = Effect::Persist { upto: 1 };
        adaptor.effect(next, &mut out);
        assert_eq!(out, [report(mail(0, 0)), next], "the other message does not count");
    }

    #[test]
    fn a_report_that_says_delayed_is_sent_as_what_it_says() {
        let mut out = Vec::new();
        SaysDelayed.effect(report(mail(0, 0)), &mut out);
        assert!(matches!(out[..], [Effect::Report { kind: Kind::Delayed, .. }]), "{out:?}");
    }

    #[test]
    fn of_a_bounce_nothing_is_written_and_all_else_is() {
        let message = mail(0, 0);
        let bounce = message.report(Kind::Failed);
        for (record, is_written) in [
            (accepted(message), true),
            (Record::Delivered { message }, true),
            (Record::Delivered { message: bounce }, false),
            (Record::RouteAnswered { route: RouteId(0) }, true),
        ] {
            assert_eq!(BounceAgain.write(record).is_some(), is_written, "{record:?}");
        }
    }

    #[test]
    fn what_is_dropped_is_what_the_store_refused_the_report_about() {
        let reported = |about| Record::Reported {
            about,
            kind: Kind::Failed,
            at: Instant::ZERO,
            deadline: Instant::NEVER,
            route: RouteId(0),
            size_bytes: 2_048,
            status: Status::EXPIRED,
            attempts: 0,
        };
        let mut adaptor = NdrFailed::default();
        for (message, outcome) in [(mail(0, 0), Ok(())), (mail(1, 0), Err(SpoolError::Full))] {
            assert_eq!(adaptor.write(reported(message)), Some(reported(message)));
            assert_eq!(adaptor.stored(outcome.clone()), outcome, "the alarm is raised");
        }
        for (record, comes_back) in [
            (accepted(mail(0, 0)), true),
            (accepted(mail(1, 0)), false),
            (accepted(mail(2, 0)), true),
            (Record::RouteAnswered { route: RouteId(0) }, true),
        ] {
            assert_eq!(adaptor.read(record).is_some(), comes_back, "{record:?}");
        }
    }

    #[test]
    fn each_tells_whom_its_source_told() {
        const TO_SENDER: Notice = Notice::Report(RouteId(7));
        for (exhibit, sender, expected) in [
            (&SILENT_HOLD, Some(RouteId(7)), Notice::DeadLetter),
            (&SILENT_HOLD, None, Notice::DeadLetter),
            (&BOUNCES_BOUNCE, Some(RouteId(7)), TO_SENDER),
            (&BOUNCES_BOUNCE, None, Notice::Report(RouteId(0))),
        ] {
            let Bug::Rules(rules) = &exhibit.bug else { panic!("{} has no rules", exhibit.id) };
            let notice = rules.notice(sender, Kind::Failed, Notify::ABSENT);
            assert_eq!(notice, expected, "{} {sender:?}", exhibit.id);
        }
    }

    #[test]
    fn a_storm_of_notices_goes_on_where_one_is_wanted() {
        let hours = |hours| Some(Span::from_hours(hours));
        let policy = Policy { delay_notice_held: hours(12), ..Policy::ims() };
        for (mode, told_after, expected) in [
            (Mode::Held, None, hours(12)),
            (Mode::Held, hours(12), hours(24)),
            (Mode::Direct, None, None),
        ] {
            assert_eq!(NoticeStorm.delay_notice(&policy, mode, told_after), expected);
        }
    }
}
