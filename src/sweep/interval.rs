//! The mean of some runs, and how far it can be off.
//!
//! In: figures of one measure, one for each seed. Out: their mean and the 95 % confidence interval
//! around it, by Student's t. Sums are whole and in the order of the seeds; only the width of the
//! interval is a float, rounded once.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean with its interval, in millionths of the unit of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// How many figures there were.
    pub runs: u64,
    /// Their mean, to the nearest millionth.
    pub mean_millionths: i128,
    /// Half the width of the 95 % confidence interval; none with a single figure, which says nothing
    /// of how far the next would be off.
    pub half_width_millionths: Option<i128>,
}

const MILLION: i128 = 1_000_000;

impl Estimate {
    /// The estimate from figures of which `least_units` make one unit; none from no figures.
    #[must_use]
    pub fn of(figures: impl Iterator<Item = u64>, least_units: u64) -> Option<Estimate> {
        let figures: Vec<i128> = figures.map(i128::from).collect();
        let runs = i128::try_from(figures.len()).ok().filter(|runs| *runs > 0)?;
        let sum: i128 = figures.iter().sum();
        let least_units = i128::from(least_units);
        // To the nearest; the figures are not negative.
        let (part, whole) = (sum * MILLION, runs * least_units);
        let mean_millionths = (2 * part + whole) / (2 * whole);
        let half_width_millionths = (runs > 1).then(|| {
            // The deviations times the number of figures are whole.
            let squares = figures.iter().map(|figure| (figure * runs - sum) as f64);
            let squares: f64 = squares.map(|deviation| deviation * deviation).sum();
            let count = runs as f64;
            let variance = squares / (count * count * (count - 1.0));
            let width = t_of(runs - 1) * (variance / count).sqrt();
            (width * MILLION as f64 / least_units as f64).round() as i128
        });
        Some(Estimate { runs: runs as u64, mean_millionths, half_width_millionths })
    }

    /// The interval's lower end; the mean where there is no interval.
    #[must_use]
    pub fn low_millionths(&self) -> i128 {
        self.mean_millionths - self.half_width_millionths.unwrap_or(0)
    }

    /// The interval's upper end; the mean where there is no interval.
    #[must_use]
    pub fn high_millionths(&self) -> i128 {
        self.mean_millionths + self.half_width_millionths.unwrap_or(0)
    }
}

/// Student's t that 97.5 % of draws with so many degrees of freedom do not exceed.
fn t_of(degrees: i128) -> f64 {
    let student = StudentsT::new(0.0, 1.0, degrees as f64);
    student.expect("at least one degree of freedom").inverse_cdf(0.975)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_is_that_of_the_tables() {
        for (degrees, t) in [(1, 12.706_205), (2, 4.302_653), (4, 2.776_445), (30, 2.042_272)] {
            let seen = t_of(degrees);
            assert!((seen - t).abs() < 1e-5, "{degrees} {seen}");
        }
    }

    #[test]
    fn an_interval_is_that_of_a_textbook() {
        let estimate = |figures: &[u64], least_units| {
            let estimate = Estimate::of(figures.iter().copied(), least_units);
            estimate.map(|it| (it.mean_millionths, it.half_width_millionths))
        };
        assert_eq!(estimate(&[], 1), None);
        assert_eq!(estimate(&[7], 1), Some((7_000_000, None)));
        assert_eq!(estimate(&[7, 7, 7], 1), Some((7_000_000, Some(0))));
        // Mean 3, standard deviation 1.581139, t 2.776445, divided by the root of 5.
        assert_eq!(estimate(&[1, 2, 3, 4, 5], 1), Some((3_000_000, Some(1_963_243))));
        assert_eq!(estimate(&[1, 2, 3, 4, 5], 1_000_000), Some((3, Some(2))));
    }
}
