//! What is not decoded is only looked at: no panic, and memory that does not grow with claims.
#![no_main]

use imaging::{Limits, inspect};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = inspect(std::io::Cursor::new(bytes), &Limits::default());
});
