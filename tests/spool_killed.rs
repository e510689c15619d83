//! A process that accepts mail into a spool is killed two hundred times, at any instant: whatever it
//! said it had accepted is there each time, and nothing is half there.
//!
//! The binary is both: without arguments it starts itself as the writer, reads what it prints, kills it
//! and looks into the spool. The kill is SIGKILL, on Unix.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use restante::base::{Clocks, Instant, MessageId};
use restante::spool::{Batch, Folder, Settings, Spool};

const KILLS: u64 = 200;

/// Of so many writers one stores a group and is killed before it says a word of it.
const ONE_IS_SILENT_OF: u64 = 8;

const NAME: &str = "what_was_said_to_be_accepted_is_there_whole_after_each_kill";

/// The word that makes this process the writer.
const WRITER: &str = "accept-until-killed";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [word, folder, seed, silent_after] if word == WRITER => {
            let silent_after = silent_after.parse().expect("a number");
            write(Path::new(folder), seed.parse().expect("a number"), silent_after);
        }
        _ if arguments.iter().any(|word| word == "--list") => println!("{NAME}: test"),
        _ if arguments.iter().any(|word| !word.starts_with('-') && !NAME.contains(word)) => {
            println!("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out");
        }
        _ => {
            println!("\nrunning 1 test");
            let counts = kill_and_look();
            println!("test {NAME} ... ok ({counts})\n");
            println!("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        }
    }
}

/// Numbers that follow from a seed: splitmix64.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// What the message of an ordinal is, and nothing else.
struct Message {
    recipients: Vec<MessageId>,
    record: Vec<u8>,
    envelope: Vec<u8>,
    body: Vec<u8>,
    chunk_bytes: Option<usize>,
}

impl Message {
    fn of(ordinal: u64) -> Message {
        let mut draws = Draws(ordinal);
        let first = MessageId::mail(0, ordinal).expect("few messages");
        let recipients = 0..=draws.below(3) as usize;
        let size = match draws.below(8) {
            0 => draws.below(150_000),
            1 | 2 => draws.below(20_000),
            _ => draws.below(3_000),
        };
        let seed = draws.next() as u8;
        let bytes = |size: u64| (0..size).map(|n| (n as u8).wrapping_mul(seed | 1)).collect();
        Message {
            recipients: recipients.map(|n| first.to(n).expect("three")).collect(),
            record: bytes(40 + draws.below(20)),
            envelope: bytes(draws.below(300)),
            body: bytes(size),
            chunk_bytes: (draws.below(4) == 0).then_some(30_000),
        }
    }
}

fn open(folder: &Path) -> Spool {
    Spool::open(&Folder::new(folder), Settings::default()).expect("the spool opens")
}

/// The messages that are there, by their ordinals, with their recipients.
fn there(spool: &Spool) -> BTreeMap<u64, Vec<MessageId>> {
    let mut there: BTreeMap<u64, Vec<MessageId>> = BTreeMap::new();
    for (number, message, record) in spool.read().expect("readable").records().iter() {
        let message = message.expect("all are about messages");
        let ordinal = u64::from(message.ordinal());
        assert_eq!(number, 4 * ordinal + u64::from(message.recipient()), "of message {message}");
        assert_eq!(record, Message::of(ordinal).record, "of message {message}");
        there.entry(ordinal).or_default().push(message);
    }
    there
}

/// Accepts and ends messages until it is killed, and says so: what it has accepted afterwards, what it
/// ends before and afterwards. Of the group after so many it says only that it is there, and waits.
fn write(folder: &Path, seed: u64, silent_after: u64) -> ! {
    let mut draws = Draws(seed);
    let mut spool = open(folder);
    let clocks = spool.read().expect("readable").clocks;
    let mut next = clocks.map_or(0, |clocks| clocks.hub.micros());
    let mut alive: Vec<u64> = there(&spool).into_keys().collect();
    let mut batch = Batch::new();
    for group in 0_u64.. {
        batch.clear();
        let accepted = next..next + 1 + draws.below(16);
        for ordinal in accepted.clone() {
            let message = Message::of(ordinal);
            for (number, recipient) in (4 * ordinal..).zip(&message.recipients) {
                batch.accept(*recipient, number, &message.record);
            }
            batch.envelope(message.recipients[0], &message.envelope);
            match message.chunk_bytes {
                Some(chunk_bytes) if !message.body.is_empty() => {
                    for chunk in message.body.chunks(chunk_bytes) {
                        spool.write_chunk(message.recipients[0], chunk).expect("room");
                    }
                }
                _ => batch.body(message.recipients[0], &message.body),
            }
        }
        let mut ended = Vec::new();
        while alive.len() > 60 + draws.below(60) as usize {
            let ordinal = alive.swap_remove(draws.below(alive.len() as u64) as usize);
            Message::of(ordinal).recipients.into_iter().for_each(|recipient| batch.end(recipient));
            ended.push(ordinal);
        }
        next = accepted.end;
        // What is used up is kept too, so that no ordinal is used twice.
        batch.clocks(Clocks { hub: Instant::from_micros(next), wall_unix_us: 0 });
        say("ending", ended.iter().copied());
        spool.commit(&batch).expect("room");
        if group == silent_after {
            say("silent", [group].into_iter());
            loop {
                std::thread::park();
            }
        }
        say("ended", ended.iter().copied());
        say("accepted", accepted.clone());
        alive.extend(accepted);
    }
    unreachable!("it is killed before the groups run out")
}

