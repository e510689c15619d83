//! Sweep files as a whole: the grid that comes of them.

use super::{Grid, Sweep};

const HEAD: &str = "title = \"A\"\nwhy = \"B\"\nscenario = \"x.toml\"\n";

fn read(rest: &str) -> Result<Sweep, String> {
    Sweep::read("sweeps/a.toml", format!("{HEAD}{rest}").as_bytes())
        .map_err(|problem| problem.to_string())
}

fn labels(axis: &str) -> String {
    let text = format!("[[axis]]\nname = \"a\"\nkey = \"hub.x\"\n{axis}\n");
    let sweep = read(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let labels: Vec<&str> = sweep.axes[0].values.iter().map(|it| it.label.as_str()).collect();
    labels.join(" ")
}

fn cells(text: &str) -> (Vec<String>, u64) {
    let sweep = read(text).unwrap_or_else(|problem| panic!("{problem}"));
    let grid = Grid::of(&sweep);
    let cells = grid.cells.iter().map(|cell| cell.labels(&sweep).collect::<Vec<_>>().join("/"));
    (cells.collect(), grid.left_out)
}

#[test]
fn a_range_has_every_step_up_to_its_end_in_the_unit_of_the_key() {
    for (axis, expected) in [
        ("from = \"12h\"\nto = \"2d\"\nstep = \"12h\"", "12h 24h 36h 48h"),
        ("from = \"1d\"\nto = \"3d\"\nstep = \"24h\"", "24h 48h 72h"),
        ("from = \"9.6kbit/s\"\nto = \"50kbit/s\"\ntimes = 2", "9.6kbit/s 19.2kbit/s 38.4kbit/s"),
        ("from = 1\nto = 1000\ntimes = 10", "1 10 100 1000"),
        ("from = 1\nto = 6\nstep = 2", "1 3 5"),
        ("from = \"0%\"\nto = \"10%\"\nstep = \"2.5%\"", "0% 2.5% 5% 7.5% 10%"),
        ("from = \"1KiB\"\nto = \"1KiB\"\nstep = \"1B\"", "1024B"),
        ("values = [\"ims\", \"rfc5321\"]", "ims rfc5321"),
        ("values = [1, \"2\", [3]]", "1 2 [3]"),
    ] {
        assert_eq!(labels(axis), expected, "{axis}");
    }
}

#[test]
fn the_first_axis_is_the_slowest_and_constraints_leave_cells_out() {
    let axes = "[[axis]]\nname = \"a\"\nkey = \"x\"\nvalues = [\"1h\", \"2h\", \"3h\"]\n\
                [[axis]]\nname = \"b\"\nkey = \"y\"\nvalues = [\"120m\", \"3h\"]\n";
    for (constraint, expected, left_out) in [
        ("", "1h/120m 1h/3h 2h/120m 2h/3h 3h/120m 3h/3h", 0),
        ("[[constraint]]\nwhere = \"a < b\"\n", "1h/120m 1h/3h 2h/3h", 3),
        ("[[constraint]]\nwhere = \"a == b\"\n", "2h/120m 3h/3h", 4),
        (
            "[[constraint]]\nwhere = \"a >= 90m\"\n[[constraint]]\nwhere = \"b != 3h\"\n",
            "2h/120m 3h/120m",
            4,
        ),
        ("[[constraint]]\nwhere = \"a > 4h\"\n", "", 6),
    ] {
        let (cells, out) = cells(&format!("{axes}{constraint}"));
        assert_eq!((cells.join(" ").as_str(), out), (expected, left_out), "{constraint}");
    }
}

#[test]
fn a_value_may_change_several_keys() {
    let text = "set = [\"hub.policy=rfc5321\"]\n\
                [[axis]]\nname = \"share\"\nkeys = [\"site.a.count\", \"site.b.count\"]\n\
                values = [[10, 90], [25, 75]]\nlabels = [\"10%\", \"25%\"]\n\
                [[axis]]\nname = \"every\"\ntemplate = [\"site.b.calls.every={}\", \"site.b.calls.first=0s..{}\"]\n\
                values = [\"6h\"]\n";
    let sweep = read(text).unwrap_or_else(|problem| panic!("{problem}"));
    let grid = Grid::of(&sweep);
    assert_eq!(
        grid.cells[1].changes(&sweep, &["seeds=[1]".to_owned()]),
        [
            "hub.policy=rfc5321",
            "seeds=[1]",
            "site.a.count=25",
            "site.b.count=75",
            "site.b.calls.every=6h",
            "site.b.calls.first=0s..6h",
        ]
    );
    assert_eq!(grid.cells[1].name(&sweep), "share = 25%, every = 6h");
}

#[test]
fn a_text_that_could_be_taken_for_something_else_keeps_its_quotes() {
    let text =
        "[[axis]]\nname = \"a\"\nkey = \"x\"\nvalues = [\"12\", \"true\", \"12h\", \" x\", \"\"]\n";
    let sweep = read(text).unwrap_or_else(|problem| panic!("{problem}"));
    let changes: Vec<&String> = sweep.axes[0].values.iter().flat_map(|it| &it.changes).collect();
    assert_eq!(changes, ["x=\"12\"", "x=\"true\"", "x=12h", "x=\" x\"", "x=\"\""]);
}

#[test]
fn a_thousand_million_cells_are_counted_and_not_made() {
    let axes = "[[axis]]\nname = \"a\"\nkey = \"x\"\nfrom = 1\nto = 1000000\nstep = 1\n\
                [[axis]]\nname = \"b\"\nkey = \"y\"\nfrom = 1\nto = 1000\nstep = 1\n";
    let problem = read(&format!("seeds = {{ first = 1, count = 2 }}\n{axes}")).unwrap_err();
    assert!(
        problem.contains("2,000,000,000 runs are too many: the limit is 1,000,000"),
        "{problem}"
    );
    assert!(problem.contains("1000000 x 1000 cells with 2 seeds each"), "{problem}");
}
