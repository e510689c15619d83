//! The kill matrix of the museum: which exhibit was caught in how many scenarios of which folder.
//!
//! In: what became of each exhibit, counted. Out: text for the terminal, CSV and JSON. Nothing is run
//! or judged here.

use serde::Serialize;

use super::cell::quoted;
use super::label;
use crate::base::Rule;
use crate::museum::Exhibit;

/// What became of every exhibit in every scenario.
pub struct Matrix {
    /// The folders of scenarios, in order.
    pub folders: Vec<Folder>,
    /// The scenarios that the production rules do not pass, with the verdict in a word.
    pub production_fails: Vec<(String, &'static str)>,
    /// One for each exhibit, in the museum's order.
    pub lines: Vec<Line>,
}

/// A folder of scenarios.
pub struct Folder {
    /// Its name.
    pub name: String,
    /// How many scenarios are in it.
    pub scenarios: u64,
}

/// What became of one exhibit.
pub struct Line {
    /// Which.
    pub exhibit: &'static Exhibit,
    /// In its own scenario.
    pub fate: Fate,
    /// The rules besides its own that it broke there.
    pub also: Vec<Rule>,
    /// In each folder, in the order of [`Matrix::folders`].
    pub catches: Vec<Catches>,
}

/// What became of an exhibit in its own scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was caught by its rule with each seed, and the production rules pass.
    Caught,
    /// It was not caught by its rule.
    Survives,
    /// The production rules fail there, so that its being caught says nothing.
    ProductionFails,
}

impl Fate {
    /// The words in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Fate::Caught => "caught",
            Fate::Survives => "SURVIVES",
            Fate::ProductionFails => "PRODUCTION FAILS",
        }
    }
}

/// In how many scenarios of a folder an exhibit was caught.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Catches {
    /// By any rule.
    pub by_any_rule: u64,
    /// By the rule that it names.
    pub by_own_rule: u64,
}

impl Matrix {
    /// The exhibits that were not caught as they must be.
    pub fn survivors(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.fate != Fate::Caught)
    }

    /// A line for each exhibit and a column for each folder.
    #[must_use]
    pub fn text(&self) -> String {
        let mut rows = vec![self.header()];
        rows.extend(self.lines.iter().map(Line::cells));
        let columns = rows[0].len();
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
                // Words to the left, counts to the right.
                line += &if place < WORDS {
                    format!("{cell:<width$}  ")
                } else {
                    format!("{cell:>width$}  ")
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text + "\nscenarios that catch it by any rule / by its own\n\n"
    }

    fn header(&self) -> Vec<String> {
        let mut cells = ["exhibit", "rule", "in its own scenario"].map(str::to_owned).to_vec();
        let folder = |folder: &Folder| format!("{} ({})", folder.name, folder.scenarios);
        cells.extend(self.folders.iter().map(folder));
        cells
    }

    /// What went wrong, a line each; nothing where nothing did.
    #[must_use]
    pub fn failures(&self) -> String {
        let production = self.production_fails.iter().map(|(scenario, verdict)| {
            format!("FAILED    {scenario}: {verdict} under the production rules\n")
        });
        let survivors = self.survivors().map(|line| {
            let Exhibit { id, rule, scenario, .. } = line.exhibit;
            let what = match line.fate {
                Fate::ProductionFails => "the production rules fail too".to_owned(),
                _ if line.also.is_empty() => "no rule was broken".to_owned(),
                _ => format!("broken was only {}", ids(&line.also)),
            };
            format!("FAILED    {id}: not caught by {rule} in {}: {what}\n", scenario.path)
        });
        production.chain(survivors).collect()
    }

    /// How many were caught, and of how many scenarios.
    #[must_use]
    pub fn closing(&self) -> String {
        let survivors = self.survivors().count();
        let scenarios: u64 = self.folders.iter().map(|folder| folder.scenarios).sum();
        format!(
            "{} of {} caught; the production rules pass {} of {}\n",
            self.lines.len() - survivors,
            label::counted(self.lines.len() as u64, "exhibit"),
            label::grouped(scenarios.saturating_sub(self.production_fails.len() as u64)),
            label::counted(scenarios, "scenario"),
        )
    }

    /// `museum.csv`: a row for each exhibit and folder.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let mut file =
            b"exhibit,rule,own_scenario,folder,scenarios,caught,caught_by_rule\n".to_vec();
        for line in &self.lines {
            for (folder, catches) in self.folders.iter().zip(&line.catches) {
                file.extend_from_slice(
                    format!("{},{},", line.exhibit.id, line.exhibit.rule.id()).as_bytes(),
                );
                file.extend_from_slice(line.fate.name().to_lowercase().as_bytes());
                file.push(b',');
                file.extend_from_slice(&quoted(&folder.name));
                let Catches { by_any_rule, by_own_rule } = catches;
                let counts = format!(",{},{by_any_rule},{by_own_rule}\n", folder.scenarios);
                file.extend_from_slice(counts.as_bytes());
            }
        }
        file
    }

    /// `museum.json`, which `--format json` prints too.
    ///
    /// # Panics
    /// Never: plain values under plain keys are always JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let failed = self.production_fails.iter();
        let file = File {
            schema_version: 1,
            survivors: self.survivors().map(|line| line.exhibit.id).collect(),
            production_fails: failed
                .map(|(scenario, verdict)| Failed { scenario, verdict })
                .collect(),
            exhibits: self.lines.iter().map(|line| self.entry(line)).collect(),
        };
        let mut text = serde_json::to_string_pretty(&file).expect("plain values, plain keys");
        text.push('\n');
        text
    }

    fn entry(&self, line: &Line) -> Entry<'_> {
        let folders = self.folders.iter().zip(&line.catches).map(|(folder, catches)| Cell {
            folder: &folder.name,
            scenarios: folder.scenarios,
            caught: catches.by_any_rule,
            caught_by_rule: catches.by_own_rule,
        });
        Entry {
            id: line.exhibit.id,
            rule: line.exhibit.rule.id(),
            scenario: line.exhibit.scenario.path,
            own_scenario: line.fate.name().to_lowercase(),
            also: line.also.iter().map(|rule| rule.id()).collect(),
            folders: folders.collect(),
        }
    }
}

