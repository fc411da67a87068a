//! Whatever a file's metadata claims, reading it ends, and tells text of bounded length.
#![no_main]

use std::io::Cursor;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(told) = imaging::told(Cursor::new(bytes)) else {
        return;
    };
    let notes = told.camera.iter().map(|(_, said)| said);
    for text in told.title.iter().chain(&told.description).chain(notes) {
        assert!(!text.is_empty() && text.chars().count() <= 5000);
    }
});
