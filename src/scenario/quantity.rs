//! Quantities as they are written: times, sizes, rates and shares, each with its unit.
//!
//! In: text. Out: whole microseconds, bytes, bits a second and thousandths; what does not come out
//! whole is refused and never rounded. Times are read by jiff, days are 24 h; months and years are
//! refused, for they have no fixed length. Whether a time makes sense where it stands is settled by
//! `meaning`.

use super::problem::suggestion;
use super::quote::quoted;
use super::text::{Kind, Misread};
use crate::base::{Instant, Span};

/// The longest time that a scenario can speak of: 100 years of 365.25 days.
pub(crate) const LONGEST: Span = Span::from_hours(36_525 * 24);

/// A time since the hub was started.
#[derive(Debug)]
pub(crate) enum Moment {}
/// A length of time, which may be nothing.
#[derive(Debug)]
pub(crate) enum Length {}
/// A length of time that is more than nothing.
#[derive(Debug)]
pub(crate) enum Interval {}
/// A length of time that is more than nothing, or never.
#[derive(Debug)]
pub(crate) enum IntervalOrNever {}
/// A way forward or back in time.
#[derive(Debug)]
pub(crate) enum Step {}
/// One step of a retry ladder: more than nothing.
#[derive(Debug)]
pub(crate) enum Wait {}
/// From one time up to and without another.
#[derive(Debug)]
pub(crate) enum Window {}
/// One time, or any from one up to and with another.
#[derive(Debug)]
pub(crate) enum Drawn {}
/// A message's size.
#[derive(Debug)]
pub(crate) enum Size {}
/// So much of something: of what waits, or of a message.
#[derive(Debug)]
pub(crate) enum Volume {}
/// A line's rate.
#[derive(Debug)]
pub(crate) enum Rate {}
/// How far an interval may be off.
#[derive(Debug)]
pub(crate) enum Jitter {}
/// How many of a hundred.
#[derive(Debug)]
pub(crate) enum Chance {}

impl Kind for Moment {
    type Value = Instant;
    const NOUN: &'static str = "a time since the hub was started, with its unit";
    const EXAMPLES: &'static [&'static str] = &["36h", "48h - 1us"];

    fn read(text: &str) -> Result<Instant, Misread> {
        Ok(Instant::ZERO + time(text)?)
    }

    fn read_bare(number: &str) -> Result<Instant, Misread> {
        Moment::read(number)
    }
}

impl Kind for Length {
    type Value = Span;
    const NOUN: &'static str = "a length of time with its unit";
    const EXAMPLES: &'static [&'static str] = &["20m", "0s"];

    fn read(text: &str) -> Result<Span, Misread> {
        time(text)
    }

    fn read_bare(number: &str) -> Result<Span, Misread> {
        time(number)
    }
}

impl Kind for Interval {
    type Value = Span;
    const NOUN: &'static str = "a length of time with its unit, more than nothing";
    const EXAMPLES: &'static [&'static str] = &["24h", "5m"];

    fn read(text: &str) -> Result<Span, Misread> {
        match time(text)? {
            Span::ZERO => Err(Misread::new("zero time", "expected more than nothing")),
            span => Ok(span),
        }
    }

    fn read_bare(number: &str) -> Result<Span, Misread> {
        Interval::read(number)
    }
}

impl Kind for IntervalOrNever {
    type Value = Option<Span>;
    const NOUN: &'static str = "a length of time with its unit, or \"never\"";
    const EXAMPLES: &'static [&'static str] = &["12h", "never"];

    fn read(text: &str) -> Result<Option<Span>, Misread> {
        if text == "never" { Ok(None) } else { Interval::read(text).map(Some) }
    }

    fn read_bare(number: &str) -> Result<Option<Span>, Misread> {
        IntervalOrNever::read(number)
    }
}

impl Kind for Step {
    /// Microseconds, negative for a step back.
    type Value = i64;
    const NOUN: &'static str = "a length of time with its unit, negative for a step back";
    const EXAMPLES: &'static [&'static str] = &["1h", "-1h"];

    fn read(text: &str) -> Result<i64, Misread> {
        match signed_micros(text)? {
            0 => Err(Misread::new("a step of nothing", "expected more or less than nothing")),
            micros => Ok(micros),
        }
    }

    fn read_bare(number: &str) -> Result<i64, Misread> {
        Step::read(number)
    }
}

