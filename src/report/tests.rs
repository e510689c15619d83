//! What whole files look like, byte for byte, and that every chart can be read.

use super::console::{Context, Style};
use super::*;
use crate::base::{Instant, Priority, Rule, Span};
use crate::scenario::{Count, Varied};
use crate::trial::{CountsJudged, Rows};
use chart::TimeAxis;

const PLAIN: Options<'_> =
    Options { changes: &[], seed_in_name: SeedInName::Left, pictures: Pictures::Svg };
const CASE: repro::Case<'_> = repro::Case {
    source: "Exchange 5.0 and 5.5, KB Q184051",
    cause: "expiry skips messages that wait for ETRN",
};

/// The text of an artifact.
fn text_of(artifacts: &[Artifact], path: &str) -> String {
    let found = artifacts.iter().find(|artifact| artifact.path == path);
    let paths: Vec<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let found = found.unwrap_or_else(|| panic!("{path} is not among {paths:?}"));
    String::from_utf8(found.bytes.clone()).expect("text")
}

/// Every kind of verdict once, two scenarios with several seeds.
fn suite() -> Vec<RunRecord> {
    let mut other_seed = sample::burst(1_200);
    other_seed.seed = 2;
    let [interrupted, not_caught] = sample::unfinished();
    vec![
        sample::never_calls(),
        sample::stranded(),
        sample::missed(),
        sample::burst(1_200),
        other_seed,
        interrupted,
        sample::caught(),
        sample::renamed(not_caught, "museum/q184051-missed"),
        sample::many_sites(60),
    ]
}

/// Records for which a chart has little, nothing or very much to show.
fn extremes() -> Vec<RunRecord> {
    let mut never = sample::never_calls();
    never.ended_at = Instant::NEVER;
    never.series.push(crate::trial::Sample { at: Instant::NEVER, ..never.series[0] });
    let mut one_point = sample::never_calls();
    one_point.ended_at = Instant::ZERO;
    one_point.series.truncate(1);
    let mut no_sites = sample::empty(sample::scenario("basic/no-sites", 0));
    no_sites.sites.clear();
    no_sites.strips.clear();
    let mut unended = sample::stranded();
    unended.mail.accepted = u64::MAX;
    let mut quick = sample::empty(sample::scenario(&"very-long-name/".repeat(20), 0));
    quick.time_to_delivery.add(Span::from_micros(3));
    quick.time_to_delivery.settle();
    vec![
        sample::empty(sample::scenario("basic/empty", 0)),
        no_sites,
        one_point,
        never,
        unended,
        quick,
        sample::awkward(),
        sample::stranded(),
        sample::many_sites(60),
        sample::burst(100_000),
    ]
}

/// Every chart of every record there is.
fn pictures() -> Vec<Picture> {
    let records = suite().into_iter().chain(extremes());
    let mut pictures: Vec<Picture> = records
        .flat_map(|run| [chart::waiting(&run), chart::time_to_end(&run), chart::strips(&run)])
        .collect();
    let [production, exhibit] = sample::crowded();
    let mut dense = production.clone();
    dense.strips[1].calls = (0..40_000).map(|call| Instant::ZERO + Span::from_secs(call)).collect();
    for (production, exhibit) in [
        (sample::never_calls(), sample::stranded()),
        (dense, exhibit.clone()),
        (production, exhibit),
    ] {
        let story = repro::Story::of(&production, &exhibit, &CASE).expect("one message");
        pictures.push(chart::repro(&story));
    }
    pictures.extend(comparison::sample::pictures());
    pictures
}

fn messages_csv(record: &RunRecord) -> String {
    let mut file = Vec::new();
    messages::write_csv(record, &mut file).expect("a vector takes every byte");
    String::from_utf8(file).expect("text")
}

#[test]
fn a_run_is_written_as_these_files() {
    let artifacts = run_artifacts(&sample::never_calls(), &PLAIN).expect("files");
    let paths: Vec<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "basic/never-calls/summary.json",
            "basic/never-calls/timeseries.csv",
            "basic/never-calls/sites.csv",
            "basic/never-calls/waiting.svg",
            "basic/never-calls/time-to-end.svg",
            "basic/never-calls/sites.svg",
        ]
    );
    assert_eq!(
        messages_csv(&sample::never_calls()),
        include_str!("../../tests/expected/report/messages.csv")
    );
    assert_eq!(
        text_of(&artifacts, "basic/never-calls/timeseries.csv"),
        include_str!("../../tests/expected/report/timeseries.csv")
    );
    assert_eq!(
        text_of(&artifacts, "basic/never-calls/sites.csv"),
        include_str!("../../tests/expected/report/sites.csv")
    );
}

