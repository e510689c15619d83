//! What it costs in memory to open a spool that holds a million messages and to rebuild the queue from
//! it, as the system counts it. The only test of its binary: no other one's memory is in the numbers.

#![cfg(target_os = "linux")]

use restante::base::{Instant, MessageId, Notify, Priority, RouteId, SiteId, Span};
use restante::queue::{ClientId, Mode, Policy, Production, Queue, Record, Route, Routes};
use restante::spool::{Batch, Contents, Folder, Settings, Spool};

const MESSAGES: u64 = 1_000_000;
const ROUTES: u32 = 1_000;
/// A record is about so long.
const RECORD: [u8; 48] = [1; 48];
const ENVELOPE: [u8; 120] = [2; 120];

/// The most memory that this process has had at once, in bytes.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system's account");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    let number = line.trim().strip_suffix(" kB").and_then(|number| number.parse::<u64>().ok());
    number.expect("a number of kilobytes") * 1_024
}

fn fill(spool: &mut Spool) {
    let mut batch = Batch::new();
    for ordinal in 0..MESSAGES {
        let message = MessageId::mail(0, ordinal).expect("few messages");
        batch.accept(message, ordinal + 1, &RECORD);
        batch.envelope(message, &ENVELOPE);
        if ordinal % 10_000 == 9_999 {
            spool.commit(&batch).expect("room");
            batch.clear();
        }
    }
}

/// The queue that held all of it, an hour later.
fn rebuild(contents: &Contents) -> Queue {
    let route = |n| Route {
        domain: format!("{n}.example"),
        mode: Mode::Held,
        owner: ClientId(1),
        site: SiteId(n),
        queue: None,
    };
    let routes = Routes::new((0..ROUTES).map(route).collect()).expect("each domain once");
    let records = contents.records().iter().map(|(number, message, record)| {
        assert_eq!(record, RECORD);
        let accepted_at = Instant::from_micros(number);
        Record::Accepted {
            message: message.expect("all are about messages"),
            accepted_at,
            deadline: accepted_at + Span::from_hours(48),
            priority: Priority::Normal,
            size_bytes: 4_096,
            route: RouteId(number as u32 % ROUTES),
            sender: None,
            notify: Notify::ABSENT,
            release_at: None,
            deliver_by: None,
        }
    });
    let now = Instant::ZERO + Span::from_hours(1);
    Queue::restore(Production, Policy::ims(), routes, now, records).expect("a queue's records")
}

#[test]
fn a_million_held_messages_are_opened_in_300_megabytes() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the test");
    let volume = Folder::new(folder.path());
    let mut spool = Spool::open(&volume, Settings::default()).expect("a new spool");
    fill(&mut spool);
    drop(spool);
    let spool = Spool::open(&volume, Settings::default()).expect("whole");
    let contents = spool.read().expect("readable");
    assert_eq!(contents.last_number(), MESSAGES);
    let queue = rebuild(&contents);
    assert_eq!(u64::from(queue.census().messages.iter().sum::<u32>()), MESSAGES);
    let peak = peak_bytes();
    assert!(peak <= 300_000_000, "it took {peak} bytes");
}
