//! The judge's own table of the two policies, in plain numbers.
//!
//! In: a policy's name and the keys that a scenario sets otherwise. Out: [`Terms`]. The queue has a
//! table of its own and never sees this one: a slip in either shows as a broken rule.

use super::model::{PolicyChanges, PolicyName, Terms};
use crate::base::{Priority, Span};

impl PolicyName {
    /// Every policy.
    pub const ALL: [PolicyName; 2] = [PolicyName::Ims, PolicyName::Rfc5321];

    /// The word in a scenario: `ims`, `rfc5321`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PolicyName::Ims => "ims",
            PolicyName::Rfc5321 => "rfc5321",
        }
    }
}

impl Terms {
    /// What a hub with this policy and these changes is held to.
    #[must_use]
    pub fn of(name: PolicyName, changes: &PolicyChanges) -> Terms {
        let mut terms = match name {
            PolicyName::Ims => Terms::ims(),
            PolicyName::Rfc5321 => Terms::rfc5321(),
        };
        let timeouts = [
            (Priority::Urgent, changes.timeout_urgent),
            (Priority::Normal, changes.timeout_normal),
            (Priority::NonUrgent, changes.timeout_non_urgent),
        ];
        for (priority, timeout) in timeouts {
            let own = &mut terms.timeout[priority as usize];
            *own = timeout.unwrap_or(*own);
        }
        terms.timeout_report = changes.timeout_report.unwrap_or(terms.timeout_report);
        terms.transfer_grace = changes.transfer_grace.unwrap_or(terms.transfer_grace);
        terms.delay_notice_held = changes.delay_notice_held.unwrap_or(terms.delay_notice_held);
        terms.delay_notice_direct =
            changes.delay_notice_direct.unwrap_or(terms.delay_notice_direct);
        terms.connections_per_route =
            changes.connections_per_route.unwrap_or(terms.connections_per_route);
        terms.connections_per_site = changes.connections_per_site;
        terms.connections = changes.connections;
        let [connect, greeting] = &mut terms.phase_before_greeting;
        *connect = changes.phase_connect.unwrap_or(*connect);
        *greeting = changes.phase_greeting.unwrap_or(*greeting);
        if let Some(retry) = &changes.retry {
            terms.retry.clone_from(retry);
        }
        terms
    }

    /// The Internet Mail Service of Exchange 5.0 and 5.5.
    ///
    /// Normal mail has 48 h (KB Q184051, Q156063) and the ladder is 0.25, 0.5, 1, 4 h (KB Q146669).
    /// No primary source was found for the time-outs of urgent and non-urgent mail: 24 h and 72 h
    /// are a decision of ours, as are 48 h for reports and the grace of 20 min, which has room for
    /// the 10 min of the final dot (RFC 5321 4.5.3.2.6).
    fn ims() -> Terms {
        Terms {
            timeout: [24, 48, 72].map(Span::from_hours),
            timeout_report: Span::from_hours(48),
            retry: [15, 30, 60, 240].map(Span::from_minutes).to_vec(),
            transfer_grace: Span::from_minutes(20),
            delay_notice_held: None,
            delay_notice_direct: None,
            connections_per_route: 1,
            connections_per_site: None,
            connections: None,
            phase_before_greeting: [Span::from_minutes(5); 2],
        }
    }

    /// RFC 5321 4.5.4.1: give up after 4 to 5 days; two tries in the first hour, then one every two
    /// or three hours. The grace is ours, as above.
    fn rfc5321() -> Terms {
        Terms {
            timeout: [Span::from_hours(5 * 24); 3],
            timeout_report: Span::from_hours(5 * 24),
            retry: [30, 60, 120, 180].map(Span::from_minutes).to_vec(),
            transfer_grace: Span::from_minutes(20),
            delay_notice_held: None,
            delay_notice_direct: None,
            connections_per_route: 1,
            connections_per_site: None,
            connections: None,
            phase_before_greeting: [Span::from_minutes(5); 2],
        }
    }

    /// The longest time-out of all.
    #[must_use]
    pub fn longest_timeout(&self) -> Span {
        self.timeout.into_iter().fold(self.timeout_report, Span::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_moves_its_own_key_alone() {
        let hour = Some(Span::from_hours(1));
        let was = Terms::of(PolicyName::Ims, &PolicyChanges::default());
        let changes = PolicyChanges { timeout_normal: hour, ..PolicyChanges::default() };
        let is = Terms::of(PolicyName::Ims, &changes);
        assert_eq!(is, Terms { timeout: [24, 1, 72].map(Span::from_hours), ..was.clone() });

        let changes = PolicyChanges { retry: Some(Vec::new()), ..PolicyChanges::default() };
        assert_eq!(Terms::of(PolicyName::Ims, &changes), Terms { retry: Vec::new(), ..was });
    }

    #[test]
    fn the_longest_time_out_may_be_that_of_reports() {
        let changes = PolicyChanges {
            timeout_report: Some(Span::from_hours(100)),
            ..PolicyChanges::default()
        };
        let hours = |changes: &PolicyChanges| Terms::of(PolicyName::Ims, changes).longest_timeout();
        assert_eq!(hours(&PolicyChanges::default()), Span::from_hours(72));
        assert_eq!(hours(&changes), Span::from_hours(100));
    }
}
