//! What stands on the command line, as values.

use std::str::FromStr;

use crate::ports::Grouping;
use crate::workload::Workload;

pub(crate) const USAGE: &str = "usage: peer-nexosim [--style ports|one-sender|one] [--sites N] [--messages N] [--days N] [--seed N]";

/// How the workload is written.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    /// Models joined by ports: the hub, each host, and those who write to each host.
    Ports(Grouping),
    /// All in one model that schedules its own events; no ports.
    One,
}

impl FromStr for Style {
    type Err = ();

    fn from_str(word: &str) -> Result<Style, ()> {
        match word {
            "ports" => Ok(Style::Ports(Grouping::Each)),
            "one-sender" => Ok(Style::Ports(Grouping::All)),
            "one" => Ok(Style::One),
            _ => Err(()),
        }
    }
}

pub(crate) struct Arguments {
    pub(crate) style: Style,
    pub(crate) workload: Workload,
}

impl Arguments {
    /// Reads `--key value` pairs; what is not named is as in `dialup-1k`.
    ///
    /// # Errors
    ///
    /// A text that says which argument is wrong.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let workload = Workload { sites: 1_000, messages: 1_000_000, days: 14, seed: 1 };
        let mut arguments = Arguments { style: Style::Ports(Grouping::Each), workload };
        while let Some(key) = words.next() {
            let value = words.next().ok_or_else(|| format!("`{key}` wants a value"))?;
            let workload = &mut arguments.workload;
            match key.as_str() {
                "--style" => arguments.style = read(&key, &value)?,
                "--sites" => workload.sites = read(&key, &value)?,
                "--messages" => workload.messages = read(&key, &value)?,
                "--days" => workload.days = read(&key, &value)?,
                "--seed" => workload.seed = read(&key, &value)?,
                _ => return Err(format!("`{key}` is no argument")),
            }
        }
        match arguments.workload {
            Workload { sites: 0, .. } | Workload { messages: 0, .. } | Workload { days: 0, .. } => {
                Err("sites, messages and days are at least 1".to_owned())
            }
            _ => Ok(arguments),
        }
    }
}

fn read<T: FromStr>(key: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{value}` is no value of `{key}`"))
}
