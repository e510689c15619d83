//! Words of a sweep file that are read by themselves: keys, changes, names of measures, relations.
//!
//! In: text. Out: what it stands for. Whether an axis of that name is there is settled by `reading`.

use super::measure::Measure;
use crate::scenario::{Change, Kind, Misread, quoted, suggestion};

/// The path of a scenario.
#[derive(Debug)]
pub(super) enum ScenarioPath {}
/// A change of a scenario.
#[derive(Debug)]
pub(super) enum Setting {}
/// A key of a scenario.
#[derive(Debug)]
pub(super) enum KeyPath {}
/// A change of a scenario in which `{}` stands for a value.
#[derive(Debug)]
pub(super) enum Template {}
/// What is compared with what.
#[derive(Debug)]
pub(super) enum ConstraintText {}
/// The column of a measure.
#[derive(Debug)]
pub(super) enum MeasureName {}
/// How a measure is laid out.
#[derive(Debug)]
pub(super) enum ScaleName {}

/// How a measure is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// From nothing, equal ways for equal amounts.
    #[default]
    Linear,
    /// Equal ways for equal ratios.
    Log,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Less,
    AtMost,
    Equal,
    Unequal,
    AtLeast,
    Greater,
}

/// The relations as they are written, the longer before those that they begin with.
const RELATIONS: [(&str, Relation); 6] = [
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("==", Relation::Equal),
    ("!=", Relation::Unequal),
    ("<", Relation::Less),
    (">", Relation::Greater),
];

/// Two operands, not yet looked up, and how they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) left: String,
    pub(super) relation: Relation,
    pub(super) right: String,
}

/// The columns of all measures, in their order.
const MEASURES: [&str; Measure::ALL.len()] = {
    let mut names = [""; Measure::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Measure::ALL[at].name();
        at += 1;
    }
    names
};

impl Kind for ScenarioPath {
    type Value = String;
    const NOUN: &'static str = "the path of a scenario from the folder of the sweep";
    const EXAMPLES: &'static [&'static str] = &["../scale/dialup-1k.toml"];

    fn read(text: &str) -> Result<String, Misread> {
        if text.trim().is_empty() || text.contains(char::is_control) {
            let message = format!("{} is no path", quoted(text));
            return Err(Misread::new(message, format!("expected {}", ScenarioPath::NOUN)));
        }
        Ok(text.to_owned())
    }
}

impl Kind for Setting {
    type Value = String;
    const NOUN: &'static str = "a key and its value";
    const EXAMPLES: &'static [&'static str] = &["hub.policy=rfc5321"];

    fn read(text: &str) -> Result<String, Misread> {
        match Change::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err(Misread::not::<Setting>(text)),
        }
    }
}

impl Kind for KeyPath {
    type Value = String;
    const NOUN: &'static str = "a key of a scenario";
    const EXAMPLES: &'static [&'static str] = &["site.branch.calls.every"];

    fn read(text: &str) -> Result<String, Misread> {
        let readable = !text.contains('=') && Change::parse(&format!("{text}=0")).is_ok();
        if readable { Ok(text.trim().to_owned()) } else { Err(Misread::not::<KeyPath>(text)) }
    }
}

impl Kind for Template {
    type Value = String;
    const NOUN: &'static str = "a key and its value, with `{}` where the axis' value stands";
    const EXAMPLES: &'static [&'static str] = &["site.branch.calls.first=0s..{}"];

    fn read(text: &str) -> Result<String, Misread> {
        let readable = text.contains("{}") && Change::parse(text).is_ok();
        if readable { Ok(text.to_owned()) } else { Err(Misread::not::<Template>(text)) }
    }
}

impl Kind for ConstraintText {
    type Value = Comparison;
    const NOUN: &'static str = "two values with a relation between";
    const EXAMPLES: &'static [&'static str] = &["interval < timeout", "interval <= 48h"];

    fn read(text: &str) -> Result<Comparison, Misread> {
        let split = RELATIONS.iter().find_map(|(sign, relation)| {
            let (left, right) = text.split_once(sign)?;
            Some((left.trim(), *relation, right.trim()))
        });
        let whole = |part: &str| !part.is_empty() && !part.contains(['<', '>', '=', '!']);
        match split {
            Some((left, relation, right)) if whole(left) && whole(right) => {
                Ok(Comparison { left: left.to_owned(), relation, right: right.to_owned() })
            }
            _ => Err(Misread::not::<ConstraintText>(text)),
        }
    }
}

impl Kind for MeasureName {
    type Value = Measure;
    const NOUN: &'static str = "the column of a measure";
    const EXAMPLES: &'static [&'static str] = &["ndr_percent"];
    const WORDS: &'static [&'static str] = &MEASURES;

    fn read(text: &str) -> Result<Measure, Misread> {
        Measure::called(text).ok_or_else(|| {
            Misread::new(format!("unknown measure {}", quoted(text)), "no such measure")
                .help(suggestion(text, MEASURES, "the measures are"))
        })
    }
}

impl Kind for ScaleName {
    type Value = Scale;
    const NOUN: &'static str = "\"linear\" or \"log\"";
    const EXAMPLES: &'static [&'static str] = &["log"];
    const WORDS: &'static [&'static str] = &["linear", "log"];

    fn read(text: &str) -> Result<Scale, Misread> {
        match text {
            "linear" => Ok(Scale::Linear),
            "log" => Ok(Scale::Log),
            _ => Err(Misread::not::<ScaleName>(text)),
        }
    }
}

impl Relation {
    /// Whether it holds between two things that compare so.
    pub(super) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Relation::Less => ordering.is_lt(),
            Relation::AtMost => ordering.is_le(),
            Relation::Equal => ordering.is_eq(),
            Relation::Unequal => ordering.is_ne(),
            Relation::AtLeast => ordering.is_ge(),
            Relation::Greater => ordering.is_gt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_read() {
        fn all_read<K: Kind>() {
            for example in K::EXAMPLES.iter().chain(K::WORDS) {
                assert!(K::read(example).is_ok(), "{example} is not {}", K::NOUN);
            }
            assert!(K::read("").is_err(), "{}", K::NOUN);
        }
        all_read::<ScenarioPath>();
        all_read::<Setting>();
        all_read::<KeyPath>();
        all_read::<Template>();
        all_read::<ConstraintText>();
        all_read::<MeasureName>();
        all_read::<ScaleName>();
    }

    #[test]
    fn a_constraint_has_one_relation_between_two_values() {
        for (text, parts) in [
            ("a<b", Some(("a", Relation::Less, "b"))),
            ("a <= 2h", Some(("a", Relation::AtMost, "2h"))),
            ("a >= b", Some(("a", Relation::AtLeast, "b"))),
            ("a != 'x'", Some(("a", Relation::Unequal, "'x'"))),
            ("a = b", None),
            ("a < b < c", None),
            ("a <", None),
        ] {
            let read = ConstraintText::read(text).ok();
            let seen = read.as_ref().map(|it| (it.left.as_str(), it.relation, it.right.as_str()));
            assert_eq!(seen, parts, "{text}");
        }
    }
}
