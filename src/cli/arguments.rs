//! The words of the command line: commands, options, and their help.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::Exit;
use super::compare;
use super::crash_at::CrashAt;
use crate::scenario::{CsvRows, Fidelity};
use crate::sweep::{Limit, Measure};

/// A mail queue that holds for hosts until they call, and a laboratory that proves it.
///
/// A scenario is a TOML file that describes a hub, the hosts that call it, their mail and what may go
/// wrong. It is run in virtual time, and judged from outside: every message that was accepted has to
/// be delivered or returned before its time is up.
#[derive(Parser)]
#[command(name = "restante", bin_name = "restante", version, after_help = exit_codes())]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Run scenarios and judge them: verdicts, CSV, charts
    Run(Run),
    /// Show a bug of the museum beside the production rules, on one time axis
    Repro(Repro),
    /// List the famous bugs that can be put back, or see that each is caught
    Museum(Museum),
    /// Search random scenarios for one that breaks a rule, and make it small
    Explore(Explore),
    /// Run a scenario over a grid of values, and chart what came of it
    Sweep(Sweep),
    /// Compare two sets of results: what moved, and whether by more than chance
    Compare(Compare),
    /// List scenarios with what each promises
    List(List),
    /// Print the JSON Schema of scenario files, or of sweep files
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema {
        /// Of which files
        #[arg(value_enum, value_name = "FORMAT", default_value_t = FileFormat::Scenario)]
        of: FileFormat,
    },
    /// Print completions for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell that is to complete
        shell: Shell,
    },
    /// Print the manual page
    #[command(after_help = MAN_EXAMPLES)]
    Man,
}

/// `restante run`.
#[derive(Args)]
#[command(after_help = RUN_EXAMPLES)]
pub(super) struct Run {
    /// Scenario files, and folders to search for them; folders below named `sweeps` or `data` are
    /// passed over
    #[arg(value_name = "FILE|DIR", default_value = "scenarios")]
    pub(super) scenarios: Vec<PathBuf>,
    /// Put back this bug of the museum: its id, or a beginning that no other has
    #[arg(long, value_name = "NAME")]
    pub(super) exhibit: Option<String>,
    /// Run at this fidelity the scenarios that name it, and no others [default: each at the first that it
    /// names]
    #[arg(long, value_enum, value_name = "FIDELITY")]
    pub(super) fidelity: Option<UnderTest>,
    /// Runs at a time, or groups of hosts of a large run that is by itself [default: as many as there are
    /// cores]
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Write each scenario without chance too, as its run drew it: resolved.toml, which comes out the
    /// same with any seed
    #[arg(long)]
    pub(super) resolve: bool,
    #[command(flatten)]
    pub(super) crashing: Crashing,
    #[command(flatten)]
    pub(super) variation: Variation,
    #[command(flatten)]
    pub(super) writing: Writing,
    #[command(flatten)]
    pub(super) showing: Showing,
}

/// Where the power goes.
#[derive(Args)]
pub(super) struct Crashing {
    /// Let the power go at every operation by which the hub stores something, in every way in which that
    /// can leave the disk; start the hub again each time, run to the end and judge
    #[arg(long, conflicts_with_all = UNCRASHED)]
    pub(super) crash_everywhere: bool,
    /// Let it go at this point alone, as a failure of --crash-everywhere names it: 217:torn, or
    /// 217:torn+224:dropped where it goes again while the hub recovers. A crash leaves what was not synced
    /// dropped, kept, reordered or torn
    #[arg(long, value_name = "POINT", value_parser = CrashAt::parse, requires = "seed")]
    #[arg(conflicts_with = "crash_everywhere", conflicts_with_all = UNCRASHED)]
    pub(super) crash_at: Option<CrashAt>,
}

/// What has no meaning where the power goes: rows and charts are of one run, and a bug of the museum stands
/// in the place of what is tried.
const UNCRASHED: [&str; 4] = ["exhibit", "resolve", "csv", "png"];

