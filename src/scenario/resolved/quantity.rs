//! Values as a scenario file has them: exact, with their units, in the shortest way that is plain.

use crate::base::{Instant, Span};

/// A text in quotes. What JSON escapes, TOML escapes alike; a text of a scenario has no control
/// character, which is all that JSON leaves and TOML does not.
pub(super) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Values between brackets.
pub(super) fn list(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    format!("[{}]", values.join(", "))
}

/// A length of time in the largest unit, up to hours, of which it is a whole number; seconds with
/// decimals where it is more than a second.
pub(super) fn length(span: Span) -> String {
    let micros = span.micros();
    let units = [("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000)];
    let whole = units.into_iter().find(|(_, unit)| micros.is_multiple_of(*unit) && micros >= *unit);
    match whole {
        Some(("ms", _)) | None if micros > 1_000_000 => {
            let decimals = format!("{:06}", micros % 1_000_000);
            format!("\"{}.{}s\"", micros / 1_000_000, decimals.trim_end_matches('0'))
        }
        Some((name, unit)) => format!("\"{}{name}\"", micros / unit),
        None if micros == 0 => "\"0s\"".to_owned(),
        None => format!("\"{micros}us\""),
    }
}

/// An instant as the time since the hub was started.
pub(super) fn instant(instant: Instant) -> String {
    length(instant.since(Instant::ZERO))
}

/// What a wall clock says, in UTC (RFC 3339).
pub(super) fn wall_clock(unix_us: i64) -> String {
    let read = jiff::Timestamp::from_microsecond(unix_us);
    text(&read.expect("a scenario's wall clock is within jiff's calendar").to_string())
}

/// Bytes, in the largest unit of 1,024 of which they are a whole number.
pub(super) fn size(bytes: u64) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let whole = units.into_iter().find(|(_, unit)| bytes.is_multiple_of(*unit) && bytes >= *unit);
    let (name, unit) = whole.unwrap_or(("B", 1));
    format!("\"{}{name}\"", bytes / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::calendar::WallClock;
    use crate::scenario::quantity::{LONGEST, Length, Volume};
    use crate::scenario::text::Kind;

    fn unquoted(text: &str) -> &str {
        text.trim_matches('"')
    }

    #[test]
    fn a_length_is_written_shortly_and_read_back_exactly() {
        for (micros, written) in [
            (0, "0s"),
            (1, "1us"),
            (1_500, "1500us"),
            (200_000, "200ms"),
            (1_500_000, "1.5s"),
            (90_000_000, "90s"),
            (172_800_000_000, "48h"),
            (172_799_999_999, "172799.999999s"),
            (3_600_000_001, "3600.000001s"),
            (LONGEST.micros() - 1, "3155759999.999999s"),
        ] {
            let span = Span::from_micros(micros);
            assert_eq!(unquoted(&length(span)), written);
            assert_eq!(Length::read(written), Ok(span));
        }
    }

    #[test]
    fn sizes_and_wall_clocks_are_read_back_exactly() {
        for (bytes, written) in
            [(1, "1B"), (1_000, "1000B"), (4_096, "4KiB"), (3 << 20, "3MiB"), (8 << 30, "8GiB")]
        {
            assert_eq!(unquoted(&size(bytes)), written);
            assert_eq!(Volume::read(written), Ok(bytes));
        }
        for (unix_us, written) in [
            (978_307_200_000_000, "2001-01-01T00:00:00Z"),
            (978_307_200_000_001, "2001-01-01T00:00:00.000001Z"),
        ] {
            assert_eq!(unquoted(&wall_clock(unix_us)), written);
            assert_eq!(WallClock::read(written), Ok(unix_us));
        }
    }
}
