//! What a spool costs in memory, as the system counts it. The only test of its binary: no other one's
//! memory is in the numbers.

#![cfg(target_os = "linux")]

use restante::base::MessageId;
use restante::spool::{Batch, Folder, Settings, Spool};

const CHUNK: usize = 64 << 10;
const CHUNKS: usize = 800;
const MIB: u64 = 1 << 20;

/// The most memory that this process has had at once, in bytes.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system's account");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    let number = line.trim().strip_suffix(" kB").and_then(|number| number.parse::<u64>().ok());
    number.expect("a number of kilobytes") * 1_024
}

#[test]
fn a_body_of_50_mib_is_never_in_memory_as_a_whole() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the test");
    let volume = Folder::new(folder.path());
    let mut spool = Spool::open(&volume, Settings::default()).expect("a new spool");
    let message = MessageId::mail(0, 0).expect("small");
    let mut chunk: Vec<u8> = (0..CHUNK).map(|n| n as u8).collect();
    let before = peak_bytes();
    for number in 0..CHUNKS {
        chunk[0] = number as u8;
        spool.write_chunk(message, &chunk).expect("room");
    }
    let mut batch = Batch::new();
    batch.accept(message, 1, b"record");
    spool.commit(&batch).expect("room");
    let written = peak_bytes();
    let cost = (written - before) / MIB;
    assert!(cost <= 24, "to write it cost {cost} MiB");

    drop(spool);
    let spool = Spool::open(&volume, Settings::default()).expect("whole");
    let body = spool.body(message).expect("readable").expect("there");
    let mut at = 0;
    for piece in body {
        for byte in piece.expect("readable") {
            let expected = if at % CHUNK == 0 { (at / CHUNK) as u8 } else { (at % CHUNK) as u8 };
            assert_eq!(byte, expected, "at {at}");
            at += 1;
        }
    }
    assert_eq!(at, CHUNK * CHUNKS);
    let cost = (peak_bytes() - before) / MIB;
    assert!(cost <= 24, "to write and read it cost {cost} MiB");
}
