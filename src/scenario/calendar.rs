//! Times by the wall clock as they are written.

use super::text::{Kind, Misread};

/// A time by the wall clock, with its offset (RFC 3339).
#[derive(Debug)]
pub(crate) enum WallClock {}

impl Kind for WallClock {
    type Value = i64;
    const NOUN: &'static str = "a time by the wall clock with its offset (RFC 3339)";
    const EXAMPLES: &'static [&'static str] = &["2001-01-01T00:00:00Z"];

    fn read(text: &str) -> Result<i64, Misread> {
        let read: Result<jiff::Timestamp, _> = text.parse();
        read.map(jiff::Timestamp::as_microsecond).map_err(|_| Misread::not::<WallClock>(text))
    }
}
