//! A log of mail that is replayed: what its rows mean, and what is shown where one is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use restante::base::{Instant, Priority};
use restante::scenario::{Arrivals, Problem, Scenario, Varied};

/// A scenario with sites enough for `sites` branches, whose traffic is the log beside it.
fn scenario(sites: u32) -> String {
    format!(
        "title = \"A log\"\nwhy = \"It is replayed.\"\n\
         site = [{{ name = \"branch\", count = {sites}, calls = \"never\" }}]\n\
         route = [\n\
           {{ domain = \"branch-{{n}}.example\", site = \"branch\", mode = \"held\" }},\n\
           {{ domain = \"office.example\", mode = \"direct\" }},\n\
         ]\n\
         traffic = [{{ name = \"log\", replay = \"../data/log.csv\" }}]\n"
    )
}

fn read(sites: u32, log: &str) -> Result<Scenario, Problem> {
    let beside = |path: &str| match path {
        "../data/log.csv" => Ok(log.as_bytes().to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let text = scenario(sites);
    Scenario::read_beside("scenarios/basic/x.toml", text.as_bytes(), &[], &beside)
}

#[test]
fn a_log_is_one_source_for_each_sender_and_recipient() {
    let log = "\u{feff}to,at_s,size_bytes,from,priority\r\n\
               \r\n\
               clerk@branch-2.example,3600,200,sales@office.example,\r\n\
               clerk@branch-1.example,0.000001,300,sales@office.example,urgent\r\n\
               \"clerk@branch-2.example\", 1.5 ,100,sales@office.example,normal\r\n\
               clerk@branch-2.example,3600,50,sales@office.example,non-urgent\r\n\
               sales@office.example,7,1,<>,\r\n\
               sales@office.example,8,1,,\r\n";
    let scenario = read(2, log).unwrap_or_else(|problem| panic!("{problem}"));
    let shown: Vec<_> = scenario
        .sources
        .iter()
        .map(|source| {
            let Arrivals::At(at) = &source.arrivals else { panic!("{:?}", source.arrivals) };
            let at: Vec<u64> = at.iter().map(|at| at.micros()).collect();
            let sender = source.sender.as_ref().map_or("<>", |sender| sender.mailbox.as_str());
            let to = source.recipient().mailbox.as_str();
            (
                source.name.as_str(),
                sender,
                to,
                at,
                source.size_bytes.clone(),
                source.priority.clone(),
            )
        })
        .collect();
    let (office, hour) = ("sales@office.example", 3_600_000_000);
    let priorities = vec![Priority::Normal, Priority::Normal, Priority::NonUrgent];
    assert_eq!(
        shown,
        [
            (
                "log-1",
                "<>",
                office,
                vec![7_000_000, 8_000_000],
                Varied::Same(1),
                Varied::Same(Priority::Normal)
            ),
            (
                "log-2",
                office,
                "clerk@branch-1.example",
                vec![1],
                Varied::Same(300),
                Varied::Same(Priority::Urgent)
            ),
            (
                "log-3",
                office,
                "clerk@branch-2.example",
                vec![1_500_000, hour, hour],
                Varied::Each(vec![100, 200, 50]),
                Varied::Each(priorities),
            ),
        ]
    );
}

#[test]
fn a_log_of_a_hundred_thousand_messages_for_five_hundred_sites_has_them_all() {
    const MESSAGES: u64 = 100_000;
    const SITES: u64 = 500;
    let mut log = "at_s,from,to,size_bytes,priority\n".to_owned();
    let mut expected: BTreeMap<String, Vec<(Instant, u32)>> = BTreeMap::new();
    for number in 0..MESSAGES {
        // 7,919 is prime to a hundred thousand: every instant once, in no order.
        let millis = number * 7_919 % MESSAGES;
        let to = format!("clerk@branch-{:03}.example", number % SITES + 1);
        let size = (number * 31 % 50_000 + 1) as u32;
        log.push_str(&format!(
            "{}.{:03},sales@office.example,{to},{size},urgent\n",
            millis / 1_000,
            millis % 1_000
        ));
        let at = Instant::from_micros(millis * 1_000);
        expected.entry(to).or_default().push((at, size));
    }
    let scenario = read(SITES as u32, &log).unwrap_or_else(|problem| panic!("{problem}"));
    assert_eq!(scenario.sources.len() as u64, SITES);
    let names: BTreeSet<&str> = scenario.sources.iter().map(|it| it.name.as_str()).collect();
    assert!(names.contains("log-001") && names.contains("log-500"));
    let mut count = 0;
    for source in &scenario.sources {
        let (Arrivals::At(at), Varied::Each(sizes)) = (&source.arrivals, &source.size_bytes) else {
            panic!("{source:?}")
        };
        let found: Vec<_> = at.iter().copied().zip(sizes.iter().copied()).collect();
        let mut sent = expected.remove(&source.recipient().mailbox).expect("one source for each");
        sent.sort_unstable();
        assert_eq!(found, sent, "{}", source.name);
        assert_eq!(source.priority, Varied::Same(Priority::Urgent));
        count += found.len() as u64;
    }
    assert_eq!(count, MESSAGES);
}

/// The cases of `scenario_replay.txt`.
#[test]
fn what_is_wrong_with_a_log_is_shown_in_the_log() {
    let mut count = 0;
    for section in include_str!("scenario_replay.txt").split("\n## ").skip(1) {
        let (head, shown) = section.split_once("\n\n").expect("a blank line before what is shown");
        let (name, lines) = head.split_once('\n').unwrap_or((head, ""));
        let lines = lines.lines().map(|line| line.strip_prefix('+').expect("a line of a log"));
        let log: String = lines.flat_map(|line| [line, "\n"]).collect();
        let problem = read(2, &log).expect_err("something is wrong");
        assert_eq!(problem.to_string(), shown.trim_end(), "{name}");
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn a_log_that_is_not_there_is_named_as_the_scenario_is() {
    let none = |_: &str| Err(io::Error::from(io::ErrorKind::NotFound));
    let text = scenario(2);
    let problem = Scenario::read_beside("scenarios/basic/x.toml", text.as_bytes(), &[], &none);
    let problem = problem.expect_err("there is no log").to_string();
    assert!(problem.starts_with("error: there is no `scenarios/data/log.csv`"), "{problem}");
}

#[test]
fn a_log_stops_being_read_after_a_hundred_complaints() {
    let log =
        format!("at_s,from,to,size_bytes\n{}", "soon,<>,clerk@branch-1.example,1\n".repeat(500));
    assert_eq!(read(2, &log).expect_err("no instant").count(), 100);
}
