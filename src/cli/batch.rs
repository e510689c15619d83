//! Many pieces of work on a few threads, their results in the order of the pieces.

use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::Exit;
use super::fault::Fault;
use crate::trial;

/// What became of one piece of work.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended<T> {
    /// It was done.
    Done(T),
    /// It panicked, and said this.
    Panicked(String),
    /// It was not begun, since the user had interrupted before.
    NotBegun,
}

/// Does `work` on every piece, on `jobs` threads. A panic ends its own piece alone.
///
/// # Errors
/// A fault of the environment where the threads cannot be had.
pub(super) fn carry_out<Piece: Sync, T: Send>(
    pieces: &[Piece],
    jobs: NonZeroUsize,
    stop: &AtomicBool,
    work: impl Fn(&Piece) -> T + Sync,
) -> Result<Vec<Ended<T>>, Fault> {
    let threads = ThreadPoolBuilder::new().num_threads(jobs.get()).build().map_err(|error| {
        Fault::new(Exit::Environment, format!("cannot start {jobs} threads: {error}"))
            .help("ask for fewer with --jobs")
    })?;
    let one = |piece: &Piece| {
        if stop.load(Ordering::Relaxed) {
            return Ended::NotBegun;
        }
        // A piece shares nothing with another that a panic could leave half changed.
        match panic::catch_unwind(AssertUnwindSafe(|| work(piece))) {
            Ok(done) => Ended::Done(done),
            Err(payload) => Ended::Panicked(trial::words_of_panic(payload.as_ref())),
        }
    };
    // One piece at a time: a long one holds no short one back.
    Ok(threads.install(|| pieces.par_iter().with_max_len(1).map(one).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOBS: NonZeroUsize = NonZeroUsize::new(3).expect("three is not zero");

    #[test]
    fn results_come_in_the_order_of_the_pieces() {
        let pieces: Vec<u32> = (0..100).collect();
        let ended = carry_out(&pieces, JOBS, &AtomicBool::new(false), |n| n * 2).unwrap();
        assert_eq!(ended, pieces.iter().map(|n| Ended::Done(n * 2)).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_ends_its_own_piece_alone() {
        let ended = carry_out(&[1, 0, 2], JOBS, &AtomicBool::new(false), |n| {
            assert_ne!(*n, 0, "a piece of nothing");
            *n
        });
        let ended = ended.unwrap();
        assert_eq!((&ended[0], &ended[2]), (&Ended::Done(1), &Ended::Done(2)));
        let Ended::Panicked(words) = &ended[1] else { panic!("{:?}", ended[1]) };
        assert!(words.ends_with("a piece of nothing\n  left: 0\n right: 0"), "{words}");
    }

    #[test]
    fn after_an_interrupt_nothing_is_begun() {
        let ended = carry_out(&[1, 2], JOBS, &AtomicBool::new(true), |n| *n).unwrap();
        assert_eq!(ended, [Ended::NotBegun, Ended::NotBegun]);
    }
}
