//! A log of a hundred thousand messages for five hundred sites, run: what comes of it is what its rows
//! imply.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use restante::scenario::Scenario;
use restante::trial::{self, Outcome, Verdict};

const MESSAGES: u64 = 100_000;
const SITES: u64 = 500;

/// Half of the hosts call every twelve hours, sooner than the shortest time-out; half never do.
const SCENARIO: &str = r#"
title = "a replayed log comes out as its rows say"
why = "a fortnight of somebody's mail"

[[site]]
name = "daily"
count = 250
calls = { every = "12h", until = "20d" }

[[site]]
name = "silent"
count = 250
calls = "never"

[[route]]
domain = "daily-{n}.example"
site = "daily"
mode = "held"

[[route]]
domain = "silent-{n}.example"
site = "silent"
mode = "held"

[[route]]
domain = "office.example"
mode = "direct"

[[traffic]]
name = "log"
replay = "log.csv"
"#;

/// What the rows to one host imply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Implied {
    delivered: u64,
    returned: u64,
    dead_letters: u64,
}

/// The log, and what its rows imply for each site.
fn log() -> (String, Vec<Implied>) {
    let mut log = "at_s,from,to,size_bytes,priority\n".to_owned();
    let mut implied = vec![Implied::default(); SITES as usize];
    for number in 0..MESSAGES {
        // Numbers prime to all that they are taken over: every site, every instant, in no order.
        let site = number * 7 % SITES;
        let at_s = number * 7_919 % (14 * 86_400);
        let (group, own) = if site < 250 { ("daily", site + 1) } else { ("silent", site - 249) };
        let from = if number % 10 == 3 { "" } else { "sales@office.example" };
        let priority = ["urgent", "normal", "non-urgent"][(number % 3) as usize];
        let size_bytes = number % 5_000 + 1;
        log.push_str(&format!(
            "{at_s}.25,{from},clerk@{group}-{own:03}.example,{size_bytes},{priority}\n"
        ));
        let row = &mut implied[site as usize];
        match (group, from) {
            ("daily", _) => row.delivered += 1,
            (_, "") => row.dead_letters += 1,
            _ => row.returned += 1,
        }
    }
    (log, implied)
}

#[test]
fn a_replayed_log_gives_the_counts_that_its_rows_imply() {
    let (log, implied) = log();
    let beside = |name: &str| match name {
        "log.csv" => Ok(log.clone().into_bytes()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let read = Scenario::read_beside("log.toml", SCENARIO.as_bytes(), &[], &beside);
    let scenario = Arc::new(read.unwrap_or_else(|problem| panic!("{problem}")));
    let record = trial::run(&scenario, 1, None, &AtomicBool::new(false)).expect("it can be run");
    assert_eq!(record.verdict, Verdict::Passed);

    let sum = |of: fn(&Implied) -> u64| implied.iter().map(of).sum::<u64>();
    assert_eq!(record.mail.accepted, MESSAGES);
    assert_eq!(record.mail.of(Outcome::Delivered), sum(|it| it.delivered));
    assert_eq!(record.mail.of(Outcome::Ndr), sum(|it| it.returned));
    assert_eq!(record.mail.of(Outcome::DeadLetter), sum(|it| it.dead_letters));
    for (totals, implied) in record.sites.iter().zip(&implied) {
        let seen = Implied {
            delivered: totals.delivered,
            returned: totals.ndrs,
            dead_letters: totals.dead_letters,
        };
        assert_eq!(seen, *implied);
    }
}
