//! The story as text: two lanes below one axis, then what happened, side by side.
//!
//! In: two records and the museum's words. Out: plain text of at most some 120 columns.

use super::story::{Case, Event, Life, Moment, Story};
use crate::base::Instant;
use crate::report::chart::TimeAxis;
use crate::report::failure::broken_rules;
use crate::report::{ReportError, label, repeat};
use crate::trial::RunRecord;

/// The column in which the axis begins, and the one in which it ends.
const AXIS: (i32, i32) = (13, 93);
/// Columns of the two runs in the table of what happened.
const CELL: usize = 44;
/// How many instants with nothing but a call are told one by one.
const CALLS: usize = 6;

/// Tells one message's life under the production rules and under the exhibit. `changes` are the
/// `--set KEY=VALUE` that the scenario was read with.
///
/// # Errors
/// Where no message stands in the rows of both records.
pub fn text(
    production: &RunRecord,
    exhibit: &RunRecord,
    case: &Case<'_>,
    changes: &[String],
) -> Result<String, ReportError> {
    let story = Story::of(production, exhibit, case)?;
    let mut text = head(&story);
    text.push_str(&lanes(&story));
    text.push_str(&side_by_side(&story));
    text.push_str(&outcome(production, exhibit, changes));
    Ok(text)
}

fn head(story: &Story) -> String {
    format!(
        "{}\n  source    {}\n  cause     {}\n  scenario  {}\n  seed      {}\n  \
         message   {}, to end within {} of its acceptance, slack {}\n\n",
        story.exhibit_id,
        story.source,
        story.cause,
        story.scenario,
        story.seed,
        story.message,
        story.deadline.since(story.accepted_at),
        story.slack,
    )
}

fn lanes(story: &Story) -> String {
    let axis = TimeAxis::new(story.reach, AXIS.0, AXIS.1, 10);
    let (mut numbers, mut line) = (Line::new(), Line::new());
    line.fill(AXIS.0, AXIS.1, '-');
    for (column, number) in axis.ticks() {
        numbers.put(column, &number);
        line.put(column, "+");
    }
    let mut deadline = Line::new();
    deadline.put(axis.at(story.deadline), "^ deadline");
    let lanes = [("production", &story.production), ("exhibit", &story.exhibit)]
        .map(|(name, life)| lane(name, life, &axis).text());
    format!(
        "{}  virtual time ({})\n{}\n{}{}{}\n  \
         A accepted   C call   D delivered   N returned (NDR)   E ended otherwise   ! rule broken   \
         > never ends\n\n",
        numbers.text().trim_end(),
        axis.unit(),
        line.text().trim_end(),
        lanes[0],
        lanes[1],
        deadline.text(),
    )
}

fn lane(name: &str, life: &Life, axis: &TimeAxis) -> Line {
    let mut lane = Line::new();
    lane.put(0, name);
    let from = axis.at(life.begins_at());
    let to = life.ended_at.map_or(AXIS.1, |at| axis.at(at));
    lane.fill(from, to, '=');
    if life.is_stranded() {
        lane.put(AXIS.1, ">");
    }
    for moment in &life.moments {
        let sign = match moment.event {
            Event::Accepted => "A",
            Event::Called => "C",
            Event::Delivered => "D",
            Event::Returned => "N",
            Event::Ended => "E",
            Event::Broken => "!",
            Event::ReportEnded | Event::Stranded => continue,
        };
        lane.put(axis.at(moment.at), sign);
    }
    lane
}

/// What happened in either run, a line for each instant; of the instants at which there was nothing
/// but a call only the first ones.
fn side_by_side(story: &Story) -> String {
    let lives = [&story.production, &story.exhibit];
    let mut instants: Vec<Instant> =
        lives.iter().flat_map(|life| &life.moments).map(|moment| moment.at).collect();
    instants.sort_unstable();
    instants.dedup();
    let mut text = row("virtual time", ["production rules", &story.exhibit_id]);
    let (mut told, mut untold) = (0, [0, 0]);
    for at in instants {
        let here = lives.map(|life| life.at(at));
        if here.iter().all(|moments| moments.iter().all(|one| one.event == Event::Called)) {
            told += 1;
            if told > CALLS {
                untold = [untold[0] + here[0].len() as u64, untold[1] + here[1].len() as u64];
                continue;
            }
        }
        text.push_str(&more_calls(untold));
        untold = [0, 0];
        text.push_str(&rows(at, here));
    }
    text.push_str(&more_calls(untold));
    text.push('\n');
    text
}

/// A line for the calls that were not told one by one; nothing where there were none.
fn more_calls(untold: [u64; 2]) -> String {
    if untold == [0, 0] {
        return String::new();
    }
    let [production, exhibit] = untold.map(|calls| match calls {
        0 => String::new(),
        calls => format!("and {}", label::counted(calls, "more call")),
    });
    row("...", [&production, &exhibit])
}

/// The lines of one instant.
fn rows(at: Instant, lives: [&[Moment]; 2]) -> String {
    let mut text = String::new();
    for line in 0..lives[0].len().max(lives[1].len()) {
        let time = if line == 0 { label::instant(at) } else { String::new() };
        let cells = lives.map(|life| life.get(line).map_or("", |moment| moment.words.as_str()));
        text.push_str(&row(&time, cells));
    }
    text
}

fn row(time: &str, cells: [&str; 2]) -> String {
    let line = format!("  {time:<28}  {:<CELL$}  {}", cells[0], cells[1]);
    format!("{}\n", line.trim_end())
}

/// Which rules either run broke, and the command that repeats both.
fn outcome(production: &RunRecord, exhibit: &RunRecord, changes: &[String]) -> String {
    let broken = |record: &RunRecord| match broken_rules(&record.breach_counts) {
        rules if rules.is_empty() => "breaks no rule".to_owned(),
        rules => format!("breaks {rules}"),
    };
    let mut text =
        format!("  production  {}\n  exhibit     {}\n", broken(production), broken(exhibit));
    if let Some(breach) = exhibit.breaches.first() {
        text.push_str(&format!(
            "    first     {} at {}\n    expected  {}\n    seen      {}\n",
            breach.rule,
            label::instant(breach.at),
            breach.expected,
            breach.seen
        ));
    }
    if let Some(id) = exhibit.exhibit {
        let command = repeat::repro(id, exhibit.seed, changes);
        text.push_str(&format!("  repeat      {command}\n"));
    }
    text
}

/// A line of text into which words are put at columns.
struct Line(Vec<char>);

impl Line {
    fn new() -> Line {
        Line(Vec::new())
    }

    fn put(&mut self, column: i32, words: &str) {
        for (at, letter) in (column.max(0) as usize..).zip(words.chars()) {
            if self.0.len() <= at {
                self.0.resize(at + 1, ' ');
            }
            self.0[at] = letter;
        }
    }

    fn fill(&mut self, from: i32, to: i32, letter: char) {
        for column in from..=to {
            self.put(column, letter.encode_utf8(&mut [0; 4]));
        }
    }

    fn text(&self) -> String {
        let mut text: String = self.0.iter().collect();
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}