/// Prints a line for each, so that it is read though the process is killed next.
fn say(word: &str, ordinals: impl Iterator<Item = u64>) {
    let mut out = std::io::stdout().lock();
    for ordinal in ordinals {
        writeln!(out, "{word} {ordinal}").expect("somebody reads");
    }
    out.flush().expect("somebody reads");
}

/// What the writer said of a message last.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Accepted,
    Ending,
    Ended,
}

fn kill_and_look() -> String {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the test");
    let mut draws = Draws(1985);
    let mut said: BTreeMap<u64, Said> = BTreeMap::new();
    let (mut accepted, mut ended, mut silent, mut unsaid) = (0, 0, 0, 0);
    for kill in 0..KILLS {
        let seed = draws.next();
        let (after, silent_after) = match kill % ONE_IS_SILENT_OF {
            0 => (u64::MAX, draws.below(4)),
            _ => (draws.below(40), u64::MAX),
        };
        for line in lines_until_killed(folder.path(), seed, after, silent_after) {
            let (word, ordinal) = line.split_once(' ').expect("two words");
            let ordinal = ordinal.parse().expect("a number");
            match word {
                "accepted" => {
                    accepted += 1;
                    said.insert(ordinal, Said::Accepted);
                }
                "ending" => drop(said.insert(ordinal, Said::Ending)),
                "ended" => {
                    ended += 1;
                    said.insert(ordinal, Said::Ended);
                }
                "silent" => silent += 1,
                _ => panic!("the writer says {line:?}"),
            }
        }
        unsaid += look(&open(folder.path()), &mut said, kill);
        said.retain(|_, said| *said != Said::Ended);
    }
    assert!(accepted > 10 * KILLS && ended > 5 * KILLS, "{accepted} accepted, {ended} ended");
    assert_eq!(silent, KILLS / ONE_IS_SILENT_OF, "groups stored in silence");
    assert!(unsaid >= silent, "of {silent} groups stored in silence {unsaid} messages are there");
    format!(
        "{KILLS} kills, {accepted} accepted, {ended} ended, {unsaid} there that it had not said"
    )
}

/// Runs the writer until it has said so often that it accepted something, or is silent, and kills it at
/// once. All that it said until it was dead.
fn lines_until_killed(folder: &Path, seed: u64, after: u64, silent_after: u64) -> Vec<String> {
    let mut writer = Command::new(env::current_exe().expect("this binary"))
        .args([WRITER, folder.to_str().expect("plain")])
        .args([seed, silent_after].map(|number| number.to_string()))
        .stdout(Stdio::piped())
        .spawn()
        .expect("this binary runs");
    let mut out = BufReader::new(writer.stdout.take().expect("piped"));
    let mut lines = Vec::new();
    let mut accepted = 0;
    let mut line = String::new();
    while accepted < after && out.read_line(&mut line).expect("readable") > 0 {
        accepted += u64::from(line.starts_with("accepted"));
        let silent = line.starts_with("silent");
        lines.push(std::mem::take(&mut line));
        if silent {
            break;
        }
    }
    writer.kill().expect("ours");
    while out.read_line(&mut line).expect("readable") > 0 {
        lines.push(std::mem::take(&mut line));
    }
    let status = writer.wait().expect("ours");
    assert_eq!(status.code(), None, "the writer ended before it was killed");
    // The last one may have been cut off.
    let whole = lines.iter().filter_map(|line| line.strip_suffix('\n'));
    whole.map(str::to_owned).collect()
}

/// Compares a spool with what was said of it, and brings that up to what is there. How many messages are
/// there that nothing was said of.
fn look(spool: &Spool, said: &mut BTreeMap<u64, Said>, kill: u64) -> u64 {
    let there = there(spool);
    let mut unsaid = 0;
    for (ordinal, recipients) in &there {
        let message = Message::of(*ordinal);
        let first = message.recipients[0];
        assert_eq!(*recipients, message.recipients, "kill {kill}: half of message {first}");
        let envelope = spool.envelope(first).expect("readable");
        assert_eq!(envelope.as_ref(), Some(&message.envelope), "kill {kill}: of message {first}");
        let body = spool.body(first).expect("readable").expect("it has a body");
        let body: Vec<u8> = body.flat_map(|piece| piece.expect("readable")).collect();
        assert!(body == message.body, "kill {kill}: the body of message {first}");
        let before = said.insert(*ordinal, Said::Accepted);
        assert_ne!(before, Some(Said::Ended), "kill {kill}: message {first} came back");
        unsaid += u64::from(before.is_none());
    }
    for (ordinal, said) in said.iter_mut().filter(|(ordinal, _)| !there.contains_key(ordinal)) {
        let first = Message::of(*ordinal).recipients[0];
        assert_ne!(*said, Said::Accepted, "kill {kill}: message {first} is lost");
        assert_eq!(spool.envelope(first).expect("readable"), None, "kill {kill}: of {first}");
        assert!(spool.body(first).expect("readable").is_none(), "kill {kill}: of {first}");
        *said = Said::Ended;
    }
    unsaid
}
