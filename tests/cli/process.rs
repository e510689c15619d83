//! The binary as a process: its streams, its colours, its exit code.

use std::io::pipe;
use std::process::{Command, Output, Stdio};

/// The binary, with nothing in its environment.
fn restante(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_restante"));
    command.args(words).env_clear().stdin(Stdio::null());
    command
}

fn ended(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_reader_that_has_gone_is_no_fault() {
    for words in [["man"].as_slice(), &["completions", "bash"], &["schema"], &["--help"]] {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let mut command = restante(words);
        command.stdout(writer);
        let child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
        let output = child.wait_with_output().expect("it ends");
        let diagnostics = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), diagnostics.as_ref()), (Some(0), ""), "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_a_fault_of_the_environment() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
    let mut command = restante(&["man"]);
    let child = command.stdout(full).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
        (
            Some(74),
            "error: cannot write to standard output: No space left on device (os error 28)\n"
        )
    );
}

#[test]
fn colour_is_for_those_who_want_it() {
    let words = ["run", "no-such-folder"];
    let plain = "error: there is no no-such-folder\n  \
                 help: name a scenario file, or a folder of them\n";
    assert_eq!(ended(restante(&words)), (Some(2), String::new(), plain.to_owned()));
    for (name, coloured) in [("CLICOLOR_FORCE", true), ("NO_COLOR", false), ("CI", false)] {
        let mut command = restante(&words);
        command.env(name, "1");
        let (_, _, diagnostics) = ended(command);
        assert_eq!(diagnostics.contains('\u{1b}'), coloured, "{name}");
    }
}
