//! A suite of scenarios as a list: what each promises, and what it is held to.
//!
//! In: scenarios. Out: text for the terminal, or Markdown for the README beside them. Nothing is run.

use super::label;
use crate::scenario::Scenario;

/// A line for each scenario: its name and its promise.
#[must_use]
pub fn text(scenarios: &[Scenario]) -> String {
    let width = scenarios.iter().map(|scenario| scenario.name.chars().count()).max().unwrap_or(0);
    let lines =
        scenarios.iter().map(|scenario| format!("{:<width$}  {}\n", scenario.name, scenario.title));
    lines.collect()
}

/// A table for each folder, with links from the folder above it; `command` is what made it.
#[must_use]
pub fn markdown(scenarios: &[Scenario], command: &str) -> String {
    let count = label::counted(scenarios.len() as u64, "scenario");
    let mut text = format!(
        "# Scenarios\n\n\
         Each is one promise about a hub, and the world in which it is to hold. {count}; this list is\n\
         made by `{command}`.\n\n\
         What a scenario is held to beside the rules of the judge stands in the last column. One with an\n\
         exhibit puts a famous bug back, which must break that rule.\n"
    );
    for folder in scenarios.chunk_by(|one, other| folder(one) == folder(other)) {
        text.push_str(&format!("\n## {}\n\n", folder_title(&folder[0])));
        text.push_str("| scenario | promise | held to |\n| --- | --- | --- |\n");
        text.extend(folder.iter().map(row));
    }
    text
}

fn folder(scenario: &Scenario) -> &str {
    scenario.name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn folder_title(scenario: &Scenario) -> &str {
    match folder(scenario) {
        "" => "Elsewhere",
        folder => folder,
    }
}

fn row(scenario: &Scenario) -> String {
    let stem = scenario.name.rsplit('/').next().unwrap_or_default();
    let cells =
        [format!("[{stem}]({}.toml)", scenario.name), scenario.title.clone(), held_to(scenario)];
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}

/// The exhibit that it must catch and the rule, or the counts and thresholds that must come out.
fn held_to(scenario: &Scenario) -> String {
    let expect = &scenario.expect;
    if let Some((exhibit, rule)) = &expect.caught {
        return format!("`{exhibit}` breaks {rule}");
    }
    let counts = expect.counts.iter().map(|(count, expected)| {
        format!("{} {}", label::grouped(*expected), count.name().replace('_', " "))
    });
    let thresholds = expect.thresholds.iter().map(|threshold| format!("`{}`", threshold.text));
    counts.chain(thresholds).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::scenario::Count;

    #[test]
    fn a_suite_is_listed_so() {
        let mut first = sample::scenario("basic/one", 1);
        first.title = "one | two".to_owned();
        first.expect.counts = vec![(Count::Delivered, 1_000), (Count::DeadLetter, 0)];
        let caught = (*sample::caught().scenario).clone();
        let scenarios = [first, caught];
        let list = markdown(&scenarios, "make it");
        let (head, tables) = list.split_once("\n## ").expect("a table");
        assert!(head.contains("2 scenarios; this list is\nmade by `make it`."), "{head}");
        assert_eq!(
            tables,
            "basic\n\n\
             | scenario | promise | held to |\n| --- | --- | --- |\n\
             | [one](basic/one.toml) | one \\| two | 1,000 delivered, 0 dead letter |\n\n\
             ## museum\n\n\
             | scenario | promise | held to |\n| --- | --- | --- |\n\
             | [q184051](museum/q184051.toml) | a host that never calls gets nothing, and its \
             sender hears of it | `q184051` breaks I2 ends-by-deadline |\n"
        );
        assert!(
            text(&scenarios).starts_with("basic/one       one | two\n"),
            "{}",
            text(&scenarios)
        );
    }
}
