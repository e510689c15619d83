//! What two small sets come to, and what must hold for any two.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::sweep::{Figures, Origin, Test};

/// A set of one measure on the axis `n`: a cell for each list of figures, with the seeds 1, 2, and so on.
fn set_of(measure: Measure, cells: &[&[Option<u64>]]) -> ResultSet {
    let run = |figure: &Option<u64>| {
        let mut figures = Figures::default();
        figures.0[measure as usize] = *figure;
        SeedRun { verdict: "passed".to_owned(), figures }
    };
    let cell = |(place, figures): (usize, &&[Option<u64>])| ResultCell {
        hash: format!("hash {place}"),
        values: vec![place.to_string()],
        runs: (1..).zip(figures.iter().map(run)).collect(),
    };
    ResultSet {
        origin: Origin::Sweep,
        axes: vec!["n".to_owned()],
        measures: vec![measure],
        cells: cells.iter().enumerate().map(cell).collect(),
    }
}

fn compared(measure: Measure, a: &[Option<u64>], b: &[Option<u64>]) -> Comparison {
    Comparison::of(&set_of(measure, &[a]), &set_of(measure, &[b]), &[], 0.05).expect("one cell")
}

#[test]
fn a_figure_is_told_by_what_became_of_it() {
    for (a, b, change, moved) in [
        ([None; 2], [None; 2], Change::Absent, false),
        ([Some(5), Some(6)], [Some(5), Some(6)], Change::Seen(Paired::Same), false),
        ([Some(5), Some(6)], [Some(7), Some(8)], Change::Seen(Paired::SameInEach), true),
        ([Some(5), None], [Some(5), Some(6)], Change::Presence { appears: 1, vanishes: 0 }, true),
        ([None, Some(6)], [Some(5), None], Change::Presence { appears: 1, vanishes: 1 }, true),
    ] {
        let comparison = compared(Measure::Open, &a, &b);
        assert_eq!(comparison.pairs[0].change, change);
        assert_eq!(comparison.has_moved(&comparison.pairs[0]), moved, "{change:?}");
    }
    let one = compared(Measure::Open, &[Some(5)], &[Some(6)]);
    assert_eq!(one.pairs[0].change, Change::Seen(Paired::OneSeed));
    assert!(one.has_moved(&one.pairs[0]));
}

#[test]
fn a_difference_is_told_in_the_unit_of_its_measure() {
    let a = [Some(10_000_000), Some(20_000_000)];
    let b = [Some(13_000_000), Some(26_000_000)];
    let comparison = compared(Measure::DrainedAt, &a, &b);
    let pair = &comparison.pairs[0];
    assert_eq!((pair.difference(), pair.relative()), (Some(4.5), Some(0.3)));
    let Change::Seen(Paired::Tested(Test { degrees, .. })) = pair.change else { panic!("tested") };
    assert_eq!(degrees, 1);
    let (low, high) = pair.interval().expect("a test");
    assert!((low + high - 9.0).abs() < 1e-9 && low < 3.0, "{low} to {high}");
    assert!(!comparison.has_moved(pair), "two seeds that differ so say little");
}

#[test]
fn a_limit_is_exceeded_by_more_than_it_and_either_way() {
    for (a, b, limit, expected) in [
        (100, 105, 5_000_000, false),
        (100, 106, 5_000_000, true),
        (100, 95, 5_000_000, false),
        (100, 94, 5_000_000, true),
        (0, 1, 1_000_000_000, true),
        (100, 100, 0, false),
        (u64::MAX, u64::MAX - 1, 0, true),
    ] {
        let comparison = compared(Measure::Open, &[Some(a)], &[Some(b)]);
        let exceeds = comparison.exceeds(&comparison.pairs[0], Limit(limit));
        assert_eq!(exceeds, expected, "{a} {b} {limit}");
    }
    let gone = compared(Measure::DrainedAt, &[Some(1)], &[None]);
    assert!(gone.exceeds(&gone.pairs[0], Limit(u64::MAX)));
}

