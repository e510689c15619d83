//! A value of an axis as a quantity: how much of what, so that ranges can be stepped and values
//! compared and drawn to scale.
//!
//! In: values as a file has them. Out: whole numbers in the least unit of their dimension, and texts
//! with a unit. Whether a key takes such a value is settled where the scenario is read.

use crate::scenario::{Chance, Kind, Length, Rate, Volume};

/// What a quantity is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// A plain number.
    Number,
    /// A time, in microseconds.
    Time,
    /// A size, in bytes.
    Size,
    /// A rate, in bits a second.
    Rate,
    /// A share, in thousandths.
    Share,
}

/// How much of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Of what.
    pub dimension: Dimension,
    /// How much, in the dimension's least unit.
    pub amount: u64,
}

/// A unit by its name, and how many of the least unit it has.
pub(super) type Unit = (&'static str, u64);

impl Dimension {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Dimension::Number => "a number",
            Dimension::Time => "a time",
            Dimension::Size => "a size",
            Dimension::Rate => "a rate",
            Dimension::Share => "a share",
        }
    }

    /// Its units, the least first.
    pub(super) const fn units(self) -> &'static [Unit] {
        match self {
            Dimension::Number => &[("", 1)],
            Dimension::Time => &[
                ("us", 1),
                ("ms", 1_000),
                ("s", 1_000_000),
                ("m", 60_000_000),
                ("h", 3_600_000_000),
                ("d", 86_400_000_000),
            ],
            Dimension::Size => &[
                ("B", 1),
                ("kB", 1_000),
                ("KiB", 1 << 10),
                ("MB", 1_000_000),
                ("MiB", 1 << 20),
                ("GB", 1_000_000_000),
                ("GiB", 1 << 30),
            ],
            Dimension::Rate => {
                &[("bit/s", 1), ("kbit/s", 1_000), ("Mbit/s", 1_000_000), ("Gbit/s", 1_000_000_000)]
            }
            Dimension::Share => &[("%", 10)],
        }
    }
}

impl Quantity {
    /// The quantity that a text with a unit stands for; none where it stands for none.
    #[must_use]
    pub fn read(text: &str) -> Option<Quantity> {
        let of = |dimension, amount| Some(Quantity { dimension, amount });
        if text.ends_with('%') {
            return of(Dimension::Share, Chance::read(text).ok()?.into());
        }
        if text.ends_with("bit/s") {
            return of(Dimension::Rate, Rate::read(text).ok()?);
        }
        if text.ends_with('B') {
            return of(Dimension::Size, Volume::read(text).ok()?);
        }
        of(Dimension::Time, Length::read(text).ok()?.micros())
    }

    /// The quantity of a value in a file: a whole number, or a text with a unit.
    pub(super) fn of(value: &toml::Value) -> Option<Quantity> {
        match value {
            toml::Value::Integer(number) => {
                let amount = u64::try_from(*number).ok()?;
                Some(Quantity { dimension: Dimension::Number, amount })
            }
            toml::Value::String(text) => Quantity::read(text),
            _ => None,
        }
    }

    /// As a scenario has it: in `unit`, with up to three decimals.
    pub(super) fn written(self, (name, least_units): Unit) -> String {
        let thousandths = u128::from(self.amount) * 1_000 / u128::from(least_units);
        let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
        if rest == 0 {
            return format!("{whole}{name}");
        }
        let decimals = format!("{rest:03}");
        format!("{whole}.{}{name}", decimals.trim_end_matches('0'))
    }
}

/// The unit that a text is written in, if it is one of the dimension's.
pub(super) fn unit_of(text: &str, dimension: Dimension) -> Option<Unit> {
    let name = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
    dimension.units().iter().copied().find(|(unit, _)| *unit == name)
}

/// The unit in which all of these amounts read best: `preferred`, where none of them needs more than
/// three decimals in it, else the largest of which all are whole numbers.
pub(super) fn common_unit(dimension: Dimension, preferred: Option<Unit>, amounts: &[u64]) -> Unit {
    // Days and weeks are whole, as jiff reads them.
    let reads = |(name, least_units): Unit| {
        let parts = if matches!(name, "d" | "") { 1 } else { 1_000 };
        let whole = |amount: &u64| (u128::from(*amount) * parts) % u128::from(least_units) == 0;
        amounts.iter().all(whole)
    };
    let fits = |(_, least_units): Unit| amounts.iter().all(|amount| amount % least_units == 0);
    let units = dimension.units();
    let largest = || units.iter().rev().copied().find(|unit| fits(*unit));
    preferred.filter(|unit| reads(*unit)).or_else(largest).unwrap_or(units[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_quantity_that_its_unit_says() {
        for (text, dimension, amount) in [
            ("12h", Dimension::Time, 43_200_000_000),
            ("33.6kbit/s", Dimension::Rate, 33_600),
            ("4KiB", Dimension::Size, 4_096),
            ("12.5%", Dimension::Share, 125),
        ] {
            assert_eq!(Quantity::read(text), Some(Quantity { dimension, amount }), "{text}");
        }
        for text in ["never", "rfc5321", "0h..24h", "12", "", "%", "B"] {
            assert_eq!(Quantity::read(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_are_written_in_the_unit_that_they_were_given_in_where_that_is_exact() {
        let cases: [(Dimension, &str, &[u64], &str); 6] = [
            (Dimension::Time, "12h", &[43_200_000_000, 86_400_000_000], "12h 24h"),
            (Dimension::Time, "1h", &[3_600_000_000, 4_800_000_000], "60m 80m"),
            (Dimension::Rate, "9.6kbit/s", &[9_600, 19_200], "9.6kbit/s 19.2kbit/s"),
            (Dimension::Share, "5%", &[50, 125], "5% 12.5%"),
            (Dimension::Number, "1", &[1, 10], "1 10"),
            (Dimension::Size, "1KiB", &[1_024, 1_536], "1KiB 1.5KiB"),
        ];
        for (dimension, text, amounts, written) in cases {
            let unit = common_unit(dimension, unit_of(text, dimension), amounts);
            let all = amounts.iter().map(|amount| Quantity { dimension, amount: *amount });
            let seen: Vec<String> = all.clone().map(|quantity| quantity.written(unit)).collect();
            assert_eq!(seen.join(" "), written);
            if dimension != Dimension::Number {
                let read: Vec<_> = seen.iter().map(|text| Quantity::read(text)).collect();
                assert_eq!(read, all.map(Some).collect::<Vec<_>>());
            }
        }
    }
}
