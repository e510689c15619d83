//! The doors of the rooms that do not stand yet, just as the command line goes through them. At the
//! merge each `super::seam::` becomes `crate::`, and this file goes.
#![allow(missing_docs, dead_code, reason = "gone at the merge")]

pub(super) mod scenario {
    use crate::scenario::Scenario;

    pub(crate) const SIZE_LIMIT: u64 = 1 << 20;

    #[derive(Clone, Copy)]
    pub(crate) enum Colour {
        Ansi,
    }

    #[derive(Debug)]
    pub(crate) struct Problem(String);

    impl Problem {
        pub(crate) fn render(&self, _: Colour) -> String {
            self.0.clone()
        }
    }

    pub(crate) struct Change;

    impl Change {
        pub(crate) fn parse(text: &str) -> Result<Change, Problem> {
            Err(Problem(format!("error: {text}: no scenario can be changed yet")))
        }
    }

    pub(crate) fn read(path: &str, _: &[u8], _: &[Change]) -> Result<Scenario, Problem> {
        Err(Problem(format!("error: {path}: no scenario can be read yet")))
    }

    pub(crate) fn schema() -> String {
        "{}\n".to_owned()
    }
}

pub(super) mod museum {
    use std::fmt;

    use crate::base::Rule;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Kind {
        Exhibit,
        Canary,
    }

    pub(crate) struct Exhibit {
        pub(crate) id: &'static str,
        pub(crate) title: &'static str,
        pub(crate) source: &'static str,
        pub(crate) cause: &'static str,
        pub(crate) rule: Rule,
        pub(crate) scenario: &'static str,
        pub(crate) kind: Kind,
    }

    pub(crate) const EXHIBITS: &[Exhibit] = &[];

    #[derive(Debug)]
    pub(crate) struct Unknown(String);

    impl fmt::Display for Unknown {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "no exhibit is called {}", self.0)
        }
    }

    pub(crate) fn find(name: &str) -> Result<&'static Exhibit, Unknown> {
        Err(Unknown(name.to_owned()))
    }
}

pub(super) mod trial {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::museum::Exhibit;
    use crate::scenario::Scenario;
    use crate::trial::RunRecord;

    pub(crate) fn run(
        _: &Arc<Scenario>,
        _: u64,
        _: Option<&'static Exhibit>,
        _: &AtomicBool,
    ) -> RunRecord {
        panic!("there is no trial yet")
    }
}

pub(super) mod report {
    use crate::base::Instant;
    use crate::trial::RunRecord;

    pub(crate) struct Artifact {
        pub(crate) path: String,
        pub(crate) bytes: Vec<u8>,
    }

    #[derive(Clone, Copy)]
    pub(crate) struct Options<'a> {
        pub(crate) changes: &'a [String],
        pub(crate) seed_in_name: SeedInName,
        pub(crate) pictures: Pictures,
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    pub(crate) enum SeedInName {
        Left,
        Written,
    }

    #[derive(Clone, Copy)]
    pub(crate) enum Pictures {
        Svg,
        SvgAndPng,
    }

    pub(crate) struct Failure {
        pub(crate) at: Instant,
        pub(crate) rule: String,
        pub(crate) expected: String,
        pub(crate) seen: String,
    }

    pub(crate) type ReportError = std::fmt::Error;

    pub(crate) fn run_artifacts(
        _: &RunRecord,
        _: &Options<'_>,
    ) -> Result<Vec<Artifact>, ReportError> {
        Err(std::fmt::Error)
    }

    pub(crate) fn suite_artifacts(
        _: &[RunRecord],
        _: &Options<'_>,
    ) -> Result<Vec<Artifact>, ReportError> {
        Err(std::fmt::Error)
    }

    pub(crate) fn repro_artifacts(
        _: &RunRecord,
        _: &RunRecord,
        _: &repro::Case<'_>,
        _: &Options<'_>,
    ) -> Result<Vec<Artifact>, ReportError> {
        Err(std::fmt::Error)
    }

    pub(crate) fn suite_json(_: &[RunRecord], _: &[String]) -> String {
        String::new()
    }

    pub(crate) fn run_folder(record: &RunRecord, _: SeedInName) -> String {
        record.scenario.name.clone()
    }

    pub(crate) fn failures(_: &RunRecord) -> Vec<Failure> {
        Vec::new()
    }

    pub(crate) mod repeat {
        use crate::scenario::Scenario;

        pub(crate) fn command_for(
            program: &str,
            scenario: &Scenario,
            seed: u64,
            _: Option<&str>,
            _: &[String],
        ) -> String {
            format!("{program} run {} --seed {seed}", scenario.path)
        }
    }

    pub(crate) mod repro {
        use super::{ReportError, RunRecord};

        pub(crate) struct Case<'a> {
            pub(crate) source: &'a str,
            pub(crate) cause: &'a str,
        }

        pub(crate) fn text(
            _: &RunRecord,
            _: &RunRecord,
            _: &Case<'_>,
        ) -> Result<String, ReportError> {
            Err(std::fmt::Error)
        }
    }

    pub(crate) mod console {
        use crate::trial::RunRecord;

        #[derive(Clone, Copy)]
        pub(crate) enum Style {
            Colour,
        }

        pub(crate) struct Context<'a> {
            pub(crate) program: &'a str,
            pub(crate) changes: &'a [String],
            pub(crate) style: Style,
        }

        pub(crate) fn suite(_: &[RunRecord], _: &str, _: &Context<'_>) -> String {
            String::new()
        }

        pub(crate) fn failure(_: &RunRecord, _: &Context<'_>) -> String {
            String::new()
        }
    }
}
