//! Comparisons to draw: ordinary ones, and some with little, nothing or very much to show.

use super::{Shown, Side};
use crate::report::chart::{Picture, forest};
use crate::sweep::{Comparison, Limit, ResultSet};

/// Rows of one cell each, one figure with each of its seeds.
fn rows(cells: &[(&str, &[u64])]) -> ResultSet {
    let mut text = "cell,place,seed,verdict,peak_waiting_bytes\n".to_owned();
    for (cell, figures) in cells {
        for (seed, figure) in (1..).zip(*figures) {
            text.push_str(&format!("{cell},{cell},{seed},passed,{figure}\n"));
        }
    }
    ResultSet::read(text.as_bytes()).expect("rows")
}

fn drawn(a: &ResultSet, b: &ResultSet, limit: Option<Limit>, top: usize) -> Picture {
    let comparison = Comparison::of(a, b, &[], 0.05).expect("the same cells");
    let name = "a/folder/".repeat(30);
    let (a, b) = (Side { name: &name, set: a }, Side { name: "after", set: b });
    forest(&Shown { comparison: &comparison, a, b, limit, top })
}

/// Charts of all of these.
pub(in crate::report) fn pictures() -> Vec<Picture> {
    let before = include_bytes!("../../../tests/data/compare/before/runs.csv");
    let after = include_bytes!("../../../tests/data/compare/after/runs.csv");
    let [before, after] =
        [before.as_slice(), after].map(|bytes| ResultSet::read(bytes).expect("results"));
    let long = "a-cell-with-a-very-long-name-".repeat(5);
    let (one, other) = (
        rows(&[(&long, &[0, 0]), ("far", &[1, 1]), ("most", &[u64::MAX, u64::MAX - 9])]),
        rows(&[(&long, &[u64::MAX, 7]), ("far", &[99, 99]), ("most", &[u64::MAX, u64::MAX])]),
    );
    let names: Vec<String> = (0..60).map(|place| format!("cell-{place}")).collect();
    let many = |figure: u64| {
        let figures = [figure, figure + 1, figure + 3];
        let cells: Vec<(&str, &[u64])> =
            names.iter().map(|name| (name.as_str(), figures.as_slice())).collect();
        rows(&cells)
    };
    let little = |figure| rows(&[("one", [figure].as_slice())]);
    vec![
        drawn(&before, &after, None, 20),
        drawn(&before, &after, Some(Limit(5_000_000)), 3),
        drawn(&before, &before, Some(Limit(0)), 20),
        drawn(&after, &before, Some(Limit(u64::MAX)), 0),
        drawn(&one, &other, Some(Limit(150_000_000)), 20),
        drawn(&other, &one, None, 20),
        drawn(&many(50), &many(70), None, 1_000),
        drawn(&little(1_000_000), &little(1_000_001), None, 20),
        drawn(&little(1 << 50), &little((1 << 50) + 1), None, 20),
    ]
}
