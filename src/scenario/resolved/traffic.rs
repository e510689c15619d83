//! Mail, written out: each message of a source at its instant.

use super::quantity::{instant, length, list, size, text, wall_clock};
use super::{File, Inline};
use crate::base::{ByMode, Kind, Notify};
use crate::scenario::{Release, Sent, Source};

/// Writes one `[[traffic]]`.
pub(super) fn write(file: &mut File, source: &Source, sent: &[Sent]) {
    file.head("[[traffic]]");
    file.key("name", text(&source.name));
    file.key("from", text(source.sender.as_ref().map_or("<>", |sender| &sender.mailbox)));
    let (first, others) = source.recipients.split_first().expect("a source has a recipient");
    file.key("to", text(&first.address.mailbox));
    if first.notify != Notify::ABSENT {
        file.key("notify", notify(first.notify));
    }
    if !others.is_empty() {
        file.key(
            "also",
            list(others.iter().map(|other| {
                let mailbox = text(&other.address.mailbox);
                if other.notify == first.notify {
                    return mailbox;
                }
                let mut table = Inline::default();
                table.key("to", mailbox);
                table.key("notify", notify(other.notify));
                table.text()
            })),
        );
    }
    write_wishes(file, source);
    if sent.is_empty() {
        file.key("at", text("never"));
        return;
    }
    let sizes = sent.iter().map(|one| size(one.size_bytes.into()));
    file.key("size", alike(sizes.collect()));
    let priorities = sent.iter().map(|one| text(one.priority.name()));
    file.key("priority", alike(priorities.collect()));
    file.key("at", list(sent.iter().map(|one| instant(one.at))));
}

fn write_wishes(file: &mut File, source: &Source) {
    if let Some((within, mode)) = source.deliver_by {
        let mut table = Inline::default();
        table.key("within", length(within));
        table.key(
            "mode",
            text(match mode {
                ByMode::Return => "return",
                ByMode::Notify => "notify",
            }),
        );
        file.key("deliver_by", table.text());
    }
    match source.release {
        Some(Release::After(span)) => file.key("hold_for", length(span)),
        Some(Release::AtUnixUs(unix_us)) => file.key("hold_until", wall_clock(unix_us)),
        None => {}
    }
    file.key("resend", length(source.resend));
}

fn notify(notify: Notify) -> String {
    let words = [(Kind::Relayed, "success"), (Kind::Failed, "failure"), (Kind::Delayed, "delay")];
    let wanted = words.into_iter().filter(|(kind, _)| notify.wants(*kind));
    let wanted: Vec<String> = wanted.map(|(_, word)| text(word)).collect();
    if wanted.is_empty() { text("never") } else { list(wanted) }
}

/// One value for all, where all are alike; else the list.
fn alike(values: Vec<String>) -> String {
    match values.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other == first) => first.clone(),
        _ => list(values),
    }
}
