//! One cell of a grid: which value of each axis, and what is run there.
//!
//! In: the numbers of the values, later the scenario that comes of them. Out: its name, its changes,
//! and the hash by which it is known wherever it stands.

use std::fmt::{self, Write as _};

use xxhash_rust::xxh3::Xxh3;

use super::Sweep;
use crate::scenario::{CsvRows, Happening, Policy, PolicyChanges, Scenario, Terms};

/// A combination of values, one for each axis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The number of the value of each axis, in the order of the axes.
    pub steps: Vec<u32>,
}

impl Cell {
    /// The names of its values, in the order of the axes.
    pub fn labels<'a>(&'a self, sweep: &'a Sweep) -> impl Iterator<Item = &'a str> {
        let values = sweep.axes.iter().zip(&self.steps);
        values.map(|(axis, step)| axis.values[*step as usize].label.as_str())
    }

    /// `interval = 12h, timeout = 48h`.
    #[must_use]
    pub fn name(&self, sweep: &Sweep) -> String {
        let named = sweep.axes.iter().zip(self.labels(sweep));
        let named: Vec<String> =
            named.map(|(axis, label)| format!("{} = {label}", axis.name)).collect();
        named.join(", ")
    }

    /// What it changes in the scenario, as `--set` has it: what the sweep sets everywhere, then
    /// `more`, then the axes in their order.
    #[must_use]
    pub fn changes(&self, sweep: &Sweep, more: &[String]) -> Vec<String> {
        let own = sweep.axes.iter().zip(&self.steps);
        let own = own.flat_map(|(axis, step)| &axis.values[*step as usize].changes);
        sweep.set.iter().chain(more).chain(own).cloned().collect()
    }
}

/// What is run in a cell, whatever it is called and wherever it stands in a grid: 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId(pub u128);

impl CellId {
    /// The hash (xxh3) of all that a scenario means: hub and policy with every number, sites, routes,
    /// mail (that of a replayed log too), events, what it is held to, at its first fidelity; and of the
    /// exhibit that takes the place of the production rules, by its full id.
    ///
    /// Path, title, reason and the rows that it keeps are not in it. Its seeds are where counts or
    /// thresholds are judged, for they decide whether those have a say.
    #[must_use]
    pub fn of(scenario: &Scenario, exhibit: Option<&str>) -> CellId {
        let judged = !scenario.expect.counts.is_empty() || !scenario.expect.thresholds.is_empty();
        let mut meant = Scenario {
            path: String::new(),
            name: String::new(),
            title: String::new(),
            why: String::new(),
            ..scenario.clone()
        };
        meant.fidelities.truncate(1);
        write_out(&mut meant.policy);
        for event in &mut meant.events {
            if let Happening::Reload(policy) = &mut event.what {
                write_out(policy);
            }
        }
        meant.record.csv = CsvRows::None;
        if !judged {
            meant.seeds.clear();
        }
        // What a derived `Debug` writes names every field and every number, on every machine alike.
        let mut sink = Sink(Xxh3::new());
        write!(sink, "{meant:?} {exhibit:?}").expect("a hash takes every byte");
        CellId(sink.0.digest128())
    }

    /// The hash that is written so; none where it is not one.
    pub(super) fn read(text: &str) -> Option<CellId> {
        let lawful = text.len() == 32 && !text.starts_with('+');
        u128::from_str_radix(text, 16).ok().filter(|_| lawful).map(CellId)
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Writes every number of a policy out, whether the file had it or the named policy has it.
fn write_out(policy: &mut Policy) {
    let Terms { timeout: [urgent, normal, non_urgent], ref retry, .. } = policy.terms;
    let terms = &policy.terms;
    policy.changes = PolicyChanges {
        timeout_urgent: Some(urgent),
        timeout_normal: Some(normal),
        timeout_non_urgent: Some(non_urgent),
        timeout_report: Some(terms.timeout_report),
        retry: Some(retry.clone()),
        transfer_grace: Some(terms.transfer_grace),
        delay_notice_held: Some(terms.delay_notice_held),
        delay_notice_direct: Some(terms.delay_notice_direct),
        connections_per_route: Some(terms.connections_per_route),
        connections_per_site: terms.connections_per_site,
        connections: terms.connections,
        phase_connect: Some(terms.phase_before_greeting[0]),
        phase_greeting: Some(terms.phase_before_greeting[1]),
        ..policy.changes.clone()
    };
}

struct Sink(Xxh3);

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Change;

    const TEXT: &str = "title = \"A\"\nwhy = \"B\"\n\
        [[route]]\ndomain = \"office.example\"\nmode = \"direct\"\n\
        [[traffic]]\nname = \"mail\"\nfrom = \"a@office.example\"\nto = \"b@office.example\"\nat = [\"1h\"]\n";

    fn id(path: &str, text: &str, changes: &[&str]) -> CellId {
        let changes: Vec<Change> =
            changes.iter().map(|change| Change::parse(change).expect("a change")).collect();
        CellId::of(&Scenario::read(path, text.as_bytes(), &changes).expect("a scenario"), None)
    }

    #[test]
    fn a_cell_is_known_by_what_it_means_and_not_by_how_it_is_said() {
        let one = id("a/x.toml", TEXT, &[]);
        assert_eq!(CellId::read(&one.to_string()), Some(one));
        for (path, changes) in [
            ("b/y.toml", ["title=Other"].as_slice()),
            ("a/x.toml", &["why=\"for no reason\"", "report.csv=none"]),
            ("a/x.toml", &["hub.policy=ims", "hub.timeout_normal=2d"]),
            ("a/x.toml", &["seeds=[7]", "fidelity=[\"queue\"]"]),
        ] {
            assert_eq!(id(path, TEXT, changes), one, "{changes:?}");
        }
        for changes in [
            ["hub.policy=rfc5321"],
            ["hub.timeout_normal=47h"],
            ["traffic.mail.at=[\"2h\"]"],
            ["expect.ndr=0"],
            ["report.sample_interval=1s"],
            ["ties=shuffled"],
        ] {
            assert_ne!(id("a/x.toml", TEXT, &changes), one, "{changes:?}");
        }
    }
}