impl Kind for Wait {
    type Value = Span;
    const NOUN: &'static str = "a wait between two tries, with its unit";
    const EXAMPLES: &'static [&'static str] = &["15m", "4h"];

    fn read(text: &str) -> Result<Span, Misread> {
        match time(text)? {
            Span::ZERO => Err(Misread::new(
                "a retry ladder with a wait of nothing",
                "the hub would try without a pause",
            )
            .help("for no second try write retry = \"none\" (KB Q151780: a bad ladder was read as zeros)")),
            span => Ok(span),
        }
    }

    fn read_bare(number: &str) -> Result<Span, Misread> {
        Wait::read(number)
    }
}

impl Kind for Window {
    type Value = (Instant, Instant);
    const NOUN: &'static str = "two times with `..` between";
    const EXAMPLES: &'static [&'static str] = &["1h..3h"];

    fn read(text: &str) -> Result<(Instant, Instant), Misread> {
        let (from, until) = text.split_once("..").ok_or_else(|| Misread::not::<Window>(text))?;
        let (from, until) = (Moment::read(from)?, Moment::read(until)?);
        if from >= until {
            return Err(Misread::new(
                "a time that ends before it begins",
                "the second is not later",
            ));
        }
        Ok((from, until))
    }
}

impl Kind for Drawn {
    type Value = (Instant, Instant);
    const NOUN: &'static str = "a time, or two times with `..` between";
    const EXAMPLES: &'static [&'static str] = &["6h", "0h..24h"];

    fn read(text: &str) -> Result<(Instant, Instant), Misread> {
        let Some((from, to)) = text.split_once("..") else {
            return Moment::read(text).map(|instant| (instant, instant));
        };
        let (from, to) = (Moment::read(from)?, Moment::read(to)?);
        if from > to {
            return Err(Misread::new("a time that ends before it begins", "the second is earlier"));
        }
        Ok((from, to))
    }

    fn read_bare(number: &str) -> Result<(Instant, Instant), Misread> {
        Drawn::read(number)
    }
}

/// The units of sizes and volumes, and how many bytes each has.
const SIZE_UNITS: [(&str, u64); 7] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

impl Kind for Size {
    type Value = u32;
    const NOUN: &'static str = "a size with its unit, from 1 byte to 4 GiB - 1";
    const EXAMPLES: &'static [&'static str] = &["4KiB", "1MB"];

    fn read(text: &str) -> Result<u32, Misread> {
        let bytes = scaled::<Size>(text, &SIZE_UNITS)?;
        let size = u32::try_from(bytes).ok().filter(|bytes| *bytes > 0);
        size.ok_or_else(|| out_of_bounds::<Size>(text))
    }

    fn read_bare(number: &str) -> Result<u32, Misread> {
        Size::read(number)
    }
}

impl Kind for Volume {
    type Value = u64;
    const NOUN: &'static str = "a size with its unit, from nothing to 1000000 GB";
    const EXAMPLES: &'static [&'static str] = &["100MiB", "5000B"];

    fn read(text: &str) -> Result<u64, Misread> {
        let bytes = scaled::<Volume>(text, &SIZE_UNITS)?;
        let bytes = (bytes <= 1_000_000_000_000_000).then_some(bytes);
        bytes.ok_or_else(|| out_of_bounds::<Volume>(text))
    }

    fn read_bare(number: &str) -> Result<u64, Misread> {
        Volume::read(number)
    }
}

impl Kind for Rate {
    type Value = u64;
    const NOUN: &'static str = "a rate with its unit, from 1 bit/s to 1000 Gbit/s";
    const EXAMPLES: &'static [&'static str] = &["33.6kbit/s", "10Mbit/s"];

    fn read(text: &str) -> Result<u64, Misread> {
        const UNITS: [(&str, u64); 4] =
            [("bit/s", 1), ("kbit/s", 1_000), ("Mbit/s", 1_000_000), ("Gbit/s", 1_000_000_000)];
        let bits = scaled::<Rate>(text, &UNITS)?;
        let bits = (1..=1_000_000_000_000).contains(&bits).then_some(bits);
        bits.ok_or_else(|| out_of_bounds::<Rate>(text))
    }

    fn read_bare(number: &str) -> Result<u64, Misread> {
        Rate::read(number)
    }
}