/// How much of the hub is under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum UnderTest {
    /// The queue by itself, on storage that never fails
    Queue,
    /// The hub: the queue and its spool, on a simulated disk
    Hub,
}

impl From<UnderTest> for Fidelity {
    fn from(under_test: UnderTest) -> Fidelity {
        match under_test {
            UnderTest::Queue => Fidelity::Queue,
            UnderTest::Hub => Fidelity::Hub,
        }
    }
}

/// `restante repro`.
#[derive(Args)]
#[command(after_help = REPRO_EXAMPLES)]
pub(super) struct Repro {
    /// The bug: its id, or a beginning that no other has
    pub(super) exhibit: String,
    #[command(flatten)]
    pub(super) variation: Variation,
    #[command(flatten)]
    pub(super) writing: Writing,
    #[command(flatten)]
    pub(super) showing: Showing,
}

/// `restante museum`.
#[derive(Args)]
#[command(after_help = MUSEUM_EXAMPLES)]
pub(super) struct Museum {
    /// Scenario files, and folders to search for them, for --check; those of a folder named `scale`
    /// are left out
    #[arg(value_name = "FILE|DIR", default_value = "scenarios", requires = "check")]
    pub(super) scenarios: Vec<PathBuf>,
    /// Run every exhibit against every scenario: which scenarios catch it, and by which rule
    #[arg(long)]
    pub(super) check: bool,
    /// Runs at a time [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = jobs, requires = "check")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// The folder for museum.csv and museum.json
    #[arg(long, value_name = "DIR", default_value = "reports", requires = "check")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) showing: Showing,
}

/// `restante list`.
#[derive(Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(super) struct List {
    /// Scenario files, and folders to search for them
    #[arg(value_name = "FILE|DIR", default_value = "scenarios")]
    pub(super) scenarios: Vec<PathBuf>,
    /// How they are printed
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,
}

/// How scenarios are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// A line for each
    Human,
    /// The README that stands beside them
    Markdown,
}

/// `restante explore`.
#[derive(Args)]
#[command(after_help = EXPLORE_EXAMPLES)]
pub(super) struct Explore {
    /// How many scenarios are drawn; each is run twice
    #[arg(long, value_name = "N", default_value = "1000", value_parser = scenarios)]
    pub(super) scenarios: NonZeroU64,
    /// The seed of the first; the others follow one by one
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub(super) seed: u64,
    /// Runs at a time [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(super) jobs: Option<NonZeroUsize>,
    /// The folder for scenarios that fail
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) showing: Showing,
}

/// `restante sweep`.
#[derive(Args)]
#[command(after_help = SWEEP_EXAMPLES)]
pub(super) struct Sweep {
    /// The sweep file: a scenario, axes of values for its keys, seeds
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Keep the runs that an earlier sweep of this name finished in the same folder, and make the others
    #[arg(long)]
    pub(super) resume: bool,
    /// Put back this bug of the museum in every cell: its id, or a beginning that no other has
    #[arg(long, value_name = "NAME")]
    pub(super) exhibit: Option<String>,
    /// Read every cell, say what would be run, and run nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Runs at a time [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(super) jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(super) variation: Variation,
    /// The folder for reports; the sweep's own is sweeps/<its name> below it
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(super) out: PathBuf,
    /// Draw the charts as PNG too, beside the SVG
    #[arg(long)]
    pub(super) png: bool,
    #[command(flatten)]
    pub(super) showing: Showing,
}

