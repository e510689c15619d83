//! `restante compare`: two sets of results in; what moved out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::arguments::{Compare, Format};
use super::fault::Fault;
use super::run::not_made;
use super::{Console, Exit, Surroundings, folder};
use crate::report::comparison::{self, Shown, Side};
use crate::report::{Pictures, console::Style};
use crate::sweep::{Comparison, Limit, Measure, NothingInCommon, Origin, ResultSet};

/// What is written, below the report folder.
const FILES: [&str; 3] =
    ["compare/comparison.csv", "compare/comparison.svg", "compare/comparison.png"];

/// What a folder of results holds; the first that is there is read.
const RESULTS: [&str; 2] = ["runs.csv", "summary.json"];

/// Compares, writes the files and prints what moved.
pub(super) fn carry_out(
    compare: &Compare,
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Exit {
    let told = match (read(&compare.a), read(&compare.b)) {
        (Ok(a), Ok(b)) => told(compare, [&a, &b], around, console).map_err(|fault| vec![fault]),
        (a, b) => Err([a.err(), b.err()].into_iter().flatten().collect()),
    };
    told.unwrap_or_else(|faults| {
        // Every one is told, whichever comes first.
        let exits: Vec<Exit> = faults.iter().map(|fault| fault.tell(console)).collect();
        Exit::first_of(exits)
    })
}

fn told(
    compare: &Compare,
    [a, b]: [&ResultSet; 2],
    around: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Result<Exit, Fault> {
    let compared = Comparison::of(a, b, &compare.measures, compare.alpha);
    let compared = compared.map_err(|nothing| nothing_in_common(nothing, a, b))?;
    let names = [&compare.a, &compare.b].map(|path| path.display().to_string());
    let shown = Shown {
        comparison: &compared,
        a: Side { name: &names[0], set: a },
        b: Side { name: &names[1], set: b },
        limit: compare.fail_on,
        top: compare.top,
    };
    folder::make(around.writer, &compare.out)?;
    // What stands there from before is not of this comparison.
    FILES.iter().try_for_each(|file| folder::remove(around.writer, &compare.out, file))?;
    let pictures = if compare.png { Pictures::SvgAndPng } else { Pictures::Svg };
    let artifacts = comparison::artifacts(&shown, pictures)
        .map_err(|error| not_made("the comparison", &error))?;
    for file in artifacts {
        folder::write(around.writer, &compare.out, &file.path, &file.bytes)?;
    }
    console.result(&match compare.showing.format {
        Format::Json => comparison::json(&shown),
        Format::Human if compare.showing.quiet => comparison::failures(&shown, Style::Colour),
        Format::Human => {
            comparison::text(&shown, &compare.out.display().to_string(), Style::Colour)
        }
    });
    Ok(if shown.is_within_limit() { Exit::Good } else { Exit::Missed })
}

/// The results that a path means: a file, or that of a folder.
fn read(named: &Path) -> Result<ResultSet, Fault> {
    let path = file_of(named)?;
    let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    ResultSet::read(&bytes).map_err(|error| {
        Fault::new(Exit::Usage, format!("{}:{error}", path.display())).help(WANTED)
    })
}

const WANTED: &str = "name the folder of a sweep or its runs.csv, or that of `restante run` or a \
                      summary.json in it";

/// The file of results that a path means: in a folder its own, or that of the only sweep below it.
fn file_of(named: &Path) -> Result<PathBuf, Fault> {
    let kind = fs::metadata(named).map_err(|error| unreadable(named, &error))?;
    if !kind.is_dir() {
        return Ok(named.to_owned());
    }
    if let Some(found) = RESULTS.iter().map(|file| named.join(file)).find(|path| path.is_file()) {
        return Ok(found);
    }
    let [rows, summary] = RESULTS;
    let shown = named.display();
    match sweeps_below(named).as_slice() {
        [only] => Ok(only.join(rows)),
        [] => {
            let message = format!("there is neither {rows} nor {summary} in {shown}");
            Err(Fault::new(Exit::Usage, message).help(WANTED))
        }
        [first, ..] => {
            let message = format!("there is more than one sweep in {shown}");
            Err(Fault::new(Exit::Usage, message)
                .help(format!("name the one that is meant, such as {}", first.display())))
        }
    }
}

/// The sweeps of a report folder that came to their end, by name.
fn sweeps_below(named: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(named.join("sweeps")).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path());
    let mut sweeps: Vec<_> = folders.filter(|path| path.join(RESULTS[0]).is_file()).collect();
    sweeps.sort();
    sweeps
}

/// A path that the user named wrongly, or that the machine does not give.
fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Fault::new(Exit::Usage, format!("there is no {shown}")).help(WANTED)
        }
        _ => Fault::new(Exit::Environment, format!("cannot read {shown}: {error}")),
    }
}