impl Kind for Jitter {
    type Value = u32;
    const NOUN: &'static str = "a share of the interval, from 0% to 99.9%";
    const EXAMPLES: &'static [&'static str] = &["10%", "0.5%"];

    fn read(text: &str) -> Result<u32, Misread> {
        permille::<Jitter>(text, 999)
    }

    fn read_bare(number: &str) -> Result<u32, Misread> {
        Jitter::read(number)
    }
}

impl Kind for Chance {
    type Value = u32;
    const NOUN: &'static str = "a share, from 0% to 100%";
    const EXAMPLES: &'static [&'static str] = &["20%"];

    fn read(text: &str) -> Result<u32, Misread> {
        permille::<Chance>(text, 1_000)
    }

    fn read_bare(number: &str) -> Result<u32, Misread> {
        Chance::read(number)
    }
}

/// A number of seconds since the hub was started, with at most six decimals and without a unit, as a
/// table of numbers has it.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn seconds(text: &str) -> Result<Instant, Misread> {
    let micros = decimal(text).and_then(|(digits, places)| {
        digits.checked_mul(10_u64.checked_pow(6_u32.checked_sub(places)?)?)
    });
    let within = micros.filter(|micros| *micros <= LONGEST.micros());
    within.map(Instant::from_micros).ok_or_else(|| {
        let label = "expected seconds since the hub was started, with at most six decimals";
        Misread::new(format!("{} is no instant", quoted(text)), label)
    })
}

/// A sum or difference of times, in whole microseconds, at least nothing and at most [`LONGEST`].
fn time(text: &str) -> Result<Span, Misread> {
    let micros = u64::try_from(signed_micros(text)?);
    micros
        .map(Span::from_micros)
        .map_err(|_| Misread::new("negative time", "time begins when the hub is started, at 0s"))
}

/// A sum or difference of times, in whole microseconds, at most [`LONGEST`] either way.
fn signed_micros(text: &str) -> Result<i64, Misread> {
    let mut total_ns = 0_i128;
    let mut rest = text;
    let mut sign = 1;
    loop {
        let operator = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-'));
        let end = operator.map_or(rest.len(), |(at, _)| at);
        total_ns += sign * term_ns(rest[..end].trim(), text)?;
        match operator {
            Some((at, c)) => {
                sign = if c == '-' { -1 } else { 1 };
                rest = &rest[at + 1..];
            }
            None => break,
        }
    }
    if total_ns % 1_000 != 0 {
        return Err(Misread::new("a time finer than a microsecond", "expected whole microseconds"));
    }
    let micros = i64::try_from(total_ns / 1_000).ok();
    let micros = micros.filter(|micros| micros.unsigned_abs() <= LONGEST.micros());
    micros.ok_or_else(|| Misread::new("more than 100 years", "no scenario is so long"))
}

/// One time, in nanoseconds; `whole` is the text that it is part of.
fn term_ns(term: &str, whole: &str) -> Result<i128, Misread> {
    if is_number(term.strip_prefix('-').unwrap_or(term)) {
        let number = term.trim_start_matches('-');
        return Err(Misread::new("missing unit", format!("{term} of what?")).help(format!(
            "write \"{number}s\", \"{number}m\" or \"{number}h\"; the units are us, ms, s, m, h, d, w"
        )));
    }
    let unreadable = || {
        let help = "write a number and a unit (us, ms, s, m, h, d, w), for example \"36h\" or \"48h - 1us\"";
        Misread::new(format!("{} is not a time", quoted(whole)), "expected a time with its unit")
            .help(help)
    };
    let span: jiff::Span = term.parse().map_err(|_| unreadable())?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err(Misread::new(
            "a time in months or years",
            "months and years have no fixed length",
        )
        .help("write days: \"30d\", \"365d\""));
    }
    let days = i128::from(span.get_weeks()) * 7 + i128::from(span.get_days());
    let hours = days * 24 + i128::from(span.get_hours());
    let seconds =
        (hours * 60 + i128::from(span.get_minutes())) * 60 + i128::from(span.get_seconds());
    let millis = seconds * 1_000 + i128::from(span.get_milliseconds());
    let micros = millis * 1_000 + i128::from(span.get_microseconds());
    Ok(micros * 1_000 + i128::from(span.get_nanoseconds()))
}

/// Digits, with at most one point and digits behind it.
fn is_number(text: &str) -> bool {
    decimal(text).is_some()
}