/// `restante compare`.
#[derive(Args)]
#[command(after_help = COMPARE_EXAMPLES)]
pub(super) struct Compare {
    /// What is compared with: the folder of a sweep or its runs.csv; or the folder that `restante run`
    /// wrote to, or a summary.json in it; or a report folder with a single sweep in it
    #[arg(value_name = "A")]
    pub(super) a: PathBuf,
    /// What is compared, of the same kind
    #[arg(value_name = "B")]
    pub(super) b: PathBuf,
    /// Compare this measure alone; may be given again
    #[arg(long = "measure", value_name = "NAME", value_parser = measures())]
    pub(super) measures: Vec<Measure>,
    /// The probability that chance alone moves anything of what is said to have moved
    #[arg(long, value_name = "P", default_value = "5%", value_parser = compare::alpha)]
    pub(super) alpha: f64,
    /// End with exit code 99 where a figure moved by more than this, such as 5%, either way and by more
    /// than chance; where one appears or vanishes, a verdict is worse, or more mail is stranded
    #[arg(long, value_name = "PERCENT", value_parser = compare::limit)]
    pub(super) fail_on: Option<Limit>,
    /// The most figures that are shown, the largest move first
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) top: usize,
    /// The folder for reports: compare/comparison.csv and comparison.svg
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(super) out: PathBuf,
    /// Draw the chart as PNG too, beside the SVG
    #[arg(long)]
    pub(super) png: bool,
    #[command(flatten)]
    pub(super) showing: Showing,
}

/// A kind of file that restante reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FileFormat {
    /// A hub, its hosts, their mail
    Scenario,
    /// A grid of values for a scenario's keys
    Sweep,
}

/// The names of all measures.
fn measures() -> impl TypedValueParser<Value = Measure> {
    PossibleValuesParser::new(Measure::ALL.map(Measure::name)).map(|name| compare::measure(&name))
}

/// What is changed of a scenario for this run.
#[derive(Args)]
pub(super) struct Variation {
    /// Run once, with this seed, in the place of the file's own seeds
    #[arg(long, value_name = "N", value_parser = seed)]
    pub(super) seed: Option<u64>,
    /// Change a key of every scenario for this run, as if it stood in the file; may be given again
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) changes: Vec<String>,
}

/// What is written, and where.
#[derive(Args)]
pub(super) struct Writing {
    /// The folder for reports
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(super) out: PathBuf,
    /// Which rows of messages.csv are kept [default: what the scenario says]
    #[arg(long, value_enum, value_name = "ROWS")]
    pub(super) csv: Option<Rows>,
    /// Draw the charts as PNG too, beside the SVG
    #[arg(long)]
    pub(super) png: bool,
}

/// What is shown.
#[derive(Args)]
pub(super) struct Showing {
    /// How results are printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// No progress, and of the results only what failed
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text for people
    Human,
    /// One JSON object
    Json,
}

/// Which rows of `messages.csv` are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Rows {
    /// No file
    None,
    /// What was not delivered, or broke a rule
    Failed,
    /// Every message
    All,
}

impl From<Rows> for CsvRows {
    fn from(rows: Rows) -> CsvRows {
        match rows {
            Rows::None => CsvRows::None,
            Rows::Failed => CsvRows::Failed,
            Rows::All => CsvRows::All,
        }
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a whole number from 0 to {}", u64::MAX))
}

fn scenarios(text: &str) -> Result<NonZeroU64, String> {
    text.parse().map_err(|_| "the number of scenarios is a whole number, 1 or more".to_owned())
}

fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "the number of runs at a time is a whole number, 1 or more".to_owned())
}

/// The exit codes in order of their numbers, then which of them wins.
fn exit_codes() -> String {
    let mut exits = Exit::PRECEDENCE;
    exits.sort_by_key(|exit| exit.code());
    let lines: Vec<String> =
        exits.iter().map(|exit| format!("  {:>3}  {}", exit.code(), exit.meaning())).collect();
    let order: Vec<String> = Exit::PRECEDENCE.iter().map(|exit| exit.code().to_string()).collect();
    format!(
        "Exit codes:\n{}\n\nWhere several apply, the first of: {}.\n\n\
         Environment: NO_COLOR, CLICOLOR, CLICOLOR_FORCE (colour), CI (no progress bar),\n\
         GITHUB_ACTIONS (annotations), GITHUB_STEP_SUMMARY (a table is added to that file).",
        lines.join("\n"),
        order.join(", "),
    )
}

