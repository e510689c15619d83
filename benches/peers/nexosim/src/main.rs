//! A hub that holds mail for dial-up hosts, simulated by NeXosim: `restante`'s workload for speed.
//!
//! In: `--style ports|one-sender|one`, `--sites`, `--messages`, `--days`, `--seed`. Out: one line of JSON with the
//! messages that were accepted, delivered, returned and still open at the end. It measures nothing
//! itself, and its random streams are not restante's: the counts agree but for chance.

mod arguments;
mod one_model;
mod ports;
mod workload;

use std::process::ExitCode;

use arguments::{Arguments, Style};

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(what) => {
            eprintln!("{what}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    let simulated = match arguments.style {
        Style::Ports(grouping) => ports::simulate(&arguments.workload, grouping),
        Style::One => one_model::simulate(&arguments.workload),
    };
    match simulated {
        Ok(counts) => {
            println!("{}", counts.json());
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("the simulation failed: {fault}");
            ExitCode::from(70)
        }
    }
}