fn nothing_in_common(nothing: NothingInCommon, a: &ResultSet, b: &ResultSet) -> Fault {
    let help = match nothing {
        NothingInCommon::Cells => {
            format!("A is {}, B is {}", what_it_is(a), what_it_is(b))
        }
        NothingInCommon::Seeds => "run both with the same seeds".to_owned(),
        NothingInCommon::Measures => {
            let both = a.measures.iter().filter(|measure| b.measures.contains(measure));
            let both: Vec<&str> = both.map(|measure| measure.name()).collect();
            format!("both have {}", both.join(", "))
        }
    };
    let message = format!("A and B have nothing in common: {nothing}");
    Fault::new(Exit::NothingSelected, message).help(help)
}

/// `a sweep over interval, timeout`.
fn what_it_is(set: &ResultSet) -> String {
    match set.origin {
        Origin::Sweep if set.axes.is_empty() => "a sweep over nothing".to_owned(),
        Origin::Sweep => format!("a sweep over {}", set.axes.join(", ")),
        Origin::Suite | Origin::Run => {
            let names = set.cells.iter().map(|cell| cell.values[0].as_str()).take(3);
            let more = if set.cells.len() > 3 { " and others" } else { "" };
            format!("runs of {}{more}", names.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A limit: `5%`, `0.25 %`.
pub(super) fn limit(text: &str) -> Result<Limit, String> {
    let wrong = || "a limit is a share in percent, such as 5% or 0.5%".to_owned();
    let number = text.strip_suffix('%').ok_or_else(wrong)?.trim_end();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 6 {
        return Err(wrong());
    }
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let millionths: u64 = format!("{decimals:0<6}").parse().map_err(|_| wrong())?;
    let limit = whole.checked_mul(1_000_000).and_then(|whole| whole.checked_add(millionths));
    limit.map(Limit).ok_or_else(wrong)
}

/// A probability between 0 and 1, neither of them: `5%`, `0.05`.
pub(super) fn alpha(text: &str) -> Result<f64, String> {
    let (number, whole) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let alpha = number.parse::<f64>().ok().map(|number| number / whole);
    alpha
        .filter(|alpha| *alpha > 0.0 && *alpha < 1.0)
        .ok_or_else(|| "a probability lies between 0 and 1, such as 0.05 or 5%".to_owned())
}

/// The measure of a name that clap has found to be one.
pub(super) fn measure(name: &str) -> Measure {
    Measure::called(name).expect("only names of measures pass")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_percentage() {
        for (text, millionths) in [
            ("5%", 5_000_000),
            ("0.5 %", 500_000),
            ("0%", 0),
            ("0.000001%", 1),
            ("1000%", 1_000_000_000),
        ] {
            assert_eq!(limit(text), Ok(Limit(millionths)), "{text}");
        }
        for text in ["5", "%", "-5%", "5.%", ".5%", "0.0000001%", "99999999999999999999%", "x%"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_folder_means_its_results_or_those_of_the_only_sweep_below_it() {
        let reports = tempfile::tempdir().expect("a folder");
        let within = |path: &str| reports.path().join(path);
        let write = |path: &str| {
            fs::create_dir_all(within(path).parent().expect("a folder")).expect("it can be made");
            fs::write(within(path), "").expect("it can be written");
        };
        let found = || file_of(reports.path()).map_err(|fault| fault.text());
        assert!(found().is_err_and(|text| text.contains("neither runs.csv nor summary.json")));
        write("sweeps/interrupted/journal.txt");
        write("sweeps/b/runs.csv");
        assert_eq!(found(), Ok(within("sweeps/b/runs.csv")));
        write("sweeps/a/runs.csv");
        let first = within("sweeps/a").display().to_string();
        let several = found().expect_err("two sweeps");
        assert!(several.contains("more than one sweep") && several.contains(&first), "{several}");
        write("summary.json");
        assert_eq!(found(), Ok(within("summary.json")));
    }

    #[test]
    fn alpha_is_a_probability() {
        for (text, expected) in [("5%", 0.05), ("0.01", 0.01), ("0.1 %", 0.001)] {
            assert_eq!(alpha(text), Ok(expected), "{text}");
        }
        for text in ["0", "1", "100%", "5", "-1%", "nan", "inf", ""] {
            assert!(alpha(text).is_err(), "{text}");
        }
    }
}