const RUN_EXAMPLES: &str = "\
Examples:
  restante run                                        every scenario below scenarios/
  restante run scenarios/basic                        those of one folder
  restante run scenarios/basic/never-calls.toml --seed 7
  restante run --exhibit q184051 scenarios/basic/never-calls.toml
                                                      with KB Q184051 put back: exit 1
  restante run scenarios/scale/dialup-10k.toml --set traffic.mail.poisson.messages=1000000
  restante run scenarios/ops --fidelity hub           with the spool, on a simulated disk
  restante run scenarios/line --resolve               resolved.toml beside each report
  restante run scenarios/basic --crash-everywhere     crashes.csv and crashes.json
  restante run scenarios/basic/never-calls.toml --seed 1 --crash-at 30:torn
                                                      one of those crashes alone
  restante run --format json | jq .verdicts

Reports go to reports/<folder>/<scenario>[@exhibit][#seed]/; --crash-at writes none. The
same scenario and seed give the same bytes, whatever --jobs; only timing.json differs from
run to run.";

const REPRO_EXAMPLES: &str = "\
Examples:
  restante repro q184051                  mail held for ETRN that is never returned
  restante repro q184051 --png            repro.png beside repro.svg

Exit code 0: the production rules kept every promise, and the bug was caught by its rule.";

const MUSEUM_EXAMPLES: &str = "\
Examples:
  restante museum
  restante museum --format json | jq '.exhibits[].id'
  restante museum --check                 every exhibit against every scenario
  restante museum --check scenarios/etrn --jobs 4

Exit code 8: an exhibit was not caught by its rule in its own scenario.";

const LIST_EXAMPLES: &str = "\
Examples:
  restante list
  restante list scenarios/etrn
  restante list --format markdown > scenarios/README.md";

const EXPLORE_EXAMPLES: &str = "\
Examples:
  restante explore                        a thousand random scenarios, the seeds 1 to 1000
  restante explore --scenarios 100000 --seed 5000
  restante explore --format json | jq '.failures[].path'

A scenario that fails is made as small as it can be and written to
reports/explore/<seed>.toml, to be run again and kept.";

const SWEEP_EXAMPLES: &str = "\
Examples:
  restante sweep scenarios/sweeps/interval-timeout.toml
  restante sweep scenarios/sweeps/interval-timeout.toml --dry-run
                                          the grid and the number of runs
  restante sweep scenarios/sweeps/interval-timeout.toml --resume
                                          go on after an interrupt, or with a longer grid
  restante sweep scenarios/sweeps/interval-timeout.toml --set hub.policy=rfc5321 --seed 7
  restante sweep scenarios/sweeps/interval-timeout.toml --format json | jq .verdicts

Results go to reports/sweeps/<name>/: runs.csv with a row for each cell and seed, cells.csv
with means and 95 % confidence intervals, charts, summary.json. They are the same bytes
whatever --jobs, interrupts and --resume. A sweep that was broken off has its finished runs in
journal.txt, and is not begun anew without --resume until that file is removed.";

const COMPARE_EXAMPLES: &str = "\
Examples:
  restante compare before/sweeps/interval after/sweeps/interval
  restante compare before after           two report folders of restante run
  restante compare before/basic/never-calls/summary.json after/basic/never-calls/summary.json
  restante compare before after --measure ndr_percent --measure time_to_end_p99_s
  restante compare before after --fail-on 5%
                                          exit 99 where anything moved by more
  restante compare before after --format json | jq '.moved[0]'

Figures are paired by cell and seed. A paired t test says whether the mean over the seeds
moved by more than chance, Holm's step-down corrects for the number of tests.
docs/comparing.md says what that assumes.";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  restante schema sweep > sweep.schema.json
  restante schema > scenario.schema.json  for an editor that completes and checks TOML";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  restante completions bash > ~/.local/share/bash-completion/completions/restante
  restante completions fish > ~/.config/fish/completions/restante.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  restante man | man -l -
  restante man > ~/.local/share/man/man1/restante.1";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_is_explained() {
        fn walk(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument);
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Arguments::command());
    }

    #[test]
    fn every_command_has_examples() {
        for command in Arguments::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let example = format!("  restante {}", command.get_name());
            assert!(help.contains(&example), "{}", command.get_name());
        }
    }
}