/// A decimal number as (its digits, how many of them stand behind the point).
fn decimal(text: &str) -> Option<(u64, u32)> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(w, d)| (w, Some(d)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || decimals.is_some_and(|part| !digits(part)) {
        return None;
    }
    // More decimals than a u64 has digits would overflow the power of ten that divides them away.
    let decimals = decimals.filter(|part| part.len() <= 18).or(decimals.is_none().then_some(""))?;
    let number = format!("{whole}{decimals}").parse().ok()?;
    Some((number, decimals.len() as u32))
}

/// A decimal number of one of the units, in the least of them; refused where that is not whole.
fn scaled<K: Kind>(text: &str, units: &[(&str, u64)]) -> Result<u64, Misread> {
    let begin = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..begin], text[begin..].trim());
    let (digits, places) = decimal(number).ok_or_else(|| Misread::not::<K>(text))?;
    let names = || units.iter().map(|(name, _)| *name);
    if unit.is_empty() {
        let list: Vec<&str> = names().collect();
        return Err(Misread::new("missing unit", format!("{number} of what?"))
            .help(format!("the units are {}", list.join(", "))));
    }
    let Some((_, factor)) = units.iter().find(|(name, _)| *name == unit) else {
        return Err(Misread::new(format!("unknown unit {}", quoted(unit)), "no such unit")
            .help(suggestion(unit, names(), "the units are")));
    };
    let product = u128::from(digits) * u128::from(*factor);
    let divisor = 10_u128.pow(places);
    if product % divisor != 0 {
        let (least, _) = units[0];
        return Err(Misread::new(
            format!("{} is no whole number of {least}", quoted(text)),
            "too many decimals",
        ));
    }
    Ok(u64::try_from(product / divisor).unwrap_or(u64::MAX))
}

/// `text` can be read, and is too little or too much for a `K`.
fn out_of_bounds<K: Kind>(text: &str) -> Misread {
    Misread::new(format!("{} is out of bounds", quoted(text)), format!("expected {}", K::NOUN))
}

