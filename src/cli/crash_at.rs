//! One point at which the power goes, as the command line names it: `217:torn+224:dropped`.

use crate::report::crashes::point;
use crate::scenario::AtCrash;
use crate::trial::{CrashPoint, CrashReport};

/// Where the power goes, and where again if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CrashAt {
    pub(super) first: CrashPoint,
    pub(super) second: Option<CrashPoint>,
}

impl CrashAt {
    /// Reads `OPERATION:LEAVES`, or two of them with a `+` between.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub(super) fn parse(text: &str) -> Result<CrashAt, String> {
        let crashes: Result<Vec<CrashPoint>, String> = text.split('+').map(crash).collect();
        match crashes?.as_slice() {
            [first] => Ok(CrashAt { first: *first, second: None }),
            [first, second] if second.operation > first.operation => {
                Ok(CrashAt { first: *first, second: Some(*second) })
            }
            [_, _] => {
                Err("operations are counted over the whole run, so that of the second crash \
                           has the higher number"
                    .to_owned())
            }
            _ => Err("at most two crashes are tried, with a + between them".to_owned()),
        }
    }

    /// The text that it is read from.
    pub(super) fn text(self) -> String {
        point(self.first, self.second)
    }
}

fn crash(text: &str) -> Result<CrashPoint, String> {
    let Some((operation, leaves)) = text.split_once(':') else {
        return Err(format!(
            "a crash is the number of an operation and what it leaves, as in 217:torn, not `{text}`"
        ));
    };
    let operation = operation.parse().ok().filter(|number| *number > 0);
    let operation = operation.ok_or("the number of an operation is a whole number, 1 or more")?;
    let at_crash = CrashReport::LEAVES.into_iter().find(|at_crash| at_crash.name() == leaves);
    let at_crash = at_crash.ok_or_else(|| {
        let names = CrashReport::LEAVES.map(AtCrash::name).join(", ");
        format!("what a crash leaves is one of {names}, not `{leaves}`")
    })?;
    Ok(CrashPoint { operation, at_crash })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_as_it_is_written() {
        for text in ["1:dropped", "217:torn", "217:kept+224:reordered"] {
            assert_eq!(CrashAt::parse(text).map(CrashAt::text), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_point_is_told_with_what_would_be_one() {
        for (text, told) in [
            (
                "217",
                "a crash is the number of an operation and what it leaves, as in 217:torn, not `217`",
            ),
            (
                "1:torn+",
                "a crash is the number of an operation and what it leaves, as in 217:torn, not ``",
            ),
            ("0:torn", "the number of an operation is a whole number, 1 or more"),
            ("-3:torn", "the number of an operation is a whole number, 1 or more"),
            (
                "7:burnt",
                "what a crash leaves is one of dropped, kept, reordered, torn, not `burnt`",
            ),
            (
                "7:torn+7:torn",
                "operations are counted over the whole run, so that of the second crash has the \
                 higher number",
            ),
            ("1:torn+2:torn+3:torn", "at most two crashes are tried, with a + between them"),
        ] {
            assert_eq!(CrashAt::parse(text), Err(told.to_owned()), "{text}");
        }
    }
}
