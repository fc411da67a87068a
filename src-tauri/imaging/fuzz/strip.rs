//! Stripping twice takes nothing away the second time, and what could be seen before can be seen after.
#![no_main]

use std::io::Cursor;

use imaging::{Limits, inspect, strip_metadata};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut once = Vec::new();
    let Ok(had) = strip_metadata(Cursor::new(bytes), &mut once) else {
        return;
    };
    assert!(once.len() <= bytes.len() + 64);
    assert!(had || once == bytes);
    let limits = Limits::default();
    if let Ok(before) = inspect(Cursor::new(bytes), &limits)
        && before.is_complete
    {
        let after = inspect(Cursor::new(&once), &limits).unwrap();
        assert_eq!(before, after);
        let mut twice = Vec::new();
        assert!(!strip_metadata(Cursor::new(&once), &mut twice).unwrap());
        assert!(once == twice);
    }
});
