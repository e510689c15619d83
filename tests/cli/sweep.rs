//! `restante sweep` from outside: what it refuses, what it writes, and that no history shows in it.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use restante::cli::{Content, Exit, Folder, Writer};
use restante::sweep::{Grid, Sweep};

use super::door::{Full, Room, Said, refused};

/// A sweep that is run in no time.
const GRID: &str = r#"title = "Intervals and time-outs"
why = "To be tried."
scenario = "../base.toml"
seeds = [2, 1]

[[axis]]
name = "interval"
key = "site.branch.calls.every"
values = ["12h", "36h"]

[[axis]]
name = "timeout"
key = "hub.timeout_normal"
values = ["24h", "48h"]

[[chart]]
measure = "ndr_percent"
series = "timeout"
"#;

/// A room with a scenario and a sweep over it.
fn room_with(sweep: &str) -> Room {
    let room = Room::new();
    let base = fs::read_to_string("scenarios/scale/hundred-sites.toml").expect("a scenario");
    let (base, _) = base.split_once("[expect]").expect("what it expects is its last table");
    room.file("base.toml", &base.replace("count = 100", "count = 5"));
    room.file("sweeps/a.toml", sweep);
    room
}

fn swept(room: &Room, out: &str, more: &[&str]) -> Said {
    let words = ["sweep", "tmp/sweeps/a.toml", "--out", out];
    room.said(&words.iter().chain(more).copied().collect::<Vec<_>>())
}

/// The rows of `runs.csv`, without its header.
fn rows(room: &Room, out: &str) -> Vec<String> {
    let file = room.read(&format!("{out}/sweeps/a/runs.csv"));
    file.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn runs_are_sorted_by_cell_in_the_order_of_the_grid_and_then_by_seed() {
    let room = room_with(GRID);
    let said = swept(&room, "tmp/out", &["--quiet"]);
    assert_eq!(said, Said { exit: Exit::Good, results: String::new(), diagnostics: String::new() });
    let file = room.read("out/sweeps/a/runs.csv");
    let head = "cell,interval,timeout,seed,verdict,accepted,delivered,ndrs,dead_letters,suppressed,\
                cancelled,stranded,open,refused,delivered_percent,ndr_percent,time_to_end_p50_s,\
                time_to_end_p90_s,time_to_end_p99_s,time_to_end_max_s,time_to_delivery_p50_s,\
                time_to_delivery_p99_s,largest_lateness_s,peak_waiting,peak_waiting_bytes,\
                connections,peak_connections,drained_at_s";
    assert_eq!(file.lines().next(), Some(head));
    let places: Vec<String> = rows(&room, "out")
        .iter()
        .map(|row| row.split(',').skip(1).take(4).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        places,
        [
            "12h 24h 1 passed",
            "12h 24h 2 passed",
            "12h 48h 1 passed",
            "12h 48h 2 passed",
            "36h 24h 1 passed",
            "36h 24h 2 passed",
            "36h 48h 1 passed",
            "36h 48h 2 passed",
        ]
    );
    assert_eq!(
        room.names("out/sweeps/a"),
        ["cells.csv", "journal.txt", "ndr_percent.svg", "runs.csv", "summary.json"]
    );
    assert_eq!(room.read("out/sweeps/a/cells.csv").lines().count(), 1 + 4);
}

#[test]
fn a_sweep_writes_the_same_bytes_whatever_jobs() {
    let room = room_with(GRID);
    for jobs in ["1", "2"] {
        let out = format!("tmp/{jobs}");
        assert_eq!(swept(&room, &out, &["--png", "--jobs", jobs]).exit, Exit::Good);
    }
    assert_eq!(room.files("1"), room.files("2"));
}

/// The real disk, on which the n-th line that is added does something else.
struct At<'a> {
    line: usize,
    seen: AtomicUsize,
    act: &'a (dyn Fn() -> io::Result<()> + Sync),
}

impl<'a> At<'a> {
    fn line(line: usize, act: &'a (dyn Fn() -> io::Result<()> + Sync)) -> At<'a> {
        At { line, seen: AtomicUsize::new(0), act }
    }
}

impl Writer for At<'_> {
    fn make(&self, folder: &Path) -> io::Result<()> {
        Folder.make(folder)
    }

