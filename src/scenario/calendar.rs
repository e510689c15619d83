//! The wall clock as it is written: an instant of it, a time zone, times of the week.
//!
//! In: text. Out: values that jiff reckons with. The zones are those of the database that is built
//! in: no file of the machine is asked, so every machine reckons alike.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::problem::nearest;
use super::quote::quoted;
use super::text::{Kind, Misread};

/// What a wall clock says: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug)]
pub(crate) enum WallClock {}
/// A time zone by its name.
#[derive(Debug)]
pub(crate) enum Zone {}

/// A time of the day on some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WeekTime {
    /// Whether on each day, Monday first.
    days: [bool; 7],
    /// The time of the day.
    pub(crate) time: Time,
}

impl WeekTime {
    /// Whether it comes on a date.
    pub(crate) fn is_on(&self, date: Date) -> bool {
        self.days[place(date.weekday())]
    }
}

/// The days' short names, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The place of a day in its week, 0 for Monday.
fn place(day: Weekday) -> usize {
    day.to_monday_zero_offset() as usize
}

impl Kind for WallClock {
    type Value = i64;
    const NOUN: &'static str = "a date and a time of RFC 3339, from 1970 to 2999";
    const EXAMPLES: &'static [&'static str] = &["2001-01-01T00:00:00Z"];

    fn read(text: &str) -> Result<i64, Misread> {
        // So far from the ends of jiff's calendar that 100 years after it can be reckoned.
        const FIRST_OF_3000_US: i64 = 32_503_680_000_000_000;
        let instant: Timestamp = text.parse().map_err(|_| Misread::not::<WallClock>(text))?;
        let micros = instant.as_microsecond();
        if instant.as_nanosecond() % 1_000 != 0 {
            let message = "a time finer than a microsecond";
            return Err(Misread::new(message, "expected whole microseconds"));
        }
        if !(0..FIRST_OF_3000_US).contains(&micros) {
            let message = format!("{} is out of bounds", quoted(text));
            return Err(Misread::new(message, format!("expected {}", WallClock::NOUN)));
        }
        Ok(micros)
    }
}

impl Kind for Zone {
    type Value = TimeZone;
    const NOUN: &'static str = "the name of a time zone";
    const EXAMPLES: &'static [&'static str] = &["Europe/Berlin", "UTC"];

    fn read(text: &str) -> Result<TimeZone, Misread> {
        let zones = TimeZoneDatabase::bundled();
        zones.get(text).map_err(|_| {
            let names: Vec<String> = zones.available().map(|name| name.to_string()).collect();
            let help = match nearest(text, names.iter().map(String::as_str)) {
                Some(name) => format!("did you mean `{name}`?"),
                None => {
                    "the names are those of the IANA database, such as Europe/Berlin".to_owned()
                }
            };
            Misread::new(format!("no time zone is called {}", quoted(text)), "no such zone")
                .help(help)
        })
    }
}

impl Kind for WeekTime {
    type Value = WeekTime;
    const NOUN: &'static str = "days of the week and a time of the day";
    const EXAMPLES: &'static [&'static str] = &["mon-fri 08:00", "sat,sun 10:30", "daily 22:00:30"];

    fn read(text: &str) -> Result<WeekTime, Misread> {
        let (days, time) = text.split_once(' ').ok_or_else(|| Misread::not::<WeekTime>(text))?;
        let days = read_days(days).ok_or_else(|| {
            Misread::new(format!("{} are no days of the week", quoted(days)), "expected days")
                .help(format!("days are {}, mon-fri, or daily", DAYS.join(", ")))
        })?;
        let time = read_time(time.trim()).ok_or_else(|| {
            let message = format!("{} is no time of the day", quoted(time.trim()));
            Misread::new(message, "expected a time from 00:00 to 23:59:59")
        })?;
        Ok(WeekTime { days, time })
    }
}

/// `daily`, or days and ranges of days with commas between; `fri-mon` goes over the week's end.
fn read_days(text: &str) -> Option<[bool; 7]> {
    if text == "daily" {
        return Some([true; 7]);
    }
    let day = |name: &str| DAYS.iter().position(|day| *day == name);
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let length = (last + 7 - first) % 7;
        (first..=first + length).for_each(|day| days[day % 7] = true);
    }
    Some(days)
}

/// `08:00` or `22:00:30`.
fn read_time(text: &str) -> Option<Time> {
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if digits { part.parse::<i8>().ok() } else { None }
    };
    let mut parts = text.split(':');
    let (hour, minute) = (two(parts.next()?)?, two(parts.next()?)?);
    let second = parts.next().map_or(Some(0), two)?;
    // A minute of 61 seconds is not in jiff's calendar: 23:59:60 is no time of the day.
    let time = Time::new(hour, minute, second, 0).ok()?;
    parts.next().is_none().then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_is_read_to_the_microsecond() {
        for (text, micros) in [
            ("2001-01-01T00:00:00Z", 978_307_200_000_000),
            ("2001-01-01T01:00:00+01:00", 978_307_200_000_000),
            ("1970-01-01T00:00:00.000001Z", 1),
            ("2999-12-31T23:59:59.999999Z", 32_503_679_999_999_999),
        ] {
            assert_eq!(WallClock::read(text), Ok(micros), "{text}");
        }
        for text in [
            "2001-01-01",
            "2001-01-01T00:00:00",
            "1969-12-31T23:59:59Z",
            "3000-01-01T00:00:00Z",
            "2001-01-01T00:00:00.0000001Z",
            "now",
        ] {
            assert!(WallClock::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_of_the_week_are_lists_and_ranges() {
        for (text, days) in [
            ("daily", "mtwtfss"),
            ("mon", "m------"),
            ("mon-fri", "mtwtf--"),
            ("sat,sun", "-----ss"),
            ("fri-mon", "m---fss"),
            ("mon,wed-thu", "m-wt---"),
        ] {
            let expected: Vec<bool> = days.chars().map(|letter| letter != '-').collect();
            assert_eq!(read_days(text).map(Vec::from), Some(expected), "{text}");
        }
        for text in ["", "monday", "mon-", "mon,", "mon-wed-fri", "Mon", "mon daily"] {
            assert_eq!(read_days(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_of_the_day_has_two_digits_a_part() {
        assert_eq!(read_time("08:00"), Time::new(8, 0, 0, 0).ok());
        assert_eq!(read_time("22:00:30"), Time::new(22, 0, 30, 0).ok());
        for text in ["", "8:00", "08", "24:00", "08:60", "23:59:60", "08:00:00:00", "+8:00"] {
            assert_eq!(read_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_one_of_the_built_in_database() {
        assert!(Zone::read("Europe/Berlin").is_ok());
        assert!(Zone::read("UTC").is_ok());
        let misread = Zone::read("Europe/Berln").expect_err("no such zone");
        assert_eq!(misread.help.as_deref(), Some("did you mean `Europe/Berlin`?"));
    }
}
