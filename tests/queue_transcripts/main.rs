//! The queue by its transcripts: what it is told, and to the letter what it then bids.
//!
//! Each file in `tests/transcripts` holds transcripts about one subject. A failure prints the
//! difference, and the transcript as it is now, ready to be judged and put in the file's place.

mod transcript;
mod words;

macro_rules! transcripts {
    ($($name:ident: $file:literal,)*) => {
        /// Every file that is replayed.
        const FILES: &[&str] = &[$($file),*];
        $(
            #[test]
            fn $name() {
                check($file, include_str!(concat!("../transcripts/", $file)));
            }
        )*
    };
}

transcripts! {
    mail_that_nobody_calls_for_is_returned_on_time: "expiry.txt",
    etrn_is_answered_by_what_waits_and_whose_it_is: "etrn.txt",
    a_flush_takes_what_is_there_and_what_comes: "flush.txt",
    at_one_instant_the_table_of_the_module_holds: "instants.txt",
    a_lost_connection_stops_its_route: "drops.txt",
    a_silent_peer_is_cut_in_every_phase: "silence.txt",
    a_transfer_has_grace_and_no_more: "grace.txt",
    a_direct_route_is_tried_by_the_ladder: "retries.txt",
    connections_are_bounded_and_the_oldest_goes_first: "connections.txt",
    recipients_and_reports_go_their_own_ways: "reports.txt",
    nothing_is_noticed_before_it_is_persisted: "persist.txt",
    a_sender_is_told_what_it_asked_to_be_told: "notify.txt",
    a_by_time_is_kept_or_told_of: "deliverby.txt",
    nothing_leaves_before_its_release: "future.txt",
    a_delay_is_told_once: "notices.txt",
    an_administrator_can_do_all_but_stop_expiry: "orders.txt",
    new_mail_is_refused_before_the_reserve_is_touched: "limits.txt",
    a_reload_moves_no_deadline: "reload.txt",
    where_there_is_no_host_nothing_waits_for_it: "permanent.txt",
    what_lasts_outlasts_a_restart: "restart.txt",
}

fn check(file: &str, text: &str) {
    let mut differences = String::new();
    for expected in transcript::split(text) {
        let got = transcript::replay(&expected);
        if got != expected {
            differences.push_str(&difference(&expected, &got));
        }
    }
    assert!(differences.is_empty(), "{file} tells another story:\n{differences}");
}

/// The title, the lines that differ between what both have in common, and all that came.
fn difference(expected: &str, got: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), got.lines().collect());
    let shorter = old.len().min(new.len());
    let before = (0..shorter).take_while(|&n| old[n] == new[n]).count();
    let after =
        (1..=shorter - before).take_while(|&n| old[old.len() - n] == new[new.len() - n]).count();
    let mut text = format!("\n{}, from its line {} on:\n", old[0], before + 1);
    for line in &old[before..old.len() - after] {
        text.push_str(&format!("- {line}\n"));
    }
    for line in &new[before..new.len() - after] {
        text.push_str(&format!("+ {line}\n"));
    }
    text + "\nwhole, as it is now:\n\n" + got
}

#[test]
fn every_transcript_is_replayed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts");
    let entries = std::fs::read_dir(folder).expect("the folder of transcripts");
    let mut found: Vec<_> = entries
        .map(|entry| entry.expect("a name").file_name().into_string().expect("a plain name"))
        .collect();
    let mut replayed = FILES.to_vec();
    found.sort();
    replayed.sort_unstable();
    assert_eq!(found, replayed);
}

#[test]
fn a_difference_shows_the_lines_that_differ() {
    let difference = difference("# t\na\nb\nc\n", "# t\na\nx\ny\nc\n");
    let (lines, _) = difference.split_once("\n\nwhole").expect("both parts");
    assert_eq!(lines, "\n# t, from its line 3 on:\n- b\n+ x\n+ y");
}