    fn write(&self, path: &Path, content: &mut Content<'_>) -> io::Result<()> {
        Folder.write(path, content)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.seen.fetch_add(1, Ordering::Relaxed) + 1 == self.line {
            (self.act)()?;
        }
        Folder.append(path, bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Folder.remove(path)
    }
}

/// The system's own number for a full disk.
const ENOSPC: i32 = 28;

/// A sweep with one run at a time through a writer.
fn through(room: &Room, writer: &dyn Writer, stop: &AtomicBool) -> Said {
    let words = ["sweep", "tmp/sweeps/a.toml", "--out", "tmp/out", "--jobs", "1", "--quiet"];
    room.said_with(&words, writer, stop)
}

#[test]
fn an_interrupted_sweep_that_is_resumed_ends_with_the_same_bytes() {
    let room = room_with(GRID);
    swept(&room, "tmp/whole", &[]);
    let stop = AtomicBool::new(false);
    let raise = || {
        stop.store(true, Ordering::Relaxed);
        Ok(())
    };
    assert_eq!(
        through(&room, &At::line(3, &raise), &stop),
        refused(
            Exit::Interrupted,
            "error: interrupted: 5 of 8 runs did not come to their end\n  \
             help: go on with the others by --resume\n"
        )
    );
    assert_eq!(room.names("out/sweeps/a"), ["journal.txt"]);
    assert_eq!(
        swept(&room, "tmp/out", &[]),
        refused(
            Exit::Usage,
            "error: tmp/out/sweeps/a/journal.txt holds 3 finished runs of a sweep that was broken \
             off\n  help: go on with it by --resume, or remove that file to begin anew\n"
        )
    );
    // What a kill leaves: the last line is torn.
    let journal = room.read("out/sweeps/a/journal.txt");
    room.file("out/sweeps/a/journal.txt", &journal[..journal.len() - 7]);
    assert_eq!(swept(&room, "tmp/out", &["--resume"]).exit, Exit::Good);
    assert_eq!(room.files("out"), room.files("whole"));
    // One that came to its end may be made anew, and is when it is resumed not run again.
    let never = || -> io::Result<()> { panic!("nothing is left to be run") };
    let words = ["sweep", "tmp/sweeps/a.toml", "--out", "tmp/out", "--resume"];
    let said = room.said_with(&words, &At::line(1, &never), &AtomicBool::new(false));
    assert_eq!(said.exit, Exit::Good);
    assert_eq!(swept(&room, "tmp/out", &[]).exit, Exit::Good);
    assert_eq!(room.files("out"), room.files("whole"));
}

#[test]
fn a_longer_grid_makes_only_the_new_cells_and_renumbers_none() {
    let room = room_with(GRID);
    swept(&room, "tmp/out", &[]);
    let before = rows(&room, "out");
    room.file("sweeps/a.toml", &GRID.replace("[\"12h\"", "[\"6h\", \"12h\""));
    let fifth = || -> io::Result<()> { panic!("there are four new runs") };
    let words = ["sweep", "tmp/sweeps/a.toml", "--out", "tmp/out", "--resume"];
    let said = room.said_with(&words, &At::line(5, &fifth), &AtomicBool::new(false));
    assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""));
    let after = rows(&room, "out");
    assert_eq!((after.len(), &after[4..]), (12, before.as_slice()));
    swept(&room, "tmp/whole", &[]);
    assert_eq!(room.files("out"), room.files("whole"));
}

#[test]
fn a_disk_that_fills_up_keeps_the_finished_runs() {
    let room = room_with(GRID);
    let full = || Err(io::Error::from_raw_os_error(ENOSPC));
    let said = through(&room, &At::line(3, &full), &AtomicBool::new(false));
    assert_eq!(
        said,
        refused(
            Exit::Environment,
            "error: cannot write tmp/out/sweeps/a/journal.txt: \
             No space left on device (os error 28)\n  \
             help: make room on that disk, or name a folder on another one with --out\n"
        )
    );
    let journal = room.read("out/sweeps/a/journal.txt");
    assert_eq!(journal.lines().count(), 1 + 2, "{journal}");
    let words = ["sweep", "tmp/sweeps/a.toml", "--out", "tmp/none"];
    let said = room.said_with(&words, &Full, &AtomicBool::new(false));
    assert_eq!((said.exit, said.results.as_str()), (Exit::Environment, ""));
}

