//! Mail as a log has it: one source for each pair of sender and recipient.
//!
//! In: `replay` of a `[[traffic]]`, the log, and the routes. Out: the streams of mail in the log.

use std::io;

use super::arrivals::Messages;
use super::route::Routes;
use super::traffic::Stream;
use crate::base::{Notify, Priority};
use crate::scenario::file::TrafficTable;
use crate::scenario::located::Located;
use crate::scenario::problem::{Complaint, Complaints};
use crate::scenario::quote::quoted;
use crate::scenario::replay::{Column, Log, LogPath, Pair};
use crate::scenario::text::Written;
use crate::scenario::word::MailboxPattern;
use crate::scenario::{Address, Arrivals, Recipient, Varied};

/// How the files beside a scenario are read: by their path from its folder.
pub(crate) type Neighbours<'a> = &'a dyn Fn(&str) -> io::Result<Vec<u8>>;

/// The log that a key names; none, and a complaint, where it cannot be read. `scenario` is the path
/// of the scenario, by which the log is called in diagnostics.
pub(super) fn log(
    key: &Written<LogPath>,
    scenario: &str,
    neighbours: Neighbours<'_>,
    complaints: &mut Complaints,
) -> Option<Log> {
    let path = complaints.read(key)?;
    let shown = beside(scenario, &path);
    match neighbours(&path) {
        Ok(bytes) => Log::read(&shown, bytes, &key.place, complaints),
        Err(error) => {
            let complaint = if error.kind() == io::ErrorKind::NotFound {
                let message = format!("there is no {}", quoted(&shown));
                Complaint::at(&key.place, message, "no such file")
                    .help("the path is that from the folder of the scenario")
            } else {
                let message = format!("cannot read {}: {error}", quoted(&shown));
                Complaint::at(&key.place, message, "this log")
            };
            complaints.add(complaint);
            None
        }
    }
}

/// The path of a file from the folder of a scenario, as the scenario's own path is written.
fn beside(scenario: &str, path: &str) -> String {
    let folder = scenario.rsplit_once('/').map_or("", |(folder, _)| folder);
    match (folder.rsplit_once('/'), path.strip_prefix("../")) {
        (Some((above, _)), Some(below)) => format!("{above}/{below}"),
        (None, Some(below)) if !folder.is_empty() => below.to_owned(),
        _ if folder.is_empty() => path.to_owned(),
        _ => format!("{folder}/{path}"),
    }
}

/// The streams of a log, in the order of its pairs. Every pair's name ends with its rank.
pub(super) fn streams(
    log: &Log,
    notify: Notify,
    routes: &Routes,
    complaints: &mut Complaints,
) -> Vec<Stream> {
    let width = log.pairs.len().to_string().len();
    let mut streams = Vec::new();
    for (pair, rank) in log.pairs.iter().zip(1..) {
        let mut found = |column, mailbox: &MailboxPattern| {
            let domain = mailbox.domain.as_str();
            let find =
                log.about(pair, column, complaints, |at, found| routes.find(domain, at, found));
            find.map(|route| Address { mailbox: mailbox.mailbox.as_str().to_owned(), route })
        };
        let sender = pair.sender.as_ref().map(|sender| found(Column::From, sender));
        let Some(address) = found(Column::To, &pair.recipient) else { continue };
        streams.push(Stream {
            suffix: Some(format!("{rank:0width$}")),
            sender: sender.flatten(),
            recipients: vec![Recipient { address, notify }],
            messages: messages(pair),
        });
    }
    streams
}

/// The keys of a table that say what its log says.
pub(super) fn check_alone(table: &Located<TrafficTable>, complaints: &mut Complaints) {
    let Some(replay) = &table.replay else { return };
    let keys = [
        ("from", table.from.as_ref().map(|key| &key.place)),
        ("to", table.to.as_ref().map(|key| &key.place)),
        ("also", table.also.as_ref().map(|key| &key.place)),
        ("priority", table.priority.as_ref().map(|key| &key.place)),
        ("size", table.size.as_ref().map(|key| &key.place)),
        ("at", table.at.as_ref().map(|key| &key.place)),
        ("every", table.every.as_ref().map(|key| &key.place)),
        ("poisson", table.poisson.as_ref().map(|key| &key.place)),
        ("bursts", table.bursts.as_ref().map(|key| &key.place)),
        ("on_off", table.on_off.as_ref().map(|key| &key.place)),
    ];
    for (key, at) in keys.into_iter().filter_map(|(key, at)| Some((key, at?))) {
        let message = format!("`{key}` beside `replay`");
        let complaint = Complaint::at(at, message, "the log says it");
        complaints.add(complaint.also(&replay.place, "this log"));
    }
}

fn messages(pair: &Pair) -> Messages {
    let all = &pair.messages;
    Messages {
        arrivals: Arrivals::At(all.iter().map(|message| message.at).collect()),
        size_bytes: alike(all.iter().map(|message| message.size_bytes).collect()),
        priority: alike::<Priority>(all.iter().map(|message| message.priority).collect()),
    }
}

/// One for all, where all are alike.
fn alike<T: Copy + PartialEq>(each: Vec<T>) -> Varied<T> {
    match each.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other == first) => Varied::Same(*first),
        _ => Varied::Each(each),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_called_by_its_path_as_the_scenario_is() {
        for (scenario, path, shown) in [
            ("scenarios/basic/x.toml", "../data/log.csv", "scenarios/data/log.csv"),
            ("scenarios/basic/x.toml", "log.csv", "scenarios/basic/log.csv"),
            ("basic/x.toml", "../data/log.csv", "data/log.csv"),
            ("x.toml", "data/log.csv", "data/log.csv"),
            ("x.toml", "../data/log.csv", "../data/log.csv"),
            ("/a/x.toml", "../log.csv", "/log.csv"),
        ] {
            assert_eq!(beside(scenario, path), shown);
        }
    }
}
