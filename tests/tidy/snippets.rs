//! The checker, tried on what it must refuse and on what it must let pass.

use super::{Source, violations_in};

/// What the checker says of a file, one violation a line, without the path.
fn said(path: &str, text: &str) -> String {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let found = violations_in(&source);
    assert!(found.iter().all(|violation| violation.path == path));
    found.iter().map(|v| format!("{}: {}", v.line, v.what)).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_breaks_the_rings_is_refused() {
    for (path, text, expected) in [
        ("src/queue/a.rs", "//!\nuse crate::sim::World;", "2: `queue` may not name `sim`"),
        (
            "src/oracle/a.rs",
            "//!\nuse crate::{\n    base::Instant,\n    queue::{Queue, Rules},\n};",
            "4: `oracle` may not name `queue`",
        ),
        (
            "src/oracle/a.rs",
            "//!\nfn f(_: crate::trial::Row) {}",
            "2: `oracle` may not name `trial`",
        ),
        ("src/queue/mod.rs", "//!\nuse restante::smtp;", "2: `queue` may not name `smtp`"),
        (
            "src/trace/a.rs",
            "//!\nuse super::super::scenario::Site;",
            "2: `super::` leads out of `trace`: write `crate::`\n2: `trace` may not name `scenario`",
        ),
        (
            "src/sim/mod.rs",
            "//!\nuse super::base;",
            "2: `super::` leads out of `sim`: write `crate::`",
        ),
        (
            "src/base/a.rs",
            "//!\nmod tests { use super::super::super::base; }",
            "2: `super::` leads out of `base`: write `crate::`",
        ),
        ("src/report/a.rs", "//!\nuse crate::*;", "2: names the whole house: name the room"),
        ("src/report/a.rs", "//!\nuse crate as house;", "2: names the whole house: name the room"),
        ("src/cellar/a.rs", "//!\n", "1: `cellar` has no place in the rings"),
        ("src/cli/a.rs", "//!\nuse crate::cellar::X;", "2: `cellar` has no place in the rings"),
        ("src/main.rs", "//!\nuse restante::queue::Queue;", "2: `main` may not name `queue`"),
    ] {
        assert_eq!(said(path, text), expected, "{path}: {text}");
    }
}

#[test]
fn what_is_banned_is_refused() {
    for (path, text, expected) in [
        (
            "src/sim/a.rs",
            "//!\nlet x = std::time::Instant::now();",
            "2: `Instant::now` is banned: time is an argument",
        ),
        (
            "tests/a.rs",
            "std::thread::sleep(x);",
            "1: `sleep` is banned: virtual time is not waited for",
        ),
        (
            "src/report/a.rs",
            "//!\nstd::env::var(\"CI\");",
            "2: `env::var` is banned: the environment is read in cli alone",
        ),
        (
            "src/cli/a.rs",
            "//!\nuse std::collections::HashMap;",
            "2: `HashMap` is banned: its order is random: a BTreeMap or a table",
        ),
        ("benches/a.rs", "unsafe { x() }", "1: `unsafe` is banned: there is a safe way"),
        ("src/sim/a.rs", "//!\ndbg!(x)", "2: `dbg!` is banned: take it out"),
        ("src/sim/a.rs", concat!("//!\n// TO", "DO: more"), concat!("2: `TO", "DO`: finish it")),
        (
            "src/queue/a.rs",
            "//!\nconst X: f64 = 1.5;",
            "2: `1.5` is a float: decisions are made in whole numbers\n\
             2: `f64` is a float: decisions are made in whole numbers",
        ),
        (
            "src/sim/agenda.rs",
            "//!\nlet x = 1e6;",
            "2: `1e6` is a float: decisions are made in whole numbers",
        ),
    ] {
        assert_eq!(said(path, text), expected, "{path}: {text}");
    }
}

#[test]
fn every_ban_can_be_broken() {
    for banned in [
        "Instant::now()",
        "SystemTime::now()",
        "rand::rng()",
        "thread_rng()",
        "sleep(x)",
        "env::var(x)",
        "env::vars()",
        "env::var_os(x)",
        "env::vars_os()",
        "HashMap::new()",
        "HashSet::new()",
        "unsafe {}",
        "todo!()",
        "unimplemented!()",
        "dbg!(x)",
    ] {
        assert_ne!(said("src/sim/a.rs", &format!("//!\nlet x = {banned};")), "", "{banned}");
    }
}

#[test]
fn a_file_of_the_wrong_shape_is_refused() {
    let long = "//!\n".repeat(601);
    for (path, text, expected) in [
        ("src/sim/a.rs", long.as_str(), "601: 601 lines, 600 are allowed: make two files of it"),
        ("tests/a.rs", long.as_str(), "601: 601 lines, 600 are allowed: make two files of it"),
        ("src/sim/utils.rs", "//!\n", "1: `utils` is no name: say what it holds"),
        ("src/sim/run_data.rs", "//!\n", "1: `data` is no name: say what it holds"),
        ("tests/common/mod.rs", "", "1: `common` is no name: say what it holds"),
        ("src/sim/a.rs", "use std::fmt;", "1: begins without `//!`: say what the module is for"),
    ] {
        assert_eq!(said(path, text), expected, "{path}");
    }
}

#[test]
fn what_is_lawful_passes() {
    for (path, text) in [
        ("src/lib.rs", "//!\npub mod base;\npub mod sim;"),
        ("src/main.rs", "//!\nfn main() { restante::cli::main() }"),
        ("src/sim/world.rs", "//!\nuse crate::queue::Queue;\nuse super::agenda::Agenda;"),
        ("src/oracle/ends.rs", "//!\nuse crate::trace::Seen;\nmod tests { use super::*; }"),
        ("src/oracle/mod.rs", "//! Never names `crate::queue`.\nmod ends;\npub use ends::Ends;"),
        ("src/queue/a.rs", "//!\nfn f() { panic!(\"crate::sim::World, f64, 1.5\") }"),
        ("src/queue/a.rs", "//!\npub(in crate::queue) fn f(pair: (u8, u8)) -> u8 { pair.0 }"),
        ("src/cli/a.rs", "//!\nlet x = std::env::var(\"CI\"); let y = Instant::now();"),
        ("src/report/a.rs", "//!\nlet width: f64 = 1.5;"),
        ("tests/a.rs", "use restante::queue::Queue; use restante::sim::World;"),
        ("src/cli/a.rs", "//!\nlet x = env!(\"CARGO_PKG_VERSION\");"),
    ] {
        assert_eq!(said(path, text), "", "{path}: {text}");
    }
}
