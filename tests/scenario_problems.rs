//! What a user sees when a scenario is wrong, to the letter; and that nothing makes the reader panic.

use proptest::prelude::*;
use restante::scenario::{Change, Colour, Problem, SIZE_LIMIT, Scenario};

/// A scenario in which nothing is wrong.
const GOOD: &str = r#"title = "A branch that calls"
why = "The base of every case below."

[hub]
policy = "ims"

[[site]]
name = "branch"
calls = { at = ["36h"] }

[[route]]
domain = "branch.example"
site = "branch"
mode = "held"

[[route]]
domain = "office.example"
mode = "direct"

[[traffic]]
name = "orders"
from = "sales@office.example"
to = "clerk@branch.example"
at = ["0s"]
"#;

/// One line of [`GOOD`] written otherwise, or one `--set`, and what is shown then.
struct Case<'a> {
    name: &'a str,
    line: String,
    instead: String,
    set: Vec<&'a str>,
    shown: &'a str,
}

/// The cases of `scenario_problems.txt`.
fn cases() -> impl Iterator<Item = Case<'static>> {
    let sections = include_str!("scenario_problems.txt").split("\n## ").skip(1);
    sections.map(|section| {
        let (head, shown) = section.split_once("\n\n").expect("a blank line before what is shown");
        let (name, head) = head.split_once('\n').expect("a line or a --set below the name");
        let with = |mark| head.lines().filter_map(move |line| line.strip_prefix(mark));
        let joined = |mark| with(mark).collect::<Vec<_>>().join("\n");
        let (line, instead, set) = (joined('-'), joined('+'), with('$').collect());
        Case { name, line, instead, set, shown: shown.trim_end() }
    })
}

fn problem(bytes: &[u8], changes: &[Change]) -> Problem {
    Scenario::read("basic/x.toml", bytes, changes).expect_err("something is wrong")
}

#[test]
fn nothing_is_wrong_with_the_good_one() {
    assert!(Scenario::read("basic/x.toml", GOOD.as_bytes(), &[]).is_ok());
}

#[test]
fn every_mistake_is_shown_with_its_place_and_a_way_out() {
    assert!(cases().count() > 70);
    for Case { name, line, instead, set, shown } in cases() {
        assert!(GOOD.contains(&line), "{name}: {line}");
        let text = GOOD.replacen(&line, &instead, 1);
        let changes = set.iter().map(|set| Change::parse(set).expect("a change"));
        let changes: Vec<Change> = changes.collect();
        assert_eq!(problem(text.as_bytes(), &changes).to_string(), shown, "{name} {set:?}");
    }
}

#[test]
fn every_key_that_is_missing_is_named_at_once() {
    let expected = "\
error: missing key `title`
--> basic/x.toml
 = help: for example title = \"A host that never calls\"

error: missing key `route`
--> basic/x.toml
 = help: a scenario needs at least one [[route]]

error: missing key `traffic`
--> basic/x.toml
 = help: a scenario needs at least one [[traffic]]";
    assert_eq!(problem(b"why = \"none\"\n", &[]).to_string(), expected);
}

#[test]
fn an_empty_file_has_its_own_message() {
    let expected = "\
error: the file is empty
--> basic/x.toml
 = help: a scenario has at least a title, why, [[route]] and [[traffic]]; \
         `restante schema` prints every key";
    for bytes in [&b""[..], b"\n \t\r\n"] {
        assert_eq!(problem(bytes, &[]).to_string(), expected);
    }
}

#[test]
fn a_byte_that_is_not_utf_8_is_shown_in_its_line() {
    let expected = "\
error: not UTF-8: byte 0xff
 --> basic/x.toml:2:8
  |
2 | why = \"\u{fffd}\"
  |        ^ no character begins or goes on so
  |
  = help: a scenario is text in UTF-8 (RFC 3629); save the file so";
    assert_eq!(problem(b"title = \"a\"\nwhy = \"\xff\"\n", &[]).to_string(), expected);
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let expected = "\
error: a file of 268435457 bytes is no scenario
--> basic/x.toml
 = help: the limit is 268435456 bytes (256 MiB)";
    let size = usize::try_from(SIZE_LIMIT).expect("small") + 1;
    assert_eq!(problem(&vec![b'#'; size], &[]).to_string(), expected);
    assert_ne!(problem(&vec![b'#'; size - 1], &[]).to_string(), expected);
}

#[test]
fn what_is_not_a_change_is_refused() {
    for (text, expected) in [
        (
            "hub.policy",
            "error: --set hub.policy: not of the form key=value\n |\n = help: for example \
             --set hub.policy=rfc5321 or --set site.branch.calls.every=12h",
        ),
        (
            "hub.policy=",
            "error: --set hub.policy=: not of the form key=value\n |\n = help: there is no value; \
             an empty text is written \"\"",
        ),
    ] {
        let problem = Change::parse(text).expect_err("not a change");
        assert_eq!(problem.to_string(), expected);
    }
}

#[test]
fn what_a_user_wrote_sends_no_escapes_to_the_terminal() {
    for set in ["hub.policy=\u{1b}[31m\nx", "\u{1b}.x=1", "site.\u{7}.count=1"] {
        let change = Change::parse(set).expect("a change");
        let shown = problem(GOOD.as_bytes(), &[change]).to_string();
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
    }
    let shown = Change::parse("\u{1b}[31m").expect_err("no change").to_string();
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    let shown = problem(b"title = 'a\x1b[31m'\nx\x1b = 1", &[]).to_string();
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn colour_adds_escapes_and_no_words() {
    let problem = problem(b"title = 1", &[]);
    let coloured = problem.render(Colour::Ansi);
    assert!(coloured.contains('\u{1b}') && !problem.render(Colour::Plain).contains('\u{1b}'));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').expect("an escape ends with m").1;
    }
    assert_eq!(plain + rest, problem.render(Colour::Plain));
}

proptest! {
    #[test]
    fn a_damaged_file_is_read_or_refused_and_never_panics(
        from in 0..GOOD.len(),
        length in 0..40_usize,
        instead in prop_oneof!["\\PC{0,12}", "[-+0-9a-z\"{}\\[\\].=%\n ]{0,12}"],
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes.splice(from..(from + length).min(GOOD.len()), instead.bytes());
        if let Err(problem) = Scenario::read("basic/x.toml", &bytes, &[]) {
            prop_assert!(problem.count() > 0);
            prop_assert!(problem.to_string().starts_with("error: "));
        }
    }

    #[test]
    fn any_change_is_made_or_refused_and_never_panics(
        path in "(hub|site|route|traffic|seeds|expect)(\\[[0-2]\\]|\\.branch|\\.orders)?(\\.[a-z_]{2,8})?",
        value in "\\PC{0,12}",
    ) {
        if let Ok(change) = Change::parse(&format!("{path}={value}")) {
            let read = Scenario::read("basic/x.toml", GOOD.as_bytes(), &[change]);
            prop_assert!(read.map_or_else(|problem| problem.count(), |_| 1) > 0);
        }
    }
}
