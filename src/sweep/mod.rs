//! Many runs as numbers: what is kept of each, and how two sets of them compare.
//!
//! In: the results of a sweep or of a suite, as they were written. Out: figures by cell and seed, and what
//! moved between two sets. Nothing is run and nothing is opened here.

mod comparison;
mod measure;
mod paired;
mod result_set;

pub use comparison::{
    Change, Comparison, Limit, Mean, NothingInCommon, Only, Pair, PairedCell, VerdictChange,
};
pub use measure::{Figures, Measure};
pub use paired::{Paired, Test, holm, paired};
pub use result_set::{Origin, ResultCell, ResultError, ResultSet, SeedRun, Wrong};
