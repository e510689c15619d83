//! `runs.csv` of a sweep, read.
//!
//! In: bytes. Out: a result set. The axes are the columns between `cell` and `seed`; measures may be fewer
//! than there are, and in any order.

use csv::{ReaderBuilder, StringRecord};

use super::{Cells, Origin, ResultError, ResultSet, SeedRun, Wrong, verdict};
use crate::sweep::{Figures, Measure};

/// What the columns are.
struct Columns {
    axes: usize,
    measures: Vec<Measure>,
}

pub(super) fn read(bytes: &[u8]) -> Result<ResultSet, ResultError> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut row = StringRecord::new();
    let mut next = |row: &mut StringRecord| match reader.read_record(row) {
        Ok(there) => Ok(there.then(|| row.position().map_or(1, csv::Position::line))),
        Err(error) => {
            let line = error.position().map(csv::Position::line);
            Err(ResultError { line, what: Wrong::Csv(cause(&error)) })
        }
    };
    let at = |line: u64| move |what: Wrong| ResultError { line: Some(line), what };
    let line = next(&mut row)?.unwrap_or(1);
    let columns = Columns::of(&row).map_err(at(line))?;
    let axes = row.iter().skip(1).take(columns.axes).map(str::to_owned).collect();
    let mut cells = Cells::default();
    while let Some(line) = next(&mut row)? {
        columns.take(&row, &mut cells).map_err(at(line))?;
    }
    let mut measures = columns.measures;
    measures.sort_unstable();
    Ok(ResultSet { origin: Origin::Sweep, axes, measures, cells: cells.cells })
}

/// What the reader says, without the place, which stands before it.
fn cause(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { err, .. } => err.to_string(),
        _ => error.to_string(),
    }
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Columns, Wrong> {
        let names: Vec<&str> = header.iter().collect();
        let seed = names.windows(2).position(|pair| pair == ["seed", "verdict"]);
        let (Some(&"cell"), Some(seed @ 1..)) = (names.first(), seed) else {
            return Err(Wrong::Header);
        };
        let mut measures = Vec::new();
        for name in &names[seed + 2..] {
            let measure = Measure::called(name).filter(|measure| !measures.contains(measure));
            measures.push(measure.ok_or_else(|| Wrong::Column((*name).to_owned()))?);
        }
        Ok(Columns { axes: seed - 1, measures })
    }

    fn take(&self, row: &StringRecord, cells: &mut Cells) -> Result<(), Wrong> {
        let expected = 1 + self.axes + 2 + self.measures.len();
        if row.len() != expected {
            return Err(Wrong::Cells { expected, seen: row.len() });
        }
        let values = (1..=self.axes).map(|column| row[column].to_owned()).collect();
        let (seed, word) = (&row[self.axes + 1], &row[self.axes + 2]);
        let seed = seed.parse().map_err(|_| Wrong::Seed(seed.to_owned()))?;
        let mut figures = Figures::default();
        for (measure, text) in self.measures.iter().zip(row.iter().skip(self.axes + 3)) {
            if !text.is_empty() {
                let figure = figure_of(*measure, text);
                let figure = figure.ok_or_else(|| Wrong::Figure(*measure, text.to_owned()))?;
                figures.0[*measure as usize] = Some(figure);
            }
        }
        cells.add(&row[0], values, seed, SeedRun { verdict: verdict(word)?, figures })
    }
}