/// How many columns of a line hold words.
const WORDS: usize = 3;

impl Line {
    fn cells(&self) -> Vec<String> {
        let with = if self.also.is_empty() || self.fate == Fate::Survives {
            String::new()
        } else {
            format!(", with {}", ids(&self.also))
        };
        let mut cells = vec![
            self.exhibit.id.to_owned(),
            self.exhibit.rule.id().to_owned(),
            format!("{}{with}", self.fate.name()),
        ];
        let counts = |catches: &Catches| {
            let Catches { by_any_rule, by_own_rule } = catches;
            format!("{by_any_rule} / {by_own_rule}")
        };
        cells.extend(self.catches.iter().map(counts));
        cells
    }
}

fn ids(rules: &[Rule]) -> String {
    rules.iter().map(|rule| rule.id()).collect::<Vec<_>>().join(" ")
}

#[derive(Serialize)]
struct File<'a> {
    schema_version: u32,
    survivors: Vec<&'static str>,
    production_fails: Vec<Failed<'a>>,
    exhibits: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    scenario: &'a str,
    verdict: &'static str,
}

/// `also` are the rules besides its own that it broke in its own scenario.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'static str,
    rule: &'static str,
    scenario: &'static str,
    own_scenario: String,
    also: Vec<&'static str>,
    folders: Vec<Cell<'a>>,
}

#[derive(Serialize)]
struct Cell<'a> {
    folder: &'a str,
    scenarios: u64,
    caught: u64,
    caught_by_rule: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::museum;

    fn line(id: &str, fate: Fate, also: &[Rule], catches: [(u64, u64); 2]) -> Line {
        Line {
            exhibit: museum::find(id).expect("an exhibit"),
            fate,
            also: also.to_vec(),
            catches: catches
                .map(|(by_any_rule, by_own_rule)| Catches { by_any_rule, by_own_rule })
                .to_vec(),
        }
    }

    fn matrix() -> Matrix {
        let folder = |name: &str, scenarios| Folder { name: name.to_owned(), scenarios };
        Matrix {
            folders: vec![folder("basic", 10), folder("odd, one", 1)],
            production_fails: vec![("basic/one".to_owned(), "broken")],
            lines: vec![
                line("q184051", Fate::Caught, &[Rule::EndsOnce], [(3, 2), (0, 0)]),
                line("q166587", Fate::Survives, &[], [(0, 0), (1, 0)]),
            ],
        }
    }

    #[test]
    fn the_matrix_is_shown_so() {
        assert_eq!(
            matrix().text(),
            "\
exhibit                     rule  in its own scenario  basic (10)  odd, one (1)
q184051-held-never-expires  I2    caught, with I1           3 / 2         0 / 0
q166587-wrong-priority      I7    SURVIVES                  0 / 0         1 / 0

scenarios that catch it by any rule / by its own

"
        );
        assert_eq!(
            matrix().failures(),
            "FAILED    basic/one: broken under the production rules\n\
             FAILED    q166587-wrong-priority: not caught by I7 deadline-fixed in \
             scenarios/museum/q166587.toml: no rule was broken\n"
        );
        assert_eq!(
            matrix().closing(),
            "1 of 2 exhibits caught; the production rules pass 10 of 11 scenarios\n"
        );
    }

    #[test]
    fn the_matrix_reads_back_as_csv_and_as_json() {
        let csv = matrix().csv();
        let mut rows = csv::Reader::from_reader(csv.as_slice());
        let rows: Vec<csv::StringRecord> =
            rows.records().collect::<Result<_, _>>().expect("well formed");
        assert_eq!(rows.len(), 4);
        assert_eq!(
            rows[3],
            ["q166587-wrong-priority", "I7", "survives", "odd, one", "1", "1", "0"][..]
        );
        let json: serde_json::Value = serde_json::from_str(&matrix().json()).expect("one object");
        assert_eq!(json["survivors"].to_string(), r#"["q166587-wrong-priority"]"#);
        assert_eq!(json["exhibits"][0]["folders"][0]["caught_by_rule"], 2);
    }
}