#[test]
fn a_run_is_summed_up_so() {
    let artifacts = run_artifacts(&sample::stranded(), &PLAIN).expect("files");
    assert_eq!(
        text_of(&artifacts, "basic/never-calls@q184051-held-never-expires/summary.json"),
        include_str!("../../tests/expected/report/summary.json")
    );
}

#[test]
fn absent_cells_are_empty_and_names_are_quoted() {
    let record = sample::awkward();
    assert_eq!(
        messages_csv(&record),
        include_str!("../../tests/expected/report/awkward-messages.csv")
    );
    assert_eq!(
        String::from_utf8(sites::csv(&record)).expect("text"),
        include_str!("../../tests/expected/report/awkward-sites.csv")
    );
}

#[test]
fn every_row_reads_back_as_csv() {
    let record = sample::burst(10_000);
    for (file, rows) in [
        (messages_csv(&record).into_bytes(), record.rows.len()),
        (timeseries::csv(&record), record.series.len()),
        (sites::csv(&record), record.sites.len()),
        (messages_csv(&sample::awkward()).into_bytes(), 2),
    ] {
        // The reader refuses a row with another number of cells than the header.
        let read: Result<Vec<csv::StringRecord>, _> =
            csv::Reader::from_reader(file.as_slice()).records().collect();
        assert_eq!(read.expect("well formed").len(), rows);
    }
}

#[test]
fn a_suite_is_shown_to_a_ci_server_so() {
    let artifacts = suite_artifacts(&suite(), &PLAIN).expect("files");
    assert_eq!(
        text_of(&artifacts, "junit.xml"),
        include_str!("../../tests/expected/report/junit.xml")
    );
    let summary: serde_json::Value =
        serde_json::from_str(&text_of(&artifacts, "summary.json")).expect("json");
    assert_eq!(
        summary["verdicts"].to_string(),
        r#"{"broken":1,"interrupted":1,"missed":1,"not_caught":1,"passed":5,"runs":9}"#
    );
    assert_eq!(summary["runs"].as_array().map(Vec::len), Some(9));
}

#[test]
fn thresholds_and_what_befell_the_hub_are_summed_up_so() {
    let summary = |record: RunRecord| -> serde_json::Value {
        serde_json::from_slice(&summary::run(&record, &[])).expect("json")
    };
    let missed = summary(sample::missed());
    let thresholds = missed["thresholds"].as_array().expect("thresholds");
    assert_eq!(thresholds.len(), 2);
    assert_eq!(
        thresholds[1].to_string(),
        r#"{"bound":172800000000,"holds":false,"seen":172800000000,"threshold":"p99(time_to_return) < 2d","unit":"us"}"#
    );
    assert_eq!(missed["missed"].as_array().map(Vec::len), Some(2));
    let hub = &summary(sample::many_sites(2))["hub"];
    assert_eq!((hub["crashes"].as_u64(), hub["suspensions"].as_u64()), (Some(2), Some(1)));
    assert_eq!(
        hub["absences"][2].to_string(),
        r#"{"cause":"down","from_us":1188000000000,"to_us":null}"#
    );
}

