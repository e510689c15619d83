//! A hub that starts with a million held messages in its spool: what that takes of memory, and that all
//! of them are there.
//!
//! Filling and opening are processes of their own, so that neither's memory is in the other's numbers. The
//! one that fills ends without closing its spool, as a crash would end it.

use std::path::Path;
use std::process::{Command, exit};

use restante::base::{Clocks, Instant, MessageId, Notify, Priority, RouteId, SiteId, Span};
use restante::hub::{Addressee, Content, Envelope, Host, Hub, Letter, Recovered, Returns, store};
use restante::queue::{
    ClientId, Effect, ForwardPath, Mode, Outbox, Policy, Production, Route, Routes, Submission,
};
use restante::spool::{Folder, Settings, Spool};

const MESSAGES: u32 = 1_000_000;
const ROUTES: u32 = 1_000;
/// Messages that are stored together.
const GROUP: u32 = 10_000;
const MOST_BYTES: u64 = 300_000_000;
const WALL_UNIX_US: i64 = 978_307_200_000_000;

const NAME: &str = "a_million_held_messages_open_within_300_mb";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [task, folder] if task == "fill" => fill(Path::new(folder)),
        [task, folder] if task == "open" => open(Path::new(folder)),
        _ if arguments.iter().any(|word| word == "--list") => println!("{NAME}: test"),
        _ if arguments.iter().any(|word| !word.starts_with('-') && !NAME.contains(word)) => {
            println!("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out");
        }
        _ => opened_within_bounds(),
    }
}

fn opened_within_bounds() {
    println!("\nrunning 1 test");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let this = std::env::current_exe().expect("the path of this test");
    for task in ["fill", "open"] {
        let ended = Command::new(&this).arg(task).arg(folder.path()).status();
        assert!(ended.expect("this test can be run again").success(), "to {task} failed");
    }
    println!("test {NAME} ... ok\n");
    println!("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
}

fn routes() -> Routes {
    let route = |number| Route {
        domain: format!("{number}.example"),
        mode: Mode::Held,
        owner: ClientId(number),
        site: SiteId(number),
        queue: None,
    };
    Routes::new((0..ROUTES).map(route).collect()).expect("each domain once")
}

fn start(folder: &Path) -> (Hub, Spool) {
    let spool = Spool::open(&Folder::new(folder), Settings::default()).expect("a spool");
    let contents = spool.read().expect("it can be read");
    let recovered = Recovered::read(contents, &routes(), WALL_UNIX_US).expect("whole");
    let hub = Hub::start(Production, Policy::ims(), routes(), recovered);
    (hub.expect("records of such a hub"), spool)
}

/// Counts what was accepted.
#[derive(Default)]
struct Accepted(u32);

impl Outbox for Accepted {
    fn put(&mut self, effect: Effect) {
        self.0 += u32::from(matches!(effect, Effect::Accepted { .. }));
    }
}

fn fill(folder: &Path) -> ! {
    let (mut hub, mut spool) = start(folder);
    let host = Host { name: "hub.example".to_owned() };
    let mut accepted = Accepted::default();
    let mut now = Instant::ZERO;
    for group in 0..MESSAGES / GROUP {
        for number in group * GROUP..(group + 1) * GROUP {
            now += Span::from_micros(1);
            let message = MessageId::mail(0, u64::from(number)).expect("few messages");
            let recipients =
                &[ForwardPath { route: RouteId(number % ROUTES), notify: Notify::ABSENT }];
            let submission = Submission {
                message,
                priority: Priority::Normal,
                size_bytes: 100,
                sender: None,
                release_at: None,
                deliver_by: None,
                recipients,
            };
            hub.submit(now, submission, letter(number), &mut accepted);
        }
        let outgoing = hub.take_outgoing().expect("records to be stored");
        let clocks = Clocks { hub: now, wall_unix_us: WALL_UNIX_US };
        store(&mut spool, &outgoing, clocks, &host).expect("room on the disk");
        hub.stored(now, &mut accepted);
    }
    assert_eq!(accepted.0, MESSAGES);
    // Not by the way that closes the spool.
    exit(0)
}

fn letter(number: u32) -> Letter {
    let address = format!("clerk@{}.example", number % ROUTES);
    let envelope = Envelope {
        reverse_path: "sales@office.example".to_owned(),
        recipients: vec![Addressee { address, original: None }],
        envelope_id: None,
        returns: Returns::Headers,
        arrived_unix_us: WALL_UNIX_US,
    };
    Letter { envelope, content: Content::Whole(vec![b'm'; 100]) }
}

fn open(folder: &Path) {
    let (hub, _spool) = start(folder);
    assert_eq!(hub.census().waiting(), MESSAGES);
    let peak = peak_bytes();
    println!("a million held messages: {peak} bytes at the most to open them");
    assert!(peak <= MOST_BYTES, "{peak} bytes to open a million messages");
}

/// The most memory that this process has had at once, in bytes; nothing where the system does not say.
fn peak_bytes() -> u64 {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    let number = line.trim().strip_suffix(" kB").and_then(|number| number.parse::<u64>().ok());
    number.expect("a number of kilobytes") * 1_024
}
