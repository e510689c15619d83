//! The logarithm that chance asks for, in whole numbers: the same on every machine, and without a division.
//!
//! In: 64 bits that were drawn evenly. Out: the way to the next of many independent arrivals, in parts of the
//! mean way. It is no function for anything else: it is good to some nine digits, more than anybody could
//! tell of draws.

/// Bits of the fraction of what [`exponential`] gives back.
pub(super) const FRACTION_BITS: u32 = 56;

/// The table has the logarithms of this many steps from 1 to 2.
const STEPS: usize = 1 << STEP_BITS;
const STEP_BITS: u32 = 8;

/// ln 2, with [`FRACTION_BITS`].
const LN_2: u64 = 0x00b1_7217_f7d1_cf79;

/// The binary logarithm of each step, with [`FRACTION_BITS`].
const TABLE: [u64; STEPS + 1] = {
    let mut table = [0; STEPS + 1];
    let mut step = 0;
    while step < STEPS {
        table[step] = log2((1 << 63) | (step as u64) << (63 - STEP_BITS));
        step += 1;
    }
    table[STEPS] = 1 << FRACTION_BITS;
    table
};

/// The binary logarithm of a number from 1 to 2 with 63 bits behind its point: digit by digit, a square each.
const fn log2(number: u64) -> u64 {
    let (mut square, mut digits, mut digit) = (number, 0, 0);
    while digit < FRACTION_BITS {
        let wide = square as u128 * square as u128;
        let is_over = wide >> 127 != 0;
        square = (wide >> if is_over { 64 } else { 63 }) as u64;
        digits = digits << 1 | is_over as u64;
        digit += 1;
    }
    digits
}

/// Of 64 even bits the way to the next arrival, the mean way being 1, with [`FRACTION_BITS`]: minus the natural
/// logarithm of what they are of 2^64.
pub(super) fn exponential(even: u64) -> u64 {
    let even = even | 1;
    let zeros = even.leading_zeros();
    // What stands behind the leading bit: the step, and how far it is to the next.
    let behind = even << zeros << 1;
    let step = (behind >> (64 - STEP_BITS)) as usize;
    let part = behind << STEP_BITS >> 32;
    let rise = TABLE[step + 1] - TABLE[step];
    // Between two steps it bends, by the square of its rise and half of ln 2.
    let bend = product(product(rise, rise, FRACTION_BITS), LN_2 / 2, FRACTION_BITS);
    let bend = product(bend, product(part, (1 << 32) - part, 32), 32);
    let behind_point = TABLE[step] + product(rise, part, 32) + bend;
    let log2 = ((u64::from(zeros) + 1) << FRACTION_BITS) - behind_point;
    product(log2, LN_2, FRACTION_BITS)
}

/// A product without so many of its last bits.
fn product(one: u64, other: u64, bits: u32) -> u64 {
    ((u128::from(one) * u128::from(other)) >> bits) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_logarithm_to_nine_digits() {
        let scale = (1u64 << FRACTION_BITS) as f64;
        let mut worst: f64 = 0.0;
        for number in 0..200_000u64 {
            let even = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (number % 40) | 1;
            let expected = -libm::log(even as f64 / 2f64.powi(64));
            worst = worst.max((exponential(even) as f64 / scale - expected).abs());
        }
        assert!(worst < 3e-9, "{worst}");
        assert_eq!(exponential(u64::MAX) >> 20, 0);
    }
}
