//! The list beside the scenarios names every one of them, with the promise that it makes today.

#![cfg(feature = "lab")]

use std::sync::atomic::AtomicBool;

use restante::cli::{Console, Exit, Folder, Screen, Surroundings, main};

/// Where it stands, from the package's root.
const FILE: &str = "scenarios/README.md";

/// What prints it.
const COMMAND: &str = "list --format markdown";

#[test]
fn the_list_of_scenarios_is_what_is_printed_today() {
    let surroundings = Surroundings {
        program: "restante".to_owned(),
        screen: Screen::Written,
        annotations: false,
        step_summary: None,
        writer: &Folder,
        stop: &AtomicBool::new(false),
    };
    let (mut results, mut diagnostics) = (Vec::new(), Vec::new());
    let mut console = Console::new(&mut results, &mut diagnostics);
    let exit = main(format!("restante {COMMAND}").split(' '), &surroundings, &mut console);
    assert_eq!(exit, Exit::Good, "{}", String::from_utf8_lossy(&diagnostics));
    let printed = String::from_utf8(results).expect("UTF-8");
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    let differs = kept.lines().zip(printed.lines()).find(|(kept, printed)| kept != printed);
    assert!(
        kept == printed,
        "{FILE} is not what is printed today{}; to write it anew:\n\
         cargo run --quiet -- {COMMAND} > {FILE}",
        differs.map_or_else(String::new, |(kept, printed)| format!(
            ":\n  it has   {kept}\n  printed  {printed}\n"
        )),
    );
}
