//! Cells of CSV (RFC 4180): numbers and instants written straight into the line, text quoted once.
//!
//! In: numbers and names. Out: bytes appended to a buffer. Nothing here knows a column.
//!
//! A row of `messages.csv` is made millions of times, so nothing is allocated for a cell and
//! numbers do not go through `fmt` (some 30 ns a cell): eight digits are made at once, and put down with
//! one store, which takes off again what are no digits. The `csv` crate quotes the few names.

use crate::base::{Instant, Micros};

/// How many numbers have eight digits or fewer.
const EIGHT_DIGITS: u64 = 100_000_000;

/// The eight digits of a number below [`EIGHT_DIGITS`] as text, the first in the lowest byte.
fn eight_digits(number: u64) -> u64 {
    // Side by side in one word: two halves of four digits, then four pairs, then eight digits. The
    // products are quotients by 100 and by 10, exact below 10,000 and below 100.
    let halves = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds | ((halves - hundreds * 100) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    let digits = tens | ((pairs - tens * 10) << 8);
    digits | 0x3030_3030_3030_3030
}

/// Appends `number` in decimal.
#[inline]
pub(super) fn push_integer(line: &mut Vec<u8>, number: u64) {
    if number >= EIGHT_DIGITS {
        push_integer_of_many_digits(line, number);
        return;
    }
    let digits = eight_digits(number);
    let zeros = (digits & 0x0f0f_0f0f_0f0f_0f0f).trailing_zeros().min(63) / 8;
    line.extend_from_slice(&(digits >> (8 * zeros)).to_le_bytes());
    line.truncate(line.len() - zeros as usize);
}

fn push_integer_of_many_digits(line: &mut Vec<u8>, number: u64) {
    push_integer(line, number / EIGHT_DIGITS);
    line.extend_from_slice(&eight_digits(number % EIGHT_DIGITS).to_le_bytes());
}

/// Appends what [`Micros`] displays: seconds with six decimals.
#[inline]
pub(super) fn push_seconds(line: &mut Vec<u8>, micros: Micros) {
    if micros.0 < 0 {
        line.push(b'-');
    }
    // Instants have 64 bits, so their distance has no more; what no two instants make is cut off.
    let size = u64::try_from(micros.0.unsigned_abs()).unwrap_or(u64::MAX);
    push_integer(line, size / 1_000_000);
    let fraction = ((eight_digits(size % 1_000_000) >> 8) & !0xff) | u64::from(b'.');
    line.extend_from_slice(&fraction.to_le_bytes());
    line.truncate(line.len() - 1);
}

/// Appends an instant in seconds; nothing for [`Instant::NEVER`], which is no point on an axis.
pub(super) fn push_instant(line: &mut Vec<u8>, instant: Instant) {
    if instant != Instant::NEVER {
        push_seconds(line, Micros::from(instant));
    }
}

/// `text` as one cell, in quotes where RFC 4180 asks for them.
pub(super) fn quoted(text: &str) -> Vec<u8> {
    // A writer has a buffer, which is more than nearly every name needs.
    let is_plain = |byte: u8| !matches!(byte, b',' | b'"' | b'\r' | b'\n');
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.into();
    }
    let mut line = csv::WriterBuilder::new().from_writer(Vec::new());
    line.write_record([text, ""]).expect("a vector takes every byte");
    let mut line = line.into_inner().expect("a vector takes every byte");
    // The empty second cell keeps an empty first one from being quoted; both go with the line's end.
    line.truncate(line.len() - ",\n".len());
    line
}

/// Appends the cells, with commas between them.
pub(super) fn push_integers(line: &mut Vec<u8>, numbers: impl IntoIterator<Item = u64>) {
    for (place, number) in numbers.into_iter().enumerate() {
        if place > 0 {
            line.push(b',');
        }
        push_integer(line, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_seconds_read_as_their_display() {
        let edges = (1..=19).flat_map(|power| [10_u64.pow(power) - 1, 10_u64.pow(power)]);
        for number in (0..=20_010).chain(edges).chain([u64::MAX]) {
            let mut line = Vec::new();
            push_integer(&mut line, number);
            assert_eq!(String::from_utf8(line), Ok(number.to_string()));
        }
        for micros in [0, 1, -1, 999_999, 172_800_000_001, -90_000_000, i128::from(u64::MAX)] {
            let mut line = Vec::new();
            push_seconds(&mut line, Micros(micros));
            assert_eq!(String::from_utf8(line), Ok(Micros(micros).to_string()));
        }
    }

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        for (text, cell) in
            [("", ""), ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\"")]
        {
            assert_eq!(String::from_utf8(quoted(text)), Ok(cell.to_owned()));
        }
    }
}
