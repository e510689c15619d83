//! Lengths of time, collected: exact up to a million of them, within a thousandth beyond.

use itertools::Itertools as _;

use crate::base::Span;

/// A collection of spans that can be asked for its percentiles.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    exact: Vec<u64>,
    buckets: Vec<u64>,
    count: u64,
    largest: Span,
}

/// Bits kept of a span's size in a bucket: 2^-10 is less than a thousandth.
const MANTISSA_BITS: u32 = 10;

impl Distribution {
    /// How many spans are kept one by one.
    pub const EXACT: usize = 1 << 20;

    /// Adds a span.
    pub fn add(&mut self, span: Span) {
        self.count += 1;
        self.largest = self.largest.max(span);
        if self.is_exact() && self.exact.len() < Distribution::EXACT {
            self.exact.push(span.micros());
        } else {
            self.add_coarse(span);
        }
    }

    #[inline(never)]
    fn add_coarse(&mut self, span: Span) {
        self.coarsen();
        self.buckets[bucket_of(span.micros())] += 1;
    }

    /// Adds all that another collection holds.
    pub fn append(&mut self, other: &Distribution) {
        self.count += other.count;
        self.largest = self.largest.max(other.largest);
        if self.is_exact() && other.is_exact() && self.count <= Distribution::EXACT as u64 {
            return self.exact.extend(&other.exact);
        }
        self.coarsen();
        for micros in &other.exact {
            self.buckets[bucket_of(*micros)] += 1;
        }
        for (all, others) in self.buckets.iter_mut().zip(&other.buckets) {
            *all += others;
        }
    }

    /// Keeps buckets from now on.
    fn coarsen(&mut self) {
        if self.is_exact() {
            self.buckets = vec![0; bucket_of(u64::MAX) + 1];
            for micros in std::mem::take(&mut self.exact) {
                self.buckets[bucket_of(micros)] += 1;
            }
        }
    }

    /// Adds the spans that there are.
    pub fn extend(&mut self, spans: impl IntoIterator<Item = Span>) {
        spans.into_iter().for_each(|span| self.add(span));
    }

    /// How many were added.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The largest that was added, exact; none of an empty collection.
    #[must_use]
    pub fn largest(&self) -> Option<Span> {
        (self.count > 0).then_some(self.largest)
    }

    /// Whether every answer is exact; else it is at most a thousandth too low.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Puts what was added in order; to be called once, before the collection is asked.
    pub fn settle(&mut self) {
        radsort::sort(&mut self.exact);
        self.exact.shrink_to_fit();
    }

    /// The least span that `permille` thousandths of the spans do not exceed (nearest rank).
    #[must_use]
    pub fn percentile(&self, permille: u64) -> Option<Span> {
        let rank = (self.count * permille).div_ceil(1_000).max(1);
        if self.is_exact() {
            return self.exact.get(rank as usize - 1).copied().map(Span::from_micros);
        }
        self.coarse_steps().find(|(_, upto)| *upto >= rank).map(|(span, _)| span)
    }

    /// The cumulative curve, as finely as it is drawn: of all spans that stand at one place the largest, with
    /// the number of spans up to and with it. Places must not go back as spans grow. The cost goes by the number
    /// of places, if all answers are exact.
    pub fn steps_by<P: PartialEq>(
        &self,
        place: impl Fn(Span) -> P + Copy,
    ) -> impl Iterator<Item = (Span, u64)> {
        let exact = self.exact.as_slice();
        let mut upto = 0;
        let exact_steps = std::iter::from_fn(move || {
            let first = place(Span::from_micros(*exact.get(upto)?));
            let is_there = |micros: &u64| place(Span::from_micros(*micros)) == first;
            upto += exact[upto..].partition_point(is_there);
            Some((Span::from_micros(exact[upto - 1]), upto as u64))
        });
        let later = move |one: (Span, u64), other: (Span, u64)| {
            if place(one.0) == place(other.0) { Ok(other) } else { Err((one, other)) }
        };
        exact_steps.chain(self.coarse_steps().coalesce(later))
    }

    fn coarse_steps(&self) -> impl Iterator<Item = (Span, u64)> {
        let mut upto = 0;
        let taken = self.buckets.iter().enumerate().filter(|(_, count)| **count > 0);
        taken.map(move |(bucket, count)| {
            upto += count;
            (Span::from_micros(floor_of(bucket)), upto)
        })
    }
}

/// The bucket of a number: its leading bit's place, then the ten bits after it.
const fn bucket_of(number: u64) -> usize {
    if number < 1 << MANTISSA_BITS {
        return number as usize;
    }
    let shift = number.ilog2() - MANTISSA_BITS;
    ((shift as usize + 1) << MANTISSA_BITS) + (number >> shift) as usize - (1 << MANTISSA_BITS)
}

/// The least number of a bucket.
const fn floor_of(bucket: usize) -> u64 {
    let octave = bucket >> MANTISSA_BITS;
    let rest = (bucket & ((1 << MANTISSA_BITS) - 1)) as u64;
    if octave == 0 { rest } else { (rest + (1 << MANTISSA_BITS)) << (octave - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let mut spans = Distribution::default();
        for micros in [40, 10, 30, 20] {
            spans.add(Span::from_micros(micros));
        }
        spans.settle();
        for (permille, micros) in [(0, 10), (250, 10), (251, 20), (500, 20), (990, 40), (1_000, 40)]
        {
            assert_eq!(spans.percentile(permille), Some(Span::from_micros(micros)), "{permille}");
        }
        assert_eq!(Distribution::default().percentile(500), None);
    }

    #[test]
    fn a_bucket_is_less_than_a_thousandth_wide() {
        for number in [0, 1, 1_023, 1_024, 172_800_000_000, u64::MAX - 1, u64::MAX] {
            let floor = floor_of(bucket_of(number));
            assert!(floor <= number, "{number}");
            assert!(number - floor <= number / 1_000, "{number} {floor}");
        }
        for bucket in 0..bucket_of(u64::MAX) {
            assert_eq!(bucket_of(floor_of(bucket)), bucket);
        }
    }

    #[test]
    fn what_is_put_together_answers_as_if_it_had_been_one() {
        let part = |count: usize, from: u64| {
            let mut spans = Distribution::default();
            spans.extend((0..count as u64).map(|number| Span::from_micros(from + number * 7)));
            spans
        };
        let million = Distribution::EXACT;
        for (one, other) in [(100, 50), (million, 0), (million, 1), (million + 1, 9), (9, million)]
        {
            let mut together = part(one, 0);
            together.append(&part(other, 3));
            let mut whole = part(one, 0);
            whole.extend((0..other as u64).map(|number| Span::from_micros(3 + number * 7)));
            for spans in [&mut together, &mut whole] {
                spans.settle();
            }
            assert_eq!(format!("{together:?}"), format!("{whole:?}"), "{one} and {other}");
        }
    }

    #[test]
    fn beyond_a_million_the_largest_stays_exact() {
        let mut spans = Distribution::default();
        for micros in 0..=Distribution::EXACT as u64 {
            spans.add(Span::from_micros(micros));
        }
        spans.settle();
        assert!(!spans.is_exact());
        assert_eq!(spans.count(), Distribution::EXACT as u64 + 1);
        assert_eq!(spans.largest(), Some(Span::from_micros(Distribution::EXACT as u64)));
        let median = spans.percentile(500).expect("not empty").micros();
        let expected = Distribution::EXACT as u64 / 2;
        assert!(median.abs_diff(expected) <= expected / 1_000, "{median}");
    }
}