#[test]
fn a_suite_is_shown_on_the_terminal_so() {
    let context = Context { program: "target/release/restante", changes: &[], style: Style::Plain };
    let plain = console::suite(&suite(), "reports", &context);
    assert_eq!(plain, include_str!("../../tests/expected/report/console.txt"));

    let coloured =
        console::suite(&suite(), "reports", &Context { style: Style::Colour, ..context });
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn many_failures_leave_the_table_on_the_screen() {
    let records = vec![sample::stranded(); 25];
    let context = Context { program: "restante", changes: &[], style: Style::Plain };
    let text = console::suite(&records, "reports", &context);
    assert_eq!(text.matches("\n  repeat ").count(), 10);
    assert!(text.contains("\nand 15 more runs FAILED; all of them stand in reports/junit.xml\n"));
    assert!(text.contains("I2 ends-by-deadline at 2d (25 of 25 seeds)\n"), "{text}");
}

#[test]
fn counts_that_another_seed_left_unjudged_are_marked() {
    let mut scenario = sample::scenario("basic/never-calls", 1);
    scenario.expect.counts = vec![(Count::Ndr, 2)];
    let mut record = sample::empty(scenario);
    for (counts_judged, marked) in [
        (CountsJudged::OtherSeed, true),
        (CountsJudged::Yes, false),
        (CountsJudged::OtherRules, false),
    ] {
        record.counts_judged = counts_judged;
        let table = console::table(std::slice::from_ref(&record), Style::Plain);
        assert_eq!(table.contains("  counts not judged\n"), marked, "{table}");
    }
}

#[test]
fn only_the_exhibit_that_was_asked_for_is_told_as_caught() {
    let by_prefix = sample::caught();
    let mut another = sample::caught();
    another.exhibit = Some("another-exhibit");
    another.breaches.clear();
    another.breach_counts.clear();
    let mut with_others = sample::caught();
    with_others.breach_counts.extend([(Rule::DeadlineFixed, 1), (Rule::RightHost, 2)]);
    for (record, note) in [
        (by_prefix, "0s  caught by I2 ends-by-deadline at 2d\n"),
        (with_others, "0s  caught by I2 ends-by-deadline at 2d, with I7 I11\n"),
        (another, "0s  another-exhibit\n"),
    ] {
        let table = console::table(std::slice::from_ref(&record), Style::Plain);
        assert!(table.contains(note), "{table}");
    }
}

#[test]
fn no_run_at_all_is_told_in_one_line() {
    let context = Context { program: "restante", changes: &[], style: Style::Plain };
    assert_eq!(
        console::suite(&[], "reports", &context),
        "0 scenarios, 0 runs: 0 ok; 0 messages accepted; reports in reports\n"
    );
}

#[test]
fn a_run_is_repeated_by_this_command() {
    let changes = ["policy.retry=[\"15m\", \"1h\"]".to_owned()];
    let long = sample::renamed(sample::never_calls(), "basic/other");
    for (record, changes, command) in [
        (sample::never_calls(), &[][..], "restante run scenarios/basic/never-calls.toml --seed 1"),
        (
            sample::stranded(),
            &[][..],
            "restante run scenarios/basic/never-calls.toml --seed 1 \
             --exhibit q184051-held-never-expires",
        ),
        (sample::caught(), &[][..], "restante run scenarios/museum/q184051.toml --seed 1"),
        (
            long,
            &changes[..],
            "restante run scenarios/basic/never-calls.toml --seed 1 \
             --set 'policy.retry=[\"15m\", \"1h\"]'",
        ),
    ] {
        assert_eq!(repeat::canonical(&record, changes), command);
    }
    let command = repeat::command("my tools/restante", &sample::never_calls(), &[]);
    assert!(command.starts_with("'my tools/restante' run "), "{command}");
}

#[test]
fn a_folder_is_named_after_what_tells_runs_apart() {
    for (record, seed_in_name, folder) in [
        (sample::never_calls(), SeedInName::Left, "basic/never-calls"),
        (sample::never_calls(), SeedInName::Written, "basic/never-calls#1"),
        (sample::stranded(), SeedInName::Written, "basic/never-calls@q184051-held-never-expires#1"),
    ] {
        assert_eq!(run_folder(&record, seed_in_name), folder);
    }
}

#[test]
fn a_reproduction_is_told_so() {
    let (production, exhibit) = (sample::never_calls(), sample::stranded());
    let artifacts = repro_artifacts(&production, &exhibit, &CASE, &PLAIN).expect("files");
    let folder = "basic/never-calls@q184051-held-never-expires";
    assert_eq!(
        text_of(&artifacts, &format!("{folder}/repro.txt")),
        include_str!("../../tests/expected/report/repro.txt")
    );
    let svg = text_of(&artifacts, &format!("{folder}/repro.svg"));
    for words in ["returned to its sender", "I2 ends-by-deadline is broken at 2d", "still waits"] {
        assert!(svg.contains(words), "{words}");
    }
}

#[test]
fn calls_and_several_breaches_are_told_side_by_side() {
    let [production, exhibit] = sample::crowded();
    assert_eq!(
        repro::text(&production, &exhibit, &CASE, &[]).expect("one message"),
        include_str!("../../tests/expected/report/crowded-repro.txt")
    );
}

#[test]
fn runs_without_a_common_row_cannot_be_followed() {
    let mut rowless = sample::stranded();
    rowless.rows = Rows::default();
    let error = repro::text(&sample::never_calls(), &rowless, &CASE, &[]).expect_err("no rows");
    assert_eq!(
        error.to_string(),
        "the scenario records no message that both runs accepted; set `record.csv` to `all`"
    );
}

#[test]
fn a_picture_is_the_same_every_time() {
    let drawn = || -> Vec<String> {
        pictures().iter().map(|picture| picture.svg().expect("drawn")).collect()
    };
    assert_eq!(drawn(), drawn());
}

#[test]
fn every_label_is_on_the_sheet_and_none_lies_upon_another() {
    for picture in pictures() {
        let labels = picture.labels();
        for (place, label) in labels.iter().enumerate() {
            let (left, right) = label.extent();
            let words = &label.words;
            assert!(left >= 0 && right <= picture.width, "{words} in {}", picture.title);
            assert!(label.at.1 >= 8 && label.at.1 + 8 <= picture.height, "{words}");
            for other in &labels[..place] {
                let apart = (label.at.1 - other.at.1).abs() >= 12;
                let (other_left, other_right) = other.extent();
                let beside = right <= other_left || other_right <= left;
                assert!(apart || beside, "{words} upon {} in {}", other.words, picture.title);
            }
        }
    }
}

#[test]
fn every_shape_is_on_the_sheet() {
    for picture in pictures() {
        for (x, y) in picture.points() {
            let inside = (0..=picture.width).contains(&x) && (0..=picture.height).contains(&y);
            assert!(inside, "{x},{y} in {}", picture.title);
        }
    }
}

#[test]
fn a_chart_without_anything_to_show_says_so() {
    let empty = sample::empty(sample::scenario("basic/empty", 0));
    let mut no_sites = empty.clone();
    no_sites.sites.clear();
    no_sites.strips.clear();
    let mut no_length = sample::never_calls();
    no_length.ended_at = Instant::ZERO;
    no_length.series.truncate(1);
    for (picture, words) in [
        (chart::waiting(&empty), "no message was waiting in any of 0 samples"),
        (chart::waiting(&empty), "basic/empty, seed 1, production rules, 0s of virtual time"),
        (chart::waiting(&no_length), "1 message waiting, in a run of no length"),
        (chart::time_to_end(&empty), "no mail was accepted"),
        (chart::time_to_end(&sample::stranded()), "1 message accepted, and none came to an end"),
        (chart::strips(&empty), "no call, no delivery and no NDR at these sites"),
        (chart::strips(&no_sites), "the scenario has no site"),
        (chart::strips(&sample::many_sites(60)), "and 21 more sites"),
        (
            chart::strips(&sample::many_sites(60)),
            "shaded: the hub is down 2 times or suspended 1 time",
        ),
    ] {
        let svg = picture.svg().expect("drawn");
        assert!(svg.contains(words), "{words} is not in {}", picture.title);
    }
}

#[test]
fn the_time_outs_of_the_mail_are_drawn_in() {
    let svg = chart::time_to_end(&sample::many_sites(3)).svg().expect("drawn");
    for words in ["urgent time-out 1d", "normal time-out 2d", "non-urgent time-out 3d"] {
        assert!(svg.contains(words), "{words}");
    }
    let mut scenario = sample::scenario("basic/quick", 1);
    scenario.sources[0].priority = Varied::Same(Priority::Urgent);
    let mut quick = sample::empty(scenario);
    quick.time_to_delivery.add(Span::from_secs(2));
    quick.time_to_delivery.settle();
    let svg = chart::time_to_end(&quick).svg().expect("drawn");
    assert!(svg.contains("urgent time-out 1d, beyond this axis"));
}

#[test]
fn letters_have_whole_sizes_and_every_tag_is_closed() {
    for picture in pictures() {
        let svg = picture.svg().expect("drawn");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<text ").count(), svg.matches("</text>").count());
        for size in svg.split("font-size=\"").skip(1) {
            let size = size.split('"').next().unwrap_or_default();
            assert!(size == "12" || size == "18", "{size}");
        }
    }
}

#[test]
fn a_png_is_twice_the_size_of_its_svg() {
    let picture = chart::waiting(&sample::burst(1_200));
    let png = picture.png().expect("drawn");
    let decoder = png::Decoder::new(png.as_slice());
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size()];
    let frame = reader.next_frame(&mut pixels).expect("a whole PNG");
    assert_eq!((frame.width, frame.height), (2_000, 1_000));
    // Sky blue is that of held mail: it fills much of this chart.
    let sky = pixels.chunks_exact(3).filter(|pixel| *pixel == [86, 180, 233]).count();
    assert!(sky > pixels.len() / 3 / 10, "{sky} pixels");
}

#[test]
fn a_png_is_made_of_little_or_nothing_too() {
    for run in &extremes()[..4] {
        for picture in [chart::waiting(run), chart::time_to_end(run), chart::strips(run)] {
            let png = picture.png().expect("drawn");
            assert!(png.starts_with(b"\x89PNG"), "{}", picture.title);
        }
    }
}

#[test]
fn an_axis_of_text_has_columns_for_pixels() {
    let axis = TimeAxis::new(Span::from_hours(48), 10, 58, 8);
    assert_eq!(axis.at(Instant::ZERO + Span::from_hours(24)), 34);
}