#[test]
fn cells_are_matched_by_values_then_by_hash_and_what_is_left_is_listed() {
    let figures = [Some(1)];
    let mut a = set_of(Measure::Open, &[figures.as_slice(); 4]);
    let mut b = set_of(Measure::Open, &[figures.as_slice(); 4]);
    // Another hash, the same value; the same hash, the value written otherwise; neither.
    b.cells[1].hash = "of other code".to_owned();
    b.cells[2].values = vec!["2.0".to_owned()];
    b.cells[3] =
        ResultCell { hash: "new".to_owned(), values: vec!["9".to_owned()], ..b.cells[3].clone() };
    let first = a.cells[0].runs[&1].clone();
    a.cells[0].runs.insert(7, first);
    let comparison = Comparison::of(&a, &b, &[], 0.05).expect("three cells");
    let cells: Vec<&str> = comparison.cells.iter().map(|cell| cell.values[0].as_str()).collect();
    assert_eq!(cells, ["0", "1", "2"]);
    assert_eq!(comparison.cells[2].values_in_b, Some(vec!["2.0".to_owned()]));
    assert_eq!(comparison.only_in_a.cells, [["3"]]);
    assert_eq!(comparison.only_in_a.runs, [(vec!["0".to_owned()], 7)]);
    assert_eq!(comparison.only_in_b.cells, [["9"]]);
    assert_eq!(comparison.only_in_b.runs, []);
}

#[test]
fn the_order_of_the_axes_does_not_matter() {
    let mut a = set_of(Measure::Open, &[&[Some(1)]]);
    let mut b = a.clone();
    a.axes = ["x", "y"].map(str::to_owned).to_vec();
    b.axes = ["y", "x"].map(str::to_owned).to_vec();
    a.cells[0].values = ["1", "2"].map(str::to_owned).to_vec();
    b.cells[0].values = ["2", "1"].map(str::to_owned).to_vec();
    b.cells[0].hash = "another".to_owned();
    let comparison = Comparison::of(&a, &b, &[], 0.05).expect("one cell");
    assert_eq!(comparison.cells[0].values_in_b, None);
}

#[test]
fn two_runs_by_themselves_are_compared_whatever_they_are() {
    let mut a = set_of(Measure::Open, &[&[Some(1)]]);
    let mut b = set_of(Measure::Open, &[&[Some(2)]]);
    b.cells[0].values = vec!["other".to_owned()];
    b.cells[0].hash = String::new();
    assert_eq!(Comparison::of(&a, &b, &[], 0.05), Err(NothingInCommon::Cells));
    (a.origin, b.origin) = (Origin::Run, Origin::Run);
    let comparison = Comparison::of(&a, &b, &[], 0.05).expect("one run each");
    assert_eq!(comparison.cells[0].values_in_b, Some(vec!["other".to_owned()]));
}

#[test]
fn sets_without_anything_in_common_are_told_apart() {
    let a = set_of(Measure::Open, &[&[Some(1)]]);
    let mut other_seed = a.clone();
    other_seed.cells[0].runs = BTreeMap::from([(2, a.cells[0].runs[&1].clone())]);
    let other_measure = set_of(Measure::Refused, &[&[Some(1)]]);
    for (b, measures, nothing) in [
        (&other_seed, [].as_slice(), NothingInCommon::Seeds),
        (&other_measure, &[], NothingInCommon::Measures),
        (&a, &[Measure::Refused], NothingInCommon::Measures),
    ] {
        assert_eq!(Comparison::of(&a, b, measures, 0.05), Err(nothing));
    }
}

#[test]
fn a_verdict_is_worse_where_it_passed_or_is_broken_now() {
    for (a, b, worse) in [
        ("passed", "broken", true),
        ("passed", "missed", true),
        ("missed", "broken", true),
        ("missed", "passed", false),
        ("broken", "missed", false),
    ] {
        let change = VerdictChange { seed: 1, a: a.to_owned(), b: b.to_owned() };
        assert_eq!(change.is_worse(), worse, "{a} {b}");
    }
}

