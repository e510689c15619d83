//! Whether a difference is more than chance: the paired t test over seeds, and Holm's correction for many.
//!
//! In: differences, whole numbers, one a seed. Out: what can be said of their mean. Sums are exact; only
//! what follows from them is floating point. Which differences are to be tested is decided elsewhere.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// What the differences of one figure, one a seed, say of their mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paired {
    /// Every one is zero, or there is none: nothing is to be tested.
    Same,
    /// There is one, and it is not zero. It is no sample that a test could be made of.
    OneSeed,
    /// All are equal and not zero: there is no chance in them, p = 0.
    SameInEach,
    /// They differ among each other.
    Tested(Test),
}

/// A paired t test of the mean against zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// The mean by its standard error.
    pub t: f64,
    /// Degrees of freedom: the seeds less one.
    pub degrees: u64,
    /// How probable a mean as far from zero or farther is by chance alone, to both sides.
    pub p: f64,
    /// Half the confidence interval of the mean, in the unit of the differences.
    pub half_width: f64,
}

/// Tests the mean of `differences`; the interval is of confidence `1 - alpha`, `alpha` between 0 and 1.
#[must_use]
pub fn paired(differences: &[i128], alpha: f64) -> Paired {
    let Some(first) = differences.first() else { return Paired::Same };
    if differences.iter().all(|difference| difference == first) {
        return match (*first, differences.len()) {
            (0, _) => Paired::Same,
            (_, 1) => Paired::OneSeed,
            _ => Paired::SameInEach,
        };
    }
    let seeds = differences.len() as i128;
    let sum: i128 = differences.iter().sum();
    // `seeds` times the distance from the mean, so that it is a whole number.
    let squares: f64 = differences
        .iter()
        .map(|difference| (difference * seeds - sum) as f64)
        .map(|distance| distance * distance)
        .sum();
    let (n, sum) = (seeds as f64, sum as f64);
    let error_of_sum = (squares / (n * (n - 1.0))).sqrt();
    let t = sum / error_of_sum;
    let degrees = differences.len() as u64 - 1;
    let student = student(degrees);
    let quantile = student.inverse_cdf(1.0 - alpha / 2.0);
    Paired::Tested(Test {
        t,
        degrees,
        p: (2.0 * student.sf(t.abs())).min(1.0),
        half_width: quantile * error_of_sum / n,
    })
}

fn student(degrees: u64) -> StudentsT {
    StudentsT::new(0.0, 1.0, degrees as f64)
        .expect("two different numbers leave a degree of freedom")
}

/// Holm's step-down: each p as it counts among all of these, in their order. Where what comes out is at
/// most alpha for some, all of those together are wrong by chance with a probability of at most alpha,
/// whatever the tests have to do with each other.
///
/// S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979).
#[must_use]
pub fn holm(ps: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_by(|one, other| ps[*one].total_cmp(&ps[*other]));
    let mut adjusted = vec![1.0; ps.len()];
    let mut least = 0.0_f64;
    for (place, at) in order.into_iter().enumerate() {
        let left = (ps.len() - place) as f64;
        least = least.max((left * ps[at]).min(1.0));
        adjusted[at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(seen: f64, published: f64, within: f64) {
        assert!((seen - published).abs() <= within, "{seen} is not {published}");
    }

    #[test]
    fn quantiles_are_those_of_published_tables() {
        for (degrees, probability, quantile) in [
            (1, 0.975, 12.706),
            (2, 0.975, 4.303),
            (4, 0.975, 2.776),
            (9, 0.975, 2.262),
            (30, 0.975, 2.042),
            (120, 0.975, 1.980),
            (4, 0.995, 4.604),
            (1, 0.995, 63.657),
        ] {
            near(student(degrees).inverse_cdf(probability), quantile, 0.000_51);
        }
    }

    #[test]
    fn the_test_of_students_own_example_comes_out_as_published() {
        // Hours of sleep gained with one drug over another, in tenths, ten patients. Student,
        // "The probable error of a mean", Biometrika 6 (1908): t = 4.0621, p = 0.002833, and an interval
        // of 95 % from 0.7001 to 2.4599 hours.
        let gains = [12, 24, 13, 13, 0, 10, 18, 8, 46, 14];
        let Paired::Tested(test) = paired(&gains, 0.05) else { panic!("they differ") };
        assert_eq!(test.degrees, 9);
        near(test.t, 4.0621, 0.000_05);
        near(test.p, 0.002_833, 0.000_000_5);
        near(test.half_width, (24.599 - 7.001) / 2.0, 0.001);
    }

    #[test]
    fn what_leaves_nothing_to_chance_is_not_tested() {
        for (differences, expected) in [
            ([].as_slice(), Paired::Same),
            (&[0], Paired::Same),
            (&[0, 0, 0], Paired::Same),
            (&[5], Paired::OneSeed),
            (&[-3, -3], Paired::SameInEach),
        ] {
            assert_eq!(paired(differences, 0.05), expected, "{differences:?}");
        }
    }

    #[test]
    fn differences_that_cancel_out_are_no_difference() {
        let Paired::Tested(test) = paired(&[-7, 7], 0.05) else { panic!("they differ") };
        assert_eq!((test.t, test.p), (0.0, 1.0));
    }

    #[test]
    fn the_largest_figures_there_are_can_be_tested() {
        let far = i128::from(u64::MAX);
        let Paired::Tested(test) = paired(&[far, -far, far - 1], 0.05) else {
            panic!("they differ")
        };
        assert!(test.p > 0.5 && test.p < 1.0 && test.half_width.is_finite(), "{test:?}");
    }

    #[test]
    fn holms_step_down_comes_out_as_published() {
        // The example of many textbooks: at 5 % the first and the last are rejected, and no other.
        for (adjusted, published) in
            holm(&[0.01, 0.04, 0.03, 0.005]).into_iter().zip([0.03, 0.06, 0.06, 0.02])
        {
            near(adjusted, published, 1e-12);
        }
        assert_eq!(holm(&[]), Vec::<f64>::new());
        assert_eq!(holm(&[0.04]), [0.04]);
        assert_eq!(holm(&[0.6, 0.0, 0.7]), [1.0, 0.0, 1.0]);
    }
}
