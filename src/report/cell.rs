//! Cells of CSV (RFC 4180): numbers and instants written straight into the line, text quoted once.
//!
//! In: numbers and names. Out: bytes appended to a buffer. Nothing here knows a column.
//!
//! A row of `messages.csv` is made millions of times, so nothing is allocated for a cell and
//! numbers do not go through `fmt` (some 30 ns a cell); the `csv` crate quotes the few names.

use crate::base::{Instant, Micros};

/// `00` to `99`, one after the other: two digits for one division.
const PAIRS: [u8; 200] = {
    let mut pairs = [0; 200];
    let mut number = 0;
    while number < 100 {
        pairs[number * 2] = b'0' + (number / 10) as u8;
        pairs[number * 2 + 1] = b'0' + (number % 10) as u8;
        number += 1;
    }
    pairs
};

/// The two digits of a number below 100.
fn pair(number: u64) -> [u8; 2] {
    let at = number as usize * 2;
    [PAIRS[at], PAIRS[at + 1]]
}

/// Appends `number` in decimal.
pub(super) fn push_integer(line: &mut Vec<u8>, number: u64) {
    if number < 10 {
        line.push(b'0' + number as u8);
        return;
    }
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    while rest >= 10 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(&pair(rest % 100));
        rest /= 100;
    }
    if rest > 0 {
        at -= 1;
        digits[at] = b'0' + rest as u8;
    }
    line.extend_from_slice(&digits[at..]);
}

/// Appends what [`Micros`] displays: seconds with six decimals.
pub(super) fn push_seconds(line: &mut Vec<u8>, micros: Micros) {
    if micros.0 < 0 {
        line.push(b'-');
    }
    // Instants have 64 bits, so their distance has no more; what no two instants make is cut off.
    let size = u64::try_from(micros.0.unsigned_abs()).unwrap_or(u64::MAX);
    push_integer(line, size / 1_000_000);
    let rest = size % 1_000_000;
    let mut fraction = *b".000000";
    fraction[1..3].copy_from_slice(&pair(rest / 10_000));
    fraction[3..5].copy_from_slice(&pair(rest / 100 % 100));
    fraction[5..7].copy_from_slice(&pair(rest % 100));
    line.extend_from_slice(&fraction);
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
        for number in (0..=1_010).chain([12_345, 1_234_567_890, u64::MAX]) {
            let mut line = Vec::new();
            push_integer(&mut line, number);
            assert_eq!(String::from_utf8(line), Ok(number.to_string()));
        }
        for micros in [0, 1, -1, 172_800_000_001, -90_000_000, i128::from(u64::MAX)] {
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
