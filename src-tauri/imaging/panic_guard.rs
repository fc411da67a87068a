//! Catches panics of decoders: a damaged picture must not end the program.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Error;

/// Turns a panic in `work` into an error of that picture.
pub(crate) fn catch_decoder_panic<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::broken("its decoder gave up on it")))
}