/// The figure that a text stands for, in its measure's least unit; none where it stands for none. What has
/// millions of these in its column's unit may have up to six decimals.
fn figure_of(measure: Measure, text: &str) -> Option<u64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if measure.least_units() == 1 {
        return if digits(text) { text.parse().ok() } else { None };
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if !digits(whole) || !digits(decimals) || decimals.len() > 6 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let rest: u64 = format!("{decimals:0<6}").parse().ok()?;
    whole.checked_mul(measure.least_units())?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<ResultSet, String> {
        ResultSet::read(text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn rows_are_put_into_their_cells() {
        let set = read_text(
            "cell,interval,odd,seed,verdict,accepted,drained_at_s,ndr_percent\n\
             aa,1h,\"a,b\",1,passed,10,,12.5\n\
             aa,1h,\"a,b\",2,broken,11,3.000001,0\n\
             bb,2h,,1,passed,12,4,1\n",
        )
        .expect("three rows");
        assert_eq!((set.origin, set.runs()), (Origin::Sweep, 3));
        assert_eq!(set.axes, ["interval", "odd"]);
        let measures = [Measure::Accepted, Measure::NdrPercent, Measure::DrainedAt];
        assert_eq!(set.measures, measures);
        assert_eq!(set.cells.len(), 2);
        assert_eq!((set.cells[0].hash.as_str(), set.cells[0].values[1].as_str()), ("aa", "a,b"));
        let figures = |cell: usize, seed: u64| {
            measures.map(|one| set.cells[cell].runs[&seed].figures.get(one))
        };
        assert_eq!(figures(0, 1), [Some(10), Some(12_500_000), None]);
        assert_eq!(figures(0, 2), [Some(11), Some(0), Some(3_000_001)]);
        assert_eq!(set.cells[0].runs[&2].verdict, "broken");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        const HEADER: &str = "cell,n,seed,verdict,accepted,drained_at_s\n";
        for (rows, error) in [
            ("aa,1,1,passed,10\n", "2: the row has 5 cells, and the header 6"),
            ("aa,1,1,passed,1,1\naa,1,x,passed,1,1\n", "3: `x` is no seed"),
            (
                "aa,1,1,fine,1,1\n",
                "2: `fine` is no verdict: passed, broken, not-caught, missed, interrupted are",
            ),
            (
                "aa,1,1,passed,1.5,1\n",
                "2: accepted is `1.5`, where a whole number belongs, or nothing",
            ),
            (
                "aa,1,1,passed,1,soon\n",
                "2: drained_at_s is `soon`, where a decimal number belongs, or nothing",
            ),
            (
                "aa,1,1,passed,1,1\naa,2,1,passed,1,1\naa,1,1,passed,1,1\n",
                "4: this cell and seed stood there before",
            ),
            ("", " there is no run in it"),
        ] {
            assert_eq!(read_text(&format!("{HEADER}{rows}")), Err(error.to_owned()), "{rows}");
        }
        for (header, error) in [
            (
                "",
                "1: this is no header of a sweep's runs: `cell`, the axes, `seed`, `verdict`, then measures",
            ),
            (
                "seed,verdict\n",
                "1: this is no header of a sweep's runs: `cell`, the axes, `seed`, `verdict`, then measures",
            ),
            (
                "cell,seed,verdict,speed\n",
                "1: the column `speed` is no measure, or stands there twice",
            ),
            (
                "cell,seed,verdict,open,open\n",
                "1: the column `open` is no measure, or stands there twice",
            ),
        ] {
            assert_eq!(read_text(header), Err(error.to_owned()), "{header}");
        }
        let bytes = b"cell,seed,verdict\naa,1,passed\n\xff,2,passed\n";
        let error = ResultSet::read(bytes).expect_err("no text");
        assert_eq!(error.line, Some(3), "{error}");
    }

    #[test]
    fn a_figure_is_kept_in_its_least_unit() {
        for (measure, text, figure) in [
            (Measure::Accepted, "0", Some(0)),
            (Measure::Accepted, "18446744073709551615", Some(u64::MAX)),
            (Measure::NdrPercent, "33.333333", Some(33_333_333)),
            (Measure::DrainedAt, "0.000001", Some(1)),
            (Measure::DrainedAt, "2", Some(2_000_000)),
            (Measure::DrainedAt, "2.5", Some(2_500_000)),
            (Measure::DrainedAt, "18446744073709.551615", Some(u64::MAX)),
            (Measure::Accepted, "", None),
            (Measure::Accepted, "1.5", None),
            (Measure::Accepted, "+1", None),
            (Measure::Accepted, "18446744073709551616", None),
            (Measure::DrainedAt, "1.", None),
            (Measure::DrainedAt, ".5", None),
            (Measure::DrainedAt, "-1.0", None),
            (Measure::DrainedAt, "1.0000001", None),
            (Measure::DrainedAt, "18446744073709.551616", None),
            (Measure::DrainedAt, "nan", None),
        ] {
            assert_eq!(figure_of(measure, text), figure, "{} {text}", measure.name());
        }
    }
}