/// A share in thousandths, at most `most` of them.
fn permille<K: Kind>(text: &str, most: u32) -> Result<u32, Misread> {
    let Some(number) = text.strip_suffix('%') else {
        return Err(if is_number(text) {
            Misread::new("missing unit", format!("{text} of what?"))
                .help(format!("write \"{text}%\""))
        } else {
            Misread::not::<K>(text)
        });
    };
    let (digits, places) = decimal(number.trim()).ok_or_else(|| Misread::not::<K>(text))?;
    let out = || out_of_bounds::<K>(text);
    if places > 1 {
        return Err(Misread::new(
            format!("{} is finer than a tenth of a percent", quoted(text)),
            "expected at most one decimal",
        ));
    }
    let thousandths = digits.checked_mul(if places == 0 { 10 } else { 1 }).ok_or_else(out)?;
    u32::try_from(thousandths).ok().filter(|value| *value <= most).ok_or_else(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_sum_of_numbers_with_units() {
        for (text, micros) in [
            ("0s", 0),
            ("1us", 1),
            ("0.2s", 200_000),
            ("150ms", 150_000),
            ("15m", 900_000_000),
            ("1h30m", 5_400_000_000),
            ("2 hours", 7_200_000_000),
            ("0.25h", 900_000_000),
            ("2d", 172_800_000_000),
            ("1w", 604_800_000_000),
            ("48h - 1us", 172_799_999_999),
            ("48h-1us", 172_799_999_999),
            ("48h + 1us", 172_800_000_001),
            ("1d + 2h - 30m", 91_800_000_000),
            ("36525d", LONGEST.micros()),
        ] {
            assert_eq!(time(text), Ok(Span::from_micros(micros)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_reason() {
        for (text, message) in [
            ("48", "missing unit"),
            ("1.5", "missing unit"),
            ("48h - 1", "missing unit"),
            ("0", "missing unit"),
            ("", "`` is not a time"),
            ("soon", "`soon` is not a time"),
            ("48h -", "`48h -` is not a time"),
            ("1h - -2h", "`1h - -2h` is not a time"),
            ("48 parsecs", "`48 parsecs` is not a time"),
            ("-1h", "negative time"),
            ("1h - 2h", "negative time"),
            ("1h ago", "negative time"),
            ("1mo", "a time in months or years"),
            ("2 years", "a time in months or years"),
            ("1ns", "a time finer than a microsecond"),
            ("36525d + 1us", "more than 100 years"),
            ("99999999999999999999h", "`99999999999999999999h` is not a time"),
        ] {
            assert_eq!(
                time(text).map_err(|misread| misread.message),
                Err(message.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_step_may_go_back_and_a_notice_may_never_come() {
        for (text, micros) in [
            ("1h", Ok(3_600_000_000)),
            ("-1h", Ok(-3_600_000_000)),
            ("1h - 2h", Ok(-3_600_000_000)),
            ("-36525d", Ok(-LONGEST.micros().cast_signed())),
            ("0s", Err("a step of nothing")),
            ("-36525d - 1us", Err("more than 100 years")),
            ("-1", Err("missing unit")),
        ] {
            let read = Step::read(text).map_err(|misread| misread.message);
            assert_eq!(read, micros.map_err(String::from), "{text}");
        }
        assert_eq!(IntervalOrNever::read("never"), Ok(None));
        assert_eq!(IntervalOrNever::read("12h"), Ok(Some(Span::from_hours(12))));
        assert!(IntervalOrNever::read("0s").is_err());
    }

    #[test]
    fn sizes_and_rates_come_out_whole_or_are_refused() {
        for (text, bytes) in [
            ("1B", Ok(1)),
            ("4KiB", Ok(4_096)),
            ("1.5 KiB", Ok(1_536)),
            ("1MB", Ok(1_000_000)),
            ("4294967295B", Ok(u32::MAX)),
            ("4GiB", Err("`4GiB` is out of bounds")),
            ("0B", Err("`0B` is out of bounds")),
            ("0.5B", Err("`0.5B` is no whole number of B")),
            ("4", Err("missing unit")),
            ("4kib", Err("unknown unit `kib`")),
            ("KiB", Err("`KiB` cannot be read")),
            ("1..2KiB", Err("`1..2KiB` cannot be read")),
        ] {
            assert_eq!(
                Size::read(text).map_err(|e| e.message),
                bytes.map_err(String::from),
                "{text}"
            );
        }
        for (text, bytes) in [
            ("0B", Ok(0)),
            ("5GiB", Ok(5 << 30)),
            ("1000000GB", Ok(1_000_000_000_000_000)),
            ("1000001GB", Err("`1000001GB` is out of bounds")),
        ] {
            let read = Volume::read(text).map_err(|misread| misread.message);
            assert_eq!(read, bytes.map_err(String::from), "{text}");
        }
        for (text, bits) in [
            ("33.6kbit/s", Ok(33_600)),
            ("1bit/s", Ok(1)),
            ("0.0001kbit/s", Err("`0.0001kbit/s` is no whole number of bit/s")),
            ("0bit/s", Err("`0bit/s` is out of bounds")),
            ("9600", Err("missing unit")),
            ("56k", Err("unknown unit `k`")),
        ] {
            assert_eq!(
                Rate::read(text).map_err(|e| e.message),
                bits.map_err(String::from),
                "{text}"
            );
        }
    }

    #[test]
    fn shares_are_thousandths() {
        for (text, share) in [
            ("0%", Ok(0)),
            ("10%", Ok(100)),
            ("0.5%", Ok(5)),
            ("99.9%", Ok(999)),
            ("100%", Err("`100%` is out of bounds")),
            ("0.05%", Err("`0.05%` is finer than a tenth of a percent")),
            ("10", Err("missing unit")),
            ("-1%", Err("`-1%` cannot be read")),
        ] {
            let read = Jitter::read(text).map_err(|misread| misread.message);
            assert_eq!(read, share.map_err(String::from), "{text}");
        }
        assert_eq!(Chance::read("100%"), Ok(1_000));
    }

    #[test]
    fn a_window_ends_after_it_begins() {
        let hours = |n| Instant::ZERO + Span::from_hours(n);
        assert_eq!(Window::read("1h..3h"), Ok((hours(1), hours(3))));
        assert_eq!(Drawn::read("0h .. 24h"), Ok((hours(0), hours(24))));
        assert_eq!(Drawn::read("6h"), Ok((hours(6), hours(6))));
        for text in ["3h..1h", "1h..1h", "1h", "..", "1h..soon"] {
            assert!(Window::read(text).is_err(), "{text}");
        }
        assert!(Drawn::read("3h..1h").is_err());
    }
}
