//! What a run drew, written out, reads back to the same scenario without chance.

use std::collections::BTreeSet;
use std::path::Path;

use restante::base::{Instant, Priority, Span};
use restante::scenario::{
    Arrivals, Calls, Change, Course, Crash, CrashCause, Happening, Keep, Occasions, Presence,
    Scenario, Sent, Site, SiteCourse, Source, Varied, resolved,
};

use super::{EVERY_KEY, read, suite};

const SEED: u64 = 7;

/// A course that is full of odd instants, and no run's: what is written out is what is in it.
fn course_of(scenario: &Scenario) -> Course {
    let at = Instant::from_micros;
    let site = |site: &Site| {
        let calls = matches!(site.presence, Presence::OnCall(_));
        let flaps = matches!(site.presence, Presence::Always { flapping: Some(_), .. });
        SiteCourse {
            calls: if calls { vec![at(3_600_000_000), at(7_200_000_001)] } else { Vec::new() },
            drops: if site.line.drop_permille > 0 { vec![at(7_200_000_999)] } else { Vec::new() },
            outages: if flaps {
                vec![(at(0), at(1)), (at(3_600_000_000_001), at(3_600_000_000_002))]
            } else {
                Vec::new()
            },
            strikes: site.troubles.iter().map(|_| vec![2, 5]).collect(),
        }
    };
    let sent = |(number, source): (usize, &Source)| {
        let sizes = [4_096, 1, u32::MAX];
        let priorities = if source.priority == Varied::Same(Priority::Urgent) {
            [Priority::Urgent; 3]
        } else {
            Priority::ALL
        };
        let all = (0_u32..).zip(sizes).zip(priorities);
        let all = all.map(|((n, size_bytes), priority)| Sent {
            at: at(u64::from(n / 2) * 1_500_000),
            size_bytes,
            priority,
        });
        // Some send nothing, and some only what is alike.
        all.take(number % 4).collect()
    };
    let timed = scenario.events.iter().zip(0..);
    let crashes = timed.filter(|(event, _)| matches!(event.what, Happening::Crash(_)));
    let crashes = crashes.map(|(_, number)| (CrashCause::Event(number), 4));
    let at_record =
        (0..scenario.crashes_at_record.len() as u32).map(|n| (CrashCause::AtRecord(n), 9));
    Course {
        sites: scenario.sites.iter().map(site).collect(),
        sources: scenario.sources.iter().enumerate().map(sent).collect(),
        crashes: crashes.chain(at_record).collect(),
    }
}

/// The scenario with everything that is drawn as the course has it.
fn without_chance(scenario: &Scenario, course: &Course) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.seeds = vec![SEED];
    for (site, course) in scenario.sites.iter_mut().zip(&course.sites) {
        settle_site(site, course);
    }
    for (source, sent) in scenario.sources.iter_mut().zip(&course.sources) {
        source.arrivals = Arrivals::At(sent.iter().map(|one| one.at).collect());
        source.size_bytes = alike(sent.iter().map(|one| one.size_bytes).collect(), 4_096);
        source.priority = alike(sent.iter().map(|one| one.priority).collect(), Priority::Normal);
    }
    let kept = |crash: &mut Crash, cause| {
        if crash.keep == Keep::Drawn {
            let (_, kept) =
                course.crashes.iter().find(|(it, _)| *it == cause).expect("it happened");
            crash.keep = Keep::First(*kept);
        }
    };
    for (event, number) in scenario.events.iter_mut().zip(0..) {
        if let Happening::Crash(crash) = &mut event.what {
            kept(crash, CrashCause::Event(number));
        }
    }
    for ((_, crash), number) in scenario.crashes_at_record.iter_mut().zip(0..) {
        kept(crash, CrashCause::AtRecord(number));
    }
    scenario
}

fn settle_site(site: &mut Site, course: &SiteCourse) {
    match &mut site.presence {
        Presence::OnCall(calls) => *calls = Calls::At(course.calls.clone()),
        Presence::Always { outages, flapping } => {
            let all: BTreeSet<_> = outages.iter().chain(&course.outages).copied().collect();
            *outages = all.into_iter().collect();
            *flapping = None;
        }
    }
    let line = &mut site.line;
    let drops: BTreeSet<_> = line.drops_at.iter().chain(&course.drops).copied().collect();
    line.drops_at = drops.into_iter().collect();
    (line.drop_permille, line.busy_permille, line.redials) = (0, 0, 0);
    (line.redial, line.drop_within) = (Span::from_minutes(2), Span::from_minutes(5));
    for (trouble, strikes) in site.troubles.iter_mut().zip(&course.strikes) {
        if let Occasions::Chance(_) = trouble.occasions {
            trouble.occasions = Occasions::Nth(strikes.clone());
        }
    }
}

fn alike<T: Copy + PartialEq>(all: Vec<T>, usual: T) -> Varied<T> {
    match all.first() {
        None => Varied::Same(usual),
        Some(first) if all.iter().all(|other| other == first) => Varied::Same(*first),
        Some(_) => Varied::Each(all),
    }
}

fn check(scenario: &Scenario) {
    let course = course_of(scenario);
    let text = resolved(scenario, SEED, &course);
    let back = Scenario::read(&scenario.path, text.as_bytes(), &[]);
    let back = back.unwrap_or_else(|problem| panic!("{}: {problem}", scenario.name));
    let expected = without_chance(scenario, &course);
    assert!(back == expected, "{}\n{text}\n{back:#?}\n{expected:#?}", scenario.name);
}

#[test]
fn every_table_written_out_reads_back_to_the_same() {
    let scenario = read(EVERY_KEY, &[]).unwrap_or_else(|problem| panic!("{problem}"));
    assert!(scenario.depends_on_seed());
    check(&scenario);
}

#[test]
fn every_disk_and_every_choice_of_fidelities_is_written_out() {
    for set in [
        &["hub.disk={}"][..],
        &["hub.disk.at_crash=kept"],
        &["hub.disk.at_crash=reordered", "fidelity=[\"hub\", \"queue\"]"],
        &["hub.disk={}", "fidelity=[\"queue\"]"],
        &["hub.disk.full_at=300000B"],
        &["hub.disk.fails_at_write=17", "hub.disk.syncs=honest"],
        &["hub.disk.syncs=lying", "hub.disk.full_at=1MiB"],
    ] {
        let changes: Vec<_> = set.iter().map(|set| Change::parse(set).expect("a change")).collect();
        check(&read(EVERY_KEY, &changes).unwrap_or_else(|problem| panic!("{problem}")));
    }
}

#[test]
fn every_scenario_of_the_suite_written_out_reads_back_to_the_same() {
    // What is read of a thousand hosts is read of a hundred.
    let large = ["scale/dense.toml", "scale/dialup-10k.toml"];
    let is_large = |file: &Path| large.iter().any(|large| file.ends_with(large));
    let files: Vec<_> = suite::files().into_iter().filter(|file| !is_large(file)).collect();
    assert!(files.len() >= 17, "{} scenarios", files.len());
    for file in &files {
        check(&suite::read(file));
    }
}