#[test]
fn what_is_stranded_newly_is_found_whatever_is_asked_for() {
    let mut a = set_of(Measure::Stranded, &[&[Some(0), Some(2), Some(2)]]);
    let mut b = set_of(Measure::Stranded, &[&[Some(1), Some(1), Some(2)]]);
    for set in [&mut a, &mut b] {
        set.measures.push(Measure::Open);
    }
    let comparison = Comparison::of(&a, &b, &[Measure::Open], 0.05).expect("one cell");
    assert_eq!(comparison.cells[0].newly_stranded, [1]);
}

#[test]
fn what_moved_most_stands_first_and_what_is_chance_last() {
    let seeds = |figures: [u64; 3]| figures.map(Some);
    let (ten, none) = (seeds([10; 3]), [None; 3]);
    let a = [ten, ten, none, seeds([0; 3]), ten, ten];
    let b = [seeds([11; 3]), seeds([5; 3]), ten, seeds([1; 3]), seeds([10, 99, 10]), ten];
    let [a, b] = [a, b]
        .map(|cells| set_of(Measure::Open, &cells.each_ref().map(<[Option<u64>; 3]>::as_slice)));
    let comparison = Comparison::of(&a, &b, &[], 0.05).expect("six cells");
    let ranked: Vec<usize> = comparison.ranked().iter().map(|pair| pair.cell).collect();
    assert_eq!(ranked, [2, 3, 1, 0, 4]);
    assert!(!comparison.has_moved(comparison.ranked()[4]));
}

/// Up to four cells of up to five seeds, some without their figure.
fn figures() -> impl Strategy<Value = Vec<Vec<Option<u64>>>> {
    let figure = prop_oneof![Just(None), (0..5_u64).prop_map(Some), any::<u64>().prop_map(Some)];
    prop::collection::vec(prop::collection::vec(figure, 1..6), 1..5)
}

fn drawn(figures: &[Vec<Option<u64>>]) -> ResultSet {
    let cells: Vec<&[Option<u64>]> = figures.iter().map(Vec::as_slice).collect();
    set_of(Measure::DrainedAt, &cells)
}

proptest! {
    #[test]
    fn of_a_set_and_itself_nothing_moved(figures in figures()) {
        let set = drawn(&figures);
        let comparison = Comparison::of(&set, &set, &[], 0.05).expect("every cell");
        prop_assert_eq!(comparison.cells.len(), set.cells.len());
        prop_assert!(comparison.ranked().is_empty());
        prop_assert!(comparison.pairs.iter().all(|pair| !comparison.exceeds(pair, Limit(0))));
        prop_assert_eq!(&comparison.only_in_a, &Only::default());
        prop_assert_eq!(&comparison.only_in_b, &Only::default());
    }

    #[test]
    fn the_other_way_round_every_sign_is_the_other(one in figures(), other in figures()) {
        let (a, b) = (drawn(&one), drawn(&other));
        let there = Comparison::of(&a, &b, &[], 0.05).expect("the first cell");
        let back = Comparison::of(&b, &a, &[], 0.05).expect("the first cell");
        prop_assert_eq!(&there.only_in_a, &back.only_in_b);
        prop_assert_eq!(there.pairs.len(), back.pairs.len());
        for (there_pair, back_pair) in there.pairs.iter().zip(&back.pairs) {
            prop_assert_eq!((there_pair.a, there_pair.b), (back_pair.b, back_pair.a));
            prop_assert_eq!(
                there_pair.difference(),
                back_pair.difference().map(|difference| 0.0 - difference)
            );
            prop_assert_eq!(there_pair.p_holm, back_pair.p_holm);
            prop_assert_eq!(there.has_moved(there_pair), back.has_moved(back_pair));
            let signs = match (there_pair.change, back_pair.change) {
                (
                    Change::Presence { appears, vanishes },
                    Change::Presence { appears: back_appears, vanishes: back_vanishes },
                ) => (appears, vanishes) == (back_vanishes, back_appears),
                (Change::Seen(Paired::Tested(one)), Change::Seen(Paired::Tested(other))) => {
                    one.t.to_bits() == (0.0 - other.t).to_bits() && one.degrees == other.degrees
                }
                (one, other) => one == other,
            };
            prop_assert!(signs, "{:?} {:?}", there_pair, back_pair);
        }
    }
}