#[test]
fn a_panic_in_one_cell_is_a_fault_of_ours_and_keeps_the_others() {
    let room = room_with(GRID);
    let panic = || -> io::Result<()> { panic!("a bug") };
    let said = through(&room, &At::line(2, &panic), &AtomicBool::new(false));
    assert_eq!((said.exit, said.results.as_str()), (Exit::OwnFault, ""));
    for text in [
        "error: restante failed in the cell interval = 12h, timeout = 24h, seed 1: a bug",
        "this is no fault of the scenario; please report it with\n    restante run tmp/base.toml \
         --seed 1 --set site.branch.calls.every=12h --set hub.timeout_normal=24h\n",
    ] {
        assert!(said.diagnostics.contains(text), "{text}: {}", said.diagnostics);
    }
    assert_eq!(rows(&room, "out").len(), 7);
    assert_eq!(swept(&room, "tmp/out", &["--resume"]).exit, Exit::Good);
    assert_eq!(rows(&room, "out").len(), 8);
}

#[test]
fn a_cell_that_breaks_an_invariant_stops_no_other_and_can_be_repeated() {
    let room = room_with(GRID);
    let said = swept(&room, "tmp/out", &["--exhibit", "q184051"]);
    assert_eq!(said.exit, Exit::Broken, "{}", said.diagnostics);
    assert_eq!(rows(&room, "out").len(), 8);
    assert!(rows(&room, "out").iter().any(|row| row.contains(",broken,")));
    let repeat = said.results.lines().find_map(|line| line.trim().strip_prefix("repeat"));
    let repeat = repeat.unwrap_or_else(|| panic!("{}", said.results)).trim();
    let words: Vec<&str> = repeat.split(' ').skip(1).collect();
    assert_eq!(words[..2], ["run", "tmp/base.toml"]);
    let again = room.said(&[words.as_slice(), &["--out", "tmp/again"]].concat());
    assert_eq!(again.exit, Exit::Broken, "{}", again.diagnostics);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_run() {
    let wrong = |from: &str, to: &str| GRID.replacen(from, to, 1);
    for (sweep, text) in [
        (
            "title = \"A\"\nwhy = \"B\"\n[[route]]\ndomain = \"a.example\"\n".to_owned(),
            "error: a scenario, and not a sweep\n --> tmp/sweeps/a.toml:3:3\n  |\n3 | [[route]]\n  \
             |   ^^^^^ only a scenario has these\n  |\n  \
             = help: `restante run` takes it; a sweep names it: scenario = \"...\"\n",
        ),
        (
            wrong("calls.every", "calls.evry"),
            "error: unknown key `evry`\n --> tmp/base.toml (with --set site.branch.calls.evry=12h \
             --set hub.timeout_normal=24h):",
        ),
        (
            wrong("site.branch", "site.brunch"),
            "error: --set site.brunch.calls.every=12h: there is no site called `brunch`\n \
             --> tmp/sweeps/a.toml:8:7\n  |\n8 | key = \"site.brunch.calls.every\"\n  \
             |       ^^^^^^^^^^^^^^^^^^^^^^^^^ leads nowhere\n  |\n  = help: did you mean `branch`?\n",
        ),
        (
            wrong("values = [\"12h\", \"36h\"]", "values = []"),
            "error: an axis without values\n --> tmp/sweeps/a.toml:9:10\n  |\n9 | values = []\n  \
             |          ^^ an empty list\n  |\n  = help: an axis needs at least one value\n",
        ),
        (
            wrong("values = [\"12h\", \"36h\"]", "from = \"1us\"\nto = \"2000s\"\nstep = \"1us\""),
            "error: 8,000,000,000 runs are too many: the limit is 1,000,000\n",
        ),
        (
            wrong("../base.toml", "../bass.toml"),
            "error: there is no tmp/bass.toml\n --> tmp/sweeps/a.toml:3:12\n",
        ),
        (
            wrong("hub.timeout_normal", "site.branch.calls.every"),
            "error: `site.branch.calls.every` is set by the axis `interval` too\n  --> \
             tmp/sweeps/a.toml:13:7\n",
        ),
        (wrong("key = ", "kee = "), "error: unknown key `kee`\n"),
        (wrong("\"36h\"", "\"12h\""), "error: two values are called `12h`\n"),
        (wrong("\"timeout\"", "\"interval\""), "error: two axes are called `interval`\n"),
        (wrong("\"timeout\"", "\"ndrs\""), "error: the results have a column `ndrs` already\n"),
        (wrong("ndr_percent", "ndr_percnt"), "error: unknown measure `ndr_percnt`\n"),
        (
            GRID.to_owned()
                + "[[constraint]]\nwhere = \"interval > timeout\"\n[[constraint]]\nwhere = \"timeout > 24h\"\n",
            "error: the constraints leave out every cell\n",
        ),
    ] {
        let room = room_with(&sweep);
        let said = swept(&room, "tmp/out", &[]);
        assert_eq!((said.exit, said.results.as_str()), (Exit::Usage, ""), "{text}");
        assert!(said.diagnostics.contains(text), "{text}\n{}", said.diagnostics);
        assert!(!room.path("out").exists(), "{text}");
    }
}

#[test]
fn what_an_axis_sets_is_not_set_besides() {
    let room = room_with(GRID);
    let said = swept(&room, "tmp/out", &["--set", "hub.timeout_normal=7d"]);
    let text = "error: --set hub.timeout_normal=7d: the axis `timeout` sets that in every cell\n";
    assert_eq!((said.exit, said.results.as_str()), (Exit::Usage, ""));
    assert!(said.diagnostics.starts_with(text), "{}", said.diagnostics);
}

#[test]
fn a_journal_that_cannot_be_read_is_not_written_over() {
    let room = room_with(GRID);
    room.file("out/sweeps/a/journal.txt", "hours of work\n");
    let said = swept(&room, "tmp/out", &[]);
    assert_eq!(said.exit, Exit::Usage);
    assert_eq!(
        said.diagnostics,
        "error: tmp/out/sweeps/a/journal.txt is no journal of this version of restante\n  help: it may \
         hold finished runs: name another folder with --out, or remove that file\n"
    );
    assert_eq!(room.read("out/sweeps/a/journal.txt"), "hours of work\n");
}

#[test]
fn a_value_that_is_wrong_in_many_cells_is_shown_a_few_times() {
    let room = room_with(
        &GRID.replace("\"36h\"", "\"36 parsecs\"").replace("\"24h\"", "\"1h\", \"2h\", \"24h\""),
    );
    let said = swept(&room, "tmp/out", &[]);
    assert_eq!(said.exit, Exit::Usage);
    assert_eq!(said.diagnostics.matches("error: `36 parsecs` is not a time\n").count(), 3);
    assert!(said.diagnostics.ends_with("error: and 1 more cell cannot be read; nothing was run\n"));
}

#[test]
fn a_dry_run_says_how_much_it_would_be_and_writes_nothing() {
    let room = room_with(&(GRID.to_owned() + "[[constraint]]\nwhere = \"interval < timeout\"\n"));
    let said = swept(&room, "tmp/out", &["--dry-run"]);
    assert_eq!(said.exit, Exit::Good);
    assert_eq!(
        said.results,
        "Intervals and time-outs\n  interval  2 values: 12h, 36h\n  timeout   2 values: 24h, 48h\n  \
         seeds     2, 1\n\
         3 cells x 2 seeds = 6 runs (1 cell left out by constraints); nothing was run\n"
    );
    assert!(!room.path("out").exists());
}

#[test]
fn the_ready_sweeps_are_valid() {
    for name in ["interval-timeout", "burst-rate", "sites-connections", "silent-share"] {
        let path = format!("scenarios/sweeps/{name}.toml");
        let said = Room::new().said(&["sweep", &path, "--dry-run"]);
        assert_eq!((said.exit, said.diagnostics.as_str()), (Exit::Good, ""), "{name}");
    }
    // Its two thousand cells take longer to be read than all the others' runs.
    let path = "scenarios/sweeps/two-thousand.toml";
    let sweep = Sweep::read(path, &fs::read(path).expect("a sweep")).expect("a valid one");
    assert_eq!(Grid::of(&sweep).cells.len(), 2_000);
}

#[test]
fn a_process_that_is_killed_and_resumed_ends_with_the_same_bytes() {
    let room = room_with(&GRID.replace("seeds = [2, 1]", "seeds = { first = 1, count = 20 }"));
    let sweep = |out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_restante"));
        command.args(["sweep", "sweeps/a.toml", "--quiet", "--resume", "--out", out]);
        command.current_dir(room.path("")).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert_eq!(sweep("whole").status().expect("it runs").code(), Some(0));
    let mut child = sweep("out").spawn().expect("it runs");
    let journal = room.path("out/sweeps/a/journal.txt");
    let lines = || fs::read_to_string(&journal).unwrap_or_default().lines().count();
    while lines() < 30 && child.try_wait().expect("a child").is_none() {
        thread::yield_now();
    }
    // Where it has ended meanwhile there is nothing to kill, and nothing to resume: the same bytes.
    let _ = child.kill();
    child.wait().expect("it ends");
    assert_eq!(sweep("out").status().expect("it runs").code(), Some(0));
    assert_eq!(room.files("out"), room.files("whole"));
}
