//! Randomness keyed by entity: each site and each source draws from a stream of its own.
//!
//! In: a run's seed, an entity's name, the purpose. Out: numbers that depend on these three alone. One
//! more draw, host or message in one place moves nothing elsewhere.

use std::convert::Infallible;

use rand::{Rng, RngExt, SeedableRng, TryRng};
use rand_chacha::ChaCha8Rng;
use xxhash_rust::xxh3::xxh3_64;

use super::logarithm::{FRACTION_BITS, exponential};
use crate::base::Span;

/// The key of a run, made from its seed.
#[derive(Clone, Copy, Debug)]
pub struct Key([u8; 32]);

const WORDS: usize = 16;

/// One stream of `ChaCha8`. It holds one block of draws, and not the run's key: a generator of four
/// blocks for each of a hundred thousand sites would not fit in any cache.
#[derive(Clone, Debug)]
pub struct Stream {
    nonce: u64,
    words: [u32; WORDS],
    blocks: u32,
    used: u32,
}

/// A stream with the key of its run: to be drawn from.
pub struct Draws<'a> {
    stream: &'a mut Stream,
    key: &'a Key,
}

impl Key {
    /// The key of the runs with this seed.
    #[must_use]
    pub fn new(seed: u64) -> Key {
        let mut key = [0; 32];
        ChaCha8Rng::seed_from_u64(seed).fill_bytes(&mut key);
        Key(key)
    }
}

impl Stream {
    /// The stream of an entity for a purpose.
    #[must_use]
    pub fn new(entity: &str, purpose: &str) -> Stream {
        let name = [entity, "\0", purpose].concat();
        let nonce = xxh3_64(name.as_bytes());
        Stream { nonce, words: [0; WORDS], blocks: 0, used: WORDS as u32 }
    }

    /// Draws in the runs of this key.
    pub fn draws<'a>(&'a mut self, key: &'a Key) -> Draws<'a> {
        Draws { stream: self, key }
    }

    /// Reads it: both ends, which may lie apart in the cache.
    pub(super) const fn touch(&self) -> u64 {
        self.nonce ^ self.words[0] as u64 ^ self.words[WORDS - 1] as u64
    }

    /// What names the stream and how far it has been drawn: for the fingerprint.
    #[must_use]
    pub fn position(&self) -> [u64; 2] {
        [self.nonce, u64::from(self.blocks) * WORDS as u64 + u64::from(self.used)]
    }
}

impl Draws<'_> {
    /// A span drawn evenly from `least` up to and with `most`.
    pub fn even(&mut self, least: Span, most: Span) -> Span {
        Span::from_micros(self.random_range(least.micros()..=most.micros().max(least.micros())))
    }

    /// A whole number drawn evenly from `least` up to and with `most`.
    pub fn whole(&mut self, least: u32, most: u32) -> u32 {
        self.random_range(least..=most.max(least))
    }

    /// One of a table of choices, each as likely as its weight says; where all weigh nothing the last.
    ///
    /// # Panics
    /// Where there is no choice.
    pub fn weighted<T: Copy>(&mut self, choices: &[(T, u32)]) -> T {
        let sum: u64 = choices.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut left = self.random_range(0..sum.max(1));
        for (choice, weight) in choices {
            if left < u64::from(*weight) {
                return *choice;
            }
            left -= u64::from(*weight);
        }
        choices[choices.len() - 1].0
    }

    /// A span drawn evenly from `interval`, shorter or longer by up to so many thousandths.
    pub fn jittered(&mut self, interval: Span, permille: u32) -> Span {
        if permille == 0 {
            return interval;
        }
        let most = u128::from(interval.micros()) * u128::from(permille) / 1_000;
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let least = interval.micros().saturating_sub(most);
        self.even(
            Span::from_micros(least),
            Span::from_micros(interval.micros().saturating_add(most)),
        )
    }

    /// Whether a thing happens that happens in so many of a thousand cases.
    pub fn happens(&mut self, permille: u32) -> bool {
        permille > 0 && self.random_range(0..1_000) < permille
    }

    /// The way to the next of many independent arrivals, `mean` apart on the average: at least a
    /// microsecond.
    #[inline(always)]
    pub fn exponential(&mut self, mean: Span) -> Span {
        let way = u128::from(exponential(self.next_u64()));
        let micros = (way * u128::from(mean.micros())) >> FRACTION_BITS;
        Span::from_micros(u64::try_from(micros).unwrap_or(u64::MAX).max(1))
    }

    #[inline(never)]
    fn refill(&mut self) {
        let stream = &mut *self.stream;
        let mut block = ChaCha8Rng::from_seed(self.key.0);
        block.set_stream(stream.nonce);
        block.set_word_pos(u128::from(stream.blocks) * WORDS as u128);
        stream.words.fill_with(|| block.next_u32());
        stream.blocks += 1;
        stream.used = 0;
    }
}

impl TryRng for Draws<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.stream.used as usize == WORDS {
            self.refill();
        }
        self.stream.used += 1;
        Ok(self.stream.words[self.stream.used as usize - 1])
    }

    #[inline(always)]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let used = self.stream.used as usize;
        if let Some([low, high]) = self.stream.words.get(used..used + 2) {
            self.stream.used += 2;
            return Ok(u64::from(*high) << 32 | u64::from(*low));
        }
        let low = u64::from(self.try_next_u32()?);
        Ok(u64::from(self.try_next_u32()?) << 32 | low)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.try_next_u32()?.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(entity: &str, purpose: &str, seed: u64) -> Vec<u32> {
        let (key, mut stream) = (Key::new(seed), Stream::new(entity, purpose));
        (0..40).map(|_| stream.draws(&key).next_u32()).collect()
    }

    #[test]
    fn a_stream_is_chacha8_with_the_entity_as_its_nonce() {
        let mut whole = ChaCha8Rng::from_seed(Key::new(7).0);
        whole.set_stream(xxh3_64(b"branch\0calls"));
        let expected: Vec<u32> = (0..40).map(|_| whole.next_u32()).collect();
        assert_eq!(words("branch", "calls", 7), expected);
    }

    #[test]
    fn streams_differ_by_entity_purpose_and_seed() {
        let one = words("branch", "calls", 7);
        for other in [("branch", "drops", 7), ("branch-2", "calls", 7), ("branch", "calls", 8)] {
            assert_ne!(words(other.0, other.1, other.2), one, "{other:?}");
        }
    }

    #[test]
    fn draws_keep_within_their_bounds() {
        let (key, mut stream) = (Key::new(1), Stream::new("x", "y"));
        let mut stream = stream.draws(&key);
        let hour = Span::from_hours(1);
        for _ in 0..10_000 {
            let way = stream.jittered(hour, 100);
            assert!(way >= Span::from_minutes(54) && way <= Span::from_minutes(66), "{way}");
        }
        assert_eq!(stream.jittered(hour, 0), hour);
        assert_eq!(stream.even(hour, hour), hour);
        assert!(!stream.happens(0));
        assert!(stream.happens(1_000));
    }

    #[test]
    fn the_mean_of_independent_arrivals_is_kept() {
        let (key, mut stream) = (Key::new(1), Stream::new("x", "y"));
        let mut stream = stream.draws(&key);
        let count = 100_000;
        let sum: u64 = (0..count).map(|_| stream.exponential(Span::from_secs(10)).micros()).sum();
        let mean = sum / count;
        assert!(mean.abs_diff(10_000_000) < 100_000, "{mean}");
    }
}
